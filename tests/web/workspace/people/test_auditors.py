"""Auditors in the workspace: who sees whom, lists that ask no more for three than for one, every form, pressed twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, reverse

from tests.factories import GovernmentFactory, with_role
from tests.qms.people.conftest import BY, TODAY, Enter
from tests.qms.people.test_actions import PNG
from tests.web.workspace.certification.conftest import queries_of
from yantar.core.models import JournalEntry, User
from yantar.qms.organisation.actions import create_unit
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.people import actions
from yantar.qms.people.models import Absence, Auditor, Competence, Conflict
from yantar.qms.standards.models import Edition
from yantar.web.workspace.people.urls import urlpatterns

As = Callable[[User], Client]
ROOT = "/workspace/auditors/"
STEPS = ("change", "end", "link", "competence", "absence", "evaluate", "conflict")


@pytest.fixture(autouse=True)
def government(db: None) -> None:
    GovernmentFactory()


@pytest.fixture
def one(enter: Enter) -> Auditor:
    """a1 of the Ministry of Finance with a proof."""
    return enter()


def address(pattern: URLPattern) -> str:
    values = {"code": "a1", "pk": 1, "step": "change"}
    return reverse(f"workspace:{pattern.name}", kwargs={name: values[name] for name in pattern.pattern.converters})


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda one: one.name)
def test_every_address_asks_for_a_sign_in_and_a_role(client: Client, as_: As, nobody: User, pattern: URLPattern) -> None:
    path = address(pattern)
    answer = client.get(path)
    if answer.status_code == 405:
        answer = client.post(path)
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")
    asked = as_(nobody).get(path)
    assert asked.status_code in (403, 405)


def test_another_authority_s_auditor_is_not_there(as_: As, stranger: User, one: Auditor) -> None:
    client, proof = as_(stranger), one.competences.get()
    assert client.get(ROOT).status_code == 200 and b"/auditors/a1/" not in client.get(ROOT).content
    assert client.get(f"{ROOT}a1/").status_code == 404
    for step in STEPS:
        assert client.get(f"{ROOT}a1/{step}/").status_code == 404 and client.post(f"{ROOT}a1/{step}/").status_code == 404
    assert client.post(f"{ROOT}a1/competences/{proof.pk}/withdraw/").status_code == 404
    assert client.get(f"{ROOT}a1/competences/{proof.pk}/correct/").status_code == 404
    assert client.get(f"{ROOT}a1/competences/{proof.pk}/scan/").status_code == 404


def test_who_only_reads_changes_nothing(as_: As, finance: Authority, one: Auditor) -> None:
    client, proof = as_(with_role(Role.STAFF, finance)), one.competences.get()
    assert client.get(f"{ROOT}a1/").status_code == 200 and b"/change/" not in client.get(f"{ROOT}a1/").content
    for step in STEPS:
        assert client.get(f"{ROOT}a1/{step}/").status_code == 403 and client.post(f"{ROOT}a1/{step}/").status_code == 403
    assert client.get(f"{ROOT}new/").status_code == 403
    assert client.post(f"{ROOT}a1/competences/{proof.pk}/withdraw/").status_code == 403
    proof.refresh_from_db()
    assert proof.withdrawn_on is None


def test_the_auditor_may_the_own_absence_and_conflict(as_: As, health: Authority, enter: Enter) -> None:
    me = with_role(Role.INTERNAL_AUDITOR, health)
    enter(user=me)
    client = as_(me)
    for step, status in (("absence", 200), ("conflict", 200), ("change", 403), ("evaluate", 403)):
        assert client.get(f"{ROOT}a1/{step}/").status_code == status
    client.post(f"{ROOT}a1/absence/", {"first_day": "2027-07-01", "last_day": "14.07.2027", "kind": "leave"})
    absence = Absence.objects.get()
    client.post(f"{ROOT}a1/absences/{absence.pk}/cancel/")
    absence.refresh_from_db()
    assert absence.cancelled_at is not None


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("path", ["", "?edition=2015&field=it&expiring=on&q=a"])
def test_the_list_asks_the_same_number_of_queries(as_: As, head: User, enter: Enter, finance: Authority, rows: int, path: str) -> None:
    for n in range(rows):
        unit = create_unit(by=BY, authority=finance, code=f"u{n}", name_ru="Отдел", valid_from=date(2010, 1, 1))
        made = enter(f"a{n}", unit=unit)
        proof = made.competences.get()
        actions.correct_competence(by=BY, competence=proof, valid_until=date(2026, 12, 20))
    answer = as_(head).get(ROOT + path)
    assert len(answer.context["rows"]) == rows
    assert queries_of(as_(head), ROOT + path) == LIST


LIST = (14, 14)


def test_what_the_list_says(as_: As, head: User, enter: Enter) -> None:
    enter("lead", qualification="lead", audits_before=5)
    enter("new", qualification="lead", languages=["ru", "en"])
    enter("bare", proven=False)
    rows = {row.auditor.code: row for row in as_(head).get(ROOT).context["rows"]}
    assert rows["lead"].standing.may_lead and not rows["lead"].reasons
    assert rows["new"].weakened and len(rows["new"].reasons) == 1
    assert rows["bare"].standing.may_be == "trainee" and rows["bare"].proofs == []
    english = as_(head).get(f"/en{ROOT}?language=en")
    assert [row.auditor.code for row in english.context["rows"]] == ["new"]
    assert "a lead auditor needs 3" in english.content.decode() and "ISO 9001:2015" in english.content.decode()
    assert as_(head).get(f"{ROOT}?field=magic&edition=x&page=99").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_one_auditor_asks_the_same_number_of_queries(as_: As, head: User, one: Auditor, health: Authority, rows: int) -> None:
    for n in range(rows):
        actions.record_absence(by=BY, auditor=one, first_day=date(2027, 1, 1 + n), last_day=date(2027, 1, 1 + n))
        actions.evaluate(by=BY, auditor=one, score=4, evaluated_on=date(2026, 1, 1 + n))
        actions.record_competence(by=BY, auditor=one, kind="training", evidence=f"Курс {n}", obtained_on=TODAY)
    actions.declare_conflict(by=BY, auditor=one, authority=health)
    assert queries_of(as_(head), f"{ROOT}a1/") == ONE


ONE = (14, 14)


def test_enter_and_correct(as_: As, coordinator: User, finance: Authority, health: Authority) -> None:
    client = as_(coordinator)
    assert client.get(f"{ROOT}new/").context["form"].fields["authority"].initial == "minfin"
    given = {
        "name": "Новый Аудитор",
        "authority": "minfin",
        "qualification": "member",
        "languages": ["ru"],
        "days_per_month": 5,
        "audits_before": 0,
        "valid_from": "2026-01-01",
    }
    # Another authority is not offered to the coordinator of this one.
    answer = client.post(f"{ROOT}new/", {**given, "authority": "minzdrav", "name": ""})
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"name", "authority"}
    answer = client.post(f"{ROOT}new/", given)
    made = Auditor.objects.get()
    assert answer.headers["Location"] == f"{ROOT}{made.code}/" and made.authority == finance
    unit = create_unit(by=BY, authority=finance, code="u1", name_ru="Отдел", valid_from=date(2010, 1, 1))
    form = client.get(f"{ROOT}{made.code}/change/").context["form"]
    assert form["name"].value() == "Новый Аудитор" and form["authority"].value() == "minfin"
    changed = {**given, "name": "Иное Имя", "unit": unit.pk, "languages": ["ru", "en"], "note": "x"}
    assert client.post(f"{ROOT}{made.code}/change/", changed).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.unit, made.languages) == ("Иное Имя", unit, ["ru", "en"])
    client.post(f"{ROOT}{made.code}/change/", {**changed, "unit": ""})
    made.refresh_from_db()
    assert made.unit is None


def test_a_proof_with_its_scan_pressed_twice(as_: As, head: User, one: Auditor, edition: Edition) -> None:
    client = as_(head)

    def send(**more: Any) -> Any:
        scan = SimpleUploadedFile("x.png", PNG, "image/png")
        given = {"kind": "edition", "edition": "2015", "field": "it", "evidence": "№ 9", "obtained_on": "2026-02-01", "scan": scan}
        return client.post(f"{ROOT}a1/competence/", {**given, **more})

    assert send(evidence="", edition="").status_code == 422
    assert send().status_code == 302
    again = send()
    assert again.status_code == 422 and list(again.context["form"].errors) == ["evidence"]
    proof = Competence.objects.get(field="it")
    answer = client.get(f"{ROOT}a1/competences/{proof.pk}/scan/")
    assert b"".join(answer.streaming_content) == PNG and "attachment" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    client.post(f"{ROOT}a1/competences/{proof.pk}/correct/", {"evidence": "№ 10", "valid_until": "2029-01-01"})
    proof.refresh_from_db()
    assert (proof.evidence, proof.valid_until, proof.scan is not None) == ("№ 10", date(2029, 1, 1), True)
    before = JournalEntry.objects.count()
    for _press in range(2):
        assert client.post(f"{ROOT}a1/competences/{proof.pk}/withdraw/").status_code == 302
    assert JournalEntry.objects.count() == before + 1


def test_the_other_steps(as_: As, head: User, one: Auditor, health: Authority) -> None:
    client = as_(head)
    assert client.post(f"{ROOT}a1/absence/", {"first_day": "2027-07-14", "last_day": "2027-07-01", "kind": "leave"}).status_code == 422
    client.post(f"{ROOT}a1/conflict/", {"authority": "minzdrav"})
    conflict = Conflict.objects.get()
    page = client.get(f"{ROOT}a1/").content.decode()
    assert "Министерство здравоохранения" in page
    for _press in range(2):
        client.post(f"{ROOT}a1/conflicts/{conflict.pk}/end/")
    conflict.refresh_from_db()
    assert conflict.ended_on == TODAY
    assert client.post(f"{ROOT}a1/evaluate/", {"score": "4", "evaluated_on": "2026-11-01", "note": "Хорошо"}).status_code == 302
    assert client.post(f"{ROOT}a1/evaluate/", {"score": "4", "evaluated_on": "2026-11-01"}).status_code == 422
    person = with_role(Role.INTERNAL_AUDITOR)
    assert client.post(f"{ROOT}a1/link/", {"user": person.pk}).status_code == 302
    one.refresh_from_db()
    assert one.user == person
    assert client.post(f"{ROOT}a1/end/", {"effective_on": "2026-11-23"}).status_code == 302
    one.refresh_from_db()
    assert one.valid_to == TODAY
    ended = client.get(f"{ROOT}a1/")
    assert ended.status_code == 200 and "/change/" not in ended.content.decode()
    assert client.get(f"{ROOT}?").context["rows"] == []
    assert client.get(f"{ROOT}a1/nothing/").status_code == 404
