"""Who asks: the address of the client, also behind proxies of our own."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


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
