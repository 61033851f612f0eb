"""What authorities ask each other, and what is decided for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from yantar.core import clock
from yantar.core.actions import System
from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.organisation.queries import internal_authority_ids, names_on

from ..models import FINAL, ElsewhereAnswer, Finding, GovernmentCase
from .access import visible


@dataclass(frozen=True, slots=True)
class Put:
    """A question put to an authority; `may`: the viewer may answer it; `raised`: the finding of a yes, where the viewer sees it."""

    asked: ElsewhereAnswer
    authority: AuthorityVersion | None
    may: bool
    raised: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with how many authorities it concerns and how many of its findings are not finished."""

    case: GovernmentCase
    authorities: int
    unfinished: int


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case; `names`: the authorities it was found in; `findings`: those of its findings that the viewer sees; `hidden`: how many more there are."""

    case: GovernmentCase
    names: list[str]
    findings: list[tuple[Finding, str]]
    hidden: int
    unfinished: int
    leads: bool


def _put(viewer: Any) -> QuerySet[ElsewhereAnswer]:
    rows = ElsewhereAnswer.objects.select_related("question", "authority", "answered_by", "raised")
    ids = internal_authority_ids(viewer)
    return rows if ids is None else rows.filter(authority_id__in=ids)


def questions_put(viewer: Any, limit: int = 100) -> list[Put]:
    """Questions put to the viewer's authorities (to all, for whom sees all): open ones first, the most urgent first. A constant number of queries."""
    found = _put(viewer)
    open_rows = list(found.filter(answer="").order_by("question__due_on", "pk")[:limit])
    rows = [*open_rows, *found.exclude(answer="").order_by("-answered_on", "-pk")[:limit]]
    names = names_on({one.authority_id for one in rows}, clock.today())
    raised = {one.raised.number for one in rows if one.raised is not None}
    seen = set(visible(viewer).filter(number__in=raised).values_list("number", flat=True))
    return [
        Put(one, names.get(one.authority_id), _may(viewer, one), one.raised.number if one.raised is not None and one.raised.number in seen else "")
        for one in rows
    ]


def _may(viewer: Any, asked: ElsewhereAnswer) -> bool:
    return not asked.answer and bool(viewer.has_perm("findings.answer_elsewhere", asked))


def question_put(viewer: Any, pk: int) -> ElsewhereAnswer | None:
    """One question put to an authority of the viewer; None also where it was put to others only."""
    return _put(viewer).filter(pk=pk).first()


def _cases(viewer: Any) -> QuerySet[GovernmentCase]:
    rows = GovernmentCase.objects.all()
    if isinstance(viewer, System) or internal_authority_ids(viewer) is None:
        return rows
    return rows.filter(pk__in=visible(viewer).filter(case__isnull=False).order_by().values("case_id"))


def cases(viewer: Any) -> list[CaseRow]:
    """Government-wide cases that the viewer sees: all, or those that findings they see belong to. A constant number of queries."""
    unfinished = Count("findings", filter=~Q(findings__state__in=[str(one) for one in FINAL]), distinct=True)
    rows = _cases(viewer).annotate(places=Count("findings__authority", distinct=True), left=unfinished).order_by("-opened_on", "-pk")
    return [CaseRow(one, one.places, one.left) for one in rows]


def case_page(viewer: Any, number: str) -> CasePage | None:
    """One case; None where there is none or the viewer sees none of its findings. A constant number of queries."""
    case = _cases(viewer).filter(number=number).first()
    if case is None:
        return None
    places = dict(case.findings.order_by().values_list("pk", "authority_id"))
    names = names_on(set(places.values()), clock.today())
    findings = list(visible(viewer).filter(case=case).select_related("owner").order_by("raised_on", "pk"))
    shown = [(one, names[one.authority_id].name if one.authority_id in names else "—") for one in findings]
    return CasePage(
        case=case,
        names=sorted(one.name for one in names.values()),
        findings=shown,
        hidden=len(places) - len(findings),
        unfinished=case.findings.exclude(state__in=FINAL).count(),
        leads=bool(viewer.has_perm("findings.lead", case)),
    )
