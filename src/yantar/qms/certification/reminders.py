"""Who is told what and when before an obligation is missed, and after. Runs inside the action `certification.remind`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q

from yantar.core.models import Notification, User
from yantar.core.notifications import notify
from yantar.qms.organisation.models import Role

from .models import Obligation
from .telling import answerable, page_of

LEVELS = (30, 60, 90)
"""Days left at which people are reminded."""
BREACH = "breach"
LOOK_BACK = 30
"""Days for which something missed that is no longer demanded (the certificate has expired meanwhile) is still told."""

ROLES: dict[int | str, tuple[Role, ...]] = {
    90: (Role.COORDINATOR, Role.HEAD_OF_QUALITY),
    60: (Role.COORDINATOR, Role.HEAD_OF_QUALITY),
    30: (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY, Role.HEAD_OF_QUALITY),
    BREACH: (Role.COORDINATOR, Role.HEAD_OF_AUTHORITY, Role.HEAD_OF_QUALITY),
}
"""The head of the authority is asked only when it is getting serious."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One obligation at one level: 90, 60 or 30 days left, or "breach"."""

    obligation: Obligation
    level: int | str

    @property
    def key(self) -> str:
        """Told once per person: what, of which certificate, due when, at which level."""
        one = self.obligation
        return f"{one.kind}:{one.certificate_id}:{one.due_on.isoformat()}:{self.level}"


def due(on: date) -> list[Reminder]:
    """What is to be told on a day, told already or not: only the nearest level of each obligation, so that a late start never floods."""
    unmet = Q(met_on__isnull=True) | Q(met_on__gt=on)
    demanded = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    just_missed = Q(closed_on__gt=F("due_on"), due_on__gte=on - timedelta(days=LOOK_BACK), due_on__lt=on)
    rows = (
        Obligation.objects.filter(unmet & (demanded | just_missed), due_on__lte=on + timedelta(days=max(LEVELS)), opens_on__lte=on)
        .select_related("certificate")
        .order_by("due_on", "pk")
    )
    found = []
    for row in rows:
        left = (row.due_on - on).days
        if left >= 0:
            found.append(Reminder(row, next(level for level in LEVELS if left <= level)))
        elif row.confirmed:
            found.append(Reminder(row, BREACH))
    return found


def tell(on: date) -> int:
    """Make the notifications of a day that nobody has got yet; returns their number."""
    reminders = due(on)
    if not reminders:
        return 0
    told = set(Notification.objects.filter(key__in=[one.key for one in reminders]).values_list("recipient_id", "key"))
    roles = {role for wanted in ROLES.values() for role in wanted}
    authorities = {one.obligation.certificate.authority_id for one in reminders}
    people = {role: answerable(authorities, [role], on) for role in sorted(roles)}
    made = 0
    for one in reminders:
        obligation = one.obligation
        certificate = obligation.certificate
        recipients: dict[int, User] = {}
        for role in ROLES[one.level]:
            for person in people[role][certificate.authority_id]:
                if (person.pk, one.key) not in told:
                    recipients[person.pk] = person
        notify(
            recipients.values(),
            "certification.breach" if one.level == BREACH else "certification.reminder",
            url=page_of(certificate.number),
            key=one.key,
            number=certificate.number,
            obligation=obligation.kind,
            rule=obligation.rule,
            due_on=obligation.due_on,
            days=(obligation.due_on - on).days,
        )
        made += len(recipients)
    return made
