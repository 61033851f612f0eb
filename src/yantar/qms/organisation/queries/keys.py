"""Keys of programs: which one a secret is, and all of them for those who give them."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet

from yantar.core import clock
from yantar.core.actions import System

from ..actions.keys import LENGTH, PREFIX, print_of
from ..models import AccessKey

FORM = re.compile(rf"{PREFIX}[A-Za-z0-9]{{{LENGTH}}}")


def key_of(secret: str, purpose: str) -> AccessKey | None:
    """The key that a program shows, if it opens `purpose` today: not revoked, its last day not past. The authority comes with it.

    What is looked up is the print, so how long the answer takes says nothing about how near a guess was.
    """
    if not FORM.fullmatch(secret or ""):
        return None
    found = AccessKey.objects.select_related("authority").filter(print=print_of(secret)).first()
    if found is None or found.purpose != purpose or found.revoked_at is not None or found.last_day < clock.today():
        return None
    return found


def keys(viewer: Any) -> QuerySet[AccessKey]:
    """All keys, the newest first, with who gave them: for those who may give keys, none for others."""
    found = AccessKey.objects.select_related("authority", "given_by").order_by("-pk")
    return found if isinstance(viewer, System) or viewer.has_perm("organisation.give_key") else found.none()
