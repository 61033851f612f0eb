"""What the walk over a certificate's decisions writes down: cycles, suspensions, lapses, transitions, and the state met by each decision."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from yantar.engine.certification.facts import Decision, Status
from yantar.engine.dates import add_months


class Cycle:
    """A certification cycle: from a grant or renewal to the next one, or to the end of validity."""

    __slots__ = ("began_on", "closed_on", "decided_on", "expires_on", "initial", "lapsed_on", "limit_on", "limit_rule", "opening", "renewal")

    def __init__(self, opening: Decision, began_on: date, initial: bool, expires_on: date, limit_on: date, limit_rule: str) -> None:
        self.opening = opening
        self.initial = initial
        self.decided_on = opening.decided_on
        self.began_on = began_on
        self.expires_on = expires_on  # as stated, before the end of an edition shortens it
        self.limit_on = limit_on
        self.limit_rule = limit_rule
        self.renewal: Decision | None = None
        self.lapsed_on: date | None = None
        self.closed_on: date | None = None  # withdrawn, superseded or granted anew


class Suspension:
    """From `began_on` until a decision ended it (`ended_on`) or the certificate ceased otherwise (`closed_on`)."""

    __slots__ = ("began_on", "closed_on", "ended_by", "ended_on")

    def __init__(self, began_on: date) -> None:
        self.began_on = began_on
        self.ended_on: date | None = None
        self.ended_by: Decision | None = None
        self.closed_on: date | None = None


class Lapse:
    """Expiry that no renewal prevented: `last_day` of validity, and how it ended, if it did."""

    __slots__ = ("began_on", "by_edition", "closed_on", "last_day", "revived_by", "revived_on")

    def __init__(self, last_day: date, began_on: date, by_edition: bool) -> None:
        self.last_day = last_day
        self.began_on = began_on
        self.by_edition = by_edition
        self.revived_on: date | None = None
        self.revived_by: Decision | None = None
        self.closed_on: date | None = None

    def is_restorable(self, window_months: int) -> bool:
        """False where the renewal was decided in time and only came into force after a gap, and where the window had passed when the
        lapse began (granted to an edition long ended)."""
        if self.revived_by is not None and self.revived_by.decided_on <= self.last_day:
            return False
        return add_months(self.last_day, window_months) >= self.began_on


class Transition:
    """An edition held by a certificate whose stated expiry lies beyond the edition's last day."""

    __slots__ = ("closed_on", "confirmed", "edition", "ends_on", "met_on", "opens_on")

    def __init__(self, edition: str, opens_on: date, ends_on: date, confirmed: bool) -> None:
        self.edition = edition
        self.opens_on = opens_on
        self.ends_on = ends_on
        self.confirmed = confirmed
        self.met_on: date | None = None
        self.closed_on: date | None = None


class Step(NamedTuple):
    """A decision and the state it met on the day it came into force."""

    decision: Decision
    day: date
    status: Status
    cycle: Cycle | None
    expires_on: date | None
    edition: str
    suspension: Suspension | None
    lapse: Lapse | None


class Mark(NamedTuple):
    """From `begins_on` the certificate has this status, edition and effective expiry."""

    begins_on: date
    status: Status
    edition: str
    expires_on: date | None
