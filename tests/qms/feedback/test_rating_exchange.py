"""Ratings out of a file: whole or not at all, quickly, and once."""

from __future__ import annotations

import io
import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.core.secrecy import unseal
from yantar.qms.feedback import rating_exchange as exchange
from yantar.qms.feedback.models import Rating, RatingPerson, RatingState
from yantar.qms.organisation.models import Role

from .rating_things import a_service, cells

pytestmark = pytest.mark.django_db
BY = System("test")
TODAY = date(2026, 11, 23)
HEAD = "Код услуги;Код площадки;Дата;Время предоставления услуги;Время ожидания в очереди;Вежливость и компетентность сотрудников;Что написали\r\n"


def file_of(*rows: str) -> io.BytesIO:
    return io.BytesIO((HEAD + "\r\n".join(rows) + "\r\n").encode("utf-8-sig"))


def take(*rows: str, by: Any = BY) -> Any:
    return exchange.apply(by=by, file=file_of(*rows), filename="оценки.csv", on=TODAY)


def test_rows_become_ratings_and_counts() -> None:
    service, (site,) = a_service()
    with clock.at(TODAY):
        report = take(
            "hunting-ticket;hunting-ticket-1;15.03.2026;5;4;5;Спасибо",
            "hunting-ticket;;16.03.2026;2;;;",
            "HUNTING-TICKET;;16.03.2026;5;5;5;<script>alert(1)</script>",
        )
    assert report.applied and report.counts == {"ratings": {"created": 3, "changed": 0, "unchanged": 0}}
    assert cells(service) == {("time", 5): 1, ("queue", 4): 1, ("staff", 5): 1, ("overall", 5): 1, ("time", 2): 1, ("overall", 2): 1}
    first, second, third = Rating.objects.order_by("pk")
    assert (first.site, first.rated_on, first.channel, first.language) == (site, date(2026, 3, 15), "import", "ru")
    assert (second.has_text, third.state) == (False, RatingState.QUARANTINED)
    assert unseal("rating", RatingPerson.objects.get(rating=first).sealed)["text"] == "Спасибо"
    entry = JournalEntry.objects.get(action="feedback.import_ratings")
    assert "Спасибо" not in entry.decided and report.sha256 in entry.decided


def test_everything_wrong_is_said_with_its_place_and_nothing_is_written() -> None:
    service, _sites = a_service()
    service.valid_from = date(2021, 1, 1)
    service.save()
    with clock.at(TODAY), pytest.raises(Refused) as caught:
        take(
            "no-such;;15.03.2026;5;;;",
            "hunting-ticket;elsewhere;15.03.2026;5;;;",
            "hunting-ticket;;15.03.2027;5;;;",
            "hunting-ticket;;15.03.2020;5;;;",
            "hunting-ticket;;15.03.2026;;;;",
            "hunting-ticket;;15.03.2026;7;;;",
            "hunting-ticket;;15.03.2026;5;5;5;",
        )
    found = [(problem.row, problem.code) for problem in caught.value.problems]
    assert [row for row, _code in found] == [2, 3, 4, 5, 6, 7, 7][: len(found)]
    assert {"unknown_service", "elsewhere", "future", "not_then", "nothing"} <= {code for _row, code in found}
    assert not Rating.objects.exists() and cells(service) == {}


def test_the_same_file_counts_once() -> None:
    service, _sites = a_service()
    with clock.at(TODAY):
        take("hunting-ticket;;15.03.2026;5;;;")
        with pytest.raises(Refused) as caught:
            take("hunting-ticket;;15.03.2026;5;;;")
        assert {problem.code for problem in caught.value.problems} == {"import.again"}
        take("hunting-ticket;;15.03.2026;5;;;", "hunting-ticket;;15.03.2026;4;;;")
    assert Rating.objects.count() == 3


def test_only_those_who_may() -> None:
    service, _sites = a_service()
    for role in (Role.COORDINATOR, Role.CITIZENS_OFFICER):
        with pytest.raises(PermissionDenied):
            take("hunting-ticket;;15.03.2026;5;;;", by=with_role(role, service.authority))
    with clock.at(TODAY):
        assert take("hunting-ticket;;15.03.2026;5;;;", by=with_role(Role.HEAD_OF_QUALITY)).applied
        assert b"hunting-ticket" not in exchange.export(with_role(Role.STAFF, service.authority), TODAY, "csv")


@pytest.mark.parametrize("fmt", ["xlsx", "csv"])
def test_what_goes_out_has_no_texts_and_comes_in_again(fmt: str) -> None:
    service, _sites = a_service()
    with clock.at(TODAY):
        take("hunting-ticket;hunting-ticket-1;15.03.2026;5;4;5;Секрет")
        content = exchange.export(BY, TODAY, fmt)
        name = "ratings.xlsx" if fmt == "xlsx" else "ratings.zip"
        report = exchange.dry_run(io.BytesIO(content), name, BY, TODAY)
    assert report.ok and report.counts["ratings"]["created"] == 1
    assert "Секрет".encode() not in content


def test_twenty_thousand_are_taken_in_quickly(django_assert_max_num_queries: Any) -> None:
    a_service(sites=3)
    days = [(TODAY - timedelta(days=number % 700)).strftime("%d.%m.%Y") for number in range(20_000)]
    rows = []
    for number, day in enumerate(days):
        text = f"Текст {number}" if number % 4 == 0 else ""
        rows.append(f"hunting-ticket;hunting-ticket-{1 + number % 3};{day};{1 + number % 5};{1 + number % 4};{5 - number % 2};{text}")
    started = time.perf_counter()
    with clock.at(TODAY), django_assert_max_num_queries(60):
        report = take(*rows)
    took = time.perf_counter() - started
    assert report.counts["ratings"]["created"] == 20_000 and Rating.objects.count() == 20_000
    assert took < 60, f"{took:.1f} s"
