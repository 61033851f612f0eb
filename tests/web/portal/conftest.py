"""A small government with a certificate, entered through the actions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories import AuthorityFactory, BodyFactory, GovernmentFactory
from yantar.core import clock
from yantar.core.actions import System
from yantar.qms.certification import actions
from yantar.qms.certification.models import Certificate
from yantar.qms.organisation.models import Authority
from yantar.qms.standards.actions import load_library
from yantar.qms.standards.models import Edition

LIFE = System("test")
TODAY = date(2026, 11, 23)


@pytest.fixture
def government(db: None) -> Any:
    load_library(by=LIFE)
    with clock.at(TODAY):
        yield GovernmentFactory()


def certified(number: str, name_ru: str = "Конкурсное агентство", name_en: str = "Competition Agency", **authority: Any) -> Certificate:
    """An authority with a certificate of March 2025, confirmed in February 2026."""
    one: Authority = AuthorityFactory(version__name_ru=name_ru, version__name_en=name_en, version__kind="agency", **authority)
    certificate: Certificate = actions.grant_certificate(
        by=LIFE,
        authority=one,
        number=number,
        body=BodyFactory(),
        edition=Edition.objects.get(key="2015"),
        decided_on=date(2025, 3, 14),
        stage1_on=date(2025, 1, 20),
        stage2_on=date(2025, 2, 25),
        scope_ru="Организация закупок",
        scope_en="Organising procurement",
        source="Реестр органа по сертификации",
    )
    actions.record_audit(by=LIFE, certificate=certificate, kind="surveillance", ended_on=date(2026, 2, 1))
    actions.record_decision(by=LIFE, certificate=certificate, kind="confirm", decided_on=date(2026, 2, 20), audit_on=date(2026, 2, 1))
    return certificate
