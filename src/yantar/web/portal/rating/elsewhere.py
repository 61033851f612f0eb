"""Rating outside of the portal's own pages: inside another site, and at a kiosk."""

from __future__ import annotations

import functools
from typing import Any, cast

from csp.decorators import csp_replace, csp_update
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from yantar.core import clock
from yantar.core.problems import Problem
from yantar.core.secrecy import blind
from yantar.qms.feedback import admission
from yantar.qms.feedback.queries import ratings as queries
from yantar.qms.feedback.queries.ratings import Rateable
from yantar.qms.organisation.models import AccessKey
from yantar.qms.organisation.queries.keys import key_of

from ..appeals.doors import View, read_only, with_form
from .asking import fresh, place_or_404, take
from .pages import WORKERS

COOKIE = "yantar_kiosk"
REMEMBERED = 180 * 24 * 3600
"""Seconds that a device is remembered; its key may be revoked or run out before."""
GUESSES = 10
"""Keys that one network may try in an hour."""


def anywhere(view: View) -> View:
    """A page that any site may show in a frame. It reads no cookie, so it can do nothing in the name of whoever looks at it: a frame over
    or under it gains nothing. Its form carries a signed stamp instead of the CSRF cookie (feedback.stamps says why that is enough).
    """

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Whoever is signed in on the portal is nobody here.
        request.COOKIES.clear()
        request.user = AnonymousUser()
        return view(request, *args, **kwargs)

    framed = csrf_exempt(xframe_options_exempt(csp_update(WORKERS)(csp_replace({"frame-ancestors": ["*"]})(run))))
    return cast(View, framed)


@anywhere
@with_form
def widget(request: HttpRequest, code: str) -> HttpResponse:
    """The form as a page of its own for a frame; `?site=`: where."""
    place = place_or_404(code, request.GET.get("site", "")[:60])
    here = request.get_full_path()
    if request.method != "POST":
        return _bare(request, place, {"ask": fresh(place, "widget", here, csrf=False), "step": "form"})
    outcome = take(request, place, "widget", here, csrf=False)
    if outcome.done:
        return redirect(reverse("portal:rate_widget_thanks", args=[code]) + ("?mail=1" if outcome.waits else ""))
    return _bare(request, place, {"ask": outcome.ask, "step": outcome.step}, outcome.status)


@anywhere
@read_only
def widget_thanks(request: HttpRequest, code: str) -> HttpResponse:
    """What is seen in the frame afterwards."""
    place = place_or_404(code, "")
    start = reverse("portal:rate_widget", args=[code])
    return _bare(request, place, {"step": "thanks", "waits": request.GET.get("mail") == "1", "start": start})


def _bare(request: HttpRequest, place: Rateable, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "portal/rating/bare.html", {"place": place, **context}, status=status)


def _device(request: HttpRequest, place: Rateable) -> AccessKey | None:
    """The key of this kiosk, if it was typed on this device and still holds: for all authorities, or for the service's own."""
    try:
        pk = signing.loads(request.COOKIES.get(COOKIE, ""), salt="yantar.kiosk", max_age=REMEMBERED)
    except signing.BadSignature:
        return None
    found = queries.kiosk_key(pk, clock.today())
    return found if found is not None and _opens(found, place) else None


def _opens(key: AccessKey, place: Rateable) -> bool:
    return key.authority_id is None or key.authority_id == place.service.authority_id


@with_form
def kiosk(request: HttpRequest, code: str, site: str) -> HttpResponse:
    """The form on the whole screen of a device that stands at a place; it goes back to its beginning by itself.

    Who sets it up types the kiosk's key once; from then on the device needs no proof of work. The key is never in an address.
    """
    place = place_or_404(code, site)
    start = reverse("portal:rate_kiosk", args=[code, site])
    common = {"kiosk": True, "start": start}
    key = _device(request, place)
    if key is None:
        return _ask_for_key(request, place, common)
    if request.method != "POST" or "key" in request.POST:
        ask = fresh(place, "kiosk", start, with_text=False)
        ask.task = ""
        return _bare(request, place, {**common, "ask": ask, "step": "form"})
    outcome = take(request, place, "kiosk", start, kiosk=blind("kiosk", str(key.pk)), with_text=False)
    if outcome.done:
        return _bare(request, place, {**common, "step": "thanks"})
    return _bare(request, place, {**common, "ask": outcome.ask, "step": outcome.step}, outcome.status)


def _ask_for_key(request: HttpRequest, place: Rateable, common: dict[str, Any]) -> HttpResponse:
    typed = request.POST.get("key", "").strip() if request.method == "POST" else ""
    if not typed:
        return _bare(request, place, {**common, "step": "key"}, 403 if request.method == "POST" else 200)
    if not admission.admitted("kiosk.key", admission.client_print(request), GUESSES, 1000, admission.HOUR):
        return _bare(request, place, {**common, "step": "key", "problems": [Problem(_("Too many keys were tried. Try again in an hour."))]}, 429)
    key = key_of(typed, "kiosk")
    if key is None or not _opens(key, place):
        return _bare(request, place, {**common, "step": "key", "problems": [Problem(_("This key does not open this kiosk."))]}, 422)
    response = redirect(common["start"])
    response.set_cookie(
        COOKIE,
        signing.dumps(key.pk, salt="yantar.kiosk"),
        max_age=REMEMBERED,
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response
