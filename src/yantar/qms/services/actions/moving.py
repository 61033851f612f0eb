"""When the calendar of working days changes, the deadlines of open cases follow, and those who answer for them are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from yantar.core import clock
from yantar.core.actions import Actor, System, action, current
from yantar.core.models import User
from yantar.core.notifications import notify
from yantar.engine.deadlines import ChangedDay
from yantar.qms.organisation.actions.locks import one_at_a_time
from yantar.qms.organisation.models import Role, RoleHolding

from ..calendars import CASES, calendar_change, remember_calendar
from ..cases.checking import KIND, due_by
from ..models import LegalLimit, PassportState, Service, ServicePassport

CLOCK = System("clock")
PAGE = "/workspace/deliveries/"
NAMED = 50
"""Days that are named in the journal; the number of all of them is."""


def move_deadlines_if_needed() -> int:
    """Move the deadlines of open cases where the calendar has changed since they were computed; how many moved. For the scheduler."""
    if calendar_change(CASES) is None:
        return 0
    return int(move_case_deadlines(by=CLOCK))


@action("services.move_case_deadlines", permission="services.change_limits")
def move_case_deadlines(*, by: Actor) -> int:
    """Compute the deadlines of open cases anew by the present calendar; those of ended ones stay. Returns how many moved.

    The journal says how many of each authority, and because of which days; coordinators of the authorities and heads of quality are told.
    The first time the calendar is only remembered.
    """
    one_at_a_time("service cases")
    change = calendar_change(CASES)
    if change is None:
        return 0
    remember_calendar(CASES, change.new)
    if change.old is None or not change.days:
        return 0
    by_service = _recompute(change.new)
    moved = sum(by_service.values())
    authorities = Counter[int]()
    for service, authority in Service.objects.filter(pk__in=by_service).values_list("pk", "authority_id"):
        authorities[authority] += by_service[service]
    current().decided.update(
        moved=moved,
        days=_told(change.days[:NAMED]),
        changed_days=len(change.days),
        by_authority={str(key): count for key, count in sorted(authorities.items())},
    )
    if moved:
        _tell(authorities, change.days)
    return moved


def _told(days: Iterable[ChangedDay]) -> list[dict[str, Any]]:
    return [{"day": one.day, "working": one.working} for one in days]


def _recompute(calendar: Any) -> Counter[int]:
    """New days due, once for every distinct (service, registration, suspension) of what is open; how many moved, by service."""
    limits = tuple(LegalLimit.objects.filter(kind=KIND).order_by("valid_from"))
    promised: dict[int, list[tuple[Any, Any, tuple[int, str]]]] = {}
    states = [PassportState.IN_FORCE, PassportState.REPLACED]
    rows = ServicePassport.objects.filter(state__in=states).order_by("valid_from")
    for service, since, until, limit, unit in rows.values_list("service_id", "valid_from", "valid_to", "limit_days", "limit_unit"):
        promised.setdefault(service, []).append((since, until, (limit, unit)))
    moved = Counter[int]()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT service_id, registered_on, suspended_days, due_on FROM services_servicecase"
            " WHERE outcome = 'open' AND registered_on IS NOT NULL"
        )
        changes = []
        for service, registered, suspended, before in cursor.fetchall():
            term = next((held for since, until, held in promised.get(service, ()) if since <= registered and (not until or registered < until)), None)
            after = due_by(term, registered, suspended, calendar, limits) if term else before
            if after != before:
                changes.append((service, registered, suspended, before, after))
        if not changes:
            return moved
        cursor.execute("DROP TABLE IF EXISTS case_moves")
        cursor.execute(
            "CREATE TEMP TABLE case_moves (service_id bigint, registered_on date, suspended_days smallint, before date, after date) ON COMMIT DROP"
        )
        with cursor.copy("COPY case_moves FROM STDIN") as copy:
            for one in changes:
                copy.write_row(one)
        cursor.execute(
            "WITH moved AS (UPDATE services_servicecase c SET due_on = m.after FROM case_moves m WHERE c.outcome = 'open'"
            " AND c.service_id = m.service_id AND c.registered_on = m.registered_on AND c.suspended_days = m.suspended_days"
            " AND c.due_on IS NOT DISTINCT FROM m.before RETURNING c.service_id) SELECT service_id, count(*) FROM moved GROUP BY 1"
        )
        for service, count in cursor.fetchall():
            moved[service] = int(count)
    return moved


def _tell(authorities: Counter[int], days: Sequence[ChangedDay]) -> None:
    today = clock.today()
    wanted = [Role.COORDINATOR, Role.HEAD_OF_QUALITY]
    holdings = RoleHolding.objects.on(today).filter(role__in=wanted, user__is_active=True).select_related("user")
    mine: dict[int, tuple[User, int]] = {}
    for held in holdings:
        count = sum(authorities.values()) if held.authority_id is None else authorities[held.authority_id]
        if count:
            mine[held.user_id] = held.user, max(count, mine.get(held.user_id, (held.user, 0))[1])
    for person, count in mine.values():
        notify(
            [person],
            "services.deadlines_moved",
            url="/workspace/deliveries/",
            count=count,
            days=[one.day for one in days[:3]],
            more=max(len(days) - 3, 0),
        )
