"""What every page of appeals does first: a bounded rate, no caches, nothing of a form in error reports."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yantar.core.clients import WINDOW, within_rate
from yantar.web.ui.errors import too_many

View = Callable[..., HttpResponse]


def confidential(*methods: str) -> Callable[[View], View]:
    """A public page of one visitor alone: not too often, by these methods, never kept anywhere on the way."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs) if within_rate(request) else too_many(request, WINDOW)
            response["Cache-Control"] = "no-store, private"
            response["Referrer-Policy"] = "same-origin"
            response["X-Robots-Tag"] = "noindex"
            return response

        return sensitive_post_parameters()(require_http_methods(list(methods))(run))

    return decorate


def read_only(view: View) -> View:
    """A page that is only read."""
    return confidential("GET", "HEAD")(view)


def with_form(view: View) -> View:
    """A page with a form, or a button that changes something."""
    return confidential("GET", "HEAD", "POST")(view)


def button(view: View) -> View:
    """What only a form of one of these pages calls."""
    return confidential("POST")(view)
