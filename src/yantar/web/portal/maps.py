"""Maps: tiles of a server that the government names. Without one nothing is loaded from anywhere, and places stay words and numbers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Tiles:
    """What a page tells its script. `centre`: latitude, longitude, zoom, where nothing is shown yet."""

    url: str
    attribution: str
    centre: str


def tiles() -> Tiles | None:
    """The map server; None where none is set."""
    return Tiles(settings.MAP_TILES, settings.MAP_ATTRIBUTION, settings.MAP_CENTRE) if settings.MAP_TILES else None


def tile_host() -> str:
    """Where the tiles come from, as a source of a content security policy; {s} stands for its subdomains."""
    parts = urlsplit(settings.MAP_TILES.replace("{s}", "*"))
    return f"{parts.scheme}://{parts.netloc}"


def with_tiles(view: View) -> View:
    """A view whose page may show a map: pictures from the map server are allowed there, and nowhere else. The outermost decorator."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if settings.MAP_TILES:
            response._csp_update = {**getattr(response, "_csp_update", {}), "img-src": [tile_host()]}  # type: ignore[attr-defined]
            # Map servers ask who shows their tiles; the address of the page stays here.
            response["Referrer-Policy"] = "strict-origin-when-cross-origin"
        return response

    return run
