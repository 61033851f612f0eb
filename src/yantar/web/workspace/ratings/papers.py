"""What an authority hangs up or puts into its own site: the poster with a QR code, the snippet of the frame, the address of a kiosk."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.core.clients import absolute
from yantar.qms.feedback.queries import rating_work
from yantar.qms.feedback.queries.rating_work import RatedService
from yantar.web.workspace.access import demand, person, staff


def _found(request: HttpRequest, code: str) -> RatedService:
    found = rating_work.service_of(person(request), code, clock.today())
    if found is None:
        raise Http404(_("There is no such service."))
    demand(request, "feedback.view_ratings", found.service)
    return found


def snippet(request: HttpRequest, found: RatedService, site: str = "") -> str:
    """HTML for another site: one frame, no script."""
    address = absolute(request, reverse("portal:rate_widget", args=[found.service.code]).removeprefix("/en")) + (f"?site={site}" if site else "")
    title = _("Rate the service: %(name)s") % {"name": found.name}
    return format_html('<iframe src="{}" title="{}" width="100%" height="900" loading="lazy"></iframe>', address, title)


@staff
@require_safe
def papers(request: HttpRequest, code: str) -> HttpResponse:
    """Ways to let a service be rated, with what is to be copied or printed."""
    found = _found(request, code)
    link = absolute(request, reverse("portal:rate", args=[code]).removeprefix("/en"))
    kiosks = [(site, absolute(request, reverse("portal:rate_kiosk", args=[code, site.code]).removeprefix("/en"))) for site in found.sites]
    return render(request, "workspace/ratings/papers.html", {"found": found, "link": link, "kiosks": kiosks, "snippet": snippet(request, found)})


@staff
@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """A page to print and hang up; `?site=`: at which place."""
    found = _found(request, code)
    site = next((one for one in found.sites if one.code == request.GET.get("site")), None)
    if request.GET.get("site") and site is None:
        raise Http404(_("The service is not provided at this place."))
    asked = f"?site={site.code}" if site else ""
    return render(
        request,
        "workspace/ratings/poster.html",
        {"found": found, "site": site, "qr": reverse("portal:rate_qr", args=[code]).removeprefix("/en") + asked},
    )
