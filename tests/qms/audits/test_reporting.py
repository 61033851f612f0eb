"""Findings from answers, the report and its papers, what the authority says to it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from pypdf import PdfReader

from yantar.core import clock
from yantar.core.files import is_whole, place_of
from yantar.core.models import Notification
from yantar.core.problems import Refused
from yantar.qms.audits import actions
from yantar.qms.audits.actions import AnswerEntry
from yantar.qms.audits.models import AuditState, ReportState
from yantar.qms.audits.queries import findings as helper
from yantar.qms.audits.report import facts
from yantar.qms.findings.models import Finding

from .support import HOURS, Case, case, process, under_way

MINOR = {
    "grade": "minor",
    "requirement": "п. 8.5.1: условия работы управляемы",
    "evidence": "Дело № 12 от 03.11.2026, отдел лицензий",
    "gap": "В деле № 12 нет отметки о проверке сведений.",
}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def answered(given: Case, grade: str = "conform") -> None:
    entries = [AnswerEntry(line=line.pk, grade=grade, note="Видели") for line in given.audit.lines.filter(dropped_at__isnull=True)]
    actions.save_answers(by=given.lead, audit=given.fresh(), entries=entries)


def drafted(**texts: str) -> Case:
    """An audit whose report is ready to be signed: a minor and a strength."""
    given = case()
    process(given.audit.authority)
    under_way(given)
    answered(given)
    clause = given.audit.edition.clauses.get(number="8.5.1")
    actions.raise_finding(by=given.member, audit=given.fresh(), line=given.line, clause=clause, **MINOR)
    actions.raise_finding(by=given.lead, audit=given.fresh(), grade="strength", gap="Все заявления принимаются за четыре минуты.")
    actions.record_meeting(by=given.lead, audit=given.fresh(), kind="closing", held_at=clock.now())
    actions.finish_on_the_spot(by=given.lead, audit=given.fresh())
    values = {"conclusion": "Система действует.", "fulfilment": "Требования выполняются, кроме одного."} | texts
    actions.draft_report(by=given.lead, audit=given.fresh(), **values)
    given.fresh()
    return given


def text_of(stored: Any) -> str:
    reader = PdfReader(io.BytesIO(place_of(stored).read_bytes()))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_finding_stays_a_draft_until_the_report_is_signed() -> None:
    given = drafted()
    finding = Finding.objects.get(grade="minor")
    assert (finding.state, finding.origin_kind, finding.origin_id, finding.origin_label) == (
        "draft",
        "audit",
        str(given.audit.pk),
        given.audit.number,
    )
    assert finding.raised_by == given.member
    actions.sign_report(by=given.lead, audit=given.audit)
    assert set(Finding.objects.values_list("grade", "state")) == {("minor", "open"), ("strength", "noted")}
    assert Finding.objects.get(grade="minor").opened_on == clock.today()
    assert given.fresh().state == AuditState.REPORTED
    assert Notification.objects.filter(kind="audits.reported", recipient=given.head).exists()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"requirement": ""}, {"requirement"}),
        ({"evidence": ""}, {"evidence"}),
        ({"gap": "Иногда отметки нет."}, {"gap"}),
        ({"grade": "huge"}, {"grade"}),
    ],
)
def test_a_nonconformity_is_not_raised_before_its_statement_is_whole(changes: dict[str, str], fields: set[str]) -> None:
    given = under_way()
    with pytest.raises(Refused) as refused:
        actions.raise_finding(by=given.lead, audit=given.audit, **{**MINOR, **changes})
    assert {one.field for one in refused.value.problems} == fields
    assert not Finding.objects.exists()


def test_a_nonconforming_answer_without_a_finding_keeps_the_auditors_on_the_spot() -> None:
    given = under_way()
    answered(given, "minor")
    actions.record_meeting(by=given.lead, audit=given.fresh(), kind="closing", held_at=clock.now())
    with pytest.raises(Refused) as refused:
        actions.finish_on_the_spot(by=given.lead, audit=given.fresh())
    assert [one.code for one in refused.value.problems] == ["raised"]
    for line in given.audit.lines.all():
        finding = actions.raise_finding(by=given.lead, audit=given.fresh(), line=line, **{**MINOR, "gap": f"В деле {line.order} нет отметки."})
    actions.drop_finding(by=given.lead, audit=given.fresh(), finding=finding, reason="дважды")
    with pytest.raises(Refused):
        actions.finish_on_the_spot(by=given.lead, audit=given.fresh())
    actions.raise_finding(by=given.lead, audit=given.fresh(), line=line, **MINOR)
    assert actions.finish_on_the_spot(by=given.lead, audit=given.fresh()).ended_on == clock.today()


def test_drafts_are_changed_by_the_team_and_only_those_of_this_audit() -> None:
    given, other = drafted(), drafted()
    mine = Finding.objects.get(origin_id=str(given.audit.pk), grade="minor")
    theirs = Finding.objects.get(origin_id=str(other.audit.pk), grade="minor")
    changed = actions.correct_finding(by=given.member, audit=given.audit, finding=mine, **{**MINOR, "gap": "В деле № 13 нет отметки."})
    assert (changed.gap, changed.clause) == ("В деле № 13 нет отметки.", None)
    with pytest.raises(Refused):
        actions.drop_finding(by=given.member, audit=given.audit, finding=theirs, reason="x")
    for who in (given.trainee, given.coordinator, given.head_of_quality):
        with pytest.raises(PermissionDenied):
            actions.drop_finding(by=who, audit=given.audit, finding=mine, reason="x")


def test_the_papers_carry_the_figures_of_the_screen_in_both_languages() -> None:
    given = drafted(conclusion="Система действует. #panic() *не жирно* $x$ <b>", distribution="Министру")
    report = actions.sign_report(by=given.lead, audit=given.audit)
    assert report.pdf_ru is not None and report.pdf_en is not None and report.pdf_ru != report.pdf_en
    found = facts(given.fresh())
    assert {grade.value: count for grade, count in found.by_grade} == {"major": 0, "minor": 1, "observation": 0, "ofi": 0, "strength": 1}
    assert (found.clauses.total, found.clauses.checked, found.questions.percent) == (4, 4, 100)
    assert found.auditor_days == 4
    for stored, words in ((report.pdf_ru, "В деле № 12 нет отметки"), (report.pdf_en, "Minor nonconformity")):
        assert is_whole(stored)
        shown = text_of(stored)
        assert words in shown and given.audit.number in shown and "#panic() *не жирно* $x$ <b>" in shown
        figures = [str(count) for _grade, count in found.by_grade]
        assert " ".join(figures) in shown
        assert f"{found.clauses.total} {found.clauses.checked} {found.clauses.percent}" in shown


def test_a_signed_report_stands() -> None:
    given = drafted()
    actions.sign_report(by=given.lead, audit=given.audit)
    finding = Finding.objects.get(grade="minor")
    for call in (
        lambda: actions.draft_report(by=given.lead, audit=given.fresh(), conclusion="Иначе"),
        lambda: actions.raise_finding(by=given.lead, audit=given.fresh(), **MINOR),
        lambda: actions.correct_finding(by=given.lead, audit=given.fresh(), finding=finding, **MINOR),
        lambda: actions.sign_report(by=given.lead, audit=given.fresh()),
    ):
        with pytest.raises(Refused):
            call()
    assert given.fresh().report.conclusion == "Система действует."


def test_acknowledged_then_closed_when_all_is_settled() -> None:
    given = drafted()
    actions.sign_report(by=given.lead, audit=given.audit)
    row = actions.acknowledge_report(by=given.head, audit=given.fresh())
    assert (row.state, row.answered_by) == (ReportState.ACKNOWLEDGED, given.head)
    with pytest.raises(Refused):
        actions.close(by=given.lead, audit=given.fresh(), hours_spent=HOURS)
    Finding.objects.filter(grade="minor").update(state="closed", closed_on=clock.today())
    assert actions.close(by=given.head_of_quality, audit=given.fresh(), hours_spent=HOURS).state == AuditState.CLOSED


def test_disputed_and_answered_both_stand_beside_the_report() -> None:
    given = drafted()
    actions.sign_report(by=given.lead, audit=given.audit)
    with pytest.raises(Refused):
        actions.dispute_report(by=given.coordinator, audit=given.fresh(), dispute=" ")
    with pytest.raises(PermissionDenied):
        actions.dispute_report(by=given.lead, audit=given.fresh(), dispute="x")
    with pytest.raises(Refused):
        actions.answer_dispute(by=given.lead, audit=given.fresh(), answer="Не оспорено ещё")
    actions.dispute_report(by=given.coordinator, audit=given.fresh(), dispute="Отметка есть в журнале.")
    assert given.fresh().state == AuditState.REPORTED
    row = actions.answer_dispute(by=given.lead, audit=given.fresh(), answer="Журнал ведётся с 5 ноября.")
    assert (row.state, row.dispute, row.dispute_answer) == (ReportState.DISPUTED, "Отметка есть в журнале.", "Журнал ведётся с 5 ноября.")
    assert given.fresh().state == AuditState.FOLLOW_UP


def test_the_helper_knows_what_repeats_and_suggests() -> None:
    given = drafted()
    actions.sign_report(by=given.lead, audit=given.audit)
    actions.acknowledge_report(by=given.head, audit=given.fresh())
    again = under_way(case(authority=given.audit.authority))
    line = again.audit.lines.filter(clause__number="8.5.1", process__isnull=True).get(origin="clause")
    assert [one.grade for one in helper.repeated(again.audit, line)] == ["minor"]
    assert helper.suggested({"breach"}, 0).grade == "minor"
    assert helper.suggested({"breach"}, 2).grade == "major"
    assert helper.suggested({"risk"}, 0).grade == "observation"
    assert helper.hints(requirement="Порядок", evidence="Видели", gap="Нет отметки.", grade="minor")
    assert helper.initial(again.lead, line)["clause"] == line.clause
