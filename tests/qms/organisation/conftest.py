"""What the tests of the organisation share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from yantar.core.actions import System
from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.qms.organisation import actions
from yantar.qms.organisation.models import Authority, Unit

BY = System("test")
START = date(2005, 1, 1)


@pytest.fixture
def authority(db: None) -> Callable[..., Authority]:
    """Creates an authority through its action."""

    def make(code: str, **kwargs: Any) -> Authority:
        values = {"kind": "ministry", "name_ru": f"Министерство {code}", "name_en": f"Ministry {code}", "valid_from": START} | kwargs
        made: Authority = actions.create_authority(by=BY, code=code, **values)
        return made

    return make


@pytest.fixture
def unit(db: None) -> Callable[..., Unit]:
    """Creates a unit through its action."""

    def make(authority: Authority, code: str, parent: Unit | None = None, **kwargs: Any) -> Unit:
        values = {"name_ru": f"Отдел {code}", "valid_from": START} | kwargs
        made: Unit = actions.create_unit(by=BY, authority=authority, code=code, parent=parent, **values)
        return made

    return make


@contextmanager
def refused(*codes: str) -> Iterable[None]:  # type: ignore[misc]
    """The action says exactly these problems, and leaves no journal row."""
    before = JournalEntry.objects.count()
    with pytest.raises(Refused) as caught:
        yield
    assert sorted(p.code for p in caught.value.problems) == sorted(codes)
    assert all(str(p.message) for p in caught.value.problems)
    assert JournalEntry.objects.count() == before
