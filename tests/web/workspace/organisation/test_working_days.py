"""The page of working days: who reads it, who changes it, and that nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import JournalEntry, User
from yantar.qms.organisation.actions import change_calendar
from yantar.qms.organisation.models import CalendarDay, Role

URL = "/workspace/settings/working-days/"
ORDER = {"source": "Постановление № 5", "reason": "Перенос"}
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def lead(db: None, client: Client) -> User:
    GovernmentFactory()
    user = with_role(Role.HEAD_OF_QUALITY)
    client.force_login(user)
    return user


def change(day: date) -> None:
    change_calendar(by=System("test"), day=day, kind="off", note="День города", **ORDER)


def test_a_year_is_shown_month_by_month(lead: User, client: Client) -> None:
    change(FRIDAY)
    with clock.at(date(2026, 11, 23)):
        answer = client.get(f"{URL}?year=2026")
    assert answer.status_code == 200 and len(answer.context["months"]) == 12
    november = answer.context["months"][10]
    assert (len(november.weeks), november.working) == (6, 19)
    cells = {cell.day: cell for week in november.weeks for cell in week if cell}
    assert len(cells) == 30 and november.weeks[0][0] is None
    assert cells[date(2026, 11, 4)].look == "off" and "День народного единства" in cells[date(2026, 11, 4)].words
    assert cells[FRIDAY].look == "off own" and cells[FRIDAY].words.endswith("День города")
    assert cells[date(2026, 11, 23)].today and not cells[FRIDAY].today
    assert dict(answer.context["official"])[date(2026, 11, 4)] == "День народного единства"
    assert str(dict(client.get(f"{URL}?year=2025").context["official"])[date(2025, 11, 1)])
    body = answer.content.decode()
    assert "Постановление № 5" in body and "style=" not in body


def test_english_holidays_have_english_names(lead: User, client: Client) -> None:
    body = client.get(f"/en{URL}?year=2026").content.decode()
    assert "Unity Day" in body and "Working days 2026" in body and "246" not in body and "247 working days" in body


@pytest.mark.parametrize(("asked", "shown"), [("", 2026), ("2030", 2030), ("1066", 1992), ("9999", 2099), ("soon", 2026), ("٢٠٢٦", 2026)])
def test_the_year_asked_for(lead: User, client: Client, asked: str, shown: int) -> None:
    answer = client.get(URL, {"year": asked})
    assert answer.status_code == 200 and answer.context["year"].year == shown
    assert ("tone-warning" in answer.content.decode()) is (shown > 2027)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_queries(lead: User, client: Client, rows: int, django_assert_num_queries) -> None:
    for number in range(rows):
        change(date(2026, 11, 25 + number))
    client.get(URL)
    with django_assert_num_queries(7):
        answer = client.get(URL)
    assert len(answer.context["changes"]) == rows


def test_a_day_is_changed_and_taken_back(lead: User, client: Client) -> None:
    done = client.post(URL, {"day": "27.11.2026", "kind": "off", "note": "День города", **ORDER})
    assert (done.status_code, done["Location"]) == (302, f"{URL}?year=2026")
    assert CalendarDay.objects.get().day == FRIDAY
    filled = client.get(f"{URL}?year=2026&day=2026-11-27").context["form"].initial
    assert filled == {"day": FRIDAY, "kind": "off", "source": "Постановление № 5", "note": "День города"}
    assert client.get(f"{URL}?year=2026&day=2026-11-26").context["form"].initial == {"day": date(2026, 11, 26)}
    assert client.get(f"{URL}?year=2026&day=2026-02-31").context["form"].initial == {}
    back = client.post(URL, {"day": "2026-11-27", "kind": "official", "reason": "Отменено"})
    assert back.status_code == 302 and not CalendarDay.objects.exists()
    assert list(JournalEntry.objects.filter(action="organisation.change_calendar").values_list("actor", flat=True)) == [lead.pk, lead.pk]


def test_sent_twice_a_change_is_made_once(lead: User, client: Client) -> None:
    given = {"day": "2026-11-27", "kind": "off", **ORDER}
    assert [client.post(URL, given).status_code for _time in range(2)] == [302, 302]
    assert CalendarDay.objects.count() == 1


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(lead: User, client: Client) -> None:
    wrong = client.post(URL, {"day": "2026-11-28", "kind": "off", "source": "", "note": "Суббота", "reason": "Так"})
    assert wrong.status_code == 422 and {"kind", "source"} == set(wrong.context["form"].errors)
    assert 'value="Суббота"' in wrong.content.decode() and 'value="2026-11-28"' in wrong.content.decode()
    empty = client.post(URL, {})
    assert {"day", "kind", "reason"} == set(empty.context["form"].errors)
    again = client.post(URL, {"day": "2026-11-27", "kind": "official", "reason": "Так"})
    assert again.status_code == 422 and set(again.context["form"].errors) == {"day"}


@pytest.mark.parametrize("role", [Role.STAFF, Role.COORDINATOR, Role.HEAD_OF_AUTHORITY])
def test_others_read_it_and_change_nothing(role: Role, client: Client, db: None) -> None:
    GovernmentFactory()
    client.force_login(with_role(role, AuthorityFactory()))
    answer = client.get(URL)
    assert answer.status_code == 200 and '<form method="post" novalidate>' not in answer.content.decode()
    assert client.post(URL, {"day": "2026-11-27", "kind": "off", **ORDER}).status_code == 403
    assert not CalendarDay.objects.exists()


def test_it_is_reached_from_the_settings_and_from_the_calendar(lead: User, client: Client) -> None:
    assert URL in client.get("/workspace/calendar/").content.decode()
    client.force_login(with_role(Role.ADMINISTRATOR))
    assert URL in client.get("/workspace/settings/").content.decode()
