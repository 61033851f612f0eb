"""A file comes in by the browser: a look, everything wrong by its place, then all of it or nothing; and facts go out."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.core.tabular.files import csv_bytes, workbook
from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from tests.qms.certification.support import granted
from yantar.core.jobs import carry_out
from yantar.core.models import Job, JournalEntry, StoredFile, User
from yantar.qms.organisation.models import Authority, AuthorityVersion, Role

HEAD = ["Код", "Название", "Название на английском", "Вид", "ИНН", "Численность"]
GOOD = [
    HEAD,
    ["minfin", "Министерство финансов", "Ministry of Finance", "Министерство", "", 120],
    ["minkult", "Министерство культуры", "", "", "", 60],
]
BAD = [HEAD, ["minfin", "Министерство финансов", "", "Министерство", "1234567890", "много"], ["minfin", "", "", "звездолёт", "", ""]]


@pytest.fixture
def admin(db: None, client: Client) -> User:
    GovernmentFactory()
    user = with_role(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def book(rows: list[list[Any]], name: str = "органы.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, workbook({"Органы власти": rows}).getvalue())


def look(client: Client, upload: SimpleUploadedFile, prefix: str = "") -> Job:
    """Upload, be led to the job, let the worker do it."""
    answer = client.post(f"{prefix}/workspace/import/organisation/", {"upload": upload})
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.order_by("-created_at").first()
    assert job is not None
    assert answer["Location"] == f"{prefix}/workspace/import/jobs/{job.pk}/"
    carry_out(job.pk)
    job.refresh_from_db()
    return job


def shown(client: Client, job: Job, query: str = "", prefix: str = "") -> str:
    answer = client.get(f"{prefix}/workspace/import/jobs/{job.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_everything_wrong_is_shown_by_its_place_and_nothing_is_recorded(admin: User, client: Client) -> None:
    job = look(client, book(BAD))
    assert job.state == Job.State.DONE
    report = client.get(f"/workspace/import/jobs/{job.pk}/").context["report"]
    assert report.problem_count == len(report.problems.object_list) >= 4
    assert {(p["row"], p["column"]) for p in report.problems.object_list} >= {(2, "ИНН"), (2, "Численность"), (3, "Название"), (3, "Вид")}
    page = shown(client, job)
    assert "звездолёт" in page and "1234567890" in page
    assert "take-in" not in page
    assert client.post(f"/workspace/import/jobs/{job.pk}/take-in/").status_code == 302
    assert not Job.objects.filter(kind="organisation.import").exists()
    assert not Authority.objects.exists()


def test_the_list_of_what_is_wrong_is_a_table(admin: User, client: Client) -> None:
    job = look(client, book([HEAD, ["x", "Министерство", "", "=1+1 звездолёт", "", ""]]))
    content = client.get(f"/workspace/import/jobs/{job.pk}/problems.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert [len(row) for row in rows] == [6] * len(rows) and len(rows) > 1
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_look_then_take_in(admin: User, client: Client) -> None:
    job = look(client, book(GOOD))
    report = client.get(f"/workspace/import/jobs/{job.pk}/").context["report"]
    assert (report.ok, report.create_count, report.change_count) == (True, 2, 0)
    assert not Authority.objects.exists()
    answer = client.post(f"/workspace/import/jobs/{job.pk}/take-in/")
    again = client.post(f"/workspace/import/jobs/{job.pk}/take-in/")
    assert answer["Location"] == again["Location"]
    taking = Job.objects.get(kind="organisation.import")
    carry_out(taking.pk)
    page = shown(client, taking)
    assert set(Authority.objects.values_list("code", flat=True)) == {"minfin", "minkult"}
    assert 'href="/workspace/authorities/"' in page
    assert "#certificates" in page
    entry = JournalEntry.objects.get(action="organisation.import_organisation")
    assert entry.actor == admin
    assert not any("minfin" in e.decided for e in JournalEntry.objects.filter(action__startswith="files."))


def test_before_and_after_in_words(admin: User, client: Client) -> None:
    authority = AuthorityFactory(
        code="minfin", version__name_ru="Министерство финансов", version__name_en="Ministry of Finance", version__personnel=100
    )
    job = look(client, book(GOOD))
    change = client.get(f"/workspace/import/jobs/{job.pk}/").context["report"].changes.object_list[0]
    assert change["key"] == "minfin"
    assert [(f.title, f.before, f.after) for f in change["fields"]] == [("Эффективная численность персонала", "100", "120")]
    page = shown(client, job, prefix="/en")
    assert "<del>100</del>" in page and "<ins>120</ins>" in page
    assert AuthorityVersion.objects.get(authority=authority).personnel == 100


def test_the_same_file_twice_has_nothing_to_take_in(admin: User, client: Client) -> None:
    first = look(client, book(GOOD))
    client.post(f"/workspace/import/jobs/{first.pk}/take-in/")
    carry_out(Job.objects.get(kind="organisation.import").pk)
    second = look(client, book(GOOD))
    report = client.get(f"/workspace/import/jobs/{second.pk}/").context["report"]
    assert report.nothing_new
    assert "take-in" not in shown(client, second)
    assert StoredFile.objects.filter(uploaded_by=admin).count() >= 1


def test_what_happened_between_look_and_taking_in_is_said(admin: User, client: Client) -> None:
    job = look(client, book([HEAD, ["minfin", "Министерство финансов", "Ministry of Finance", "Министерство", "7707083893", 120]]))
    other = AuthorityFactory(code="other")
    Authority.objects.filter(pk=other.pk).update(inn="7707083893")
    client.post(f"/workspace/import/jobs/{job.pk}/take-in/")
    taking = Job.objects.get(kind="organisation.import")
    carry_out(taking.pk)
    taking.refresh_from_db()
    assert taking.state == Job.State.REFUSED
    report = client.get(f"/workspace/import/jobs/{taking.pk}/").context["report"]
    assert report.problem_count >= 1 and not report.applied
    assert Authority.objects.count() == 1


def test_progress_is_polled_and_works_without_scripts(admin: User, client: Client) -> None:
    client.post("/workspace/import/organisation/", {"upload": book(GOOD)})
    job = Job.objects.get()
    page = shown(client, job)
    assert f'hx-get="/workspace/import/jobs/{job.pk}/progress/"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    piece = client.get(f"/workspace/import/jobs/{job.pk}/progress/")
    assert piece.status_code == 200 and b"<html" not in piece.content
    carry_out(job.pk)
    assert client.get(f"/workspace/import/jobs/{job.pk}/progress/")["HX-Refresh"] == "true"


def test_cancelled_work_changes_nothing(admin: User, client: Client) -> None:
    client.post("/workspace/import/organisation/", {"upload": book(GOOD)})
    job = Job.objects.get()
    client.post(f"/workspace/import/jobs/{job.pk}/cancel/")
    carry_out(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert "take-in" not in shown(client, job)
    assert client.post(f"/workspace/import/jobs/{job.pk}/cancel/").status_code == 302


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("органы.xlsx", b"%PDF-1.7 not a table"),
        SimpleUploadedFile("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        SimpleUploadedFile("cut.xlsx", workbook({"A": GOOD}).getvalue()[:400]),
        SimpleUploadedFile("empty.csv", b""),
        None,
    ],
)
def test_what_is_no_table_is_refused_beside_the_field(admin: User, client: Client, upload: SimpleUploadedFile | None) -> None:
    answer = client.post("/workspace/import/organisation/", {"upload": upload} if upload else {})
    assert answer.status_code == 422
    assert answer.context["form"].errors.get("upload") or answer.context["problems"]
    assert not Job.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_csv_of_an_office_with_a_wrong_ending_is_read(admin: User, client: Client) -> None:
    rows = [["Код", "Название"], ["minfin", "Министерство «Финансы»"]]
    job = look(client, SimpleUploadedFile("список.xlsx", csv_bytes(rows, "cp1251").getvalue()))
    report = client.get(f"/workspace/import/jobs/{job.pk}/").context["report"]
    assert (report.problem_count, report.create_count) == (0, 1)
    assert len(report.notes) >= 1


def test_a_long_list_comes_page_by_page(admin: User, client: Client) -> None:
    job = look(client, book([HEAD, *([f"c{n}", f"Министерство № {n}", "", "звездолёт", "", ""] for n in range(250))]))
    report = client.get(f"/workspace/import/jobs/{job.pk}/?wrong=3").context["report"]
    assert report.problem_count == 250
    assert len(report.problems.object_list) == 50
    assert "?wrong=2" in shown(client, job)


def test_export_as_of_a_day(admin: User, client: Client) -> None:
    AuthorityFactory(code="minfin", valid_from=date(2020, 1, 1))
    answer = client.get("/workspace/import/organisation/export/?on=2026-01-01")
    assert "yantar-organisation-2026-01-01.xlsx" in answer["Content-Disposition"]
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    assert rows[1][0] == "minfin"
    before = client.get("/workspace/import/organisation/export/?on=2019-01-01")
    assert len(list(openpyxl.load_workbook(io.BytesIO(before.content)).worksheets[0].values)) == 1
    archive = zipfile.ZipFile(io.BytesIO(client.get("/workspace/import/organisation/export/?format=csv").content))
    assert all(name.endswith(".csv") for name in archive.namelist())
    assert client.get("/workspace/import/organisation/export/?format=pdf").status_code == 404
    assert client.get("/workspace/import/organisation/export/?on=yesterday").status_code == 400


def test_what_was_given_out_comes_in_again(admin: User, client: Client) -> None:
    AuthorityFactory(code="minfin")
    content = client.get("/workspace/import/organisation/export/?format=csv").content
    job = look(client, SimpleUploadedFile("organisation.zip", content))
    assert client.get(f"/workspace/import/jobs/{job.pk}/").context["report"].nothing_new


def test_certificates_go_out_and_come_in(admin: User, client: Client) -> None:
    granted("YA-1", authority=AuthorityFactory(code="minfin"))
    content = client.get("/workspace/import/certificates/export/").content
    answer = client.post("/workspace/import/certificates/", {"upload": SimpleUploadedFile("certificates.xlsx", content)})
    job = Job.objects.get()
    assert answer["Location"] == f"/workspace/import/jobs/{job.pk}/"
    carry_out(job.pk)
    report = client.get(f"/workspace/import/jobs/{job.pk}/").context["report"]
    assert (report.problem_count, report.nothing_new) == (0, True)
    assert [table.unchanged for table in report.tables if table.unchanged]
    assert client.get("/workspace/import/certificates/template/").status_code == 200


def test_a_decision_from_a_file_is_recorded_once(admin: User, client: Client) -> None:
    certificate = granted("YA-1", date(2025, 3, 15), authority=AuthorityFactory(code="minfin"))
    head = ["Номер сертификата", "Решение", "Дата решения", "Основание приостановления"]
    why = "По собственной просьбе"
    rows = [head, ["YA-1", "Приостановлен", date(2026, 5, 5), why], ["YA-9", "Приостановлен", "вчера", why]]
    for number, good in ((2, rows[:2]), (3, rows)):
        upload = SimpleUploadedFile("решения.xlsx", workbook({"Решения": good}).getvalue())
        client.post("/workspace/import/certificates/", {"upload": upload})
        job = Job.objects.order_by("-created_at").first()
        assert job is not None
        carry_out(job.pk)
        report = client.get(f"/workspace/import/jobs/{job.pk}/").context["report"]
        assert report.ok is (number == 2), report.problems.object_list
    assert {p["row"] for p in report.problems.object_list} == {3}
    first = Job.objects.order_by("created_at").first()
    assert first is not None
    client.post(f"/workspace/import/jobs/{first.pk}/take-in/")
    carry_out(Job.objects.get(kind="certificates.import").pk)
    assert certificate.decisions.filter(kind="suspend").count() == 1


def test_template_and_unknown_exchange(admin: User, client: Client) -> None:
    answer = client.get("/en/workspace/import/organisation/template/")
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames[0] == "Authorities"
    assert client.get("/workspace/import/spaceships/template/").status_code == 404
    assert client.post("/workspace/import/spaceships/", {"upload": book(GOOD)}).status_code == 404


def test_next_steps_are_ticked_off(admin: User, client: Client) -> None:
    def done() -> list[bool]:
        return [step.done for step in client.get("/workspace/import/").context["steps"]]

    assert done() == [True, False, False]
    AuthorityFactory()
    assert done() == [True, True, False]


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_page_asks_the_same_number_of_queries(admin: User, client: Client, jobs: int, django_assert_num_queries) -> None:
    for number in range(jobs):
        look(client, book([HEAD, [f"code{number}", "Министерство", "", "", "", 5]], f"{number}.xlsx"))
    client.get("/workspace/import/")
    with django_assert_num_queries(8):
        answer = client.get("/workspace/import/")
    assert len(answer.context["jobs"]) == jobs
