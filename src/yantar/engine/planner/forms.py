"""The published form of what is to be planned and of the plan: the same classes are read, checked, and written as JSON.

Days are dates; an audit takes whole, consecutive working days of the calendar of its authority. Two independent readers use these
forms and nothing else of each other: the model that makes a plan, and the checker that judges one.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

FORM = "yantar.plan/1"
Key = Annotated[str, Field(min_length=1, max_length=100)]


class Form(BaseModel):
    """Nothing unknown is let through in silence; nothing is changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Method(StrEnum):
    ON_SITE = "on_site"
    REMOTE = "remote"


class Qualification(StrEnum):
    """What somebody may be in a team. A lead may also be a member; a trainee is never counted and never alone."""

    LEAD = "lead"
    MEMBER = "member"
    TRAINEE = "trainee"


class Span(Form):
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("the last day is before the first")
        return self


class Calendar(Form):
    """The working days of a region: Monday to Friday without `days_off`, and `worked` days besides (transfers)."""

    id: Key
    days_off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()


class AuditedAuthority(Form):
    """An authority as a place to audit. Its days are never booked twice."""

    id: Key
    name: str = ""
    site: Key
    calendar: Key = "main"
    closed: tuple[Span, ...] = ()
    """Days on which the authority can't receive an audit."""


class Competence(Form):
    """Proven competence for an edition and a field ("*": every field); `until` is the last day on which it holds (none: without end).
    Lead and members need it on the last day of the audit; for members any field of the edition will do."""

    edition: Key
    field: Key = "*"
    until: date | None = None


class Part(Form):
    """A process that somebody owned or performed; `until` is the last day of it (none: still does). Whose `until` plus the cooling
    months of the instance is on or after the first day of an audit of this process can't take part in it."""

    process: Key
    until: date | None = None


class Auditor(Form):
    """Who can be sent. `units` is the home unit and every unit above it up to the top of the home authority."""

    id: Key
    name: str = ""
    authority: Key
    units: tuple[Key, ...] = ()
    qualification: Qualification = Qualification.MEMBER
    competences: tuple[Competence, ...] = ()
    languages: tuple[Key, ...] = ("ru",)
    site: Key
    calendar: Key = "main"
    days_per_month: int = Field(default=5, ge=0, le=31)
    """Audit days in one calendar month, at most."""
    absences: tuple[Span, ...] = ()
    parts: tuple[Part, ...] = ()
    conflicts: tuple[Key, ...] = ()
    """Authorities that this person must not audit for another reason (family, direct subordination)."""


class Assignment(Form):
    """When an audit takes place and who carries it out."""

    first: date
    lead: Key
    members: tuple[Key, ...] = ()
    trainees: tuple[Key, ...] = ()


class Wish(Form):
    """An audit that is wanted in the year."""

    id: Key
    authority: Key
    units: tuple[Key, ...] = ()
    """Units in scope; their trees are audited. Empty: the authority as a whole."""
    edition: Key
    fields: tuple[Key, ...] = ()
    """Fields of competence that the team must cover together; the lead covers at least one of them."""
    clauses: tuple[str, ...] = ()
    processes: tuple[Key, ...] = ()
    person_days: int = Field(ge=1, le=200)
    """Audit time of the whole team, in days of 8 hours (IAF MD 5 or an internal norm)."""
    auditors: int = Field(default=1, ge=1, le=10)
    """Lead and members together; trainees are not counted. The audit takes ceil(person_days / auditors) working days in a row."""
    trainees: int = Field(default=0, ge=0, le=3)
    """Places for trainees, filled when it costs nothing; never more than there are auditors. Of a trainee are asked independence, the
    language, free days at work and room in the month, but no competence."""
    window: Span
    """The first and the last day on which the audit may take place."""
    method: Method = Method.ON_SITE
    language: Key = "ru"
    risk: float = Field(default=0.0, ge=0.0, le=1.0)
    """Risk score of what is audited; risky audits come first."""
    present: Assignment | None = None
    """What the plan in force says; every departure from it costs."""
    fixed: bool = False
    """`present` stands as it is."""

    @property
    def days(self) -> int:
        """Working days in a row that the audit takes."""
        return -(-self.person_days // self.auditors)

    @model_validator(mode="after")
    def fixed_to_something(self) -> Self:
        if self.fixed and self.present is None:
            raise ValueError("a fixed audit needs its present assignment")
        return self


class Led(Form):
    """Who led the audit of an authority in a past year."""

    year: int = Field(ge=1990, le=2200)
    lead: Key
    authority: Key


class Travel(Form):
    """Days of travel there and back between two sites, in either direction."""

    a: Key
    b: Key
    days: int = Field(ge=0, le=30)


class Weights(Form):
    """What each soft wish costs, in whole points. All parts add up to the objective, and less is better."""

    risk: int = Field(default=10, ge=0, le=10_000)
    """Per whole week that an audit begins after the first day of its window, times its risk score (the decimal number as it is
    written, without errors of binary fractions), rounded down per audit."""
    load: int = Field(default=20, ge=0, le=10_000)
    """Per audit day of an auditor above the even load of the year: the person-days of all wishes (days × auditors) divided by the number of
    leads and members who may audit at all (`days_per_month` above 0), rounded up. Days as a trainee count to nothing."""
    travel: int = Field(default=5, ge=0, le=10_000)
    """Per travel day of each lead or member sent to an audit on site."""
    rotation: int = Field(default=15, ge=0, le=10_000)
    """Per audit led by whoever led the same authority in the last year."""
    change_days: int = Field(default=10, ge=0, le=10_000)
    """Per audit moved away from its present first day."""
    change_team: int = Field(default=10, ge=0, le=10_000)
    """Per lead or member of the present team who is not in the new team, and once more when the lead changes."""
    dropped: int = Field(default=100_000, ge=0, le=10_000_000)
    """Per wish that can't be fulfilled; larger than everything else together, so that nothing is dropped that need not be. A dropped
    wish costs this and nothing else."""


class Instance(Form):
    """Everything a programme of one year is planned from."""

    form: str = Field(default=FORM, pattern=r"^yantar\.plan/1$")
    year: int = Field(ge=1990, le=2200)
    calendars: tuple[Calendar, ...] = (Calendar(id="main"),)
    authorities: tuple[AuditedAuthority, ...]
    auditors: tuple[Auditor, ...]
    wishes: tuple[Wish, ...]
    history: tuple[Led, ...] = ()
    travel: tuple[Travel, ...] = ()
    travel_default: int = Field(default=1, ge=0, le=30)
    """Travel days between two different sites that `travel` does not name; within one site there is none."""
    weights: Weights = Weights()
    cooling_months: int = Field(default=24, ge=0, le=120)
    """Months for which an owner or performer of a process does not audit it."""
    pair_years: int = Field(default=3, ge=1, le=20)
    """A lead leads the audit of one authority in so many years running, at most."""


class Costs(Form):
    """What an objective, or one choice, is made of; points. `dropped` only in totals."""

    risk: int = 0
    load: int = 0
    travel: int = 0
    rotation: int = 0
    change: int = 0
    dropped: int = 0

    @property
    def total(self) -> int:
        return self.risk + self.load + self.travel + self.rotation + self.change + self.dropped


class Planned(Form):
    """One audit of the plan: its days, its team, and what this choice cost (load: this audit's share of the excess of its team)."""

    wish: Key
    days: tuple[date, ...]
    lead: Key
    members: tuple[Key, ...] = ()
    trainees: tuple[Key, ...] = ()
    costs: Costs = Costs()


class Obstacle(Form):
    """One reason why a wish can't be fulfilled: a code of `reasons.py` and what it speaks of."""

    code: Key
    params: dict[str, str | int] = {}


class Dropped(Form):
    """A wish that is left out, and why; the least set that had to be."""

    wish: Key
    reasons: tuple[Obstacle, ...]


class Status(StrEnum):
    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    CANCELLED = "cancelled"


class Plan(Form):
    """The answer. `bound` holds for every plan there is, not only for those that were tried; `gap` = (objective - bound) / objective."""

    form: str = Field(default=FORM, pattern=r"^yantar\.plan/1$")
    year: int
    status: Status
    audits: tuple[Planned, ...]
    dropped: tuple[Dropped, ...] = ()
    objective: int
    bound: float
    gap: float = Field(ge=0.0)
    parts: Costs
    unavoidable_load: int = 0
    """Load points that no plan can avoid (a single audit longer than the even load): a large share of them flatters the gap."""
    seconds: float = 0.0
    seed: int = 0
