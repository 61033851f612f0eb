"""Cases of services: what is taken, what is rejected, what they add up to; broken off, repeated, changed, moved by the calendar."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import AuthorityFactory, with_role
from yantar.core import clock, jobs
from yantar.core.actions import System
from yantar.core.models import JournalEntry, Notification
from yantar.core.problems import Refused
from yantar.qms.organisation.models import Authority, CalendarDay, Role
from yantar.qms.services import calendars, cases
from yantar.qms.services.actions import cases as actions
from yantar.qms.services.actions.moving import move_deadlines_if_needed
from yantar.qms.services.cases.checking import explain
from yantar.qms.services.models import CaseLoad, CaseMonth, Service, ServiceCase, ServiceMonth
from yantar.qms.services.queries import case_loads, delivered, delivered_by_service, month_of

from .promised import case, passport_of, service_of, site_of

BY = System("test")
SEPTEMBER = date(2026, 9, 1)
ROOT = Path(__file__).parents[3]
HEADING = ",".join(cases.COLUMNS)


@pytest.fixture
def birth(finance: Authority) -> Service:
    return service_of(finance)


def load(*rows: dict[str, Any], **more: Any) -> actions.Loaded:
    return actions.load_cases(by=BY, rows=rows, origin="test", **more)


def csv_of(*rows: dict[str, Any]) -> bytes:
    return "\n".join([HEADING, *(",".join(str(row.get(name, "")) for name in cases.COLUMNS) for row in rows), ""]).encode()


def upload(content: bytes, name: str = "cases.csv", by: Any = BY) -> CaseLoad:
    one = actions.start_case_load(by=by, upload=SimpleUploadedFile(name, content), origin="The feed of the ministry")
    jobs.carry_out(one.job_id)
    return CaseLoad.objects.select_related("job").get(pk=one.pk)


def month(service: Service, first: date = SEPTEMBER, **more: Any) -> ServiceMonth:
    return ServiceMonth.objects.get(service=service, month=first, **more)


def test_the_clock_computes_days_and_deadlines(birth: Service, finance: Authority) -> None:
    site_of(finance)
    done = load(
        case("1", site="centre", waiting_minutes=12),
        case("2", done="2026-09-28", outcome="refused", suspended_days=2),
        case("3", done="2026-09-22"),
        case("4", done="", outcome="open"),
    )
    assert actions.counts_of(done.load) == {"rows": 4, "added": 4, "changed": 0, "unchanged": 0, "rejected": 0}
    found = {one.number: one for one in ServiceCase.objects.all()}
    assert (found["1"].due_on, found["1"].days, found["1"].site.code, found["1"].waiting_minutes) == (date(2026, 9, 21), 5, "centre", 12)
    assert (found["2"].due_on, found["2"].days) == (date(2026, 9, 23), 13)
    assert (found["4"].due_on, found["4"].days, found["4"].outcome) == (date(2026, 9, 21), None, "open")
    at_site, elsewhere = month(birth, site__code="centre"), month(birth, site=None)
    assert (at_site.on_time, at_site.late, at_site.median_days, at_site.p90_days, at_site.waiting_minutes) == (1, 0, 5, 5, 12)
    assert (elsewhere.received, elsewhere.on_time, elsewhere.late, elsewhere.granted, elsewhere.refused) == (3, 0, 2, 1, 1)
    assert (elsewhere.median_days, elsewhere.source) == (Decimal("12.0"), "cases")


def test_calendar_days_and_the_passport_of_the_day_of_registration(finance: Authority) -> None:
    service = service_of(finance, "land", days=5, since=date(2026, 9, 10))
    passport_of(service, days=12, unit="calendar", since=date(2020, 1, 1), until=date(2026, 9, 10), version=2)
    load(case("1", service="land"), case("2", service="land", received="2026-09-10", registered="2026-09-10", done="2026-09-21"))
    found = {one.number: (one.due_on, one.days) for one in ServiceCase.objects.all()}
    # Twelve calendar days from the 7th end on Saturday the 19th: the next working day binds.
    assert found == {"1": (date(2026, 9, 21), 7), "2": (date(2026, 9, 17), 7)}


WRONG = [
    ({"service": "none"}, "service.unknown"),
    ({"number": "Ivan Petrov"}, "number"),
    ({"number": "a@example.org"}, "number"),
    ({"number": "Пётр"}, "number"),
    ({"number": ""}, "number"),
    ({"number": "1\t2"}, "number"),
    ({"site": "nowhere"}, "site.unknown"),
    ({"received": ""}, "required"),
    ({"received": "7 September"}, "day"),
    ({"done": "2026-12-01"}, "future"),
    ({"received": "1991-12-31", "registered": "1991-12-31"}, "early"),
    ({"registered": "2026-09-04"}, "dates.reversed"),
    ({"done": "2026-09-04"}, "dates.reversed"),
    ({"registered": ""}, "required"),
    ({"done": ""}, "required"),
    ({"outcome": "open"}, "outcome.open"),
    ({"outcome": "lost"}, "outcome"),
    ({"suspended_days": "-1"}, "number_of_days"),
    ({"waiting_minutes": "1441"}, "minutes"),
    ({"received": "2014-12-31", "registered": "2015-01-01", "done": "2015-02-01"}, "service.not_then"),
    ({"registered": "2019-09-09", "received": "2019-09-09"}, "passport.none"),
]


@pytest.mark.parametrize(("wrong", "code"), WRONG)
def test_what_is_wrong_is_rejected_with_its_line_field_and_reason(birth: Service, wrong: dict[str, Any], code: str) -> None:
    done = load(case("good"), case("bad") | wrong)
    assert (done.load.added, done.load.rejected, ServiceCase.objects.count()) == (1, 1, 1)
    assert code in [one.code for one in done.rejects]
    assert {one.line for one in done.rejects} == {2}
    assert all(str(one.message) for one in done.rejects)


def test_what_may_be_personal_is_never_repeated(birth: Service) -> None:
    done = load(case("Сидоров Пётр"), case("2", outcome="Петров получил"), case("3", outcome="lost"))
    assert [one.value for one in done.rejects] == ["", "", "lost"]
    kept = json.dumps([done.load.rejects, list(JournalEntry.objects.values_list("decided", flat=True))], ensure_ascii=False)
    assert "Сидоров" not in kept and "Петров" not in kept


def test_everything_wrong_in_a_row_is_told_at_once(birth: Service) -> None:
    done = load(case("a b", service="none", done="never", waiting_minutes="long"))
    assert {one.field for one in done.rejects} == {"service", "number", "done", "waiting_minutes"}
    assert done.load.rejected == 1


def test_the_quick_way_and_the_words_agree(birth: Service) -> None:
    known = cases.known_now()
    for wrong, _code in [({}, ""), *WRONG]:
        row = [str((case("x") | wrong).get(name, "")) for name in cases.COLUMNS]
        assert bool(cases.chunk_of([(1, row)], known).rejected) == bool(explain(row, 1, known)), wrong


def test_the_same_batch_twice_changes_nothing(birth: Service) -> None:
    load(case("1"), case("2"))
    events = months_written()
    again = load(case("1"), case("2"))
    assert actions.counts_of(again.load) == {"rows": 2, "added": 0, "changed": 0, "unchanged": 2, "rejected": 0}
    assert months_written() == events


def months_written() -> list[Any]:
    return list(ServiceMonth.objects.order_by("pk").values())


def test_a_changed_case_moves_between_months(birth: Service) -> None:
    load(case("1"), case("2", done="", outcome="open"))
    changed = load(case("1", done="2026-10-05"), case("2"))
    assert (changed.load.changed, changed.load.added) == (2, 0)
    assert (month(birth).received, month(birth).granted, month(birth).on_time) == (2, 1, 1)
    october = month(birth, date(2026, 10, 1))
    assert (october.received, october.granted, october.late, october.median_days) == (0, 1, 1, 20)
    load(case("1"))
    assert not ServiceMonth.objects.filter(month=date(2026, 10, 1)).exists()
    assert not CaseMonth.objects.filter(month=date(2026, 10, 1)).exists()
    assert (month(birth).granted, month(birth).median_days) == (2, 5)


def test_of_a_case_that_stands_twice_the_last_row_is_taken(birth: Service) -> None:
    done = load(case("1", outcome="refused"), case("1"))
    assert (done.load.added, done.load.rejected, done.rejects[0].line, done.rejects[0].code) == (1, 1, 1, "twice")
    assert ServiceCase.objects.get().outcome == "granted"


def test_cases_replace_what_was_entered(birth: Service, finance: Authority) -> None:
    site = site_of(finance)
    for place in (site, None):
        ServiceMonth.objects.create(service=birth, site=place, month=SEPTEMBER, received=9, source="entered", recorded_at=clock.now())
    ServiceMonth.objects.create(service=birth, month=date(2026, 8, 1), received=9, source="entered", recorded_at=clock.now())
    load(case("1", site="centre"))
    assert {(one.month, one.site_id, one.source, one.received) for one in ServiceMonth.objects.all()} == {
        (SEPTEMBER, site.pk, "cases", 1),
        (date(2026, 8, 1), None, "entered", 9),
    }
    assert json.loads(JournalEntry.objects.get(action="services.load_cases").decided)["replaced"] == 1


def test_services_of_another_authority_are_unknown(birth: Service, health: Authority, finance: Authority) -> None:
    assert load(case("1"), authority_ids={health.pk}).rejects[0].code == "service.unknown"
    assert load(case("1"), authority_ids={finance.pk}).load.added == 1


def test_a_batch_that_is_wrong_itself_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        actions.load_cases(by=BY, rows=[], origin=" ")
    assert [one.code for one in refused.value.problems] == ["required", "empty"]
    with pytest.raises(Refused, match="10"):
        actions.load_cases(by=BY, rows=[{}] * 10_001, origin="test")


def test_who_may_load(birth: Service, finance: Authority) -> None:
    assert actions.load_cases(by=with_role(Role.HEAD_OF_QUALITY), rows=[case("1")], origin="test").load.added == 1
    coordinator = with_role(Role.COORDINATOR, finance)
    with pytest.raises(PermissionDenied):
        actions.load_cases(by=coordinator, rows=[case("2")], origin="test")
    assert case_loads(coordinator).count() == 0
    assert case_loads(with_role(Role.ADMINISTRATOR)).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_a_load_asks_the_same_questions_whatever_its_size(birth: Service, django_assert_num_queries: Any, count: int) -> None:
    load(case("0"))
    rows = [case(str(number)) for number in range(1, count + 1)]
    with CaptureQueriesContext(connection) as asked:
        load(*rows)
    assert len(asked) == 28
    with django_assert_num_queries(1):
        assert len(delivered_by_service(month_of(SEPTEMBER))) == 1


def test_a_file_is_taken_in_by_a_job(birth: Service) -> None:
    person = with_role(Role.ADMINISTRATOR)
    done = upload(csv_of(case("1"), case("2", received="07.09.2026", registered="07.09.2026"), case("Пётр")), by=person)
    assert (done.added, done.rejected, done.job.state) == (2, 1, "done")
    assert done.rejects[0]["line"] == 4
    assert delivered(month_of(SEPTEMBER), service=birth).n == 2
    entries = list(JournalEntry.objects.filter(action__startswith="services.").values_list("action", flat=True))
    assert entries.count("services.finish_case_load") == 1
    assert Notification.objects.get(recipient=person).kind == "services.cases_loaded"


def test_a_packed_file_with_columns_in_another_order(birth: Service) -> None:
    content = "Номер;Услуга;outcome;Получено;registered;done\r\n7;birth;granted;07.09.2026;07.09.2026;14.09.2026\r\n"
    done = upload(gzip.compress(("\ufeff" + content).encode()), "cases.csv.gz")
    assert (done.added, done.rejects) == (1, [])


def test_broken_lines_don_t_stop_the_others(birth: Service) -> None:
    content = csv_of(case("1")) + b'"birth,broken\n' + csv_of(case("2")).split(b"\n", 1)[1]
    content += b"birth,3\n\nbirth,\xff\xfe,,2026-09-07,2026-09-07,,2026-09-14,granted,\n" + csv_of(case("4")).split(b"\n", 1)[1]
    done = upload(content.replace(b'"', b""))
    assert (done.added, done.rejected, done.rows) == (3, 3, 6)
    assert [(one["line"], one["code"]) for one in done.rejects] == [(3, "columns"), (5, "columns"), (7, "number")]


@pytest.mark.parametrize("content", [b"", b"service;number\nx;1\n", b"what,is,this\n1,2,3\n", gzip.compress(b"service,number", mtime=0)[:-6]])
def test_a_file_that_is_no_list_of_cases(birth: Service, content: bytes) -> None:
    try:
        done = upload(content, "cases.csv.gz" if content[:2] == b"\x1f\x8b" else "cases.csv")
    except Refused as refused:
        assert refused.problems[0].code == "empty"
    else:
        assert (done.job.state, done.rows) == ("refused", 0)
        assert done.job.result["problems"]


def test_a_load_that_was_cancelled_goes_on(birth: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yantar.qms.services.cases.pieces.SIZE", 2)
    content = csv_of(*(case(str(number)) for number in range(7)), case("a b"))
    one = actions.start_case_load(by=BY, upload=SimpleUploadedFile("cases.csv", content), origin="test")
    original, seen = actions.take_cases, []

    def take(**given: Any) -> CaseLoad:
        seen.append(given["chunk"].last)
        if len(seen) == 2:
            raise jobs.Cancelled
        return original(**given)

    monkeypatch.setattr("yantar.qms.services.work.take_cases", take)
    jobs.carry_out(one.job_id)
    one = CaseLoad.objects.select_related("job").get(pk=one.pk)
    assert (one.job.state, one.rows, one.added) == ("cancelled", 2, 2)
    assert delivered(month_of(SEPTEMBER)).n == 2
    actions.continue_case_load(by=BY, load=one)
    jobs.carry_out(CaseLoad.objects.get(pk=one.pk).job_id)
    one = CaseLoad.objects.select_related("job").get(pk=one.pk)
    assert (one.job.state, one.rows, one.added, one.unchanged, one.rejected) == ("done", 8, 7, 0, 1)
    assert delivered(month_of(SEPTEMBER)).n == 7
    with pytest.raises(Refused):
        actions.continue_case_load(by=BY, load=one)


KILLED = """
import os, sys, uuid, django
django.setup()
from django.db import connection
from django.test.utils import CaptureQueriesContext
connection.settings_dict["NAME"] = sys.argv[2]
from datetime import date
from yantar.core import clock, jobs
from yantar.qms.services import work
from yantar.qms.services.cases import pieces
pieces.SIZE = 1000
taken = work.take_cases
def take(**given):
    found = taken(**given)
    print("taken", flush=True)
    if found.rows >= 3000:
        sys.stdin.readline()
    return found
work.take_cases = take
with clock.at(date(2026, 11, 23)):
    jobs.carry_out(uuid.UUID(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_loader_that_was_killed_goes_on_where_it_was() -> None:
    with clock.at(date(2026, 11, 23)):
        service = service_of(AuthorityFactory(code="killed"))
        content = csv_of(*(case(str(number)) for number in range(5000)))
        one = actions.start_case_load(by=BY, upload=SimpleUploadedFile("cases.csv", content), origin="test")
        command = [sys.executable, "-c", KILLED, str(one.job_id), str(connection.settings_dict["NAME"])]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "yantar.config.settings.test"}
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None and process.stdin is not None
        assert [process.stdout.readline().strip() for _piece in range(3)] == ["taken"] * 3
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        process.stdin.close()
        one.refresh_from_db()
        assert (one.rows, ServiceCase.objects.count(), ServiceMonth.objects.count()) == (3000, 3000, 0)
        wait_until_free(one)
        one.refresh_from_db()
        assert (one.rows, one.added, one.unchanged, one.job.state) == (5000, 5000, 0, "done")
        assert (ServiceCase.objects.count(), month(service).granted, month(service).median_days) == (5000, 5000, 5)


def wait_until_free(one: CaseLoad) -> None:
    """The lock of a killed worker dies with its connection, which the database notices in a moment."""
    deadline = time.monotonic() + 20
    while True:
        try:
            jobs.carry_out(one.job_id)
            return
        except jobs.StillRunning:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_changed_calendar_moves_what_is_open(birth: Service, finance: Authority, health: Authority) -> None:
    other = service_of(health, "clinic")
    load(
        case("open", done="", outcome="open"),
        case("done", done="2026-09-14"),
        case("later", received="2026-10-01", registered="2026-10-01", done="", outcome="open"),
        case("theirs", service="clinic", done="", outcome="open"),
    )
    here, there, head = with_role(Role.COORDINATOR, finance), with_role(Role.STAFF, health), with_role(Role.HEAD_OF_QUALITY)
    assert move_deadlines_if_needed() == 0  # remembered
    assert move_deadlines_if_needed() == 0
    CalendarDay.objects.create(day=date(2026, 9, 15), kind="off", source="Decree", checked_on=date(2026, 9, 1))
    assert move_deadlines_if_needed() == 2
    found = {one.number: one.due_on for one in ServiceCase.objects.all()}
    assert found == {"open": date(2026, 9, 22), "done": date(2026, 9, 21), "later": date(2026, 10, 15), "theirs": date(2026, 9, 22)}
    told = json.loads(JournalEntry.objects.filter(action="services.move_case_deadlines").latest("seq").decided)
    assert (told["moved"], told["days"]) == (2, [{"day": "2026-09-15", "working": False}])
    assert told["by_authority"] == {str(finance.pk): 1, str(other.authority_id): 1}
    assert {(one.recipient_id, one.params["count"]) for one in Notification.objects.filter(kind="services.deadlines_moved")} == {
        (here.pk, 1),
        (head.pk, 2),
    }
    assert there.pk not in set(Notification.objects.values_list("recipient_id", flat=True))
    assert move_deadlines_if_needed() == 0
    CalendarDay.objects.all().delete()
    assert move_deadlines_if_needed() == 2
    assert ServiceCase.objects.get(number="open").due_on == date(2026, 9, 21)


def test_the_first_look_at_a_new_year_moves_nothing(birth: Service) -> None:
    assert calendars.calendar_change("appeals").old is None
    move_deadlines_if_needed()
    with clock.at(date(2027, 1, 11)):
        change = calendars.calendar_change("cases")
        assert change is not None and change.days == ()
        assert move_deadlines_if_needed() == 0
        assert calendars.calendar_change("cases") is None


def test_medians_by_hand() -> None:
    assert cases.median_days([]) is None
    assert cases.p90_days([0, 0]) is None
    assert cases.median_days([0, 1, 1, 0, 1]) == 2
    assert cases.median_days([0, 1, 0, 0, 1]) == Decimal("2.5")
    assert cases.p90_days([0, 9, 1]) == 1
    assert cases.p90_days([0, 8, 2]) == 2
