"""Choosing the version for people with low vision: a plain form, an answer that sets a cookie and leads back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import pgettext_lazy

from yantar.web.ui.sight import CHOICES, COOKIE, KEPT_SECONDS, Sight, sight_asked, sight_of

from .limits import public

LONGEST = 2000
TITLES: dict[str, Any] = {
    "size": pgettext_lazy("low vision", "Size of letters"),
    "contrast": pgettext_lazy("low vision", "Colours"),
    "letters": pgettext_lazy("low vision", "Space between letters"),
    "lines": pgettext_lazy("low vision", "Height of lines"),
    "pictures": pgettext_lazy("low vision", "Pictures"),
}


def _back(request: HttpRequest) -> str:
    """Where to go back to: a page of this site, else the first one."""
    asked = request.GET.get("next", "")[:LONGEST]
    inside = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.isprintable()
    return asked if inside else reverse("portal:home")


@public
def sight(request: HttpRequest) -> HttpResponse:
    """The form; with `save` the choice is kept, with `usual` it is forgotten, and the page before is shown again."""
    back = _back(request)
    if "save" in request.GET or "usual" in request.GET:
        chosen = Sight() if "usual" in request.GET else sight_asked(request)
        response: HttpResponse = HttpResponseRedirect(back)
        if chosen.on:
            secure = bool(settings.SESSION_COOKIE_SECURE)
            response.set_cookie(COOKIE, chosen.cookie, max_age=KEPT_SECONDS, httponly=True, secure=secure, samesite="Lax")
        else:
            response.delete_cookie(COOKIE, samesite="Lax")
        response["Cache-Control"] = "no-store"
        return response
    now = sight_of(request).chosen
    groups = [(name, TITLES[name], [(value, words, value == now[name]) for value, words in CHOICES[name]]) for name in CHOICES]
    response = render(request, "portal/sight.html", {"groups": groups, "back": back})
    response["Cache-Control"] = "no-store"
    return response
