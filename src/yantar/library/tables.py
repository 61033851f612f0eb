"""Parsing of the library's tables: correspondence of editions, transitions, audit time, sectors."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from yantar.library.digests import with_digest
from yantar.library.editions import FORMAT, LONG
from yantar.library.facts import (
    AuditTimeBand,
    AuditTimeTable,
    Correspondence,
    CorrespondenceRow,
    NewClause,
    Sector,
    Target,
    TransitionRow,
    Transitions,
)
from yantar.library.problems import LibraryError, Problem
from yantar.library.reading import Fields, read_yaml


def open_table(text: str) -> tuple[Fields, tuple[str, ...], date]:
    """The top of a table's file with its sources and the day on which they were checked; raises LibraryError for what is no YAML."""
    top = Fields(read_yaml(text), "", [])
    top.choice("format", (FORMAT,))
    source, checked_on = top.texts("source", required=True, limit=LONG), top.day("checked_on")
    return top, source, checked_on or date.min


def close_table(top: Fields) -> None:
    """Report unknown fields; raises LibraryError with everything found in the file."""
    top.finish()
    if top.problems:
        raise LibraryError(sorted(top.problems, key=lambda p: p.line or 0))


def unique(row: Fields, name: str, seen: set[str]) -> None:
    """Note a problem when a row of this name was seen before."""
    if name in seen:
        row.problems.append(Problem(row.where, "duplicate_row", {"name": name}, row.block.line))
    seen.add(name)


def parse_correspondence(text: str) -> Correspondence:
    """Read the correspondence of two editions; raises LibraryError."""
    top, source, checked_on = open_table(text)
    rows, new, seen = [], [], set[str]()
    for row in top.rows("rows", required=True):
        clause, targets = row.text("clause", limit=50), []
        unique(row, clause, seen)
        for target in row.rows("to", required=True):
            targets.append(Target(target.text("clause", limit=50), target.flag("confirmed")))
            target.finish()
        rows.append(CorrespondenceRow(clause, tuple(targets), *row.pair("note", required=False, limit=LONG)))
        row.finish()
    for row in top.rows("new"):
        note_en, note_ru = row.pair("note", required=False, limit=LONG)
        extent = row.choice("extent", ("whole", "mostly", "partly"))
        new.append(NewClause(row.text("clause", limit=50), extent, row.flag("confirmed"), note_en, note_ru))
        row.finish()
    result = Correspondence(top.key("from"), top.key("to"), tuple(rows), tuple(new), source, checked_on)
    close_table(top)
    return with_digest(result)


def parse_transitions(text: str) -> Transitions:
    """Read the transitions between editions; raises LibraryError."""
    top, source, checked_on = open_table(text)
    rows, seen = [], set[str]()
    for row in top.rows("rows", required=True):
        note_en, note_ru = row.pair("note", limit=LONG)
        item = TransitionRow(
            from_key=row.key("from"),
            to_key=row.key("to"),
            published_on=row.day("published_on") or date.min,
            published_precision=row.choice("published_precision", ("day", "month"), "day"),
            ends_on=row.day("ends_on", required=False),
            ends_precision=row.choice("ends_precision", ("day", "month"), "day"),
            new_until=row.day("new_until", required=False),
            reinstatement_months=row.integer("reinstatement_months", required=False),
            confirmed=row.flag("confirmed"),
            source=row.text("source", limit=LONG),
            note_en=note_en,
            note_ru=note_ru,
        )
        unique(row, f"{item.from_key} → {item.to_key}", seen)
        if item.confirmed and item.source == "general knowledge":
            row.problem("confirmed_from_memory", "confirmed")
        for name, later in (("ends_on", item.ends_on), ("new_until", item.new_until)):
            if later and later < item.published_on:
                row.problem("dates_reversed", name, later=str(later), earlier=str(item.published_on))
        if item.new_until and item.ends_on and item.ends_on < item.new_until:
            row.problem("dates_reversed", "ends_on", later=str(item.ends_on), earlier=str(item.new_until))
        rows.append(item)
        row.finish()
    close_table(top)
    return with_digest(Transitions(tuple(rows), source, checked_on))


def parse_audit_time(text: str) -> AuditTimeTable:
    """Read an audit-time table; raises LibraryError also when its rows leave a gap, overlap or fall."""
    top, source, checked_on = open_table(text)
    unconfirmed = []
    ratios: dict[str, Fraction] = {}
    for name in ("surveillance", "recertification", "max_reduction", "onsite"):
        block = top.block_of(name, required=True)
        if block is not None:
            ratios[name] = block.ratio("value")
            if not block.flag("confirmed"):
                unconfirmed.append(name)
            block.finish()
    growth, step = Fraction(2), Fraction(1)
    if (block := top.block_of("beyond", required=True)) is not None:
        growth, step = block.ratio("growth"), block.ratio("step_days")
        if growth <= 1:
            block.problem("growth_too_small", "growth")
        if not block.flag("confirmed"):
            unconfirmed.append("beyond")
        block.finish()
    bands: list[AuditTimeBand] = []
    for row in top.rows("bands", required=True):
        lower, upper, days = row.integer("from", least=1), row.integer("to", least=1), row.ratio("days")
        expected = bands[-1].upper + 1 if bands else 1
        if lower != expected:
            row.problem("bands_not_joined", "from", expected=str(expected), found=str(lower))
        if upper < lower:
            row.problem("band_reversed", "to", upper=str(upper), lower=str(lower))
        band = AuditTimeBand(lower, upper, _decimal(days))
        if bands and band.days <= bands[-1].days:
            row.problem("days_not_rising", "days")
        bands.append(band)
        row.finish()
    table = AuditTimeTable(
        key=top.key("key"),
        bands=tuple(bands),
        hours_per_day=top.integer("hours_per_day", least=1),
        surveillance_ratio=ratios.get("surveillance", Fraction(1)),
        recertification_ratio=ratios.get("recertification", Fraction(1)),
        max_reduction=ratios.get("max_reduction", Fraction(1)),
        onsite_share=ratios.get("onsite", Fraction(1)),
        beyond_growth=growth,
        beyond_step=_decimal(step),
        confirmed=top.flag("confirmed"),
        unconfirmed=tuple(unconfirmed),
        source=source,
        checked_on=checked_on,
    )
    close_table(top)
    return with_digest(table)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def parse_sectors(text: str) -> tuple[Sector, ...]:
    """Read the IAF sector codes; raises LibraryError."""
    top, _, _ = open_table(text)
    rows, seen = [], set[str]()
    for row in top.rows("rows", required=True):
        code = row.key("code")
        unique(row, code, seen)
        rows.append(Sector(code, *row.pair("title"), confirmed=row.flag("confirmed")))
        row.finish()
    close_table(top)
    return tuple(rows)
