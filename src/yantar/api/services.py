"""Services for programs: what is promised on a day, what was delivered in a quarter, what ratings come to. Aggregates only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Path, Query, Router, Schema

from yantar.core import clock
from yantar.core.clients import absolute
from yantar.engine.satisfaction import percent
from yantar.qms.feedback.queries import ratings
from yantar.qms.services.models import Channel, DaysUnit, Level, ServicePassport
from yantar.qms.services.queries import delivery, public

from .schemas import PRINTABLE, Code, OnDay, Paged, ProblemBody, Words
from .surface import known_only

router = Router()
ServiceCode = Annotated[str, Path(max_length=60, pattern=PRINTABLE, description="Code of the service.")]
REFUSED: dict[int, Any] = {422: ProblemBody, 429: ProblemBody}
UNKNOWN = {404: ProblemBody, **REFUSED}
MONTHS = 12


class ServiceFilters(Paged):
    """Which services."""

    q: Words = Field("", description="Words in any form, in either language; slips of the pen are forgiven.")
    authority: Code = Field("", description="Code of the authority that provides it.")
    level: Level | None = Field(None, description="State or municipal.")
    channel: Channel | None = Field(None, description="A way to apply.")
    site: Code = Field("", description="Code of a site where it is provided.")
    free: bool = Field(False, description="Only those free of charge.")


class Promise(Schema):
    """What a service promises on the day. `limit_days` are counted in `limit_unit`; `fee` in roubles."""

    code: str
    url: str = Field(description="Page of the service.")
    authority: str
    level: Level
    version: int
    valid_from: date
    name_ru: str
    name_en: str
    purpose_ru: str
    purpose_en: str
    limit_days: int
    limit_unit: DaysUnit
    fee: Decimal
    channels: list[Channel]


class Services(Schema):
    """A page of the services with a promise in force. `count`: services found on all pages."""

    on: date
    count: int
    page: int
    limit: int
    items: list[Promise]


class DeliveredIn(Schema):
    """What was delivered in a time. `share`: on time of `n` = granted and refused, 0 to 1; null where nothing is known."""

    period: str
    received: int
    granted: int
    refused: int
    withdrawn: int
    on_time: int
    late: int
    n: int
    share: float | None
    median_days: Decimal | None
    p90_days: Decimal | None
    waiting_minutes: Decimal | None


class CriterionFigures(Schema):
    """One criterion. Null: fewer ratings than are shown."""

    key: str
    n: int
    satisfied_percent: Decimal | None


class RatingFigures(Schema):
    """Ratings of twelve months. `satisfied_percent`: ratings of 4 and 5, with the 95 % Wilson interval; null below 5 ratings."""

    n: int
    satisfied_percent: Decimal | None
    low_percent: Decimal | None
    high_percent: Decimal | None
    criteria: list[CriterionFigures]


class ServiceFacts(Promise):
    """A service as of a day. `quarter`: the last one that had ended; `months`: the twelve before the day's month, those that are known."""

    on: date
    legal_basis_ru: str
    legal_basis_en: str
    applicants_ru: str
    applicants_en: str
    result_ru: str
    result_en: str
    complaint_ru: str
    complaint_en: str
    versions: list[int]
    quarter: DeliveredIn | None
    months: list[DeliveredIn]
    ratings: RatingFigures


@router.get("", response={200: Services, **REFUSED}, operation_id="services", summary="Services", url_name="services")
def services(request: HttpRequest, asked: Query[ServiceFilters]) -> dict[str, Any]:
    """Services with a promise in force on the day; with words the best first, without them by name."""
    known_only(request, ServiceFilters)
    on = asked.on or clock.today()
    filters = public.ServiceFilters(asked.q, asked.authority, asked.level or "", asked.channel or "", asked.free, asked.site)
    found = public.search_services(filters, on, page=asked.page, limit=asked.limit)
    codes = public.authority_codes(found.rows)
    items = [_promise(request, row, codes[row.authority_id]) for row in found.rows]
    return {"on": on, "count": found.count, "page": asked.page, "limit": asked.limit, "items": items}


@router.get("/{code}", response={200: ServiceFacts, **UNKNOWN}, operation_id="service", summary="One service", url_name="service")
def service(request: HttpRequest, code: ServiceCode, asked: Query[OnDay]) -> dict[str, Any]:
    """A service by its code, whatever its case: its promise on the day, how it was kept, what ratings come to."""
    known_only(request, OnDay)
    on = asked.on or clock.today()
    one = public.find_service(code)
    history = public.versions(one, on) if one is not None else []
    if one is None or not history:
        raise Http404(_("There is no such service."))
    passport, quarter, months = history[0], delivery.quarter_before(on), delivery.last_months(on, MONTHS)
    passport.service = one
    kept = delivery.delivered(quarter, service=one)
    by_month = delivery.delivered_by_month(months, service=one)
    rated = ratings.together(services=[one.pk], first=months.first, before=months.end)
    texts = ("legal_basis", "applicants", "result", "complaint")
    return {
        **_promise(request, passport, public.authority_codes([passport])[passport.authority_id]),
        "on": on,
        **{f"{name}_{language}": getattr(passport, f"{name}_{language}") for name in texts for language in ("ru", "en")},
        "versions": [row.version for row in history],
        "quarter": _delivered(quarter.key, kept) if kept else None,
        "months": [_delivered(f"{month:%Y-%m}", row) for month, row in by_month if row is not None],
        "ratings": _rated(rated),
    }


def _promise(request: HttpRequest, row: ServicePassport, authority: str) -> dict[str, Any]:
    names = ("version", "valid_from", "name_ru", "name_en", "purpose_ru", "purpose_en", "limit_days", "limit_unit", "fee", "channels")
    page = absolute(request, reverse("portal:service", args=[row.service.code]).removeprefix("/en"))
    about = {"code": row.service.code, "url": page, "authority": authority, "level": row.service.level}
    return {**about, **{name: getattr(row, name) for name in names}}


def _delivered(period: str, row: delivery.Delivered) -> dict[str, Any]:
    names = (*delivery.COUNTS, "n", "share", "median_days", "p90_days", "waiting_minutes")
    return {"period": period, **{name: getattr(row, name) for name in names}}


def _rated(rated: ratings.Rated) -> dict[str, Any]:
    whole = rated.overall
    interval = whole.interval
    return {
        "n": rated.n,
        "satisfied_percent": percent(whole.share) if whole.share is not None else None,
        "low_percent": percent(interval.low) if interval else None,
        "high_percent": percent(interval.high) if interval else None,
        "criteria": [
            {"key": criterion.key, "n": row.n, "satisfied_percent": percent(row.share) if row.share is not None else None}
            for criterion, row in rated.rows
        ],
    }
