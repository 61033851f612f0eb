"""A service at two places that can be rated, and ratings of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from tests.factories import AuthorityFactory
from yantar.core.actions import System
from yantar.qms.feedback.actions.ratings import rate_service
from yantar.qms.feedback.captcha import Proof
from yantar.qms.feedback.models import Rating, RatingCount
from yantar.qms.organisation.models import Authority, Site
from yantar.qms.services.models import PassportState, Service, ServicePassport, ServiceSite

PORTAL = System("portal")
START = date(2020, 1, 1)
GOOD = {"time": 5, "queue": 4, "staff": 5, "premises": 4, "information": 5}
BAD = {"time": 1, "queue": 2, "staff": 1}


def a_service(code: str = "hunting-ticket", authority: Authority | None = None, sites: int = 1) -> tuple[Service, list[Site]]:
    """A service in force at so many places, `<code>-1` and on."""
    home = authority or AuthorityFactory(code=f"of-{code}")
    service = Service.objects.create(code=code, authority=home, valid_from=START)
    passport = {"legal_basis_ru": "Закон", "applicants_ru": "Граждане", "result_ru": "Билет", "complaint_ru": "В орган власти", "limit_days": 5}
    ServicePassport.objects.create(
        service=service,
        version=1,
        state=PassportState.IN_FORCE,
        valid_from=START,
        authority=home,
        name_ru=f"Выдача билета {code}",
        name_en=f"Issue of a ticket {code}",
        drawn_at=timezone.now(),
        **passport,
    )
    places = []
    for number in range(1, sites + 1):
        site = Site.objects.create(
            code=f"{code}-{number}",
            authority=home,
            name_ru=f"Центр {number}",
            name_en=f"Centre {number}",
            address_ru=f"ул. Садовая, {number}",
            valid_from=START,
        )
        ServiceSite.objects.create(service=service, site=site, valid_from=START)
        places.append(site)
    return service, places


_numbers = iter(range(1_000_000))


def proof() -> Proof:
    """An answer to a captcha that was never used before."""
    return Proof(f"{next(_numbers):064d}", timezone.now())


def rated(service: Service, scores: dict[str, int] | None = None, **given: Any) -> Rating:
    """A rating with a proof of work, as the portal takes it."""
    values = {"channel": "link", "scores": scores or GOOD, "elapsed": 30.0, "proof": proof(), "form": proof(), **given}
    made: Rating = rate_service(by=PORTAL, service=service, **values)
    return made


def cells(service: Service) -> dict[tuple[str, int], int]:
    """What is counted of a service: (criterion, value) → count, without zeros."""
    rows = RatingCount.objects.filter(service=service, count__gt=0)
    return {(row.criterion, row.value): row.count for row in rows}
