"""Savings as the browser sees them: records by hand, kept as a load keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.factories import GovernmentFactory, with_role
from tests.qms.procurement.support import analyst as make_analyst
from tests.qms.procurement.support import authority_of, small
from tests.web.workspace.certification.conftest import as_, nobody
from yantar.core import clock
from yantar.core.models import User
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.procurement.models import Dataset

__all__ = ["as_", "nobody"]

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[date]:
    """Whatever day the tests run on."""
    GovernmentFactory()
    with clock.at(TODAY):
        yield TODAY


@pytest.fixture(autouse=True)
def _rooms(settings: Any, tmp_path: Any) -> None:
    """Datasets and files in folders of their own."""
    settings.PROCUREMENT_ROOT = tmp_path / "procurement"
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def analyst() -> User:
    return make_analyst()


@pytest.fixture
def finance() -> Authority:
    return authority_of(version__name_ru="Министерство финансов", version__name_en="Ministry of Finance")


@pytest.fixture
def coordinator(finance: Authority) -> User:
    """Of the authority that is the buyer."""
    return with_role(Role.COORDINATOR, finance)


@pytest.fixture
def dataset() -> Dataset:
    """Four procedures: a saves 100 of 1,000; b with one bid 50 of 500; c is above its baseline; d was cancelled."""
    return small()
