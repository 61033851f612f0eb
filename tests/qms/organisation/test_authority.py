"""Creating and correcting authorities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from pghistory.models import Events

from tests.factories import AuthorityFactory, with_role
from yantar.core import clock
from yantar.core.models import JournalEntry
from yantar.engine.requisites import inn_check_digits, ogrn_check_digit
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.models import Authority, Reorganisation, Role
from yantar.qms.organisation.models.validity import BEGINNING

from .conftest import BY, START, refused

pytestmark = pytest.mark.django_db
Make = Callable[..., Authority]
INN = "390000000" + inn_check_digits("390000000")
OGRN = "102390000000" + ogrn_check_digit("102390000000")


def test_created_with_its_first_version_and_a_reorganisation(authority: Make) -> None:
    made = authority("finance", inn=f" {INN} ", ogrn=OGRN, name_ru=" Министерство\n«финансов» ", personnel=90, legal_basis="Указ № 1")
    version = queries.authority_on("finance", START)
    assert version is not None
    assert (version.authority, version.name_ru, version.personnel, made.inn, made.ogrn) == (made, "Министерство «финансов»", 90, INN, OGRN)
    event = Reorganisation.objects.get()
    assert (event.kind, event.effective_on, event.legal_basis, list(event.authorities.all())) == ("create", START, "Указ № 1", [made])
    assert JournalEntry.objects.get().authority_id == made.pk
    assert queries.authority_on("finance", date(2004, 12, 31)) is None


def test_what_has_always_been_was_not_created_on_a_day(authority: Make) -> None:
    authority("old", valid_from=BEGINNING)
    assert not Reorganisation.objects.exists()


def test_everything_wrong_is_said_at_once(authority: Make) -> None:
    authority("finance", inn=INN, ogrn=OGRN)
    ended = authority("ended", valid_to=date(2006, 1, 1))
    with refused("taken", "taken", "taken", "blank", "blank", "invalid_choice", "min_value", "dates_reversed", "abolished"):
        authority(
            "finance",
            inn=INN,
            ogrn=OGRN,
            name_ru="",
            name_en=" ",
            kind="kingdom",
            personnel=0,
            valid_from=date(2010, 1, 1),
            valid_to=date(2010, 1, 1),
            supervisor=ended,
        )
    with refused("invalid", "inn_check_digit", "ogrn_length"):
        authority("not a code", inn=INN[:-1] + str((int(INN[-1]) + 1) % 10), ogrn="1")
    assert Authority.objects.count() == 2


def test_a_correction_changes_the_version_of_the_day_and_history_keeps_what_stood_there(authority: Make) -> None:
    made = authority("finance", name_en="Finanse Ministry")
    actions.rename(by=BY, authority=made, effective_on=date(2010, 1, 1), name_ru="Минфин", name_en="Treasury")
    first = actions.correct_authority(by=BY, authority=made, on=START, name_en="Finance Ministry", inn=INN, personnel=7)
    assert [v.name_en for v in made.versions.order_by("valid_from")] == ["Finance Ministry", "Treasury"]
    diffs = [event.pgh_diff or {} for event in Events.objects.tracks(first)]
    assert ["Finanse Ministry", "Finance Ministry"] in [diff.get("name_en") for diff in diffs]
    assert Reorganisation.objects.filter(kind="rename").count() == 1
    assert actions.correct_authority(by=BY, authority=made, short_en="T").valid_from == date(2010, 1, 1)
    assert actions.correct_authority(by=BY, authority=made, on=START, no_personnel=True).personnel is None
    made.refresh_from_db()
    assert made.inn == INN


def test_a_correction_of_what_is_over_or_to_come(authority: Make) -> None:
    over, to_come = authority("over", valid_to=date(2006, 1, 1)), authority("to-come", valid_from=date(2050, 1, 1))
    assert actions.correct_authority(by=BY, authority=over, name_en="Gone").name_en == "Gone"
    assert actions.correct_authority(by=BY, authority=to_come, name_en="Coming").name_en == "Coming"
    with refused("abolished"):
        actions.correct_authority(by=BY, authority=over, on=date(2006, 1, 1), name_en="x")
    with refused("not_yet"):
        actions.correct_authority(by=BY, authority=over, on=date(2004, 1, 1), name_en="x")


def test_a_bad_correction_is_refused_whole(authority: Make) -> None:
    first, second = authority("first", inn=INN), authority("second", supervisor=None)
    third = authority("third", supervisor=second)
    with refused("taken", "blank", "cycle"):
        actions.correct_authority(by=BY, authority=second, inn=INN, name_ru="", supervisor=third)
    with refused("cycle"):
        actions.correct_authority(by=BY, authority=first, supervisor=first)
    actions.correct_authority(by=BY, authority=first, supervisor=third)
    first.refresh_from_db()
    assert first.supervisor == third
    actions.correct_authority(by=BY, authority=first, no_supervisor=True)
    first.refresh_from_db()
    assert first.supervisor is None


def test_personnel_changes_from_a_day_without_a_reorganisation(authority: Make) -> None:
    made = authority("finance", personnel=90, head_post_ru="Министр")
    actions.change_personnel(by=BY, authority=made, effective_on=date(2012, 1, 1), personnel=120)
    actions.change_personnel(by=BY, authority=made, effective_on=date(2011, 1, 1), personnel=100)
    actions.change_personnel(by=BY, authority=made, effective_on=date(2011, 1, 1), head_post_ru="Заместитель Председателя")
    spans = [(v.valid_from, v.valid_to, v.personnel, v.head_post_ru) for v in made.versions.order_by("valid_from")]
    assert spans == [
        (START, date(2011, 1, 1), 90, "Министр"),
        (date(2011, 1, 1), date(2012, 1, 1), 100, "Заместитель Председателя"),
        (date(2012, 1, 1), None, 120, "Министр"),
    ]
    assert Reorganisation.objects.count() == 1  # its creation


def test_personnel_on_impossible_days(authority: Make) -> None:
    made = authority("finance", valid_to=date(2010, 1, 1))
    for day, code in ((START, "first_day"), (date(2010, 1, 1), "abolished"), (date(2004, 1, 1), "not_yet")):
        with refused(code):
            actions.change_personnel(by=BY, authority=made, effective_on=day, personnel=5)
    with refused("nothing"):
        actions.change_personnel(by=BY, authority=made, effective_on=date(2006, 1, 1))
    with refused("min_value"):
        actions.change_personnel(by=BY, authority=made, effective_on=date(2006, 1, 1), personnel=0)


def test_who_may(authority: Make) -> None:
    mine, other = authority("mine"), authority("other")
    coordinator, lead = with_role(Role.COORDINATOR, mine), with_role(Role.HEAD_OF_QUALITY)
    actions.correct_authority(by=coordinator, authority=mine, short_ru="М")
    with pytest.raises(PermissionDenied):
        actions.correct_authority(by=coordinator, authority=other, short_ru="М")
    with pytest.raises(PermissionDenied):
        actions.create_authority(by=coordinator, code="new", kind="agency", name_ru="А", name_en="A", valid_from=START)
    made = actions.create_authority(by=lead, code="new", kind="agency", name_ru="А", name_en="A", valid_from=START)
    assert made.code == "new"


def test_the_supervisor_is_followed_by_its_successor(authority: Make) -> None:
    above, heir = authority("above"), authority("heir")
    below = authority("below", supervisor=above)
    actions.abolish(by=BY, authority=above, effective_on=date(2015, 1, 1), successor=heir)
    before, after = (queries.supervisor_on(below, day) for day in (date(2014, 12, 31), date(2015, 1, 1)))
    assert before is not None and after is not None
    assert (before.authority, after.authority) == (above, heir)
    assert queries.supervisor_on(heir, clock.today()) is None


def test_a_day_before_the_factory_s_version_is_nobody_s() -> None:
    row = AuthorityFactory()
    assert queries.authority_on(row.code, date(2004, 12, 31)) is None
