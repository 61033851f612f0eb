"""Limits of the law as this government keeps them: those of the library, with what was changed or confirmed here over them, by day.

The calendar that the clock counts by is `organisation.queries.working_calendar`, given on here: there is no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from yantar.core.freshness import Fresh
from yantar.library.deadlines import Extension, LegalTerm, PaperKind, Sourced, SuspensionRule, load_deadlines
from yantar.qms.organisation.queries import working_calendar

from .models import LegalLimit

EXTENSION, SUSPENSION = "extension", "suspension"
"""Keys of a LegalLimit that are no term of the law."""

_rows: Fresh[tuple[LegalLimit, ...]] = Fresh(1)
_kinds: Fresh[PaperKind] = Fresh(64)

__all__ = ["EXTENSION", "SUSPENSION", "KindLimits", "KnownLimit", "all_limits", "kind_keys", "rules_on", "ruled", "working_calendar"]


def kind_keys() -> tuple[str, ...]:
    """Keys of all kinds of paper, in the library's order: service_request, service_complaint, appeal, information_request, remark."""
    return tuple(kind.key for kind in load_deadlines().kinds)


def rules_on(kind: str, day: date) -> PaperKind:
    """The limits of a kind of paper as they hold on a day; give them to the clock of `engine.deadlines` as its rules.

    kind: one of `kind_keys`; KeyError for another. At most one query, none while nothing was changed anywhere in between.
    """
    return _kinds.get((kind, day), lambda: ruled(load_deadlines().kind(kind), _kept(), day))


def _kept() -> tuple[LegalLimit, ...]:
    return _rows.get("all", lambda: tuple(LegalLimit.objects.order_by("valid_from")))


def ruled(kind: PaperKind, rows: Iterable[LegalLimit], day: date) -> PaperKind:
    """A kind with the rows that hold on a day in place of what it says; rows in the order of their days, those of other kinds don't count."""
    for row in rows:
        if row.kind != kind.key or row.valid_from > day:
            continue
        if row.key == EXTENSION:
            if kind.extension is not None:
                kind = replace(kind, extension=replace(kind.extension, most_days=row.days, confirmed=row.confirmed, **_sources(kind.extension, row)))
        elif row.key == SUSPENSION:
            if kind.suspension is not None:
                kind = replace(kind, suspension=replace(kind.suspension, confirmed=row.confirmed, **_sources(kind.suspension, row)))
        else:
            term = next((term for term in kind.terms if (term.key, term.variant) == (row.key, row.variant)), None)
            if term is not None:
                kind = kind.with_term(_changed(term, row))
    return kind


def _changed(term: LegalTerm, row: LegalLimit) -> LegalTerm:
    return replace(
        term,
        days=term.days and row.days,
        unit=row.unit,
        last_day=row.last_day,
        confirmed=row.confirmed,
        last_day_confirmed=row.confirmed,
        **_sources(term, row),
    )


def _sources(rule: Sourced, row: LegalLimit) -> dict[str, Any]:
    """People name a source in one language; what they left as it ships stays in both."""
    if row.source in (rule.source_en, rule.source_ru):
        return {"source_en": rule.source_en, "source_ru": rule.source_ru}
    return {"source_en": row.source, "source_ru": row.source}


@dataclass(frozen=True, slots=True)
class KnownLimit(Sourced):
    """One limit as it holds on a day: what the library or the latest row says, and the rows behind it (the one that holds, those to come).

    `days` is 0 where the passport of the service sets them; `unit` and `last_day` are empty for a suspension, `last_day` for an extension.
    """

    kind: str
    key: str
    variant: str
    title_en: str
    title_ru: str
    days: int
    unit: str
    last_day: str
    source_en: str
    source_ru: str
    checked_on: date
    to_confirm: bool
    design: bool
    rule: LegalTerm | Extension | SuspensionRule
    row: LegalLimit | None
    to_come: Sequence[LegalLimit]

    def title(self, language: str) -> str:
        """The name in "en" or "ru"; empty for an extension and a suspension."""
        return self.title_en if language == "en" else self.title_ru


@dataclass(frozen=True, slots=True)
class KindLimits:
    """All limits of a kind."""

    kind: PaperKind
    limits: tuple[KnownLimit, ...]


def all_limits(day: date) -> tuple[KindLimits, ...]:
    """Every limit of every kind as it holds on a day; they are nobody's secret. One query."""
    table, rows = load_deadlines(), tuple(LegalLimit.objects.order_by("valid_from"))
    return tuple(KindLimits(kind, tuple(_limits(kind, rows, day, table.checked_on))) for kind in (ruled(kind, rows, day) for kind in table.kinds))


def _limits(kind: PaperKind, rows: Sequence[LegalLimit], day: date, checked_on: date) -> Iterable[KnownLimit]:
    for rule in (*kind.terms, kind.extension, kind.suspension):
        if rule is None:
            continue
        if isinstance(rule, LegalTerm):
            key, variant, title_en, title_ru = rule.key, rule.variant, rule.title_en, rule.title_ru
            days, unit, last_day = rule.days, rule.unit, rule.last_day
        elif isinstance(rule, Extension):
            answer = kind.term("answer")
            key, variant, title_en, title_ru = EXTENSION, "", "", ""
            days, unit, last_day = rule.most_days, answer.unit if answer else "", ""
        else:
            key, variant, title_en, title_ru = SUSPENSION, "", "", ""
            days, unit, last_day = 0, "", ""
        own = [row for row in rows if (row.kind, row.key, row.variant) == (kind.key, key, variant)]
        held = [row for row in own if row.valid_from <= day]
        row = held[-1] if held else None
        yield KnownLimit(
            kind.key,
            key,
            variant,
            title_en,
            title_ru,
            days,
            unit,
            last_day,
            source_en=rule.source_en,
            source_ru=rule.source_ru,
            checked_on=row.checked_on if row else checked_on,
            to_confirm=rule.to_confirm,
            design=rule.design,
            rule=rule,
            row=row,
            to_come=tuple(row for row in own if row.valid_from > day),
        )
