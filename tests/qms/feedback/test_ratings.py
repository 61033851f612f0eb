"""Ratings: taken, confirmed, moderated; what is counted always agrees with them."""

from __future__ import annotations

import re
import threading
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from tests.factories import AuthorityFactory, with_role
from yantar.core import clock
from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.core.secrecy import unseal
from yantar.qms.feedback import captcha, counting
from yantar.qms.feedback.actions.ratings import confirm_rating, rate_service, reject_rating, release_rating, sweep_limits
from yantar.qms.feedback.models import Admission, Rating, RatingPerson, RatingState, SpentChallenge
from yantar.qms.organisation.models import Role

from .rating_things import BAD, GOOD, PORTAL, a_service, cells, proof, rated

pytestmark = pytest.mark.django_db


def codes(caught: Any) -> set[str]:
    return {problem.code for problem in caught.value.problems}


def test_a_rating_counts_at_once() -> None:
    service, (site,) = a_service()
    rating = rated(service, site=site, channel="qr")
    assert (rating.state, rating.authority_id, rating.rated_on) == (RatingState.COUNTED, service.authority_id, clock.today())
    assert cells(service) == {("time", 5): 1, ("queue", 4): 1, ("staff", 5): 1, ("premises", 4): 1, ("information", 5): 1, ("overall", 5): 1}
    rated(service, BAD, site=site)
    assert cells(service)["overall", 1] == 1 and ("premises", 1) not in cells(service)
    assert not RatingPerson.objects.exists()


@pytest.mark.parametrize(("scores", "whole"), [({"time": 3, "queue": 4}, 4), ({"time": 2, "queue": 3, "staff": 2}, 2), ({"time": 1}, 1)])
def test_the_rating_as_a_whole_is_the_mean_with_halves_up(scores: dict[str, int], whole: int) -> None:
    assert counting.overall(scores) == whole


def test_everything_wrong_is_said_at_once() -> None:
    service, _sites = a_service()
    elsewhere = a_service("other")[1][0]
    with pytest.raises(Refused) as caught:
        rated(service, {"time": 6, "weather": 3, "queue": True}, site=elsewhere, text="я" * 2001, channel="fax")  # type: ignore[dict-item]
    assert codes(caught) == {"off_scale", "unknown_criterion", "too_long", "elsewhere", "channel"}
    with pytest.raises(Refused) as caught:
        rated(service, {"time": 5}, proof=None)
    assert codes(caught) == {"email"}
    with pytest.raises(Refused) as caught:
        rate_service(by=PORTAL, service=service, channel="link", scores={}, proof=proof())
    assert codes(caught) == {"nothing"}
    assert not Rating.objects.exists() and not SpentChallenge.objects.exists()


def test_a_service_that_ended_can_t_be_rated() -> None:
    service, _sites = a_service()
    service.valid_to = date(2024, 1, 1)
    service.save()
    with pytest.raises(Refused) as caught:
        rated(service)
    assert codes(caught) == {"ended"}


def test_a_person_can_t_rate_in_the_name_of_the_portal() -> None:
    service, _sites = a_service()
    with pytest.raises(PermissionDenied):
        rate_service(by=with_role(Role.ADMINISTRATOR), service=service, channel="link", scores=GOOD, proof=proof())


def test_sent_twice_it_counts_once() -> None:
    service, _sites = a_service()
    form, answer = proof(), proof()
    rated(service, form=form, proof=answer)
    with pytest.raises(Refused) as caught:
        rated(service, form=form, proof=answer)
    assert codes(caught) == {"twice"}
    with pytest.raises(Refused) as caught:
        rated(service, proof=answer)
    assert codes(caught) == {"captcha_spent"}
    assert Rating.objects.count() == 1
    # What was refused spent nothing: the form may be sent again with another answer.
    other = proof()
    with pytest.raises(Refused):
        rated(service, form=other, proof=answer)
    rated(service, form=other)


def test_what_was_written_is_sealed_and_never_in_the_journal() -> None:
    service, _sites = a_service()
    rating = rated(service, text="Спасибо Анне из окна 7", client="c" * 64)
    person = RatingPerson.objects.get(rating=rating)
    assert "Анне" not in bytes(person.sealed).decode("utf-8", "replace")
    assert unseal("rating", person.sealed) == {"text": "Спасибо Анне из окна 7", "email": ""}
    assert person.erase_on == clock.today() + timedelta(days=365)
    entry = JournalEntry.objects.get(action="feedback.rate_service")
    assert "Анне" not in entry.decided and "c" * 64 not in entry.decided and entry.authority_id == service.authority_id
    assert '"state":"counted"' in entry.decided


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"text": "<script>alert(1)</script>"}, "markup"),
        ({"text": "Лучшие займы http://a.example http://b.example"}, "links"),
        ({"honeypot": True}, "honeypot"),
        ({"elapsed": 1.0}, "too_quick"),
        ({"recent": 30}, "same_network_often"),
    ],
)
def test_what_is_suspicious_waits_for_a_moderator(given: dict[str, Any], reason: str) -> None:
    service, _sites = a_service()
    rating = rated(service, **given)
    assert rating.state == RatingState.QUARANTINED and reason in rating.spam_reasons and rating.spam_score >= 60
    assert cells(service) == {}


def test_the_same_text_again_and_again_is_noticed() -> None:
    service, _sites = a_service()
    states = [rated(service, text=text).state for text in ("Очень хорошо!", "очень  ХОРОШО", "Очень хорошо.", "Очень хорошо", "Очень хорошо")]
    assert states == [RatingState.COUNTED] * 4 + [RatingState.QUARANTINED]


def test_without_a_proof_a_mail_confirms_it() -> None:
    service, _sites = a_service()
    given = {"proof": None, "email": "maria@example.org", "text": "Быстро", "link": lambda pk, secret: f"https://yantar.example/{pk}/{secret}/"}
    rating = rated(service, language="en", **given)
    assert rating.state == RatingState.UNCONFIRMED and cells(service) == {}
    (sent,) = mail.outbox
    assert sent.to == ["maria@example.org"] and sent.subject == "Confirm your rating"
    found = re.search(r"https://yantar\.example/(\d+)/(\S+)/", str(sent.body))
    assert found and int(found[1]) == rating.pk
    assert "maria" not in "".join(JournalEntry.objects.values_list("decided", flat=True))
    assert found[2] not in rating.confirm_print
    with pytest.raises(Refused) as caught:
        confirm_rating(by=PORTAL, rating=rating, secret="another")  # noqa: S106
    assert codes(caught) == {"secret"}
    for _time in range(2):
        assert confirm_rating(by=PORTAL, rating=rating, secret=found[2]).state == RatingState.COUNTED
    assert cells(service)["overall", 5] == 1
    # The address is gone, the text stays.
    assert unseal("rating", RatingPerson.objects.get().sealed) == {"text": "Быстро", "email": ""}
    assert RatingPerson.objects.get().sender_print == ""


def test_a_late_confirmation_and_a_suspicious_one() -> None:
    service, _sites = a_service()
    secrets: list[str] = []

    def link(_pk: int, secret: str) -> str:
        secrets.append(secret)
        return secret

    quick = rated(service, proof=None, email="a@example.org", link=link, honeypot=True)
    assert confirm_rating(by=PORTAL, rating=quick, secret=secrets[0]).state == RatingState.QUARANTINED
    assert not RatingPerson.objects.exists()
    with clock.at(timezone.now() - timedelta(days=8)):
        late = rated(service, proof=None, email="b@example.org", link=link)
    with pytest.raises(Refused) as caught:
        confirm_rating(by=PORTAL, rating=late, secret=secrets[1])
    assert codes(caught) == {"late"} and cells(service) == {}


def test_a_mail_that_can_t_be_sent_leaves_nothing(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    service, _sites = a_service()
    with pytest.raises(Refused) as caught:
        rated(service, proof=None, email="a@example.org")
    assert codes(caught) == {"mail"} and not Rating.objects.exists()


def test_moderators_release_and_reject_and_counts_follow() -> None:
    service, _sites = a_service()
    moderator = with_role(Role.CITIZENS_OFFICER, service.authority)
    waiting = rated(service, elapsed=1.0)
    assert release_rating(by=moderator, rating=waiting).state == RatingState.COUNTED
    assert cells(service)["overall", 5] == 1
    with pytest.raises(Refused) as caught:
        release_rating(by=moderator, rating=waiting)
    assert codes(caught) == {"state"}
    with pytest.raises(Refused) as caught:
        reject_rating(by=moderator, rating=waiting, reason=" ")
    assert codes(caught) == {"required"}
    assert reject_rating(by=moderator, rating=waiting, reason="Реклама").decided_reason == "Реклама"
    assert cells(service) == {}
    release_rating(by=moderator, rating=waiting, reason="Ошиблись")
    assert cells(service)["overall", 5] == 1
    # Nobody of another authority, and no mere member of staff.
    for stranger in (with_role(Role.CITIZENS_OFFICER, AuthorityFactory()), with_role(Role.STAFF, service.authority)):
        with pytest.raises(PermissionDenied):
            reject_rating(by=stranger, rating=waiting, reason="x")


def test_what_is_not_confirmed_is_for_no_moderator() -> None:
    service, _sites = a_service()
    rating = rated(service, proof=None, email="a@example.org")
    lead = with_role(Role.HEAD_OF_QUALITY)
    for act in (lambda: release_rating(by=lead, rating=rating), lambda: reject_rating(by=lead, rating=rating, reason="x")):
        with pytest.raises(Refused):
            act()


def test_accepting_asks_the_database_little(django_assert_num_queries: Any) -> None:
    service, (site,) = a_service()
    rated(service, site=site)
    # Savepoint, place, proofs, rating, counts, journal, release.
    with django_assert_num_queries(7):
        rated(service, site=site)


def test_the_sweep_forgets_what_has_run_out() -> None:
    now = timezone.now()
    Admission.objects.create(what="rating", who="x", window=now - timedelta(days=3), count=1)
    Admission.objects.create(what="rating", who="x", window=now, count=1)
    captcha.spend([captcha.Proof("a" * 64, now - timedelta(minutes=1)), captcha.Proof("b" * 64, now + timedelta(minutes=1))])
    assert sweep_limits(by=PORTAL) == {"windows": 1, "spent": 1}
    assert Admission.objects.get().window == now and SpentChallenge.objects.get().print == "b" * 64


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_all_counted_and_none_waits_in_a_circle() -> None:
    service, sites = a_service(sites=2)
    failures: list[BaseException] = []

    def many(number: int) -> None:
        try:
            for turn in range(8):
                scores = dict(reversed(GOOD.items())) if (number + turn) % 2 else GOOD
                rated(service, scores, site=sites[turn % 2])
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=many, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    expected = Counter[tuple[str, int]]()
    for rating in Rating.objects.all():
        expected.update((cell.criterion, cell.value) for cell in counting.cells(1, 1, None, rating.rated_on, rating.scores))
    found = Counter[tuple[str, int]]()
    from yantar.qms.feedback.models import RatingCount

    for row in RatingCount.objects.all():
        found[row.criterion, row.value] += row.count
    assert found == expected and found["overall", 5] == 32


def test_the_month_is_the_government_s() -> None:
    service, _sites = a_service()
    with clock.at(datetime.fromisoformat("2026-03-31T23:30:00+00:00")):
        rating = rated(service)
    assert rating.rated_on == date(2026, 4, 1)
