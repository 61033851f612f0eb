"""Ratings: taken from the public, confirmed by mail, looked at by moderators. Their figures are counted in the same transaction."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, System, action, current
from yantar.core.problems import Problem, Refused
from yantar.core.secrecy import blind, seal, unseal
from yantar.core.tabular.messages import said
from yantar.library.satisfaction import load_satisfaction
from yantar.qms.organisation.actions.checks import refuse_if
from yantar.qms.organisation.models import Site
from yantar.qms.services.models import Service, ServiceSite

from .. import admission, captcha, counting, spam, telling
from ..models import Rating, RatingChannel, RatingPerson, RatingState

PURPOSE = "rating"
LONGEST_TEXT = 2000
CONFIRM_WITHIN = timedelta(days=7)
TEXT_KEPT = timedelta(days=365)
"""How long the text of a rating is kept; its figures stay."""
LONGEST_REASON = 300


def score_problems(scores: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with values by criterion: none at all, unknown criteria, values off the scale."""
    rules = load_satisfaction()
    known = {criterion.key for criterion in rules.criteria}
    problems = []
    for key, value in scores.items():
        if key not in known:
            problems.append(Problem(_("There is no such question."), code="unknown_criterion", field=key[:40]))
        elif isinstance(value, bool) or not isinstance(value, int) or not rules.scale.least <= value <= rules.scale.most:
            limits = {"least": rules.scale.least, "most": rules.scale.most}
            problems.append(Problem(said(_("Choose a value from %(least)d to %(most)d."), **limits), code="off_scale", field=key))
    if not scores:
        problems.append(Problem(_("Answer at least one question."), code="nothing", field="scores"))
    return problems


def text_problems(text: str) -> list[Problem]:
    """A text that is too long."""
    if len(text) > LONGEST_TEXT:
        message = said(_("The text is longer than %(most)d characters: shorten it."), most=LONGEST_TEXT)
        return [Problem(message, code="too_long", field="text")]
    return []


def email_problems(email: str) -> list[Problem]:
    """An address that is none."""
    try:
        if len(email) > 254 or "\n" in email or "\r" in email:
            raise ValidationError("")
        validate_email(email)
    except ValidationError:
        return [Problem(_("This is no e-mail address. Write it like name@example.org."), code="email", field="email")]
    return []


def _place_problems(service: Service, site: Site | None) -> list[Problem]:
    today = clock.today()
    if not service.holds_on(today):
        return [Problem(_("This service is no longer provided."), code="ended")]
    if site is not None and not ServiceSite.objects.on(today).filter(service=service, site=site).exists():
        return [Problem(_("This service is not provided at this place."), code="elsewhere", field="site")]
    return []


@action(
    "feedback.rate_service",
    permission=None,
    private=("text", "email", "client", "elapsed", "honeypot", "recent", "form", "proof", "link"),
)
def rate_service(
    *,
    by: Actor,
    service: Service,
    channel: str,
    scores: Mapping[str, int],
    site: Site | None = None,
    text: str = "",
    language: str = "ru",
    email: str = "",
    client: str = "",
    elapsed: float | None = None,
    honeypot: bool = False,
    recent: int = 1,
    form: captcha.Proof | None = None,
    proof: captcha.Proof | None = None,
    kiosk: bool = False,
    link: Callable[[int, str], str] | None = None,
) -> Rating:
    """Take what a visitor gives a service. Only parts of the system call it (`by=System("portal")`): nobody signs in to rate.

    scores: criterion of the library → value, at least one. elapsed: seconds from showing the form. recent: how many came from this network
    in the hour, this one included. form: the form's own number; sent a second time it is Refused with the code "twice". A rating needs a
    `proof` of work (spent here), a `kiosk` whose key was checked, or an `email` with a `link` (rating, secret → address): then it waits until
    its mail is confirmed. Suspicious ones wait for a moderator. Text and e-mail are sealed, and neither gets into the journal.
    Raises Refused with everything wrong.
    """
    if not isinstance(by, System):
        raise PermissionDenied("feedback.rate_service")
    text = text.replace("\r\n", "\n").strip()
    problems = [*score_problems(scores), *text_problems(text), *_place_problems(service, site)]
    if channel not in RatingChannel.values:
        problems.append(Problem(_("Unknown way."), code="channel", field="channel"))
    if proof is None and not kiosk:
        problems += email_problems(email)
    refuse_if(problems)
    _spend(form, proof)
    suspicion = _suspicion(text, elapsed, honeypot, recent)
    now, waits = clock.now(), proof is None and not kiosk
    secret = secrets.token_urlsafe(24) if waits else ""
    state = RatingState.UNCONFIRMED if waits else RatingState.QUARANTINED if suspicion.suspicious else RatingState.COUNTED
    rating = Rating.objects.create(
        service=service,
        authority_id=service.authority_id,
        site=site,
        rated_at=now,
        rated_on=clock.today(),
        channel=channel,
        language=language,
        scores=dict(scores),
        has_text=bool(text),
        state=state,
        spam_score=suspicion.score,
        spam_reasons=list(suspicion.reasons),
        confirm_print=blind("rating confirm", secret) if waits else "",
    )
    if text or waits:
        keep(rating, text, email if waits else "")
    current().decided["state"] = str(state)
    if waits:
        _mail(rating, email, link(rating.pk, secret) if link else secret)
    elif state == RatingState.COUNTED:
        count(rating)
    else:
        telling.tell_moderators(rating)
    return rating


def _spend(form: captcha.Proof | None, proof: captcha.Proof | None) -> None:
    wanted = [one for one in (form, proof) if one is not None]
    fresh = captcha.spend(wanted)
    # The form first: whoever presses twice sends the same answer twice, too, and is told that all is well.
    if form is not None and form.print not in fresh:
        raise Refused(Problem(_("This rating has come already. Thank you."), code="twice"))
    if proof is not None and proof.print not in fresh:
        raise Refused(Problem(_("This check has been used already. Send the form once more."), code="captcha_spent", field="altcha"))


def _suspicion(text: str, elapsed: float | None, honeypot: bool, recent: int) -> spam.Suspicion:
    same = 1
    if normal := spam.normal(text):
        same = admission.count("rating.text", blind("rating text", normal), admission.DAY).mine
    return spam.judge(text, spam.Circumstances(honeypot=honeypot, elapsed=elapsed, same_text=same, same_network=recent))


def keep(rating: Rating, text: str, email: str = "") -> RatingPerson:
    """Seal what was written and the address that is to confirm it."""
    until = clock.today() + (CONFIRM_WITHIN if email else TEXT_KEPT)
    return RatingPerson.objects.create(
        rating=rating,
        sealed=seal(PURPOSE, {"text": text, "email": email}),
        erase_on=until,
        sender_print=blind("email", email.strip().casefold()) if email else "",
    )


def cells_of(rating: Rating) -> list[counting.Cell]:
    """The rows that a rating counts in."""
    return counting.cells(rating.service_id, rating.authority_id, rating.site_id, rating.rated_on, rating.scores)


def count(rating: Rating, by: int = 1) -> None:
    """Let a rating count, or (by −1) no longer."""
    counting.add(cells_of(rating), by)


def _mail(rating: Rating, email: str, address: str) -> None:
    """Ask for the confirmation, before the rating is kept: where no mail can be sent nothing is left waiting for one."""
    with translation.override(rating.language):
        words = {"address": address, "day": rating.rated_on, "days": CONFIRM_WITHIN.days}
        mail = EmailMessage(
            subject=gettext("Confirm your rating"),
            body=render_to_string("feedback/confirm_rating.txt", words),
            to=[email],
            headers={"Auto-Submitted": "auto-generated"},
        )
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        # The error of the mail server names the address: it goes no further.
        raise Refused(Problem(_("The mail could not be sent. Check the address, or try later."), code="mail", field="email")) from error


@action("feedback.confirm_rating", permission=None, target="rating", private=("secret",))
def confirm_rating(*, by: Actor, rating: Rating, secret: str) -> Rating:
    """Confirm a rating by the secret out of its mail; done twice it changes nothing more. Raises Refused for a wrong or late secret.

    The e-mail has served its end and is erased.
    """
    if not isinstance(by, System):
        raise PermissionDenied("feedback.confirm_rating")
    if not rating.confirm_print or not hmac.compare_digest(rating.confirm_print, blind("rating confirm", secret)):
        raise Refused(Problem(_("This link confirms nothing. Copy it from the mail as a whole."), code="secret"))
    if rating.state != RatingState.UNCONFIRMED:
        return rating
    if clock.now() - rating.rated_at > CONFIRM_WITHIN:
        raise Refused(Problem(_("This link has run out. Rate the service once more."), code="late"))
    rating.state = RatingState.QUARANTINED if rating.spam_score >= spam.THRESHOLD else RatingState.COUNTED
    rating.save(update_fields=["state"])
    _forget_address(rating)
    current().decided["state"] = str(rating.state)
    if rating.state == RatingState.COUNTED:
        count(rating)
    else:
        telling.tell_moderators(rating)
    return rating


def _forget_address(rating: Rating) -> None:
    person = RatingPerson.objects.filter(rating=rating).first()
    if person is None:
        return
    if not rating.has_text:
        person.delete()
        return
    person.sealed = seal(PURPOSE, {**unseal(PURPOSE, person.sealed), "email": ""})
    person.sender_print = ""
    person.erase_on = clock.today() + TEXT_KEPT
    person.save()


@action("feedback.release_rating", permission="feedback.moderate", target="rating")
def release_rating(*, by: Actor, rating: Rating, reason: str = "") -> Rating:
    """Let a rating count that waited for a moderator or was rejected before. Raises Refused for one that counts or is not confirmed."""
    if rating.state not in (RatingState.QUARANTINED, RatingState.REJECTED):
        raise Refused(Problem(_("This rating does not wait for a moderator."), code="state"))
    rating.state, rating.decided_reason = RatingState.COUNTED, _reason(reason)
    rating.save(update_fields=["state", "decided_reason"])
    count(rating)
    return rating


@action("feedback.reject_rating", permission="feedback.moderate", target="rating")
def reject_rating(*, by: Actor, rating: Rating, reason: str) -> Rating:
    """Take a rating out of the figures, with a reason that stays; it is still counted in public among the rejected.

    Raises Refused without a reason and for one that is rejected already or not confirmed.
    """
    problems = []
    if not _reason(reason):
        problems.append(Problem(_("Say why: the reason stays with the rating."), code="required", field="reason"))
    if rating.state not in (RatingState.QUARANTINED, RatingState.COUNTED):
        problems.append(Problem(_("This rating can't be rejected: it is rejected already, or its mail was never confirmed."), code="state"))
    refuse_if(problems)
    counted = rating.state == RatingState.COUNTED
    rating.state, rating.decided_reason = RatingState.REJECTED, _reason(reason)
    rating.save(update_fields=["state", "decided_reason"])
    if counted:
        count(rating, -1)
    return rating


def _reason(reason: str) -> str:
    found = " ".join(reason.split())
    if len(found) > LONGEST_REASON:
        message = said(_("The reason is longer than %(most)d characters."), most=LONGEST_REASON)
        raise Refused(Problem(message, code="too_long", field="reason"))
    return found


@action("feedback.sweep_limits", permission=None)
def sweep_limits(*, by: Actor) -> dict[str, int]:
    """Forget counts of windows long past and answers that have run out. Only the scheduler calls it."""
    from ..models import Admission, SpentChallenge

    if not isinstance(by, System):
        raise PermissionDenied("feedback.sweep_limits")
    windows, _rows = Admission.objects.filter(window__lt=clock.now() - admission.KEPT).delete()
    spent, _rows = SpentChallenge.objects.filter(expires_at__lt=clock.now()).delete()
    current().decided.update(windows=windows, spent=spent)
    return {"windows": windows, "spent": spent}


__all__: Sequence[str] = ("confirm_rating", "rate_service", "reject_rating", "release_rating", "sweep_limits")
