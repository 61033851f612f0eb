"""The steps of a finding through their forms: nothing typed is lost, sent twice harms nothing, nobody goes where they may not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.factories import AuthorityFactory, GovernmentFactory, UserFactory, with_role
from tests.qms.findings.support import Cast, cast, fixed, led_to, plan, raised, root, why
from yantar.core import clock
from yantar.core.models import User
from yantar.qms.findings import actions
from yantar.qms.findings.models import Attachment, CauseMethod, Finding, State, Verdict
from yantar.qms.organisation.models import Role
from yantar.web.workspace.findings.steps import ACTION_STEPS, CAUSE_STEPS, STEPS
from yantar.web.workspace.findings.words import ACTION_WORDS, CAUSE_WORDS, WORDS

from .support import as_

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today(db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    GovernmentFactory()
    with clock.at(TODAY):
        yield


@pytest.fixture
def people() -> Cast:
    return cast()


def step(finding: Finding, name: str) -> str:
    return f"/workspace/findings/{finding.number}/do/{name}/"


def take(user: User, finding: Finding, name: str, **data: Any) -> Finding:
    """Take a step that succeeds; the finding as it is afterwards."""
    answer = as_(user).post(step(finding, name), data)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Finding.objects.get(pk=finding.pk)


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return SimpleUploadedFile("order.png", out.getvalue(), content_type="image/png")


def test_every_step_has_its_words() -> None:
    assert set(WORDS) - {"correct-draft"} == set(STEPS)
    assert set(CAUSE_WORDS) == set(CAUSE_STEPS)
    assert set(ACTION_WORDS) == set(ACTION_STEPS)


@pytest.mark.parametrize("name", list(STEPS))
def test_who_comes_to_a_step(people: Cast, name: str) -> None:
    one = raised(people, owner=people.owner)
    assert Client().get(step(one, name)).headers["Location"].startswith("/accounts/login/")
    assert as_(UserFactory()).get(step(one, name)).status_code == 403
    assert as_(people.stranger).get(step(one, name)).status_code == 404
    assert as_(people.stranger).post(step(one, name)).status_code == 404
    assert as_(people.staff).get(step(one, name)).status_code == 403
    assert as_(people.staff).post(step(one, name)).status_code == 403
    assert as_(people.lead).delete(step(one, name)).status_code == 405


def test_steps_of_answers_and_actions_are_for_the_owner(people: Cast) -> None:
    one = led_to(State.PLAN, people)
    cause, planned = one.causes.first(), plan(one, people)
    assert cause is not None
    for name in CAUSE_STEPS:
        address = f"/workspace/findings/{one.number}/causes/{cause.pk}/{name}/"
        assert [as_(user).get(address).status_code for user in (people.owner, people.staff, people.stranger)] == [200, 403, 404]
    for name in ("change", "withdraw"):
        address = f"/workspace/findings/{one.number}/actions/{planned.pk}/{name}/"
        assert [as_(user).get(address).status_code for user in (people.owner, people.staff, people.stranger)] == [200, 403, 404]
    other = led_to(State.PLAN, people)
    assert as_(people.owner).get(f"/workspace/findings/{other.number}/causes/{cause.pk}/change/").status_code == 404
    assert as_(people.owner).get(f"/workspace/findings/{other.number}/actions/{planned.pk}/change/").status_code == 404
    assert as_(people.owner).get(step(one, "nonsense")).status_code == 404


def test_from_opening_to_a_proven_effect(people: Cast) -> None:
    """The whole way through forms alone, with what is refused on it."""
    one = raised(people)
    take(people.coordinator, one, "acknowledge")
    one = take(people.coordinator, one, "assign", owner=people.owner.pk)
    assert (one.state, one.owner_id) == (State.CONTAINMENT, people.owner.pk)
    refused = as_(people.owner).post(step(one, "correct"), {"correction": "Отправлен", "impossible": "Нельзя"})
    assert refused.status_code == 422
    assert "Отправлен" in refused.content.decode()
    assert "Нельзя" in refused.content.decode()
    one = take(people.owner, one, "correct", correction="Ответ отправлен", corrected_on="2026-11-20")
    assert one.corrected_on == date(2026, 11, 20)

    take(people.owner, one, "why", text="Нет контроля срока", evidence="Журнал № 1")
    first = one.causes.get()
    address = f"/workspace/findings/{one.number}/causes/"
    owner = as_(people.owner)
    owner.post(f"{address}{first.pk}/why/", {"text": "Этап без ответственного", "evidence": "Регламент, раздел 3"})
    second = one.causes.get(parent=first)
    owner.post(f"{address}{first.pk}/why/", {"text": "Люди не обучены", "evidence": "Протоколы"})
    wrong = one.causes.get(text="Люди не обучены")
    owner.post(f"{address}{wrong.pk}/reject/", {"reason": "Обучены все, протоколы № 1–9"})
    wrong.refresh_from_db()
    assert wrong.rejected_on == TODAY
    owner.post(f"{address}{second.pk}/why/", {"text": "Регламент не называет исполнителя", "evidence": "Пункт 3.4", "controllable": "on"})
    last = one.causes.get(parent=second)
    refused = owner.post(f"{address}{last.pk}/root/", {"category": "process.no_owner"})
    assert refused.status_code == 422
    assert len(refused.context["form"].errors) == 2
    given = {"category": "process.no_owner", "explains_all": "on", "would_prevent": "on"}
    assert owner.post(f"{address}{last.pk}/root/", given).status_code == 302
    refused = owner.post(step(one, "plan"), {"elsewhere": ""})
    assert refused.status_code == 422
    one = take(people.owner, one, "plan", elsewhere="В других отделах: нет")
    assert (one.state, one.cause_category) == (State.PLAN, "process.no_owner")

    action = {"text": "Дополнить регламент", "kind": "corrective", "assignee": people.assignee.pk, "due_on": "2026-12-10"}
    one = take(people.owner, one, "action", **action, measure="доля опозданий", target="0 %", cause=last.pk)
    effect = {"measure": "Доля опозданий", "unit": "%", "direction": "down", "baseline": "12,5", "target": "0"}
    one = take(people.owner, one, "effect", **effect)
    assert str(one.effects.get().baseline) == "12.5000"
    one = take(people.owner, one, "submit")
    assert as_(people.owner).get(step(one, "approve")).status_code == 403
    one = take(people.coordinator, one, "send-back", comment="Назовите пункт")
    one = take(people.owner, one, "submit")
    one = take(people.coordinator, one, "approve", verifier=people.verifier.pk)
    planned = one.actions.get()
    done = f"/workspace/findings/{one.number}/actions/{planned.pk}/complete/"
    bad = SimpleUploadedFile("a.pdf", b"MZ\x00\x00 no pdf", content_type="application/pdf")
    refused = as_(people.assignee).post(done, {"proof": "Приказ № 5", "upload": bad})
    assert refused.status_code == 422
    assert "upload" in refused.context["form"].errors
    planned.refresh_from_db()
    assert planned.done_on is None
    assert as_(people.assignee).post(done, {"proof": "Приказ № 5", "upload": picture(), "note": "Приказ"}).status_code == 302
    assert planned.attachments.get().file.name == "order.png"
    one = take(people.owner, one, "done")
    one = take(people.verifier, one, "refuse-proof", comment="Нет подписи", planned=[planned.pk])
    assert one.state == State.IMPLEMENTATION
    assert as_(people.assignee).post(done, {"proof": "Приказ № 5 с подписью"}).status_code == 302
    one = take(people.owner, one, "done")
    one = take(people.verifier, one, "accept", comment="Приказ виден")
    assert one.state == State.WAITING_EFFECT
    assert one.effect_on is not None
    early = as_(people.verifier).post(
        step(one, "judge"), {"observed": "0", "cases": "3", "check_first": "2026-11-23", "check_last": "2026-11-23", "recurrences": "0"}
    )
    assert early.status_code == 422
    with clock.at(one.effect_on + timedelta(days=1)):
        given = as_(people.verifier).get(step(one, "judge")).context["form"].initial
        assert given["check_first"] == TODAY
        window = {"check_first": given["check_first"].isoformat(), "check_last": given["check_last"].isoformat()}
        one = take(people.verifier, one, "judge", observed="12,5", cases="40", recurrences="0", comment="Ничего не изменилось", **window)
        assert (one.state, one.reopened) == (State.ANALYSIS, 1)
        assert one.effects.get().verdict == Verdict.NOT_EFFECTIVE


def test_a_form_sent_twice_adds_nothing_twice(people: Cast) -> None:
    one = led_to(State.ANALYSIS, people)
    answer = {"text": "Потому что", "evidence": "Запись"}
    for _time in range(2):
        assert as_(people.owner).post(step(one, "why"), answer).status_code == 302
    assert one.causes.count() == 1
    first = one.causes.get()
    for _time in range(2):
        assert as_(people.owner).post(f"/workspace/findings/{one.number}/causes/{first.pk}/why/", answer).status_code == 302
    assert one.causes.count() == 2
    for _time in range(2):
        as_(people.owner).post(step(one, "bone"), {"text": "Нагрузка", "category": "people.workload"})
    assert one.causes.filter(method=CauseMethod.ISHIKAWA).count() == 1
    root(one, people.owner)
    actions.propose_plan(by=people.owner, finding=one, elsewhere="Нет")
    given = {"text": "Обучить", "kind": "corrective", "assignee": people.assignee.pk, "due_on": "2026-12-10", "measure": "м", "target": "0"}
    for _time in range(2):
        assert as_(people.owner).post(step(one, "action"), given).status_code == 302
    assert one.actions.count() == 1
    fixed(one)
    assert as_(people.owner).post(step(one, "submit")).status_code == 302
    assert as_(people.owner).post(step(one, "submit")).status_code == 422
    assert one.steps.filter(after=State.APPROVAL).count() == 1


def test_a_step_that_is_over_leads_back_with_a_word(people: Cast) -> None:
    one = led_to(State.ANALYSIS, people)
    answer = as_(people.owner).get(step(one, "correct"), follow=True)
    assert answer.redirect_chain[-1][0] == f"/workspace/findings/{one.number}/"
    assert [str(message) for message in answer.context["messages"]]


def test_answers_are_changed_and_removed(people: Cast) -> None:
    one = led_to(State.ANALYSIS, people)
    last = why(one, people.owner)
    address = f"/workspace/findings/{one.number}/causes/"
    assert as_(people.owner).post(f"{address}{last.pk}/change/", {"text": "Иначе", "evidence": "Запись"}).status_code == 302
    last.refresh_from_db()
    assert (last.text, last.controllable) == ("Иначе", False)
    assert as_(people.owner).post(f"{address}{last.parent_id}/remove/").status_code == 422
    assert as_(people.owner).post(f"{address}{last.pk}/remove/").status_code == 302
    assert as_(people.owner).get(f"{address}{last.pk}/change/").status_code == 404


def test_actions_are_changed_handed_on_and_withdrawn(people: Cast) -> None:
    one = led_to(State.PLAN, people)
    planned, second = plan(one, people), plan(one, people, text="Второе")
    address = f"/workspace/findings/{one.number}/actions/"
    form = as_(people.owner).get(f"{address}{planned.pk}/change/").context["form"]
    given = {name: form[name].value() or "" for name in form.fields} | {"target": "1 %"}
    assert as_(people.owner).post(f"{address}{planned.pk}/change/", given).status_code == 302
    planned.refresh_from_db()
    assert planned.target == "1 %"
    assert as_(people.owner).post(f"{address}{second.pk}/withdraw/").status_code == 302
    one = led_to(State.IMPLEMENTATION, people, Finding.objects.get(pk=one.pk))
    assert as_(people.owner).post(f"{address}{planned.pk}/assignee/", {"assignee": people.staff.pk}).status_code == 302
    planned.refresh_from_db()
    assert planned.assignee_id == people.staff.pk


def test_cancelling_by_two_reopening_rejecting(people: Cast) -> None:
    major = led_to(State.ANALYSIS, people, grade="major")
    assert as_(people.lead).get(step(major, "cancel"), follow=True).status_code == 200
    take(people.lead, major, "request-cancel", reason="Дубль")
    assert as_(people.lead).get(step(major, "confirm-cancel")).status_code == 403
    take(people.head, major, "refuse-cancel", reason="Не дубль")
    take(people.lead, major, "request-cancel", reason="Дубль 2026-00002")
    assert take(people.head, major, "confirm-cancel").state == State.CANCELLED
    minor = led_to(State.CLOSED, people)
    assert take(people.lead, minor, "reopen", comment="Снова").state == State.ANALYSIS
    assert take(people.lead, raised(people), "reject", reason="Нет нарушения").state == State.REJECTED
    assert take(people.lead, raised(people), "cancel", reason="Дубль").state == State.CANCELLED


def test_people_of_a_finding_are_changed(people: Cast) -> None:
    one = led_to(State.ANALYSIS, people)
    one = take(people.coordinator, one, "hand-over", owner=people.staff.pk)
    assert one.owner_id == people.staff.pk
    independent = with_role(Role.INTERNAL_AUDITOR)
    assert as_(people.lead).post(step(one, "verifier"), {"verifier": people.staff.pk}).status_code == 422
    assert take(people.lead, one, "verifier", verifier=independent.pk).verifier_id == independent.pk
    stranger = as_(people.coordinator).post(step(one, "hand-over"), {"owner": people.stranger.pk})
    assert stranger.status_code == 422


def test_drafts_notes_strengths_words_in_english_and_files(people: Cast) -> None:
    draft = raised(people, opened=False, origin_kind="staff")
    assert take(people.author, draft, "issue").state == State.OPEN
    other = raised(people, opened=False, origin_kind="staff")
    assert take(people.author, other, "drop", reason="Ошибка").state == State.CANCELLED
    noted = raised(people, grade="observation")
    assert take(people.coordinator, noted, "take-up").state == State.OPEN
    strength = raised(people, grade="strength", gap="Быстро")
    assert take(people.coordinator, strength, "share").shared
    assert not take(people.coordinator, strength, "unshare").shared
    assert take(people.coordinator, strength, "translate", gap_en="Fast").gap_en == "Fast"
    assert "Fast" in as_(people.lead).get(f"/en/workspace/findings/{strength.number}/").content.decode()
    answer = as_(people.coordinator).post(step(strength, "attach"), {"upload": picture(), "note": "Приказ"})
    assert answer.status_code == 302
    file = Attachment.objects.get(finding=strength)
    address = f"/workspace/findings/{strength.number}/files/{file.pk}/"
    given = as_(people.staff).get(address)
    assert (given.status_code, given.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert "attachment" in given.headers["Content-Disposition"]
    assert b"".join(given.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert as_(people.stranger).get(address).status_code == 404
    assert as_(people.staff).get(f"/workspace/findings/{noted.number}/files/{file.pk}/").status_code == 404


def test_others_are_asked_by_name(people: Cast) -> None:
    one = led_to(State.ANALYSIS, people)
    other = AuthorityFactory()
    form = as_(people.owner).get(step(one, "ask")).context["form"]
    codes = {code for code, _name in form.fields["authorities"].choices}
    assert other.code in codes
    assert people.authority.code not in codes
    one = take(people.owner, one, "ask", text="Есть ли контроль срока?", authorities=[other.code], due_on="2026-12-01")
    assert one.questions.get().answers.get().authority_id == other.pk
    assert other.code not in {code for code, _name in as_(people.owner).get(step(one, "ask")).context["form"].fields["authorities"].choices}


def test_the_effect_is_postponed(people: Cast) -> None:
    one = led_to(State.WAITING_EFFECT, people)
    assert one.effect_on is not None
    later = one.effect_on + timedelta(days=30)
    assert take(people.verifier, one, "postpone", effect_on=later.isoformat(), reason="Мало случаев").effect_on == later
