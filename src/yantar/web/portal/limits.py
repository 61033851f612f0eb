"""A bounded rate of requests for each client of the public pages, in each web process."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from yantar.core.clients import WINDOW, within_rate

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
