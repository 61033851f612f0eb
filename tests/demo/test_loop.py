"""The loop of the last two years in a small government: played through the actions, every part of it comes about."""

from __future__ import annotations

from datetime import date

import pytest

from yantar.core.actions import System
from yantar.core.models import JournalEntry
from yantar.demo.build import build
from yantar.demo.lessons import LESSONS
from yantar.demo.remarks import REMARKS
from yantar.engine import statements
from yantar.library.loader import load_statement_words
from yantar.qms.audits.models import Audit, AuditState, Programme
from yantar.qms.feedback.models import AnswerTemplate, Appeal, Rating
from yantar.qms.findings.models import Effect, Finding, FindingStep, State
from yantar.qms.people.models import Auditor
from yantar.qms.standards.models import Clause

TODAY = date(2026, 11, 23)


@pytest.mark.django_db
def test_two_years_of_audits_and_findings() -> None:
    played = build(by=System("test"), years=18, authorities=5, today=TODAY, voices=0.05)
    assert list(Programme.objects.order_by("year").values_list("year", "state")) == [(2025, "reviewed"), (2026, "published")]
    internal = Audit.objects.filter(kind="internal")
    assert {State(one) for one in Finding.objects.values_list("state", flat=True)} >= {State.CLOSED, State.NOTED}
    assert set(internal.values_list("state", flat=True)) >= {AuditState.CLOSED, AuditState.UNDER_WAY}
    assert Audit.objects.exclude(kind="internal").filter(fact__isnull=False).exists()
    assert (played.audits, played.findings) == (Audit.objects.count(), Finding.objects.count())
    assert not Finding.objects.exclude(origin_id__startswith="elsewhere:").filter(origin_kind="audit", gap_en="").exists()
    for one in Finding.objects.filter(state=State.CLOSED):
        assert Effect.objects.filter(finding=one, verdict="effective").exists(), one.number
        assert [step.after for step in FindingStep.objects.filter(finding=one)][-1] == State.CLOSED
    assert AnswerTemplate.objects.filter(authority=None).count() == 5
    assert Rating.objects.filter(spam_score__gte=60).exclude(spam_reasons=[]).exists()
    assert Appeal.objects.filter(spam_score__gte=60).exists()
    names = [one.name for one in Auditor.objects.all()]
    told = "".join(JournalEntry.objects.values_list("decided", flat=True))
    assert not [name for name in names if name in told]


def test_what_is_found_says_requirement_evidence_and_gap_in_both_languages() -> None:
    words = load_statement_words()
    for lesson in LESSONS:
        for language in (0, 1):
            found = statements.check(
                lesson.requirement[language], lesson.evidence[language], lesson.gap[language], grade=lesson.grade, words=words, known={lesson.clause}
            )
            assert [one for one in found if one.weight == statements.Weight.REJECT] == [], (lesson.key, found)
    assert all(text for one in REMARKS for pair in (one.requirement, one.evidence, one.gap) for text in pair)


@pytest.mark.django_db
def test_every_lesson_speaks_of_a_clause_and_a_process_that_exist() -> None:
    from yantar.qms.services.actions import load_template
    from yantar.qms.services.queries import template
    from yantar.qms.standards.actions import load_library

    load_library(by=System("test"))
    load_template(by=System("test"))
    clauses = set(Clause.objects.filter(edition__key="2015").values_list("number", flat=True))
    codes = {one.code for one in template(TODAY)}
    for one in (*LESSONS, *REMARKS):
        assert one.clause in clauses, one.key
        assert one.process in codes, one.key
