"""A small register to stand on, made through the actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories import AuthorityFactory, BodyFactory
from yantar.core.actions import System
from yantar.qms.certification.actions import grant_certificate
from yantar.qms.certification.models import Certificate
from yantar.qms.standards.models import Edition, Transition

HAND = System("test")


def editions() -> dict[str, Edition]:
    """The editions with the transitions between them, as far as they are known for certain."""
    rows = {
        "2000": date(2000, 12, 15),
        "2008": date(2008, 11, 14),
        "2015": date(2015, 9, 15),
        "2026": date(2026, 9, 1),
    }
    found = {
        key: Edition.objects.get_or_create(
            key=key, defaults={"designation": f"ISO 9001:{key}", "published_on": day, "order": order, "confirmed": key != "2026"}
        )[0]
        for order, (key, day) in enumerate(rows.items())
    }
    Transition.objects.get_or_create(
        old=found["2008"], new=found["2015"], defaults={"published_on": date(2015, 9, 15), "ends_on": date(2018, 9, 15), "confirmed": True}
    )
    Transition.objects.get_or_create(
        old=found["2015"], new=found["2026"], defaults={"published_on": date(2026, 9, 1), "ends_on": date(2029, 9, 30), "confirmed": False}
    )
    return found


def granted(number: str = "YA-1", decided_on: date = date(2024, 3, 15), edition: str = "2015", **kwargs: Any) -> Certificate:
    """A certificate granted in good order: both stages before the decision."""
    values: dict[str, Any] = {
        "by": HAND,
        "number": number,
        "edition": editions()[edition],
        "decided_on": decided_on,
        "stage1_on": date(decided_on.year - 1, 11, 1),
        "stage2_on": date(decided_on.year, 1, 20) if decided_on > date(decided_on.year, 1, 20) else decided_on,
        "scope_ru": "Управление финансами",
        "scope_en": "Public finance",
    } | kwargs
    if "authority" not in values:
        values["authority"] = AuthorityFactory()
    if "body" not in values:
        values["body"] = BodyFactory(address="Адрес")
    certificate: Certificate = grant_certificate(**values)
    return certificate
