"""Services in and out as a file: what goes out comes in unchanged, a changed row makes a new version, everything wrong is listed at once."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.core.exceptions import PermissionDenied

from tests.core.tabular.files import workbook
from tests.factories import with_role
from yantar.core.models import JournalEntry, User
from yantar.core.problems import Refused
from yantar.core.tabular.report import Report
from yantar.qms.organisation.actions import create_site
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.services import actions, exchange_services, promise
from yantar.qms.services.exchange_services.json_form import schema
from yantar.qms.services.models import Service, ServicePassport

from .conftest import TODAY
from .promises import BY, SINCE, enacted, service_of

HEAD = [
    "Код",
    "Орган власти",
    "Название услуги",
    "Правовые основания",
    "Заявители",
    "Результат",
    "Срок, дней",
    "Способы обращения",
    "Как пожаловаться",
]
ROW = ["tax", "minfin", "Налоговая льгота", "Закон", "Жители", "Решение", 7, "лично; МФЦ", "В министерство"]
DOCUMENTS = ["Код услуги", "Название", "Откуда", "У кого запрашивается"]


@pytest.fixture
def lead() -> User:
    return with_role(Role.HEAD_OF_QUALITY)


@pytest.fixture
def service(finance: Authority) -> Service:
    one = service_of(finance)
    enacted(one, SINCE)
    site = create_site(by=BY, authority=finance, code="hall", name_ru="Приёмная", address_ru="ул. Примерная, 1", valid_from=SINCE)
    actions.set_places(by=BY, service=one, sites=[site], valid_from=SINCE)
    return one


def look(file: io.BytesIO, viewer: Any, name: str = "услуги.xlsx") -> Report:
    report: Report = exchange_services.dry_run(file, name, viewer, TODAY)
    return report


def take(file: io.BytesIO, by: Any, name: str = "услуги.xlsx") -> Report:
    report: Report = exchange_services.apply(by=by, file=file, filename=name, on=TODAY)
    return report


def document(viewer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(exchange_services.export(viewer, TODAY, "json"))
    return found


def as_file(value: Any) -> io.BytesIO:
    return io.BytesIO(json.dumps(value, ensure_ascii=False).encode())


@pytest.mark.parametrize("fmt", ["xlsx", "csv", "json"])
def test_what_goes_out_comes_in_unchanged(fmt: str, service: Service, lead: User) -> None:
    report = look(io.BytesIO(exchange_services.export(lead, TODAY, fmt)), lead, f"услуги.{fmt}")
    assert report.ok and report.nothing_new and report.unchanged == {"services": 1}, "\n".join(str(p.as_dict()) for p in report.problems)


def test_a_changed_service_becomes_a_new_version(service: Service, lead: User) -> None:
    given = document(lead)
    jsonschema_rs.validator_for(schema()).validate(given)
    given["services"][0] |= {"limit_days": 7, "grounds": [], "places": []}
    report = take(as_file(given), lead, "услуги.json")
    assert report.applied and set(report.changes[0].fields) == {"limit_days", "grounds", "places"}
    old, new = ServicePassport.objects.order_by("version")
    assert (old.state, old.valid_to, new.state, new.valid_from, new.limit_days) == ("replaced", TODAY, "in_force", TODAY, 7)
    assert (new.drawn_by, new.agreed_by, new.enacted_by) == (lead, lead, lead) and not service.places.filter(valid_to=None).exists()
    kept = promise.content_of(old) | {"limit_days": 7, "grounds": []}
    assert promise.content_of(new) == kept
    assert look(as_file(document(lead)), lead).nothing_new
    entry = JournalEntry.objects.get(action="services.import_services")
    assert json.loads(entry.decided)["counts"]["services"]["changed"] == 1


def test_a_new_service_from_a_table(finance: Authority, lead: User) -> None:
    sheets = {"Услуги": [HEAD, ROW], "Документы": [DOCUMENTS, ["tax", "Заявление", "заявитель"], ["tax", "Выписка", "запрос", "Реестр"]]}
    assert take(workbook(sheets), lead).counts["services"]["created"] == 1
    one = ServicePassport.objects.get(service__code="tax")
    assert (one.state, one.valid_from, one.channels, one.documents.count()) == ("in_force", TODAY, ["person", "centre"], 2)


def test_everything_wrong_at_once(service: Service, lead: User) -> None:
    sheets = {
        "Услуги": [HEAD, [*ROW[:1], "nowhere", *ROW[2:]], ["b", "minfin", "Услуга", "", "Жители", "Итог", 5, "голубем", "В суд"]],
        "Документы": [DOCUMENTS, ["b", "Выписка", "запрос"], ["unknown", "Паспорт", "заявитель"]],
        "Этапы": [["Код услуги", "Название", "Срок, дней"], ["income", "Всё", 400]],
        "Места": [["Код услуги", "Код площадки"], ["income", "moon"]],
    }
    report = look(workbook(sheets), lead)
    codes = {problem.code for problem in report.problems}
    expected = {"basis_missing", "channels.unknown", "channel_missing", "holder_missing", "service.unknown", "longer_than_whole", "site.unknown"}
    assert expected <= codes, codes - expected
    steps = next(problem for problem in report.problems if problem.code == "longer_than_whole")
    assert (steps.sheet, steps.row, steps.column) == ("Этапы", 2, "Срок, дней")
    with pytest.raises(Refused):
        take(workbook(sheets), lead)
    assert Service.objects.count() == 1 and ServicePassport.objects.count() == 1


def test_a_wrong_document_is_refused_in_words(service: Service, lead: User) -> None:
    assert [p.code for p in look(io.BytesIO(b"{broken"), lead).problems] == ["json.broken"]
    assert [p.code for p in look(as_file({"services": []}), lead).problems] == ["json.format"]
    given = document(lead)
    given["services"][0] |= {"speed": 1, "limit_days": "soon", "steps": {}, "fee": [1]}
    codes = {p.code for p in look(as_file(given), lead).problems}
    assert {"json.unknown", "json.list", "json.single"} <= codes and len(codes) >= 4


def test_who_may(service: Service, finance: Authority, health: Authority) -> None:
    with pytest.raises(PermissionDenied):
        look(as_file({}), with_role(Role.COORDINATOR, finance))
    assert document(with_role(Role.COORDINATOR, health))["services"] == []


def test_an_earlier_day_is_history_only_for_a_new_service(finance: Authority, lead: User) -> None:
    sheets = {"Услуги": [[*HEAD, "Действует с", "Документы не нужны"], [*ROW, date(2021, 3, 1), "да"]]}
    take(workbook(sheets), lead)
    assert ServicePassport.objects.get().valid_from == date(2021, 3, 1) == Service.objects.get().valid_from
    changed = {"Услуги": [sheets["Услуги"][0], [*ROW[:6], 9, *ROW[7:], date(2020, 1, 1), "да"]]}
    assert {p.code for p in look(workbook(changed), lead).problems} == {"service_not_valid", "not_later"}


def test_the_published_schema_is_the_one_of_the_tables() -> None:
    published = Path(__file__).parents[3] / "docs" / "services.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == schema()
