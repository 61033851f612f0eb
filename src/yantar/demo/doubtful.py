"""What moderators of the demonstration look at: ratings and appeals that seem suspicious, some decided, some still waiting; and answer templates."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.translation import override

from yantar.core import clock
from yantar.core.actions import System
from yantar.qms.feedback.actions import appeals as acts
from yantar.qms.feedback.actions import ratings as rating_acts
from yantar.qms.feedback.models import Appeal, AppealKind, Rating, RatingChannel, RatingState
from yantar.qms.services.models import Service
from yantar.qms.services.queries import public

from .play import SIMULATION
from .voices import CRITERIA, words

PORTAL = System("portal")
RATINGS = 40
"""Doubtful ratings among all of a whole government."""
APPEALS = 6
WAITING = timedelta(days=3)
"""What came later than this many days ago still waits for a moderator."""
SCORE = 80
"""Suspicion of a doubtful appeal, as the check of the public form would have given it."""


def play(seed: int, today: date, services: Mapping[str, Service], share: float) -> None:
    """Doubtful ratings and appeals of the last two months; nothing where nobody's voice is heard (`share` 0)."""
    rng = random.Random(f"{seed}-doubtful")  # noqa: S311 - repeatable, not secret
    promised = {row.service.code for row in public.passports_on(today)}
    offered = [services[code] for code in sorted(services) if code in promised]
    if not offered or not share:
        return
    with override("ru"):
        _ratings(rng, today, offered, max(2, int(RATINGS * share)))
        _appeals(rng, today, offered, max(1, int(APPEALS * share)))


def _ratings(rng: random.Random, today: date, offered: Sequence[Service], number: int) -> None:
    for day in sorted(today - timedelta(days=rng.randrange(60)) for _number in range(number)):
        kind = rng.choice(sorted(words()["doubtful"]["ratings"]))
        with clock.at(day):
            rating = rating_acts.rate_service(
                by=PORTAL,
                service=rng.choice(offered),
                channel=RatingChannel.LINK,
                scores=dict.fromkeys(CRITERIA, rng.choice((1, 5))),
                text=words()["doubtful"]["ratings"][kind],
                elapsed=rng.uniform(1, 3),
                kiosk=True,  # The proof of work that a browser would have done is left out.
            )
        _decided(rng, rating, today)


def _decided(rng: random.Random, rating: Rating, today: date) -> None:
    if rating.state != RatingState.QUARANTINED or today - rating.rated_on <= WAITING:
        return
    with clock.at(rating.rated_on + timedelta(days=1)):
        if rng.random() < 0.3:
            rating_acts.release_rating(by=SIMULATION, rating=rating, reason=words()["doubtful"]["released"])
        else:
            rating_acts.reject_rating(by=SIMULATION, rating=rating, reason=words()["doubtful"]["rejected"])


def _appeals(rng: random.Random, today: date, offered: Sequence[Service], number: int) -> None:
    """The latest ones wait; of the others every third is let through."""
    for place, back in enumerate(sorted((1 + rng.randrange(2) if n % 2 else 5 + rng.randrange(40) for n in range(number)), reverse=True)):
        day = today - timedelta(days=back)
        subject, text = rng.choice(words()["doubtful"]["appeals"])
        person = {"name": "Аноним Примерный", "email": "offers@example.org", "subject": subject, "text": text}
        service = rng.choice(offered)
        with clock.at(day):
            appeal, _code = acts.receive_appeal(
                by=PORTAL, kind=AppealKind.APPEAL, service=service, authority=service.authority, person=person, spam_score=SCORE
            )
        if timedelta(days=back) > WAITING:
            _settled(appeal, day + timedelta(days=1), through=place % 3 == 0)


def _settled(appeal: Appeal, day: date, through: bool) -> None:
    with clock.at(day):
        if through:
            acts.release_appeal(by=SIMULATION, appeal=appeal)
        else:
            acts.reject_appeal(by=SIMULATION, appeal=appeal, reason=words()["doubtful"]["rejected"])


def add_templates(since: date) -> None:
    """Texts for the whole government that answers begin with."""
    with clock.at(since):
        for one in words()["templates"]:
            acts.add_template(by=SIMULATION, authority=None, title=one["title"], text_ru=one["ru"], text_en=one["en"], kind=one["kind"])
