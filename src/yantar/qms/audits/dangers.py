"""What endangers which certificate, and by when: an open major nonconformity, an internal audit of the year that is missing.

The obligations of certification itself (surveillance, renewal) are told by `certification.queries`; this adds what only findings and
audits know. A constant number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yantar.qms.certification.models import CertificationBody, Obligation, Status, StatusPeriod
from yantar.qms.certification.queries.holders import Holder, holders
from yantar.qms.findings.models import FINAL, Finding, Grade, OriginKind, State
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.queries import line_of
from yantar.qms.organisation.rules import roles_held

from .models import Audit, AuditKind, AuditState

BEFORE_SURVEILLANCE = 30
"""Days before surveillance is due by which the internal audit of the year is over (library/coverage.yaml has the same figure for planning)."""
NEAR = 90
"""Days ahead from which a missing audit is told of."""
HELPING = (Role.HEAD_OF_QUALITY, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY, Role.INTERNAL_AUDITOR)


@dataclass(frozen=True, slots=True)
class Danger:
    """One thing that endangers a certificate.

    `kind`: "major" (then `finding`), "audit_missing" or "audit_late" (then `audit`, where one is planned).
    """

    kind: str
    certificate: str
    holder: Holder | None
    due_on: date
    on: date
    finding: str = ""
    gap: str = ""
    state: str = ""
    external: bool = False
    audit: str = ""
    planned_on: date | None = None

    @property
    def days_left(self) -> int:
        """Days until it must be mended; negative when that is past."""
        return (self.due_on - self.on).days


@dataclass(frozen=True, slots=True)
class _Held:
    certificate: int
    number: str
    authority: int
    body: int | None


def dangers(viewer: Any, on: date) -> list[Danger]:
    """What endangers certificates of the authorities the viewer can help, nearest first; nothing for those who can't."""
    held = [one for one in roles_held(viewer) if one.role in HELPING]
    if not held:
        return []
    whole = any(one.authority_id is None for one in held)
    scope = None if whole else line_of({one.authority_id for one in held if one.authority_id is not None})
    standing = _standing(scope, on)
    if not standing:
        return []
    certificates: dict[str, list[_Held]] = defaultdict(list)
    found = [*_open_majors(scope)]
    names = holders({one.authority for one in standing} | {row.authority_id for row in found}, on)
    for one in standing:
        if one.authority in names:
            certificates[names[one.authority].code].append(one)
    result = [*_majors(found, certificates, names, on), *_missing(standing, names, on)]
    return sorted(result, key=lambda one: (one.due_on, one.certificate, one.finding))


def _standing(scope: set[int] | None, on: date) -> list[_Held]:
    rows = StatusPeriod.objects.filter(begins_on__lte=on, status__in=(Status.ACTIVE, Status.SUSPENDED)).exclude(ends_on__lte=on)
    if scope is not None:
        rows = rows.filter(certificate__authority__in=scope)
    return [
        _Held(*row)
        for row in rows.order_by("certificate_id").values_list("certificate_id", "certificate__number", "certificate__authority_id", "body_id")
    ]


def _open_majors(scope: set[int] | None) -> Iterable[Finding]:
    """Majors on which somebody still has to act; what waits for its effect only is verified."""
    rows = Finding.objects.filter(grade=Grade.MAJOR).exclude(state__in=(*FINAL, State.WAITING_EFFECT, State.DRAFT))
    if scope is not None:
        rows = rows.filter(authority__in=scope)
    return rows.only("number", "authority_id", "gap", "gap_en", "state", "origin_kind", "raised_on", "body_days", "overall_due_on").order_by("pk")


def _majors(found: Iterable[Finding], certificates: dict[str, list[_Held]], names: dict[int, Holder], on: date) -> list[Danger]:
    limits = dict(CertificationBody.objects.values_list("pk", "major_days"))
    result = []
    for row in found:
        holder = names.get(row.authority_id)
        external = row.origin_kind == OriginKind.EXTERNAL_AUDIT
        for one in certificates.get(holder.code, []) if holder else []:
            given = row.body_days or (limits.get(one.body, 90) if one.body else 90)
            due_on = row.overall_due_on if row.overall_due_on and not external else row.raised_on + timedelta(days=given)
            result.append(Danger("major", one.number, holder, due_on, on, finding=row.number, gap=row.gap_said, state=row.state, external=external))
    return result


def _missing(standing: list[_Held], names: dict[int, Holder], on: date) -> list[Danger]:
    """Certified authorities without an internal audit in the calendar year, once its last day is near, or when it is planned too late."""
    first, last = date(on.year, 1, 1), date(on.year, 12, 31)
    surveillance = dict(
        Obligation.objects.filter(certificate__in=[one.certificate for one in standing], kind="surveillance", met_on__isnull=True)
        .filter(due_on__gte=first, due_on__lte=last)
        .order_by("-due_on")
        .values_list("certificate_id", "due_on")
    )
    done: set[str] = set()
    planned: dict[str, tuple[date, str]] = {}
    rows = Audit.objects.filter(kind=AuditKind.INTERNAL).exclude(state=AuditState.CANCELLED)
    audits = rows.filter(window_last__gte=first, window_first__lte=last).values_list("number", "authority_id", "state", "first_day", "ended_on")
    known = holders({row[1] for row in audits}, on)
    for number, authority, _state, first_day, ended_on in audits:
        code = known[authority].code if authority in known else ""
        if ended_on is not None and ended_on <= on:
            done.add(code)
        elif first_day is not None and (code not in planned or first_day < planned[code][0]):
            planned[code] = (first_day, number)
    result = []
    for one in standing:
        holder = names.get(one.authority)
        if holder is None or holder.code in done:
            continue
        due_on = min(last, surveillance.get(one.certificate, date.max) - timedelta(days=BEFORE_SURVEILLANCE))
        planned_on, number = planned.get(holder.code, (None, ""))
        if planned_on is not None and on <= planned_on <= due_on:
            continue
        if planned_on is not None and planned_on > due_on:
            result.append(Danger("audit_late", one.number, holder, due_on, on, audit=number, planned_on=planned_on))
        elif (due_on - on).days <= NEAR:
            result.append(Danger("audit_missing", one.number, holder, due_on, on, audit=number, planned_on=planned_on))
    return result
