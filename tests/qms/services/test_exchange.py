"""Maps of processes in and out as a file: everything wrong at once, all or nothing, what goes out comes in unchanged."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.core.tabular.files import workbook
from tests.factories import with_role
from yantar.core.models import JournalEntry, User
from yantar.core.problems import Refused
from yantar.core.tabular.report import Report
from yantar.qms.organisation.actions import create_unit
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.services import actions, exchange
from yantar.qms.services.models import Process, ProcessFacts
from yantar.qms.standards.models import Edition

from .conftest import BY, TODAY, Add

MAP = ["Орган власти", "Код", "Вид процесса", "Процесс", "Подразделение", "Должность владельца", "Вход", "Направление", "Пункты", "Шаблон"]
FACTS = ["Орган власти", "Процесс", "На дату", "Обращений в год", "Уязвимые группы", "Значимость", "Жалобы", "Нарушения сроков"]


@pytest.fixture
def lead(finance: Authority, edition: Edition) -> User:
    return with_role(Role.HEAD_OF_QUALITY)


def book(rows: Sequence[Any] = (), facts: Sequence[Any] = ()) -> io.BytesIO:
    sheets = {"Процессы": [MAP, *rows], "Сведения для риска": [FACTS, *facts]}
    return workbook({title: rows for title, rows in sheets.items() if len(rows) > 1})


def look(file: io.BytesIO, viewer: Any) -> Report:
    return exchange.dry_run(file, "процессы.xlsx", viewer, TODAY)


def take(file: io.BytesIO, by: Any) -> Report:
    report: Report = exchange.apply(by=by, file=file, filename="процессы.xlsx", on=TODAY)
    return report


def good() -> io.BytesIO:
    row = ["minfin", "C1", "Основной", "Платежи", "u1", "Начальник", "заявка\nсчёт", "Финансы и бюджет", "ISO 9001:2015: 8.1, 9", "M1"]
    return book(
        [row, ["Министерство финансов", "S1", "обеспечивающий", "Кадры"]],
        [["minfin", "C1", date(2025, 12, 31), 5000, "да", 2, "1,5", None], ["minfin", "S1", date(2025, 12, 31), 10]],
    )


def test_take_in_and_what_goes_out_comes_in_unchanged(lead: User, add: Add, finance: Authority) -> None:
    add("M1", authority=None, kind="management")
    create_unit(by=BY, authority=finance, code="u1", name_ru="Отдел", valid_from=date(2010, 1, 1))
    report = look(good(), lead)
    assert report.problems == [] and Process.objects.filter(authority=finance).count() == 0
    assert take(good(), lead).counts == {
        "processes": {"created": 2, "changed": 0, "unchanged": 0},
        "facts": {"created": 2, "changed": 0, "unchanged": 0},
    }
    one = Process.objects.get(authority=finance, code="C1")
    assert (one.kind, one.owner_post, one.inputs_ru, one.field, one.order) == ("core", "Начальник", "заявка\nсчёт", "finance", 1)
    assert one.owner_unit is not None and one.template is not None and {clause.number for clause in one.clauses.all()} == {"8.1", "9"}
    facts = ProcessFacts.objects.get(process=one)
    assert (facts.cases_per_year, facts.vulnerable, facts.complaints_per_1000, facts.breaches_percent) == (5000, True, Decimal("1.5"), None)
    assert "Платежи" not in JournalEntry.objects.get(action="services.import_processes").decided
    again = look(io.BytesIO(exchange.export(lead, TODAY)), lead)
    assert again.problems == [] and again.nothing_new and again.unchanged == {"processes": 2, "facts": 2}


def test_editions_that_are_named_are_replaced_the_others_stay(lead: User, add: Add, edition: Edition) -> None:
    one = add("C1", ("8.1", "9"))
    other = Edition.objects.create(key="2008", designation="ISO 9001:2008")
    one.clauses.add(other.clauses.create(number="7", order=1))
    report = take(book([["minfin", "c1", "Основной", "Процесс C1", None, None, None, None, "2015: 8.2"]]), lead)
    assert report.changes[0].fields == {"clauses": ("ISO 9001:2015: 8.1, 9", "ISO 9001:2015: 8.2")}
    assert {str(clause.number) for clause in one.clauses.all()} == {"7", "8.2"}


def test_facts_are_corrected(lead: User, add: Add) -> None:
    one = add("C1")
    actions.record_facts(by=BY, process=one, known_on=date(2025, 12, 31), cases_per_year=10, changes=1)
    report = take(book([], [["minfin", "C1", date(2025, 12, 31), 12]]), lead)
    assert report.changes[0].fields == {"cases_per_year": (10, 12)}
    facts = ProcessFacts.objects.get(process=one)
    assert (facts.cases_per_year, facts.changes) == (12, 1)


def test_everything_wrong_at_once_and_nothing_is_written(lead: User, finance: Authority, health: Authority) -> None:
    create_unit(by=BY, authority=health, code="u2", name_ru="Отдел", valid_from=date(2010, 1, 1))
    file = book(
        [
            ["nowhere", "C1", "Основной", "Раз"],
            ["minfin", "C1", "Основной", "Два", "u2", None, None, None, "8.1"],
            ["minfin", "C2", "Основной", "Три", "u9", None, None, None, "2015: 8.1, 77", "M9"],
            ["minfin", "C3", "Основной", "Четыре"],
            ["minfin", "c3", "Основной", "Пять"],
        ],
        [
            ["minfin", "C3", date(2027, 1, 1), 1],
            ["minfin", "C9", date(2025, 1, 1), 1],
            ["minfin", "C1", date(2025, 1, 1), 1],
            ["minfin", "C3", date(2025, 1, 1), 1],
            ["minfin", "C3", date(2025, 1, 1), 2],
        ],
    )
    report = look(file, lead)
    assert sorted(problem.code for problem in report.problems) == sorted(
        [
            *("authority.unknown", "unit.elsewhere", "clauses.edition", "unit.unknown", "clauses.unknown", "template.unknown"),
            *("row.twice", "dates.future", "process.unknown", "row.twice"),
        ]
    )
    assert all(str(problem.message) and problem.row for problem in report.problems)
    file.seek(0)
    with pytest.raises(Refused):
        take(file, lead)
    assert Process.objects.count() == 0


def test_only_who_may(finance: Authority) -> None:
    with pytest.raises(PermissionDenied):
        look(good(), with_role(Role.COORDINATOR, finance))


def test_a_coordinator_s_export_has_the_own_map_alone(add: Add, finance: Authority, health: Authority) -> None:
    import openpyxl

    add("C1")
    add("C7", authority=health)
    sheet = openpyxl.load_workbook(io.BytesIO(exchange.export(with_role(Role.COORDINATOR, finance), TODAY))).worksheets[0]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["C1"]
    assert openpyxl.load_workbook(io.BytesIO(exchange.template())).sheetnames[:2] == ["Процессы", "Сведения для риска"]
