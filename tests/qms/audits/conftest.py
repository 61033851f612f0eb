"""One fixed day for everything about audits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from yantar.core import clock

from .support import TODAY


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[date]:
    """Whatever day the tests run on."""
    with clock.at(TODAY):
        yield TODAY
