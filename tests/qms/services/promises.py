"""Passports to test with."""

from __future__ import annotations

from datetime import date
from typing import Any

from yantar.core.actions import System
from yantar.qms.organisation.models import Authority
from yantar.qms.services import actions
from yantar.qms.services.models import Service, ServicePassport

BY = System("test")
SINCE = date(2020, 1, 1)


def content(**more: Any) -> dict[str, Any]:
    """A whole passport: nothing is wrong with it."""
    return {
        "name_ru": "Выдача справки о доходах",
        "name_en": "Certificate of income",
        "purpose_ru": "Чтобы подтвердить доход семьи",
        "legal_basis_ru": "Закон края от 01.02.2019 № 5",
        "applicants_ru": "Жители края",
        "applicants_en": "Residents of the region",
        "result_ru": "Справка",
        "result_en": "A certificate",
        "limit_days": 10,
        "limit_unit": "working",
        "fee": 0,
        "channels": ["person", "portal"],
        "complaint_ru": "В министерство, в приёмную или через портал",
        "variants": [{"code": "family", "name_ru": "Семья с детьми", "limit_days": 5}],
        "documents": [
            {"name_ru": "Паспорт", "name_en": "Passport", "source": "applicant"},
            {"name_ru": "Сведения о доходах", "source": "interagency", "holder_ru": "Налоговая служба"},
        ],
        "grounds": [{"kind": "refusal", "name_ru": "Недостоверные сведения"}],
        "steps": [{"name_ru": "Проверка", "limit_days": 3}, {"name_ru": "Выдача"}],
        "indicators": [{"name_ru": "Доля выданных в срок", "target": "не менее 95 %"}],
        **more,
    }


def enacted(service: Service, day: date, **more: Any) -> ServicePassport:
    """A version in force from a day on."""
    draft = actions.draw_passport(by=BY, service=service, content=content(**more))
    actions.agree_passport(by=BY, passport=draft)
    made: ServicePassport = actions.enact_passport(by=BY, passport=draft, valid_from=day)
    return made


def service_of(authority: Authority, code: str = "income", **more: Any) -> Service:
    """A service since 2020, without a passport."""
    made: Service = actions.add_service(by=BY, authority=authority, code=code, valid_from=SINCE, **more)
    return made
