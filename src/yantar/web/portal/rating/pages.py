"""Pages of rating: by link or QR code, the QR code itself, the mail's link, and the task of proof."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import segno
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from yantar.core.actions import System
from yantar.core.clients import absolute
from yantar.core.problems import Refused
from yantar.qms.feedback import captcha
from yantar.qms.feedback.actions.ratings import confirm_rating
from yantar.qms.feedback.queries import ratings as queries
from yantar.qms.feedback.queries.ratings import Rateable

from ..appeals.doors import read_only, with_form
from ..limits import public
from .asking import fresh, place_or_404, take

WORKERS = {"worker-src": ["'self'"]}
"""The proof of work is computed by a worker of our own; no other page may start one."""
DAY = 24 * 3600


def rate_address(place: Rateable, by_qr: bool = False) -> str:
    """Path of the page where a service is rated, at its place if one is named."""
    asked = {**({"site": place.site.code} if place.site else {}), **({"via": "qr"} if by_qr else {})}
    return reverse("portal:rate", args=[place.service.code]) + (f"?{urlencode(asked)}" if asked else "")


@csp_update(WORKERS)
@with_form
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """Five questions on one page. `?site=`: where; `?via=qr`: by the code on the spot."""
    place = place_or_404(code, request.GET.get("site", "")[:60])
    by_qr = request.GET.get("via") == "qr"
    channel, here = "qr" if by_qr else "link", rate_address(place, by_qr)
    context = {"place": place}
    if request.method != "POST":
        return render(request, "portal/rating/rate.html", {**context, "ask": fresh(place, channel, here), "step": "form"})
    outcome = take(request, place, channel, here)
    if outcome.done:
        return redirect(reverse("portal:rate_thanks", args=[code]) + ("?mail=1" if outcome.waits else ""))
    return render(request, "portal/rating/rate.html", {**context, "ask": outcome.ask, "step": outcome.step}, status=outcome.status)


@read_only
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """What one sees afterwards, with the way to the figures."""
    return render(request, "portal/rating/thanks.html", {"place": place_or_404(code, ""), "waits": request.GET.get("mail") == "1"})


@with_form
def confirm(request: HttpRequest, pk: int, secret: str) -> HttpResponse:
    """The mail's link: a page with one button, because mail programs open links by themselves."""
    rating = queries.mailed(pk)
    if rating is None:
        raise Http404(_("This link confirms nothing. Copy it from the mail as a whole."))
    if request.method != "POST":
        return render(request, "portal/rating/confirm.html", {})
    try:
        confirm_rating(by=System("portal"), rating=rating, secret=secret)
    except Refused as refused:
        return render(request, "portal/rating/confirm.html", {"problems": refused.problems}, status=422)
    return render(request, "portal/rating/confirm.html", {"done": True})


@read_only
def task(request: HttpRequest) -> HttpResponse:
    """A new task of proof."""
    return JsonResponse(captcha.challenge("rating"))


def _code(request: HttpRequest, code: str) -> segno.QRCode:
    place = place_or_404(code, request.GET.get("site", "")[:60])
    # Russian, which offers English.
    return segno.make(absolute(request, rate_address(place, by_qr=True).removeprefix("/en")), error="m", micro=False)


@public
def qr_svg(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code that leads to rating the service (at `?site=`), as SVG without any script or style."""
    drawing = _code(request, code).svg_inline(scale=4, border=2, dark="#1b1b1a", light="#fff", omitsize=False, svgclass=None, lineclass=None)
    response = HttpResponse(drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), content_type="image/svg+xml")
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response


@public
def qr_png(request: HttpRequest, code: str) -> HttpResponse:
    """The same as PNG, large enough for print."""
    drawing = io.BytesIO()
    _code(request, code).save(drawing, kind="png", scale=16, border=2, dark="#1b1b1a", light="#fff")
    response = HttpResponse(drawing.getvalue(), content_type="image/png")
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response
