"""What a public form carries with it, signed: for what it was made, when, and a number of its own.

It says how long somebody took, lets a form count once however often it is sent, and, in a page shown inside another site, stands for the
CSRF cookie that browsers keep from third parties. That is safe there because the form acts for nobody: no session and no cookie is read,
so whoever made a stranger's browser send it would gain no more than by sending it from their own.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing

from yantar.core import clock

VALID = timedelta(hours=12)
"""How long a form may lie open."""
LONGEST = 2000


class Stale(Exception):
    """The stamp is missing, forged, of another form, or too old."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp that was read: what it was issued for, its number, its moment."""

    data: Mapping[str, Any]
    nonce: str
    issued_at: datetime

    @property
    def elapsed(self) -> float:
        """Seconds since the form was shown."""
        return (clock.now() - self.issued_at).total_seconds()

    @property
    def expires_at(self) -> datetime:
        return self.issued_at + VALID


def issue(purpose: str, **data: Any) -> str:
    """A new stamp for a form; `data`: plain values that the form must not change (readable by whoever has it)."""
    return signing.dumps([clock.now().timestamp(), secrets.token_urlsafe(12), data], salt=f"yantar.stamp.{purpose}", compress=False)


def read(purpose: str, token: str) -> Stamp:
    """The stamp of a form that came back. Raises Stale."""
    if not token or len(token) > LONGEST:
        raise Stale
    try:
        moment, nonce, data = signing.loads(token, salt=f"yantar.stamp.{purpose}")
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Stale from error
    stamp = Stamp(data, nonce, datetime.fromtimestamp(moment, tz=UTC))
    if not timedelta(0) <= clock.now() - stamp.issued_at <= VALID:
        raise Stale
    return stamp
