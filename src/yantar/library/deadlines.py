"""Limits that laws set for what citizens bring: requests for services, complaints, appeals, requests for information, remarks."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files

from yantar.library.digests import with_digest
from yantar.library.editions import LONG
from yantar.library.problems import LibraryError, Problem
from yantar.library.reading import Fields
from yantar.library.tables import close_table, open_table, unique

UNITS = ("working", "calendar")
LAST_DAYS = ("none", "before", "after")
EVENTS = ("receipt", "registration", "sending", "decision")
TURNS = ("same_day", "next_day")
TERMS = ("registration", "forward", "answer", "extension_notice", "measures", "interagency_sent", "interagency_answer")
MOST_DAYS = 3_650
"""A limit is at most ten years: more is a slip of the pen."""


class Sourced:
    """Something that says where it is from in both languages."""

    __slots__ = ()
    source_en: str
    source_ru: str

    def source(self, language: str) -> str:
        """Where it is from, in "en" or "ru"."""
        return self.source_en if language == "en" else self.source_ru


@dataclass(frozen=True, slots=True)
class LegalTerm(Sourced):
    """One limit of a kind: `days` in `unit` (UNITS) after the event `counted_from` (EVENTS), whose own day does not count.

    `days` is 0 where the passport of the service sets them; `variant` names the case that the limit is for, "" for all others.
    `last_day` is one of LAST_DAYS. Not `confirmed` (`last_day_confirmed` for the rule of the last day): from general knowledge.
    `design`: the law leaves it open and this is our own choice.
    """

    key: str
    variant: str
    title_en: str
    title_ru: str
    counted_from: str
    days: int
    unit: str
    last_day: str
    confirmed: bool
    last_day_confirmed: bool
    design: bool
    source_en: str
    source_ru: str

    @property
    def by_passport(self) -> bool:
        """Whether the days stand in the passport of the service."""
        return self.days == 0

    @property
    def to_confirm(self) -> bool:
        """Whether a lawyer has something to confirm here."""
        return not self.design and not (self.confirmed and self.last_day_confirmed)


@dataclass(frozen=True, slots=True)
class Extension(Sourced):
    """The limit may be extended once, by at most `most_days` in the unit of the answer; the citizen is told."""

    most_days: int
    confirmed: bool
    design: bool
    source_en: str
    source_ru: str

    @property
    def to_confirm(self) -> bool:
        """Whether a lawyer has something to confirm here."""
        return not self.design and not self.confirmed


@dataclass(frozen=True, slots=True)
class SuspensionRule(Sourced):
    """The limit may be suspended. `stops` and `runs_again` (TURNS): whether the day of suspending is already suspended ("same_day") or
    still counts, and whether the day of resuming counts again ("same_day") or only the next one does.
    """

    stops: str
    runs_again: str
    confirmed: bool
    design: bool
    source_en: str
    source_ru: str

    @property
    def to_confirm(self) -> bool:
        """Whether a lawyer has something to confirm here."""
        return not self.design and not self.confirmed


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper: its law, its limits, and whether it may come without a name. None: no extension, no suspension."""

    key: str
    title_en: str
    title_ru: str
    law_en: str
    law_ru: str
    anonymous: bool
    terms: tuple[LegalTerm, ...]
    extension: Extension | None
    suspension: SuspensionRule | None

    def term(self, key: str, variant: str = "") -> LegalTerm | None:
        """The limit of this name in a case, the common one where the case has none of its own; None: the law sets none."""
        found = {term.variant: term for term in self.terms if term.key == key}
        return found.get(variant, found.get(""))

    @property
    def variants(self) -> tuple[str, ...]:
        """The cases in which the answer has a limit of its own."""
        return tuple(term.variant for term in self.terms if term.key == "answer" and term.variant)

    def title(self, language: str) -> str:
        """The name in "en" or "ru"."""
        return self.title_en if language == "en" else self.title_ru

    def law(self, language: str) -> str:
        """Its law in "en" or "ru"."""
        return self.law_en if language == "en" else self.law_ru

    def with_term(self, changed: LegalTerm) -> "PaperKind":
        """The same kind with another limit in place of the one of its key and variant; KeyError when there is none."""
        if not any((term.key, term.variant) == (changed.key, changed.variant) for term in self.terms):
            raise KeyError(f"{changed.key} {changed.variant}".strip())
        terms = tuple(changed if (term.key, term.variant) == (changed.key, changed.variant) else term for term in self.terms)
        return replace(self, terms=terms)


@dataclass(frozen=True, slots=True)
class DeadlineTable:
    """All kinds in their order. `alarms`: at which rising percentages of a limit staff are warned, 100 being the last day."""

    kinds: tuple[PaperKind, ...]
    alarms: tuple[int, ...]
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""

    def kind(self, key: str) -> PaperKind:
        """The kind of this key; KeyError for an unknown one."""
        return {kind.key: kind for kind in self.kinds}[key]


def parse_deadlines(text: str) -> DeadlineTable:
    """Read the limits; raises LibraryError with everything wrong in the file."""
    top, source, checked_on = open_table(text)
    alarms = _alarms(top)
    kinds, seen = [], set[str]()
    for row in top.rows("kinds", required=True):
        key = row.key("key")
        unique(row, key, seen)
        title, law, anonymous = row.pair("title"), row.pair("law"), row.flag("anonymous")
        kinds.append(PaperKind(key, *title, *law, anonymous, _terms(row), _extension(row), _suspension(row)))
        row.finish()
    close_table(top)
    return with_digest(DeadlineTable(tuple(kinds), alarms, source, checked_on))


def _alarms(top: Fields) -> tuple[int, ...]:
    alarms: list[int] = []
    for text in top.texts("alarms", required=True, limit=3):
        if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 100:
            top.problem("not_integer", "alarms", value=text, least="1")
        elif alarms and int(text) <= alarms[-1]:
            top.problem("levels_not_rising", "alarms", value=text)
        else:
            alarms.append(int(text))
    return tuple(alarms)


def _standing(row: Fields) -> tuple[bool, bool, str, str]:
    """(confirmed, design, source_en, source_ru); our own choice needs no confirming, and what is from memory can't be confirmed."""
    design = row.flag("design", False)
    confirmed, (source_en, source_ru) = row.flag("confirmed", design or None), row.pair("source", limit=LONG)
    if confirmed and source_en.startswith("general knowledge"):
        row.problem("confirmed_from_memory", "confirmed")
    return confirmed, design, source_en, source_ru


def _days(row: Fields, name: str) -> int:
    days = row.integer(name, least=1)
    if days > MOST_DAYS:
        row.problem("too_high", name, limit=str(MOST_DAYS))
    return days


def _terms(kind: Fields) -> tuple[LegalTerm, ...]:
    terms, seen = [], set[str]()
    for row in kind.rows("terms", required=True):
        by_passport = row.flag("by_passport", False)
        confirmed, design, source_en, source_ru = _standing(row)
        title_en, title_ru = row.pair("title")
        term = LegalTerm(
            key=row.choice("key", TERMS),
            variant=row.key("variant", required=False),
            title_en=title_en,
            title_ru=title_ru,
            counted_from=row.choice("after", EVENTS),
            days=0 if by_passport else _days(row, "days"),
            unit=UNITS[0] if by_passport else row.choice("unit", UNITS),
            last_day=row.choice("last_day", LAST_DAYS, "none"),
            confirmed=confirmed,
            last_day_confirmed=row.flag("last_day_confirmed", confirmed),
            design=design,
            source_en=source_en,
            source_ru=source_ru,
        )
        unique(row, f"{term.key} {term.variant}".strip(), seen)
        terms.append(term)
        row.finish()
    for needed in ("registration", "answer"):
        if needed not in seen:
            kind.problem("missing_row", "terms", key=needed)
    return tuple(terms)


def _extension(kind: Fields) -> Extension | None:
    if (row := kind.block_of("extension")) is None:
        return None
    extension = Extension(_days(row, "most_days"), *_standing(row))
    row.finish()
    return extension


def _suspension(kind: Fields) -> SuspensionRule | None:
    if (row := kind.block_of("suspension")) is None:
        return None
    rule = SuspensionRule(row.choice("stops", TURNS), row.choice("runs_again", TURNS), *_standing(row))
    row.finish()
    return rule


@lru_cache(maxsize=1)
def load_deadlines() -> DeadlineTable:
    """The limits that ship; read once. Raises LibraryError."""
    path = files("yantar.library") / "deadlines.yaml"
    try:
        return parse_deadlines(path.read_text(encoding="utf-8"))
    except LibraryError as error:
        raise LibraryError([Problem(f"{path.name}: {p.where}", p.code, p.params, p.line) for p in error.problems]) from error
