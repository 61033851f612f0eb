"""Auditors to test with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from tests.factories import AuthorityFactory, EditionFactory
from yantar.core import clock
from yantar.core.actions import System
from yantar.qms.organisation.models import Authority
from yantar.qms.people import actions
from yantar.qms.people.models import Auditor
from yantar.qms.standards.models import Edition

TODAY = date(2026, 11, 23)
BY = System("test")

Enter = Callable[..., Auditor]


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[date]:
    with clock.at(TODAY):
        yield TODAY


@pytest.fixture
def finance() -> Authority:
    return AuthorityFactory(code="minfin", version__name_ru="Министерство финансов", version__name_en="Ministry of Finance")


@pytest.fixture
def health() -> Authority:
    return AuthorityFactory(code="minzdrav", version__name_ru="Министерство здравоохранения", version__name_en="Ministry of Health")


@pytest.fixture
def edition() -> Edition:
    return EditionFactory()


@pytest.fixture
def enter(finance: Authority, edition: Edition) -> Enter:
    """`enter("a1", proven=False, ...)`: an auditor of the Ministry of Finance, by default with a competence for every field."""

    def make(code: str = "a1", proven: bool = True, **more: Any) -> Auditor:
        values = {"authority": finance, "name": f"Аудитор {code}", "valid_from": date(2020, 1, 1)} | more
        made: Auditor = actions.add_auditor(by=BY, code=code, **values)
        if proven:
            actions.record_competence(by=BY, auditor=made, edition=edition, evidence="Удостоверение № 7", obtained_on=date(2026, 1, 10))
        return made

    return make
