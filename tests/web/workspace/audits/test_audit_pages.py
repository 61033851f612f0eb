"""Pages of audits: who may open which, how many questions they ask the database, and a whole audit pressed through them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from PIL import Image

from tests.factories import AuthorityFactory, GovernmentFactory, UserFactory, with_role
from tests.qms.audits.support import TODAY, Case, case, process, under_way
from yantar.core import clock
from yantar.core.models import User
from yantar.qms.audits import actions
from yantar.qms.audits.models import Answer, AuditState, BankQuestion, Evidence
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Role
from yantar.web.workspace.audits.audit_urls import urlpatterns

As = Callable[[User], Client]
OPEN = {"audit_spot_worker": "a script without data; a worker that can't be fetched would stop answering when a sign-in ends"}
ONLY_POST = {"agenda_remove", "person_met_remove", "audit_evidence_add", "audit_evidence_remove"}


@pytest.fixture(autouse=True)
def today(db: None, settings: Any, tmp_path: Path) -> Iterator[date]:
    settings.MEDIA_ROOT = tmp_path
    GovernmentFactory()
    with clock.at(TODAY):
        yield TODAY


@pytest.fixture
def given() -> Case:
    found = case()
    process(found.audit.authority)
    return under_way(found)


@pytest.fixture
def as_(client: Client) -> As:
    def enter(user: User) -> Client:
        client.force_login(user)
        return client

    return enter


def url(name: str, given: Case, *more: Any) -> str:
    return reverse(f"workspace:{name}", args=[given.audit.number, *more])


def address(pattern: URLPattern, number: str = "2026-A-001") -> str:
    values = {"number": number, "pk": 1, "kind": "opening", "step": "begin", "language": "ru", "finding": "2026-00001"}
    return reverse(f"workspace:{pattern.name}", kwargs={name: values[name] for name in pattern.pattern.converters})


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda one: one.name)
def test_every_address_asks_for_a_sign_in_or_says_why_not(client: Client, pattern: URLPattern) -> None:
    for prefix in ("", "/en"):
        path = prefix + address(pattern)
        answer = client.post(path) if pattern.name in ONLY_POST else client.get(path)
        if pattern.name in OPEN:
            assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/javascript")
        else:
            assert answer.status_code == 302
            assert answer.headers["Location"] == f"{prefix}/accounts/login/?next={path}"


@pytest.mark.parametrize("pattern", [one for one in urlpatterns if "number" in one.pattern.converters], ids=lambda one: one.name)
def test_another_authority_s_audit_is_not_there(as_: As, given: Case, pattern: URLPattern) -> None:
    client = as_(with_role(Role.COORDINATOR, AuthorityFactory()))
    path = address(pattern, given.audit.number)
    assert (client.post(path) if pattern.name in ONLY_POST else client.get(path)).status_code == 404


READS = {"audits", "question_bank", "external_template", "audit", "audit_spot_worker", "audit_report_pdf", "audit_evidence"}


@pytest.mark.parametrize("pattern", [one for one in urlpatterns if one.name not in READS], ids=lambda one: one.name)
def test_who_only_reads_changes_nothing(as_: As, given: Case, pattern: URLPattern) -> None:
    client = as_(with_role(Role.CERTIFIER))
    path = address(pattern, given.audit.number)
    assert (client.post(path) if pattern.name in ONLY_POST else client.get(path)).status_code == 403


def test_without_a_role_a_page_says_whom_to_ask(as_: As) -> None:
    assert as_(UserFactory()).get("/workspace/audits/").status_code == 403


def test_wrong_methods(as_: As, given: Case) -> None:
    client = as_(given.lead)
    assert client.post("/workspace/audits/").status_code == 405
    assert client.get(url("audit_evidence_add", given)).status_code == 405
    assert client.delete(url("audit_answers", given)).status_code == 405


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_the_list_costs_the_same_with_one_and_with_three(as_: As, given: Case) -> None:
    client = as_(given.head_of_quality)
    one = queries_of(client, "/workspace/audits/")
    for _more in range(2):
        case()
    assert queries_of(client, "/workspace/audits/") == one
    assert one <= 14


def test_an_audit_s_page_and_the_spot_cost_the_same_however_many_questions(as_: As, given: Case) -> None:
    client = as_(given.lead)
    for path in (url("audit", given), url("audit_spot", given), url("audit_prepare", given)):
        if "checklist" in path:
            client = as_(given.head_of_quality)
        before = queries_of(client, path)
        for number in range(3):
            actions.add_question(by=given.lead, audit=given.fresh(), text=f"Ещё вопрос {number} {path}?")
        assert queries_of(client, path) == before, path


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=external", 0),
        ("kind=internal", 1),
        ("state=under_way", 1),
        ("state=closed", 0),
        ("mine=1", 1),
        ("q=2026-A", 1),
        ("begins=2027-01-01", 0),
        ("kind=x", 1),
    ],
)
def test_filters(as_: As, given: Case, query: str, found: int) -> None:
    answer = as_(given.lead).get(f"/workspace/audits/?{query}")
    assert len(answer.context["rows"]) == found


def test_the_list_shows_what_one_may_see(as_: As, given: Case) -> None:
    other = case()
    numbers = {
        "lead": {given.audit.number},
        "coordinator": {given.audit.number},
        "head_of_quality": {given.audit.number, other.audit.number},
    }
    for who, expected in numbers.items():
        rows = as_(getattr(given, who)).get("/workspace/audits/").context["rows"]
        assert {row.audit.number for row in rows} == expected


def send(client: Client, given: Case, entries: Any) -> Any:
    return client.post(url("audit_answers", given), json.dumps({"entries": entries}), content_type="application/json")


def test_answers_come_in_batches_and_what_stands_goes_back(as_: As, given: Case) -> None:
    actions.save_answers(by=given.member, audit=given.audit, entries=[actions.AnswerEntry(line=given.line.pk, grade="minor", note="Нет")])
    entry = {
        "line": given.line.pk,
        "grade": "conform",
        "note": "Есть",
        "sample": "",
        "revision": 1,
        "base": 0,
        "edited_at": "2026-11-23T07:00:00Z",
        "device": "t",
    }
    body = send(as_(given.lead), given, [entry]).json()
    assert body["mine"][str(given.line.pk)]["note"] == "Есть"
    assert [one["note"] for one in body["others"][str(given.line.pk)]] == ["Нет"]
    assert body["conflicts"] == [] and body["csrf"]
    assert send(as_(given.lead), given, [entry]).json()["mine"] == body["mine"]
    other = {**entry, "note": "Иначе", "revision": 2, "device": "other", "edited_at": "2026-11-23T07:01:00"}
    (conflict,) = send(as_(given.lead), given, [other]).json()["conflicts"]
    assert conflict["lost"]["note"] == "Есть"
    assert Answer.objects.count() == 2


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"entries": [{}]}', '{"entries": [{"line": "x"}]}', '{"entries": [{"line": 1, "note": 5}]}', '{"entries": 7}']
)
def test_a_batch_that_can_t_be_read_is_400(as_: As, given: Case, body: str) -> None:
    assert as_(given.lead).post(url("audit_answers", given), body, content_type="application/json").status_code == 400


def test_a_batch_after_the_spot_is_422_with_words(as_: As, given: Case) -> None:
    type(given.audit).objects.filter(pk=given.audit.pk).update(state="reported")
    answer = send(as_(given.lead), given, [{"line": given.line.pk, "revision": 1}])
    assert answer.status_code == 422 and answer.json()["problems"][0]["message"]
    assert as_(given.lead).get(url("audit_spot", given)).status_code == 302


def test_csrf_is_asked_for(given: Case) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(given.lead)
    assert send(client, given, []).status_code == 403


def close_file(answer: Any) -> None:
    """Close what is streamed and nothing else: closing the answer would close the test's connection too."""
    for close in answer._resource_closers:
        close()


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    out.seek(0)
    out.name = "x.jpg"
    return out


def test_evidence_is_sent_seen_by_those_concerned_and_taken_back(as_: As, given: Case) -> None:
    data = {"line": given.line.pk, "key": "key-00000001", "kind": "photo", "permitted": "on", "file": picture()}
    client = as_(given.lead)
    assert client.post(url("audit_evidence_add", given), data).status_code == 200
    assert client.post(url("audit_evidence_add", given), {**data, "file": picture()}).status_code == 200
    (piece,) = Evidence.objects.all()
    assert client.post(url("audit_evidence_add", given), {**data, "key": "key-00000002", "permitted": "", "file": picture()}).status_code == 422
    path = url("audit_evidence", given, piece.pk)
    seen = as_(given.coordinator).get(path)
    assert seen.headers["Content-Type"] == "image/jpeg" and b"".join(seen.streaming_content)[:3] == b"\xff\xd8\xff"  # type: ignore[attr-defined]
    close_file(seen)
    assert as_(with_role(Role.STAFF, AuthorityFactory())).get(path).status_code == 404
    assert path in as_(given.coordinator).get(url("audit", given)).content.decode()
    assert as_(given.lead).post(url("audit_evidence_remove", given, piece.pk)).status_code == 302
    assert path not in as_(given.lead).get(url("audit", given)).content.decode()
    assert as_(given.lead).get(path).status_code == 404


def test_preparation_by_pressing(as_: As) -> None:
    given = case()
    client = as_(given.head_of_quality)
    path = url("audit_prepare", given)
    assert client.get(path).status_code == 200
    assert client.post(path, {"do": "make"}).status_code == 302
    lines = list(given.audit.lines.order_by("order"))
    client.post(path, {"do": "assign", "line": [lines[0].pk], "auditor": given.trainee.auditor.pk})
    client.post(path, {"do": "drop", "line": [lines[1].pk]})
    client.post(path, {"do": f"up:{lines[-1].pk}"})
    assert given.audit.lines.get(pk=lines[0].pk).assigned == given.trainee.auditor
    assert given.audit.lines.filter(dropped_at__isnull=False).count() == 1
    assert client.post(path, {"do": "take_back", "line": [lines[1].pk]}).status_code == 302
    for wrong in ({"do": "drop"}, {"do": "x"}, {}):
        assert client.post(path, wrong).status_code == 422
    answer = client.post(url("line_correct", given, lines[0].pk), {"text": "Иначе?"})
    assert answer.status_code == 302 and given.audit.lines.get(pk=lines[0].pk).text_ru == "Иначе?"
    assert client.post(url("audit_agenda", given)).status_code == 302
    item = given.audit.agenda.first()
    data = {"day": "2026-11-23", "begins": "08:00", "ends": "08:30", "topic": "Встреча"}
    assert client.post(url("agenda_item", given, item.pk), data).status_code == 302
    assert client.post(url("agenda_new", given), {**data, "ends": "07:00"}).status_code == 422
    assert client.post(url("agenda_remove", given, item.pk)).status_code == 302


def test_a_whole_audit_by_its_pages(as_: As, given: Case) -> None:
    lead = as_(given.lead)
    keep = {"text": "Где реестр?", "keep_in_bank": "on"}
    assert lead.post(url("question_new", given), keep).status_code == 302 and BankQuestion.objects.count() == 1
    entries = [{"line": line.pk, "grade": "conform", "revision": 1, "edited_at": None} for line in given.audit.lines.all()]
    assert send(lead, given, entries).status_code == 200
    new = url("audit_finding_new", given) + f"?line={given.line.pk}"
    said = {
        "requirement": "п. 8.5.1", "evidence": "Дело № 12 от 03.11.2026, отдел лицензий", "gap": "В деле № 12 нет отметки.", "helper": ["breach"],
    }  # fmt: skip
    asked = lead.post(new, said)
    assert asked.status_code == 422 and asked.context["suggested"].grade == "minor" and b'value="minor" selected' in asked.content
    vague = lead.post(new, {**said, "grade": "minor", "gap": "Иногда нет отметки."})
    assert vague.status_code == 422 and "gap" in vague.context["form"].errors
    assert lead.post(new, {**said, "grade": "minor"}).status_code == 302
    draft = Finding.objects.get()
    assert (
        lead.post(url("audit_finding", given, draft.number), {**said, "grade": "minor", "gap": "В деле № 12 нет отметки о проверке."}).status_code
        == 302
    )
    assert lead.post(url("person_met_new", given), {"name": "Вера Примерова"}).status_code == 302
    assert lead.post(url("audit_meeting", given, "closing"), {"held_at": "2026-11-23T09:30", "notes": ""}).status_code == 302
    assert lead.post(url("audit_step", given, "finish-on-the-spot")).status_code == 302
    assert lead.post(url("audit_step", given, "sign-report")).status_code == 422
    assert lead.post(url("audit_report", given), {"conclusion": "Система действует.", "fulfilment": "Выполняется."}).status_code == 302
    assert lead.get(url("audit_report_pdf", given, "en")).content[:5] == b"%PDF-"
    assert lead.post(url("audit_step", given, "sign-report")).status_code == 302
    head = as_(given.head)
    paper = head.get(url("audit_report_pdf", given, "ru"))
    assert b"".join(paper.streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
    close_file(paper)
    assert head.post(url("report_dispute", given), {"dispute": "Отметка есть."}).status_code == 302
    lead = as_(given.lead)
    assert lead.post(url("audit_step", given, "answer-dispute"), {"answer": "Её нет."}).status_code == 302
    page = lead.get(url("audit", given))
    assert "Отметка есть." in page.content.decode() and draft.number in page.content.decode()
    assert lead.post(url("audit_step", given, "close"), {"hours_spent": "12"}).status_code == 422
    Finding.objects.update(state="closed", closed_on=TODAY)
    assert lead.post(url("audit_step", given, "close"), {"hours_spent": "12"}).status_code == 302
    assert given.fresh().state == AuditState.CLOSED


def test_names_of_people_met_are_not_for_the_authority(as_: As, given: Case) -> None:
    actions.record_person_met(by=given.lead, audit=given.audit, name="Вера Примерова")
    assert "Вера Примерова" in as_(given.lead).get(url("audit", given)).content.decode()
    assert "Вера Примерова" not in as_(given.coordinator).get(url("audit", given)).content.decode()


def test_the_certification_body_s_audit_by_its_pages(as_: As) -> None:
    given = case()
    certificate = given.audit.certificate
    assert certificate is not None
    client = as_(given.coordinator)
    plan = {
        "certificate": certificate.pk,
        "kind": "surveillance",
        "window_first": "2026-11-01",
        "window_last": "2026-12-20",
        "person_days": 2,
        "method": "on_site",
    }
    assert client.post(reverse("workspace:external_new"), {**plan, "kind": "x"}).status_code == 422
    answer = client.post(reverse("workspace:external_new"), plan)
    assert answer.status_code == 302
    number = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    one = f"/workspace/audits/{number}/"
    assert client.get(one).status_code == 200
    assert client.post(f"{one}external/days/", {"first_day": "2026-11-19", "last_day": "2026-11-20"}).status_code == 302
    over = {"began_on": "2026-11-19", "ended_on": (TODAY + timedelta(days=2)).isoformat(), "body_report": "ИК-1"}
    assert client.post(f"{one}external/report/", over).status_code == 422
    assert client.post(f"{one}external/report/", {**over, "ended_on": "2026-11-20"}).status_code == 302
    assert certificate.external_audits.get().report == "ИК-1"
    finding = {"grade": "observation", "gap": "Вывеска плохо видна."}
    assert client.post(f"{one}external/findings/new/", finding).status_code == 302
    csv = io.BytesIO("Вид;Формулировка\nВозможность улучшения;Добавить указатель на входе.\n".encode())
    csv.name = "findings.csv"
    looked = client.post(f"{one}external/findings/import/", {"file": csv})
    assert looked.status_code == 200 and len(looked.context["looked"]) == 1 and Finding.objects.count() == 1
    assert client.post(f"{one}external/findings/import/", {"sealed": looked.context["sealed"]}).status_code == 302
    assert Finding.objects.count() == 2
    assert client.post(f"{one}external/findings/import/", {"sealed": "x"}).status_code == 422
    assert client.get(reverse("workspace:external_template")).content[:2] == b"PK"
    assert client.post(f"{one}steps/close/").status_code == 302
