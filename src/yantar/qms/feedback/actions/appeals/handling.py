"""What an officer does with an appeal until it is answered: register, give to a person, name whom it concerns, extend, forward."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import User
from yantar.core.problems import Problem
from yantar.engine import deadlines as engine
from yantar.qms.organisation.lines import successor_map
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import supervisor_on, working_calendar

from ... import clocks, telling
from ...models import Appeal, AppealPerson, AppealState, Attachment, StepKind
from ...states import OPEN
from .recording import go, refuse, required, state_problems, step

MOST_PARTS = 20


@action("feedback.register_appeal", permission="feedback.handle", target="appeal")
def register_appeal(*, by: Actor, appeal: Appeal, on: date | None = None) -> Appeal:
    """Register what was received: from the next day on the time of the answer runs. `on`: the day, today unless a past one is recorded."""
    on = on or clock.today()
    problems = state_problems(appeal, "register")
    if not problems and not appeal.received_on <= on <= clock.today():
        problems.append(Problem(_("The day of registration lies between the receipt and today."), "day", "on"))
    refuse(problems)
    clocks.set_registered(appeal, on, working_calendar())
    go(appeal, "register", ["registered_on", "due_on", "forward_due_on", "alarmed"])
    step(appeal, StepKind.REGISTERED, by)
    return appeal


@action("feedback.assign_appeal", permission="feedback.handle", target="appeal")
def assign_appeal(*, by: Actor, appeal: Appeal, to: User) -> Appeal:
    """Give an appeal to a person who may deal with it; never to the one whom it concerns."""
    problems = state_problems(appeal, "assign")
    if not problems and appeal.concerns_id == to.pk:
        problems.append(Problem(_("It concerns this person, who therefore never deals with it."), "concerned", "to"))
    elif not problems and not to.has_perm("feedback.handle", appeal):
        problems.append(Problem(_("This person does not deal with appeals of this authority: give them the role first."), "role", "to"))
    refuse(problems)
    appeal.assigned_to = to
    go(appeal, "assign", ["assigned_to"])
    step(appeal, StepKind.ASSIGNED, by, public=False)
    telling.tell(appeal, "feedback.assigned", by, people=[to], due_on=appeal.due_on)
    return appeal


@action("feedback.name_concerned", permission="feedback.handle", target="appeal")
def name_concerned(*, by: Actor, appeal: Appeal, person: User | None) -> Appeal:
    """Say who is complained about: they no longer see it (59-FZ art. 8 part 6). None: nobody after all.

    What concerns the head of the authority goes on to the authority above; where there is none, to the officer of the whole government.
    """
    refuse(state_problems(appeal, "name_concerned"))
    appeal.concerns = person
    fields = ["concerns"]
    if person is not None and appeal.assigned_to_id == person.pk:
        appeal.assigned_to = None
        fields.append("assigned_to")
    if person is None or person.pk not in {one.pk for one in telling.heads_of(appeal.authority_id)}:
        go(appeal, "name_concerned", fields)
        return appeal
    above = supervisor_on(appeal.authority, clock.today())
    if above is not None and appeal.state != AppealState.DISPUTED:
        go(appeal, "name_concerned", fields)
        # The reason is told to the citizen, in the language of the appeal.
        _hand_over(appeal, by, above.authority, str(_reason_above(appeal)))
        return appeal
    officers = [one for one in telling.officers_of_government() if one.pk != person.pk]
    if not officers:
        refuse([Problem(_("Nobody else may deal with it: name an officer for appeals of the whole government first."), "nobody", "person")])
    appeal.assigned_to = officers[0]
    go(appeal, "name_concerned", [*fields, "assigned_to"])
    step(appeal, StepKind.ASSIGNED, by, public=False)
    telling.tell(appeal, "feedback.assigned", by, people=[officers[0]], due_on=appeal.due_on)
    return appeal


def _reason_above(appeal: Appeal) -> str:
    from django.utils import translation

    with translation.override(appeal.language):
        return gettext("It concerns an official of this authority and is dealt with by the authority above.")


def _hand_over(appeal: Appeal, by: Actor, to: Authority, reason: str) -> None:
    """Give the row to another authority: there it is received anew."""
    before = appeal.authority
    appeal.authority, appeal.assigned_to = to, None
    clocks.set_received(appeal, clock.today(), working_calendar())
    fields = ("authority", "assigned_to", "received_on", "registered_on", "forward_due_on", "due_on", "alarmed")
    go(appeal, "forward", [*fields, "extended_on", "extension_days", "extension_reason"])
    current().authority_id = before.pk
    step(appeal, StepKind.FORWARDED, by, reason=reason, authority=before, to=to)
    telling.tell(appeal, "feedback.forwarded", by, roles=telling.OFFICERS, due_on=appeal.due_on)


def _competent(appeal: Appeal, to: Sequence[Authority]) -> list[Authority]:
    """The authorities named, each once, those that ended by who followed them."""
    follows = successor_map(clock.today())
    known = {one.pk: one for one in to}
    ids = list(dict.fromkeys(follows.get(one.pk, one.pk) for one in to))
    known |= {one.pk: one for one in Authority.objects.filter(pk__in=[pk for pk in ids if pk not in known])}
    return [known[pk] for pk in ids]


def _forward_problems(appeal: Appeal, to: Sequence[Authority], reason: str) -> list[Problem]:
    problems = state_problems(appeal, "forward")
    problems += required(reason, "reason", _("Say why: the citizen reads it. Write no personal data here."))
    if not to:
        problems.append(Problem(_("Choose the authority."), "required", "to"))
    if len(to) > MOST_PARTS:
        problems.append(Problem(_("At most %(most)s authorities, please.") % {"most": MOST_PARTS}, "too_many", "to"))
    if [one.pk for one in to] == [appeal.authority_id]:
        problems.append(Problem(_("It is with this authority already."), "same", "to"))
    if len(to) > 1 and appeal.part_of_id:
        problems.append(Problem(_("A part goes to one authority."), "part", "to"))
    having = set(Appeal.objects.filter(part_of=appeal.part_of_id or appeal.pk, state__in=OPEN).values_list("authority_id", flat=True))
    for one in to:
        if one.pk in having and one.pk != appeal.authority_id:
            problems.append(Problem(_("This authority has a part of it already."), "twice", "to", value=one.code))
        if appeal.concerns_id and one.pk != appeal.authority_id and appeal.concerns_id in {head.pk for head in telling.heads_of(one.pk)}:
            problems.append(Problem(_("It concerns the head of this authority and never goes there."), "concerned", "to", value=one.code))
    return problems


@action("feedback.forward_appeal", permission="feedback.handle", target="appeal", private=("reason",))
def forward_appeal(*, by: Actor, appeal: Appeal, to: Sequence[Authority], reason: str) -> Appeal:
    """Forward to the competent authority, or to several, and tell the citizen (59-FZ art. 8 part 3).

    One: it is received there anew, under the same number. Several: each deals with its part; the citizen sees all under one number. Where
    the present authority is among them it keeps its own part, and its clock runs on.
    """
    to = _competent(appeal, to)
    refuse(_forward_problems(appeal, to, reason))
    before, keeps = appeal.authority, appeal.authority_id in {one.pk for one in to}
    others = [one for one in to if one.pk != appeal.authority_id]
    if keeps:
        parts = others
        # Saved as it is, so that two forwardings at once wait for each other like any two acts.
        appeal.save(update_fields=["state_since"])
    else:
        parts = others[1:]
        _hand_over(appeal, by, others[0], reason)
    for one in parts:
        _part(appeal, by, one, before, reason)
    current().decided["to"] = [one.pk for one in to]
    return appeal


def _part(appeal: Appeal, by: Actor, to: Authority, before: Authority, reason: str) -> Appeal:
    """A part of an appeal, received by another authority with what the citizen wrote."""
    count = Appeal.objects.filter(part_of=appeal).count()
    part = Appeal(
        **{name: getattr(appeal, name) for name in ("kind", "variant", "service", "site", "category", "attributes", "way", "language", "anonymous")},
        **{name: getattr(appeal, name) for name in ("received_at", "latitude", "longitude", "place", "sender_print", "lexemes", "concerns")},
        number=f"{appeal.number}.{count + 2}",
        part_of=appeal,
        state=AppealState.RECEIVED,
        state_since=clock.now(),
        authority=to,
    )
    clocks.set_received(part, clock.today(), working_calendar())
    part.save()
    person = AppealPerson.objects.filter(appeal=appeal).first()
    if person is not None:
        AppealPerson.objects.create(appeal=part, sealed=bytes(person.sealed))
    copies = [
        Attachment(appeal=part, **{name: getattr(one, name) for name in ("file", "content_type", "size", "state", "added_at")})
        for one in appeal.attachments.select_related("file")
    ]
    Attachment.objects.bulk_create(copies)
    step(part, StepKind.FORWARDED, by, reason=reason, authority=before, to=to)
    telling.tell(part, "feedback.forwarded", by, roles=telling.OFFICERS, due_on=part.due_on)
    return part


def engine_problem(found: engine.CaseProblem, fields: dict[str, str]) -> Problem:
    """A problem of the clock as one of a form."""
    params: dict[str, Any] = dict(found.params)
    message = gettext(engine.MESSAGES[found.code])
    from django.utils.dateparse import parse_date
    from django.utils.formats import date_format

    for name in engine.DAY_PARAMS & set(params):
        day = parse_date(params[name])
        params[name] = date_format(day, "SHORT_DATE_FORMAT") if day else params[name]
    return Problem(message % params, found.code, fields.get(found.field, ""))


@action("feedback.extend_appeal", permission="feedback.handle", target="appeal", private=("reason",))
def extend_appeal(*, by: Actor, appeal: Appeal, days: int, reason: str) -> Appeal:
    """Extend the time of the answer, once, by at most the days of the law, and tell the citizen why and until when.

    A request for information can be postponed only while its notice is in time (8-FZ).
    """
    problems = state_problems(appeal, "extend")
    problems += required(reason, "reason", _("Say why: the citizen reads it. Write no personal data here."))
    calendar = working_calendar()
    if not state_problems(appeal, "extend"):
        given = clocks.case_of(appeal)
        case = engine.Case(
            given.received, given.registered, variant=given.variant, extensions=(*given.extensions, engine.Extension(clock.today(), days))
        )
        problems += [engine_problem(found, {"extensions": "days"}) for found in engine.problems_of(case, clocks.rules_of(appeal), calendar)]
    refuse(problems)
    appeal.extended_on, appeal.extension_days, appeal.extension_reason = clock.today(), days, reason.strip()
    clocks.set_due(appeal, calendar)
    appeal.alarmed = clocks.standing(appeal, clock.today(), calendar).alarm
    go(appeal, "extend", ["extended_on", "extension_days", "extension_reason", "due_on", "forward_due_on", "alarmed"])
    step(appeal, StepKind.EXTENDED, by, reason=reason)
    return appeal
