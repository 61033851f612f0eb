"""Decisions of the certification body and audits, recorded and taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yantar.qms.certification import queries
from yantar.qms.certification.actions import record_audit, record_decision, reverse_decision, take_back_audit
from yantar.qms.certification.models import DecisionKind
from yantar.qms.certification.queries import CertificatePage
from yantar.qms.standards import queries as standards
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import form_page, posted

from .certificate import crumbs, opened
from .forms.audit import AuditForm
from .forms.decision import EXPLAINED, DecisionForm, ReasonForm

PERMISSION = "certification.record_decision"
FORM = "workspace/certification/form.html"
GET_AND_POST = ["GET", "HEAD", "POST"]


def back_to(page: CertificatePage, anchor: str = "") -> HttpResponse:
    """To the certificate, where the outcome stands."""
    return redirect(reverse("workspace:certificate", args=[page.certificate.number]) + (f"#{anchor}" if anchor else ""))


def about(page: CertificatePage, title: str, **more: Any) -> dict[str, Any]:
    """What every form about a certificate shows around itself."""
    return {
        "title": title,
        "pretitle": f"{page.public.number} · {page.public.holder.name if page.public.holder else page.public.client}",
        "crumbs": crumbs(page, title),
        "back": reverse("workspace:certificate", args=[page.public.number]),
        "page": page,
        "public": page.public,
        **more,
    }


def choices(page: CertificatePage) -> dict[str, list[tuple[str, Any, Any]]]:
    """Kinds of decisions with what they mean: those that the status foresees, and the others, which will ask for a reason."""
    foreseen = list(page.foreseen)
    others = [kind for kind in DecisionKind if kind not in foreseen]
    return {
        "foreseen": [(kind.value, kind.label, EXPLAINED[kind]) for kind in foreseen],
        "others": [(kind.value, kind.label, EXPLAINED[kind]) for kind in others],
    }


@staff
@require_http_methods(GET_AND_POST)
def decision_new(request: HttpRequest, number: str) -> HttpResponse:
    """First what was decided, then the fields of that kind. Against the rules it is recorded only with a reason."""
    page = opened(request, number)
    demand(request, PERMISSION, page.certificate)
    kind = request.POST.get("kind") or request.GET.get("kind") or ""
    if kind not in DecisionKind.values:
        status = 422 if request.method == "POST" else 200
        context = about(page, _("What did the certification body decide?"), **choices(page))
        return render(request, "workspace/certification/decision_kind.html", context, status=status)
    form = DecisionForm(**posted(request), kind=kind, editions=standards.editions(), bodies=queries.bodies())
    if request.method == "POST":
        made = form.attempt(record_decision, by=request.user, certificate=page.certificate)
        if made is not None:
            messages.success(request, _("Recorded: %(decision)s.") % {"decision": made.get_kind_display()})
            return back_to(page, "decisions")
    return form_page(
        request,
        "workspace/certification/decision.html",
        form,
        **about(page, str(DecisionKind(kind).label), submit=_("Record the decision"), kind=kind, explained=EXPLAINED[kind]),
        aside="workspace/certification/parts/beside.html",
    )


@staff
@require_http_methods(GET_AND_POST)
def decision_reverse(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A wrong entry is taken back by another one; both stay visible."""
    page = opened(request, number)
    decision = queries.find_decision(request.user, number, pk)
    if decision is None:
        raise Http404(_("There is no such decision."))
    demand(request, PERMISSION, decision)
    form = ReasonForm(**posted(request))
    if request.method == "POST" and form.attempt(reverse_decision, by=request.user, decision=decision):
        messages.success(request, _("The entry is taken back. Both entries stay in the history."))
        return back_to(page, "decisions")
    what = {"decision": decision.get_kind_display(), "day": decision.decided_on.strftime("%d.%m.%Y")}
    return form_page(
        request,
        FORM,
        form,
        **about(page, _("Take back: %(decision)s, %(day)s") % what, submit=_("Take the entry back"), danger=True),
        note=_("For entries that are wrong. If the certification body changed its mind, record its new decision instead."),
    )


@staff
@require_http_methods(GET_AND_POST)
def audit_new(request: HttpRequest, number: str) -> HttpResponse:
    """An audit of the certification body that is over."""
    page = opened(request, number)
    demand(request, PERMISSION, page.certificate)
    sites = page.certificate.certificate_sites.select_related("site").order_by("-is_central", "site__code")
    form = AuditForm(**posted(request), sites=sites)
    if request.method == "POST" and form.attempt(record_audit, by=request.user, certificate=page.certificate):
        messages.success(request, _("The audit is recorded."))
        return back_to(page, "audits")
    aside = "workspace/certification/parts/beside.html"
    return form_page(request, FORM, form, **about(page, _("Record an audit"), submit=_("Record the audit")), aside=aside)


@staff
@require_http_methods(GET_AND_POST)
def audit_take_back(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """An audit entered wrongly stays visible as taken back."""
    page = opened(request, number)
    audit = queries.find_audit(request.user, number, pk)
    if audit is None:
        raise Http404(_("There is no such audit."))
    demand(request, PERMISSION, audit)
    form = ReasonForm(**posted(request))
    if request.method == "POST" and form.attempt(take_back_audit, by=request.user, audit=audit):
        messages.success(request, _("The audit is taken back; it stays visible."))
        return back_to(page, "audits")
    what = {"audit": audit.get_kind_display(), "day": audit.ended_on.strftime("%d.%m.%Y")}
    title = _("Take back the audit: %(audit)s, %(day)s") % what
    return form_page(request, FORM, form, **about(page, title, submit=_("Take the audit back"), danger=True))
