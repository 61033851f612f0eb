"""One appeal as its authority sees it, like ones, and the templates that fit it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from yantar.core import clock
from yantar.engine import deadlines as engine
from yantar.library.deadlines import LegalTerm
from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.organisation.queries import names_on, working_calendar

from ... import clocks, likeness
from ...models import Answer, AnswerTemplate, Appeal, AppealStep, Attachment
from ...states import OPEN
from .access import find_visible, may, visible
from .listing import Row, rows_of, service_names

MOST_RELATED = 10


@dataclass(frozen=True, slots=True)
class Related:
    """An appeal like another. `likeness`: share of common words, 0 to 1; `likely_same`: probably the same matter; `same_sender`."""

    row: Row
    likeness: float
    likely_same: bool
    same_sender: bool

    @property
    def appeal(self) -> Appeal:
        return self.row.appeal


@dataclass(frozen=True, slots=True)
class Facts:
    """An appeal with everything around it but what is sealed.

    `names`: authorities as they are called today, by key; `parts`: the whole appeal and its parts, where it was divided; `explanation`:
    which days counted, and `limit`: what the law gives for the answer, both None before its registration; `standing`: its clock, None when it is
    not open; `may`: permissions of the viewer.
    """

    appeal: Appeal
    names: dict[int, AuthorityVersion]
    service: str
    steps: Sequence[AppealStep]
    answers: Sequence[Answer]
    attachments: Sequence[Attachment]
    parts: Sequence[Appeal]
    repeated_by: Sequence[Appeal]
    notes: int
    explanation: engine.Explanation | None
    limit: LegalTerm | None
    standing: clocks.Standing | None
    may: frozenset[str]

    @property
    def authority(self) -> AuthorityVersion | None:
        """The authority that has it."""
        return self.names.get(self.appeal.authority_id)


def one(viewer: Any, number: str) -> Facts | None:
    """The appeal of a number where the viewer may see it; None otherwise. Its parts are named whoever has them."""
    appeal = find_visible(viewer, number)
    if appeal is None:
        return None
    root = appeal.part_of_id or appeal.pk
    steps = list(appeal.steps.select_related("by").order_by("id"))
    parts = list(Appeal.objects.filter(Q(pk=root) | Q(part_of=root)).defer("lexemes").order_by("id"))
    calendar, rules = working_calendar(), clocks.rules_of(appeal) if appeal.registered_on else None
    ids = {appeal.authority_id, *(part.authority_id for part in parts)}
    ids |= {key for row in steps for key in (row.authority_id, row.to_authority_id) if key}
    return Facts(
        appeal=appeal,
        names=names_on(ids, clock.today()),
        service=service_names({appeal.service_id}).get(appeal.service_id, appeal.service.code) if appeal.service_id and appeal.service else "",
        steps=steps,
        answers=list(appeal.answers.select_related("given_by").defer("text")),
        attachments=list(appeal.attachments.all()),
        parts=parts if len(parts) > 1 else [],
        repeated_by=list(visible(viewer).filter(repeats=appeal).defer("lexemes").order_by("-id")[:20]),
        notes=appeal.notes.count(),
        explanation=clocks.explain(appeal, calendar, rules) if rules else None,
        limit=rules.term("answer", appeal.variant) if rules else None,
        standing=clocks.standing(appeal, clock.today(), calendar) if appeal.state in OPEN else None,
        may=may(viewer, appeal),
    )


def related(viewer: Any, appeal: Appeal, limit: int = MOST_RELATED) -> list[Related]:
    """Appeals like this one among those that the viewer sees, the likest first. A constant number of queries."""
    found = {like.appeal_id: like for like in likeness.like_appeal(appeal, limit=5 * limit)}
    if not found:
        return []
    rows = list(visible(viewer).filter(pk__in=found).select_related("assigned_to", "service", "category").defer("lexemes"))
    rows.sort(key=lambda row: (-found[row.pk].likeness, -row.pk))
    return [
        Related(
            row,
            found[row.appeal.pk].likeness,
            found[row.appeal.pk].likely_same,
            bool(appeal.sender_print) and row.appeal.sender_print == appeal.sender_print,
        )
        for row in rows_of(rows[:limit])
    ]


def templates_for(viewer: Any, appeal: Appeal) -> list[AnswerTemplate]:
    """Templates that fit an appeal: of its authority and of the whole government, of its kind or of any. One query."""
    if not viewer.has_perm("feedback.view_appeal", appeal):
        return []
    whose = Q(authority=appeal.authority_id) | Q(authority__isnull=True)
    return list(AnswerTemplate.objects.filter(whose, Q(kind="") | Q(kind=appeal.kind), retired_on__isnull=True).order_by("title", "id"))
