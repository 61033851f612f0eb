"""Subjects of remarks: list, add, change, end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core import clock
from yantar.core.problems import Refused
from yantar.qms.feedback.actions import categories as actions
from yantar.qms.feedback.models import RemarkCategory
from yantar.qms.feedback.queries.remarks import all_categories
from yantar.qms.organisation import queries
from yantar.qms.organisation.models import Authority
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, Lines, form_page, posted

_HELP = _(
    "One question a line: code; kind (string, number, datetime, text, singlevaluelist, multivaluelist); needed (yes or no); question in Russian;"
    " question in English; for lists the answers as code=Russian/English, separated by commas."
)


def read_lines(text: str) -> list[dict[str, Any]]:
    """Questions as typed, one a line; whether they are right the action says."""
    rows = []
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split(";")] + [""] * 6
        code, datatype, needed, russian, english, answers = parts[:6]
        rows.append(
            {
                "code": code,
                "datatype": datatype,
                "required": needed.casefold() in ("yes", "да"),
                "description_ru": russian,
                "description_en": english,
                "values": [_value(one) for one in answers.split(",") if one.strip()],
            }
        )
    return rows


def _value(text: str) -> dict[str, str]:
    key, _sign, names = text.partition("=")
    russian, _slash, english = names.partition("/")
    return {"key": key.strip(), "name_ru": russian.strip(), "name_en": english.strip()}


def written(rows: Sequence[Any]) -> str:
    """Questions as `read_lines` reads them."""
    lines = []
    for one in rows:
        answers = ", ".join(f"{value['key']}={value.get('name_ru', '')}/{value.get('name_en', '')}" for value in one.get("values") or [])
        needed = _g("yes") if one.get("required") else _g("no")
        parts = (one["code"], one["datatype"], needed, one.get("description_ru", ""), one.get("description_en", ""), answers)
        lines.append("; ".join(parts).rstrip("; "))
    return "\n".join(lines)


TEXTS: tuple[Any, ...] = (
    ("name_ru", "name_en"),
    ("group_ru", "group_en"),
    ("note_ru", "note_en"),
    "keywords",
    "needs_place",
    "attributes",
)


class CategoryForm(ActionForm):
    """A subject; its code is given once."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    authority = forms.ModelChoiceField(label=_("Authority that answers"), queryset=Authority.objects.none(), to_field_name="code")
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    group_ru = forms.CharField(label=_("Group in Russian"), max_length=100, required=False)
    group_en = forms.CharField(label=_("Group in English"), max_length=100, required=False)
    note_ru = Lines(label=_("About it, in Russian"), rows=2, required=False)
    note_en = Lines(label=_("About it, in English"), rows=2, required=False)
    keywords = forms.CharField(label=_("Keywords, by commas"), max_length=300, required=False)
    needs_place = forms.BooleanField(label=_("A place is needed"), required=False, initial=True)
    attributes = Lines(label=_("What is asked besides"), rows=5, required=False, help_text=_HELP)

    layout = (
        ("code", "authority"),
        ("name_ru", "name_en"),
        ("group_ru", "group_en"),
        ("note_ru", "note_en"),
        "keywords",
        "needs_place",
        "attributes",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        field = self.fields["authority"]
        field.queryset = Authority.objects.on(today)  # type: ignore[attr-defined]
        names = {v.authority.code: v.name for v in queries.authorities(None, today)}
        field.choices = [("", "—"), *sorted(names.items(), key=lambda pair: pair[1])]  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        """The questions as the action wants them."""
        return {**self.cleaned_data, "attributes": read_lines(self.cleaned_data["attributes"])}


class ChangeForm(CategoryForm):
    """The same without the code."""

    code = None  # type: ignore[assignment]
    layout = ("authority", *TEXTS)


@staff
@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """All subjects, whose they are, and which ended."""
    demand(request, "feedback.change_category")
    today, found = clock.today(), list(all_categories())
    names = queries.names_on({one.authority_id for one in found}, today)
    rows = [(one, names.get(one.authority_id), one.valid_to is None or one.valid_to > today) for one in found]
    return render(request, "workspace/protection/categories.html", {"rows": rows})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new subject."""
    demand(request, "feedback.change_category")
    form = CategoryForm(**posted(request))
    if request.method == "POST" and form.attempt(actions.add_category, by=request.user):
        messages.success(request, _g("The subject is added: remarks on it can be sent from now on."))
        return redirect("workspace:remark_subjects")
    return form_page(request, "workspace/protection/category.html", form, heading=_g("Add a subject of remarks"))


def _category(request: HttpRequest, code: str) -> RemarkCategory:
    demand(request, "feedback.change_category")
    found = all_categories().filter(code=code).first()
    if found is None:
        raise Http404
    return found


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change a subject."""
    one = _category(request, code)
    plain = {name: getattr(one, name) for name in ChangeForm.base_fields if name not in ("authority", "attributes")}
    form = ChangeForm(**posted(request), initial={**plain, "authority": one.authority.code, "attributes": written(one.attributes)})
    if request.method == "POST" and form.attempt(actions.change_category, by=request.user, category=one):
        messages.success(request, _g("Saved."))
        return redirect("workspace:remark_subjects")
    still = one.valid_to is None or one.valid_to > clock.today()
    return form_page(request, "workspace/protection/category.html", form, heading=one.name, category=one, still=still)


@staff
@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """No new remarks on a subject."""
    one = _category(request, code)
    try:
        actions.end_category(by=person(request), category=one)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, _g("The subject has ended: its remarks stay."))
    return redirect("workspace:remark_subjects")
