"""From an answer to a finding: the decision helper, the check of the statement, drafts changed and dropped."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yantar.engine import statements
from yantar.qms.audits import actions
from yantar.qms.audits.models import Audit, AuditState, ChecklistLine
from yantar.qms.audits.queries import findings as queries
from yantar.qms.audits.queries.spot import find_line
from yantar.qms.findings.models import Finding, Grade
from yantar.qms.organisation.models import Unit
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, Lines, form_page, posted

from .meetings import UnitField, fill_units
from .opening import opened
from .prepare import FORM, METHODS, about

RAISED = [(grade.value, grade.label) for grade in Grade if grade != Grade.CONFORM]
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


class FindingForm(ActionForm):
    """A finding: what is required, what was seen, what is missing; the helper's questions suggest a grade."""

    helper = forms.MultipleChoiceField(
        label=gettext_lazy("What is it?"), choices=list(HELPER.items()), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The answers suggest a grade; you decide."),
    )  # fmt: skip
    grade = forms.ChoiceField(
        label=gettext_lazy("Grade"), choices=[("", gettext_lazy("choose, or let the answers above suggest one")), *RAISED], required=False
    )
    clause = forms.ModelChoiceField(Clause.objects.none(), label=gettext_lazy("Clause"), required=False)
    regulation = forms.CharField(label=gettext_lazy("Other requirement"), max_length=500, required=False)
    requirement = Lines(label=gettext_lazy("Requirement"), required=False, help_text=gettext_lazy("What must be so, and where it is written."))
    evidence = Lines(label=gettext_lazy("Evidence"), required=False, rows=4, help_text=gettext_lazy("What was seen, where, when."))
    gap = Lines(label=gettext_lazy("Gap"), rows=2, help_text=gettext_lazy("One sentence; for a strength: what is done well."))
    unit = UnitField(Unit.objects.none(), label=gettext_lazy("Unit"), required=False)
    process = forms.ModelChoiceField(Process.objects.none(), label=gettext_lazy("Process"), required=False)
    layout: tuple[Any, ...] = ("helper", "grade", ("clause", "regulation"), "requirement", "evidence", "gap", ("unit", "process"))

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill_units(self, audit)
        self.fields["clause"].queryset = audit.edition.clauses.order_by("order")  # type: ignore[attr-defined]
        self.fields["process"].queryset = Process.objects.filter(authority_id=audit.authority_id).order_by("kind", "order")  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "helper"}

    def suggestion(self, repeated: int) -> statements.GradeSuggestion | None:
        """What the helper's answers suggest; None where nothing was answered."""
        said = set(self.data.getlist("helper")) if self.is_bound and hasattr(self.data, "getlist") else set()
        return queries.suggested(said, repeated) if said else None


def _hints(form: FindingForm) -> list[str]:
    values = {name: str(form.data.get(name, "")) for name in ("requirement", "evidence", "gap")}
    known = ("clause",) if form.data.get("clause") or form.data.get("regulation") else ()
    return queries.hints(grade=str(form.data.get("grade", "")), known=known, **values)


def _page(request: HttpRequest, audit: Audit, form: FindingForm, title: str, submit: str, line: ChecklistLine | None) -> HttpResponse:
    repeated = queries.repeated(audit, line)
    suggested = form.suggestion(len(repeated))
    more = {
        "line": line,
        "answers": queries.answers_of(person(request), line) if line is not None else [],
        "suggested": suggested,
        "suggested_label": Grade(suggested.grade).label if suggested else "",
        "why": [_(statements.WHY_TEXTS[code]) for code in suggested.why] if suggested else [],
        "hints": _hints(form) if form.is_bound else [],
        "repeated": repeated,
    }
    return form_page(request, "workspace/audits/finding.html", form, **about(audit, title, submit=submit, **more))


def _grade_first(form: FindingForm, repeated: int) -> bool:
    """Without a grade the page comes back with the one that suggests itself, to be confirmed."""
    if form.data.get("grade"):
        return False
    suggested = form.suggestion(repeated)
    if suggested is not None and suggested.grade != Grade.CONFORM:
        form.data = QueryDict.copy(form.data)  # type: ignore[arg-type]
        form.data["grade"] = suggested.grade
    form.add_error("grade", _("Choose a grade; the one suggested is filled in.") if suggested else _("Choose a grade."))
    return True


@staff
@require_http_methods(METHODS)
def finding_new(request: HttpRequest, number: str) -> HttpResponse:
    """Raise a finding, from a question (`?line=`) or beside them."""
    audit = opened(request, number)
    demand(request, "audits.raise_finding", audit)
    asked = request.GET.get("line", "")
    line = find_line(audit, int(asked)) if asked.isdecimal() else None
    form = FindingForm(**posted(request), audit=audit, initial=queries.initial(person(request), line) if line is not None else {})
    if request.method == "POST" and not (form.is_valid() and _grade_first(form, len(queries.repeated(audit, line)))):
        made = form.attempt(actions.raise_finding, by=person(request), audit=audit, line=line)
        if made is not None:
            messages.success(request, _("Draft %(number)s is raised; it is issued when the report is signed.") % {"number": made.number})
            if line is not None and audit.state == AuditState.UNDER_WAY:
                return redirect(reverse("workspace:audit_spot", args=[audit.number]) + f"?line={line.pk}")
            return redirect(reverse("workspace:audit", args=[audit.number]) + "#findings")
    return _page(request, audit, form, _("Raise a finding"), _("Raise the finding"), line)


def _draft(audit: Audit, number: str) -> Finding:
    found = queries.find_draft(audit, number)
    if found is None:
        raise Http404(_("There is no such draft in this audit."))
    return found


@staff
@require_http_methods(METHODS)
def finding_correct(request: HttpRequest, number: str, finding: str) -> HttpResponse:
    """Change a draft."""
    audit = opened(request, number)
    demand(request, "audits.raise_finding", audit)
    draft = _draft(audit, finding)
    names = ("grade", "clause", "regulation", "requirement", "evidence", "gap", "unit", "process")
    form = FindingForm(**posted(request), audit=audit, initial={name: getattr(draft, name) for name in names})
    line = draft.checklist_lines.first()
    asks = request.method == "POST" and form.is_valid() and _grade_first(form, len(queries.repeated(audit, line)))
    if request.method == "POST" and not asks and form.attempt(actions.correct_finding, by=person(request), audit=audit, finding=draft) is not None:
        messages.success(request, _("The draft is changed."))
        return redirect(reverse("workspace:audit", args=[audit.number]) + "#findings")
    return _page(request, audit, form, _("Draft %(number)s") % {"number": draft.number}, _("Save"), line)


class DropForm(ActionForm):
    reason = Lines(label=gettext_lazy("Reason"))


@staff
@require_http_methods(METHODS)
def finding_drop(request: HttpRequest, number: str, finding: str) -> HttpResponse:
    """Drop a draft, with a reason."""
    audit = opened(request, number)
    demand(request, "audits.raise_finding", audit)
    draft = _draft(audit, finding)
    form = DropForm(**posted(request))
    if request.method == "POST" and form.attempt(actions.drop_finding, by=person(request), audit=audit, finding=draft) is not None:
        messages.success(request, _("The draft is dropped."))
        return redirect(reverse("workspace:audit", args=[audit.number]) + "#findings")
    title = _("Drop draft %(number)s") % {"number": draft.number}
    return form_page(request, FORM, form, **about(audit, title, submit=_("Drop the draft"), danger=True, note=draft.gap))
