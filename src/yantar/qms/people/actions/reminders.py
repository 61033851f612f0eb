"""Telling people that a competence comes to its end."""

from __future__ import annotations

from datetime import date, timedelta

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.models import Notification, User
from yantar.core.notifications import notify
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.queries import people_with_role

from ..models import Auditor, Competence, CompetenceKind

LEVELS = (30, 60, 90)
"""Days left at which people are told; and once more when the end has passed."""
LOOK_BACK = 30
"""Days for which an end that passed is still told."""


def page_of(auditor: Auditor) -> str:
    """Address of an auditor's page in the workspace."""
    return f"/workspace/auditors/{auditor.code}/"


@action("people.remind", permission="people.import_auditors", summary=lambda given, told: {"on": given["on"], "told": told})
def remind(*, by: Actor, on: date | None = None) -> int:
    """Tell auditors, their coordinators and the head of quality which competences end within 90 days or have just ended; each level once.

    A competence that a later proof of the same edition and field outlives is not told. Returns how many were told.
    """
    day = on or clock.today()
    proofs = Competence.objects.filter(kind=CompetenceKind.EDITION, withdrawn_on=None).select_related("auditor__user", "edition")
    ending = list(
        proofs.filter(valid_until__gte=day - timedelta(days=LOOK_BACK), valid_until__lte=day + timedelta(days=max(LEVELS))).filter(
            auditor__in=Auditor.objects.on(day)
        )
    )
    if not ending:
        return 0
    longer = {
        (other.auditor_id, other.edition_id, other.field)
        for other in proofs.filter(auditor__in={one.auditor_id for one in ending})
        if other.valid_until is None or any(_same(one, other) and other.valid_until > one.valid_until for one in ending)  # type: ignore[operator]
    }
    told = set(Notification.objects.filter(key__startswith="people.competence:").values_list("recipient_id", "key"))
    heads = list(people_with_role(Role.HEAD_OF_QUALITY, None, day))
    coordinators: dict[int, list[User]] = {}
    count = 0
    for one in ending:
        assert one.valid_until is not None
        if (one.auditor_id, one.edition_id, one.field) in longer:
            continue
        home = one.auditor.authority_id
        if home not in coordinators:
            coordinators[home] = list(people_with_role(Role.COORDINATOR, home, day))
        left = (one.valid_until - day).days
        level = next((str(n) for n in LEVELS if left <= n), "") if left >= 0 else "over"
        key = f"people.competence:{one.pk}:{one.valid_until.isoformat()}:{level}"
        people = [*heads, *coordinators[home], *([one.auditor.user] if one.auditor.user is not None and one.auditor.user.is_active else [])]
        new = [person for person in {p.pk: p for p in people}.values() if (person.pk, key) not in told]
        notify(
            new,
            "people.competence_over" if left < 0 else "people.competence_ending",
            url=page_of(one.auditor),
            key=key,
            auditor=one.auditor.name,
            edition=one.edition.designation if one.edition else "",
            field=one.field,
            until=one.valid_until,
        )
        count += len(new)
    return count


def _same(one: Competence, other: Competence) -> bool:
    return (one.auditor_id, one.edition_id, one.field) == (other.auditor_id, other.edition_id, other.field)
