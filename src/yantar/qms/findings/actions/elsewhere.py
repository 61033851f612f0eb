"""“Could it be elsewhere?”: one authority's lesson put to others, their answers, and what is decided for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.models import User
from yantar.core.notifications import notify
from yantar.core.problems import Problem
from yantar.qms.findings import cases
from yantar.qms.findings.models import FINAL, CaseState, ElsewhereAnswer, ElsewhereQuestion, Finding, GovernmentCase, Grade, State
from yantar.qms.findings.recording import person, refuse, required
from yantar.qms.findings.telling import ELSEWHERE_PAGE, LEAD, RUNNING, answerable, tell
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import names_on

from .raising import raise_finding


@action("findings.ask_elsewhere", permission="findings.ask_elsewhere", target="finding")
def ask_elsewhere(*, by: Actor, finding: Finding, text: str, authorities: Sequence[Authority], due_on: date) -> ElsewhereQuestion:
    """Ask named authorities whether the same cause is with them too. They see the question, never the finding.

    An authority that was asked about this finding before is not asked twice.
    """
    today = clock.today()
    chosen = {one.pk: one for one in authorities}
    problems = required(text, "text", _("Say what the others are to look for."))
    if finding.state in (State.DRAFT, State.REJECTED, State.CANCELLED):
        problems.append(Problem(_("This finding was not issued, or was taken back."), "state"))
    if not chosen:
        problems.append(Problem(_("Choose whom to ask."), "required", "authorities"))
    if finding.authority_id in chosen:
        problems.append(Problem(_("The authority of the finding itself is not asked."), "itself", "authorities"))
    if due_on < today:
        problems.append(Problem(_("The day is past."), "past", "due_on", value=due_on.isoformat()))
    if ElsewhereAnswer.objects.filter(question__finding=finding, authority__in=chosen).exists():
        problems.append(Problem(_("An authority chosen here was asked already."), "asked", "authorities"))
    if any(not one.holds_on(today) for one in chosen.values()):
        problems.append(Problem(_("An authority chosen here does not exist any more."), "ended", "authorities"))
    refuse(problems)
    question = ElsewhereQuestion.objects.create(finding=finding, text=text.strip(), due_on=due_on, asked_on=today, asked_by=person(by))
    ElsewhereAnswer.objects.bulk_create(ElsewhereAnswer(question=question, authority=one) for one in chosen.values())
    people: dict[int, User] = {}
    for holders in answerable(chosen, RUNNING, today).values():
        for several in holders.values():
            people |= {one.pk: one for one in several}
    if isinstance(by, User):
        people.pop(by.pk, None)
    notify(people.values(), "findings.asked_elsewhere", url=ELSEWHERE_PAGE, due_on=due_on, text=question.text[:200])
    return question


@action("findings.answer_elsewhere", permission="findings.answer_elsewhere", target="asked")
def answer_elsewhere(*, by: Actor, asked: ElsewhereAnswer, answer: str, comment: str = "", gap: str = "", evidence: str = "") -> ElsewhereAnswer:
    """An authority's own answer to a question. Yes raises a finding there, of the same clause, with `gap` and `evidence` as seen there.

    `comment`: what was checked; needed whatever the answer. Three authorities with one cause open a government-wide case.
    """
    problems = required(comment, "comment", _("Say what was checked."))
    if asked.answer:
        problems.append(Problem(_("This question is answered already."), "already"))
    if answer not in ElsewhereAnswer.Answer.values:
        problems.append(Problem(_("Choose an answer."), "answer", "answer", value=str(answer)))
    refuse(problems)
    source = Finding.objects.select_related("clause").get(pk=asked.question.finding_id)
    if answer == ElsewhereAnswer.Answer.YES:
        asked.raised = raise_finding(
            by=by,
            authority=asked.authority,
            grade=source.grade if source.grade in (Grade.MAJOR, Grade.MINOR) else Grade.MINOR,
            gap=gap or source.gap,
            evidence=evidence or comment,
            requirement=source.requirement,
            clause=source.clause,
            regulation=source.regulation,
            origin_kind=source.origin_kind,
            origin_id=f"elsewhere:{asked.question_id}",
            origin_label=source.number,
        )
    asked.answer, asked.comment, asked.answered_on, asked.answered_by = answer, comment.strip(), clock.today(), person(by)
    asked.save()
    if asked.raised is not None:
        cases.look_around(asked.raised, by)
    name = names_on([asked.authority_id], clock.today()).get(asked.authority_id)
    told = [source.owner, asked.question.asked_by]
    names = {"ru": name.short_ru or name.name_ru, "en": name.short_en or name.name_en} if name else {}
    tell(source, "findings.answered_elsewhere", by, roles=LEAD, people=told, authority=names, answer=answer)
    return asked


@action("findings.decide_case", permission="findings.lead", target="case")
def decide_case(*, by: Actor, case: GovernmentCase, decision: str, title: str = "") -> GovernmentCase:
    """Decide for all authorities what is done about a common cause; `title` may word the case better."""
    problems = required(decision, "decision", _("Say what is decided for all."))
    if case.state == CaseState.CLOSED:
        problems.append(Problem(_("This case is closed."), "state"))
    refuse(problems)
    case.decision, case.decided_on, case.state = decision.strip(), clock.today(), CaseState.DECIDED
    case.title = title.strip()[:300] or case.title
    case.save()
    cases.tell_case(case, "findings.case_decided", by, _authorities(case), decision=case.decision[:200])
    return case


@action("findings.close_case", permission="findings.lead", target="case")
def close_case(*, by: Actor, case: GovernmentCase) -> GovernmentCase:
    """Close a decided case when nothing is awaited from any of its findings."""
    problems = []
    if case.state != CaseState.DECIDED:
        problems.append(Problem(_("A case is closed after something was decided."), "state"))
    if left := case.findings.exclude(state__in=FINAL).count():
        problems.append(Problem(_("Findings of the case that are not finished: %(count)s.") % {"count": left}, "unfinished"))
    refuse(problems)
    case.state, case.closed_on = CaseState.CLOSED, clock.today()
    case.save(update_fields=["state", "closed_on"])
    cases.tell_case(case, "findings.case_closed", by, _authorities(case))
    return case


def _authorities(case: GovernmentCase) -> list[int]:
    return list(case.findings.order_by().values_list("authority_id", flat=True).distinct())
