"""Decisions and audits recorded and taken back through their forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from yantar.core.models import User
from yantar.qms.certification.models import Certificate, Decision

As = Callable[[User], Client]
NEW = "/workspace/certificates/YA-0001/decisions/new/"


def test_first_the_kind_is_chosen(as_: As, coordinator: User, certificate: Certificate) -> None:
    answer = as_(coordinator).get(NEW)
    assert [kind for kind, _label, _text in answer.context["foreseen"]] == [
        "confirm",
        "suspend",
        "reduce_scope",
        "withdraw",
        "renew",
        "move_edition",
        "transfer",
    ]
    assert [kind for kind, _label, _text in answer.context["others"]] == ["grant", "restore"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("confirm", {"audit_on", "decided_on"}),
        ("suspend", {"reason_code", "decided_on", "effective_on"}),
        ("reduce_scope", {"scope_ru", "scope_en", "decided_on", "effective_on"}),
        ("transfer", {"body", "decided_on", "effective_on"}),
        ("move_edition", {"edition", "audit_on", "decided_on", "effective_on", "expires_on"}),
    ],
)
def test_only_what_belongs_to_the_kind_is_asked(as_: As, coordinator: User, certificate: Certificate, kind: str, fields: set[str]) -> None:
    form = as_(coordinator).get(f"{NEW}?kind={kind}").context["form"]
    assert set(form.fields) == fields | {"number", "source", "note", "breach_reason"}


def test_a_surveillance_is_recorded_and_the_page_says_so(as_: As, coordinator: User, certificate: Certificate) -> None:
    client = as_(coordinator)
    before = client.get("/workspace/certificates/YA-0001/").content.decode()
    assert "пройден" not in before
    given = {"kind": "confirm", "audit_on": "2026-11-10", "decided_on": "20.11.2026", "number": "17", "source": "Письмо № 5"}
    answer = client.post(NEW, given)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/workspace/certificates/YA-0001/#decisions"
    decision = Decision.objects.get(kind="confirm")
    assert (decision.decided_on, decision.audit_on, decision.number) == (date(2026, 11, 20), date(2026, 11, 10), "17")
    assert decision.recorded_by == coordinator
    page = client.get("/workspace/certificates/YA-0001/")
    assert "20.11.2026" in page.content.decode()
    assert [row.done_on for row in page.context["cycle"].rows if row.done_on] == [date(2025, 3, 10), date(2026, 11, 10)]


def test_sent_twice_it_is_recorded_once(as_: As, coordinator: User, certificate: Certificate) -> None:
    client = as_(coordinator)
    given = {"kind": "confirm", "audit_on": "2026-11-10", "decided_on": "2026-11-20"}
    assert client.post(NEW, given).status_code == 302
    again = client.post(NEW, given)
    assert again.status_code == 422
    assert "decided_on" in again.context["form"].errors
    assert Decision.objects.filter(kind="confirm").count() == 1


def test_everything_wrong_is_said_at_once_and_nothing_typed_is_lost(as_: As, coordinator: User, certificate: Certificate) -> None:
    given = {"kind": "suspend", "decided_on": "2026-13-45", "reason_code": "", "note": "Моё примечание", "number": "№ 8"}
    answer = as_(coordinator).post(NEW, given)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"decided_on", "reason_code"}
    text = answer.content.decode()
    assert "Моё примечание" in text
    assert "№ 8" in text
    assert "2026-13-45" in text
    assert Decision.objects.count() == 1


def test_refusals_of_the_action_stand_beside_their_fields(as_: As, coordinator: User, certificate: Certificate) -> None:
    answer = as_(coordinator).post(NEW, {"kind": "reduce_scope", "decided_on": "1926-11-20"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"decided_on", "scope_ru"}


def test_a_broken_rule_warns_asks_for_a_reason_and_stays_flagged(as_: As, coordinator: User, certificate: Certificate) -> None:
    client = as_(coordinator)
    given = {"kind": "restore", "decided_on": "2026-11-20", "note": "Письмом органа"}
    warned = client.post(NEW, given)
    assert warned.status_code == 422
    form = warned.context["form"]
    assert len(form.breaches) >= 1
    assert "Письмом органа" in warned.content.decode()
    assert 'name="breach_reason"' in warned.content.decode()
    assert Decision.objects.filter(kind="restore").count() == 0

    seen = {"breaches_seen": form.breaches_told}
    assert client.post(NEW, {**given, **seen, "breach_reason": "   "}).status_code == 422
    assert client.post(NEW, {**given, "breach_reason": "Причина без показанного предупреждения"}).status_code == 422
    assert Decision.objects.filter(kind="restore").count() == 0

    assert client.post(NEW, {**given, **seen, "breach_reason": "Так решил орган"}).status_code == 302
    decision = Decision.objects.get(kind="restore")
    assert decision.breach_reason == "Так решил орган"
    assert decision.breaches
    page = client.get("/workspace/certificates/YA-0001/").content.decode()
    assert "Так решил орган" in page
    assert 'class="flag"' in page


def test_a_reason_for_one_broken_rule_does_not_cover_another(as_: As, coordinator: User, certificate: Certificate) -> None:
    client = as_(coordinator)
    first = client.post(NEW, {"kind": "restore", "decided_on": "2026-11-20"})
    seen = first.context["form"].breaches_told
    other = {"kind": "restore", "decided_on": "2026-11-20", "effective_on": "2026-11-01"}
    answer = client.post(NEW, {**other, "breaches_seen": seen, "breach_reason": "Причина"})
    assert answer.status_code == 422
    assert answer.context["form"].breaches_told != seen
    assert Decision.objects.filter(kind="restore").count() == 0


def test_an_unknown_kind_comes_back_to_the_choice(as_: As, coordinator: User, certificate: Certificate) -> None:
    answer = as_(coordinator).post(NEW, {"kind": "bless", "decided_on": "2026-11-20"})
    assert answer.status_code == 422
    assert Decision.objects.count() == 1


def test_a_wrong_entry_is_taken_back_and_both_stay(as_: As, coordinator: User, certificate: Certificate) -> None:
    client = as_(coordinator)
    client.post(NEW, {"kind": "confirm", "audit_on": "2026-11-10", "decided_on": "2026-11-20"})
    decision = Decision.objects.get(kind="confirm")
    path = f"/workspace/certificates/YA-0001/decisions/{decision.pk}/reverse/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": " "}).status_code == 422
    assert client.post(path, {"reason": "Не тот сертификат"}).status_code == 302
    assert Decision.objects.get(reverses=decision).note == "Не тот сертификат"
    page = client.get("/workspace/certificates/YA-0001/").content.decode()
    assert "Не тот сертификат" in page
    assert "пройден" not in page
    again = client.post(path, {"reason": "Ещё раз"})
    assert again.status_code == 422
    assert again.context["problems"]


def test_an_audit_is_recorded_and_taken_back(as_: As, coordinator: User, certificate: Certificate) -> None:
    client = as_(coordinator)
    path = "/workspace/certificates/YA-0001/audits/new/"
    wrong = client.post(path, {"kind": "", "began_on": "2026-11-12", "ended_on": "2027-11-10", "days": "x", "report": "О-7"})
    assert wrong.status_code == 422
    assert {"kind", "days"} <= set(wrong.context["form"].errors)
    assert "О-7" in wrong.content.decode()
    refused = client.post(path, {"kind": "surveillance", "began_on": "2026-11-12", "ended_on": "2026-11-10"})
    assert set(refused.context["form"].errors) == {"began_on"}
    assert client.post(path, {"kind": "surveillance", "began_on": "2026-11-09", "ended_on": "2026-11-10", "days": "2,5"}).status_code == 302
    audit = certificate.external_audits.get(kind="surveillance")
    assert str(audit.days) == "2.5"
    back = f"/workspace/certificates/YA-0001/audits/{audit.pk}/take-back/"
    assert client.post(back, {}).status_code == 422
    assert client.post(back, {"reason": "Другая дата"}).status_code == 302
    audit.refresh_from_db()
    assert audit.reversed_at is not None
    assert client.get("/workspace/certificates/YA-0001/").status_code == 200


def test_a_decision_of_another_certificate_is_not_found_under_this_one(as_: As, head: User, certificate: Certificate, enter, health) -> None:
    other = enter(health, "YA-0002").decisions.get()
    assert as_(head).get(f"/workspace/certificates/YA-0001/decisions/{other.pk}/reverse/").status_code == 404
