"""One finding with everything that belongs to it, as a viewer may see it; and what forms about it offer to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from yantar.core import clock
from yantar.core.models import User
from yantar.qms.findings import timing
from yantar.qms.organisation.lines import same_line
from yantar.qms.organisation.models import AuthorityVersion, Role, RoleHolding
from yantar.qms.organisation.queries import names_on
from yantar.qms.standards.models import Clause

from ..models import (
    ActionKind,
    Attachment,
    Cause,
    Effect,
    ElsewhereAnswer,
    ElsewhereQuestion,
    Escalation,
    Finding,
    FindingStep,
    PlannedAction,
    Recurrence,
    State,
)
from ..states import Transition, possible
from .access import find_visible, visible

PERMISSIONS = (
    "findings.change_draft",
    "findings.set_owner",
    "findings.act_as_owner",
    "findings.approve",
    "findings.verify",
    "findings.lead",
    "findings.confirm_cancel",
    "findings.attach",
    "findings.ask_elsewhere",
    "findings.share",
)
WORKING = (Role.STAFF, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY, Role.INTERNAL_AUDITOR)
TWICE = timedelta(minutes=10)
"""The same words of the same person within this time are a form sent twice, not a second thought."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One authority's part in a question; `raised` only where the viewer sees that finding."""

    name: str
    answer: ElsewhereAnswer
    raised: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question put to other authorities, with what each of them said."""

    question: ElsewhereQuestion
    answers: list[Asked]

    @property
    def open(self) -> int:
        """How many have not answered yet."""
        return sum(not one.answer.answer for one in self.answers)


@dataclass(frozen=True, slots=True)
class FindingPage:
    """A finding with all of its parts. `may`: permissions of the viewer; `acts_on`: keys of open actions that the viewer may complete."""

    finding: Finding
    authority: AuthorityVersion | None
    unit: str
    may: frozenset[str]
    causes: list[Cause]
    actions: list[PlannedAction]
    effects: list[Effect]
    questions: list[Question]
    steps: list[FindingStep]
    attachments: list[Attachment]
    escalations: list[Escalation]
    earlier: list[Recurrence]
    later: list[Recurrence]
    due: dict[str, date]
    acts_on: frozenset[int]
    seen: frozenset[str]

    @property
    def current_actions(self) -> list[PlannedAction]:
        """Those of the present round."""
        return [one for one in self.actions if one.round == self.finding.reopened]

    @property
    def former_actions(self) -> list[PlannedAction]:
        """Those of rounds that did not help."""
        return [one for one in self.actions if one.round != self.finding.reopened]

    @property
    def undone(self) -> list[PlannedAction]:
        """Actions of the present round that are not done yet."""
        return [one for one in self.current_actions if one.done_on is None]

    @property
    def effect(self) -> Effect | None:
        """What the effect of the present round is measured by."""
        return next((one for one in self.effects if one.round == self.finding.reopened), None)

    @property
    def root(self) -> Cause | None:
        """The cause to be removed."""
        return next((one for one in self.causes if one.is_root and one.rejected_on is None), None)

    @property
    def has_corrective(self) -> bool:
        """Whether the plan has an action against the cause."""
        return any(one.kind == ActionKind.CORRECTIVE for one in self.current_actions)

    @property
    def possible(self) -> tuple[Transition, ...]:
        """What the table foresees from here."""
        return possible(self.finding.state)


def finding_page(viewer: Any, number: str) -> FindingPage | None:
    """A finding with everything; None where there is none or the viewer does not see it. A constant number of queries."""
    finding = find_visible(viewer, number)
    if finding is None:
        return None
    today = clock.today()
    questions = list(
        finding.questions.select_related("asked_by").prefetch_related(Prefetch("answers", ElsewhereAnswer.objects.select_related("raised")))
    )
    names = names_on({finding.authority_id, *(one.authority_id for row in questions for one in row.answers.all())}, today)
    earlier = list(finding.recurs_from.select_related("earlier"))
    later = list(finding.recurrences.select_related("later"))
    others = {one.raised.number for row in questions for one in row.answers.all() if one.raised is not None}
    others |= {one.earlier.number for one in earlier} | {one.later.number for one in later}
    seen = frozenset(visible(viewer).filter(number__in=others).values_list("number", flat=True))
    files = Attachment.objects.select_related("file", "added_by")
    rows = finding.actions.filter(withdrawn_at__isnull=True).select_related("assignee", "cause")
    planned = list(rows.prefetch_related(Prefetch("attachments", files)).order_by("round", "due_on", "pk"))
    for row in planned:
        row.finding = finding
    unit = finding.unit.versions.on(today).first() if finding.unit is not None else None
    may = frozenset(code for code in PERMISSIONS if viewer.has_perm(code, finding))
    acting = finding.state == State.IMPLEMENTATION
    mine = {
        one.pk
        for one in planned
        if acting and one.done_on is None and one.round == finding.reopened and viewer.pk in (one.assignee_id, finding.owner_id)
    }
    return FindingPage(
        finding=finding,
        authority=names.get(finding.authority_id),
        unit=str(unit.name) if unit is not None else "",
        may=may,
        causes=list(finding.causes.filter(removed_at__isnull=True).select_related("author").order_by("order", "pk")),
        actions=planned,
        effects=list(finding.effects.select_related("fixed_by", "judged_by").order_by("-round")),
        questions=[_question(row, names, seen) for row in questions],
        steps=list(finding.steps.select_related("by")),
        attachments=list(files.filter(finding=finding, action__isnull=True)),
        escalations=list(finding.escalations.all()),
        earlier=earlier,
        later=later,
        due=timing.deadlines(finding),
        acts_on=frozenset(mine),
        seen=seen,
    )


def _question(row: ElsewhereQuestion, names: dict[int, AuthorityVersion], seen: frozenset[str]) -> Question:
    asked = []
    for one in row.answers.all():
        number = one.raised.number if one.raised is not None else ""
        name = names.get(one.authority_id)
        asked.append(Asked(name.name if name is not None else "—", one, number if number in seen else ""))
    return Question(row, sorted(asked, key=lambda one: one.name))


def find_cause(finding: Finding, pk: int) -> Cause | None:
    """An answer of the finding's analysis that was not removed."""
    return finding.causes.filter(pk=pk, removed_at__isnull=True).select_related("finding").first()


def find_action(finding: Finding, pk: int) -> PlannedAction | None:
    """An action of the finding that was not withdrawn."""
    return finding.actions.filter(pk=pk, withdrawn_at__isnull=True).select_related("finding").first()


def find_attachment(finding: Finding, pk: int) -> Attachment | None:
    """A file that belongs to the finding or to one of its actions."""
    return finding.attachments.filter(pk=pk).select_related("file").first()


def people_around(authority_id: int, *, verifying: bool = False) -> QuerySet[User]:
    """Who can own a finding of an authority or do its actions: people with a role there, or there before it was reorganised.

    With `verifying` also those of the whole government who are independent of it: heads of quality and internal auditors.
    """
    held = Q(authority_id__in=same_line(authority_id), role__in=WORKING)
    if verifying:
        held |= Q(authority__isnull=True, role__in=(Role.HEAD_OF_QUALITY, Role.INTERNAL_AUDITOR))
    holding = RoleHolding.objects.on(clock.today()).filter(held)
    return User.objects.filter(pk__in=holding.values("user_id"), is_active=True).order_by("full_name", "pk")


def causes_to_act_on(finding: Finding) -> QuerySet[Cause]:
    """Causes that an action may be planned against, roots first."""
    return finding.causes.filter(removed_at__isnull=True, rejected_on__isnull=True).order_by("-is_root", "order", "pk")


def clauses_in_force() -> QuerySet[Clause]:
    """Clauses to find against: of the latest edition that is published."""
    latest = Clause.objects.filter(edition__published_on__lte=clock.today()).order_by("-edition__published_on").values("edition_id")[:1]
    return Clause.objects.filter(edition_id__in=latest).order_by("order")


def said_already(viewer: User, finding: Finding, text: str, parent: Cause | None) -> bool:
    """Whether the person gave this very answer at this place a moment ago."""
    since = clock.now() - TWICE
    return finding.causes.filter(author=viewer, parent=parent, text=text.strip(), removed_at__isnull=True, recorded_at__gte=since).exists()


def planned_already(finding: Finding, text: str, assignee: User, due_on: date) -> bool:
    """Whether this very action is in the plan of the present round."""
    same = finding.actions.filter(text=text.strip(), assignee=assignee, due_on=due_on, round=finding.reopened)
    return same.filter(withdrawn_at__isnull=True).exists()


def raised_already(viewer: User, authority_id: int, gap: str) -> Finding | None:
    """The finding that the person raised with these very words a moment ago."""
    since = clock.now() - TWICE
    return Finding.objects.filter(raised_by=viewer, authority_id=authority_id, gap=gap.strip(), recorded_at__gte=since).order_by("-pk").first()


def share_closed(effect: Effect) -> Decimal | None:
    """How much of the way from the value before to the target was made, in per cent; None before the verdict."""
    if effect.observed is None or effect.target == effect.baseline:
        return None
    return (effect.observed - effect.baseline) / (effect.target - effect.baseline) * 100


def order_of(states: Sequence[State], state: str) -> int:
    """Place of a state on the way; -1 for one that lies beside it."""
    return states.index(State(state)) if State(state) in states else -1
