"""Audits of the certification body: planned, recorded as facts, their findings entered one by one or from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yantar.core.problems import Refused
from yantar.qms.audits import actions, exchange
from yantar.qms.audits.models import EXTERNAL, AuditKind, AuditMethod
from yantar.qms.audits.queries import external as queries
from yantar.qms.certification.models import Certificate, CertificateSite
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, DayField, Lines, form_page, posted

from .opening import crumbs, opened
from .prepare import FORM, METHODS, about
from .raising import FindingForm

MOST_BYTES = 10 * 2**20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PlanForm(ActionForm):
    """An audit of the certification body."""

    certificate = forms.ModelChoiceField(Certificate.objects.none(), label=gettext_lazy("Certificate"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(one.value, one.label) for one in AuditKind if one in EXTERNAL])
    window_first = DayField(label=gettext_lazy("Not before"))
    window_last = DayField(label=gettext_lazy("Not after"))
    first_day = DayField(label=gettext_lazy("First day"), required=False, help_text=gettext_lazy("If it is agreed already."))
    last_day = DayField(label=gettext_lazy("Last day"), required=False)
    person_days = forms.IntegerField(label=gettext_lazy("Person-days"), min_value=1, max_value=200, initial=1)
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=AuditMethod.choices, initial=AuditMethod.ON_SITE)
    objective = Lines(label=gettext_lazy("Objective"), required=False, rows=2)
    layout = ("certificate", "kind", ("window_first", "window_last"), ("first_day", "last_day"), ("person_days", "method"), "objective")

    def __init__(self, *args: Any, certificates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["certificate"].queryset = certificates  # type: ignore[attr-defined]


@staff
@require_http_methods(METHODS)
def external_new(request: HttpRequest) -> HttpResponse:
    """Plan an audit of the certification body."""
    certificates = queries.certificates_to_plan(person(request))
    if not certificates.exists():
        demand(request, "audits.plan_external", None)
    form = PlanForm(**posted(request), certificates=certificates, initial={"certificate": request.GET.get("certificate")})
    if request.method == "POST" and (made := form.attempt(actions.plan_external, by=person(request))) is not None:
        messages.success(request, _("Audit %(number)s is planned.") % {"number": made.number})
        return redirect("workspace:audit", number=made.number)
    title = _("Certification body's audit")
    context = {"title": title, "crumbs": crumbs(None, title), "back": reverse("workspace:audits"), "submit": _("Plan the audit")}
    return form_page(request, FORM, form, **context)


class DaysForm(ActionForm):
    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))
    layout = (("first_day", "last_day"),)


@staff
@require_http_methods(METHODS)
def external_days(request: HttpRequest, number: str) -> HttpResponse:
    """The certification body has named the days."""
    audit = opened(request, number)
    demand(request, "audits.record_external", audit)
    form = DaysForm(**posted(request), initial={"first_day": audit.first_day, "last_day": audit.last_day})
    if request.method == "POST" and form.attempt(actions.set_external_days, by=person(request), audit=audit) is not None:
        messages.success(request, _("The days are kept."))
        return redirect("workspace:audit", number=audit.number)
    return form_page(request, FORM, form, **about(audit, _("Days of the audit"), submit=_("Save")))


class FactForm(ActionForm):
    """What the body's report says of the audit."""

    began_on = DayField(label=gettext_lazy("First day"), required=False)
    ended_on = DayField(label=gettext_lazy("Last day"))
    days = forms.DecimalField(label=gettext_lazy("Audit days"), required=False, max_digits=5, decimal_places=1, localize=True)
    body_report = forms.CharField(label=gettext_lazy("Report number"), max_length=60, required=False)
    sites = forms.ModelMultipleChoiceField(
        CertificateSite.objects.none(), label=gettext_lazy("Sites visited"), required=False, widget=forms.CheckboxSelectMultiple
    )
    layout: tuple[Any, ...] = (("began_on", "ended_on"), ("days", "body_report"), "sites")

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        if not sites:
            self.layout = self.layout[:-1]
        super().__init__(*args, **kwargs)
        if sites:
            self.fields["sites"].queryset = sites  # type: ignore[attr-defined]
            self.fields["sites"].label_from_instance = lambda one: one.site.name  # type: ignore[attr-defined]
        else:
            del self.fields["sites"]

    def parameters(self) -> dict[str, Any]:
        return {**self.cleaned_data, "sites": tuple(self.cleaned_data.get("sites") or ())}


@staff
@require_http_methods(METHODS)
def external_report(request: HttpRequest, number: str) -> HttpResponse:
    """The audit is over: record it as a fact of the certificate."""
    audit = opened(request, number)
    demand(request, "audits.report_external", audit)
    sites = audit.certificate.certificate_sites.select_related("site") if audit.certificate is not None else None
    form = FactForm(**posted(request), sites=sites, initial={"began_on": audit.first_day, "ended_on": audit.last_day})
    if request.method == "POST" and form.attempt(actions.report_external, by=person(request), audit=audit) is not None:
        messages.success(request, _("The audit is recorded on the certificate. Enter its findings."))
        return redirect("workspace:audit", number=audit.number)
    return form_page(request, FORM, form, **about(audit, _("Record the audit"), submit=_("Record the audit")))


class ExternalFindingForm(FindingForm):
    """A finding as the body's report words it."""

    raised_on = DayField(label=gettext_lazy("Raised on"), required=False)
    layout = ("grade", ("clause", "regulation"), "requirement", "evidence", "gap", ("unit", "process"), "raised_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["helper"]
        self.fields["grade"].required = True


@staff
@require_http_methods(METHODS)
def external_finding_new(request: HttpRequest, number: str) -> HttpResponse:
    """Enter one finding of the body's report."""
    audit = opened(request, number)
    demand(request, "audits.record_external", audit)
    form = ExternalFindingForm(**posted(request), audit=audit, initial={"raised_on": audit.ended_on})
    if request.method == "POST" and (made := form.attempt(actions.raise_external_finding, by=person(request), audit=audit)) is not None:
        messages.success(request, _("Finding %(number)s is entered.") % {"number": made.number})
        return redirect(reverse("workspace:audit", args=[audit.number]) + "#findings")
    return form_page(request, FORM, form, **about(audit, _("Enter a finding"), submit=_("Enter the finding")))


class ImportForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Table (XLSX)"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}))


@staff
@require_http_methods(METHODS)
def external_import(request: HttpRequest, number: str) -> HttpResponse:
    """Findings from a file: first looked at, everything wrong said at once; then, by a second press, all of it or nothing."""
    audit = opened(request, number)
    demand(request, "audits.record_external", audit)
    second = "sealed" in request.POST
    form = ImportForm(**(posted(request) if not second else {}))
    looked: list[exchange.FindingRow] = []
    problems: list[Any] = []
    try:
        if second:
            rows = exchange.unsealed(audit, request.POST["sealed"])
            count = actions.import_external_findings(by=person(request), audit=audit, rows=rows)
            messages.success(request, _("Findings entered: %(count)s.") % {"count": count})
            return redirect(reverse("workspace:audit", args=[audit.number]) + "#findings")
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            if upload.size > MOST_BYTES:
                raise Refused(_("The file is too large: at most %(limit)s MB.") % {"limit": MOST_BYTES // 2**20})
            looked = exchange.read(audit, upload.read(), upload.name)
    except Refused as refused:
        problems = refused.problems
    wrong = bool(problems) or (form.is_bound and not form.is_valid())
    context = {
        **about(audit, _("Import of findings")),
        "form": form,
        "looked": looked,
        "sealed": exchange.sealed(audit, looked) if looked else "",
        "problems": problems,
    }
    return render(request, "workspace/audits/import.html", context, status=422 if wrong else 200)


@staff
@require_safe
def external_template(request: HttpRequest) -> HttpResponse:
    """The empty table to fill in."""
    response = HttpResponse(exchange.template(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="findings.xlsx"'
    return response
