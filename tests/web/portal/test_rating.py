"""Pages of rating: the form, what abuses it, the mail, the widget, the kiosk, the QR code."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from typing import Any

import altcha
import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.factories import GovernmentFactory
from tests.qms.feedback.rating_things import a_service, cells
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import JournalEntry
from yantar.qms.feedback import captcha
from yantar.qms.feedback.models import Admission, Rating, RatingState
from yantar.qms.organisation.actions.keys import give_key, revoke_key

pytestmark = pytest.mark.django_db
RATE = "/services/hunting-ticket/rate/"
ANSWERS = {"score-time": "5", "score-queue": "4", "score-staff": "5", "score-premises": "4", "score-information": "5"}


@pytest.fixture(autouse=True)
def _government(settings: Any) -> None:
    settings.CAPTCHA_COST = 1
    GovernmentFactory()


@pytest.fixture
def service() -> Any:
    return a_service()[0]


def solved(purpose: str = "rating") -> str:
    """A right answer, as the browser puts it into the form."""
    task = altcha.Challenge.from_dict(captcha.challenge(purpose))
    solution = altcha.solve_challenge(task)
    assert solution is not None
    return str(altcha.Payload(task, solution).to_base64())


def form(client: Client, path: str = RATE, ago: timedelta = timedelta(seconds=30)) -> dict[str, str]:
    """The hidden fields of the form, shown half a minute ago."""
    with clock.at(timezone.now() - ago):
        page = client.get(path).content.decode()
    return {"stamp": re.findall(r'name="stamp" value="([^"]+)"', page)[0]}


def send(client: Client, path: str = RATE, **more: str) -> Any:
    given = {**form(client, path), **ANSWERS, "altcha": solved(), **more}
    return client.post(path, {name: value for name, value in given.items() if value is not None})


def test_rated_in_one_page(client: Client, service: Any) -> None:
    page = client.get(RATE)
    text = page.content.decode()
    assert text.count('type="radio"') == 25 and "Выдача билета hunting-ticket" in text and page["Cache-Control"] == "no-store, private"
    assert "worker-src 'self'" in page["Content-Security-Policy"] and "frame-ancestors 'none'" in page["Content-Security-Policy"]
    answer = send(client, text="Быстро и вежливо")
    assert answer.status_code == 302 and answer["Location"] == f"{RATE}thanks/"
    assert "Спасибо" in client.get(answer["Location"]).content.decode() or client.get(answer["Location"]).status_code == 200
    rating = Rating.objects.get()
    assert (rating.channel, rating.language, rating.state, rating.has_text) == ("link", "ru", RatingState.COUNTED, True)
    assert client.get("/en" + RATE).status_code == 200


def test_by_qr_at_a_place(client: Client, service: Any) -> None:
    path = f"{RATE}?site=hunting-ticket-1&via=qr"
    assert send(client, path).status_code == 302
    rating = Rating.objects.get()
    assert rating.channel == "qr" and rating.site is not None and rating.site.code == "hunting-ticket-1"
    for nowhere in (f"{RATE}?site=elsewhere", "/services/no-such/rate/"):
        assert client.get(nowhere).status_code == 404


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_qr_code(client: Client, service: Any, kind: str) -> None:
    answer = client.get(f"{RATE}qr.{kind}?site=hunting-ticket-1")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("image/")
    assert b"style" not in answer.content if kind == "svg" else answer.content.startswith(b"\x89PNG")
    assert client.get(f"{RATE}qr.{kind}?site=no").status_code == 404


def _forged() -> str:
    found = json.loads(base64.b64decode(solved()))
    found["challenge"]["parameters"]["expiresAt"] += 10_000
    return base64.b64encode(json.dumps(found).encode()).decode()


def _unsigned() -> str:
    task = altcha.create_challenge("PBKDF2/SHA-256", 1, key_prefix="00", hmac_secret="another", expires_at=4_000_000_000, data={"purpose": "rating"})
    solution = altcha.solve_challenge(task)
    assert solution is not None
    return str(altcha.Payload(task, solution).to_base64())


def _wrong() -> str:
    found = json.loads(base64.b64decode(solved()))
    found["solution"]["counter"] += 1
    return base64.b64encode(json.dumps(found).encode()).decode()


def _expired() -> str:
    with clock.at(timezone.now() - timedelta(hours=1)):
        return solved()


@pytest.mark.parametrize(
    "answer", [_forged, _unsigned, _wrong, _expired, lambda: solved("appeal"), lambda: "x" * 9000, lambda: "bm90aGluZw==", lambda: "[[["]
)
def test_an_answer_that_proves_nothing(client: Client, service: Any, answer: Any) -> None:
    sent = send(client, altcha=answer(), text="Мой текст остаётся")
    assert sent.status_code == 422 and not Rating.objects.exists()
    assert "Мой текст остаётся" in sent.content.decode()
    assert re.search(r'name="score-time" value="5" checked', sent.content.decode())


def test_an_answer_opens_once(client: Client, service: Any) -> None:
    answer = solved()
    assert send(client, altcha=answer).status_code == 302
    assert send(client, altcha=answer).status_code == 422
    assert Rating.objects.count() == 1


def test_sent_twice_it_counts_once_and_nobody_is_scolded(client: Client, service: Any) -> None:
    given = {**form(client), **ANSWERS, "altcha": solved()}
    for _time in range(2):
        assert client.post(RATE, given)["Location"] == f"{RATE}thanks/"
    assert Rating.objects.count() == 1 and cells(service)["overall", 5] == 1


def test_a_stamp_is_for_one_form_and_some_hours(client: Client, service: Any) -> None:
    a_service("another")
    other = form(client, "/services/another/rate/")
    old = form(client, ago=timedelta(hours=13))
    for stamp in (other["stamp"], old["stamp"], "", "nonsense", "x" * 5000):
        assert send(client, stamp=stamp).status_code == 422
    assert not Rating.objects.exists()


def test_quick_ones_and_filled_traps_wait(client: Client, service: Any) -> None:
    quick = re.findall(r'name="stamp" value="([^"]+)"', client.get(RATE).content.decode())[0]
    assert send(client, stamp=quick).status_code == 302
    assert send(client, website="http://spam.example").status_code == 302
    assert {rating.state for rating in Rating.objects.all()} == {RatingState.QUARANTINED}


@pytest.mark.parametrize("script", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"])
def test_a_script_in_the_text_is_text(client: Client, service: Any, script: str) -> None:
    refused = send(client, text=script, altcha="[")
    assert script not in refused.content.decode().replace("javascript:alert(1)", "") or script.startswith("javascript")
    assert "<script>alert" not in refused.content.decode() and "<img src=x" not in refused.content.decode()
    assert send(client, text=script).status_code == 302
    assert Rating.objects.get().state == RatingState.QUARANTINED


def test_oversized_and_off_scale(client: Client, service: Any) -> None:
    assert send(client, text="я" * 2001).status_code == 422
    for value in ("6", "0", "-1", "5.0", "٥", "1e1", "x", "9" * 50):
        assert send(client, **{"score-time": value}).status_code == 422, value
    assert client.post(RATE, {**form(client), "altcha": solved()}).status_code == 422
    assert client.post(RATE, {**form(client), "score-weather": "5", "altcha": solved()}).status_code == 422
    assert not Rating.objects.exists()


def test_a_flood_from_one_network_stops_and_others_go_on(client: Client, service: Any, settings: Any) -> None:
    settings.RATING_LIMITS = (3, 5)
    statuses = [send(client).status_code for _time in range(5)]
    assert statuses == [302, 302, 302, 429, 429]
    assert Admission.objects.get(what="rating", who="").count == 3
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert send(elsewhere).status_code == 302
    # The address itself is nowhere.
    assert not Admission.objects.filter(who__contains="198.51").exists()


def test_a_flood_from_many_networks_stops(service: Any, settings: Any) -> None:
    settings.RATING_LIMITS = (3, 4)
    statuses = [send(Client(REMOTE_ADDR=f"198.51.100.{number}")).status_code for number in range(6)]
    assert statuses == [302] * 4 + [429] * 2
    same_household = [Client(REMOTE_ADDR=f"2001:db8::{number}") for number in range(1, 3)]
    settings.RATING_LIMITS = (1, 100)
    assert [send(one).status_code for one in same_household] == [302, 429]


def test_without_javascript_a_mail_confirms(client: Client, service: Any) -> None:
    asked = send(client, altcha="", text="Хорошо")
    page = asked.content.decode()
    assert asked.status_code == 200 and 'type="email"' in page and not Rating.objects.exists()
    given = {name: value for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page) if name != "csrfmiddlewaretoken"}
    assert client.post(RATE, {**given, "email": "nobody"}).status_code == 422
    assert client.post(RATE, {**given, "email": ""}).status_code == 422
    answer = client.post(RATE, {**given, "email": "anna@example.org"})
    assert answer["Location"] == f"{RATE}thanks/?mail=1"
    assert Rating.objects.get().state == RatingState.UNCONFIRMED and cells(service) == {}
    path = re.findall(r"http://testserver(/ratings/confirm/\S+)", str(mail.outbox[0].body))[0]
    # Mail programs open links: that confirms nothing.
    assert client.get(path).status_code == 200 and cells(service) == {}
    assert client.post(path[:-2] + "x/").status_code == 422
    assert client.post("/ratings/confirm/999999/abc/").status_code == 404
    for _time in range(2):
        assert client.post(path).status_code == 200
    assert cells(service)["overall", 5] == 1
    assert "anna" not in "".join(JournalEntry.objects.values_list("decided", flat=True))


def test_nobody_s_mailbox_is_flooded(client: Client, service: Any) -> None:
    clients = [Client(REMOTE_ADDR=f"198.51.100.{number}") for number in range(5)]
    statuses = [send(one, altcha="", email="victim@example.org").status_code for one in clients]
    assert statuses == [302] * 3 + [429] * 2 and len(mail.outbox) == 3
    statuses = [send(client, altcha="", email=f"one{number}@example.org").status_code for number in range(7)]
    assert statuses == [302] * 5 + [429] * 2


def test_pages_of_the_portal_want_the_csrf_token_the_widget_a_stamp(service: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    given = {**ANSWERS, "altcha": solved()}
    assert strict.post(RATE, {**form(strict), **given}).status_code == 403
    path = "/widget/services/hunting-ticket/"
    page = strict.get(path)
    assert "frame-ancestors *" in page["Content-Security-Policy"] and "X-Frame-Options" not in page and not page.cookies
    assert strict.post(path, {"stamp": "forged", **given}).status_code == 422
    answer = strict.post(path, {**form(Client(), path), **given})
    assert answer.status_code == 302 and not answer.cookies
    shown = strict.get(answer["Location"])
    assert shown.status_code == 200 and "X-Frame-Options" not in shown
    assert Rating.objects.get().channel == "widget"
    # Only there.
    other = strict.get(RATE)
    assert other["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_a_kiosk_has_a_key_and_no_captcha(client: Client, service: Any) -> None:
    path = "/kiosk/hunting-ticket/hunting-ticket-1/"
    assert 'name="key"' in client.get(path).content.decode()
    # Without the key nothing comes in.
    assert client.post(path, {**ANSWERS}).status_code == 403 and not Rating.objects.exists()
    assert client.post(path, {"key": "guess"}).status_code == 422
    last = clock.today() + timedelta(days=90)
    key, secret = give_key(by=System("test"), name="Терминал", purpose="kiosk", last_day=last, authority=service.authority)
    elsewhere = a_service("elsewhere")[0]
    _other, wrong = give_key(by=System("test"), name="Чужой", purpose="kiosk", last_day=last, authority=elsewhere.authority)
    assert client.post(path, {"key": wrong}).status_code == 422
    assert client.post(path, {"key": secret})["Location"] == path
    for _time in range(40):
        assert client.post(path, {**form(client, path), **ANSWERS}).status_code == 200
    assert set(Rating.objects.values_list("channel", "state", "site__code")) == {("kiosk", "counted", "hunting-ticket-1")}
    revoke_key(by=System("test"), key=key)
    assert 'name="key"' in client.get(path).content.decode()
    assert [client.post(path, {"key": f"guess {number}"}).status_code for number in range(12)][-1] == 429


def test_a_task_of_proof_is_always_new(client: Client, service: Any) -> None:
    one, other = client.get("/ratings/task/"), client.get("/ratings/task/")
    assert one.json()["parameters"]["nonce"] != other.json()["parameters"]["nonce"] and "no-store" in one["Cache-Control"]
    assert client.post("/ratings/task/").status_code == 405


def test_the_form_asks_little_of_the_database(client: Client, service: Any, django_assert_num_queries: Any) -> None:
    client.get(RATE)
    # The service, its passport, the government.
    with django_assert_num_queries(3):
        client.get(RATE)
