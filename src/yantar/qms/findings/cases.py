"""A cause found in three authorities is a case of the whole government. Runs inside actions only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from yantar.core import clock
from yantar.core.actions import Actor, current
from yantar.core.models import User
from yantar.core.notifications import notify
from yantar.qms.organisation.models import Role

from .models import FINAL, CaseState, ElsewhereAnswer, Finding, FindingNumber, GovernmentCase, State
from .telling import CASES_PAGE, answerable

FROM = 3
"""Authorities in which one cause makes a case (issue 3 §4)."""
_DEAD = (State.REJECTED, State.CANCELLED)


def linked(finding: Finding) -> list[Finding]:
    """The findings of one lesson: where it was first asked “could it be elsewhere?”, and all that a yes raised from there. Two queries."""
    above = ElsewhereAnswer.objects.filter(raised=finding).values_list("question__finding_id", flat=True).first()
    start = above or finding.pk
    confirmed = ElsewhereAnswer.objects.filter(answer=ElsewhereAnswer.Answer.YES)
    once = confirmed.filter(question__finding_id=start).values("raised_id")
    twice = confirmed.filter(question__finding_id__in=once).values("raised_id")
    rows = Finding.objects.filter(Q(pk__in=(start, finding.pk)) | Q(pk__in=once) | Q(pk__in=twice)).exclude(state__in=_DEAD)
    return list(rows.select_related("clause").order_by("raised_on", "pk"))


def look_around(finding: Finding, by: Actor) -> GovernmentCase | None:
    """Open the case, or join what is new to it, when the cause of the lesson is now in three authorities.

    The category is that of the finding asked about; a finding raised by a yes has the same cause, unless its own analysis found another.
    """
    rows = linked(finding)
    category = next((row.cause_category for row in rows if row.cause_category), "")
    same = [row for row in rows if row.cause_category in ("", category)]
    authorities = {row.authority_id for row in same}
    if not category or len(authorities) < FROM:
        return None
    clause = next((row.clause.number for row in same if row.clause), "")
    case = next((row.case for row in same if row.case_id), None)
    case = case or GovernmentCase.objects.filter(cause_category=category, clause_number=clause, state=CaseState.OPEN).first()
    new = [row for row in same if row.case_id is None]
    if case is None:
        case = GovernmentCase.objects.create(
            number=_number(), cause_category=category, clause_number=clause, title=_title(same), opened_on=clock.today()
        )
        tell_case(case, "findings.case_opened", by, authorities, count=len(authorities), title=case.title)
    if new:
        Finding.objects.filter(pk__in=[row.pk for row in new]).update(case=case)
        finding.case = case if finding.pk in {row.pk for row in new} else finding.case
    current().decided["case"] = case.number
    return case


def tell_case(case: GovernmentCase, kind: str, by: Actor, authorities: Iterable[int], **params: Any) -> None:
    """Tell the heads of quality, the coordinators and the heads of the authorities of a case."""
    people: dict[int, User] = {}
    for holders in answerable(authorities, (Role.HEAD_OF_QUALITY, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY), clock.today()).values():
        for several in holders.values():
            people |= {person.pk: person for person in several}
    if isinstance(by, User):
        people.pop(by.pk, None)
    notify(people.values(), kind, url=f"{CASES_PAGE}{case.number}/", number=case.number, **params)


def unfinished(case: GovernmentCase) -> int:
    """How many findings of a case still wait for something."""
    return case.findings.exclude(state__in=FINAL).count()


def _number() -> str:
    """The next number of a case, YYYY-C-NNN; the year's row of numbers is locked, so that none is given twice."""
    year = clock.today().year
    FindingNumber.objects.get_or_create(year=year)
    FindingNumber.objects.select_for_update().get(year=year)
    return f"{year}-C-{GovernmentCase.objects.filter(number__startswith=f'{year}-C-').count() + 1:03d}"


def _title(rows: list[Finding]) -> str:
    """What the case is called: the cause in the words of who found it first."""
    for row in rows:
        root = row.causes.filter(is_root=True, removed_at__isnull=True).first()
        if root is not None:
            return str(root.text)[:300]
    return rows[0].gap[:300]
