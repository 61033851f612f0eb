"""Answers, one or joint; measures after an upheld complaint; the finding that an appeal becomes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from yantar.core import clock
from yantar.core.actions import Actor, System, action, current
from yantar.core.models import User
from yantar.core.problems import Problem
from yantar.core.secrecy import seal
from yantar.engine.working_days import WorkingCalendar
from yantar.qms.findings.actions import raise_finding
from yantar.qms.findings.models import Finding, Grade, OriginKind
from yantar.qms.organisation.lines import same_line
from yantar.qms.organisation.models import Site
from yantar.qms.organisation.queries import working_calendar
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause

from ... import clocks
from ...answer_paper import answer_pdf, signer
from ...models import Answer, Appeal, AppealOutcome, StepKind
from ...numbers import new_number
from ...stored import keep_bytes, read_bytes
from .recording import TEXT_LENGTH, go, person, refuse, required, state_problems, step

T = TypeVar("T", Site, Process)
PURPOSE = "answer"
MOST_JOINT = 200
UPHELD = (AppealOutcome.UPHELD, AppealOutcome.PARTLY)


@action("feedback.answer_appeals", permission="feedback.handle_some", private=("text",))
def answer_appeals(*, by: Actor, appeals: Sequence[Appeal], outcome: str, text: str, language: str = "ru") -> Answer:
    """Answer one appeal, or several of one authority jointly, with a paper that is signed where a certificate is set.

    Every appeal must be registered, and whoever answers must be allowed to answer each (never what concerns them). Text and paper are
    sealed. Raises Refused with everything wrong, PermissionDenied.
    """
    ids = sorted({one.pk for one in appeals})
    locked = list(Appeal.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).select_related("authority").order_by("pk"))
    if isinstance(by, User) and not all(by.has_perm("feedback.answer", one) for one in locked):
        raise PermissionDenied("feedback.answer")
    problems = required(text, "text", _("Write the answer."), most=TEXT_LENGTH)
    if outcome not in AppealOutcome.values:
        problems.append(Problem(_("Choose the outcome."), "required", "outcome"))
    if language not in ("ru", "en"):
        problems.append(Problem(_("Choose the language."), "required", "language"))
    if not locked or len(locked) != len(ids):
        problems.append(Problem(_("Choose the appeals to answer."), "required", "appeals"))
    if len(locked) > MOST_JOINT:
        problems.append(Problem(_("At most %(most)s appeals, please.") % {"most": MOST_JOINT}, "too_many", "appeals"))
    if len({one.authority_id for one in locked}) > 1:
        problems.append(Problem(_("A joint answer is given to appeals of one authority."), "authorities", "appeals"))
    for one in locked:
        problems += [Problem(found.message, found.code, "appeals", value=one.number) for found in state_problems(one, "answer")]
    refuse(problems)

    today, authority = clock.today(), locked[0].authority
    answer = Answer(
        authority=authority,
        number=new_number(today, "R"),
        outcome=outcome,
        text=seal(PURPOSE, {"text": text.strip()}),
        language=language,
        given_on=today,
        given_at=clock.now(),
        given_by=person(by),
    )
    signs = signer()
    answer.signed_by = signs.name if signs else ""
    answer.document = keep_bytes(answer_pdf(answer, locked, text, signs), name=f"{answer.number}.pdf", content_type="application/pdf")
    answer.save()
    answer.appeals.set(locked)
    calendar = working_calendar()
    for one in locked:
        _answered(one, by, outcome, today, calendar)
    running = current()
    running.target, running.authority_id = answer, authority.pk
    running.decided.update(number=answer.number, appeals=[one.number for one in locked], signed=bool(signs))
    return answer


def _answered(appeal: Appeal, by: Actor, outcome: str, today: date, calendar: WorkingCalendar) -> None:
    in_time = appeal.due_on is None or today <= appeal.due_on
    # What was late once stays late, however quickly it is answered again.
    appeal.on_time = in_time and appeal.on_time is not False
    appeal.answered_on, appeal.outcome = today, outcome
    appeal.measures_due_on = clocks.measures_due(appeal, today, calendar) if outcome in UPHELD else None
    go(appeal, "answer", ["on_time", "answered_on", "outcome", "measures_due_on", "due_on"])
    step(appeal, StepKind.ANSWERED, by)


@action("feedback.record_measures", permission="feedback.handle", target="appeal", private=("reason",))
def record_measures(*, by: Actor, appeal: Appeal, reason: str, on: date | None = None) -> Appeal:
    """Record that the measures after an upheld complaint are taken; `reason` says which, the citizen reads it."""
    on = on or clock.today()
    problems = state_problems(appeal, "measures")
    problems += required(reason, "reason", _("Say what was done: the citizen reads it. Write no personal data here."))
    if appeal.outcome not in UPHELD:
        problems.append(Problem(_("Measures follow what was upheld."), "outcome"))
    elif appeal.measures_done_on is not None:
        problems.append(Problem(_("The measures are recorded already."), "done"))
    elif appeal.answered_on is not None and not appeal.answered_on <= on <= clock.today():
        problems.append(Problem(_("The day lies between the answer and today."), "day", "on"))
    refuse(problems)
    appeal.measures_done_on = on
    go(appeal, "measures", ["measures_done_on"])
    step(appeal, StepKind.MEASURES, by, reason=reason)
    return appeal


@action("feedback.raise_finding_from", permission="feedback.raise_finding", target="appeal")
def raise_finding_from(
    *,
    by: Actor,
    appeal: Appeal,
    gap: str,
    grade: str = Grade.MINOR,
    requirement: str = "",
    evidence: str = "",
    clause: Clause | None = None,
    regulation: str = "",
    site: Site | None = None,
) -> Finding:
    """Make a finding of an appeal: with the process of its service, and without a person's data. Raises Refused, also when there is one."""
    problems = state_problems(appeal, "finding")
    if appeal.finding_id is not None:
        problems.append(Problem(_("A finding was raised of it already."), "done"))
    refuse(problems)
    with override(appeal.language):
        label = _("Appeal %(number)s") % {"number": appeal.number}
    # Who may deal with the appeal may make a finding of it, also without a role in the quality system.
    finding = raise_finding(
        by=System("appeals"),
        raised_by=person(by),
        authority=appeal.authority,
        grade=grade,
        gap=gap,
        origin_kind=OriginKind.APPEAL,
        origin_id=appeal.number,
        origin_label=str(label),
        requirement=requirement,
        evidence=evidence or str(label),
        clause=clause,
        regulation=regulation,
        site=_own(appeal, site or appeal.site),
        process=_own(appeal, appeal.service.process if appeal.service is not None else None),
    )
    appeal.finding = finding
    go(appeal, "finding", ["finding"])
    step(appeal, StepKind.FINDING, by, reason="", public=True, tell=False)
    current().decided["finding"] = finding.number
    return finding


def _own(appeal: Appeal, row: T | None) -> T | None:
    """A site or a process, where it belongs to the authority that the finding is raised in."""
    return row if row is not None and row.authority_id in same_line(appeal.authority_id) else None


@action("feedback.read_answer_paper", permission="feedback.read_personal", target="appeal")
def read_answer_paper(*, by: Actor, appeal: Appeal, answer: Answer) -> tuple[str, bytes]:
    """Name and content of the paper of an answer to an appeal; every reading is in the journal.

    by: System("portal") for the citizen who proved the code. Raises Refused where the appeal has no such answer, or it is erased.
    """
    found = appeal.answers.select_related("document").filter(pk=answer.pk).first()
    if found is None or found.document is None:
        refuse([Problem(_("There is no such paper any more."), "gone")])
    assert found is not None, "refused otherwise"
    assert found.document is not None, "refused otherwise"
    return read_bytes(found.document)
