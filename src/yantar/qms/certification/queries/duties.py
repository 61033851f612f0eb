"""What has to happen and by when, for those who answer for it: internals of the authorities a viewer may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from yantar.core import clock
from yantar.qms.certification.messages import obligation_name, rule_sentence
from yantar.qms.certification.models import Obligation
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.queries import find_authority, internal_authority_ids, line_of
from yantar.qms.organisation.rules import holds, roles_held

from .holders import Holder, granted_to_or_held_by, holders
from .register import pending

SOON, NEXT = 30, 90
"""Days left: urgent, and worth planning."""

ANSWERING = (Role.HEAD_OF_QUALITY, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY, Role.INTERNAL_AUDITOR, Role.CERTIFIER)
"""Roles whose home page shows the certificates they answer for or look at."""


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation of a certificate as seen on the day `on`.

    `state`: "met", "late" (overdue and still demanded), "missed" (never met, no longer demanded), "cancelled" (no longer demanded before it
    was due), "open" (can be done now) or "ahead". Not `confirmed`: the day is only expected.
    """

    id: int
    kind: str
    rule: str
    year: int | None
    opens_on: date
    due_on: date
    met_on: date | None
    confirmed: bool
    state: str
    on: date
    number: str
    authority_id: int
    holder: Holder | None

    @property
    def days_left(self) -> int:
        """Days until it is due; negative when that is past."""
        return (self.due_on - self.on).days

    @property
    def name(self) -> str:
        """What is to be done, in the reader's language."""
        return obligation_name(self.kind)

    @property
    def rule_text(self) -> str:
        """The rule that demands it, in the reader's language."""
        return rule_sentence(self.rule)


def obligations(viewer: Any, since: date, until: date, *, authority: str | None = None, on: date | None = None) -> list[Duty]:
    """Obligations due from `since` until `until`, both included, as seen on a day (today), of the authorities the viewer may see.

    A restoration window is listed only where the certificate has expired: before that it is a mere consequence. `authority`: a code.
    """
    on = on or clock.today()
    found = _visible(viewer).filter(due_on__gte=since, due_on__lte=until).exclude(kind="restoration_window", opens_on__gt=on)
    if authority:
        one = find_authority(authority)
        found = found.filter(certificate__authority__in=granted_to_or_held_by(one.pk, on)) if one else found.none()
    return duties(found, on)


def late(viewer: Any, on: date) -> list[Duty]:
    """What is overdue and still demanded, the longest ago first."""
    return duties(_visible(viewer).filter(pending(on), due_on__lt=on, confirmed=True), on)


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits for a person: overdue, due within 30 days, due within 90 days.

    `may_record`: the person may record decisions of at least some of these certificates; otherwise they only look.
    """

    late: tuple[Duty, ...]
    soon: tuple[Duty, ...]
    next: tuple[Duty, ...]
    whole_government: bool
    may_record: bool

    @property
    def nothing(self) -> bool:
        return not (self.late or self.soon or self.next)

    def by_holder(self) -> list[tuple[Holder | None, list[Duty]]]:
        """Everything grouped by authority, the authority with the most urgent matter first."""
        groups: dict[str, tuple[Holder | None, list[Duty]]] = {}
        for duty in (*self.late, *self.soon, *self.next):
            groups.setdefault(duty.holder.code if duty.holder else "", (duty.holder, []))[1].append(duty)
        return list(groups.values())


def needs_me(viewer: Any, on: date) -> Needs:
    """What needs a person now, by their roles: everything for the head of quality, the own authority for its people, nothing for staff."""
    held = [one for one in roles_held(viewer) if one.role in ANSWERING]
    whole = any(one.authority_id is None for one in held)
    # A certificate that has expired and can still be restored waits for nothing else: it is urgent however far its last day is.
    near = Q(due_on__lte=on + timedelta(days=NEXT)) | Q(kind="restoration_window")
    found = Obligation.objects.filter(pending(on), near, opens_on__lte=on)
    if not whole:
        mine = {one.authority_id for one in held if one.authority_id is not None}
        found = found.filter(certificate__authority__in=line_of(mine))
    rows = duties(found, on) if held else []
    return Needs(
        late=tuple(one for one in rows if one.days_left < 0 and one.confirmed),
        soon=tuple(one for one in rows if one.days_left >= 0 and (one.days_left <= SOON or one.kind == "restoration_window")),
        next=tuple(one for one in rows if one.days_left > SOON and one.kind != "restoration_window"),
        whole_government=whole,
        may_record=any(one.role in (Role.HEAD_OF_QUALITY, Role.COORDINATOR) for one in held),
    )


def duties(found: QuerySet[Obligation], on: date, held: Mapping[int, Holder] | None = None) -> list[Duty]:
    """Rows with their certificates and holders (where they are not known) as of a day: a constant number of queries."""
    rows = list(
        found.order_by("due_on", "certificate__number", "pk").values_list(
            "pk",
            "kind",
            "rule",
            "year",
            "opens_on",
            "due_on",
            "met_on",
            "closed_on",
            "cancelled",
            "confirmed",
            "certificate__number",
            "certificate__authority_id",
        )
    )
    held = holders((row[-1] for row in rows), on) if held is None else held
    result = []
    for pk, kind, rule, year, opens_on, due_on, met_on, closed_on, cancelled, confirmed, number, authority in rows:
        if met_on is not None and met_on <= on:
            state = "met"
        elif closed_on is not None and closed_on <= on:
            state = "cancelled" if cancelled else "missed"
        elif due_on < on:
            state = "late"
        else:
            state = "open" if opens_on <= on else "ahead"
        known = met_on if met_on is None or met_on <= on else None
        result.append(Duty(pk, kind, rule, year, opens_on, due_on, known, confirmed, state, on, number, authority, held.get(authority)))
    return result


def _visible(viewer: Any) -> QuerySet[Obligation]:
    mine = internal_authority_ids(viewer)
    return Obligation.objects.all() if mine is None else Obligation.objects.filter(certificate__authority__in=mine)


def may_grant_for(viewer: Any) -> set[int] | None:
    """Authorities for which the viewer may enter a certificate; None means all of them, an empty set none."""
    if holds(viewer, {Role.HEAD_OF_QUALITY}):
        return None
    return line_of({one.authority_id for one in roles_held(viewer) if one.role == Role.COORDINATOR and one.authority_id is not None})
