"""Appeals of an earlier register out of a file: whole or not at all, once, sealed, with the clock as it would have run."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from openpyxl import load_workbook

from tests.factories import AuthorityFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.core.secrecy import unseal
from yantar.qms.feedback import appeal_exchange as exchange
from yantar.qms.feedback.models import Appeal, AppealPerson, AppealStep
from yantar.qms.organisation.models import Role

from .rating_things import a_service

pytestmark = pytest.mark.django_db
BY = System("test")
TODAY = date(2026, 11, 23)
HEAD = "Вид;Код услуги;Поступило;Зарегистрировано;Дан ответ;Результат;Имя;Почтовый адрес;Суть;Текст\r\n"
WHO = "Вера Вымыслова;ул. Примерная, 1"


def take(*rows: str, by: Any = BY) -> Any:
    file = io.BytesIO((HEAD + "\r\n".join(rows) + "\r\n").encode("utf-8-sig"))
    with clock.at(TODAY):
        return exchange.apply(by=by, file=file, filename="журнал.csv", on=TODAY)


def test_rows_become_appeals_with_their_clock() -> None:
    a_service()
    report = take(
        f"обращение;hunting-ticket;10.03.2026;11.03.2026;30.03.2026;разъяснено;{WHO};Суть;Прошу разъяснить порядок",
        f"обращение;hunting-ticket;10.03.2026;11.03.2026;30.04.2026;отказано;{WHO};Суть;Прошу разъяснить порядок ещё раз",
        f"жалоба на услугу;hunting-ticket;16.11.2026;17.11.2026;;;{WHO};Суть;Срок нарушен",
        "замечание;hunting-ticket;20.11.2026;;;;;;Яма;На дороге яма",
    )
    assert report.applied and report.counts["appeals"]["created"] == 4
    rows = list(Appeal.objects.order_by("pk").values_list("state", "on_time", "registered_on", "anonymous"))
    assert rows == [
        ("closed", True, date(2026, 3, 11), False),
        ("closed", False, date(2026, 3, 11), False),
        ("registered", None, date(2026, 11, 17), False),
        ("received", None, None, True),
    ]
    late = Appeal.objects.all()[2]
    assert late.due_on == date(2026, 4, 10) and late.lexemes and late.sender_print
    assert Appeal.objects.get(state="registered").due_on == date(2026, 12, 8)
    assert unseal("appeal", bytes(AppealPerson.objects.get(appeal=late).sealed))["name"] == "Вера Вымыслова"
    assert list(AppealStep.objects.filter(appeal=late).values_list("kind", flat=True)) == ["received", "registered", "answered"]
    assert len(set(Appeal.objects.values_list("number", flat=True))) == 4


def test_nothing_of_the_person_is_in_the_journal() -> None:
    a_service()
    take(f"обращение;hunting-ticket;10.03.2026;11.03.2026;30.03.2026;разъяснено;{WHO};Суть;Прошу разъяснить порядок")
    told = "".join(JournalEntry.objects.filter(action="feedback.import_appeals").values_list("decided", flat=True))
    assert '"sha256"' in told and "Вымыслова" not in told and "разъяснить" not in told


def test_the_same_file_is_taken_in_once() -> None:
    a_service()
    row = f"обращение;hunting-ticket;10.03.2026;11.03.2026;30.03.2026;разъяснено;{WHO};Суть;Прошу разъяснить порядок"
    take(row)
    with pytest.raises(Refused) as refused:
        take(row)
    assert [one.code for one in refused.value.problems] == ["import.again"]
    assert Appeal.objects.count() == 1


def test_everything_wrong_is_told_at_once_and_nothing_is_kept() -> None:
    a_service()
    with pytest.raises(Refused) as refused:
        take(
            f"обращение;unknown;10.03.2026;09.03.2026;30.03.2026;;{WHO};Суть;Текст",
            "обращение;hunting-ticket;10.03.2026;;;;;;Суть;Без имени",
            f"жалоба на услугу;;10.03.2027;;30.03.2026;отказано;{WHO};Суть;Текст",
        )
    codes = {one.code for one in refused.value.problems}
    assert {"unknown", "order", "required", "future"} <= codes
    assert not Appeal.objects.exists()


def test_only_who_may_takes_them_in() -> None:
    service, _sites = a_service()
    for role, authority in ((Role.CITIZENS_OFFICER, service.authority), (Role.ANALYST, None)):
        with pytest.raises(PermissionDenied):
            take(f"обращение;hunting-ticket;10.03.2026;;;;{WHO};Суть;Текст", by=with_role(role, authority))
    take(f"обращение;hunting-ticket;10.03.2026;;;;{WHO};Суть;Текст", by=with_role(Role.HEAD_OF_QUALITY))
    assert Appeal.objects.count() == 1


def test_out_comes_a_register_without_a_word_of_anybody() -> None:
    a_service()
    take(f"обращение;hunting-ticket;10.03.2026;11.03.2026;30.03.2026;разъяснено;{WHO};Суть;Прошу разъяснить порядок")
    book = load_workbook(io.BytesIO(exchange.export(with_role(Role.HEAD_OF_QUALITY), clock.today()))).worksheets[0]
    rows = [[cell.value for cell in row] for row in book.iter_rows()]
    assert len(rows) == 2 and rows[1][0] == Appeal.objects.get().number
    assert not any(word in repr(rows) for word in (*WHO.split(";"), "Прошу разъяснить") if word)
    nobody = load_workbook(io.BytesIO(exchange.export(with_role(Role.CITIZENS_OFFICER, AuthorityFactory()), clock.today()))).worksheets[0]
    assert nobody.max_row == 1, "another authority's are not theirs to see"
    with pytest.raises(KeyError):
        exchange.export(with_role(Role.HEAD_OF_QUALITY), clock.today(), "pdf")
