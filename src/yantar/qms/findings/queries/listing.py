"""The list of findings: filtered, ordered, page by page, at a cost that does not grow with what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import get_language

from yantar.core import clock
from yantar.qms.organisation.models import Authority, AuthorityVersion, Unit
from yantar.qms.organisation.queries import find_authority, line_of, names_on, subtree_unit_ids
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause

from ..models import FINAL, Finding, Grade, OriginKind, PlannedAction, Recurrence, State
from .access import visible
from .words import is_number, tidy, with_words

PER_PAGE = 30
SHORT = 160
"""Characters of a gap in a list."""
COUNTED, COUNTED_WORDS = 10_000, 2_000
"""Findings counted and paged through at most, without and with words looked for: beyond it a list is narrowed, not leafed through."""

ORDERS = ("raised", "due", "grade", "state")
"""What the list can be ordered by; with a minus sign the other way round."""

RUNNING = tuple(state.value for state in State if state not in FINAL)
OPEN = "running"
"""Stands for every state in which something is awaited from somebody."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed by; empty values narrow nothing.

    `authority`: a code; predecessors belong to it. `unit`, `process`: keys; `clause`: a number, those beneath it included, in any edition;
    `state`: a `State` or OPEN; `owner`: words of a name; `case`: number of a government-wide case; `since`, `until`: days on which a finding
    was raised, both included; `late`, `repeated`, `mine`: only such. `order`: one of ORDERS, with "-" in front to turn it round.
    """

    q: str = ""
    authority: str = ""
    unit: int | None = None
    process: int | None = None
    clause: str = ""
    grade: str = ""
    source: str = ""
    state: str = ""
    owner: str = ""
    late: bool = False
    since: date | None = None
    until: date | None = None
    case: str = ""
    repeated: bool = False
    mine: bool = False
    order: str = "-raised"

    @property
    def narrowed(self) -> bool:
        """Whether anything is narrowed at all."""
        return any(value for name, value in self.values().items() if name != "order")

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def processes_found_in(authority: Authority) -> QuerySet[Process]:
    """The processes of an authority, past ones too; their names are public."""
    return Process.objects.filter(authority=authority).order_by("kind", "order", "pk")


def late(on: date) -> Q:
    """Findings whose present state, or all of whose time, ran out before a day."""
    return Q(state__in=RUNNING) & (Q(due_on__lt=on) | Q(overall_due_on__lt=on))


def mine(viewer: Any) -> Q:
    """Findings that await something from a person: as owner, verifier, or with an action to do."""
    pk = getattr(viewer, "pk", None) or 0
    to_do = PlannedAction.objects.filter(assignee_id=pk, done_on__isnull=True, withdrawn_at__isnull=True).order_by()
    return Q(state__in=RUNNING) & (Q(owner_id=pk) | Q(verifier_id=pk) | Q(pk__in=to_do.values("finding_id")))


def _keys(viewer: Any, wanted: Wanted, limit: int) -> tuple[str, tuple[Any, ...]]:
    """A query for the keys (its column `id`) of what a viewer sees of what is wanted, in its order; ("", ()) where it can be nothing."""
    query = _ordered(_narrowed(visible(viewer), viewer, wanted), wanted.order).values_list("pk").query
    if query.is_empty():
        return "", ()
    sql, params = query.get_compiler(connection=connection).as_sql()
    words = tidy(wanted.q)
    if words and not is_number(words):
        sql, params = with_words(sql, params, words)
    return f"{sql} LIMIT {limit:d}", params


def _narrowed(rows: QuerySet[Finding], viewer: Any, wanted: Wanted) -> QuerySet[Finding]:
    today = clock.today()
    plain = {
        "unit_id__in": subtree_unit_ids(Unit(pk=wanted.unit), today) if wanted.unit else None,
        "process_id": wanted.process,
        "grade": wanted.grade,
        "origin_kind": wanted.source,
        "raised_on__gte": wanted.since,
        "raised_on__lte": wanted.until,
        "case__number": wanted.case,
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if wanted.authority:
        one = find_authority(wanted.authority)
        rows = rows.filter(authority_id__in=sorted(line_of({one.pk}))) if one is not None else rows.none()
    if wanted.clause:
        rows = rows.filter(clause_id__in=clause_ids(wanted.clause))
    if wanted.state:
        rows = rows.filter(state__in=RUNNING) if wanted.state == OPEN else rows.filter(state=wanted.state)
    if wanted.owner.strip():
        rows = rows.filter(owner_id__in=_owners(wanted.owner))
    if wanted.late:
        rows = rows.filter(late(today))
    if wanted.repeated:
        rows = rows.filter(Q(repeats__isnull=False) | Q(pk__in=Recurrence.objects.order_by().values("later_id")))
    if wanted.mine:
        rows = rows.filter(mine(viewer))
    if is_number(tidy(wanted.q)):
        rows = rows.filter(number__startswith=tidy(wanted.q))
    return rows


def clause_ids(number: str) -> list[int]:
    """Keys of a clause and of those beneath it, in every edition."""
    number = number.strip().rstrip(".")
    return list(Clause.objects.filter(Q(number=number) | Q(number__startswith=f"{number}.")).order_by().values_list("pk", flat=True))


def _owners(words: str) -> list[int]:
    from yantar.core.models import User

    people = User.objects.order_by()
    for word in words.split()[:4]:
        people = people.filter(full_name__icontains=word)
    return list(people.values_list("pk", flat=True)[:1000])


_GRADES = Case(*(When(grade=grade, then=Value(n)) for n, grade in enumerate(Grade.values)), output_field=IntegerField())
_STATES = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(State.values)), output_field=IntegerField())


def _ordered(rows: QuerySet[Finding], order: str) -> QuerySet[Finding]:
    name, back = order.removeprefix("-"), order.startswith("-")
    if name not in ORDERS:
        name, back = "raised", True
    if name == "raised":
        return rows.order_by("-raised_on", "-id") if back else rows.order_by("raised_on", "id")
    by: Any = {"due": F("due_on"), "grade": _GRADES, "state": _STATES}[name]
    return rows.order_by(by.desc(nulls_last=True) if back else by.asc(nulls_last=True), "-raised_on", "-id")


@dataclass(frozen=True, slots=True)
class Row:
    """A finding in a list. `days_late`: days since its time ran out, 0 where it has not."""

    number: str
    grade: str
    state: str
    gap: str
    authority: AuthorityVersion | None
    clause: str
    process: str
    owner: str
    raised_on: date
    state_since: date
    due_on: date | None
    overall_due_on: date | None
    origin_kind: str
    origin_label: str
    reopened: int
    repeated: bool
    shared: bool
    days_late: int

    @property
    def short_gap(self) -> str:
        """The gap in at most SHORT characters."""
        return self.gap if len(self.gap) <= SHORT else f"{self.gap[: SHORT - 1].rstrip()}…"

    @property
    def grade_label(self) -> str:
        return str(Grade(self.grade).label)

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def source_label(self) -> str:
        return str(OriginKind(self.origin_kind).label)

    @property
    def next_due(self) -> date | None:
        """The nearest of its time limits while something is awaited."""
        if self.state not in RUNNING:
            return None
        return min((day for day in (self.due_on, self.overall_due_on) if day is not None), default=None)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `count`: how many were found, at most `limit`; `more`: there are more than that. Goes where Django's page goes."""

    rows: list[Row]
    number: int
    count: int
    more: bool
    limit: int = field(default=COUNTED)

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


def page(viewer: Any, wanted: Wanted, number: int = 1) -> Page:
    """A page of the list; a number beyond the last page gives the last. Three queries, whatever was found."""
    limit = COUNTED_WORDS if wanted.q.strip() else COUNTED
    number = min(max(number, 1), limit // PER_PAGE)
    count, ids = _slice(viewer, wanted, limit, number)
    if not ids and count:
        number = -(-min(count, limit) // PER_PAGE)
        count, ids = _slice(viewer, wanted, limit, number)
    return Page(rows=rows(ids), number=number if count else 1, count=min(count, limit), more=count > limit, limit=limit)


def _slice(viewer: Any, wanted: Wanted, limit: int, number: int) -> tuple[int, list[int]]:
    """How many are found (one beyond the limit is enough) and the keys of one page, in one look at the index."""
    first = (number - 1) * PER_PAGE + 1
    sql, params = _keys(viewer, wanted, limit + 1)
    if not sql:
        return 0, []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), (array_agg(id))[%s:%s] FROM ({sql}) found (id)", [first, min(first + PER_PAGE - 1, limit), *params])  # noqa: S608
        count, ids = cursor.fetchone()
    return count, ids or []


_DAYS = ("raised_on", "state_since", "due_on", "overall_due_on")
_OWN = ("number", "grade", "state", "gap", *_DAYS, "origin_kind", "origin_label", "reopened", "shared")
_JOINED = ("pk", "gap_en", "authority_id", "clause__number", "process__name_ru", "process__name_en", "owner__full_name", "repeats_id")


def rows(ids: list[int]) -> list[Row]:
    """The rows of some findings in the order of their keys; two queries."""
    today, english = clock.today(), get_language() == "en"
    values = {one["pk"]: one for one in Finding.objects.filter(pk__in=ids).order_by().values(*_OWN, *_JOINED)} if ids else {}
    names = names_on((one["authority_id"] for one in values.values()), today) if ids else {}
    return [_row(values[pk], names, today, english) for pk in ids if pk in values]


def _row(one: Mapping[str, Any], names: Mapping[int, AuthorityVersion], today: date, english: bool) -> Row:
    over = [day for day in (one["due_on"], one["overall_due_on"]) if day is not None and day < today]
    process = (one["process__name_en"] or one["process__name_ru"]) if english else one["process__name_ru"]
    return Row(
        **{name: one[name] for name in _OWN} | {"gap": (one["gap_en"] or one["gap"]) if english else one["gap"]},
        authority=names.get(one["authority_id"]),
        clause=one["clause__number"] or "",
        process=process or "",
        owner=one["owner__full_name"] or "",
        repeated=one["repeats_id"] is not None,
        days_late=(today - min(over)).days if over and one["state"] in RUNNING else 0,
    )


EXPORTED = 20_000
"""Findings in one export at most."""


def all_rows(viewer: Any, wanted: Wanted) -> Iterator[Row]:
    """Every row of the list up to EXPORTED, read in portions."""
    sql, params = _keys(viewer, wanted, EXPORTED)
    ids: list[int] = []
    if sql:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            ids = [pk for (pk,) in cursor.fetchall()]
    for first in range(0, len(ids), 500):
        yield from rows(ids[first : first + 500])
