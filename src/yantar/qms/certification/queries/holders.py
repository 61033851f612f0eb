"""Who answers for a certificate on a day: the main successor of whom it was granted to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.organisation.queries import successor_map


@dataclass(frozen=True, slots=True)
class Holder:
    """An authority as it was on a day: its code, kind and names."""

    code: str
    kind: str
    name_ru: str
    name_en: str
    short_ru: str = ""
    short_en: str = ""

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_ru

    @property
    def short(self) -> str:
        """The short name, or the full one where none is given."""
        return (self.short_en if get_language() == "en" else self.short_ru) or self.name


def holders(authorities: Iterable[int], on: date) -> dict[int, Holder]:
    """By the authority that certificates were granted to: who holds them on a day (two queries).

    An authority that has ended without a successor, or had not begun, is shown under its name nearest to the day.
    """
    wanted = set(authorities)
    if not wanted:
        return {}
    follow = successor_map(on)
    ends = {start: follow.get(start, start) for start in wanted}
    nearest: dict[int, tuple[bool, Holder]] = {}
    rows = AuthorityVersion.objects.filter(authority__in=set(ends.values())).order_by("authority_id", "valid_from")
    for authority, valid_from, *values in rows.values_list(
        "authority_id", "valid_from", "authority__code", "kind", "name_ru", "name_en", "short_ru", "short_en"
    ):
        known = nearest.get(authority)
        if known is None or valid_from <= on:
            nearest[authority] = (valid_from <= on, Holder(*values))
    return {start: nearest[end][1] for start, end in ends.items() if end in nearest}


def granted_to_or_held_by(authority: int, on: date) -> set[int]:
    """Authorities whose certificates belong to this one's page on a day: itself and whom it had followed by then."""
    return {authority} | {start for start, end in successor_map(on).items() if end == authority}
