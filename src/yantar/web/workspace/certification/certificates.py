"""A certificate itself: entered, corrected, its exclusions, its scan, the certificate that takes its place, export of the list."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yantar.core import clock
from yantar.core.problems import Problem, Refused
from yantar.qms.certification import queries
from yantar.qms.certification.actions import attach_scan, correct_certificate, grant_certificate, set_exclusions, supersede, take_back_supersession
from yantar.qms.organisation import queries as organisation
from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.standards import queries as standards
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import form_page, posted

from .certificate import opened
from .decisions import FORM, GET_AND_POST, about, back_to
from .forms.certificate import CorrectForm, ExclusionFormSet, Exclusions, GrantForm, ScanForm, SupersedeForm
from .forms.decision import ReasonForm

PERMISSION = "certification.change_certificate"


def _mine(request: HttpRequest) -> list[AuthorityVersion]:
    """Authorities of today for which the person may enter a certificate."""
    allowed = queries.may_grant_for(request.user)
    found = organisation.authorities(request.user, clock.today())
    return list(found if allowed is None else found.filter(authority__in=allowed))


@staff
@require_http_methods(GET_AND_POST)
def certificate_new(request: HttpRequest) -> HttpResponse:
    """First the authority, where there are several; then the certificate with the decision that granted it."""
    mine = _mine(request)
    if not mine:
        demand(request, "certification.record_decision")
    crumbs = [(_("Certificates"), reverse("workspace:certificates")), (_("New certificate"), "")]
    code = request.GET.get("authority") or (mine[0].authority.code if len(mine) == 1 else "")
    chosen = next((version for version in mine if version.authority.code == code), None)
    if chosen is None:
        if code:
            raise Http404(_("There is no such authority, or you may not enter certificates for it."))
        context = {"title": _("Whose certificate is it?"), "crumbs": crumbs, "authorities": mine, "bodies": queries.bodies().exists()}
        return render(request, "workspace/certification/choose_authority.html", context)
    demand(request, "certification.record_decision", chosen.authority)
    sites = organisation.sites(request.user, chosen.authority, clock.today())
    form = GrantForm(**posted(request), editions=standards.editions(), bodies=queries.bodies(), sites=sites)
    if request.method == "POST":
        made = form.attempt(grant_certificate, by=request.user, authority=chosen.authority)
        if made is not None:
            messages.success(request, _("Certificate %(number)s is entered.") % {"number": made.number})
            return redirect("workspace:certificate", number=made.number)
    return form_page(
        request,
        FORM,
        form,
        title=_("New certificate"),
        pretitle=chosen.name,
        crumbs=crumbs,
        submit=_("Enter the certificate"),
        back=reverse("workspace:certificates"),
    )


@staff
@require_http_methods(GET_AND_POST)
def certificate_correct(request: HttpRequest, number: str) -> HttpResponse:
    """What was typed wrongly and no decision fixed."""
    page = opened(request, number)
    demand(request, PERMISSION, page.certificate)
    form = CorrectForm(**posted(request), certificate=page.certificate)
    if request.method == "POST":
        changed = form.attempt(correct_certificate, by=request.user, certificate=page.certificate)
        if changed is not None:
            messages.success(request, _("The entry is corrected."))
            return redirect("workspace:certificate", number=changed.number)
    note = _("Dates, edition, certification body and status follow from decisions: take back a wrong decision and record the right one.")
    return form_page(request, FORM, form, **about(page, _("Correct the entry"), submit=_("Save the correction"), note=note))


@staff
@require_http_methods(GET_AND_POST)
def scan_attach(request: HttpRequest, number: str) -> HttpResponse:
    """Attach a scan, or replace it; the former one stays in the history."""
    page = opened(request, number)
    demand(request, PERMISSION, page.certificate)
    form = ScanForm(**posted(request))
    if request.method == "POST" and form.attempt(attach_scan, by=request.user, certificate=page.certificate):
        messages.success(request, _("The scan is attached."))
        return back_to(page)
    note = _("The former scan stays in the history.") if page.certificate.scan else ""
    return form_page(request, FORM, form, **about(page, _("Attach a scan"), submit=_("Attach"), note=note))


@staff
@require_http_methods(GET_AND_POST)
def certificate_supersede(request: HttpRequest, number: str) -> HttpResponse:
    """Another certificate takes the place of this one; where one did, that can be taken back."""
    page = opened(request, number)
    demand(request, PERMISSION, page.certificate)
    if page.certificate.superseded_by is not None:
        return _not_superseded(request, page)
    form = SupersedeForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        follower = queries.find_certificate(form.cleaned_data["by_certificate"])
        if follower is None:
            form.refuse([Problem(_("No certificate with this number is recorded."), "unknown", "by_certificate")])
        else:
            try:
                supersede(by=person(request), certificate=page.certificate, by_certificate=follower, on=form.cleaned_data["on"])
            except Refused as refused:
                form.refuse(refused.problems)
            else:
                messages.success(request, _("Recorded: %(number)s takes its place.") % {"number": follower.number})
                return back_to(page)
    note = _("The certificate stays visible with its history.")
    return form_page(request, FORM, form, **about(page, _("Superseded by another certificate"), submit=_("Record"), note=note))


def _not_superseded(request: HttpRequest, page: Any) -> HttpResponse:
    form = ReasonForm(**posted(request))
    if request.method == "POST" and form.attempt(take_back_supersession, by=request.user, certificate=page.certificate):
        messages.success(request, _("The supersession is taken back."))
        return back_to(page)
    title = _("Take back: superseded by %(number)s") % {"number": page.certificate.superseded_by.number}
    return form_page(request, FORM, form, **about(page, title, submit=_("Take it back"), danger=True))


@staff
@require_http_methods(GET_AND_POST)
def exclusions(request: HttpRequest, number: str) -> HttpResponse:
    """Clauses that the certificate leaves out, all of them at once."""
    page = opened(request, number)
    demand(request, PERMISSION, page.certificate)
    initial = [
        {name: getattr(one, name) for name in ("clause_number", "justification", "approved_by", "approved_on")} for one in page.public.exclusions
    ]
    formset = cast(Exclusions, ExclusionFormSet(**posted(request), initial=initial))
    if request.method == "POST" and formset.is_valid():
        try:
            set_exclusions(by=person(request), certificate=page.certificate, exclusions=formset.entries())
        except Refused as refused:
            formset.refuse(refused.problems)
        else:
            messages.success(request, _("The exclusions are saved."))
            return back_to(page, "exclusions")
    context = about(page, _("Clauses left out"), formset=formset, problems=formset.problems)
    return render(request, "workspace/certification/exclusions.html", context, status=422 if formset.is_bound else 200)
