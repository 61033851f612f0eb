"""Standards in the workspace: editions, clauses, where each clause went, dates of transitions."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yantar.qms.certification.actions import change_transition
from yantar.qms.standards import queries
from yantar.qms.standards.actions import add_own_standard
from yantar.qms.standards.models import Transition
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import ActionForm, DayField, Lines, form_page, posted

LARGEST = 1024 * 1024
"""Bytes of a standard's file."""


class TransitionForm(ActionForm):
    """The dates of a transition, when they become known."""

    published_on = DayField(label=_("Published"), required=False)
    new_until = DayField(label=_("New certificates to the old edition until"), required=False)
    ends_on = DayField(label=_("Certificates to the old edition end on"), required=False)
    confirmed = forms.BooleanField(label=_("Confirmed by a source"), required=False)
    source = Lines(label=_("Source"), max_length=2000)

    layout = (("published_on", "new_until", "ends_on"), "source", "confirmed")


class OwnStandardForm(ActionForm):
    """The file of a government's own standard."""

    file = forms.FileField(label=_("File (YAML)"))

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than one megabyte."))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The file is not text in UTF-8. Save it in UTF-8 and try again.")) from error
        return text

    def parameters(self) -> dict[str, str]:
        return {"text": self.cleaned_data["file"]}


@staff
@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Every edition, and how long each lives after the next appeared."""
    context = {
        "editions": queries.editions(),
        "transitions": queries.transitions(),
        "may_change": request.user.has_perm("standards.change_standard"),
    }
    return render(request, "workspace/organisation/editions.html", context)


@staff
@require_safe
def edition(request: HttpRequest, key: str) -> HttpResponse:
    """One edition: its clauses with the questions to ask, the documents it demands, what may be left out."""
    found = queries.edition(key)
    if found is None:
        raise Http404(_g("There is no such edition."))
    clauses = list(found.clauses.all())
    context = {
        "edition": found,
        "clauses": [(clause, clause.number.count(".")) for clause in clauses],
        "documents": found.document_requirements.all(),
    }
    return render(request, "workspace/organisation/edition.html", context)


@staff
@require_safe
def clause(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """One clause: the questions, where it came from and where it went."""
    found = queries.clause(key, number)
    if found is None:
        raise Http404(_g("There is no such clause."))
    return render(request, "workspace/organisation/clause.html", {"clause": found})


@staff
@require_safe
def correspondence(request: HttpRequest, old: str, new: str) -> HttpResponse:
    """The whole correspondence of two editions."""
    rows: dict[str, list[object]] = {}
    for row in queries.correspondence(old, new):
        rows.setdefault(row.old.number, [row.old, []])[1].append(row)  # type: ignore[attr-defined]
    if not rows:
        raise Http404(_g("No correspondence of these editions is recorded."))
    return render(request, "workspace/organisation/correspondence.html", {"rows": rows.values(), "old": old, "new": new})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def transition(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the dates of a transition; certificates that they touch are computed anew in the same step."""
    found = Transition.objects.select_related("old", "new").filter(pk=pk).first()
    if found is None:
        raise Http404
    demand(request, "standards.change_standard", found)
    initial = {name: getattr(found, name) for name in ("published_on", "new_until", "ends_on", "confirmed", "source")}
    form = TransitionForm(**posted(request), initial=initial)
    if request.method == "POST" and form.attempt(change_transition, by=request.user, transition=found):
        messages.success(request, _g("The dates are saved; the certificates they touch are computed anew."))
        return redirect("workspace:standards")
    return form_page(request, "workspace/organisation/transition.html", form, transition=found)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Upload a government's own standard."""
    demand(request, "standards.change_standard")
    form = OwnStandardForm(**posted(request))
    if request.method == "POST":
        made = form.attempt(add_own_standard, by=request.user)
        if made is not None:
            messages.success(request, _g("The standard is in use."))
            return redirect("workspace:edition", key=made.key)
    return form_page(request, "workspace/organisation/own_standard.html", form)
