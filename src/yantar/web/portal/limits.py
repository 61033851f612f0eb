"""A bounded rate of requests for each client of the public pages, in each web process."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

_limiter = FixedWindowRateLimiter(MemoryStorage())

View = Callable[..., HttpResponse]


def client(request: HttpRequest) -> str:
    """Who asks: the address of the connection; behind a trusted proxy the last address that the proxy added. IPv6 by its /64."""
    address = request.META.get("REMOTE_ADDR", "") or "local"
    if settings.TRUSTED_PROXIES and (forwarded := request.headers.get("X-Forwarded-For")):
        address = forwarded.split(",")[-settings.TRUSTED_PROXIES].strip() if forwarded.count(",") + 1 >= settings.TRUSTED_PROXIES else address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def public(view: View) -> View:
    """A public view: reading only, and not too often."""
    rate = functools.cache(parse)

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            response = HttpResponse(status=405)
            response["Allow"] = "GET, HEAD"
            return response
        if not _limiter.hit(rate(settings.PUBLIC_RATE), client(request)):
            from yantar.web.ui.errors import too_many

            response = too_many(request)
            response["Retry-After"] = "60"
            return response
        return view(request, *args, **kwargs)

    return run
