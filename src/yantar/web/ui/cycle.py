"""The three years of a certificate in words: the engine's milestones as the line of dates draws them, and as the table beneath tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from yantar.engine.certification import Milestone as Point
from yantar.engine.certification import MilestoneState as State
from yantar.qms.certification.messages import rule_sentence
from yantar.web.ui.charts.line_of_dates import Milestone

TONES = {
    State.DONE: ("success", "check"),
    State.DUE: ("warning", "clock"),
    State.LATE: ("danger", "late"),
    State.MISSED: ("danger", "cross"),
    State.FUTURE: ("secondary", "dot"),
    State.CANCELLED: ("secondary", "cross"),
}


def _state_words(point: Point) -> str:
    if point.was_late:
        return _("done late")
    return {
        State.DONE: _("done"),
        State.DUE: _("to be done"),
        State.LATE: _("late"),
        State.MISSED: _("missed"),
        State.FUTURE: _("ahead"),
        State.CANCELLED: _("no longer demanded"),
    }[point.state]


def _label(point: Point) -> str:
    """What it is, as short as a picture needs it."""
    if point.kind == "surveillance":
        number = {"number": point.number}
        if point.state is State.DONE:
            return _("Surveillance %(number)s passed") % number
        if point.state is State.MISSED:
            return _("Surveillance %(number)s missed") % number
        return _("Surveillance %(number)s") % number
    return {
        "grant": _("Decision to grant"),
        "renewal": _("Decision to renew"),
        "recertification_audit": _("Recertification audit"),
        "recertification": _("Recertification decision"),
        "expiry": _("Valid until"),
        "suspension_end": _("End of the suspension"),
        "edition_transition": _("Move to the next edition"),
        "restoration": _("Restoration"),
    }[point.kind]


def _sublabel(point: Point) -> str:
    day = formats.date_format(point.on, "SHORT_DATE_FORMAT")
    if point.kind == "expiry" or point.state in (State.DONE, State.MISSED):
        return day
    if not point.confirmed:
        return _("by %(day)s, expected") % {"day": day}
    return _("by %(day)s") % {"day": day}


@dataclass(frozen=True, slots=True)
class Row:
    """A milestone as a line of the table."""

    label: str
    opens_on: date | None
    latest_on: date
    done_on: date | None
    state: str
    tone: str
    icon: str
    rule: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class CycleShown:
    """Everything the line of dates and its table show. `begins_on` and `ends_on` are the first and the last day of the line."""

    milestones: tuple[Milestone, ...]
    rows: tuple[Row, ...]
    begins_on: date
    ends_on: date


def cycle_shown(line: Sequence[Point]) -> CycleShown | None:
    """The cycle ready to show; None before the first grant.

    What is no longer demanded stands only in the table. The decision that is still to come by the day of expiry is one mark with it.
    """
    if not line:
        return None
    last = max(point.on for point in line)
    expiry = next((point.on for point in line if point.kind == "expiry"), last)
    drawn = [
        Milestone(point.kind, str(point.state), point.on, _label(point), _sublabel(point))
        for point in line
        if point.state is not State.CANCELLED and not (point.kind == "recertification" and point.state is not State.DONE and point.on == expiry)
    ]
    rows = [
        Row(
            _label(point),
            point.opens_on,
            point.latest_on,
            point.done_on,
            _state_words(point),
            *TONES[point.state],
            rule_sentence(point.rule),
            point.confirmed,
        )
        for point in line
    ]
    return CycleShown(tuple(drawn), tuple(rows), line[0].on, last)
