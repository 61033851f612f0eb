"""Words of certification for templates: `{% load certification %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yantar.qms.organisation.models import AuthorityKind

register = template.Library()


@register.filter
def kind_label(kind: str) -> str:
    """The kind of an authority in words."""
    return str(AuthorityKind(kind).label) if kind in AuthorityKind.values else ""


@register.filter
def days_words(days: int) -> str:
    """A number of days in words, without a sign: 26 days."""
    if days == 0:
        return _("today")
    return ngettext("%(days)s day", "%(days)s days", abs(days)) % {"days": abs(days)}


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """What a mapping holds under a key; None without it."""
    return mapping.get(key)
