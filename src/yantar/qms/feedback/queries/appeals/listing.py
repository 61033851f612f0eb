"""The queue: filtered, ordered by the day that binds, page by page, at a cost that does not grow with what was ever received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from yantar.core import clock
from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.organisation.queries import find_authority, line_of, names_on, working_calendar
from yantar.qms.services.models import PassportState, ServicePassport

from ... import clocks, likeness
from ...models import Appeal, AppealKind, AppealState
from ...numbers import tidy_number
from ...states import OPEN
from .access import visible

PER_PAGE = 30
COUNTED = 3_000
"""Appeals counted and paged through at most: beyond it a list is narrowed, not leafed through."""
EVERY = "all"
"""Stands for every state."""
_HEAVY = ("lexemes", "attributes", "public_text", "code_print", "sender_print", "extension_reason")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the queue is narrowed by; empty values narrow nothing.

    `q`: words of the text, all of them, or a number. `state`: an AppealState, EVERY, or empty for what is open. `due`: "today" (to be
    done today, late ones aside) or "late". `mine`: dealt with by the viewer; `unassigned`: by nobody yet. `service`, `authority`: codes.
    """

    q: str = ""
    state: str = ""
    due: str = ""
    kind: str = ""
    service: str = ""
    authority: str = ""
    mine: bool = False
    unassigned: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything is narrowed at all."""
        return any(getattr(self, name) for name in self.__slots__)

    @property
    def by_due(self) -> bool:
        """Whether the list is ordered by the day due; otherwise the newest come first."""
        return self.state in ("", *OPEN)


@dataclass(frozen=True, slots=True)
class Row:
    """An appeal in the queue. `authority`: as it is called today; `service`: by its passport in force, else its code; `standing`: its clock."""

    appeal: Appeal
    authority: AuthorityVersion | None
    service: str
    standing: clocks.Standing | None

    @property
    def number(self) -> str:
        return self.appeal.number

    @property
    def is_open(self) -> bool:
        return self.appeal.state in OPEN


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue. `count`: how many were found, at most COUNTED; `more`: there are more. Goes where Django's page goes."""

    rows: list[Row]
    number: int
    count: int
    more: bool

    @property
    def num_pages(self) -> int:
        return max(1, -(-self.count // PER_PAGE))

    @property
    def paginator(self) -> Page:
        return self

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.num_pages

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open appeals stand behind each tab of the queue (`received`: not registered yet), and how many a moderator looks at."""

    open: int
    mine: int
    today: int
    late: int
    unassigned: int
    disputed: int
    received: int
    suspected: int


def queue(viewer: Any, wanted: Wanted | None = None, page: int = 1) -> Page:
    """A page of the queue as the viewer sees it, what is due first at its head. Eight queries at most, whatever is found.

    A page beyond the last gives the last.
    """
    wanted = wanted or Wanted()
    rows = narrowed(visible(viewer), viewer, wanted)
    keys = rows.order_by("due_on", "id") if wanted.by_due else rows.order_by("-id")
    found = keys[: COUNTED + 1].count()
    count = min(found, COUNTED)
    number = min(max(page, 1), max(1, -(-count // PER_PAGE)))
    first = (number - 1) * PER_PAGE
    shown = list(keys.select_related("assigned_to", "service", "category").defer(*_HEAVY)[first : first + PER_PAGE]) if count else []
    return Page(rows_of(shown), number, count, found > COUNTED)


def rows_of(appeals: list[Appeal]) -> list[Row]:
    """Appeals with names and clocks: four queries."""
    if not appeals:
        return []
    today, calendar, limits = clock.today(), working_calendar(), clocks.Limits()
    names = names_on({one.authority_id for one in appeals}, today)
    services = service_names({one.service_id for one in appeals if one.service_id})
    return [
        Row(
            one,
            names.get(one.authority_id),
            services.get(one.service_id, one.service.code if one.service else "") if one.service_id else "",
            clocks.standing(one, today, calendar, limits) if one.state in OPEN else None,
        )
        for one in appeals
    ]


def service_names(ids: set[int]) -> dict[int, str]:
    """Names of services in the reader's language, by their passports in force. One query, none without services."""
    if not ids:
        return {}
    passports = ServicePassport.objects.filter(service_id__in=ids, state=PassportState.IN_FORCE).order_by("version")
    return {one.service_id: one.name for one in passports.only("service_id", "name_ru", "name_en", "version")}


def narrowed(rows: QuerySet[Appeal], viewer: Any, wanted: Wanted) -> QuerySet[Appeal]:
    """The rows that fit, in no order yet."""
    today: date = clock.today()
    if wanted.state == "":
        rows = rows.filter(state__in=OPEN)
    elif wanted.state != EVERY:
        rows = rows.filter(state=wanted.state)
    if wanted.due == "late":
        rows = rows.filter(due_on__lt=today)
    elif wanted.due == "today":
        rows = rows.filter(due_on=today)
    if wanted.kind in AppealKind.values:
        rows = rows.filter(kind=wanted.kind)
    if wanted.service:
        rows = rows.filter(service__code=wanted.service)
    if wanted.authority:
        one = find_authority(wanted.authority)
        rows = rows.filter(authority_id__in=sorted(line_of({one.pk}))) if one is not None else rows.none()
    if wanted.mine:
        rows = rows.filter(assigned_to=getattr(viewer, "pk", None) or 0)
    if wanted.unassigned:
        rows = rows.filter(assigned_to__isnull=True)
    if words := wanted.q.strip():
        number = tidy_number(words)
        if number is not None:
            rows = rows.filter(Q(number=number) | Q(number__startswith=f"{number}."))
        else:
            sought = likeness.sought(words)
            if not sought:
                return rows.none()
            # Words of one stem together, so that the index is asked once; each other word narrows further.
            if single := [stems[0] for stems in sought if len(stems) == 1]:
                rows = rows.filter(lexemes__contains=single)
            for stems in sought:
                if len(stems) > 1:
                    rows = rows.filter(lexemes__overlap=stems)
    return rows


def counts(viewer: Any) -> Counts:
    """What stands behind the tabs. Two queries, each over one index of open appeals."""
    today, pk = clock.today(), getattr(viewer, "pk", None) or 0
    found = (
        visible(viewer)
        .filter(state__in=OPEN)
        .aggregate(
            open=Count("pk"),
            mine=Count("pk", filter=Q(assigned_to=pk)),
            today=Count("pk", filter=Q(due_on=today)),
            late=Count("pk", filter=Q(due_on__lt=today)),
            unassigned=Count("pk", filter=Q(assigned_to__isnull=True)),
            disputed=Count("pk", filter=Q(state=AppealState.DISPUTED)),
            received=Count("pk", filter=Q(state=AppealState.RECEIVED)),
        )
    )
    return Counts(**found, suspected=visible(viewer).filter(state=AppealState.SUSPECTED).count())
