"""Editions of standards: what a file says (EditionFile), and the edition with its whole tree that follows from it (Edition)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from yantar.library.digests import with_digest
from yantar.library.facts import (
    ClauseRow,
    Edition,
    ExclusionCandidate,
    Exclusions,
    National,
    ProcedureRow,
    Question,
    RecordRow,
)
from yantar.library.problems import LibraryError, Problem
from yantar.library.reading import Fields, read_yaml

FORMAT = "1"
LONG = 2_000
TITLES = ("title_en", "title_ru")
_NUMBER = re.compile(r"[0-9A-Za-zА-Яа-яЁё]{1,6}(?:\.[0-9A-Za-zА-Яа-яЁё]{1,6}){0,6}")


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What an overlay says of a clause of its base: only the given fields change, further questions are added."""

    number: str
    fields: Mapping[str, Any]
    extra_questions: tuple[Question, ...]
    general_knowledge: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditionFile:
    """An edition as its file gives it, before aliases and overlays are resolved; `edition` holds what the file itself says."""

    edition: Edition
    tree_confirmed: bool
    changes: tuple[ClauseChange, ...]
    removed: tuple[str, ...]
    has_exclusions: bool
    has_procedures: bool
    has_records: bool


def parse_edition_file(text: str) -> EditionFile:
    """Read one edition file (see docs/standards-format.md). Raises LibraryError with every problem that can be seen in the file alone."""
    problems: list[Problem] = []
    file = _parse(Fields(read_yaml(text), "", problems))
    if problems:
        raise LibraryError(sorted(problems, key=lambda p: p.line or 0))
    return file


def _parse(top: Fields) -> EditionFile:
    top.choice("format", (FORMAT,))
    tree_of, overlay_of = top.key("tree_of", required=False), top.key("overlay_of", required=False)
    if tree_of and overlay_of:
        top.problem("two_bases", "overlay_of")
    base = tree_of or overlay_of
    clauses = _clauses(top, "clauses", required=not base)
    if base and clauses:
        top.problem("base_and_clauses", "clauses")
    changes, removed = _changes(top), top.texts("remove")
    added = _clauses(top, "add", required=False)
    if tree_of and (changes or removed or added):
        top.problem("alias_with_changes", "tree_of")
    title_en, title_ru = top.pair("title")
    note_en, note_ru = top.pair("note", required=False, limit=LONG)
    confirmed, memory = top.flag("confirmed"), top.texts("general_knowledge")
    if confirmed and "published_on" in memory:
        top.problem("confirmed_from_memory", "confirmed")
    edition = Edition(
        key=top.key("key"),
        standard=top.text("standard", limit=60),
        title_en=title_en,
        title_ru=title_ru,
        designation=top.text("designation", limit=100),
        national=_national(top),
        published_on=top.day("published_on", required=False),
        published_precision=top.choice("published_precision", ("day", "month"), "day"),
        status=top.choice("status", ("published", "expected"), "published"),
        confirmed=confirmed,
        general_knowledge=memory,
        base_key=base,
        base_kind="alias" if tree_of else "overlay" if overlay_of else "",
        clauses=clauses or added,
        exclusions=_exclusions(top),
        procedures=_procedures(top),
        records=_records(top),
        note_en=note_en,
        note_ru=note_ru,
        source=top.texts("source", required=True, limit=LONG),
        checked_on=top.day("checked_on") or date.min,
    )
    file = EditionFile(
        edition=edition,
        tree_confirmed=top.flag("tree_confirmed", default=True),
        changes=changes,
        removed=removed,
        has_exclusions=top.has("exclusions"),
        has_procedures=top.has("procedures"),
        has_records=top.has("records"),
    )
    top.finish()
    if not base:
        _check_tree(edition, top.problems)
    return file


def _national(top: Fields) -> National | None:
    block = top.block_of("national")
    if block is None:
        return None
    national = National(
        designation=block.text("designation", limit=100),
        approved_on=block.day("approved_on", required=False),
        in_force_on=block.day("in_force_on", required=False),
        also=block.texts("also", limit=100),
    )
    block.finish()
    return national


def _number(row: Fields, name: str) -> str:
    number = row.text(name, limit=50)
    if number and not _NUMBER.fullmatch(number):
        row.problem("bad_number", name, value=number)
    return number


def _extra_questions(row: Fields) -> tuple[Question, ...]:
    questions = []
    for item in row.rows("extra_questions"):
        questions.append(Question(*item.pair("question", limit=LONG)))
        item.finish()
    return tuple(questions)


def _clauses(top: Fields, name: str, *, required: bool) -> tuple[ClauseRow, ...]:
    result = []
    seen: set[str] = set()
    for row in top.rows(name, required=required):
        number, untitled, audited = _number(row, "number"), row.flag("untitled", default=False), row.flag("audited")
        title_en, title_ru = row.pair("title", required=not untitled)
        question_en, question_ru = row.pair("question", required=False, limit=LONG)
        note_en, note_ru = row.pair("note", required=False, limit=LONG)
        extra = _extra_questions(row)
        if untitled and (title_en or title_ru or question_en or question_ru):
            row.problem("untitled_with_text", "untitled")
        if not audited and (question_en or question_ru or extra):
            row.problem("question_not_audited", "audited")
        if number in seen:
            row.problem("duplicate_number", "number", number=number)
        seen.add(number)
        result.append(
            ClauseRow(
                number=number,
                title_en=title_en,
                title_ru=title_ru,
                question_en=question_en,
                question_ru=question_ru,
                extra_questions=extra,
                audited=audited,
                untitled=untitled,
                note_en=note_en,
                note_ru=note_ru,
                general_knowledge=row.texts("general_knowledge"),
            )
        )
        row.finish()
    return tuple(result)


def _changes(top: Fields) -> tuple[ClauseChange, ...]:
    result = []
    seen: set[str] = set()
    for row in top.rows("changes"):
        number = _number(row, "number")
        if number in seen:
            row.problem("duplicate_number", "number", number=number)
        seen.add(number)
        fields: dict[str, Any] = {}
        for stem, limit in (("title", 300), ("question", LONG), ("note", LONG)):
            english, russian = row.pair(stem, required=False, limit=limit)
            if english and russian:
                fields |= {f"{stem}_en": english, f"{stem}_ru": russian}
        result.append(ClauseChange(number, fields, _extra_questions(row), row.texts("general_knowledge")))
        row.finish()
    return tuple(result)


def _exclusions(top: Fields) -> Exclusions | None:
    block = top.block_of("exclusions")
    if block is None:
        return None
    candidates = []
    for row in block.rows("candidates"):
        note_en, note_ru = row.pair("note", required=False, limit=LONG)
        candidates.append(ExclusionCandidate(_number(row, "clause"), row.flag("challenge", default=False), note_en, note_ru))
        row.finish()
    condition_en, condition_ru = block.pair("condition", limit=LONG)
    exclusions = Exclusions(
        mode=block.choice("mode", ("exclusion", "not_applicable")),
        clause=_number(block, "clause"),
        sections=block.texts("sections", required=True, limit=50),
        requires=block.texts("requires", limit=50),
        condition_en=condition_en,
        condition_ru=condition_ru,
        candidates=tuple(candidates),
        confirmed=block.flag("confirmed", default=False),
    )
    block.finish()
    return exclusions


def _procedures(top: Fields) -> tuple[ProcedureRow, ...]:
    result = []
    for row in top.rows("procedures"):
        result.append(ProcedureRow(_number(row, "clause"), *row.pair("title"), confirmed=row.flag("confirmed", default=False)))
        row.finish()
    return tuple(result)


def _records(top: Fields) -> tuple[RecordRow, ...]:
    result = []
    for row in top.rows("records"):
        title_en, title_ru = row.pair("title")
        result.append(
            RecordRow(
                clause=_number(row, "clause"),
                item=row.text("item", required=False, limit=5),
                kind=row.choice("kind", ("maintain", "retain")),
                title_en=title_en,
                title_ru=title_ru,
                confirmed=row.flag("confirmed", default=False),
            )
        )
        row.finish()
    return tuple(result)


def _check_tree(edition: Edition, problems: list[Problem]) -> None:
    """Every parent exists, and every rule points to a clause that exists."""
    numbers = {row.number for row in edition.clauses}
    for index, row in enumerate(edition.clauses, 1):
        if row.parent and row.parent not in numbers:
            problems.append(Problem(f"clauses[{index}]", "parent_missing", {"number": row.number, "parent": row.parent}))
    pointers = [(f"procedures[{i}].clause", row.clause) for i, row in enumerate(edition.procedures, 1)]
    pointers += [(f"records[{i}].clause", row.clause) for i, row in enumerate(edition.records, 1)]
    if edition.exclusions:
        pointers.append(("exclusions.clause", edition.exclusions.clause))
        pointers += [("exclusions.sections", section) for section in edition.exclusions.sections]
        pointers += [(f"exclusions.candidates[{i}].clause", c.clause) for i, c in enumerate(edition.exclusions.candidates, 1)]
    problems += [Problem(where, "clause_unknown", {"number": number}) for where, number in pointers if number and number not in numbers]


def resolve(file: EditionFile, base: Edition | None) -> Edition:
    """The edition with a whole tree of its own and its digest; `base` is the resolved edition it is built on.

    What is taken from a base whose sameness is not confirmed (``tree_confirmed: false``) becomes unconfirmed. Raises LibraryError
    when the file is built on another edition and `base` is None, or when changes do not fit the base.
    """
    own = file.edition
    if not own.base_key:
        return with_digest(own)
    if base is None:
        raise LibraryError([Problem("tree_of" if own.base_kind == "alias" else "overlay_of", "base_unknown", {"key": own.base_key})])
    if not file.tree_confirmed:
        base = _unconfirmed(base)
    problems: list[Problem] = []
    edition = replace(
        own,
        clauses=_overlaid(file, base, problems),
        exclusions=own.exclusions if file.has_exclusions else base.exclusions,
        procedures=own.procedures if file.has_procedures else tuple(r for r in base.procedures if r.clause not in file.removed),
        records=own.records if file.has_records else tuple(r for r in base.records if r.clause not in file.removed),
    )
    _check_tree(edition, problems)
    if problems:
        raise LibraryError(problems)
    return with_digest(edition)


def _unconfirmed(base: Edition) -> Edition:
    exclusions = base.exclusions
    return replace(
        base,
        clauses=tuple(replace(row, general_knowledge=("number",) if row.untitled else TITLES) for row in base.clauses),
        exclusions=replace(exclusions, confirmed=False) if exclusions else None,
        procedures=tuple(replace(row, confirmed=False) for row in base.procedures),
        records=tuple(replace(row, confirmed=False) for row in base.records),
    )


def _overlaid(file: EditionFile, base: Edition, problems: list[Problem]) -> tuple[ClauseRow, ...]:
    rows = {row.number: row for row in base.clauses}
    for index, change in enumerate(file.changes, 1):
        row = rows.get(change.number)
        if row is None:
            problems.append(Problem(f"changes[{index}]", "clause_unknown", {"number": change.number}))
            continue
        memory = tuple(dict.fromkeys((*row.general_knowledge, *change.general_knowledge)))
        changed = replace(row, extra_questions=row.extra_questions + change.extra_questions, general_knowledge=memory, **change.fields)
        if not changed.audited and changed.questions:
            problems.append(Problem(f"changes[{index}]", "question_not_audited"))
        rows[change.number] = replace(changed, untitled=changed.untitled and not changed.title_en)
    for index, number in enumerate(file.removed, 1):
        if rows.pop(number, None) is None:
            problems.append(Problem(f"remove[{index}]", "clause_unknown", {"number": number}))
        for child in (n for n in rows if n.startswith(number + ".") and n not in file.removed):
            problems.append(Problem(f"remove[{index}]", "clause_has_children", {"number": number, "child": child}))
    for index, row in enumerate(file.edition.clauses, 1):
        if row.number in rows:
            problems.append(Problem(f"add[{index}]", "number_exists", {"number": row.number}))
        else:
            rows[row.number] = row
    if not file.edition.clauses:
        return tuple(rows.values())
    return tuple(sorted(rows.values(), key=lambda row: sort_key(row.number)))


def sort_key(number: str) -> tuple[tuple[int, int, str], ...]:
    """Orders clause numbers as people do: 9 before 10, 4.4 before 4.4.1, letters after digits."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in number.split("."))
