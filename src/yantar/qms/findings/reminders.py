"""What is told every morning: what falls due, what is late and goes up, effects to be judged. Runs inside `findings.remind`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from yantar.core.models import User
from yantar.core.notifications import notify
from yantar.engine import effect
from yantar.qms.organisation.models import Role

from . import timing
from .models import FINAL, ElsewhereAnswer, Escalation, Finding, PlannedAction, State
from .telling import ELSEWHERE_PAGE, answerable, page_of

BEFORE = (7, 1)
"""Days left at which people are reminded; and once on the first day that is late."""
LEVELS: dict[str, tuple[str, Role]] = {
    "authority_head": (Escalation.Level.AUTHORITY, Role.HEAD_OF_AUTHORITY),
    "government_quality": (Escalation.Level.GOVERNMENT, Role.HEAD_OF_QUALITY),
}
"""Whom the library's timers name: the level kept, and the role that is told."""
_BY_OWNER = frozenset({State.CONTAINMENT, State.ANALYSIS, State.PLAN, State.IMPLEMENTATION})
_BY_VERIFIER = frozenset({State.VERIFICATION, State.WAITING_EFFECT})


def level_of(due_on: date, on: date) -> str:
    """The nearest level that is reached, "" for none: "7", "1", or "late"."""
    left = (due_on - on).days
    if left < 0:
        return "late"
    return next((str(days) for days in reversed(BEFORE) if left <= days), "")


def escalate(on: date) -> int:
    """Tell the head of the authority, later the government's head of quality, what is too late: once per state and level. Returns how many."""
    first = min(row.after_days for row in timing.timers().escalation)
    late = Finding.objects.filter(due_on__lte=on - timedelta(days=first)).exclude(state__in=FINAL)
    rows = list(late.order_by("due_on", "pk"))
    if not rows:
        return 0
    known = set(Escalation.objects.filter(finding__in=rows).values_list("finding_id", "state", "state_since", "level"))
    people = answerable({row.authority_id for row in rows}, {role for _level, role in LEVELS.values()}, on)
    made: list[Escalation] = []
    for row in rows:
        assert row.due_on is not None
        reached = effect.escalation(row.due_on, on, timing.timers())
        for to in reached.reached:
            level, role = LEVELS[to]
            if (row.pk, row.state, row.state_since, level) in known:
                continue
            made.append(Escalation(finding=row, state=row.state, state_since=row.state_since, level=level, due_on=row.due_on, escalated_on=on))
            key = f"findings.escalated:{row.pk}:{row.state}:{row.state_since.isoformat()}:{level}"
            told = people[row.authority_id].get(role, [])
            notify(told, "findings.escalated", url=page_of(row.number), key=key, number=row.number, days=reached.days_late, state=row.state)
    Escalation.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def remind(on: date) -> None:
    """Tell owners, approvers, verifiers, those with an action and those who were asked what falls due; each level once."""
    horizon = on + timedelta(days=max(BEFORE))
    # A start after a long pause must not flood: what is late for longer has gone up by escalation.
    since = on - timedelta(days=max(BEFORE))
    _states(on, since, horizon)
    _actions(on, since, horizon)
    _questions(on, since, horizon)


def _states(on: date, since: date, horizon: date) -> None:
    due = Finding.objects.filter(due_on__range=(since, horizon)).exclude(state__in=FINAL)
    rows = list(due.select_related("owner", "verifier").order_by("due_on", "pk"))
    people = answerable({row.authority_id for row in rows}, (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY), on) if rows else {}
    for row in rows:
        assert row.due_on is not None
        level = level_of(row.due_on, on)
        if not level:
            continue
        kind = "findings.effect_due" if row.state == State.WAITING_EFFECT else "findings.reminder"
        key = f"{kind}:{row.pk}:{row.state}:{row.due_on.isoformat()}:{level}"
        told = _answering(row, people[row.authority_id])
        notify(told, kind, url=page_of(row.number), key=key, number=row.number, state=row.state, due_on=row.due_on)


def _answering(row: Finding, running: dict[str, list[User]]) -> Iterable[User]:
    one = row.owner if row.state in _BY_OWNER else row.verifier if row.state in _BY_VERIFIER else None
    if one is not None and one.is_active:
        return [one]
    both = [*running.get(Role.COORDINATOR, ()), *running.get(Role.HEAD_OF_AUTHORITY, ())]
    return [person for person in both if row.state != State.APPROVAL or person.pk not in (row.owner_id, row.cause_by_id)]


def _actions(on: date, since: date, horizon: date) -> None:
    open_ones = PlannedAction.objects.filter(
        due_on__range=(since, horizon), done_on__isnull=True, withdrawn_at__isnull=True, finding__state=State.IMPLEMENTATION, assignee__is_active=True
    )
    for row in open_ones.select_related("finding", "assignee").order_by("due_on", "pk"):
        if row.round != row.finding.reopened or not (level := level_of(row.due_on, on)):
            continue
        key = f"findings.action_due:{row.pk}:{row.due_on.isoformat()}:{level}"
        number = row.finding.number
        notify([row.assignee], "findings.action_due", url=page_of(number), key=key, number=number, due_on=row.due_on, text=row.text[:200])


def _questions(on: date, since: date, horizon: date) -> None:
    asked = ElsewhereAnswer.objects.filter(answer="", question__due_on__range=(since, horizon)).select_related("question")
    by_authority: dict[int, list[ElsewhereAnswer]] = defaultdict(list)
    for row in asked.order_by("question__due_on", "pk"):
        by_authority[row.authority_id].append(row)
    people = answerable(by_authority, (Role.COORDINATOR,), on) if by_authority else {}
    for authority, rows in by_authority.items():
        for row in rows:
            if level := level_of(row.question.due_on, on):
                key = f"findings.answer_due:{row.pk}:{level}"
                told = people[authority].get(Role.COORDINATOR, [])
                notify(told, "findings.answer_due", url=ELSEWHERE_PAGE, key=key, due_on=row.question.due_on, text=row.question.text[:200])
