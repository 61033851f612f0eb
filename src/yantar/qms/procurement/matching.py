"""Which authority a buyer of the records is: suggestions by INN and by name, as of the days of its procedures. Facts in, suggestions out."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yantar.qms.organisation.models import Authority, AuthorityVersion, Succession

INN, NAME, PERSON = "inn", "name", "person"


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer of the records and the days of its first and last procedure."""

    buyer_id: str
    name: str
    inn: str
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A buyer may be an authority in a span (None: without end on this side); why: inn or name."""

    buyer: Buyer
    authority_id: int
    why: str
    valid_from: date | None
    valid_to: date | None


def normalised(name: str) -> str:
    """A name for comparing: without case, quotes, marks and the difference of е and ё."""
    name = unicodedata.normalize("NFKC", name).casefold().replace("ё", "е")
    return " ".join(re.findall(r"\w+", name))


def overlap(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two spans (from included, to not included, None: no end) have a day in common."""
    (start, end), (begin, stop) = one, other
    return (end is None or begin is None or begin < end) and (stop is None or start is None or start < stop)


class Known:
    """The authorities as they were and are, read at once: three queries."""

    def __init__(self) -> None:
        self.lives: dict[int, tuple[date, date | None]] = {}
        self.by_inn: dict[str, int] = {}
        for pk, inn, start, end in Authority.objects.values_list("pk", "inn", "valid_from", "valid_to"):
            self.lives[pk] = (start, end)
            if inn:
                self.by_inn[inn] = pk
        self.by_name: Mapping[str, dict[int, list[tuple[date, date | None]]]] = defaultdict(dict)
        for one in AuthorityVersion.objects.all():
            for name in {normalised(text) for text in (one.name_ru, one.name_en, one.short_ru, one.short_en)} - {""}:
                self.by_name[name].setdefault(one.authority_id, []).append((one.valid_from, one.valid_to))
        steps = Succession.objects.filter(is_main=True).order_by("reorganisation__effective_on", "pk")
        self.followed: dict[int, tuple[date, int]] = {
            old: (day, new) for old, new, day in steps.values_list("predecessor_id", "successor_id", "reorganisation__effective_on")
        }

    def suggest(self, buyer: Buyer) -> list[Suggestion]:
        """Whom a buyer may be; an authority that ended is followed by its main successor from that day."""
        days = (buyer.first_on, _after(buyer.last_on))
        if buyer.inn and buyer.inn in self.by_inn:
            return self._line(buyer, self.by_inn[buyer.inn], INN)
        named = self.by_name.get(normalised(buyer.name), {}) if buyer.name else {}
        lived = [authority for authority, spans in named.items() if any(overlap(span, days) for span in spans)]
        # One name of two authorities at the same time says nothing.
        if any(overlap(self.lives[one], self.lives[other]) for one in lived for other in lived if one < other):
            return []
        found: dict[int, Suggestion] = {}
        for authority in lived:
            for suggestion in self._line(buyer, authority, NAME):
                found.setdefault(suggestion.authority_id, suggestion)
        return list(found.values())

    def _line(self, buyer: Buyer, authority: int, why: str) -> list[Suggestion]:
        found: list[Suggestion] = []
        since: date | None = None
        seen: set[int] = set()
        while authority not in seen:
            seen.add(authority)
            start, end = self.lives[authority]
            start = max(since, start) if since is not None else start
            ends = end is not None and (buyer.last_on is None or buyer.last_on >= end)
            begins = since is not None or (buyer.first_on is not None and buyer.first_on < start)
            if overlap((start, end), (buyer.first_on, _after(buyer.last_on))):
                found.append(Suggestion(buyer, authority, why, start if begins else None, end if ends else None))
            step = self.followed.get(authority)
            if step is None or not ends or buyer.last_on is None:
                break
            since, authority = step
        return found


def _after(day: date | None) -> date | None:
    return date.fromordinal(day.toordinal() + 1) if day is not None and day < date.max else None


def new_ones(buyers: Iterable[Buyer], known: Known, present: Sequence[tuple[str, int, str, date | None, date | None]]) -> list[Suggestion]:
    """Suggestions that nobody has seen: neither made before (whatever became of them) nor against what is confirmed.

    `present`: (buyer_id, authority_id, state, valid_from, valid_to) of the matches there are.
    """
    made = {(buyer_id, authority) for buyer_id, authority, *_rest in present}
    confirmed: dict[str, list[tuple[date | None, date | None]]] = defaultdict(list)
    for buyer_id, _authority, state, start, end in present:
        if state == "confirmed":
            confirmed[buyer_id].append((start, end))
    found = []
    for buyer in buyers:
        for one in known.suggest(buyer):
            taken = any(overlap((one.valid_from, one.valid_to), span) for span in confirmed[buyer.buyer_id])
            if (buyer.buyer_id, one.authority_id) not in made and not taken:
                found.append(one)
    return found
