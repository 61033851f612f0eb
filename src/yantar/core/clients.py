"""Who asks: the address of the client, also behind proxies of our own, and how often it may."""

from __future__ import annotations

import functools
import ipaddress

from django.conf import settings
from django.http import HttpRequest
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

WINDOW = 60
"""Seconds after which a client that asked too often may try again."""

_limiter = FixedWindowRateLimiter(MemoryStorage())
_rate = functools.cache(parse)


def client_address(request: HttpRequest) -> str:
    """The client's IP address, "" where it can't be told.

    Behind `settings.TRUSTED_PROXIES` trusted proxies each of them has added the address it saw to X-Forwarded-For: the one that counts is
    that many from the right. What a client writes there itself stands further left and is never believed.
    """
    address = request.META.get("REMOTE_ADDR", "") or ""
    proxies = int(settings.TRUSTED_PROXIES)
    if proxies:
        said = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(said) >= proxies:
            address = said[-proxies]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""


def client_network(request: HttpRequest) -> str:
    """Whose requests are counted together: an IPv4 address, the /64 of an IPv6 one (one household has all of it), "" where it can't be told."""
    address = client_address(request)
    return str(ipaddress.ip_network((address, 64), strict=False)) if ":" in address else address


def within_rate(request: HttpRequest) -> bool:
    """Counts the request in this web process; false when its client has asked more often than `settings.PUBLIC_RATE`."""
    return _limiter.hit(_rate(settings.PUBLIC_RATE), client_network(request))


def forget_requests() -> None:
    """Every client begins anew."""
    _limiter.storage.reset()


def absolute(request: HttpRequest, path: str) -> str:
    """A path of this Yantar as the address others reach it by: `settings.PUBLIC_URL`, or where the request came to."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
