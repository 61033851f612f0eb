"""How appeals end, and what the citizen does about it: not solved, taken back; what the authority then decides."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem
from yantar.qms.organisation.queries import working_calendar

from ... import clocks, grounds, telling
from ...models import Appeal, AppealKind, AppealState, InternalNote, StepKind
from .recording import REASON_LENGTH, TEXT_LENGTH, go, only_portal, refuse, required, seal_note, state_problems, step

TOLD = _("Say why: the citizen reads it. Write no personal data here.")
PUBLIC_LENGTH = 4_000


@action("feedback.decline_appeal", permission="feedback.handle", target="appeal", private=("reason",))
def decline_appeal(*, by: Actor, appeal: Appeal, ground: str, reason: str = "") -> Appeal:
    """Leave an appeal without an answer, on a ground of the law (`grounds.GROUNDS`); the citizen is told which.

    Ending the correspondence asks for earlier answers to the same sender.
    """
    problems = state_problems(appeal, "decline")
    known = grounds.BY_CODE.get(ground)
    if known is None:
        problems.append(Problem(_("Choose the ground."), "required", "ground"))
    if len(reason.strip()) > REASON_LENGTH // 2:
        problems.append(Problem(_("At most %(most)s characters, please.") % {"most": REASON_LENGTH // 2}, "too_long", "reason"))
    if ground == grounds.ENDED and answered_before(appeal) < grounds.ANSWERS_BEFORE:
        message = _("The correspondence can be ended when the same was answered at least %(times)s times before.")
        problems.append(Problem(message % {"times": grounds.ANSWERS_BEFORE}, "ended", "ground"))
    refuse(problems)
    assert known is not None, "refused otherwise"
    with override(appeal.language):
        words = f"{known.text} {reason.strip()}".strip()
    appeal.due_on = None
    go(appeal, "decline", ["due_on"])
    step(appeal, StepKind.DECLINED, by, reason=words[:REASON_LENGTH], tell=known.told)
    return appeal


def answered_before(appeal: Appeal) -> int:
    """How many earlier appeals that this one repeats, one after another, were answered."""
    count, one, seen = 0, appeal.repeats, {appeal.pk}
    while one is not None and one.pk not in seen:
        seen.add(one.pk)
        count += one.answers.exists()
        one = one.repeats
    return count


@action("feedback.withdraw_appeal", permission=None, target="appeal")
def withdraw_appeal(*, by: Actor, appeal: Appeal) -> Appeal:
    """The citizen takes the appeal back, with all its parts that are still open. Raises PermissionDenied for a person who signed in."""
    only_portal(by)
    refuse(state_problems(appeal, "withdraw"))
    parts = Appeal.objects.select_for_update(no_key=True, of=("self",)).filter(
        part_of=appeal, state__in=[AppealState.RECEIVED, AppealState.REGISTERED]
    )
    for one in [appeal, *parts]:
        one.due_on = None
        go(one, "withdraw", ["due_on"])
        step(one, StepKind.WITHDRAWN, by)
        telling.tell(one, "feedback.withdrawn", by, roles=() if one.assigned_to_id else telling.OFFICERS, people=[one.assigned_to])
    return appeal


@action("feedback.dispute_appeal", permission=None, target="appeal", private=("reason",))
def dispute_appeal(*, by: Actor, appeal: Appeal, reason: str) -> Appeal:
    """The citizen says: answered, but not solved. What they write is sealed beside the appeal.

    Possible for `clocks.DISPUTE_DAYS` after the answer. The authority then takes it up again or lets the answer stand, and says why.
    """
    only_portal(by)
    problems = state_problems(appeal, "dispute") + required(reason, "reason", _("Write what is not solved."), most=TEXT_LENGTH)
    until = clocks.dispute_until(appeal)
    if not state_problems(appeal, "dispute") and until is not None and clock.today() > until:
        problems.append(Problem(_("The time to say so is over. Write a new appeal and name the number of this one."), "late"))
    refuse(problems)
    appeal.due_on = clocks.review_due(appeal, clock.today(), working_calendar())
    appeal.alarmed = 0
    go(appeal, "dispute", ["due_on", "alarmed"])
    seal_note(appeal, by, reason)
    step(appeal, StepKind.DISPUTED, by)
    telling.tell(appeal, "feedback.disputed", by, roles=(*telling.OFFICERS, *telling.HEADS), people=[appeal.assigned_to], due_on=appeal.due_on)
    return appeal


@action("feedback.reopen_appeal", permission="feedback.handle", target="appeal", private=("reason",))
def reopen_appeal(*, by: Actor, appeal: Appeal, reason: str = "") -> Appeal:
    """Take a disputed appeal up again: a new clock begins today, earlier answers stay. What was late once stays late in the figures."""
    refuse(state_problems(appeal, "reopen"))
    appeal.reopened += 1
    appeal.answered_on, appeal.outcome = None, ""
    appeal.measures_due_on = appeal.measures_done_on = None
    appeal.extended_on, appeal.extension_days, appeal.extension_reason = None, 0, ""
    appeal.on_time = None if appeal.on_time else appeal.on_time
    go(appeal, "reopen", ["reopened", "answered_on", "outcome", "measures_due_on", "measures_done_on", "on_time"])
    clocks.set_registered(appeal, clock.today(), working_calendar())
    appeal.save(
        update_fields=["registered_on", "due_on", "forward_due_on", "alarmed", "extended_on", "extension_days", "extension_reason"],
    )
    step(appeal, StepKind.REOPENED, by, reason=reason)
    telling.tell(appeal, "feedback.reopened", by, people=[appeal.assigned_to], due_on=appeal.due_on)
    return appeal


@action("feedback.keep_answer", permission="feedback.handle", target="appeal", private=("reason",))
def keep_answer(*, by: Actor, appeal: Appeal, reason: str) -> Appeal:
    """Let the answer to a disputed appeal stand, and tell the citizen why; with that it is closed."""
    refuse([*state_problems(appeal, "keep"), *required(reason, "reason", TOLD)])
    appeal.due_on = None
    go(appeal, "keep", ["due_on"])
    step(appeal, StepKind.KEPT, by, reason=reason)
    return appeal


@action("feedback.close_appeal", permission="feedback.handle", target="appeal")
def close_appeal(*, by: Actor, appeal: Appeal) -> Appeal:
    """Close what was answered, once the time to dispute is over and measures that are due are taken."""
    problems = state_problems(appeal, "close")
    if not problems:
        until = clocks.dispute_until(appeal)
        if until is not None and clock.today() <= until:
            problems.append(Problem(_("The citizen may still say that it is not solved."), "early"))
        if appeal.measures_due_on is not None and appeal.measures_done_on is None:
            problems.append(Problem(_("Record the measures first."), "measures"))
    refuse(problems)
    go(appeal, "close")
    step(appeal, StepKind.CLOSED, by, tell=False)
    return appeal


@action("feedback.publish_remark", permission="feedback.handle", target="appeal", private=("public_text",))
def publish_remark(*, by: Actor, appeal: Appeal, public_text: str) -> Appeal:
    """Publish a remark in words of the staff, without personal data; with an empty text it is published no longer."""
    text = public_text.strip()
    problems = state_problems(appeal, "publish")
    if appeal.kind != AppealKind.REMARK:
        problems.append(Problem(_("Only remarks are published."), "kind"))
    if len(text) > PUBLIC_LENGTH:
        problems.append(Problem(_("At most %(most)s characters, please.") % {"most": PUBLIC_LENGTH}, "too_long", "public_text"))
    if not text and appeal.published_at is None:
        problems.append(Problem(_("Write what may be published, without personal data."), "required", "public_text"))
    refuse(problems)
    before = appeal.published_at
    appeal.public_text = text
    appeal.published_at = (before or clock.now()) if text else None
    go(appeal, "publish", ["public_text", "published_at"])
    current().decided["published"] = bool(text)
    if text and before is None:
        step(appeal, StepKind.PUBLISHED, by, tell=False)
    return appeal


@action("feedback.add_note", permission="feedback.handle", target="appeal", private=("text",))
def add_note(*, by: Actor, appeal: Appeal, text: str) -> InternalNote:
    """Keep a note beside an appeal for colleagues; sealed, and never seen by the citizen."""
    refuse([*state_problems(appeal, "note"), *required(text, "text", _("Write the note."), most=TEXT_LENGTH)])
    return seal_note(appeal, by, text)
