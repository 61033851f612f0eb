"""Answers given on the spot, sent in batches by devices that may have been offline; repeated, late or doubled, they do no harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.models import User
from yantar.core.problems import Problem, Refused
from yantar.qms.audits.models import Answer, AnswerGrade, Audit, AuditState, ChecklistLine
from yantar.qms.audits.recording import in_state, refuse

NOTE_LENGTH = 20_000
SAMPLE_LENGTH = 300
MOST_ENTRIES = 500
ON_THE_SPOT = (AuditState.UNDER_WAY,)


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """One answer as a device has it.

    `revision` counts the author's changes of this answer, `base` is the revision that the device had seen here before it began to change
    it; `edited_at` is the device's own time of the last change, `device` its own name for itself.
    """

    line: int
    grade: str = ""
    note: str = ""
    sample: str = ""
    revision: int = 1
    base: int = 0
    edited_at: datetime | None = None
    device: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two devices of one author changed the same answer apart from each other: what stands, and what went to the history."""

    line: int
    kept: dict[str, Any]
    lost: dict[str, Any]


@dataclass(slots=True)
class Outcome:
    """What became of a batch: the answers that stand now, by line; conflicts; lines that can't be answered."""

    answers: dict[int, Answer] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    changed: int = 0


def _summary(given: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    lines = sorted({entry.line for entry in given["entries"]})
    return {"audit": given["audit"], "lines": lines, "changed": outcome.changed, "conflicts": [one.line for one in outcome.conflicts]}


@action("audits.save_answers", permission="audits.take_part", target="audit", summary=_summary)
def save_answers(*, by: Actor, audit: Audit, entries: Sequence[AnswerEntry]) -> Outcome:
    """Keep the answers of one author. The newest by (revision, edited_at) stands; an older one goes to the row's history and is reported.

    The journal keeps which questions were answered and not what was noted: notes may name people. Raises Refused when the audit is not
    under way or the batch is malformed; a single question that can't be answered (dropped, of another audit) is reported and the others
    are kept.
    """
    if not isinstance(by, User):
        raise Refused(Problem(_("Only people answer."), "who"))
    refuse([*in_state(audit, *ON_THE_SPOT), *_malformed(entries)])
    outcome = Outcome()
    lines = {line.pk: line for line in audit.lines.filter(pk__in={entry.line for entry in entries})}
    standing = {one.line_id: one for one in Answer.objects.filter(line__in=lines, author=by)}
    for entry in entries:
        line = lines.get(entry.line)
        if line is None or line.dropped_at is not None:
            outcome.refused[entry.line] = "dropped" if line is not None else "unknown"
            continue
        _keep(by, line, entry, standing, outcome)
    outcome.answers = {entry.line: standing[entry.line] for entry in entries if entry.line in standing}
    return outcome


def _malformed(entries: Sequence[AnswerEntry]) -> list[Problem]:
    problems = []
    if len(entries) > MOST_ENTRIES:
        problems.append(Problem(_("Too many answers at once."), "too_many", value=str(len(entries))))
    for entry in entries:
        place = str(entry.line)
        if entry.grade not in ("", *AnswerGrade.values):
            problems.append(Problem(_("Choose a result from the list."), "grade", "grade", value=f"{place}: {entry.grade[:40]}"))
        if len(entry.note) > NOTE_LENGTH:
            problems.append(Problem(_("The note is too long."), "too_long", "note", value=place))
        if len(entry.sample) > SAMPLE_LENGTH:
            problems.append(Problem(_("The sample is described too long."), "too_long", "sample", value=place))
        if not 1 <= entry.revision <= 2_000_000_000:
            problems.append(Problem(_("The answer has no proper revision."), "revision", "revision", value=place))
        if "\x00" in entry.note + entry.sample + entry.device:
            problems.append(Problem(_("The text holds a character that can't be kept."), "character", "note", value=place))
    return problems


def said(row: Answer | AnswerEntry) -> dict[str, Any]:
    """What an answer says, plainly."""
    edited = row.edited_at
    return {
        "grade": row.grade,
        "note": row.note,
        "sample": row.sample,
        "revision": row.revision,
        "edited_at": edited.isoformat() if edited is not None else None,
        "device": row.device,
    }


def _keep(by: User, line: ChecklistLine, entry: AnswerEntry, standing: dict[int, Answer], outcome: Outcome) -> None:
    now = clock.now()
    # A device whose clock is ahead must not win for ever.
    edited_at = min(entry.edited_at or now, now)
    row = standing.get(line.pk)
    if row is None:
        standing[line.pk] = row = Answer(line=line, author=by)
        _write(row, entry, edited_at)
        outcome.changed += 1
        return
    if (row.grade, row.note, row.sample) == (entry.grade, entry.note, entry.sample):
        if entry.revision > row.revision:
            _write(row, entry, edited_at)
        return
    newer = (entry.revision, edited_at) > (row.revision, row.edited_at)
    apart = entry.base < row.revision and entry.device != row.device
    if not newer and not apart:
        # The same device sends again what it has sent before.
        return
    before, before_saved = said(row), (row.grade, row.note, row.sample, row.revision, row.edited_at, row.device)
    _write(row, entry, edited_at)
    outcome.changed += 1
    if newer:
        if apart:
            outcome.conflicts.append(Conflict(line.pk, kept=said(row), lost=before))
        return
    # What came late goes to the history of the row by being written, and what stood stands again.
    late = said(row)
    row.grade, row.note, row.sample, row.revision, row.edited_at, row.device = before_saved
    row.saved_at = now
    row.save()
    outcome.conflicts.append(Conflict(line.pk, kept=said(row), lost=late))


def _write(row: Answer, entry: AnswerEntry, edited_at: datetime) -> None:
    row.grade, row.note, row.sample = entry.grade, entry.note, entry.sample
    row.revision, row.device = entry.revision, entry.device[:40]
    row.edited_at, row.saved_at = edited_at, clock.now()
    row.save()
