"""An appeal comes in: checked, numbered, sealed; and what a moderator does with a suspected one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import User
from yantar.core.problems import Problem
from yantar.core.secrecy import blind, seal
from yantar.qms.organisation.lines import successor_map
from yantar.qms.organisation.models import Authority, Site
from yantar.qms.organisation.queries import supervisor_on, working_calendar
from yantar.qms.services.limits import rules_on
from yantar.qms.services.models import Service

from ... import clocks, complaint_grounds, likeness, telling
from ...models import Appeal, AppealKind, AppealPerson, AppealState, Attachment, AttachmentState, PersonalFile, RemarkCategory, StepKind, Way
from ...numbers import code_print, new_code, new_number, tidy_number
from .recording import REASON_LENGTH, TEXT_LENGTH, go, refuse, required, state_problems, step

SUSPECTED_FROM = 60
"""Suspicion (0 to 100) from which a moderator looks before anybody else does."""
MOST_FILES = 5
LENGTHS = {"name": 200, "email": 254, "phone": 50, "address": 500, "subject": 300, "text": TEXT_LENGTH}
"""Characters of what a person writes, at most."""
MOST_ATTRIBUTES = 4_000
"""Characters of all answers to the attributes of a category together."""

_PLACE = Decimal("0.000001")


def tidy_person(person: Mapping[str, Any]) -> dict[str, Any]:
    """What a person wrote, under the known names alone and without control characters."""
    tidy: dict[str, Any] = {}
    for name in LENGTHS:
        text = str(person.get(name) or "").replace("\r\n", "\n")
        tidy[name] = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text).strip()
    tidy["wants_mail"] = bool(person.get("wants_mail"))
    return tidy


def sender_print(who: Mapping[str, Any]) -> str:
    """A keyed print of who wrote: of the e-mail, without one of name and address; empty for nobody."""
    if who["email"]:
        return blind("sender", who["email"].lower())
    if who["name"] and who["address"]:
        return blind("sender", " ".join(f"{who['name']} {who['address']}".lower().split()))
    return ""


def person_problems(kind: str, who: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with what a person wrote for a kind of paper."""
    long = [(name, most) for name, most in LENGTHS.items() if len(who[name]) > most]
    problems = [Problem(_("At most %(most)s characters, please.") % {"most": most}, "too_long", name) for name, most in long]
    if not who["text"]:
        problems.append(Problem(_("Write what it is about."), "required", "text"))
    if who["email"]:
        try:
            validate_email(who["email"])
        except ValidationError:
            problems.append(Problem(_("This is no e-mail address."), "email", "email"))
    elif who["wants_mail"]:
        problems.append(Problem(_("Give an e-mail address for the mails, or do without them."), "required", "email"))
    if kind != AppealKind.REMARK:
        hint = _("By law an answer is given to whoever says the name and an address. A remark may be sent without a name.")
        if not who["name"]:
            problems.append(Problem(_("Write your name.") + " " + hint, "required", "name"))
        if not who["email"] and not who["address"]:
            problems.append(Problem(_("Give an e-mail or a postal address for the answer.") + " " + hint, "required", "address"))
    return problems


def _coordinate(value: Any, most: int, field: str, problems: list[Problem]) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        found = Decimal(str(value)).quantize(_PLACE)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > most:
        problems.append(Problem(_("This is no place on Earth."), "place", field))
        return None
    return found


def _attribute_problems(kind: str, category: RemarkCategory | None, attributes: Mapping[str, Any]) -> list[Problem]:
    known: dict[str, Mapping[str, Any]] = {str(one.get("code")): one for one in (category.attributes if category else [])}
    if kind == AppealKind.SERVICE_COMPLAINT:
        known = {complaint_grounds.ATTRIBUTE: {"values": [{"key": ground.code} for ground in complaint_grounds.GROUNDS]}}
    problems = []
    for code, value in attributes.items():
        if code not in known:
            problems.append(Problem(_("This is not asked for this subject."), "attribute", f"attributes.{code}"[:60]))
            continue
        keys = {str(option.get("key")) for option in known[code].get("values") or []}
        given = [str(one) for one in (value if isinstance(value, (list, tuple)) else [value])]
        if keys and not set(given) <= keys:
            problems.append(Problem(_("Choose one of the answers offered."), "attribute", f"attributes.{code}"[:60]))
    for code, one in known.items():
        if one.get("required") and attributes.get(code) in (None, "", [], ()):
            problems.append(Problem(_("This is needed."), "required", f"attributes.{code}"))
    if len(str(dict(attributes))) > MOST_ATTRIBUTES:
        problems.append(Problem(_("The answers are too long."), "too_long", "attributes"))
    return problems


def _variant_problems(kind: str, variant: str) -> list[Problem]:
    if not variant or kind not in AppealKind.values:
        return []
    known = {term.variant for term in rules_on(kind, clock.today()).terms}
    return [] if variant in known else [Problem(_("The law knows no such case."), "variant", "variant")]


def _moment(received_at: datetime | None, problems: list[Problem]) -> datetime:
    now = clock.now()
    if received_at is None:
        return now
    if timezone.is_naive(received_at):
        received_at = timezone.make_aware(received_at)
    if received_at > now + timedelta(minutes=1):
        problems.append(Problem(_("This day is still to come."), "future", "received_at"))
    return received_at


def _whose(authority: Authority | None, service: Service | None, category: RemarkCategory | None) -> Authority | None:
    """Who answers today: the authority named, else the subject's, else the service's; of one that ended, who followed it."""
    named = authority or (category.authority if category else None) or (service.authority if service else None)
    if named is None:
        return None
    follows = successor_map(clock.today()).get(named.pk)
    return Authority.objects.get(pk=follows) if follows else named


@action(
    "feedback.receive_appeal",
    permission="feedback.handle_some",
    private=("person", "files", "attributes", "place", "latitude", "longitude", "client", "repeats_number", "token"),
)
def receive_appeal(
    *,
    by: Actor,
    kind: str,
    person: Mapping[str, Any],
    authority: Authority | None = None,
    variant: str = "",
    service: Service | None = None,
    site: Site | None = None,
    category: RemarkCategory | None = None,
    attributes: Mapping[str, Any] | None = None,
    way: str = Way.WEB,
    language: str = "ru",
    place: str = "",
    latitude: Any = None,
    longitude: Any = None,
    files: Sequence[PersonalFile] = (),
    repeats_number: str = "",
    about_head: bool = False,
    client: str | None = None,
    spam_score: int = 0,
    received_at: datetime | None = None,
    token: str | None = None,
) -> tuple[Appeal, str]:
    """Take in an appeal, a complaint, a request for information or a remark. Returns it and its secret code, which is shown once.

    by: System("portal") for a citizen, System("open311"), or an officer who enters a paper (then for their own authority only). person:
    name, email, phone, address, subject, text, wants_mail; sealed. authority: None takes the subject's or the service's.
    about_head: the head of the authority is complained about; it goes to who is above (59-FZ art. 8 part 6). repeats_number: an
    earlier appeal that this one repeats, believed only of the same sender. spam_score: 0 to 100. received_at: None for now.
    client: kept for the caller's own counting; nothing of it is stored. token: Open311's, where the number is asked for later.

    Raises Refused with everything wrong (only a remark may do without a name), PermissionDenied.
    """
    who = tidy_person(person)
    attributes = {str(key): value for key, value in (attributes or {}).items() if value not in (None, "", [], ())}
    problems: list[Problem] = []
    if kind not in AppealKind.values:
        problems.append(Problem(_("Choose what you send."), "required", "kind"))
    problems += person_problems(kind, who) + _variant_problems(kind, variant) + _attribute_problems(kind, category, attributes)
    if kind == AppealKind.SERVICE_COMPLAINT and service is None:
        problems.append(Problem(_("Choose the service."), "required", "service"))
    if category is not None and kind != AppealKind.REMARK:
        problems.append(Problem(_("Only a remark has a subject of the list."), "category", "category"))
    whose = _whose(authority, service, category)
    if whose is None:
        problems.append(Problem(_("Choose the authority."), "required", "authority"))
    elif isinstance(by, User) and not by.has_perm("feedback.handle", whose):
        raise PermissionDenied("feedback.handle")
    lat, long = _coordinate(latitude, 90, "latitude", problems), _coordinate(longitude, 180, "longitude", problems)
    if (lat is None) != (long is None):
        problems.append(Problem(_("Give both coordinates or none."), "place", "latitude"))
    place = " ".join(str(place).split())
    if len(place) > 300:
        problems.append(Problem(_("At most %(most)s characters, please.") % {"most": 300}, "too_long", "place"))
    if category is not None and category.needs_place and lat is None and not place:
        problems.append(Problem(_("Say where it is: on the map or in words."), "required", "place"))
    if len(files) > MOST_FILES:
        problems.append(Problem(_("At most %(most)s files, please.") % {"most": MOST_FILES}, "too_many", "files"))
    moment = _moment(received_at, problems)
    refuse(problems)
    assert whose is not None, "refused otherwise"

    calendar = working_calendar()
    number, code = new_number(clock.day_of(moment)), new_code()
    suspected = spam_score >= SUSPECTED_FROM
    appeal = Appeal(
        number=number,
        kind=kind,
        variant=variant,
        state=AppealState.SUSPECTED if suspected else AppealState.RECEIVED,
        state_since=clock.now(),
        authority=whose,
        service=service,
        site=site,
        category=category,
        attributes=attributes,
        way=way,
        language=language if language in ("ru", "en") else "ru",
        anonymous=kind == AppealKind.REMARK and not who["name"] and not who["email"],
        received_at=moment,
        received_on=clock.day_of(moment),
        latitude=lat,
        longitude=long,
        place=place,
        code_print=code_print(number, code),
        sender_print=sender_print(who),
        lexemes=likeness.stems_of(f"{who['subject']}\n{who['text']}"),
        spam_score=min(100, max(0, spam_score)),
        token=token,
    )
    if about_head:
        _away_from_head(appeal)
    clocks.set_received(appeal, appeal.received_on, calendar)
    appeal.repeats = _repeated(appeal, by, repeats_number)
    appeal.save()
    AppealPerson.objects.create(appeal=appeal, sealed=seal("appeal", who))
    Attachment.objects.bulk_create(attachment_of(appeal, file) for file in files)
    running = current()
    running.target, running.authority_id = appeal, appeal.authority_id
    running.decided.update(number=number, files=len(files))
    step(appeal, StepKind.RECEIVED, by, to=appeal.authority)
    if suspected:
        telling.tell_moderators(appeal)
    else:
        telling.tell(appeal, "feedback.received", by, roles=telling.OFFICERS, about=kind, due_on=appeal.due_on)
    return appeal, code


def attachment_of(appeal: Appeal, file: PersonalFile) -> Attachment:
    """The row that ties a sealed file to an appeal."""
    state = getattr(file, "attachment_state", AttachmentState.ACCEPTED)
    return Attachment(appeal=appeal, file=file, content_type=file.content_type, size=file.size, state=state, added_at=clock.now())


def _away_from_head(appeal: Appeal) -> None:
    """A complaint about the head of an authority goes to who is above it, else to the officer of the whole government."""
    heads = telling.heads_of(appeal.authority_id)
    appeal.concerns = heads[0] if heads else None
    above = supervisor_on(appeal.authority, clock.today())
    if above is not None:
        appeal.authority = above.authority
        return
    officers = [one for one in telling.officers_of_government() if one.pk != appeal.concerns_id]
    appeal.assigned_to = officers[0] if officers else None


def _repeated(appeal: Appeal, by: Actor, number: str) -> Appeal | None:
    """The appeal that this one repeats: the one named where the same sender wrote it, else an earlier one of the sender with the same words."""
    mine = Appeal.objects.filter(part_of__isnull=True)
    if number and (tidy := tidy_number(number)):
        named = mine.filter(number=tidy).first()
        if named is not None:
            if isinstance(by, User) and by.has_perm("feedback.view_appeal", named):
                return named
            if appeal.sender_print and named.sender_print == appeal.sender_print:
                return named
    if not appeal.sender_print:
        return None
    earlier = mine.filter(sender_print=appeal.sender_print).defer("attributes", "public_text").order_by("-id")[:50]
    return next((one for one in earlier if likeness.jaccard(one.lexemes, appeal.lexemes) >= likeness.SAME), None)


@action("feedback.release_appeal", permission="feedback.moderate", target="appeal")
def release_appeal(*, by: Actor, appeal: Appeal) -> Appeal:
    """Let a suspected appeal through; its clock has run since it came."""
    go(appeal, "release")
    step(appeal, StepKind.RELEASED, by, public=False)
    telling.tell(appeal, "feedback.received", by, roles=telling.OFFICERS, about=appeal.kind, due_on=appeal.due_on)
    return appeal


@action("feedback.reject_appeal", permission="feedback.moderate", target="appeal", private=("reason",))
def reject_appeal(*, by: Actor, appeal: Appeal, reason: str) -> Appeal:
    """Reject a suspected appeal that is none. It stays, and is counted in public; whoever has the code sees that it was rejected and why."""
    refuse([*state_problems(appeal, "reject"), *required(reason, "reason", _("Say why it is rejected."), most=REASON_LENGTH)])
    appeal.due_on = None
    go(appeal, "reject", ["due_on"])
    step(appeal, StepKind.REJECTED, by, reason=reason, tell=False)
    return appeal
