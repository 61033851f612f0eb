"""The certificate that stands for an authority in a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from yantar.qms.organisation.models import AuthorityVersion

from .register import register, rows

IMPORTANCE = ("active", "suspended", "expired", "withdrawn", "superseded", "draft")
"""Of several certificates of one authority the one that says most about today stands for it."""


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """An authority with the certificate that stands for it; without one the fields of a certificate are empty."""

    version: AuthorityVersion
    number: str = ""
    status: str = ""
    edition: str = ""
    expires_on: date | None = None
    next_name: str = ""
    next_due: date | None = None


def authority_rows(versions: Iterable[AuthorityVersion], on: date) -> list[AuthorityRow]:
    """Every given authority with its certificate as of a day; a constant number of queries."""
    best: dict[str, Any] = {}
    for row in rows(None, register(None, on=on), on):
        if row.holder is None:
            continue
        known = best.get(row.holder.code)
        if known is None or IMPORTANCE.index(row.status) < IMPORTANCE.index(known.status):
            best[row.holder.code] = row
    result = []
    for version in versions:
        held = best.get(version.authority.code)
        if held is None:
            result.append(AuthorityRow(version))
        else:
            result.append(AuthorityRow(version, held.number, held.status, held.edition, held.expires_on, held.next_name, held.next_due))
    return result
