"""Doubtful procedures: counted, left out or asked about, each with the reason. A new decision ends the one before; none is edited."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import Notification
from yantar.core.problems import Problem
from yantar.qms.findings.recording import person, refuse, required
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import working_calendar

from ..models import Choice, Dataset, DatasetState, Settlement
from ..reading import outcome_of
from ..telling import answering, coordinators, page_of_question, tell

ANSWER_DAYS = 10
"""Working days that an authority has for its answer, unless told otherwise."""
MOST_DAYS = 90


@action("procurement.settle", permission="procurement.settle", target="dataset")
def settle(
    *, by: Actor, dataset: Dataset, procedure_id: str, choice: str, reason: str, asked: Authority | None = None, days: int = ANSWER_DAYS
) -> Settlement:
    """Decide about a procedure: `include` it although the method leaves it out, `exclude` it, or `ask` an authority (for the figure: no decision).

    days: working days for the answer, 1–90. A decision that holds is ended by this one. Refused for a procedure that the dataset hasn't,
    without a reason, and where the method doesn't let a person count it (it says why).
    """
    problems = required(reason, "reason", _("Give the reason: it is published with the figure."))
    if dataset.state != DatasetState.READY:
        problems.append(Problem(_("The dataset is not loaded."), "state"))
    if choice not in Choice.values:
        problems.append(Problem(_("Choose: count it, leave it out, or ask the authority."), "choice", "choice", value=str(choice)))
    if choice == Choice.ASK:
        problems += _asking_problems(asked, days)
    if not problems:
        problems = _outcome_problems(dataset, procedure_id, choice)
    refuse(problems)
    now = clock.now()
    _end(dataset, procedure_id, by, "")
    settlement = Settlement.objects.create(
        dataset=dataset,
        procedure_id=procedure_id,
        choice=choice,
        reason=reason.strip(),
        decided_by=person(by),
        decided_at=now,
        asked=asked if choice == Choice.ASK else None,
        due_on=_due(days) if choice == Choice.ASK else None,
    )
    current().decided["settlement"] = settlement.pk
    if settlement.asked is not None:
        current().authority_id = settlement.asked_id
        url = page_of_question(settlement.pk)
        tell(coordinators(settlement.asked.pk), "procurement.asked", by, url, procedure=procedure_id, due_on=settlement.due_on)
    return settlement


@action("procurement.withdraw_settlement", permission="procurement.settle", target="settlement")
def withdraw_settlement(*, by: Actor, settlement: Settlement, reason: str) -> Settlement:
    """End a decision without a new one: the procedure counts again as the method says."""
    problems = required(reason, "reason", _("Give the reason."))
    if settlement.ended_at is not None:
        problems.append(Problem(_("This decision no longer holds. Reload the page."), "ended"))
    refuse(problems)
    current().authority_id = settlement.asked_id
    _end(settlement.dataset, settlement.procedure_id, by, reason.strip())
    settlement.refresh_from_db()
    return settlement


@action("procurement.answer_question", permission="procurement.answer", target="settlement")
def answer_question(*, by: Actor, settlement: Settlement, answer: str) -> Settlement:
    """The authority's answer to a question. The analyst decides by it; the answer itself changes no figure."""
    problems = required(answer, "answer", _("Write the answer."))
    if settlement.choice != Choice.ASK:
        problems.append(Problem(_("Nobody was asked here."), "choice"))
    if settlement.ended_at is not None:
        problems.append(Problem(_("This question needs no answer any more."), "ended"))
    elif settlement.answered_at is not None:
        problems.append(Problem(_("This question is answered already."), "answered"))
    refuse(problems)
    settlement.answer = answer.strip()
    settlement.answered_by, settlement.answered_at = person(by), clock.now()
    settlement.save(update_fields=["answer", "answered_by", "answered_at"])
    current().authority_id = settlement.asked_id
    tell([settlement.decided_by], "procurement.answered", by, page_of_question(settlement.pk), procedure=settlement.procedure_id)
    return settlement


@action("procurement.remind", permission="procurement.settle", summary=lambda given, told: {"on": given.get("on"), "told": told})
def remind(*, by: Actor, on: date | None = None) -> int:
    """Tell who answers for an authority, and who asked, that a question was not answered in time: once a question.

    on: the day, today unless told; late is what was due before it. Returns how many questions were told now.
    """
    day = on or clock.today()
    waiting = Settlement.objects.filter(choice=Choice.ASK, ended_at__isnull=True, answered_at__isnull=True, due_on__lt=day)
    late = list(waiting.select_related("decided_by").order_by("due_on", "pk"))
    keys = {one.pk: f"procurement.question_late:{one.pk}" for one in late}
    told = set(Notification.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    new = [one for one in late if keys[one.pk] not in told]
    people = answering({one.asked_id for one in new if one.asked_id}, day)
    for one in new:
        recipients = [*people.get(one.asked_id or 0, ()), one.decided_by]
        tell(
            recipients,
            "procurement.question_late",
            by,
            page_of_question(one.pk),
            key=keys[one.pk],
            procedure=one.procedure_id,
            due_on=one.due_on,
        )
    return len(new)


def _end(dataset: Dataset, procedure_id: str, by: Actor, why: str) -> None:
    """End the decision that holds, if there is one; who still owed an answer is told."""
    last = Settlement.objects.select_for_update(of=("self",)).filter(dataset=dataset, procedure_id=procedure_id, ended_at__isnull=True).first()
    if last is None:
        return
    last.ended_at, last.ended_why = clock.now(), why
    last.save(update_fields=["ended_at", "ended_why"])
    current().decided["ended"] = last.pk
    if last.asked_id is not None and last.answered_at is None:
        tell(coordinators(last.asked_id), "procurement.question_over", by, page_of_question(last.pk), procedure=procedure_id)


def _due(days: int) -> date:
    return working_calendar().add(clock.today(), days)


def _asking_problems(asked: Authority | None, days: int) -> list[Problem]:
    problems = []
    if asked is None:
        problems.append(Problem(_("Name the authority to ask."), "required", "asked"))
    elif not coordinators(asked.pk):
        problems.append(Problem(_("This authority has nobody who could answer: neither a coordinator nor a head signs in."), "nobody", "asked"))
    if not 1 <= days <= MOST_DAYS:
        problems.append(Problem(_("Give from 1 to 90 working days."), "range", "days", value=str(days)))
    return problems


def _outcome_problems(dataset: Dataset, procedure_id: str, choice: str) -> list[Problem]:
    row = outcome_of(dataset, [procedure_id]).get(procedure_id)
    if row is None:
        return [Problem(_("The dataset has no procedure %(id)s.") % {"id": procedure_id}, "unknown", "procedure_id", value=procedure_id)]
    if choice == Choice.INCLUDE:
        return include_problems(dataset, row)
    if choice == Choice.EXCLUDE and row["class"] == "excluded":
        return [Problem(_("It is left out already: %(why)s.") % {"why": reason_words(dataset, row["reason"])}, "excluded", "choice")]
    return []


def reason_words(dataset: Dataset, reason: str) -> str:
    """A reason of exclusion in the reader's language."""
    from django.utils.translation import get_language

    from yantar.engine.savings.method import load_method

    words = load_method(dataset.glance.get("method") or "yantar-2026-1").title_of(reason)
    return words.en if get_language() == "en" else words.ru


def include_problems(dataset: Dataset, row: dict[str, object]) -> list[Problem]:
    """Why a person can't have a procedure counted: it is counted already, or a reason holds that the method doesn't leave to people."""
    from yantar.engine.savings.method import load_method

    if row["class"] != "excluded":
        return [Problem(_("It is counted already."), "included", "choice")]
    method = load_method(dataset.glance.get("method") or "yantar-2026-1")
    holds = int(str(row["holds"]))
    hard = [one.id for bit, one in enumerate(method.reasons) if holds >> bit & 1 and not one.settle]
    message = _("The method doesn't let anybody count it: %(why)s.")
    return [Problem(message % {"why": reason_words(dataset, one)}, "not_settled", "choice", value=one) for one in hard]
