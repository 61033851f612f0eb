"""Where a programme's plan stands: what is planned, what is not, what breaks a rule as things are now; and all of it in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from yantar.core.plan_words import words
from yantar.engine.planner import forms
from yantar.engine.planner.check_ground import Ground, Violation
from yantar.engine.planner.check_rules import AUDIT_RULES, SHARED_RULES
from yantar.qms.organisation.models import Authority, AuthorityVersion
from yantar.qms.organisation.queries import names_on
from yantar.qms.people.fields import field_title
from yantar.qms.people.models import Auditor
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Edition

from .instance import Reading
from .models import Audit, Programme


class Names:
    """Names for the keys of an instance, in the reader's language. Each kind is asked for once, when it is first wanted."""

    def __init__(self, on: date) -> None:
        self.on = on

    @cached_property
    def authorities(self) -> dict[str, AuthorityVersion]:
        """By code, as of the day."""
        codes = dict(Authority.objects.values_list("pk", "code"))
        return {codes[pk]: version for pk, version in names_on(codes, self.on).items()}

    @cached_property
    def auditors(self) -> dict[str, str]:
        return dict(Auditor.objects.values_list("code", "name"))

    @cached_property
    def processes(self) -> dict[str, Process]:
        return {str(one.pk): one for one in Process.objects.only("pk", "code", "name_ru", "name_en")}

    @cached_property
    def editions(self) -> dict[str, str]:
        return dict(Edition.objects.values_list("key", "designation"))

    def authority(self, code: str) -> str:
        """The short name of an authority; its code where it has none on the day."""
        version = self.authorities.get(code)
        return version.short if version is not None else code

    def __call__(self, kind: str, key: str) -> str:
        """The name of a key by what it is the key of; the key itself where nothing better is known."""
        if kind == "authority":
            return self.authority(key)
        if kind == "auditor":
            return self.auditors.get(key, key)
        if kind == "process":
            process = self.processes.get(key)
            return f"«{process.name}»" if process is not None else key
        if kind == "edition":
            return self.editions.get(key, key)
        return field_title(key) if kind == "field" else key


def shown_day(day: date) -> str:
    """A day as the reader writes it."""
    return date_format(day, "SHORT_DATE_FORMAT")


def sentence(violation: Violation, names: Names) -> str:
    """What a violation says, in the reader's language; before it the audit it is about."""
    text = words(violation.code, violation.params, name=names, day=shown_day)
    return f"{violation.wish}: {text}" if violation.wish else text


def reason(code: str, params: Mapping[str, str | int], names: Names) -> str:
    """Why a wish was left out, in the reader's language."""
    return words(code, params, name=names, day=shown_day)


def assigned_now(instance: forms.Instance) -> dict[str, forms.Assignment]:
    """What stands already, by wish."""
    return {wish.id: wish.present for wish in instance.wishes if wish.present is not None}


def assigned_by(plan: forms.Plan) -> dict[str, forms.Assignment]:
    """What a plan says, by wish."""
    return {
        one.wish: forms.Assignment(first=one.days[0], lead=one.lead, members=one.members, trainees=one.trainees) for one in plan.audits if one.days
    }


def broken(instance: forms.Instance, assigned: Mapping[str, forms.Assignment]) -> list[Violation]:
    """Every rule that these assignments break, alone and together. A wish that the instance doesn't have is passed over."""
    ground = Ground(instance)
    sittings = [ground.sitting(ground.wishes[key], one) for key, one in assigned.items() if key in ground.wishes]
    found = [one for sitting in sittings for rule in AUDIT_RULES for one in rule(ground, sitting)]
    return found + [one for rule in SHARED_RULES for one in rule(ground, sittings)]


@dataclass(frozen=True, slots=True)
class PlanState:
    """A programme's audits as they stand: those without days or lead, and what breaks a rule."""

    audits: Sequence[Audit]
    unplanned: Sequence[Audit]
    broken: Sequence[Violation]
    instance: forms.Instance
    names: Names


def state_of(programme: Programme) -> PlanState:
    """How the plan of a programme stands now; a constant number of queries."""
    reading = Reading(programme)
    instance = reading.instance()
    assigned = assigned_now(instance)
    known = {wish.id for wish in instance.wishes}
    unplanned = [one for one in reading.audits if one.number in known and one.number not in assigned]
    return PlanState(reading.audits, unplanned, broken(instance, assigned), instance, Names(reading.first))


def last_day_of(instance: forms.Instance, wish: str, first: date) -> date:
    """The last day of an audit that begins on a day."""
    ground = Ground(instance)
    return ground.run(ground.wishes[wish], first)[-1]


def hard(violations: Iterable[Violation]) -> list[Violation]:
    """Only what is broken, not what costs."""
    return [one for one in violations if one.hard]


def parsed(day: str) -> date:
    """A day of a kept plan."""
    found = parse_date(day)
    assert found is not None
    return found
