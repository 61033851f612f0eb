"""Months of services: entered, imported, given out; and the figures that are made of them."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from tests.core.tabular.files import workbook
from tests.factories import with_role
from yantar.core.actions import System
from yantar.core.exchanges import EXCHANGES
from yantar.core.problems import Refused
from yantar.qms.organisation.models import Authority, Reorganisation, Role, Succession
from yantar.qms.services import actions, month_exchange, queries
from yantar.qms.services.models import CaseMonth, Service, ServiceMonth

from .promised import case, service_of, site_of

BY = System("test")
TODAY = date(2026, 11, 23)
GIVEN: dict[str, Any] = {"received": 12, "granted": 7, "refused": 1, "withdrawn": 1, "on_time": 6, "late": 2}
SEPTEMBER = queries.month_of(date(2026, 9, 1))


@pytest.fixture
def birth(finance: Authority) -> Service:
    return service_of(finance)


def record(service: Service, month: date = date(2026, 9, 15), **more: Any) -> ServiceMonth:
    return actions.record_month(by=BY, service=service, month=month, **(GIVEN | more))


def test_a_month_is_recorded_and_corrected(birth: Service, finance: Authority) -> None:
    coordinator = with_role(Role.COORDINATOR, finance)
    made = actions.record_month(by=coordinator, service=birth, month=date(2026, 9, 15), **GIVEN, median_days=Decimal("8.5"))
    assert (made.month, made.source, made.recorded_by, made.p90_days) == (date(2026, 9, 1), "entered", coordinator, None)
    again = record(birth, received=13)
    assert (again.pk, again.received, again.median_days) == (made.pk, 13, None)
    actions.remove_month(by=coordinator, service=birth, month=date(2026, 9, 1))
    assert queries.delivered(SEPTEMBER) is None


def test_everything_wrong_is_told_at_once(birth: Service) -> None:
    with pytest.raises(Refused) as refused:
        record(birth, date(2026, 12, 1), late=5, median_days=Decimal(9), p90_days=Decimal(8), waiting_minutes=Decimal(2000))
    assert {one.code for one in refused.value.problems} == {"future", "adds_up", "median", "out_of_range"}
    with pytest.raises(Refused) as refused:
        record(birth, date(2014, 12, 1), **dict.fromkeys(GIVEN, 0), median_days=Decimal(1))
    assert {one.code for one in refused.value.problems} == {"service.not_then", "nothing", "no_days"}
    with pytest.raises(Refused) as refused:
        record(birth, received=-1)
    assert [one.field for one in refused.value.problems] == ["received"]
    assert not ServiceMonth.objects.exists()


def test_where_cases_are_loaded_nothing_is_entered_or_removed(birth: Service) -> None:
    actions.load_cases(by=BY, rows=[case("1")], origin="test")
    with pytest.raises(Refused) as refused:
        record(birth)
    assert [one.code for one in refused.value.problems] == ["with_cases"]
    with pytest.raises(Refused):
        actions.remove_month(by=BY, service=birth, month=date(2026, 9, 1))
    assert record(birth, date(2026, 8, 1)).received == 12


def test_who_may_record(birth: Service, finance: Authority, health: Authority) -> None:
    for allowed in (with_role(Role.HEAD_OF_QUALITY), with_role(Role.COORDINATOR, finance)):
        assert actions.record_month(by=allowed, service=birth, month=date(2026, 9, 1), **GIVEN)
    for barred in (with_role(Role.COORDINATOR, health), with_role(Role.STAFF, finance), with_role(Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            actions.record_month(by=barred, service=birth, month=date(2026, 9, 1), **GIVEN)


def test_figures_are_ratios_of_sums(birth: Service, finance: Authority, health: Authority) -> None:
    other, site = service_of(health, "clinic"), site_of(finance)
    record(birth, waiting_minutes=Decimal(10), median_days=Decimal(5), p90_days=Decimal(9))
    record(birth, site=site, received=36, granted=90, refused=2, on_time=92, late=0, waiting_minutes=Decimal(2))
    record(birth, date(2026, 7, 1), on_time=8, late=0)
    record(other, on_time=4, late=4)
    found = queries.delivered(SEPTEMBER, service=birth)
    assert found is not None
    assert (found.n, found.on_time, found.share, found.received, found.waiting_minutes) == (100, 98, 0.98, 48, Decimal("4.0"))
    # Medians of two places can't be put together.
    assert (found.median_days, found.p90_days) == (None, None)
    assert queries.delivered(SEPTEMBER, site=site).share == 1
    assert queries.delivered(SEPTEMBER, authority=health).share == 0.5
    quarter = queries.quarter_before(TODAY)
    assert (quarter.key, quarter.first, quarter.end) == ("2026-Q3", date(2026, 7, 1), date(2026, 10, 1))
    assert queries.delivered(quarter, service=birth).n == 108
    assert queries.delivered(quarter).n == 116
    assert queries.delivered(queries.year_of(2025)) is None
    assert {key: one.n for key, one in queries.delivered_by_service(quarter).items()} == {birth.pk: 108, other.pk: 8}
    assert {key: one.n for key, one in queries.delivered_by_authority(quarter).items()} == {finance.pk: 108, health.pk: 8}
    series = queries.delivered_by_month(quarter, service=birth)
    assert [(month.month, one and one.n) for month, one in series] == [(7, 8), (8, None), (9, 100)]


def test_nothing_due_is_no_share(birth: Service) -> None:
    record(birth, granted=0, refused=0, on_time=0, late=0)
    found = queries.delivered(SEPTEMBER, service=birth)
    assert found is not None
    assert (found.n, found.share, found.received) == (0, None, 12)


def test_days_of_several_months_come_from_cases(birth: Service) -> None:
    rows = [case(str(number)) for number in range(9)] + [case("10", done="2026-10-05")]
    actions.load_cases(by=BY, rows=rows, origin="test")
    found = queries.delivered(queries.year_of(2026), service=birth)
    assert found is not None
    assert (found.n, found.late, found.median_days, found.p90_days) == (10, 1, 5, 5)
    by_service = queries.delivered_by_service(queries.year_of(2026), days=True)[birth.pk]
    assert (by_service.median_days, by_service.share) == (5, 0.9)


def test_an_authority_answers_for_its_predecessors(birth: Service, finance: Authority, health: Authority) -> None:
    record(birth)
    step = Reorganisation.objects.create(kind="merger", effective_on=date(2026, 10, 1), legal_basis="Decree", recorded_at="2026-10-01T00:00Z")
    Succession.objects.create(reorganisation=step, predecessor=finance, successor=health, is_main=True)
    assert queries.delivered(SEPTEMBER, authority=health).n == 8


def test_periods() -> None:
    assert queries.quarter_before(date(2026, 1, 1)).key == "2025-Q4"
    assert queries.quarter_of(date(2026, 12, 31)).months == (date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))
    assert queries.month_of(date(2026, 12, 5)).end == date(2027, 1, 1)
    assert queries.last_months(TODAY, 12).months[0] == date(2025, 11, 1)
    assert len(queries.year_of(2026).months) == 12


@pytest.mark.parametrize("count", [1, 3])
def test_figures_ask_few_questions(finance: Authority, django_assert_num_queries: Any, count: int) -> None:
    services = [service_of(finance, f"s-{number}") for number in range(count)]
    for service in services:
        record(service)
        actions.load_cases(by=BY, rows=[case("1", service=service.code, received="2026-08-03", done="2026-10-02")], origin="test")
    period = queries.year_of(2026)
    with django_assert_num_queries(1):
        assert len(queries.delivered_by_service(period)) == count
    with django_assert_num_queries(2):
        queries.delivered(period, authority=finance)
    with django_assert_num_queries(1):
        assert len(list(queries.months_of_service(services[0]))) == 3


HEAD = ["Код услуги", "Месяц", "Код площадки", "Получено", "Предоставлено", "Отказано", "В срок", "С нарушением срока", "Медиана, дней"]


def book(*rows: list[Any]) -> io.BytesIO:
    return workbook({"Предоставлено услуг": [HEAD, *rows]})


def apply(*rows: list[Any]) -> Any:
    with translation.override("ru"):
        return month_exchange.apply(by=BY, file=book(*rows), filename="months.xlsx", on=TODAY)


def test_months_come_and_go_as_a_file(birth: Service, finance: Authority) -> None:
    site_of(finance)
    rows = [["birth", "01.09.2026", None, 12, 7, 1, 6, 2, 8.5], ["BIRTH", "15.08.2026", "centre", 5, 5, None, 5, None, None]]
    with translation.override("ru"):
        looked = month_exchange.dry_run(book(*rows), "months.xlsx", BY, TODAY)
    assert looked.ok and looked.counts == {"service_months": {"created": 2, "changed": 0, "unchanged": 0}}
    assert not ServiceMonth.objects.exists()
    apply(*rows)
    assert {(one.month, one.source, one.on_time) for one in ServiceMonth.objects.all()} == {
        (date(2026, 9, 1), "imported", 6),
        (date(2026, 8, 1), "imported", 5),
    }
    assert apply(*rows).nothing_new
    with translation.override("ru"):
        given_out = month_exchange.export(BY, TODAY)
        assert month_exchange.dry_run(io.BytesIO(given_out), "months.xlsx", BY, TODAY).nothing_new
    changed = apply(["birth", "01.09.2026", None, 13, 7, 1, 6, 2, None])
    assert changed.counts["service_months"]["changed"] == 1
    assert ServiceMonth.objects.get(month=date(2026, 9, 1)).received == 13
    assert EXCHANGES["deliveries"] is month_exchange.EXCHANGE


def test_a_wrong_file_is_refused_whole(birth: Service) -> None:
    actions.load_cases(by=BY, rows=[case("1")], origin="test")
    with pytest.raises(Refused) as refused:
        apply(
            ["birth", "01.07.2026", None, 12, 7, 1, 6, 2, None],
            ["none", "01.07.2026", None, 1, 1, 0, 1, 0, None],
            ["birth", "01.06.2026", "nowhere", 1, 1, 0, 1, 0, None],
            ["birth", "02.07.2026", None, 1, 1, 0, 1, 0, None],
            ["birth", "01.05.2026", None, 1, 1, 0, 0, 0, None],
            ["birth", "01.09.2026", None, 2, 1, 0, 1, 0, None],
        )
    found = [(one.row, one.code) for one in refused.value.problems]
    assert found == [(3, "service.unknown"), (4, "site.unknown"), (5, "row.twice"), (6, "adds_up"), (7, "with_cases")]
    assert ServiceMonth.objects.count() == CaseMonth.objects.count() == 1


def test_whose_months_are_given_out(birth: Service, finance: Authority, health: Authority) -> None:
    record(birth)
    full = len(month_exchange.export(with_role(Role.COORDINATOR, finance), TODAY, "csv"))
    assert len(month_exchange.export(with_role(Role.COORDINATOR, health), TODAY, "csv")) < full
    with pytest.raises(PermissionDenied):
        month_exchange.dry_run(book(), "x.xlsx", with_role(Role.COORDINATOR, finance), TODAY)
