"""What each person is to do next about findings, and by when: for the home page and the private calendar feed.

Only what waits for the person by their roles or because a finding names them; whoever merely may see a finding has no duty here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When

from yantar.core import clock
from yantar.core.calendar_feed import Deadline
from yantar.core.models import User
from yantar.qms.organisation.lines import line_of
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.rules import roles_held, succession_known

from .messages import duty_sentence
from .models import CaseState, Cause, ElsewhereAnswer, Finding, GovernmentCase, OriginKind, PlannedAction, State
from .telling import CASES_PAGE, ELSEWHERE_PAGE, page_of

REMIND_DAYS = 3
_OVER = ("rejected", "closed", "cancelled", "noted")
"""In the words of the index, so that it serves."""
_OWNER: dict[str, str] = {
    State.CONTAINMENT: "correct",
    State.ANALYSIS: "analyse",
    State.PLAN: "plan",
    State.IMPLEMENTATION: "implement",
}
_WITH_REPORT = (OriginKind.AUDIT, OriginKind.EXTERNAL_AUDIT)
"""Drafts of an audit are issued with its report, not one by one."""
_VERIFIER: dict[str, str] = {State.VERIFICATION: "verify", State.WAITING_EFFECT: "judge"}


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that waits for a person. `code`: key of messages.DUTIES; `number` of the finding ("" for a question or a case)."""

    code: str
    number: str
    what: str
    due_on: date | None
    url: str
    on: date
    key: str
    grade: str = ""
    authority_id: int | None = None

    @property
    def name(self) -> str:
        """What is to be done, in the reader's language."""
        return duty_sentence(self.code)

    @property
    def days_left(self) -> int | None:
        """Days until it is due, negative when that is past; None where no day is set."""
        return (self.due_on - self.on).days if self.due_on else None

    @property
    def late(self) -> bool:
        return self.due_on is not None and self.due_on < self.on


@dataclass(frozen=True, slots=True)
class _Mine:
    """Authorities that a person runs, heads; whether they lead all of it."""

    runs: set[int]
    heads: set[int]
    leads: bool


def needs_me(user: Any, on: date | None = None) -> list[Duty]:
    """Everything about findings that waits for a person now, the most urgent first. A constant number of queries."""
    on = on or clock.today()
    mine = _mine(user)
    found = [*_by_finding(user, mine, on), *_actions(user, on), *_questions(mine, on), *_cases(mine, on)]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.key))


def deadlines_of(user: User, on: date | None = None) -> list[Deadline]:
    """A person's days about findings for their calendar: what waits for them and has a day."""
    return [
        Deadline(
            key=f"finding-{one.key}",
            on=one.due_on,
            summary=f"{one.number}: {one.name}" if one.number else one.name,
            description=one.what,
            url=one.url,
            remind_days=REMIND_DAYS,
        )
        for one in needs_me(user, on)
        if one.due_on is not None
    ]


def _mine(user: Any) -> _Mine:
    held = roles_held(user)
    known = succession_known(user)
    running = {one.authority_id for one in held if one.authority_id and one.role in (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY)}
    heading = {one.authority_id for one in held if one.authority_id and one.role == Role.HEAD_OF_AUTHORITY}
    leads = any(one.role == Role.HEAD_OF_QUALITY for one in held)
    return _Mine(line_of(running, known), line_of(heading, known), leads)


def _waiting(user: Any, mine: _Mine) -> QuerySet[Finding]:
    """Findings that wait for the person, each with how many of its actions are left."""
    runs = Q(authority_id__in=mine.runs)
    approving = Q() if mine.leads else runs
    wanted = Q(state=State.DRAFT, raised_by=user) & ~Q(origin_kind__in=_WITH_REPORT)
    wanted |= Q(state=State.OPEN) & (runs | Q(owner=user))
    wanted |= Q(state__in=list(_OWNER), owner=user)
    analysed = Cause.objects.filter(author=user, removed_at__isnull=True).values("finding")
    independent = ~Q(owner=user) & (Q(cause_by__isnull=True) | ~Q(cause_by=user)) & ~Q(pk__in=analysed)
    if mine.leads or mine.runs:
        wanted |= Q(state=State.APPROVAL) & approving & independent
    wanted |= Q(state__in=list(_VERIFIER), verifier=user)
    second = Q(cancel_wanted_on__isnull=False) & ~Q(owner=user) & ~Q(cancel_wanted_by=user)
    if mine.leads:
        wanted |= second
    elif mine.heads:
        wanted |= second & Q(authority_id__in=mine.heads)
    live = Q(actions__withdrawn_at__isnull=True, actions__done_on__isnull=True, actions__round=F("reopened"))
    left = Count("actions", filter=Case(When(live, then=True), default=False))
    return Finding.objects.filter(wanted).exclude(state__in=_OVER).annotate(actions_left=left).order_by("due_on", "pk")


def _by_finding(user: Any, mine: _Mine, on: date) -> Iterable[Duty]:
    for row in _waiting(user, mine):
        for code in _codes(row, user, mine):
            due = row.cancel_wanted_on if code == "confirm_cancel" else row.due_on
            yield Duty(code, row.number, row.gap, due, page_of(row.number), on, f"{row.pk}-{code}-{row.reopened}", row.grade, row.authority_id)


def _codes(row: Finding, user: Any, mine: _Mine) -> Iterable[str]:
    second = row.cancel_wanted_on is not None and user.pk not in (row.cancel_wanted_by_id, row.owner_id)
    if second and (mine.leads or row.authority_id in mine.heads):
        yield "confirm_cancel"
    if row.state == State.DRAFT and row.raised_by_id == user.pk and row.origin_kind not in _WITH_REPORT:
        yield "issue"
    elif row.state == State.OPEN and (row.authority_id in mine.runs or row.owner_id == user.pk):
        yield "acknowledge" if row.acknowledged_on is None else "assign"
    elif row.state in _OWNER and row.owner_id == user.pk:
        done = row.state == State.IMPLEMENTATION and not getattr(row, "actions_left", 1)
        yield "submit" if done else _OWNER[row.state]
    elif row.state == State.APPROVAL and row.owner_id != user.pk and (mine.leads or row.authority_id in mine.runs):
        yield "approve"
    elif row.state in _VERIFIER and row.verifier_id == user.pk:
        yield _VERIFIER[row.state]


def _actions(user: Any, on: date) -> Iterable[Duty]:
    rows = PlannedAction.objects.filter(
        assignee=user, done_on__isnull=True, withdrawn_at__isnull=True, finding__state=State.IMPLEMENTATION, round=F("finding__reopened")
    ).select_related("finding")
    for row in rows.order_by("due_on", "pk"):
        one = row.finding
        yield Duty("act", one.number, row.text, row.due_on, page_of(one.number), on, f"action-{row.pk}", one.grade, one.authority_id)


def _questions(mine: _Mine, on: date) -> Iterable[Duty]:
    if not mine.runs:
        return
    rows = ElsewhereAnswer.objects.filter(answer="", authority_id__in=mine.runs).select_related("question").order_by("question__due_on", "pk")
    for row in rows:
        question = row.question
        yield Duty("answer", "", question.text, question.due_on, ELSEWHERE_PAGE, on, f"answer-{row.pk}", authority_id=row.authority_id)


def _cases(mine: _Mine, on: date) -> Iterable[Duty]:
    if not mine.leads:
        return
    for case in GovernmentCase.objects.filter(state=CaseState.OPEN).order_by("opened_on", "pk"):
        yield Duty("decide_case", case.number, case.title, None, f"{CASES_PAGE}{case.number}/", on, f"case-{case.pk}")
