"""Raising a finding by hand: the decision helper suggests a grade, the statement is checked before it is issued."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yantar.core import clock
from yantar.engine import statements
from yantar.qms.findings import actions, timing
from yantar.qms.findings.models import Finding, Grade, OriginKind
from yantar.qms.findings.queries import one as queries
from yantar.qms.organisation import queries as organisation
from yantar.qms.organisation.models import Authority, AuthorityVersion, Unit
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, Lines, form_page, posted

from .opening import METHODS, about, crumbs, opened, page_of

RAISED = [(grade.value, grade.label) for grade in Grade if grade != Grade.CONFORM]
BY_HAND = (OriginKind.STAFF, OriginKind.SELF_ASSESSMENT, OriginKind.APPEAL, OriginKind.INDICATOR, OriginKind.PROCUREMENT, OriginKind.REVIEW)
HELPER: dict[str, Any] = {
    "breach": gettext_lazy("A requirement was broken"),
    "not_applied_as_system": gettext_lazy("The requirement is missing or not applied as a system"),
    "right_broken": gettext_lazy("A citizen's right was broken"),
    "certificate_at_risk": gettext_lazy("The certificate is at risk"),
    "not_limited": gettext_lazy("The effect is not limited to a single case"),
    "risk": gettext_lazy("There is a risk, but nothing was broken"),
    "can_be_better": gettext_lazy("It can be done better"),
    "good_practice": gettext_lazy("Done better than required"),
}
PERMISSION = "findings.raise_finding"


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit by its name of today."""

    names: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        return self.names.get(obj.pk, str(obj))


class FindingForm(ActionForm):
    """What is required, what was seen, what is missing; the helper's questions suggest a grade."""

    helper = forms.MultipleChoiceField(
        label=gettext_lazy("What is it?"),
        choices=list(HELPER.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The answers suggest a grade; you decide."),
    )
    grade = forms.ChoiceField(
        label=gettext_lazy("Grade"), choices=[("", gettext_lazy("choose, or let the answers above suggest one")), *RAISED], required=False
    )
    origin_kind = forms.ChoiceField(label=gettext_lazy("Source"), choices=[(one.value, one.label) for one in BY_HAND])
    origin_label = forms.CharField(
        label=gettext_lazy("Source, in words"), max_length=200, required=False, help_text=gettext_lazy("E.g. the number of the appeal.")
    )
    clause = forms.ModelChoiceField(Clause.objects.none(), label=gettext_lazy("Clause"), required=False)
    regulation = forms.CharField(label=gettext_lazy("Other requirement"), max_length=500, required=False)
    requirement = Lines(label=gettext_lazy("Requirement"), required=False, help_text=gettext_lazy("What must be so, and where it is written."))
    evidence = Lines(label=gettext_lazy("Evidence"), required=False, rows=4, help_text=gettext_lazy("What was seen, where, when."))
    gap = Lines(label=gettext_lazy("Gap"), rows=2, help_text=gettext_lazy("One sentence; for a strength: what is done well."))
    unit = UnitField(Unit.objects.none(), label=gettext_lazy("Unit"), required=False)
    process = forms.ModelChoiceField(Process.objects.none(), label=gettext_lazy("Process"), required=False)
    draft = forms.BooleanField(label=gettext_lazy("Keep it as a draft for now"), required=False)
    layout: tuple[Any, ...] = (
        "gap",
        "evidence",
        "requirement",
        ("clause", "regulation"),
        ("unit", "process"),
        "helper",
        "grade",
        ("origin_kind", "origin_label"),
        "draft",
    )

    def __init__(self, *args: Any, authority: Authority, drafted: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = {one.unit_id: one.name for one in organisation.units_tree(None, authority, clock.today())}
        field = self.fields["unit"]
        assert isinstance(field, UnitField)
        field.names, field.queryset = units, Unit.objects.filter(pk__in=units)
        self.fields["clause"].queryset = queries.clauses_in_force()  # type: ignore[attr-defined]
        self.fields["process"].queryset = Process.objects.filter(authority=authority).order_by("kind", "order")  # type: ignore[attr-defined]
        if drafted:
            del self.fields["draft"], self.fields["origin_kind"]
            self.helper.layout = _layout_of_a_draft()  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("helper", "draft")}
        if "draft" in self.cleaned_data:
            given["opened"] = not self.cleaned_data["draft"]
        return given

    def suggestion(self) -> statements.GradeSuggestion | None:
        """What the helper's answers suggest; None where nothing was answered."""
        said = set(self.data.getlist("helper")) if self.is_bound and hasattr(self.data, "getlist") else set()
        if not said:
            return None
        answers = {one: one in said for one in HELPER if one != "not_limited"}
        return statements.suggest_grade(statements.GradeAnswers(limited_effect="not_limited" not in said, **answers), timing.timers())

    def hints(self) -> list[str]:
        """What is worth a second look; what must be mended is said by the action."""
        if not self.is_bound:
            return []
        said = [str(self.data.get(name, "")) for name in ("requirement", "evidence", "gap")]
        known = ("clause",) if self.data.get("clause") or self.data.get("regulation") else ()
        found = statements.check(*said, grade=str(self.data.get("grade", "")), words=timing.words(), known=known)
        return [_(statements.PROBLEM_TEXTS[one.code]) % {"word": one.word} for one in found if one.weight is statements.Weight.HINT]

    def grade_first(self) -> bool:
        """Without a grade the page comes back with the one that suggests itself, to be confirmed."""
        if self.data.get("grade"):
            return False
        suggested = self.suggestion()
        if suggested is not None and suggested.grade != Grade.CONFORM:
            self.data = QueryDict.copy(self.data)  # type: ignore[arg-type]
            self.data["grade"] = suggested.grade
        self.add_error("grade", _("Choose a grade; the one suggested is filled in.") if suggested else _("Choose a grade."))
        return True


def _layout_of_a_draft() -> Any:
    from yantar.web.workspace.forms import lines

    return lines("gap", "evidence", "requirement", ("clause", "regulation"), ("unit", "process"), "helper", "grade", "origin_label")


def _choices(request: HttpRequest) -> list[AuthorityVersion]:
    """Authorities that the person may raise a finding in, by name."""
    me, today = person(request), clock.today()
    rows = organisation.authorities(me, today).select_related("authority")
    ids = organisation.internal_authority_ids(me)
    near = [one for one in rows if ids is None or one.authority_id in ids]
    return sorted((one for one in near if me.has_perm(PERMISSION, one.authority)), key=lambda one: one.name)


def _page(request: HttpRequest, form: FindingForm, **context: Any) -> HttpResponse:
    suggested = form.suggestion()
    more = {
        "suggested": Grade(suggested.grade).label if suggested else "",
        "why": [_(statements.WHY_TEXTS[code]) for code in suggested.why] if suggested else [],
        "hints": form.hints(),
    }
    return form_page(request, "workspace/findings/raise.html", form, **context, **more)


@staff
@require_http_methods(METHODS)
def finding_new(request: HttpRequest) -> HttpResponse:
    """Raise a finding in an authority: chosen first where there are several."""
    choices = _choices(request)
    if not choices:
        raise PermissionDenied(PERMISSION)
    title = _("New finding")
    code = request.GET.get("authority", "")
    chosen = next((one for one in choices if one.authority.code == code), None)
    if chosen is None and len(choices) == 1 and not code:
        chosen = choices[0]
    back = reverse("workspace:findings")
    if chosen is None:
        context = {"versions": choices, "title": title, "crumbs": crumbs(None, title), "back": back}
        return render(request, "workspace/findings/choose_authority.html", context)
    demand(request, PERMISSION, chosen.authority)
    form = FindingForm(**posted(request), authority=chosen.authority)
    if request.method == "POST" and form.is_valid() and not form.grade_first():
        made = _raise(request, form, chosen.authority)
        if made is not None:
            messages.success(request, _("Finding %(number)s is raised.") % {"number": made.number})
            return redirect("workspace:finding", made.number)
    return _page(request, form, title=title, pretitle=chosen.name, crumbs=crumbs(None, title), back=back, submit=_("Raise the finding"))


def _raise(request: HttpRequest, form: FindingForm, authority: Authority) -> Finding | None:
    """Raise it once: the same words of the same person a moment later are the button pressed twice."""
    with transaction.atomic():
        Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
        same = queries.raised_already(person(request), authority.pk, form.cleaned_data["gap"])
        made: Finding | None = same or form.attempt(actions.raise_finding, by=person(request), authority=authority)
        return made


@staff
@require_http_methods(METHODS)
def finding_correct(request: HttpRequest, number: str) -> HttpResponse:
    """Change a draft."""
    finding = opened(request, number)
    demand(request, "findings.change_draft", finding)
    names = ("grade", "clause", "regulation", "requirement", "evidence", "gap", "unit", "process", "origin_label")
    initial = {name: getattr(finding, name) for name in names}
    form = FindingForm(**posted(request), authority=finding.authority, drafted=True, initial=initial)
    if request.method == "POST" and form.is_valid() and not form.grade_first():
        emptied = [name for name in ("clause", "unit", "process") if form.cleaned_data[name] is None]
        if form.attempt(actions.correct_draft, by=person(request), finding=finding, clear=emptied) is not None:
            messages.success(request, _("The draft is changed."))
            return redirect(page_of(finding))
    return _page(request, form, **about(finding, _("Change the draft"), submit=_("Save")))
