"""Auditors are entered, corrected, proven, away, judged, in conflict; everything wrong at once; no name in the journal."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import UserFactory, with_role
from tests.qms.organisation.conftest import refused
from yantar.core.models import JournalEntry, Notification
from yantar.core.notifications import mark_read
from yantar.qms.organisation.actions import create_site, create_unit
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.people import actions
from yantar.qms.people.messages import notification_sentence
from yantar.qms.people.models import Auditor, Qualification
from yantar.qms.standards.models import Edition

from .conftest import BY, TODAY, Enter

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


def test_add_and_no_name_in_the_journal(finance: Authority) -> None:
    who = UserFactory(full_name="Тайное Имя")
    unit = create_unit(by=BY, authority=finance, code="u1", name_ru="Отдел", valid_from=date(2010, 1, 1))
    site = create_site(by=BY, authority=finance, code="s1", name_ru="Здание", address_ru="ул. 1", valid_from=date(2010, 1, 1))
    one = actions.add_auditor(
        by=BY, authority=finance, name="  Тайное   Имя ", unit=unit, site=site, user=who, note="о Тайном", languages=["ru", "en"]
    )
    assert (one.code, one.name, one.languages, one.valid_from) == ("aud-001", "Тайное Имя", ["ru", "en"], TODAY)
    actions.change_auditor(by=BY, auditor=one, name="Иное Имя", qualification="lead")
    actions.link_user(by=BY, auditor=one, user=None)
    rows = JournalEntry.objects.filter(action__startswith="people.")
    assert [row.target_type for row in rows] == ["people.auditor"] * 3 and {row.authority_id for row in rows} == {finance.pk}
    assert not any("Имя" in row.decided or "Тайн" in row.decided or "user" in row.decided for row in rows)


def test_everything_wrong_at_once(finance: Authority, health: Authority, enter: Enter) -> None:
    mine = UserFactory()
    enter("taken", user=mine)
    foreign = create_unit(by=BY, authority=health, code="u2", name_ru="Отдел", valid_from=date(2010, 1, 1))
    with refused("blank", "taken", "unknown_language", "unit_elsewhere", "max_value", "user_taken", "not_yet"):
        actions.add_auditor(
            by=BY,
            authority=finance,
            name=" ",
            code="TAKEN",
            unit=foreign,
            languages=["fr"],
            days_per_month=40,
            user=mine,
            valid_from=date(2000, 1, 1),
        )
    with refused("no_language"):
        actions.change_auditor(by=BY, auditor=Auditor.objects.get(), languages=[])


def test_move_home_needs_both_permissions(enter: Enter, finance: Authority, health: Authority) -> None:
    one, coordinator = enter(), with_role(Role.COORDINATOR, finance)
    with pytest.raises(PermissionDenied):
        actions.change_auditor(by=coordinator, auditor=one, authority=health)
    moved = actions.change_auditor(by=with_role(Role.HEAD_OF_QUALITY), auditor=one, authority=health)
    assert moved.authority == health and moved.unit is None


def test_end_once(enter: Enter) -> None:
    one = enter()
    with refused("dates_reversed"):
        actions.end_auditor(by=BY, auditor=one, effective_on=date(2020, 1, 1))
    actions.end_auditor(by=BY, auditor=one, effective_on=date(2027, 1, 1))
    with refused("ended"):
        actions.end_auditor(by=BY, auditor=one, effective_on=date(2028, 1, 1))


def test_competence_with_its_scan(enter: Enter, edition: Edition) -> None:
    one, lead = enter(proven=False), with_role(Role.HEAD_OF_QUALITY)
    scan = SimpleUploadedFile("diploma.png", PNG, "image/png")
    proof = actions.record_competence(by=lead, auditor=one, edition=edition, field="it", evidence="№ 5", obtained_on=TODAY, scan=scan)
    assert proof.scan is not None and proof.scan.content_type == "image/png"
    with refused("recorded"):
        actions.record_competence(by=lead, auditor=one, edition=edition, field="it", evidence="№ 5", obtained_on=TODAY)
    actions.correct_competence(by=lead, competence=proof, valid_until=date(2027, 1, 1))
    actions.withdraw_competence(by=lead, competence=proof)
    with refused("withdrawn"):
        actions.withdraw_competence(by=lead, competence=proof)
    row = JournalEntry.objects.filter(action="people.withdraw_competence").get()
    assert row.authority_id == one.authority_id


def test_competence_everything_wrong_at_once(enter: Enter) -> None:
    one = enter(proven=False)
    with refused("no_edition", "unknown_field", "future", "dates_reversed", "blank"):
        actions.record_competence(by=BY, auditor=one, evidence="", field="astrology", obtained_on=date(2027, 1, 1), valid_until=date(2026, 1, 1))


def test_training_needs_no_edition(enter: Enter) -> None:
    proof = actions.record_competence(by=BY, auditor=enter(proven=False), kind="training", evidence="Курс", hours=24, obtained_on=TODAY)
    assert (proof.kind, proof.hours, proof.edition) == ("training", 24, None)


def test_absences_do_not_overlap(enter: Enter) -> None:
    one = enter()
    first = actions.record_absence(by=BY, auditor=one, first_day=date(2027, 6, 1), last_day=date(2027, 6, 14))
    with refused("overlap"):
        actions.record_absence(by=BY, auditor=one, first_day=date(2027, 6, 14), last_day=date(2027, 6, 20))
    with refused("dates_reversed", "kind"):
        actions.record_absence(by=BY, auditor=one, first_day=date(2027, 7, 2), last_day=date(2027, 7, 1), kind="holiday")
    actions.cancel_absence(by=BY, absence=first)
    with refused("cancelled"):
        actions.cancel_absence(by=BY, absence=first)
    assert actions.record_absence(by=BY, auditor=one, first_day=date(2027, 6, 14), last_day=date(2027, 6, 20)).pk


def test_the_auditor_records_the_own_absence_but_does_not_end_a_conflict(enter: Enter, health: Authority) -> None:
    me = with_role(Role.INTERNAL_AUDITOR, health)
    one = enter(user=me)
    actions.record_absence(by=me, auditor=one, first_day=date(2027, 6, 1), last_day=date(2027, 6, 1))
    conflict = actions.declare_conflict(by=me, auditor=one, authority=health)
    with pytest.raises(PermissionDenied):
        actions.end_conflict(by=me, conflict=conflict)
    with refused("recorded"):
        actions.declare_conflict(by=me, auditor=one, authority=health)
    actions.end_conflict(by=with_role(Role.HEAD_OF_QUALITY), conflict=conflict)
    assert JournalEntry.objects.get(action="people.end_conflict").authority_id == one.authority_id
    with refused("own"):
        actions.declare_conflict(by=me, auditor=one, authority=one.authority)


def test_nobody_evaluates_themself(enter: Enter) -> None:
    lead = with_role(Role.HEAD_OF_QUALITY)
    mine, other = enter("mine", user=lead), enter("other")
    with refused("own", "max_value"):
        actions.evaluate(by=lead, auditor=mine, score=6)
    found = actions.evaluate(by=lead, auditor=other, score=5, note="Вдумчиво")
    assert found.evaluated_by == lead and "Вдумчиво" not in JournalEntry.objects.get(action="people.evaluate").decided
    with refused("recorded"):
        actions.evaluate(by=lead, auditor=other, score=5)


def test_the_coordinator_next_door_changes_nothing(enter: Enter, health: Authority) -> None:
    stranger, one = with_role(Role.COORDINATOR, health), enter(qualification=Qualification.LEAD)
    for act, given in (
        (actions.change_auditor, {"name": "x"}),
        (actions.end_auditor, {"effective_on": TODAY}),
        (actions.evaluate, {"score": 3}),
        (actions.record_absence, {"first_day": TODAY, "last_day": TODAY}),
        (actions.declare_conflict, {"authority": health}),
        (actions.link_user, {"user": None}),
    ):
        with pytest.raises(PermissionDenied):
            act(by=stranger, auditor=one, **given)


def test_ending_competences_are_told_once_at_each_level(enter: Enter, edition: Edition, finance: Authority) -> None:
    me, lead = with_role(Role.INTERNAL_AUDITOR, finance), with_role(Role.HEAD_OF_QUALITY)
    coordinator = with_role(Role.COORDINATOR, finance)
    one = enter(proven=False, user=me)
    actions.record_competence(by=BY, auditor=one, edition=edition, evidence="№ 1", obtained_on=date(2024, 1, 1), valid_until=date(2026, 12, 1))
    outlived = enter("b2", proven=False)
    for until in (date(2026, 12, 1), date(2029, 1, 1)):
        evidence = until.isoformat()
        actions.record_competence(by=BY, auditor=outlived, edition=edition, evidence=evidence, obtained_on=date(2024, 1, 1), valid_until=until)
    assert actions.remind(by=BY, on=TODAY) == 3
    assert actions.remind(by=BY, on=TODAY) == 0
    assert actions.remind(by=BY, on=date(2026, 12, 2)) == 3
    assert actions.remind(by=BY, on=date(2027, 6, 1)) == 0
    told = Notification.objects.filter(recipient=me).order_by("pk")
    assert [n.kind for n in told] == ["people.competence_ending", "people.competence_over"]
    assert {n.recipient for n in Notification.objects.all()} == {me, lead, coordinator}
    assert one.name in str(notification_sentence(told[0].kind, told[0].params))
    assert told[0].url == "/workspace/auditors/a1/"
    assert mark_read(by=me) == 2
