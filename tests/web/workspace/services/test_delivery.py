"""What services delivered, in the workspace: who sees and enters it, lists that ask no more for three, loads from upload to the rejected rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import GovernmentFactory, with_role
from tests.qms.services.promised import case, service_of, site_of
from tests.web.workspace.certification.conftest import queries_of
from yantar.core import jobs
from yantar.core.actions import System
from yantar.core.models import Job, User
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.services import actions
from yantar.qms.services.models import CaseLoad, Service, ServiceMonth

As = Callable[[User], Client]
ROOT = "/workspace/deliveries/"
BY = System("test")
MONTH = {"month": "2026-09-15", "received": 5, "granted": 4, "refused": 0, "withdrawn": 1, "on_time": 3, "late": 1}
CSV = b"service,number,received,registered,done,outcome\nbirth,1,2026-09-07,2026-09-07,2026-09-14,granted\nbirth,a b,2026-09-07,,,open\n"


@pytest.fixture(autouse=True)
def government(db: None) -> None:
    GovernmentFactory()


@pytest.fixture
def birth(finance: Authority) -> Service:
    return service_of(finance)


def enter(service: Service, month: date = date(2026, 9, 1), **more: Any) -> ServiceMonth:
    given = {name: value for name, value in MONTH.items() if name != "month"}
    return actions.record_month(by=BY, service=service, month=month, **(given | more))


def test_a_coordinator_enters_corrects_and_takes_back(as_: As, coordinator: User, birth: Service, finance: Authority) -> None:
    site = site_of(finance)
    client = as_(coordinator)
    wrong = client.post(f"{ROOT}of/birth/month/", MONTH | {"late": 3, "month": "2027-01-01"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert 'value="2027-01-01"' in page and page.count("invalid-feedback") >= 2
    assert client.post(f"{ROOT}of/birth/month/", MONTH | {"site": site.pk}).headers["Location"] == f"{ROOT}of/birth/"
    assert client.post(f"{ROOT}of/birth/month/", MONTH).status_code == 302
    page = client.get(f"{ROOT}of/birth/").content.decode()
    assert "75,0 %" in page and "<svg" in page and site.name_ru in page
    form = client.get(f"{ROOT}of/birth/month/?month=2026-09-01&site={site.pk}").content.decode()
    assert 'value="4"' in form
    assert client.get(f"{ROOT}of/birth/month/?month=2026-99-01&site=x").status_code == 200
    assert client.post(f"{ROOT}of/birth/remove/", {"month": "2026-09-01"}).status_code == 302
    assert client.post(f"{ROOT}of/birth/remove/", {"month": "2026-09-01"}, follow=True).status_code == 200
    assert [one.site_id for one in ServiceMonth.objects.all()] == [site.pk]
    assert client.post(f"{ROOT}of/birth/remove/", {"month": "never"}).status_code == 404


def test_the_service_next_door_is_not_there(as_: As, stranger: User, birth: Service) -> None:
    enter(birth)
    client = as_(stranger)
    for path in ("of/birth/", "of/birth/month/", "of/none/"):
        assert client.get(ROOT + path).status_code == 404, path
    assert client.post(f"{ROOT}of/birth/remove/", {"month": "2026-09-01"}).status_code == 404
    assert "birth" not in client.get(ROOT).content.decode()
    assert client.get(f"{ROOT}cases/").status_code == 403


def test_who_only_reads_enters_nothing(as_: As, finance: Authority, birth: Service) -> None:
    enter(birth)
    client = as_(with_role(Role.STAFF, finance))
    page = client.get(f"{ROOT}of/birth/").content.decode()
    assert f"{ROOT}of/birth/month/" not in page
    assert client.get(f"{ROOT}of/birth/month/").status_code == client.post(f"{ROOT}of/birth/month/", MONTH).status_code == 403
    assert client.post(f"{ROOT}of/birth/remove/", {"month": "2026-09-01"}).status_code == 403
    for path in ("cases/", "cases/load/", "cases/1/", "cases/1/progress/"):
        assert client.get(ROOT + path).status_code == 403, path
    for path in ("cases/load/", "cases/1/cancel/", "cases/1/continue/"):
        assert client.post(ROOT + path).status_code == 403, path


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_as_much_for_three_as_for_one(as_: As, head: User, finance: Authority, count: int) -> None:
    for number in range(count):
        service = service_of(finance, f"s-{number}")
        enter(service)
        enter(service, date(2026, 8, 1))
        actions.load_cases(by=BY, rows=[case("1", service="none")], origin="test")
    client = as_(head)
    client.get(ROOT)
    assert (queries_of(client, ROOT), queries_of(client, f"{ROOT}cases/")) == ((9, 9), (7, 7))
    for month in range(1, count + 1):
        enter(Service.objects.get(code="s-0"), date(2025, month, 1), site=site_of(finance, f"place-{month}"))
    assert queries_of(client, f"{ROOT}of/s-0/") == (10, 10)


def test_the_list_says_what_was_delivered_and_that_nothing_is_known(as_: As, head: User, birth: Service, finance: Authority) -> None:
    service_of(finance, "land")
    enter(birth)
    page = as_(head).get(ROOT).content.decode()
    assert "75,0 %" in page and "Услуга land" in page and "0,0 %" not in page
    english = as_(head).get(f"/en{ROOT}").content.decode()
    assert "75.0 %" in english and "Service land" in english


def test_a_file_is_uploaded_watched_and_its_rejected_rows_shown(as_: As, birth: Service) -> None:
    client = as_(with_role(Role.ADMINISTRATOR))
    assert client.post(f"{ROOT}cases/load/", {"origin": " "}).status_code == 422
    lying = client.post(f"{ROOT}cases/load/", {"origin": "x", "upload": SimpleUploadedFile("a.csv", b"%PDF-1.7 x")})
    assert lying.status_code == 422
    sent = client.post(f"{ROOT}cases/load/", {"origin": "Система ведомства", "upload": SimpleUploadedFile("a.csv", CSV)})
    load = CaseLoad.objects.get()
    assert sent.headers["Location"] == f"{ROOT}cases/{load.pk}/"
    assert "<progress" in client.get(f"{ROOT}cases/{load.pk}/").content.decode()
    assert client.get(f"{ROOT}cases/{load.pk}/progress/").status_code == 200
    jobs.carry_out(load.job_id)
    assert client.get(f"{ROOT}cases/{load.pk}/progress/").headers["HX-Refresh"] == "true"
    page = client.get(f"{ROOT}cases/{load.pk}/").content.decode()
    assert "number" in page and "a b" not in page
    assert "Система ведомства" in client.get(f"{ROOT}cases/").content.decode()
    assert client.get(f"{ROOT}cases/{load.pk + 1}/").status_code == 404
    assert client.post(f"{ROOT}cases/{load.pk}/continue/", follow=True).status_code == 200


def test_a_load_is_cancelled_and_goes_on(as_: As, birth: Service) -> None:
    client = as_(with_role(Role.ADMINISTRATOR))
    client.post(f"{ROOT}cases/load/", {"origin": "x", "upload": SimpleUploadedFile("a.csv", CSV)})
    load = CaseLoad.objects.get()
    client.post(f"{ROOT}cases/{load.pk}/cancel/")
    assert Job.objects.get(pk=load.job_id).state == "cancelled"
    assert f"{ROOT}cases/{load.pk}/continue/" in client.get(f"{ROOT}cases/{load.pk}/").content.decode()
    client.post(f"{ROOT}cases/{load.pk}/continue/")
    load.refresh_from_db()
    jobs.carry_out(load.job_id)
    load.refresh_from_db()
    assert (load.job.state, load.added, load.rejected) == ("done", 1, 1)
    assert client.post(f"{ROOT}cases/{load.pk}/cancel/", follow=True).status_code == 200
