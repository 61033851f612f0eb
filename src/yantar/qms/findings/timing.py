"""By when each state of a finding is to be left: the library's timers on the government's working calendar, or what the certifier says itself."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from yantar.engine import effect
from yantar.library import loader
from yantar.library.audit_facts import StatementWords, Timers
from yantar.qms.organisation.queries import working_calendar

from .models import Finding, Grade, State

STAGES: dict[str, str] = {
    State.OPEN: "acknowledge",
    State.CONTAINMENT: "containment",
    State.ANALYSIS: "analysis",
    State.PLAN: "plan",
    State.APPROVAL: "plan",
}
"""States and the stage whose time limit is theirs; a plan counts as made when it is approved."""


@lru_cache(maxsize=1)
def timers() -> Timers:
    """The time limits that ship with the library."""
    return loader.load_timers()


@lru_cache(maxsize=1)
def words() -> StatementWords:
    """Words that make a statement vague."""
    return loader.load_statement_words()


def deadlines(finding: Finding) -> dict[str, date]:
    """By when each stage of the present round is due, and "overall"; empty before opening and for grades without time limits.

    A certification body's own days count from the day on which the finding was raised, ours from its opening or reopening.
    """
    if finding.counted_from is None:
        return {}
    days = finding.body_days if not finding.reopened else None
    limits = effect.BodyLimits(
        major_days=days if finding.grade == Grade.MAJOR else None, minor_plan_days=days if finding.grade == Grade.MINOR else None
    )
    calendar = working_calendar()
    due = effect.deadlines(finding.grade, finding.counted_from, calendar, timers(), limits)
    if days is None or not due:
        return due
    by_body = effect.deadlines(finding.grade, finding.raised_on, calendar, timers(), limits)
    if finding.grade == Grade.MAJOR:
        whole = by_body[effect.OVERALL]
        return {stage: min(day, whole) for stage, day in due.items()} | {effect.OVERALL: whole}
    return due | {"plan": by_body["plan"]}


def stage_due(finding: Finding, state: str) -> date | None:
    """By when a state that has a stage of its own is to be left; None where none has."""
    stage = STAGES.get(state)
    if stage == "acknowledge" and finding.acknowledged_on is not None:
        stage = "containment"
    return deadlines(finding).get(stage) if stage else None
