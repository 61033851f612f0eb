"""Services as the public sees them, for tests of what reads them: rows only, the actions have tests of their own."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories import AuthorityFactory
from yantar.core import clock
from yantar.qms.feedback.counting import OVERALL
from yantar.qms.feedback.models import RatingCount
from yantar.qms.organisation.models import Authority, Site
from yantar.qms.services.models import (
    DocumentSource,
    GroundKind,
    PassportDocument,
    PassportGround,
    PassportIndicator,
    PassportStep,
    PassportVariant,
    Service,
    ServiceMonth,
    ServicePassport,
    ServiceSite,
)

SINCE = date(2024, 1, 1)
CRITERIA = (OVERALL, "time", "queue", "staff", "premises", "information")


def promised(code: str, name_ru: str = "Выдача паспорта", name_en: str = "", *, authority: Authority | None = None, **facts: Any) -> ServicePassport:
    """A service and the passport that is in force of it, as fields of ServicePassport say (`level`: of the service)."""
    authority = authority or AuthorityFactory()
    made = {"authority": authority, "level": facts.pop("level", "state"), "valid_from": SINCE}
    service, _new = Service.objects.get_or_create(code=code, defaults=made)
    values: dict[str, Any] = {
        "version": 1,
        "state": "in_force",
        "valid_from": SINCE,
        "legal_basis_ru": "Закон края от 01.02.2020 № 5",
        "legal_basis_en": "Territory law No 5 of 01.02.2020",
        "applicants_ru": "Жители края",
        "applicants_en": "Residents",
        "result_ru": "Документ",
        "result_en": "A document",
        "limit_days": 10,
        "channels": ["person", "portal"],
        "complaint_ru": "В орган власти",
        "complaint_en": "To the authority",
        "drawn_at": clock.now(),
    }
    return ServicePassport.objects.create(service=service, authority=authority, name_ru=name_ru, name_en=name_en, **{**values, **facts})


def with_rows(passport: ServicePassport) -> ServicePassport:
    """The passport with a row in each of its lists and a site."""
    both = {"passport": passport, "position": 1}
    PassportVariant.objects.create(**both, code="child", name_ru="Ребёнок", name_en="A child", limit_days=5, limit_unit="working", fee=50)
    PassportDocument.objects.create(**both, source=DocumentSource.APPLICANT, name_ru="Заявление", name_en="Request")
    PassportDocument.objects.create(
        passport=passport,
        position=2,
        source=DocumentSource.INTERAGENCY,
        name_ru="Выписка о рождении",
        name_en="Extract on birth",
        holder_ru="ЗАГС",
        holder_en="Registry office",
    )
    PassportGround.objects.create(**both, kind=GroundKind.REFUSAL, name_ru="Неверные сведения", name_en="Untrue data")
    PassportStep.objects.create(**both, name_ru="Приём", name_en="Intake", limit_days=1)
    PassportIndicator.objects.create(**both, name_ru="Ожидание в очереди", name_en="Wait in the queue", target="15")
    site = Site.objects.create(
        code=f"{passport.service.code}-centre",
        authority=passport.authority,
        valid_from=SINCE,
        name_ru="Центр услуг",
        name_en="Service centre",
        address_ru="Янтарная ул., 1",
        address_en="1 Amber Street",
    )
    ServiceSite.objects.create(service=passport.service, site=site, valid_from=SINCE)
    return passport


def delivered_month(service: Service, month: date, on_time: int = 9, late: int = 1, **facts: Any) -> ServiceMonth:
    """What a month brought; everything that ended was granted."""
    done = on_time + late
    values = {"received": done, "granted": done, "median_days": "6.0", "p90_days": "9.5", "source": "entered", "recorded_at": clock.now()}
    return ServiceMonth.objects.create(service=service, month=month, on_time=on_time, late=late, **{**values, **facts})


def rated(service: Service, month: date, **values: int) -> None:
    """Counts of the whole and of every criterion: `rated(service, month, v5=8, v2=1)`."""
    for criterion in CRITERIA:
        for name, count in values.items():
            row = {"service": service, "authority": service.authority, "month": month, "criterion": criterion}
            RatingCount.objects.create(**row, value=int(name[1:]), count=count)
