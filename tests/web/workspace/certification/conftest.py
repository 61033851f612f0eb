"""A government with certificates entered by the real actions, seen on one fixed day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import AuthorityFactory, BodyFactory, EditionFactory, GovernmentFactory, UserFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import User
from yantar.qms.certification.actions import grant_certificate
from yantar.qms.certification.models import Certificate, CertificationBody
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.standards.models import Edition

TODAY = date(2026, 11, 23)
SYSTEM = System("test")

Enter = Callable[..., Certificate]


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[date]:
    """Whatever day the tests run on."""
    GovernmentFactory()
    with clock.at(TODAY):
        yield TODAY


@pytest.fixture
def edition() -> Edition:
    return EditionFactory()


@pytest.fixture
def body() -> CertificationBody:
    return BodyFactory(address="Янтарьград, ул. Портовая, 1")


@pytest.fixture
def finance() -> Authority:
    return AuthorityFactory(code="minfin", version__name_ru="Министерство финансов", version__name_en="Ministry of Finance")


@pytest.fixture
def health() -> Authority:
    return AuthorityFactory(code="minzdrav", version__name_ru="Министерство здравоохранения", version__name_en="Ministry of Health")


@pytest.fixture
def enter(body: CertificationBody, edition: Edition) -> Enter:
    """`enter(authority, number="YA-0001", decided_on=...)`: a certificate granted by the book."""

    def make(authority: Authority, number: str = "YA-0001", decided_on: date = date(2025, 3, 10), **more: Any) -> Certificate:
        given = {"stage1_on": decided_on - timedelta(days=60), "stage2_on": decided_on - timedelta(days=20), "scope_ru": "Вся деятельность", **more}
        return grant_certificate(by=SYSTEM, authority=authority, number=number, body=body, edition=edition, decided_on=decided_on, **given)

    return make


@pytest.fixture
def certificate(enter: Enter, finance: Authority) -> Certificate:
    """YA-0001 of the Ministry of Finance, granted in March 2025: surveillance of 2026 was due by 10 March and is late."""
    return enter(finance)


@pytest.fixture
def head() -> User:
    return with_role(Role.HEAD_OF_QUALITY)


@pytest.fixture
def coordinator(finance: Authority) -> User:
    return with_role(Role.COORDINATOR, finance)


@pytest.fixture
def stranger(health: Authority) -> User:
    """The coordinator of another authority."""
    return with_role(Role.COORDINATOR, health)


@pytest.fixture
def certifier() -> User:
    return with_role(Role.CERTIFIER)


@pytest.fixture
def nobody() -> User:
    """Somebody without any role."""
    return UserFactory()


def queries_of(client: Client, path: str) -> tuple[int, int]:
    """How many queries a page takes just after something changed, and when nothing has changed since."""
    client.get("/workspace/notifications/")  # a process asks once whether the set-up is over
    numbers = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        numbers.append(len(captured))
    return numbers[0], numbers[1]


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    """`as_(user)`: the test client signed in as that person."""

    def enter(user: User) -> Client:
        client.force_login(user)
        return client

    return enter
