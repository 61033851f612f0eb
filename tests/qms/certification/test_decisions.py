"""Recording what the certification body decided."""

from __future__ import annotations

import json
import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import translation

from tests.factories import AuthorityFactory, BodyFactory, with_role
from tests.qms.certification.support import HAND, editions, granted
from yantar.core import clock
from yantar.core.models import JournalEntry, Notification
from yantar.core.problems import Refused
from yantar.qms.certification.actions import grant_certificate, record_decision, reverse_decision
from yantar.qms.certification.models import Certificate, Decision, Obligation, StatusPeriod
from yantar.qms.certification.models import DecisionKind as Kind
from yantar.qms.organisation.models import Role

pytestmark = pytest.mark.django_db


def status(certificate: Certificate, on: date) -> str:
    """The status that the projection gives for a day."""
    row = StatusPeriod.objects.filter(certificate=certificate, begins_on__lte=on).order_by("begins_on").last()
    return row.status if row else "draft"


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_grant_gives_three_years_less_a_day_and_its_obligations() -> None:
    certificate = granted(decided_on=date(2010, 3, 15), edition="2008")
    decision = certificate.decisions.get()
    assert (decision.expires_on, decision.edition, decision.breaches) == (date(2013, 3, 14), editions()["2008"], [])
    due = {(one.kind, one.due_on) for one in certificate.obligations.all()}
    assert {
        ("surveillance", date(2011, 3, 15)),
        ("surveillance", date(2012, 12, 31)),
        ("recertification_decision", date(2013, 3, 14)),
        ("restoration_window", date(2013, 9, 14)),
    } <= due
    assert [status(certificate, day) for day in (date(2010, 3, 14), date(2010, 3, 15), date(2013, 3, 14), date(2013, 3, 15))] == [
        "draft",
        "active",
        "active",
        "expired",
    ]
    assert sorted(certificate.external_audits.values_list("kind", flat=True)) == ["stage1", "stage2"]


def test_name_and_head_office_come_from_the_authority_of_that_day() -> None:
    authority = AuthorityFactory(version__name_ru="Министерство финансов", version__name_en="Ministry of Finance")
    certificate = granted(authority=authority)
    assert (certificate.client_ru, certificate.client_en) == ("Министерство финансов", "Ministry of Finance")


def test_the_journal_names_the_certificate_and_its_authority() -> None:
    certificate = granted()
    entry = JournalEntry.objects.get(action="certification.grant_certificate")
    assert (entry.target_type, entry.target_id) == ("certification.certificate", str(certificate.pk))
    assert entry.authority_id == certificate.authority_id
    assert json.loads(entry.decided)["number"] == "YA-1"


def test_a_number_is_given_once_whatever_its_case() -> None:
    granted("РОСС 1")
    with pytest.raises(Refused) as refused:
        granted(" росс  1 ")
    assert codes(refused) == ["already_recorded"]
    assert Certificate.objects.count() == 1


def test_everything_wrong_with_a_grant_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        grant_certificate(
            by=HAND,
            authority=AuthorityFactory(),
            number=" ",
            body=BodyFactory(),
            edition=editions()["2015"],
            decided_on=date(202, 3, 1),
            type="strange",
        )
    assert {problem.field for problem in refused.value.problems} == {"number", "decided_on", "type", "scope_ru"}


def test_confirmation_meets_the_surveillance() -> None:
    certificate = granted(decided_on=date(2024, 3, 15))
    record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(2025, 2, 20), audit_on=date(2025, 2, 1))
    met = Obligation.objects.get(certificate=certificate, due_on=date(2025, 3, 15))
    assert met.met_on == date(2025, 2, 1)


def test_suspended_and_restored() -> None:
    certificate = granted(decided_on=date(2024, 3, 15))
    with pytest.raises(Refused) as refused:
        record_decision(by=HAND, certificate=certificate, kind=Kind.SUSPEND, decided_on=date(2025, 4, 1))
    assert (codes(refused), refused.value.problems[0].field) == (["required"], "reason_code")
    record_decision(by=HAND, certificate=certificate, kind=Kind.SUSPEND, decided_on=date(2025, 4, 1), reason_code="S2")
    record_decision(by=HAND, certificate=certificate, kind=Kind.RESTORE, decided_on=date(2025, 7, 1))
    assert [status(certificate, day) for day in (date(2025, 3, 31), date(2025, 4, 1), date(2025, 6, 30), date(2025, 7, 1))] == [
        "active",
        "suspended",
        "suspended",
        "active",
    ]


def test_a_decision_against_the_rules_asks_for_a_reason_and_stays_flagged() -> None:
    certificate = granted(decided_on=date(2020, 3, 15))
    with pytest.raises(Refused) as refused:
        record_decision(by=HAND, certificate=certificate, kind=Kind.RENEW, decided_on=date(2023, 5, 2), audit_on=date(2023, 4, 1))
    assert set(codes(refused)) == {"breach"}
    with translation.override("en"):
        assert any("Renewed on" in str(problem.message) and "R5" in str(problem.message) for problem in refused.value.problems)
    assert certificate.decisions.count() == 1
    row = record_decision(
        by=HAND,
        certificate=certificate,
        kind=Kind.RENEW,
        decided_on=date(2023, 5, 2),
        audit_on=date(2023, 4, 1),
        breach_reason="Аудит перенесён по просьбе министерства",
    )
    assert "renewal_after_expiry" in [one["code"] for one in row.breaches]
    assert row.breach_reason.startswith("Аудит перенесён")
    assert row.expires_on == date(2026, 3, 14)
    assert [status(certificate, day) for day in (date(2023, 3, 15), date(2023, 5, 2))] == ["expired", "active"]


def test_a_reason_without_a_broken_rule_is_not_kept() -> None:
    row = granted(breach_reason="на всякий случай").decisions.get()
    assert (row.breaches, row.breach_reason) == ([], "")


def test_a_decision_of_the_future_is_a_broken_rule() -> None:
    certificate = granted(decided_on=date(2024, 3, 15))
    with clock.at(date(2025, 1, 1)), pytest.raises(Refused) as refused:
        record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(2025, 1, 2))
    assert codes(refused) == ["breach"]


def test_the_same_decision_twice_is_recorded_once() -> None:
    certificate = granted()
    record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(2025, 2, 1))
    with pytest.raises(Refused) as refused:
        record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(2025, 2, 1), number="7")
    assert codes(refused) == ["already_recorded"]
    assert certificate.decisions.filter(kind=Kind.CONFIRM).count() == 1


def test_two_reductions_of_one_day_are_told_apart_by_their_numbers() -> None:
    certificate = granted()
    for number in ("1", "2"):
        record_decision(
            by=HAND, certificate=certificate, kind=Kind.REDUCE_SCOPE, decided_on=date(2025, 2, 1), number=number, scope_ru=f"Область {number}"
        )
    assert certificate.decisions.filter(kind=Kind.REDUCE_SCOPE).count() == 2


def test_a_transfer_needs_another_body_and_changes_the_period() -> None:
    certificate, new = granted(decided_on=date(2024, 3, 15)), BodyFactory(recert_start_days=240)
    for body in (None, certificate.body):
        with pytest.raises(Refused):
            record_decision(by=HAND, certificate=certificate, kind=Kind.TRANSFER, decided_on=date(2025, 5, 1), body=body)
    record_decision(by=HAND, certificate=certificate, kind=Kind.TRANSFER, decided_on=date(2025, 5, 1), body=new)
    bodies = dict(StatusPeriod.objects.filter(certificate=certificate, status="active").values_list("begins_on", "body"))
    assert bodies == {date(2024, 3, 15): certificate.body_id, date(2025, 5, 1): new.pk}
    # The new body's own limit for opening the recertification holds.
    assert Obligation.objects.get(certificate=certificate, kind="recertification_decision").opens_on == date(2026, 7, 17)


def test_moving_to_another_edition_needs_the_edition() -> None:
    certificate = granted(decided_on=date(2016, 3, 15), edition="2008")
    assert StatusPeriod.objects.get(certificate=certificate, status="active").expires_on == date(2018, 9, 15)
    with pytest.raises(Refused) as refused:
        record_decision(by=HAND, certificate=certificate, kind=Kind.MOVE_EDITION, decided_on=date(2018, 2, 1))
    assert refused.value.problems[0].field == "edition"
    record_decision(by=HAND, certificate=certificate, kind=Kind.MOVE_EDITION, decided_on=date(2018, 2, 1), edition=editions()["2015"])
    moved = StatusPeriod.objects.get(certificate=certificate, begins_on=date(2018, 2, 1))
    assert (moved.edition.key, moved.expires_on) == ("2015", date(2019, 3, 14))


def test_reversal_keeps_both_entries_and_undoes_the_effect_on_every_day() -> None:
    certificate = granted(decided_on=date(2024, 3, 15))
    before = sorted(certificate.periods.values_list("begins_on", "status", "ends_on"))
    wrong = record_decision(by=HAND, certificate=certificate, kind=Kind.WITHDRAW, decided_on=date(2025, 4, 1))
    assert status(certificate, date(2025, 4, 2)) == "withdrawn"
    reversal = reverse_decision(by=HAND, decision=wrong, reason="Не тот сертификат")
    assert sorted(certificate.periods.values_list("begins_on", "status", "ends_on")) == before
    assert list(certificate.decisions.order_by("id")) == [certificate.decisions.get(kind=Kind.GRANT), wrong, reversal]
    assert wrong.reversed_by == reversal
    for decision, code in ((wrong, "already_reversed"), (reversal, "is_reversal")):
        with pytest.raises(Refused) as refused:
            reverse_decision(by=HAND, decision=decision, reason="ещё раз")
        assert codes(refused) == [code]
    with pytest.raises(Refused):
        reverse_decision(by=HAND, decision=certificate.decisions.get(kind=Kind.GRANT), reason=" ")


def test_what_was_reversed_can_be_recorded_anew_with_its_number() -> None:
    certificate = granted(decided_on=date(2024, 3, 15))
    wrong = record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(2025, 2, 1), number="12")
    reverse_decision(by=HAND, decision=wrong, reason="Ошибка в дате аудита")
    again = record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(2025, 2, 1), number="12")
    assert again.pk != wrong.pk


def test_those_concerned_are_told_and_the_actor_is_not() -> None:
    authority = AuthorityFactory()
    coordinator = with_role(Role.COORDINATOR, authority)
    minister = with_role(Role.HEAD_OF_AUTHORITY, authority)
    leader = with_role(Role.HEAD_OF_QUALITY)
    stranger = with_role(Role.COORDINATOR, AuthorityFactory())
    granted(authority=authority, by=coordinator)
    told = Notification.objects.filter(kind="certification.decision")
    assert {one.recipient for one in told} == {minister, leader}
    assert stranger.notifications.count() == 0
    assert told[0].url == "/workspace/certificates/YA-1/"


def test_who_may_record() -> None:
    authority = AuthorityFactory()
    certificate = granted(authority=authority)
    for person in (
        with_role(Role.COORDINATOR, AuthorityFactory()),
        with_role(Role.CERTIFIER),
        with_role(Role.HEAD_OF_AUTHORITY, authority),
        with_role(Role.STAFF, authority),
    ):
        with pytest.raises(PermissionDenied):
            record_decision(by=person, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(2025, 2, 1))
        with pytest.raises(PermissionDenied):
            reverse_decision(by=person, decision=certificate.decisions.get(), reason="нет")
    row = record_decision(by=with_role(Role.COORDINATOR, authority), certificate=certificate, kind=Kind.CONFIRM, decided_on=date(2025, 2, 1))
    assert row.recorded_by is not None


@pytest.mark.django_db(transaction=True)
def test_one_decision_sent_twice_at_the_same_moment_is_recorded_once() -> None:
    certificate = granted()
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def go() -> None:
        try:
            barrier.wait()
            record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(2025, 2, 1))
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.problems[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already_recorded", "done"]
    assert Decision.objects.filter(kind=Kind.CONFIRM).count() == 1
