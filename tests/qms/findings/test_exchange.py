"""Past findings in and out: a look with everything wrong, taken in once, given out so that it comes back unchanged."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from tests.core.tabular.files import csv_bytes, workbook
from tests.factories import AuthorityFactory, EditionFactory, with_role
from yantar.core import clock
from yantar.core.exchanges import EXCHANGES
from yantar.core.models import JournalEntry, Notification
from yantar.core.problems import Refused
from yantar.qms.findings import exchange, queries
from yantar.qms.findings.models import Finding, FindingNumber
from yantar.qms.findings.queries import Asked, Wanted
from yantar.qms.organisation.models import Role

from .support import Cast, cast, raised

HEAD = ["Орган власти", "Дата выявления", "Категория", "Расхождение", "Пункт стандарта", "Процесс", "Источник", "Дата закрытия", "Коррекция"]
TODAY = date(2026, 11, 23)
GAP = "Журнал не вёлся с марта"


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[None]:
    EditionFactory(key="2015", published_on=date(2015, 9, 15))
    with clock.at(TODAY), translation.override("ru"):
        yield


@pytest.fixture
def people() -> Cast:
    return cast()


def book(*rows: list[Any], head: list[str] = HEAD) -> io.BytesIO:
    return workbook({"Прежние наблюдения": [head, *rows]})


def look(people: Cast, file: io.BytesIO) -> Any:
    return exchange.dry_run(file, "past.xlsx", people.lead, TODAY)


def take_in(people: Cast, file: io.BytesIO) -> Any:
    return exchange.apply(by=people.lead, file=file, filename="past.xlsx", on=TODAY)


def test_a_register_as_offices_keep_it(people: Cast) -> None:
    code, name = people.authority.code, people.authority.versions.get().name_ru
    file = book(
        [code, "15.03.2024", "незначительное", GAP, "8.5.1", "appeals", "внешний аудит", "02.06.2024", "Журнал восстановлен"],
        [name, date(2025, 2, 1), "Значительное несоответствие", "Не назначен ответственный", "", "", "", "", ""],
        [code, "01.02.2025", "сильная сторона", "Ответы раньше срока", "", "", "аудит", "", ""],
    )
    report = look(people, file)
    assert report.ok, [problem.as_dict() for problem in report.problems]
    assert report.counts == {"past_findings": {"created": 3, "changed": 0, "unchanged": 0}}
    assert not Finding.objects.exists()
    file.seek(0)
    assert take_in(people, file).applied
    closed, major, strength = Finding.objects.order_by("raised_on", "pk")
    assert (closed.number, major.number, strength.number) == ("2024-00001", "2025-00001", "2025-00002")
    assert (closed.state, closed.closed_on, closed.clause, closed.process) == ("closed", date(2024, 6, 2), people.clause, people.process)
    assert (closed.origin_kind, major.origin_kind, strength.origin_kind) == ("external_audit", "past", "audit")
    assert (major.state, major.opened_on, strength.state) == ("open", date(2025, 2, 1), "noted")
    assert major.due_on
    assert major.overall_due_on
    assert major.due_on < major.overall_due_on < TODAY
    assert {row.last for row in FindingNumber.objects.all()} == {1, 2}
    assert JournalEntry.objects.filter(action="findings.import_findings").count() == 1
    assert not Notification.objects.exists()
    assert queries.page(people.lead, Wanted(q="журналы")).count == 1
    assert queries.figures(people.lead, Asked()).on_time.whole == 2


def test_taken_in_twice_it_is_there_once(people: Cast) -> None:
    row = [people.authority.code, "15.03.2024", "minor", GAP, "", "", "", "", ""]
    take_in(people, book(row))
    again = take_in(people, book([*row[:3], "журнал НЕ вёлся — с марта", *row[4:]], [*row[:3], "Другое", *row[4:]]))
    assert again.counts == {"past_findings": {"created": 1, "changed": 0, "unchanged": 1}}
    assert Finding.objects.count() == 2
    twice = look(people, book([*row[:3], "Третье", *row[4:]], [*row[:3], "третье", *row[4:]]))
    assert [problem.code for problem in twice.warnings] == ["row.twice"]
    assert len(twice.creates) == 1


def test_everything_wrong_at_once(people: Cast) -> None:
    code = people.authority.code
    head = [*HEAD, "Состояние", "Ответственный, e-mail", "Редакция", "Подразделение"]
    rows = [
        ["нет такого", "15.03.2024", "minor", GAP, "", "", "", "", "", "", "", "", ""],
        [code, "15.03.2027", "minor", GAP, "99.9", "нет", "", "", "", "", "nobody@example.org", "", "нет"],
        [code, "15.03.2024", "minor", GAP, "8.5.1", "", "", "14.03.2024", "", "", "", "1887", ""],
        [code, "15.03.2024", "minor", GAP, "", "", "", "02.06.2024", "", "Открыто", "", "", ""],
        [code, "15.03.2024", "minor", GAP, "", "", "", "", "", "Закрыто", "", "", ""],
        [code, "15.03.2024", "minor", GAP, "", "", "", "", "", "Принято к сведению", "", "", ""],
        [code, "", "так себе", "", "", "", "", "", "", "", "", "", ""],
    ]
    report = look(people, book(*rows, head=head))
    found = {(problem.row, problem.code) for problem in report.problems}
    expected = {(2, "authority.unknown"), (3, "future"), (3, "clause.unknown"), (3, "process.unknown"), (3, "person.unknown"), (3, "unit.unknown")}
    expected |= {(4, "edition.unknown"), (4, "dates.reversed"), (5, "dates.state"), (6, "required"), (7, "state")}
    assert expected <= found
    assert {row for row, _code in found} == {2, 3, 4, 5, 6, 7, 8}
    with pytest.raises(Refused) as refused:
        take_in(people, book(*rows, head=head))
    assert len(refused.value.problems) == len(report.problems)
    assert not Finding.objects.exists()


def test_two_authorities_of_one_name(people: Cast) -> None:
    for _ in range(2):
        AuthorityFactory(version__name_ru="Архивное агентство")
    report = look(people, book(["Архивное агентство", "15.03.2024", "minor", GAP, "", "", "", "", ""]))
    assert [problem.code for problem in report.problems] == ["authority.several"]


@pytest.mark.parametrize("fmt", ["xlsx", "csv"])
def test_what_is_given_out_changes_nothing_when_it_comes_back(people: Cast, fmt: str) -> None:
    raised(people, owner=people.owner)
    take_in(people, book([people.authority.code, "15.03.2024", "minor", GAP, "", "", "", "02.06.2024", "Восстановлен"]))
    content = exchange.export(people.lead, TODAY, fmt)
    report = exchange.dry_run(io.BytesIO(content), f"findings.{'zip' if fmt == 'csv' else fmt}", people.lead, TODAY)
    assert report.ok, [problem.as_dict() for problem in report.problems]
    assert report.nothing_new
    assert report.unchanged == {"past_findings": 2}


def test_who_may(people: Cast) -> None:
    raised(people)
    for nobody in (people.coordinator, people.stranger, with_role(Role.INTERNAL_AUDITOR)):
        with pytest.raises(PermissionDenied):
            exchange.dry_run(book(), "past.xlsx", nobody, TODAY)
        with pytest.raises(PermissionDenied):
            exchange.apply(by=nobody, file=book(), filename="past.xlsx", on=TODAY)
    assert EXCHANGES["findings"].permission == "findings.import_findings"
    assert exchange.template().startswith(b"PK")


def test_a_csv_of_an_office(people: Cast) -> None:
    file = csv_bytes([HEAD[:4], [people.authority.code, "15.03.2024", "Замечание", GAP]])
    assert exchange.apply(by=people.lead, file=file, filename="past.csv", on=TODAY).applied
    assert Finding.objects.get().state == "noted"
