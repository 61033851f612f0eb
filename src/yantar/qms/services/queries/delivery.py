"""What was delivered, from the months of services: shares, counts and days of any service, authority, site and time. Nobody's secret.

Every share is a ratio of sums, never a mean of shares. Where nothing is known the answer is None, which is not 0 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Min, Q, QuerySet, Sum

from yantar.qms.organisation.lines import line_of
from yantar.qms.organisation.models import Authority, AuthorityVersion, Site
from yantar.qms.organisation.queries import internal_authority_ids, names_on

from ..cases.months import median_days, p90_days
from ..models import CaseLoad, Service, ServiceMonth, ServicePassport, Source
from ..passport_states import GONE

COUNTS = ("received", "granted", "refused", "withdrawn", "on_time", "late")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months: `first` is the first day of the first one, `end` the first day after the last one. `key`: 2026-03, 2026-Q1, 2026."""

    key: str
    first: date
    end: date

    @property
    def months(self) -> tuple[date, ...]:
        """First days of its months."""
        count = (self.end.year - self.first.year) * 12 + self.end.month - self.first.month
        return tuple(_month_after(self.first, number) for number in range(count))


def _month_after(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def month_of(day: date) -> Period:
    """The month of a day."""
    first = day.replace(day=1)
    return Period(f"{first:%Y-%m}", first, _month_after(first, 1))


def quarter_of(day: date) -> Period:
    """The quarter of a day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Period(f"{first.year}-Q{(first.month + 2) // 3}", first, _month_after(first, 3))


def quarter_before(day: date) -> Period:
    """The last quarter that had ended by a day."""
    return quarter_of(_month_after(quarter_of(day).first, -3))


def year_of(year: int) -> Period:
    """A calendar year, 1 to 9998."""
    return Period(str(year), date(year, 1, 1), date(year + 1, 1, 1))


def last_months(day: date, count: int) -> Period:
    """The `count` whole months that had ended by a day."""
    end = day.replace(day=1)
    first = _month_after(end, -count)
    return Period(f"{first:%Y-%m}…{_month_after(end, -1):%Y-%m}", first, end)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was delivered in some time: counts, and of one service also median, 90th percentile (in the unit of its limit) and the mean wait
    in minutes, where they can be told: of several months only from cases."""

    received: int
    granted: int
    refused: int
    withdrawn: int
    on_time: int
    late: int
    waiting_minutes: Decimal | None = None
    median_days: Decimal | None = None
    p90_days: Decimal | None = None

    @property
    def n(self) -> int:
        """How many requests the share is of: granted and refused, on time and late."""
        return self.on_time + self.late

    @property
    def share(self) -> float | None:
        """Share done on time, 0 to 1; None where nothing was due."""
        return self.on_time / self.n if self.n else None

    @property
    def months_alone(self) -> bool:
        """Of one service: whether requests ended whose median can't be told, because only whole months of them are known."""
        return self.n > 0 and self.median_days is None


def _rows(period: Period, service: Service | None, authority: Authority | None, site: Site | None) -> QuerySet[ServiceMonth]:
    rows = ServiceMonth.objects.filter(month__gte=period.first, month__lt=period.end).order_by()
    if service is not None:
        rows = rows.filter(service=service)
    if authority is not None:
        rows = rows.filter(service__authority__in=line_of([authority.pk]))
    return rows if site is None else rows.filter(site=site)


_WAITED = Q(waiting_minutes__isnull=False)
_SUMS: dict[str, Any] = {f"sum_{name}": Sum(name) for name in COUNTS}
_MORE: dict[str, Any] = {
    "rows": Count("pk"),
    "from_cases": Count("pk", filter=Q(source=Source.CASES)),
    "waited": Sum("received", filter=_WAITED),
    "minutes": Sum(F("waiting_minutes") * F("received"), filter=_WAITED),
    "one_median": Min("median_days"),
    "one_p90": Min("p90_days"),
}


def _made(row: dict[str, Any], counts: Sequence[int] | None = None, *, days: bool = False) -> Delivered | None:
    if not row["rows"]:
        return None
    mean = (row["minutes"] / row["waited"]).quantize(Decimal("0.1")) if row["waited"] else None
    median = p90 = None
    if days and row["rows"] == 1:
        median, p90 = row["one_median"], row["one_p90"]
    elif days and counts:
        median, p90 = median_days(counts), p90_days(counts)
    sums: dict[str, Any] = {name: int(row[f"sum_{name}"]) for name in COUNTS}
    return Delivered(**sums, waiting_minutes=mean, median_days=median, p90_days=p90)


def delivered(period: Period, *, service: Service | None = None, authority: Authority | None = None, site: Site | None = None) -> Delivered | None:
    """What was delivered in a period, by everybody or narrowed; an authority's with that of its predecessors. None: nothing is known.

    At most two queries, one more for an authority.
    """
    row = _rows(period, service, authority, site).aggregate(**_SUMS, **_MORE)
    several = service is not None and row["rows"] > 1 and row["from_cases"] == row["rows"]
    counts = _day_counts(period, [service.pk], site).get(service.pk) if service is not None and several else None
    return _made(row, counts, days=service is not None)


def delivered_by_service(period: Period, services: Iterable[int] | None = None, *, days: bool = False) -> dict[int, Delivered]:
    """By the key of a service what it delivered in a period; services of which nothing is known are missing. One query, two with `days`."""
    rows = _rows(period, None, None, None)
    if services is not None:
        rows = rows.filter(service__in=list(services))
    found: dict[int, dict[str, Any]] = {row["service"]: dict(row) for row in rows.values("service").annotate(**_SUMS, **_MORE)}
    several = [key for key, row in found.items() if row["rows"] > 1 and row["from_cases"] == row["rows"]] if days else []
    counts = _day_counts(period, several, None) if several else {}
    return {key: made for key, row in found.items() if (made := _made(row, counts.get(key), days=days)) is not None}


def delivered_by_authority(period: Period) -> dict[int, Delivered]:
    """By the key of the authority that provides the services now. One query."""
    rows = _rows(period, None, None, None).values("service__authority").annotate(**_SUMS, **_MORE)
    return {row["service__authority"]: made for row in rows if (made := _made(dict(row))) is not None}


def delivered_by_month(
    period: Period, *, service: Service | None = None, authority: Authority | None = None, site: Site | None = None
) -> list[tuple[date, Delivered | None]]:
    """Every month of a period in order with what was delivered in it, for a chart. At most two queries, one more for an authority."""
    rows = _rows(period, service, authority, site).values("month").annotate(**_SUMS, **_MORE)
    found: dict[date, dict[str, Any]] = {row["month"]: dict(row) for row in rows}
    counts: dict[date, list[int]] = {}
    if service is not None and any(row["rows"] > 1 for row in found.values()):
        counts = _counts_by_month(period, service, site)
    several = {month for month, row in found.items() if row["from_cases"] == row["rows"]}
    return [
        (month, _made(found[month], counts.get(month) if month in several else None, days=service is not None) if month in found else None)
        for month in period.months
    ]


def _summed(column: str, period: Period, services: Sequence[int], site: Site | None) -> dict[Any, list[int]]:
    """How many cases took n days, by a column of the months of cases. One query."""
    narrowed = " AND site_id = %s" if site is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, place - 1, sum(count) FROM services_casemonth, unnest(day_counts) WITH ORDINALITY AS took(count, place)"  # noqa: S608
            f" WHERE service_id = ANY(%s) AND month >= %s AND month < %s{narrowed} GROUP BY 1, 2 ORDER BY 1, 2",
            [list(services), period.first, period.end, *([site.pk] if site is not None else [])],
        )
        found: dict[Any, list[int]] = {}
        for key, place, count in cursor.fetchall():
            counts = found.setdefault(key, [])
            counts += [0] * (place - len(counts)) + [int(count)]
    return found


def _day_counts(period: Period, services: Sequence[int], site: Site | None) -> dict[int, list[int]]:
    return _summed("service_id", period, services, site)


def _counts_by_month(period: Period, service: Service, site: Site | None) -> dict[date, list[int]]:
    return _summed("month", period, [service.pk], site)


def months_of_service(service: Service, period: Period | None = None) -> QuerySet[ServiceMonth]:
    """The months of a service as they were recorded, the latest first, with their sites. One query."""
    rows = ServiceMonth.objects.filter(service=service).select_related("site").order_by("-month", "site__code")
    return rows if period is None else rows.filter(month__gte=period.first, month__lt=period.end)


def case_loads(viewer: Any) -> QuerySet[CaseLoad]:
    """Loads of cases, the latest first, for those who load them; nobody else sees any. One query."""
    rows = CaseLoad.objects.select_related("loaded_by", "job").order_by("-pk")
    return rows if may_see_loads(viewer) else rows.none()


def may_see_loads(viewer: Any) -> bool:
    """Whether somebody sees what was loaded: those who may load, and the parts of the system."""
    return not hasattr(viewer, "has_perm") or bool(viewer.has_perm("services.load_cases"))


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service in a list of deliveries: its name on the day (the latest known, else its code), its authority, what it delivered."""

    service: Service
    name: str
    authority: AuthorityVersion | None
    delivered: Delivered | None


def deliveries(viewer: Any, period: Period, on: date) -> list[ServiceRow]:
    """Services of a day that the viewer may look into, by authority and code, with what they delivered in a period. Four queries at most."""
    allowed = internal_authority_ids(viewer)
    rows = Service.objects.on(on) if allowed is None else Service.objects.on(on).filter(authority__in=allowed)
    services = list(rows.select_related("authority").order_by("authority__code", "code"))
    passports, names = _names_of(services), names_on({one.authority_id for one in services}, on)
    found = delivered_by_service(period, [one.pk for one in services])
    return [ServiceRow(one, passports.get(one.pk, one.code), names.get(one.authority_id), found.get(one.pk)) for one in services]


def _names_of(services: Sequence[Service]) -> dict[int, str]:
    rows = ServicePassport.objects.filter(service__in=services).exclude(state__in=GONE).order_by("service_id", "-version")
    return {row.service_id: row.name for row in rows.distinct("service_id").defer("search")}


def service_to_record(viewer: Any, code: str) -> tuple[Service, str] | None:
    """A service by its code with its name, where the viewer may look into it; None otherwise. Two queries."""
    allowed = internal_authority_ids(viewer)
    found = Service.objects.filter(code=code).select_related("authority").first()
    if found is None or (allowed is not None and found.authority_id not in allowed):
        return None
    return found, _names_of([found]).get(found.pk, found.code)


def sites_of_service(service: Service, on: date) -> list[Site]:
    """Sites at which a service may be recorded: those of its authority, and wherever else it is provided, on a day. One query."""
    return list(Site.objects.on(on).filter(Q(authority=service.authority_id) | Q(services__service=service)).distinct().order_by("code"))


def find_load(viewer: Any, pk: int) -> CaseLoad | None:
    """A load of cases by its key, for those who load them. One query."""
    return case_loads(viewer).filter(pk=pk).first()
