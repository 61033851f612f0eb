"""Opening and changing the government."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import with_role
from yantar.core.models import JournalEntry
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.models import Government, Role

from .conftest import BY, refused

pytestmark = pytest.mark.django_db


def test_the_set_up_opens_it_once() -> None:
    assert queries.government() is None
    made = actions.open_government(by=BY, name_ru="  Правительство  края ", name_en="Government", inhabitants=1000)
    assert queries.government() == made
    assert (made.name_ru, made.languages) == ("Правительство края", ["ru", "en"])
    with refused("already_open"):
        actions.open_government(by=BY, name_ru="Другое", name_en="Other")


def test_everything_missing_is_said_at_once() -> None:
    with refused("blank", "blank", "languages"):
        actions.open_government(by=BY, name_ru="", name_en=" ", languages=["ru", "fr"])
    assert not Government.objects.exists()


def test_a_person_can_t_open_one_but_an_administrator_changes_it() -> None:
    administrator, lead = with_role(Role.ADMINISTRATOR), with_role(Role.HEAD_OF_QUALITY)
    with pytest.raises(PermissionDenied):
        actions.open_government(by=administrator, name_ru="Правительство", name_en="Government")
    made = actions.open_government(by=BY, name_ru="Правительство", name_en="Government")
    with pytest.raises(PermissionDenied):
        actions.change_government(by=lead, government=made, inhabitants=5)
    actions.change_government(by=administrator, government=made, name_ru="Правительство края", inhabitants=5, languages=["ru"])
    made.refresh_from_db()
    assert (made.name_ru, made.name_en, made.inhabitants, made.languages) == ("Правительство края", "Government", 5, ["ru"])
    assert JournalEntry.objects.filter(action="organisation.change_government", actor=administrator).count() == 1
    with refused("languages"):
        actions.change_government(by=administrator, government=made, languages=[])
