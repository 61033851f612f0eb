"""What is written when a passport is drawn, agreed, brought into force, called back: one way for people's actions and for files.

Only actions call this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, System
from yantar.core.problems import Problem
from yantar.qms.organisation.actions.checks import day_text, living_problems, refuse_if
from yantar.qms.organisation.models import Authority

from .models import PassportState, Service, ServicePassport
from .passport_states import PUBLIC, TRANSITIONS, Step
from .promise import ROWS, Content, content_of, put, rows_of, write_rows
from .promise_checks import shape_problems, whole_problems

Built = Mapping[str, Sequence[Any]]


def step_problems(passport: ServicePassport, step: Step) -> list[Problem]:
    """A step that the state of the passport does not foresee."""
    if (PassportState(passport.state), step) in TRANSITIONS:
        return []
    message: Any = _("This can't be done: the version is “%(state)s”.")
    return [Problem(message % {"state": passport.get_state_display()}, code="wrong_state", value=passport.state)]


def take(passport: ServicePassport, step: Step) -> None:
    """Move to the state that follows; the step was checked before."""
    passport.state = TRANSITIONS[PassportState(passport.state), step]


def person(by: Actor) -> Any:
    """Who is recorded: a person, None for a part of the system."""
    return None if isinstance(by, System) else by


def new_draft(
    service: Service, content: Content, *, by: Actor, base: ServicePassport | None = None, authority: Authority | None = None
) -> tuple[ServicePassport, Built]:
    """An unsaved draft of the next version and its unsaved rows: those of `base`, with what `content` names in their place."""
    passport = ServicePassport(service=service, authority=authority or service.authority, drawn_by=person(by), drawn_at=clock.now())
    start = dict(content_of(base)) if base is not None else {}
    passport.limit_days = None  # type: ignore[assignment]
    built = put(passport, {**start, **content})
    return passport, built


def save_draft(passport: ServicePassport, built: Built) -> None:
    """Write a new draft as the next version of its service."""
    last = ServicePassport.objects.filter(service=passport.service).aggregate(last=Max("version"))["last"]
    passport.version = (last or 0) + 1
    passport.save()
    write_rows(passport, built)


def rows_with(passport: ServicePassport, built: Built) -> Built:
    """All rows of a draft: those built, and for lists that were not named those it has."""
    return {name: built[name] if name in built else rows_of(passport, name) for name in ROWS}


def draft_problems(passport: ServicePassport, rows: Built, *, whole: bool = False) -> list[Problem]:
    """What is wrong with a draft; `whole`: also what it lacks to be agreed."""
    return [*shape_problems(passport, rows), *(whole_problems(passport, rows) if whole else ())]


def agree(passport: ServicePassport, by: Actor) -> None:
    """The draft is agreed as it stands."""
    take(passport, Step.AGREE)
    passport.agreed_by, passport.agreed_at = person(by), clock.now()
    passport.save(update_fields=["state", "agreed_by", "agreed_at"])


def former_of(service: Service) -> ServicePassport | None:
    """The version in force that has no end yet, today's or one to come. One query."""
    return ServicePassport.objects.filter(service=service, state=PassportState.IN_FORCE, valid_to=None).first()


def enactment_problems(passport: ServicePassport, service: Service, former: ServicePassport | None, day: date) -> list[Problem]:
    """What speaks against bringing a passport into force on a day: the service or the authority does not exist then, a later version does."""
    found = living_problems(passport.authority, day, "valid_from")
    if not service.holds_on(day):
        message: Any = _("The service does not exist on %(day)s.")
        found.append(Problem(message % {"day": day_text(day)}, code="service_not_valid", field="valid_from"))
    past = ServicePassport.objects.filter(service_id=service.pk, state__in=PUBLIC)
    ends = past.aggregate(last=Max("valid_to"))["last"] if former is None and service.pk else None
    if former is not None and former.valid_from is not None and day <= former.valid_from:
        message = _("Version %(version)s is in force from %(day)s: a new one begins later.")
        found.append(Problem(message % {"version": former.version, "day": day_text(former.valid_from)}, code="not_later", field="valid_from"))
    elif ends is not None and day < ends:
        message = _("The versions before it hold until %(day)s.")
        found.append(Problem(message % {"day": day_text(ends)}, code="not_later", field="valid_from"))
    return found


def enact(passport: ServicePassport, service: Service, former: ServicePassport | None, day: date, by: Actor) -> None:
    """The passport is in force from a day on; the one before it until then, and replaced once the day has come."""
    today = clock.today()
    if former is not None:
        former.valid_to = day
        if day <= today:
            former.state = PassportState.REPLACED
        former.save(update_fields=["valid_to", "state"])
    take(passport, Step.ENACT)
    passport.valid_from, passport.enacted_by, passport.enacted_at = day, person(by), clock.now()
    passport.valid_to = service.valid_to
    if passport.valid_to is not None and passport.valid_to <= today:
        passport.state = PassportState.REPLACED
    passport.save(update_fields=["state", "valid_from", "valid_to", "enacted_by", "enacted_at"])
    if day <= today and passport.state == PassportState.IN_FORCE and service.authority_id != passport.authority_id:
        service.authority = passport.authority
        service.save(update_fields=["authority"])


def is_to_come(passport: ServicePassport) -> bool:
    """Whether the first day of an enacted version is still to come."""
    return passport.valid_from is not None and passport.valid_from > clock.today()


def call_back(passport: ServicePassport, service: Service, reason: str, by: Actor) -> None:
    """The version never holds; the one that was to end with its first day goes on until what follows, if anything does."""
    former = ServicePassport.objects.filter(service=service, state=PassportState.IN_FORCE, valid_to=passport.valid_from).first()
    take(passport, Step.CALL_BACK)
    passport.called_back_by, passport.called_back_at, passport.call_back_reason = person(by), clock.now(), reason
    passport.save(update_fields=["state", "called_back_by", "called_back_at", "call_back_reason"])
    if former is not None:
        former.valid_to = passport.valid_to
        former.save(update_fields=["valid_to"])


def checked_draft(passport: ServicePassport, built: Built, more: Sequence[Problem] = ()) -> Built:
    """All rows of the draft when nothing is wrong with it. Raises Refused with everything."""
    rows = rows_with(passport, built) if passport.pk else {name: built.get(name, []) for name in ROWS}
    refuse_if([*more, *draft_problems(passport, rows)])
    return rows
