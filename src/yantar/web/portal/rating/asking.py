"""What all ways of rating share: the form, what came back of it, what is said when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.core import clock
from yantar.core.clients import absolute
from yantar.core.problems import Problem, Refused
from yantar.library.satisfaction import load_satisfaction
from yantar.qms.feedback import admission, intake, stamps
from yantar.qms.feedback.models import Rating
from yantar.qms.feedback.queries import ratings as queries
from yantar.qms.feedback.queries.ratings import Rateable

PURPOSE = "rating"
SHOWN_AGAIN = 2_500
"""Characters of a text that are put back into the form; what is longer was refused anyway."""


@dataclass(frozen=True, slots=True)
class Step:
    """One value of the scale under one question."""

    value: int
    title: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its values, the best last."""

    key: str
    text: str
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Ask:
    """The form as a template shows it. `task`: where proofs of work come from, "" at a kiosk; `csrf`: with the cookie's token."""

    action: str
    stamp: str
    questions: list[Question]
    text: str = ""
    email: str = ""
    task: str = ""
    csrf: bool = True
    with_text: bool = True
    problems: list[Problem] = field(default_factory=list)
    given: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form that came back: a rating or its second coming (`done`), or the form once more with a status."""

    done: bool = False
    waits: bool = False
    step: str = "form"
    ask: Ask | None = None
    status: int = 200


def place_or_404(code: str, site: str) -> Rateable:
    """The service that is to be rated. Raises Http404 where there is none, or not at this place."""
    found = queries.rateable(code, clock.today(), site)
    if found is None:
        raise Http404(_("There is no such service here."))
    return found


def questions(given: dict[str, str]) -> list[Question]:
    """The questions of the library in the reader's language, with what was answered."""
    rules, english = load_satisfaction(), get_language() == "en"
    return [
        Question(
            criterion.key,
            criterion.question_en if english else criterion.question_ru,
            tuple(
                Step(step.value, step.title_en if english else step.title_ru, given.get(criterion.key) == str(step.value))
                for step in rules.scale.steps
            ),
        )
        for criterion in rules.criteria
    ]


def _given(request: HttpRequest) -> dict[str, str]:
    known = {criterion.key for criterion in load_satisfaction().criteria}
    return {name.removeprefix("score-"): str(value)[:20] for name, value in request.POST.items() if name.startswith("score-") and name[6:] in known}


def _score(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else -1


def fresh(place: Rateable, channel: str, action: str, **more: Any) -> Ask:
    """An empty form."""
    return Ask(action, _stamp(place, channel), questions({}), task=reverse("portal:rating_task"), **more)


def _stamp(place: Rateable, channel: str) -> str:
    return stamps.issue(PURPOSE, service=place.service.code, site=place.site.code if place.site else "", channel=channel)


def _read(request: HttpRequest, place: Rateable, channel: str) -> stamps.Stamp | None:
    try:
        stamp = stamps.read(PURPOSE, request.POST.get("stamp", ""))
    except stamps.Stale:
        return None
    wanted = {"service": place.service.code, "site": place.site.code if place.site else "", "channel": channel}
    return stamp if dict(stamp.data) == wanted else None


def take(request: HttpRequest, place: Rateable, channel: str, action: str, *, kiosk: str = "", **more: Any) -> Outcome:
    """Take what came back. `kiosk`: print of the kiosk's key."""
    stamp, given = _read(request, place, channel), _given(request)
    text, email = request.POST.get("text", ""), request.POST.get("email", "").strip()
    asks_for_mail = "email" in request.POST
    filled = intake.Filled(
        service=place.service,
        site=place.site,
        channel=channel,
        scores={key: _score(value) for key, value in given.items()},
        client=admission.client_print(request),
        stamp=stamp,
        text=text,
        language=get_language() or "ru",
        honeypot=bool(request.POST.get("website")),
        captcha=request.POST.get("altcha", ""),
        email=email,
        kiosk=kiosk,
        link=_link(request),
    )
    ask = Ask(
        action,
        request.POST["stamp"] if stamp is not None else _stamp(place, channel),
        questions(given),
        text=text[:SHOWN_AGAIN],
        email=email[:254],
        task="" if kiosk else reverse("portal:rating_task"),
        given=_hidden(request, given, text),
        **more,
    )
    try:
        rating: Rating = intake.take(filled)
    except intake.AsksForMail:
        if asks_for_mail:
            ask.problems = [Problem(_("Give your e-mail."), code="required", field="email")]
        return Outcome(step="mail", ask=ask, status=422 if asks_for_mail else 200)
    except Refused as refused:
        codes = {problem.code for problem in refused.problems}
        if "twice" in codes:
            return Outcome(done=True, waits=bool(email))
        ask.problems = refused.problems
        at_mail = asks_for_mail and codes <= {"email", "mail", "too_many"}
        return Outcome(step="mail" if at_mail else "form", ask=ask, status=429 if "too_many" in codes else 422)
    return Outcome(done=True, waits=rating.state == "unconfirmed")


def _link(request: HttpRequest) -> Callable[[int, str], str]:
    return lambda pk, secret: absolute(request, reverse("portal:rating_confirm", args=[pk, secret]))


def _hidden(request: HttpRequest, given: dict[str, str], text: str) -> list[tuple[str, str]]:
    """What the page that asks for an e-mail carries along."""
    scores = [(f"score-{key}", value) for key, value in given.items()]
    return [*scores, ("text", text[:SHOWN_AGAIN]), ("website", request.POST.get("website", "")[:100])]
