"""From a form of the public to a rating: limits first, counted outside of the transaction, then the proof, then the action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yantar.core.actions import System
from yantar.core.problems import Problem, Refused
from yantar.core.secrecy import blind
from yantar.qms.organisation.models import Site
from yantar.qms.services.models import Service

from . import admission, captcha
from .actions.ratings import email_problems, rate_service, score_problems, text_problems
from .models import Rating
from .stamps import Stamp

PORTAL = System("portal")
KIOSK_LIMIT = 240
"""Ratings of one kiosk in an hour: four a minute."""
MAILS_OF_CLIENT = 5
MAILS_TO_ADDRESS = 3
MAILS_IN_ALL = 2000
"""Confirming mails in a day: asked for by one network, to one address, in all."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What came with a form. `client`: print of the network; `stamp`: None where the form had none that holds; `kiosk`: print of its key."""

    service: Service
    channel: str
    scores: Mapping[str, int]
    client: str
    stamp: Stamp | None
    site: Site | None = None
    text: str = ""
    language: str = "ru"
    honeypot: bool = False
    captcha: str = ""
    email: str = ""
    kiosk: str = ""
    link: Callable[[int, str], str] | None = field(default=None, compare=False)


class AsksForMail(Exception):
    """Everything is right, but nothing proves that a person sent it: no JavaScript, most likely. An e-mail can."""


def take(filled: Filled) -> Rating:
    """Take a rating. Raises Refused ("too_many" of one network or in all, "stale" form, "twice", what is wrong), and AsksForMail."""
    problems = [*score_problems(filled.scores), *text_problems(filled.text)]
    if filled.stamp is None:
        problems.append(Problem(_("This form lay open for too long. Look at it again and send it."), code="stale"))
    if filled.email:
        problems += email_problems(filled.email)
    if problems:
        raise Refused(problems)
    assert filled.stamp is not None
    proof = None if filled.kiosk else _proof(filled)
    recent = _admit(filled)
    return rate_service(
        by=PORTAL,
        service=filled.service,
        site=filled.site,
        channel=filled.channel,
        scores=filled.scores,
        text=filled.text,
        language=filled.language,
        email=filled.email if proof is None else "",
        client=filled.client,
        elapsed=filled.stamp.elapsed,
        honeypot=filled.honeypot,
        recent=recent,
        form=captcha.form_proof(filled.stamp.nonce, filled.stamp.expires_at),
        proof=proof,
        kiosk=bool(filled.kiosk),
        link=filled.link,
    )


def _proof(filled: Filled) -> captcha.Proof | None:
    if not filled.captcha:
        if not filled.email:
            raise AsksForMail
        return None
    try:
        return captcha.verify("rating", filled.captcha)
    except captcha.Unproven as error:
        message = _("The check has run out. Send the form once more.") if error.code == "expired" else _("The check failed. Send the form once more.")
        raise Refused(Problem(message, code=f"captcha_{error.code}", field="altcha")) from error


def _too_many() -> Refused:
    return Refused(Problem(_("Many ratings have come from your network. Try again in an hour."), code="too_many"))


def _admit(filled: Filled) -> int:
    """How many came from this network in the hour; kiosks have a limit of their own and are never many."""
    per_client, in_all = settings.RATING_LIMITS
    if filled.kiosk:
        if not admission.admitted("rating.kiosk", filled.kiosk, KIOSK_LIMIT, in_all, admission.HOUR):
            raise _too_many()
        return 1
    counted = admission.count("rating", filled.client, admission.HOUR, per_client)
    if counted.mine > per_client:
        raise _too_many()
    if counted.everybody is None or counted.everybody > in_all:
        raise Refused(Problem(_("Very many ratings are coming at this moment. Try again in an hour."), code="too_many"))
    if filled.email and not filled.captcha:
        address = blind("email", filled.email.strip().casefold())
        if not admission.admitted("rating.mail", filled.client, MAILS_OF_CLIENT, MAILS_IN_ALL, admission.DAY):
            raise Refused(Problem(_("Many confirming mails were asked for. Try again tomorrow."), code="too_many", field="email"))
        if admission.count("rating.mail.to", address, admission.DAY).mine > MAILS_TO_ADDRESS:
            raise Refused(Problem(_("This address has been sent several mails today. Try again tomorrow."), code="too_many", field="email"))
    return counted.mine
