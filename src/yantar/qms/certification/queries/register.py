"""The register: every certificate that had been granted by a day, as it stood then. What is here is public."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, Count, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import get_language

from yantar.core.freshness import Fresh
from yantar.qms.certification.messages import obligation_name
from yantar.qms.certification.models import Certificate, Decision, DecisionKind, Obligation, Status, StatusPeriod
from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.organisation.queries import find_authority, internal_authority_ids, line_of, successor_map

from .holders import Holder, granted_to_or_held_by, holders

ORDERS = ("number", "authority", "status", "edition", "expires", "due")
"""What the register can be ordered by; with a minus sign the other way round."""

WORDS = SearchVector("scope_ru", "scope_en", config="russian")
"""The Russian configuration stems words in Latin letters as English ones: one index answers in both languages."""


def pending(on: date) -> Q:
    """Obligations still demanded and not met on a day."""
    return (Q(met_on__isnull=True) | Q(met_on__gt=on)) & (Q(closed_on__isnull=True) | Q(closed_on__gt=on))


def standing(on: date) -> FilteredRelation:
    """The one period of a certificate that holds on a day."""
    return FilteredRelation("periods", condition=Q(periods__begins_on__lte=on) & (Q(periods__ends_on__isnull=True) | Q(periods__ends_on__gt=on)))


def register(
    viewer: Any,
    *,
    on: date,
    q: str = "",
    status: str | None = None,
    kind: str | None = None,
    edition: str | None = None,
    body: str | None = None,
    authority: str | None = None,
    due_within: int | None = None,
    order: str = "number",
    annotated: bool = True,
) -> QuerySet[Certificate]:
    """Certificates as of a day, the same for every viewer, None for the public. For pages of a list take `listing`, which is quicker.

    `q` finds by number, by any name the holder or its predecessors ever had, or by words of the scope. `status` a `Status`, `kind` an
    authority's kind, `edition` a key, `body` and `authority` a code; `due_within` days until the next obligation, overdue ones included.
    `order` one of ORDERS, with "-" in front to turn it round; anything else is taken as "number".

    Annotated: `status_on`, `expires_on_on`, `edition_on`, `edition_designation`, `body_on`, `body_ru`, `body_en`, and unless `annotated` is
    false `next_kind`, `next_due`.
    """
    found = _standing_on(on)
    if "due" in order or annotated:
        ahead = Obligation.objects.filter(pending(on), certificate=OuterRef("pk")).order_by("due_on", "pk")
        found = found.annotate(next_due=Subquery(ahead.values("due_on")[:1]), next_kind=Subquery(ahead.values("kind")[:1]))
    if status:
        found = found.filter(now__status=status)
    if edition:
        found = found.filter(now__edition__key=edition)
    if body:
        found = found.filter(now__body__code=body)
    if authority:
        one = find_authority(authority)
        found = found.filter(authority__in=granted_to_or_held_by(one.pk, on)) if one else found.none()
    if kind:
        found = found.filter(authority__in=_of_kind(kind, on))
    if due_within is not None:
        soon = Obligation.objects.filter(pending(on), due_on__lte=on + timedelta(days=due_within))
        found = found.filter(pk__in=soon.values("certificate_id"))
    if q.strip():
        found = found.filter(_matching(q))
    result: QuerySet[Certificate] = _ordered(found, order, on)
    return result


def _standing_on(on: date) -> Any:
    # Any: the type checker knows no filtered relations.
    return (
        Certificate.objects.annotate(now=standing(on))
        .filter(now__isnull=False)
        .annotate(
            status_on=F("now__status"),
            expires_on_on=F("now__expires_on"),
            edition_on=F("now__edition_id"),
            edition_designation=F("now__edition__designation"),
            body_on=F("now__body_id"),
            body_ru=F("now__body__name_ru"),
            body_en=F("now__body__name_en"),
        )
    )


def _of_kind(kind: str, on: date) -> set[int]:
    of_kind = set(AuthorityVersion.objects.on(on).filter(kind=kind).values_list("authority_id", flat=True))
    follow = successor_map(on)
    return {one for one in of_kind if one not in follow} | {start for start, end in follow.items() if end in of_kind}


def _matching(q: str) -> Q:
    words = [word for word in (part.strip("«»\"'„“”.,;:()") for part in q.split()) if word][:8]
    if not words:
        return Q(pk__in=[])
    named = AuthorityVersion.objects.all()
    for word in words:
        named = named.filter(Q(name_ru__icontains=word) | Q(name_en__icontains=word) | Q(short_ru__icontains=word) | Q(short_en__icontains=word))
    authorities = line_of(set(named.values_list("authority_id", flat=True)))
    # Each way of finding is a query of its own, so that the words of the scope are looked up in their index.
    by_number = Certificate.objects.filter(Q(number__icontains=" ".join(q.split())) | Q(identity_number__iexact=q.strip()))
    by_scope = Certificate.objects.annotate(words=WORDS).filter(words=SearchQuery(" ".join(words), config="russian"))
    return Q(pk__in=by_number.values("pk")) | Q(authority__in=authorities) | Q(pk__in=by_scope.values("pk"))


def _ordered(found: Any, order: str, on: date) -> Any:
    name, backwards = order.removeprefix("-"), order.startswith("-")
    if name == "authority":
        follow = successor_map(on)
        holder = Case(
            *(When(authority=start, then=Value(end)) for start, end in follow.items()), default=F("authority_id"), output_field=IntegerField()
        )
        column = "name_en" if get_language() == "en" else "name_ru"
        version = AuthorityVersion.objects.filter(authority=OuterRef("holder_on"), valid_from__lte=on).order_by("-valid_from")
        found = found.annotate(holder_on=holder).annotate(holder_name=Subquery(version.values(column)[:1]))
    column = {
        "authority": "holder_name",
        "status": "status_on",
        "edition": "now__edition__order",
        "expires": "expires_on_on",
        "due": "next_due",
    }.get(name, "number")
    first = F(column).desc(nulls_last=True) if backwards else F(column).asc(nulls_last=True)
    return found.order_by(("-number" if backwards else "number") if column == "number" else first, *([] if column == "number" else ["number"]))


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A certificate in a list. `internal`: the viewer may open its page in the workspace."""

    number: str
    type: str
    status: str
    scope_ru: str
    scope_en: str
    edition: str
    body_ru: str
    body_en: str
    expires_on: date | None
    next_kind: str | None
    next_due: date | None
    holder: Holder | None
    internal: bool

    @property
    def status_label(self) -> str:
        """The status in the reader's language."""
        return str(Status(self.status).label)

    @property
    def scope(self) -> str:
        return (self.scope_en or self.scope_ru) if get_language() == "en" else (self.scope_ru or self.scope_en)

    @property
    def body(self) -> str:
        return self.body_en if get_language() == "en" else self.body_ru

    @property
    def next_name(self) -> str:
        """What is next, in the reader's language."""
        return obligation_name(self.next_kind) if self.next_kind else ""


def rows(viewer: Any, certificates: Iterable[Any], on: date) -> list[RegisterRow]:
    """A slice of `register` with what is next and the holders as of the day: a constant number of queries whatever its length."""
    page = list(certificates)
    held = holders((one.authority_id for one in page), on)
    mine = internal_authority_ids(viewer) if viewer is not None else set()
    ahead = {}
    for certificate, kind, due_on in (
        Obligation.objects.filter(pending(on), certificate__in=[one.pk for one in page])
        .order_by("certificate_id", "due_on", "pk")
        .distinct("certificate_id")
        .values_list("certificate_id", "kind", "due_on")
    ):
        ahead[certificate] = (kind, due_on)
    return [
        RegisterRow(
            number=one.number,
            type=one.type,
            status=one.status_on,
            scope_ru=one.scope_ru,
            scope_en=one.scope_en,
            edition=one.edition_designation or "",
            body_ru=one.body_ru or "",
            body_en=one.body_en or "",
            expires_on=one.expires_on_on,
            next_kind=ahead.get(one.pk, (None, None))[0],
            next_due=ahead.get(one.pk, (None, None))[1],
            holder=held.get(one.authority_id),
            internal=mine is None or one.authority_id in mine,
        )
        for one in page
    ]


_found: Fresh[array[int]] = Fresh(64)


class Listing:
    """The outcome of a search as of a day: counts itself without a query and gives its rows slice by slice (django's Paginator takes it)."""

    def __init__(self, viewer: Any, on: date, ids: Sequence[int]) -> None:
        self.viewer, self.on, self.ids = viewer, on, ids

    def __len__(self) -> int:
        return len(self.ids)

    def count(self) -> int:
        """How many certificates were found."""
        return len(self.ids)

    def __iter__(self) -> Iterator[RegisterRow]:
        return iter(self[:])

    def __getitem__(self, part: slice) -> list[RegisterRow]:
        wanted = list(self.ids[part])
        place = {pk: index for index, pk in enumerate(wanted)}
        page = sorted(_standing_on(self.on).filter(pk__in=wanted), key=lambda one: place[one.pk])
        return rows(self.viewer, page, self.on)


def listing(viewer: Any, *, on: date, order: str = "number", **wanted: Any) -> Listing:
    """The register for a page of a list; parameters as of `register`.

    Which certificates are found, and their order, is kept while nothing changes anywhere: any page of any order then costs the same.
    """
    key = (on, order, get_language(), *sorted((name, value) for name, value in wanted.items() if value not in (None, "")))
    ids = _found.get(key, lambda: array("q", register(None, on=on, order=order, annotated=False, **wanted).values_list("pk", flat=True)))
    return Listing(viewer, on, ids)


@dataclass(frozen=True, slots=True)
class Counts:
    """The register in figures on a day. `due`: certificates in force that must still be confirmed or renewed in this calendar year."""

    on: date
    by_status: dict[str, int]
    confirmed: int
    due: int
    overdue: int

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def active(self) -> int:
        return self.by_status.get(Status.ACTIVE, 0)


CONFIRMING = (DecisionKind.GRANT, DecisionKind.CONFIRM, DecisionKind.RENEW)
_counts: Fresh[Counts] = Fresh(64)


def counts(viewer: Any, on: date) -> Counts:
    """Certificates by status, confirmed in the year of the day and still due in it. Kept while nothing changes in the register."""
    return _counts.get(on, lambda: count(on))


def public_counts(on: date) -> Counts:
    """The same for the public."""
    return counts(None, on)


def count(on: date) -> Counts:
    """The figures counted anew, in three queries."""
    holding = StatusPeriod.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), begins_on__lte=on)
    by_status = dict(holding.order_by().values_list("status").annotate(number=Count("pk")))
    confirmed = (
        Decision.objects.filter(
            kind__in=CONFIRMING, decided_on__gte=date(on.year, 1, 1), decided_on__lte=on, reverses__isnull=True, reversed_by__isnull=True
        )
        .order_by()
        .aggregate(number=Count("certificate_id", distinct=True))
    )
    ahead = Obligation.objects.filter(
        pending(on), due_on__lte=date(on.year, 12, 31), confirmed=True, kind__in=["surveillance", "recertification_decision"]
    ).aggregate(
        due=Count("certificate_id", distinct=True),
        overdue=Count("certificate_id", distinct=True, filter=Q(due_on__lt=on)),
    )
    return Counts(on, by_status, confirmed["number"], ahead["due"], ahead["overdue"])
