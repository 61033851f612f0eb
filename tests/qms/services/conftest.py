"""Maps of processes to test with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from tests.factories import AuthorityFactory, EditionFactory
from yantar.core import clock
from yantar.core.actions import System
from yantar.qms.organisation.models import Authority
from yantar.qms.services import actions
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause, Edition

TODAY = date(2026, 11, 23)
BY = System("test")

Add = Callable[..., Process]


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
    """A small edition: 8 over 8.1 and 8.2, 9 alone, 1 not audited."""
    made = EditionFactory()
    eight = Clause.objects.create(edition=made, number="8", order=1, title_ru="Восемь", title_en="Eight")
    for order, number in ((2, "8.1"), (3, "8.2")):
        Clause.objects.create(edition=made, number=number, parent=eight, order=order, title_ru=number, title_en=number)
    Clause.objects.create(edition=made, number="9", order=4, title_ru="Девять", title_en="Nine")
    Clause.objects.create(edition=made, number="1", order=0, title_ru="Область", title_en="Scope", audited=False)
    return made


@pytest.fixture
def add(finance: Authority, edition: Edition) -> Add:
    """`add("C1", numbers=["8.1"], ...)`: a process of the Ministry of Finance."""

    def make(code: str = "C1", numbers: tuple[str, ...] = (), **more: Any) -> Process:
        values = {"authority": finance, "kind": "core", "name_ru": f"Процесс {code}", "valid_from": date(2020, 1, 1)} | more
        clauses = list(Clause.objects.filter(edition=edition, number__in=numbers))
        made: Process = actions.add_process(by=BY, code=code, clauses=clauses, **values)
        return made

    return make
