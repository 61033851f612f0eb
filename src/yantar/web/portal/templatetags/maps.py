"""The map server for templates."""

from __future__ import annotations

from django import template

from yantar.web.portal import maps

register = template.Library()


@register.simple_tag
def map_tiles() -> maps.Tiles | None:
    """The map server, or None: `{% map_tiles as tiles %}`."""
    return maps.tiles()
