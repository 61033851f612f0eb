"""The clock of what citizens bring: services (210-FZ), complaints on them (art. 11.2), appeals (59-FZ), requests for information (8-FZ)
and remarks of public control.

Limits and rules of the last day are data of the library (`library/deadlines.yaml`); here is the counting alone, in whole days: from the
day after the event, working days by the region's calendar or calendar days, without the days of suspensions, with one extension.
Everything saturates at `date.min` and `date.max`. Facts and their problems: services.md §1, §3.
"""

from yantar.engine.deadlines.checks import DAY_PARAMS, MESSAGES, contradictions_of, problems_of
from yantar.engine.deadlines.clock import STATUS_TEXTS, Alarm, Clock, State, Status, clock, due_of, known_on, passport_term, state
from yantar.engine.deadlines.counting import End, Pause, due_after, end_of
from yantar.engine.deadlines.explanation import DAY_TEXTS, WHY_TEXTS, ExplainedSpan, Explanation, Why, explain
from yantar.engine.deadlines.facts import (
    ALARMS,
    MOST_DAYS,
    Case,
    CaseProblem,
    Event,
    Extension,
    ExtensionRule,
    InvalidCase,
    LastDay,
    Rules,
    Span,
    Suspension,
    SuspensionRule,
    Term,
    Turn,
    Unit,
)
from yantar.engine.deadlines.moves import ChangedDay, Moved, Moves, changed_days, moved_deadlines

__all__ = [
    "ALARMS",
    "DAY_PARAMS",
    "DAY_TEXTS",
    "MESSAGES",
    "MOST_DAYS",
    "STATUS_TEXTS",
    "WHY_TEXTS",
    "Alarm",
    "Case",
    "CaseProblem",
    "ChangedDay",
    "Clock",
    "End",
    "Event",
    "ExplainedSpan",
    "Explanation",
    "Extension",
    "ExtensionRule",
    "InvalidCase",
    "LastDay",
    "Moved",
    "Moves",
    "Pause",
    "Rules",
    "Span",
    "State",
    "Status",
    "Suspension",
    "SuspensionRule",
    "Term",
    "Turn",
    "Unit",
    "Why",
    "changed_days",
    "clock",
    "contradictions_of",
    "due_after",
    "due_of",
    "end_of",
    "explain",
    "known_on",
    "moved_deadlines",
    "passport_term",
    "problems_of",
    "state",
]
