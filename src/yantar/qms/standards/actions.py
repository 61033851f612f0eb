"""Changing what the house knows of standards: loading the library, a government's own standard, dates of a transition."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yantar.core.actions import Actor, action, current
from yantar.core.canonical import plain
from yantar.core.problems import Problem, Refused
from yantar.library import facts, loader
from yantar.library.problems import LibraryError

from .messages import in_words
from .models import AuditTimeTable, Clause, Correspondence, DocumentRequirement, Edition, RequirementKind, Transition


@dataclass(slots=True)
class Loaded:
    """What a loading changed. `editions` are those whose clauses or dates are new or different."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    editions: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        return bool(self.created or self.changed or self.removed)


def library_is_current() -> bool:
    """Whether every shipped edition is in the database as its file says: a cheap question for every start."""
    wanted = {edition.key: edition.digest for edition in loader.load_editions()}
    have = dict(Edition.objects.filter(own=False).values_list("key", "digest"))
    table = loader.load_audit_time()
    same_table = AuditTimeTable.objects.filter(key=table.key, digest=table.digest).exists()
    return have == wanted and same_table and Transition.objects.exists()


@action(
    "standards.load_library",
    permission="standards.change_standard",
    summary=lambda kwargs, result: asdict(result),
)
def load_library(*, by: Actor) -> Loaded:
    """Bring the standards of the database to what the shipped files say; loading the same files twice changes nothing.

    Dates of a transition that were edited by hand are kept (and named in `kept`). A clause that a file no longer has is removed
    only where nothing refers to it. Raises Refused with every problem of every file.
    """
    try:
        editions = loader.load_editions()
        correspondence, transitions, table = loader.load_correspondence(), loader.load_transitions(), loader.load_audit_time()
    except LibraryError as error:
        raise Refused([Problem(in_words(p), code=p.code, sheet=p.where) for p in error.problems]) from error
    loaded = Loaded()
    for order, edition in enumerate(editions):
        _store_edition(edition, order, loaded, own=False)
    _store_correspondence(correspondence, loaded)
    _store_transitions(transitions, loaded)
    _store_audit_time(table, loaded)
    return loaded


@action(
    "standards.add_own_standard", permission="standards.change_standard", summary=lambda kwargs, result: {"key": result.key, "digest": result.digest}
)
def add_own_standard(*, by: Actor, text: str) -> Edition:
    """Add or change a government's own standard from its file (docs/standards-format.md).

    Raises Refused with everything that is wrong in the file; a key that the library ships is taken.
    """
    try:
        edition = loader.parse_standard(text)
    except LibraryError as error:
        raise Refused([Problem(in_words(p), code=p.code, row=p.line, sheet=p.where) for p in error.problems]) from error
    if Edition.objects.filter(key=edition.key, own=False).exists():
        raise Refused(
            Problem(_("The key “%(key)s” belongs to a standard that Yantar ships. Choose another key.") % {"key": edition.key}, field="key")
        )
    loaded = Loaded()
    row = _store_edition(edition, 1000, loaded, own=True)
    current().target = row
    return row


@action("standards.change_transition", permission="standards.change_standard", target="transition")
def change_transition(
    *, by: Actor, transition: Transition, published_on: date | None, new_until: date | None, ends_on: date | None, confirmed: bool, source: str
) -> Transition:
    """Set the dates of a transition when they become known. Raises Refused when they contradict each other or no source is given."""
    problems = []
    if not source.strip():
        problems.append(Problem(_("Say where the dates are from."), field="source"))
    if published_on and ends_on and ends_on <= published_on:
        problems.append(Problem(_("The end must be later than the publication."), field="ends_on"))
    if new_until and ends_on and new_until > ends_on:
        problems.append(Problem(_("New certificates can't be granted after the end."), field="new_until"))
    if problems:
        raise Refused(problems)
    transition.published_on, transition.new_until, transition.ends_on = published_on, new_until, ends_on
    transition.confirmed, transition.source, transition.edited = confirmed, source.strip(), True
    transition.save()
    return transition


def _store(model: type[models.Model], found: models.Model | None, values: dict[str, Any], loaded: Loaded) -> tuple[Any, bool]:
    """Create or update one row; whether anything changed is counted and returned."""
    if found is None:
        loaded.created += 1
        return model._default_manager.create(**values), True
    different = [name for name, value in values.items() if getattr(found, name) != value]
    if different:
        for name in different:
            setattr(found, name, values[name])
        found.save(update_fields=different)
        loaded.changed += 1
    return found, bool(different)


def _store_edition(edition: facts.Edition, order: int, loaded: Loaded, *, own: bool) -> Edition:
    found = Edition.objects.filter(key=edition.key).first()
    values: dict[str, Any] = {
        "key": edition.key,
        "standard": edition.standard,
        "designation": edition.designation,
        "title_ru": edition.title_ru,
        "title_en": edition.title_en,
        "national": edition.national_designation,
        "published_on": edition.published_on,
        "published_precision": edition.published_precision,
        "expected": edition.status == "expected",
        "note_ru": edition.note_ru,
        "note_en": edition.note_en,
        "built_on": edition.base_key,
        "exclusions": plain(edition.exclusions) if edition.exclusions else {},
        "source": "\n".join(edition.source),
        "checked_on": edition.checked_on,
        "confirmed": edition.confirmed,
        "own": own,
        "order": order,
    }
    if found is not None and found.digest == edition.digest and found.order == order:
        return found
    row, _changed = _store(Edition, found, {**values, "digest": edition.digest}, loaded)
    _store_clauses(row, edition.clauses, loaded)
    _store_documents(row, edition, loaded)
    loaded.editions.append(edition.key)
    stored: Edition = row
    return stored


def _store_clauses(edition: Edition, rows: Iterable[facts.ClauseRow], loaded: Loaded) -> None:
    have = {clause.number: clause for clause in edition.clauses.all()}
    seen: dict[str, Clause] = {}
    # Level by level: the parents of a level are stored, the new rows of one level go in together.
    by_depth: dict[int, list[tuple[int, facts.ClauseRow]]] = {}
    for order, row in enumerate(rows):
        by_depth.setdefault(row.number.count("."), []).append((order, row))
    for depth in sorted(by_depth):
        fresh = []
        for order, row in by_depth[depth]:
            values = {
                "edition": edition,
                "number": row.number,
                "parent": seen.get(row.parent),
                "order": order,
                "title_ru": row.title_ru,
                "title_en": row.title_en,
                "question_ru": row.question_ru,
                "question_en": row.question_en,
                "extra_questions": plain(row.extra_questions),
                "audited": row.audited,
                "untitled": row.untitled,
                "confirmed": row.confirmed,
                "note_ru": row.note_ru,
                "note_en": row.note_en,
            }
            if row.number in have:
                seen[row.number], _changed = _store(Clause, have[row.number], values, loaded)
            else:
                seen[row.number] = Clause(**values)
                fresh.append(seen[row.number])
        Clause.objects.bulk_create(fresh)
        loaded.created += len(fresh)
    _remove([clause for number, clause in have.items() if number not in seen], lambda clause: not clause.children.exists(), loaded)


def _store_documents(edition: Edition, facts_of: facts.Edition, loaded: Loaded) -> None:
    rows = [(RequirementKind.PROCEDURE, row.clause, row.title_ru, row.title_en, row.confirmed) for row in facts_of.procedures]
    for record in facts_of.records:
        kind = RequirementKind.DOCUMENT if record.kind == "maintain" else RequirementKind.RECORD
        number = f"{record.clause} {record.item}".strip()
        rows.append((kind, number, record.title_ru, record.title_en, record.confirmed))
    wanted: list[dict[str, Any]] = [
        {
            "edition": edition,
            "kind": kind.value,
            "clause_number": number,
            "text_ru": ru,
            "text_en": en,
            "order": order,
            "confirmed": confirmed,
            "source": edition.source,
            "checked_on": edition.checked_on,
        }
        for order, (kind, number, ru, en, confirmed) in enumerate(rows)
    ]
    have = {row.order: row for row in edition.document_requirements.all()}
    for values in wanted:
        if values["order"] in have:
            _store(DocumentRequirement, have[values["order"]], values, loaded)
    fresh = [DocumentRequirement(**values) for values in wanted if values["order"] not in have]
    loaded.created += len(DocumentRequirement.objects.bulk_create(fresh))
    _remove([row for order, row in have.items() if order >= len(wanted)], lambda row: True, loaded)


def _remove(rows: Iterable[Any], may: Callable[[Any], bool], loaded: Loaded) -> None:
    for row in reversed(list(rows)):
        if may(row):
            row.delete()
            loaded.removed += 1


def _store_correspondence(file: facts.Correspondence, loaded: Loaded) -> None:
    clauses = {
        (clause.edition.key, clause.number): clause
        for clause in Clause.objects.filter(edition__key__in=[file.from_key, file.to_key]).select_related("edition")
    }
    have = {(row.old_id, row.new_id): row for row in Correspondence.objects.filter(old__edition__key=file.from_key, new__edition__key=file.to_key)}
    wanted = set()
    source = "\n".join(file.source)
    fresh = []
    for row in file.rows:
        for target in row.targets:
            old, new = clauses[file.from_key, row.clause], clauses[file.to_key, target.clause]
            wanted.add((old.pk, new.pk))
            values = {"old": old, "new": new, "confirmed": target.confirmed, "source": source, "checked_on": file.checked_on}
            if (old.pk, new.pk) in have:
                _store(Correspondence, have[old.pk, new.pk], values, loaded)
            else:
                fresh.append(Correspondence(**values))
    loaded.created += len(Correspondence.objects.bulk_create(fresh))
    _remove([row for key, row in have.items() if key not in wanted], lambda row: True, loaded)


def _store_transitions(file: facts.Transitions, loaded: Loaded) -> None:
    editions = {edition.key: edition for edition in Edition.objects.all()}
    have = {(row.old_id, row.new_id): row for row in Transition.objects.all()}
    for row in file:
        old, new = editions[row.from_key], editions[row.to_key]
        found = have.get((old.pk, new.pk))
        if found is not None and found.edited:
            loaded.kept.append(f"{old.key} → {new.key}")
            continue
        values = {
            "old": old,
            "new": new,
            "published_on": row.published_on,
            "new_until": row.new_until,
            "ends_on": row.ends_on,
            "reinstatement_months": row.reinstatement_months,
            "confirmed": row.confirmed,
            "source": row.source,
            "checked_on": file.checked_on,
            "note_ru": row.note_ru,
            "note_en": row.note_en,
        }
        _store(Transition, found, values, loaded)


def _store_audit_time(table: facts.AuditTimeTable, loaded: Loaded) -> None:
    values = {
        "key": table.key,
        "table": {
            "bands": [[band.lower, band.upper, str(band.days)] for band in table.bands],
            "hours_per_day": table.hours_per_day,
            "unconfirmed": list(table.unconfirmed),
            **{
                name: str(getattr(table, name))
                for name in ("surveillance_ratio", "recertification_ratio", "max_reduction", "onsite_share", "beyond_growth", "beyond_step")
            },
        },
        "digest": table.digest,
        "source": "\n".join(table.source),
        "checked_on": table.checked_on,
        "confirmed": table.confirmed,
    }
    _store(AuditTimeTable, AuditTimeTable.objects.filter(key=table.key).first(), values, loaded)
