"""The report: its texts written, its figures shown, its papers, what the authority says to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yantar.core.files import open_file
from yantar.qms.audits import actions
from yantar.qms.audits.models import AuditState, Report, ReportState
from yantar.qms.audits.queries import audits as queries
from yantar.qms.audits.report import pdf
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, Lines, form_page, posted

from .opening import opened
from .prepare import FORM, METHODS, about

LANGUAGES = ("ru", "en")


class ReportForm(ActionForm):
    """The texts of a report; figures are computed."""

    conclusion = Lines(label=gettext_lazy("Conclusion"), rows=6, required=False)
    fulfilment = Lines(label=gettext_lazy("Degree of fulfilment"), rows=4, required=False)
    uncovered = Lines(label=gettext_lazy("Not covered"), required=False)
    disagreements = Lines(label=gettext_lazy("Disagreements"), required=False)
    distribution = Lines(label=gettext_lazy("Distribution"), rows=2, required=False)


class DisputeForm(ActionForm):
    dispute = Lines(label=gettext_lazy("What is disputed"), rows=6)


@staff
@require_http_methods(METHODS)
def audit_report(request: HttpRequest, number: str) -> HttpResponse:
    """Write the report beside its figures."""
    audit = opened(request, number)
    demand(request, "audits.draft_report", audit)
    page = queries.page(person(request), audit)
    if page.report is not None and page.report.state != ReportState.DRAFT:
        return redirect(reverse("workspace:audit", args=[audit.number]) + "#report")
    if audit.state not in (AuditState.UNDER_WAY, AuditState.REPORT_DRAFTED):
        raise PermissionDenied(_("The report is written on the spot or after it."))
    names = ("conclusion", "fulfilment", "uncovered", "disagreements", "distribution")
    form = ReportForm(**posted(request), initial={name: getattr(page.report, name, "") for name in names})
    if request.method == "POST" and form.attempt(actions.draft_report, by=person(request), audit=audit) is not None:
        messages.success(request, _("The report is kept as a draft."))
        return redirect(reverse("workspace:audit", args=[audit.number]) + "#report")
    return form_page(request, "workspace/audits/report.html", form, **about(audit, _("Report"), submit=_("Keep the draft"), page=page))


@staff
@require_safe
def audit_report_pdf(request: HttpRequest, number: str, language: str) -> HttpResponseBase:
    """The paper: as it was signed; before that, for those who write it, as it would be now."""
    audit = opened(request, number)
    row = Report.objects.filter(audit=audit).select_related("pdf_ru", "pdf_en").first()
    if row is None or language not in LANGUAGES:
        raise Http404(_("There is no report yet."))
    stored: Any = row.pdf_ru if language == "ru" else row.pdf_en
    if stored is not None:
        return FileResponse(open_file(stored), filename=stored.name, content_type="application/pdf")
    demand(request, "audits.raise_finding", audit)
    response = HttpResponse(pdf(audit, row, language), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="audit-{audit.number}-{language}-draft.pdf"'
    return response


@staff
@require_http_methods(METHODS)
def report_dispute(request: HttpRequest, number: str) -> HttpResponse:
    """The authority disputes the report."""
    audit = opened(request, number)
    demand(request, "audits.dispute_report", audit)
    form = DisputeForm(**posted(request))
    if request.method == "POST" and form.attempt(actions.dispute_report, by=person(request), audit=audit) is not None:
        messages.success(request, _("The lead auditor is told what you dispute."))
        return redirect(reverse("workspace:audit", args=[audit.number]) + "#report")
    note = _("The signed report stands as it is; your reasons and the answer to them stand beside it.")
    return form_page(request, FORM, form, **about(audit, _("Dispute the report"), submit=_("Dispute"), note=note))
