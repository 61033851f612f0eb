"""What an auditor is proven to be able to do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.files import SCANS, store_upload
from yantar.core.problems import Problem
from yantar.qms.organisation.actions.checks import clean_text, day_text, field_problems, refuse_if
from yantar.qms.standards.models import Edition

from ..fields import ANY, known
from ..models import Auditor, Competence, CompetenceKind


def competence_problems(competence: Competence, on: date) -> list[Problem]:
    """Everything wrong with a competence by itself."""
    problems = field_problems(competence)
    if competence.kind == CompetenceKind.EDITION and competence.edition_id is None:
        problems.append(Problem(_("Choose the edition."), code="no_edition", field="edition"))
    if competence.field != ANY and competence.field not in known():
        problems.append(Problem(_("There is no such field of audit."), code="unknown_field", field="field", value=competence.field))
    if competence.obtained_on > on:
        problems.append(Problem(_("This day is yet to come."), code="future", field="obtained_on"))
    if competence.valid_until is not None and competence.valid_until < competence.obtained_on:
        problems.append(Problem(_("The end must be later than the beginning."), code="dates_reversed", field="valid_until"))
    return problems


@action("people.record_competence", permission="people.change_auditor", target="auditor", private=("scan",))
def record_competence(
    *,
    by: Actor,
    auditor: Auditor,
    evidence: str,
    obtained_on: date,
    kind: str = CompetenceKind.EDITION,
    edition: Edition | None = None,
    field: str = ANY,
    hours: int | None = None,
    valid_until: date | None = None,
    scan: File[Any] | None = None,
) -> Competence:
    """Record a proof: an edition in a field ("*": every field), or the education or training behind it.

    valid_until: the last day on which it holds. scan: the paper itself (PDF, PNG, JPEG, TIFF). Raises Refused with everything wrong; the
    same proof twice is refused too.
    """
    competence = Competence(
        auditor=auditor,
        kind=kind,
        edition=edition if kind == CompetenceKind.EDITION else None,
        field=field or ANY,
        evidence=clean_text(evidence),
        hours=hours,
        obtained_on=obtained_on,
        valid_until=valid_until,
    )
    problems = competence_problems(competence, clock.today())
    same = auditor.competences.filter(kind=kind, edition=competence.edition, field=competence.field, obtained_on=obtained_on, withdrawn_on=None)
    if same.filter(evidence=competence.evidence).exists():
        problems.append(Problem(_("This proof is already recorded."), code="recorded", field="evidence"))
    refuse_if(problems)
    if scan is not None:
        competence.scan = store_upload(by=by, upload=scan, allowed=SCANS)
    competence.save()
    current().decided["competence"] = competence.pk
    return competence


@action("people.correct_competence", permission="people.change_auditor", target="competence", private=("scan",))
def correct_competence(
    *,
    by: Actor,
    competence: Competence,
    evidence: str | None = None,
    hours: int | None = None,
    valid_until: date | None = None,
    no_end: bool = False,
    scan: File[Any] | None = None,
) -> Competence:
    """Correct the evidence, the hours or the last day of a proof, or add its scan. What it proves does not change: record another."""
    current().authority_id = competence.auditor.authority_id
    if evidence is not None:
        competence.evidence = clean_text(evidence)
    if hours is not None:
        competence.hours = hours
    if valid_until is not None or no_end:
        competence.valid_until = valid_until
    refuse_if([*_gone(competence), *competence_problems(competence, clock.today())])
    if scan is not None:
        competence.scan = store_upload(by=by, upload=scan, allowed=SCANS)
    competence.save()
    return competence


@action("people.withdraw_competence", permission="people.change_auditor", target="competence")
def withdraw_competence(*, by: Actor, competence: Competence, effective_on: date | None = None) -> Competence:
    """Say that a proof no longer counts from a day (today) on. It stays in the record. Raises Refused when it is withdrawn already."""
    current().authority_id = competence.auditor.authority_id
    day = effective_on or clock.today()
    problems = _gone(competence)
    if day < competence.obtained_on:
        message: Any = _("It was obtained only on %(day)s.")
        problems.append(Problem(message % {"day": day_text(competence.obtained_on)}, code="dates_reversed", field="effective_on"))
    refuse_if(problems)
    competence.withdrawn_on = day
    competence.save(update_fields=["withdrawn_on"])
    return competence


def _gone(competence: Competence) -> list[Problem]:
    return [Problem(_("This proof is already withdrawn."), code="withdrawn")] if competence.withdrawn_on is not None else []
