"""The checklist: what it asks, who asks it, what people make of it; the plan of the day; meetings and people met."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from yantar.core import clock
from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.qms.audits import actions
from yantar.qms.audits.checklist import sample_of_cases
from yantar.qms.audits.models import AgendaItem, BankQuestion, ChecklistLine, LineOrigin
from yantar.qms.certification.models import CertificateExclusion
from yantar.qms.findings.actions import raise_finding
from yantar.qms.services.models import ProcessFacts

from .support import FIRST, LAST, Case, auditor, case, process


def texts(given: Case, origin: str | None = None) -> list[str]:
    rows = given.audit.lines.order_by("order")
    return [row.text_ru for row in (rows.filter(origin=origin) if origin else rows)]


def test_it_asks_by_the_clauses_of_the_edition_with_all_their_questions() -> None:
    given = case()
    assert actions.prepare(by=given.lead, audit=given.audit) == 5
    assert texts(given) == ["Какие факторы важны?", "Как управляют работой?", "А ещё?", "По каким условиям идёт работа?", "Что дал аудит?"]
    last = given.audit.lines.get(clause__number="9.2")
    assert (last.evidence_ru, last.evidence_en, last.text_en) == ("Отчёты об аудитах", "Audit reports", "Question of 9.2?")
    assert "3" in last.sample


def test_clauses_in_scope_bring_what_is_below_them_and_what_is_left_out_is_not_asked() -> None:
    given = case()
    given.audit.clauses.add(given.audit.edition.clauses.get(number="8"))
    CertificateExclusion.objects.create(
        certificate=given.audit.certificate, clause_number="8.5.1", justification="x", approved_by="x", approved_on=date(2024, 1, 1)
    )
    actions.prepare(by=given.lead, audit=given.audit)
    assert texts(given) == ["Как управляют работой?", "А ещё?"]


def test_it_asks_about_processes_weak_indicators_and_last_findings() -> None:
    given = case()
    one = process(given.audit.authority)
    ProcessFacts.objects.create(process=one, known_on=date(2026, 10, 1), cases_per_year=400, breaches_percent=Decimal("4.50"))
    finding = raise_finding(
        by=given.head_of_quality,
        authority=given.audit.authority,
        grade="minor",
        requirement="п. 8.5.1",
        evidence="Дело № 15 от 03.03.2026, отдел лицензий",
        gap="В деле № 15 нет отметки о проверке.",
        origin_kind="review",
        origin_label="Протокол анализа № 2",
    )
    actions.prepare(by=given.head_of_quality, audit=given.audit)
    assert len(texts(given, LineOrigin.PROCESS)) == 4
    (weak,) = given.audit.lines.filter(origin=LineOrigin.INDICATOR)
    assert "4,5 %" in weak.text_ru and "4.5 %" in weak.text_en and "Выдача лицензий" in weak.text_ru
    assert "20" in weak.sample
    (last,) = given.audit.lines.filter(origin=LineOrigin.FINDING)
    assert finding.number in last.text_ru and last.finding == finding and last.order == 1


def test_the_bank_is_asked_where_its_clause_or_field_comes_up() -> None:
    given = case()
    process(given.audit.authority, field="licensing")
    edition = given.audit.edition
    rows = {
        "В пункте": {"edition": edition, "clause": edition.clauses.get(number="4.1")},
        "Везде": {},
        "По отрасли": {"field": "licensing"},
        "Другая отрасль": {"field": "roads"},
        "Отозван": {"withdrawn_at": clock.now()},
    }
    for text, values in rows.items():
        BankQuestion.objects.create(text_ru=text, added_at=clock.now(), **values)
    actions.prepare(by=given.lead, audit=given.audit)
    assert set(texts(given, LineOrigin.BANK)) == {"В пункте", "Везде", "По отрасли"}
    assert texts(given).index("В пункте") == texts(given).index("Какие факторы важны?") + 1


def test_made_again_it_adds_only_what_is_new_and_keeps_what_people_did() -> None:
    given = case()
    actions.prepare(by=given.lead, audit=given.audit)
    actions.drop_lines(by=given.lead, audit=given.audit, lines=[given.line.pk])
    actions.correct_line(by=given.lead, audit=given.audit, line=given.audit.lines.last().pk, text="Своими словами?")
    process(given.audit.authority, indicator_ru="", risk_ru="")
    added = actions.prepare(by=given.lead, audit=given.audit)
    assert added == 3  # owner, cases, and the question whose words were changed
    assert given.audit.lines.filter(dropped_at__isnull=False).count() == 1
    assert actions.prepare(by=given.lead, audit=given.audit) == 0


def test_questions_are_spread_over_those_who_judge() -> None:
    given = case()
    process(given.audit.authority)
    actions.prepare(by=given.lead, audit=given.audit)
    shares = [given.audit.lines.filter(assigned__user=user).count() for user in (given.lead, given.member, given.trainee, given.observer)]
    assert shares[2:] == [0, 0] and sum(shares) == given.audit.lines.count() and abs(shares[0] - shares[1]) <= 3


def test_order_assignment_dropping_and_taking_back() -> None:
    given = case()
    actions.prepare(by=given.lead, audit=given.audit)
    first, second, *_others, last = given.audit.lines.order_by("order")
    assert actions.move_line(by=given.lead, audit=given.audit, line=last.pk, before=second.pk) == 2
    assert [row.pk for row in given.audit.lines.order_by("order")][:3] == [first.pk, last.pk, second.pk]
    assert sorted(given.audit.lines.values_list("order", flat=True)) == [1, 2, 3, 4, 5]
    assert actions.move_line(by=given.lead, audit=given.audit, line=first.pk) == 5
    actions.assign_lines(by=given.lead, audit=given.audit, lines=[first.pk, last.pk], auditor=given.trainee.auditor)
    assert given.audit.lines.filter(assigned=given.trainee.auditor).count() == 2
    actions.drop_lines(by=given.lead, audit=given.audit, lines=[first.pk])
    assert actions.take_back_lines(by=given.lead, audit=given.audit, lines=[first.pk]) == 1
    with pytest.raises(Refused):
        actions.assign_lines(by=given.lead, audit=given.audit, lines=[first.pk], auditor=given.observer.auditor)
    other = case()
    actions.prepare(by=other.lead, audit=other.audit)
    with pytest.raises(Refused):
        actions.drop_lines(by=given.lead, audit=given.audit, lines=[other.line.pk])


def test_an_own_question_can_be_kept_for_others() -> None:
    given = case()
    clause = given.audit.edition.clauses.get(number="4.1")
    line = actions.add_question(by=given.member, audit=given.audit, text="Где реестр рисков?", clause=clause, keep_in_bank=True)
    assert (line.origin, line.order) == (LineOrigin.OWN, 1)
    other = case()
    actions.prepare(by=other.lead, audit=other.audit)
    assert "Где реестр рисков?" in texts(other, LineOrigin.BANK)
    with pytest.raises(Refused) as refused:
        actions.add_question(by=given.member, audit=given.audit, text=" ", clause=clause, assigned=auditor())
    assert {one.field for one in refused.value.problems} == {"text", "assigned"}
    actions.withdraw_bank_question(by=given.head_of_quality, question=BankQuestion.objects.get())
    fresh = case()
    actions.prepare(by=fresh.lead, audit=fresh.audit)
    assert texts(fresh, LineOrigin.BANK) == []


@pytest.mark.parametrize(("cases", "count"), [(None, "3"), (4, "3"), (2, "2"), (400, "20"), (1_000_000, "25")])
def test_the_sample_is_the_root_within_bounds(cases: int | None, count: str) -> None:
    assert f"{count} " in sample_of_cases(cases, "en")


def test_the_plan_of_the_day_is_proposed_and_changed_by_hand() -> None:
    given = case()
    process(given.audit.authority)
    count = actions.propose_agenda(by=given.lead, audit=given.audit)
    items = list(given.audit.agenda.all())
    assert len(items) == count and {item.day for item in items} == {FIRST, LAST}
    assert items[0].begins == time(9) and items[-1].ends == time(17, 30)
    for person in (given.lead, given.member):
        mine = sorted((item.day, item.begins, item.ends) for item in items if item.auditor_id == person.auditor.pk)
        assert mine and all(a[0] < b[0] or a[2] <= b[1] for a, b in zip(mine, mine[1:], strict=False))
    assert any("Выдача лицензий" in item.topic for item in items)
    item = items[0]
    actions.save_agenda_item(by=given.lead, audit=given.audit, item=item, day=FIRST, begins=time(8), ends=time(9), topic="Встреча")
    with pytest.raises(Refused) as refused:
        actions.save_agenda_item(
            by=given.lead, audit=given.audit, day=LAST + timedelta(days=9), begins=time(10), ends=time(9), topic="", auditor=given.observer.auditor
        )
    assert {one.field for one in refused.value.problems} == {"topic", "day", "ends", "auditor"}
    busy = next(one for one in items if one.auditor_id)
    with pytest.raises(Refused):
        actions.save_agenda_item(
            by=given.lead, audit=given.audit, day=busy.day, begins=busy.begins, ends=busy.ends, topic="Ещё", auditor=busy.auditor
        )
    actions.remove_agenda_item(by=given.lead, audit=given.audit, item=AgendaItem.objects.get(pk=item.pk))
    assert given.audit.agenda.count() == count - 1


def test_names_of_people_met_stay_out_of_the_journal() -> None:
    given = case()
    met = actions.record_person_met(by=given.trainee, audit=given.audit, name="Вера Примерова", post="Начальник отдела", at_opening=True)
    actions.record_meeting(by=given.lead, audit=given.audit, kind="opening", held_at=clock.now(), notes="Вера Примерова согласна")
    assert not JournalEntry.objects.filter(decided__contains="Примерова").exists()
    with pytest.raises(Refused):
        actions.record_person_met(by=given.lead, audit=given.audit, name="вера примерова", post="Начальник отдела")
    with pytest.raises(Refused):
        actions.record_meeting(by=given.lead, audit=given.audit, kind="closing", held_at=clock.now() + timedelta(days=1))
    actions.remove_person_met(by=given.trainee, audit=given.audit, met=met)
    assert given.audit.people_met.count() == 0


def test_after_the_spot_nothing_of_it_changes() -> None:
    given = case()
    actions.prepare(by=given.lead, audit=given.audit)
    type(given.audit).objects.filter(pk=given.audit.pk).update(state="reported")
    for call in (
        lambda: actions.prepare(by=given.lead, audit=given.audit),
        lambda: actions.add_question(by=given.lead, audit=given.audit, text="Ещё?"),
        lambda: actions.drop_lines(by=given.lead, audit=given.audit, lines=[given.line.pk]),
        lambda: actions.propose_agenda(by=given.lead, audit=given.audit),
        lambda: actions.record_person_met(by=given.lead, audit=given.audit, name="Кто-то"),
    ):
        with pytest.raises(Refused):
            call()
    assert ChecklistLine.objects.filter(dropped_at__isnull=False).count() == 0
