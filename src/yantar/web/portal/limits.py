"""Public views: a bounded rate of requests for each client, and pages kept while nothing changes, both in each web process."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from yantar.core import clock
from yantar.core.clients import WINDOW, within_rate
from yantar.core.freshness import Fresh
from yantar.web.ui.sight import sight_of

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A public view: reading only, and not too often."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            response = HttpResponse(status=405)
            response["Allow"] = "GET, HEAD"
            return response
        if not within_rate(request):
            from yantar.web.ui.errors import too_many

            return too_many(request, WINDOW)
        return view(request, *args, **kwargs)

    return run


def page(view: View) -> View:
    """A public page: for everybody without a sign-in it is the same, so it is made once and given again while nothing changes."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _answer(view, request, *args, **kwargs)

    return public(run)


KEPT = 256
"""Whole pages that a process keeps, the least asked for leave first."""

_pages: Fresh[bytes] = Fresh(KEPT)


class _NotKept(Exception):
    """An answer that is no page (a redirect, an error) is given once and not kept."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return view(request, *args, **kwargs)

    def make() -> bytes:
        response = view(request, *args, **kwargs)
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            raise _NotKept(response)
        return response.content

    try:
        body = _pages.get((request.build_absolute_uri(), clock.today(), sight_of(request)), make)
    except _NotKept as other:
        return other.response
    kept = HttpResponse(body)
    patch_vary_headers(kept, ["Cookie"])
    return kept
