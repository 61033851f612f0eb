"""Citizens of the demonstration: every service of the cast, some of them told case by case, appeals with every fate, signed answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from yantar.core import clock
from yantar.core.actions import System
from yantar.demo import build, casework, certificate, citizens
from yantar.demo.promises import Promise, promises, standing
from yantar.engine.working_days import WorkingCalendar
from yantar.qms.feedback.models import Answer
from yantar.qms.feedback.stored import read_bytes
from yantar.qms.services.models import CaseMonth, Service, ServiceCase, ServiceMonth
from yantar.qms.services.queries import delivery

TODAY = date(2026, 11, 23)
SINCE = citizens.begins_on(TODAY)
SEED = 2010


def _work() -> casework.Workdays:
    return casework.Workdays.of(WorkingCalendar("RU"), SINCE, TODAY - timedelta(days=1))


def test_every_third_service_is_told_case_by_case() -> None:
    everything = promises()
    assert len(everything) == 120
    assert len(casework.told_by_case(everything, 1.0)) == 40
    assert len(casework.told_by_case(everything, 0.1)) == 4
    assert casework.told_by_case((), 1.0) == ()


def test_cases_are_the_same_every_time_and_in_order_and_end_by_yesterday() -> None:
    for one in casework.told_by_case(promises(), 0.1):
        rows = list(casework.cases(SEED, one, _work(), SINCE, TODAY, ["main"]))
        assert rows == list(casework.cases(SEED, one, _work(), SINCE, TODAY, ["main"]))
        assert [row["received"] for row in rows] == sorted(row["received"] for row in rows)
        assert len({row["number"] for row in rows}) == len(rows)
        for row in rows:
            assert SINCE <= row["received"] <= row["registered"] <= (row["done"] or TODAY) <= TODAY
            assert (row["outcome"] == "open") == (not row["done"])


def _late(listed: Iterable[Promise]) -> float:
    """Share of the cases of some services, promised in working days, that took longer than promised."""
    work, beyond, every = _work(), 0, 0
    places = {day: place for place, day in enumerate(work.days)}
    for one in listed:
        for row in casework.cases(SEED, one, work, SINCE, TODAY, []):
            if row["done"]:
                every += 1
                beyond += places[row["done"]] - places[row["registered"]] - int(row["suspended_days"] or 0) > one.days
    return beyond / every


def test_well_run_services_are_seldom_late() -> None:
    known = sorted((one for one in promises() if one.unit == "working"), key=lambda one: standing(SEED, one.code))
    best, worst = _late(known[-8:]), _late(known[:8])
    assert best < 0.02 < worst < 0.25


def test_a_small_demonstration_is_whole(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DEMO_SIGNING_P12 = tmp_path / "demonstration.p12"
    with clock.at(TODAY):
        build.build(by=System("test"), today=TODAY, voices=0.05)
        _every_service_is_offered()
        _cases_make_months()
        _answers_are_signed()


def _every_service_is_offered() -> None:
    on = Service.objects.on(TODAY)
    assert set(on.values_list("code", flat=True)) == {one.code for one in promises()}
    assert all(one.authority.holds_on(TODAY) for one in on.select_related("authority"))
    assert set(ServiceMonth.objects.values_list("service__code", flat=True)) == {one.code for one in promises()}


def _cases_make_months() -> None:
    told = {one.code for one in casework.told_by_case(promises(), 0.05)}
    assert set(ServiceCase.objects.values_list("service__code", flat=True)) == told
    quarter = delivery.quarter_before(TODAY)
    figures = delivery.delivered_by_service(quarter, days=True)
    for service in Service.objects.all():
        found = figures[service.pk]
        assert found.months_alone == (service.code not in told)
        if service.code in told:
            assert set(service.months.values_list("source", flat=True)) == {"cases"}
            assert CaseMonth.objects.filter(service=service).exists()
    # Its clock runs, too: what has come lately is open and has a day due.
    still = ServiceCase.objects.filter(done_on__isnull=True)
    assert still.exists()
    assert not still.filter(registered_on__isnull=False, due_on__isnull=True).exists()


def _answers_are_signed() -> None:
    answers = list(Answer.objects.select_related("document"))
    assert answers
    assert all(certificate.NAME_EN in one.signed_by for one in answers)
    _name, paper = read_bytes(answers[0].document)
    (signature,) = PdfFileReader(BytesIO(paper)).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[signature.signer_cert]))
    assert (status.intact, status.valid, status.coverage.name) == (True, True, "ENTIRE_FILE")
