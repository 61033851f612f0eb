"""What an auditor may be, and why not."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from yantar.qms.people import actions
from yantar.qms.people.messages import REASONS, reason_sentence
from yantar.qms.people.models import Auditor, Qualification
from yantar.qms.people.standing import Experience, Reason, Standing, Weight, standing
from yantar.qms.standards.models import Edition

from .conftest import BY, TODAY, Enter


def of(auditor: Auditor, on: date = TODAY, experience: Experience | None = None) -> Standing:
    return standing(auditor, auditor.competences.select_related("edition"), auditor.evaluations.all(), on, experience or Experience())


def codes(found: Standing) -> list[str]:
    return [reason.code for reason in found.warnings]


@pytest.mark.parametrize(("before", "here", "may_be"), [(0, 0, "member"), (2, 0, "member"), (3, 0, "lead"), (1, 2, "lead"), (0, 3, "lead")])
def test_a_lead_has_three_audits_as_auditor(enter: Enter, before: int, here: int, may_be: str) -> None:
    one = enter(qualification=Qualification.LEAD, audits_before=before)
    found = of(one, experience=Experience(here, date(2026, 6, 1)))
    assert (found.may_be, found.may_lead, found.audits) == (may_be, may_be == "lead", before + here)
    assert ("too_few_audits" in codes(found)) == (may_be != "lead")


def test_nobody_becomes_more_than_is_recorded(enter: Enter) -> None:
    assert of(enter("m", audits_before=50)).may_be == Qualification.MEMBER
    assert of(enter("t", audits_before=50, qualification=Qualification.TRAINEE)).may_be == Qualification.TRAINEE


def test_without_a_valid_competence_only_a_trainee(enter: Enter, edition: Edition) -> None:
    one = enter(proven=False, valid_from=date(2026, 1, 1))
    assert codes(of(one)) == ["no_competence"] and of(one).may_be == Qualification.TRAINEE
    proof = actions.record_competence(
        by=BY, auditor=one, edition=edition, evidence="№ 1", obtained_on=date(2026, 2, 1), valid_until=date(2026, 11, 23)
    )
    # The last day still counts.
    assert of(one).editions == ("2015",) and codes(of(one)) == ["competence_near"]
    after = of(one, date(2026, 11, 24))
    assert codes(after) == ["no_competence", "competence_expired"] and after.may_be == Qualification.TRAINEE
    actions.record_competence(by=BY, auditor=one, edition=edition, evidence="№ 2", obtained_on=date(2026, 11, 1), valid_until=date(2029, 11, 1))
    assert codes(of(one, date(2026, 11, 24))) == []
    actions.withdraw_competence(by=BY, competence=proof)
    assert of(one).editions == ("2015",)


def test_two_years_without_an_audit_or_a_new_proof(enter: Enter) -> None:
    one = enter()
    # Proven on 10 January 2026.
    assert codes(of(one, date(2028, 1, 9))) == ["requalification_near"]
    late = of(one, date(2028, 1, 10))
    assert late.may_be == Qualification.TRAINEE and late.requalification_due_on == date(2028, 1, 10)
    assert "requalification" in codes(late)
    audited = of(one, date(2028, 1, 10), Experience(4, date(2027, 5, 1)))
    assert audited.may_be == Qualification.MEMBER and audited.requalification_due_on == date(2029, 5, 1)


def test_an_evaluation_every_three_years(enter: Enter) -> None:
    one = enter(valid_from=date(2023, 1, 1))
    experience = Experience(5, date(2026, 11, 1))
    assert of(one).evaluation_due_on == date(2029, 1, 10)
    actions.evaluate(by=BY, auditor=one, score=4, evaluated_on=date(2024, 1, 15))
    assert "evaluation_near" in codes(of(one, date(2026, 12, 20), experience))
    late = of(one, date(2027, 1, 15), experience)
    assert "evaluation_late" in codes(late) and late.worst == Weight.LATE and late.may_be == Qualification.MEMBER


def test_reasons_are_told_in_words() -> None:
    params = {"audits": 1, "needed": 3, "since": TODAY, "months": 24, "due_on": TODAY, "edition": "ISO 9001:2015", "field": "it", "until": TODAY}
    with translation.override("en"):
        for code in REASONS:
            text = str(reason_sentence(Reason(code, Weight.NEAR, params)))
            assert text and "%(" not in text
        assert "Information technology" in str(reason_sentence(Reason("competence_near", Weight.NEAR, params)))
