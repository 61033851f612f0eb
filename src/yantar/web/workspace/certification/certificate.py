"""One certificate with its internals, as of any day, and its scan."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.core.files import open_file
from yantar.core.models import JournalEntry
from yantar.qms.certification import queries
from yantar.qms.certification.queries import CertificatePage, Duty
from yantar.qms.organisation.queries import JournalFilters, journal
from yantar.web.ui.cycle import cycle_shown
from yantar.web.ui.days import day_asked
from yantar.web.workspace.access import staff

ENTRIES = 10
"""Rows of the journal on the page; the rest is a link away."""

NEAR = 90
"""Days from which the next step stands out."""

ACTIONS: dict[str, Any] = {
    "certification.grant_certificate": gettext_lazy("Certificate entered"),
    "certification.record_decision": gettext_lazy("Decision recorded"),
    "certification.correct_certificate": gettext_lazy("Entry corrected"),
    "certification.set_exclusions": gettext_lazy("Exclusions changed"),
    "certification.attach_scan": gettext_lazy("Scan attached"),
    "certification.supersede": gettext_lazy("Superseded by another certificate"),
    "certification.take_back_supersession": gettext_lazy("Supersession taken back"),
    "certification.record_audit": gettext_lazy("Audit recorded"),
}
"""Actions on a certificate in words."""


def opened(request: HttpRequest, number: str, on: date | None = None) -> CertificatePage:
    """The certificate as of a day (today). Raises Http404 where there is none or the person may not see its internals."""
    page = queries.certificate(request.user, number, on or clock.today())
    if page is None:
        raise Http404(_("There is no such certificate, or it belongs to an authority whose internals you do not see."))
    return page


def crumbs(page: CertificatePage, *more: str) -> list[tuple[str, str]]:
    """The way to a page below a certificate."""
    way = [(_("Certificates"), reverse("workspace:certificates"))]
    if not more:
        return [*way, (page.public.number, "")]
    return [*way, (page.public.number, reverse("workspace:certificate", args=[page.public.number])), *((words, "") for words in more)]


@staff
@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one certificate. Asked for an earlier day, it shows what was decided by then."""
    on = day_asked(request)
    page = opened(request, number, on)
    past = on < clock.today()
    entries = _journal(request, page)
    return render(
        request,
        "workspace/certification/certificate.html",
        {
            "on": on,
            "page": page,
            "public": page.public,
            "crumbs": crumbs(page),
            "cycle": cycle_shown(page.line),
            "decisions": [line for line in reversed(page.decisions) if not past or line.decision.decided_on <= on],
            "audits": [audit for audit in reversed(page.audits) if not past or audit.ended_on <= on],
            "ahead": [duty for duty in page.obligations if duty.state in ("late", "open", "ahead") and not _mere_consequence(duty)],
            "behind": [duty for duty in reversed(page.obligations) if duty.state in ("met", "missed", "cancelled")],
            "wrong": [one for one in page.breaches if not one.is_warning],
            "doubts": [one for one in page.breaches if one.is_warning],
            "history": [(one, one.ends_on and one.ends_on - timedelta(days=1)) for one in reversed(page.public.history)],
            "near": on + timedelta(days=NEAR),
            "sources": {one.fact: one for one in page.public.provenance},
            "entries": entries,
        },
    )


def _mere_consequence(duty: Duty) -> bool:
    """Restoration before anything has expired: what would be, not what must happen."""
    return duty.kind == "restoration_window" and duty.opens_on > duty.on


def _journal(request: HttpRequest, page: CertificatePage) -> list[tuple[JournalEntry, Any, list[tuple[str, Any]]]]:
    """The latest entries of the journal about this certificate, for those who may read it."""
    asked = JournalFilters(target_type="certification.certificate", target_id=str(page.certificate.pk))
    rows = Paginator(journal(request.user, asked), ENTRIES).get_page(1).object_list if request.user.has_perm("organisation.view_journal") else []
    return [(row, ACTIONS.get(row.action, row.action), _pairs(row.decided)) for row in rows]


def _pairs(text: str) -> list[tuple[str, Any]]:
    value = json.loads(text)
    return sorted((name, one) for name, one in value.items() if not isinstance(one, dict)) if isinstance(value, dict) else []


@staff
@require_safe
def scan(request: HttpRequest, number: str) -> FileResponse:
    """The scan as a download, never shown inside the page."""
    stored = opened(request, number).certificate.scan
    if stored is None:
        raise Http404(_("No scan is attached."))
    try:
        content = open_file(stored)
    except FileNotFoundError as error:
        raise Http404(_("The file is lost. Attach the scan again.")) from error
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
