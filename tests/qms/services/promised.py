"""Services with passports to test deliveries with."""

from __future__ import annotations

from datetime import date
from typing import Any

from yantar.core import clock
from yantar.qms.organisation.models import Authority, Site
from yantar.qms.services.models import Service, ServicePassport


def service_of(authority: Authority, code: str = "birth", *, days: int = 10, unit: str = "working", since: date = date(2020, 1, 1)) -> Service:
    """A service that exists since 2015, with one passport in force since a day."""
    service = Service.objects.create(code=code, authority=authority, valid_from=date(2015, 1, 1))
    passport_of(service, days=days, unit=unit, since=since)
    return service


def passport_of(service: Service, *, days: int, unit: str = "working", since: date, until: date | None = None, version: int = 1) -> ServicePassport:
    """A passport in force in a span of days."""
    return ServicePassport.objects.create(
        service=service,
        version=version,
        state="replaced" if until else "in_force",
        valid_from=since,
        valid_to=until,
        authority=service.authority,
        name_ru=f"Услуга {service.code}",
        name_en=f"Service {service.code}",
        legal_basis_ru="Закон",
        applicants_ru="Все",
        result_ru="Решение",
        complaint_ru="Жалоба",
        limit_days=days,
        limit_unit=unit,
        drawn_at=clock.now(),
    )


def site_of(authority: Authority, code: str = "centre") -> Site:
    """A place of an authority."""
    return Site.objects.create(code=code, authority=authority, name_ru=f"Центр {code}", address_ru="Янтарная улица, 1", valid_from=date(2010, 1, 1))


def case(number: str, **more: Any) -> dict[str, Any]:
    """A row of a feed: received and registered on Monday 7 September 2026, granted a week later."""
    row = {"service": "birth", "number": number, "received": "2026-09-07", "registered": "2026-09-07", "done": "2026-09-14", "outcome": "granted"}
    return row | more
