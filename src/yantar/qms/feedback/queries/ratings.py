"""Figures of ratings: by service, authority, site, criterion and month, and how many wait or were rejected. Only aggregates leave.

Every figure is a sum of counted rows (`counting.py`), so it costs the same for ten ratings and for ten million. What has too few
ratings is None (`engine.satisfaction`): no surface can show it by mistake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, Q, Sum

from yantar.engine import satisfaction
from yantar.engine.satisfaction import Figures, Score, Trend
from yantar.library.satisfaction import Criterion, load_satisfaction
from yantar.qms.organisation.models import AccessKey, Site
from yantar.qms.services.models import PassportState, Service, ServicePassport, ServiceSite

from ..counting import OVERALL
from ..models import Rating, RatingCount, RatingState

Cells = Mapping[str, Mapping[int, int]]
"""Criterion → value → how many."""


@dataclass(frozen=True, slots=True)
class Rated:
    """What ratings of one thing come to. `overall`: each person once, satisfied by the mean of their answers; `score`: mean of the means
    of the criteria, 1 to 5, None with too few; `criteria` in the order of the questions.
    """

    overall: Figures
    score: Score[str]
    criteria: Mapping[str, Figures]

    @property
    def n(self) -> int:
        """How many people rated."""
        return self.overall.n

    @property
    def shown(self) -> bool:
        """Whether there are enough ratings to show the figures."""
        return self.overall.shown

    @property
    def rows(self) -> list[tuple[Criterion, Figures]]:
        """Each criterion with its figures."""
        return [(one, self.criteria[one.key]) for one in load_satisfaction().criteria]


@dataclass(frozen=True, slots=True)
class Month:
    """One month (its first day) and its figures."""

    month: date
    figures: Figures


class Moderation(NamedTuple):
    """How many ratings came in all, and what became of them: in public, so that nothing vanishes silently."""

    counted: int = 0
    quarantined: int = 0
    rejected: int = 0
    unconfirmed: int = 0

    @property
    def all(self) -> int:
        return sum(self)


def rated(cells: Cells) -> Rated:
    """The figures of counts by criterion."""
    rules = load_satisfaction()
    whole = cells.get(OVERALL, {})
    asked = {criterion.key: dict(cells.get(criterion.key, {})) for criterion in rules.criteria}
    n = satisfaction.number_of(whole, rules.scale)
    return Rated(
        satisfaction.figures(whole, rules),
        satisfaction.service_score(asked, rules, ratings=n),
        {key: satisfaction.figures(counts, rules) for key, counts in asked.items()},
    )


def _where(
    *,
    services: Iterable[int] | None = None,
    authorities: Iterable[int] | None = None,
    site: int | None = None,
    first: date | None = None,
    before: date | None = None,
) -> Q:
    """Rows of these services, authorities (who provided it then), site, of months from `first` (included) to `before` (not included)."""
    where = Q(count__gt=0)
    if services is not None:
        where &= Q(service_id__in=list(services))
    if authorities is not None:
        where &= Q(authority_id__in=list(authorities))
    if site is not None:
        where &= Q(site_id=site)
    if first is not None:
        where &= Q(month__gte=first.replace(day=1))
    if before is not None:
        where &= Q(month__lt=before)
    return where


def _cells(group: str, where: Q) -> dict[Any, dict[str, dict[int, int]]]:
    found: dict[Any, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = RatingCount.objects.filter(where).values_list(group, "criterion", "value").annotate(total=Sum("count")).order_by()
    for key, criterion, value, total in rows:
        found[key][criterion][value] = total
    return found


def by_service(**where: Any) -> dict[int, Rated]:
    """Figures of every service (its key) that has ratings; `where`: as `_where` says, none: all of them. One query."""
    return {key: rated(cells) for key, cells in _cells("service_id", _where(**where)).items()}


def by_authority(**where: Any) -> dict[int, Rated]:
    """Figures of every authority (its key): all ratings of its services together. One query. See `head_scores` for the weighted score."""
    return {key: rated(cells) for key, cells in _cells("authority_id", _where(**where)).items()}


def by_site(**where: Any) -> dict[int | None, Rated]:
    """Figures of every site (its key; None: no place was named). One query."""
    return {key: rated(cells) for key, cells in _cells("site_id", _where(**where)).items()}


def together(**where: Any) -> Rated:
    """Figures of everything that is asked for as one. One query."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    rows = RatingCount.objects.filter(_where(**where)).values_list("criterion", "value").annotate(total=Sum("count")).order_by()
    for criterion, value, total in rows:
        found[criterion][value] = total
    return rated(found)


def by_month(**where: Any) -> list[Month]:
    """Figures of each month with ratings, the earliest first. One query."""
    rules = load_satisfaction()
    found = _cells("month", _where(**where) & Q(criterion=OVERALL))
    return [Month(month, satisfaction.figures(cells[OVERALL], rules)) for month, cells in sorted(found.items())]


def by_quarter(**where: Any) -> list[Month]:
    """As `by_month`, for each quarter (its first day)."""
    rules = load_satisfaction()
    quarters: dict[date, list[Mapping[int, int]]] = defaultdict(list)
    for month, cells in _cells("month", _where(**where) & Q(criterion=OVERALL)).items():
        quarters[month.replace(month=month.month - (month.month - 1) % 3)].append(cells[OVERALL])
    return [Month(first, satisfaction.figures(satisfaction.together(cells), rules)) for first, cells in sorted(quarters.items())]


def trend(first: date, middle: date, before: date, **where: Any) -> Trend:
    """How the share of the satisfied changed from the months [first, middle) to the months [middle, before). One query."""
    found = _cells("month", _where(first=first, before=before, **where) & Q(criterion=OVERALL))
    old = satisfaction.together(cells[OVERALL] for month, cells in found.items() if month < middle)
    new = satisfaction.together(cells[OVERALL] for month, cells in found.items() if month >= middle)
    return satisfaction.trend(old, new, load_satisfaction())


def trends_by_service(first: date, middle: date, before: date, **where: Any) -> dict[int, Trend]:
    """As `trend`, for every service with ratings in the two periods. One query."""
    cells: dict[int, tuple[dict[int, int], dict[int, int]]] = defaultdict(lambda: ({}, {}))
    asked = _where(first=first, before=before, **where) & Q(criterion=OVERALL)
    rows = RatingCount.objects.filter(asked).values_list("service_id", "month", "value").annotate(total=Sum("count")).order_by()
    for service, month, value, total in rows:
        period = cells[service][month >= middle]
        period[value] = period.get(value, 0) + total
    rules = load_satisfaction()
    return {service: satisfaction.trend(old, new, rules) for service, (old, new) in cells.items()}


def head_scores(**where: Any) -> dict[int, Score[int]]:
    """Of every authority (its key) the score of whoever heads it: scores of its services weighted by their ratings. One query."""
    cells: dict[int, dict[int, dict[str, dict[int, int]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    rows = (
        RatingCount.objects.filter(_where(**where))
        .values_list("authority_id", "service_id", "criterion", "value")
        .annotate(total=Sum("count"))
        .order_by()
    )
    for authority, service, criterion, value, total in rows:
        cells[authority][service][criterion][value] = total
    return {
        authority: satisfaction.head_score({service: rated(found).score for service, found in services.items()})
        for authority, services in cells.items()
    }


def ranking(figures: Mapping[int, Rated]) -> satisfaction.Ranking[int]:
    """Places by the share of the satisfied; those with fewer than 30 ratings stand apart."""
    return satisfaction.ranking({key: one.overall for key, one in figures.items()})


def moderation(*, services: Iterable[int] | None = None, authorities: Iterable[int] | None = None) -> Moderation:
    """What became of all ratings that came. One query."""
    rows = Rating.objects.all()
    if services is not None:
        rows = rows.filter(service_id__in=list(services))
    if authorities is not None:
        rows = rows.filter(authority_id__in=list(authorities))
    found = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return Moderation(
        *(found.get(state, 0) for state in (RatingState.COUNTED, RatingState.QUARANTINED, RatingState.REJECTED, RatingState.UNCONFIRMED))
    )


def span() -> tuple[date, date] | None:
    """The first and the last month with ratings; None without any."""
    found = RatingCount.objects.filter(count__gt=0).aggregate(first=Min("month"), last=Max("month"))
    return (found["first"], found["last"]) if found["first"] else None


class Rateable(NamedTuple):
    """A service that can be rated now: with its present passport (None: not yet in force), and the site where."""

    service: Service
    passport: ServicePassport | None
    site: Site | None

    @property
    def name(self) -> str:
        """The name in the reader's language; without a passport the code."""
        return self.passport.name if self.passport is not None else self.service.code


def rateable(code: str, on: date, site: str = "") -> Rateable | None:
    """A service of that day by its code, at a site by its code; None where there is none, or where it is not provided there."""
    service = Service.objects.on(on).filter(code=code).select_related("authority").first()
    if service is None:
        return None
    place = None
    if site:
        row = ServiceSite.objects.on(on).filter(service=service, site__code=site).select_related("site").first()
        if row is None:
            return None
        place = row.site
    passport = ServicePassport.objects.filter(service=service, state=PassportState.IN_FORCE, valid_from__lte=on).order_by("-version").first()
    return Rateable(service, passport, place)


def names(services: Iterable[int]) -> dict[int, str]:
    """Names of services in the reader's language, by the passport in force, else by the latest; without any the code. Two queries."""
    wanted = set(services)
    found = dict(Service.objects.filter(pk__in=wanted).values_list("pk", "code"))
    rows = ServicePassport.objects.filter(service_id__in=wanted).only("service_id", "state", "version", "name_ru", "name_en")
    known: dict[int, tuple[bool, int]] = {}
    for row in rows:
        rank = (row.state == PassportState.IN_FORCE, row.version)
        if rank >= known.get(row.service_id, (False, 0)):
            known[row.service_id] = rank
            found[row.service_id] = row.name
    return found


def mailed(pk: int) -> Rating | None:
    """A rating that a mail was sent for; whoever has its secret may confirm it."""
    return Rating.objects.filter(pk=pk).exclude(confirm_print="").first()


def kiosk_key(pk: int, on: date) -> AccessKey | None:
    """The key that a kiosk was set up with, if it holds on that day."""
    return AccessKey.objects.filter(pk=pk, purpose="kiosk", revoked_at__isnull=True, last_day__gte=on).first()
