"""Rating a service in half a minute: by QR code on a phone, inside another site, without JavaScript, at a kiosk."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from tests.factories import GovernmentFactory, with_role
from tests.qms.feedback.rating_things import a_service, cells, rated
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import User
from yantar.qms.feedback.models import Rating, RatingState
from yantar.qms.organisation.actions.keys import give_key
from yantar.qms.organisation.models import Role

from .conftest import DESK, PHONE, NewPage, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RATE = "/services/hunting-ticket/rate/"


@pytest.fixture
def service(settings: Any) -> Any:
    settings.CAPTCHA_COST = 500
    GovernmentFactory(is_demo=True)
    return a_service()[0]


def patient(page: Page) -> None:
    """Long enough on the page to have read it."""
    page.wait_for_timeout(4200)


def answer(page: Any, values: str = "54545") -> None:
    for key, value in zip(("time", "queue", "staff", "premises", "information"), values, strict=True):
        page.locator(f"input[name=score-{key}][value='{value}']").check(force=True)


def test_by_qr_on_a_phone(service: Any, phone: Page, new_page: NewPage) -> None:
    phone.goto(f"{RATE}?site=hunting-ticket-1&via=qr")
    axe(phone)
    fits(phone)
    shot(phone, "rating-ru-phone")
    # By keyboard: a question is one stop, arrows choose.
    phone.locator("input[name=score-time]").first.focus()
    phone.keyboard.press("ArrowRight")
    expect(phone.locator("input[name=score-time][value='2']")).to_be_checked()
    answer(phone)
    phone.locator("textarea").fill("Всё объяснили с первого раза.")
    patient(phone)
    axe(phone)
    phone.locator("form.rate button[type=submit]").click()
    expect(phone).to_have_url(re.compile(r"/rate/thanks/$"))
    axe(phone)
    shot(phone, "rating-thanks-ru-phone")
    rating = Rating.objects.get()
    assert (rating.state, rating.channel, rating.site.code if rating.site else "") == (RatingState.COUNTED, "qr", "hunting-ticket-1")
    english = new_page(viewport=PHONE, locale="en-GB")
    english.goto(f"/en{RATE}")
    expect(english.locator("fieldset")).to_have_count(5)
    axe(english)
    fits(english)


def test_what_is_missing_is_said_and_nothing_typed_is_lost(service: Any, page: Page) -> None:
    page.goto(RATE)
    page.locator("textarea").fill("Спасибо")
    page.locator("form.rate button[type=submit]").click()
    expect(page.locator(".problems")).to_be_visible()
    expect(page.locator("textarea")).to_have_value("Спасибо")
    axe(page)
    answer(page)
    patient(page)
    page.locator("form.rate button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/rate/thanks/$"))
    assert cells(service)["overall", 5] == 1


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def other_site(tmp_path: Path, live_server: Any) -> Iterator[str]:
    """A page of somebody else's site, at another origin, with the frame in it."""
    address = f"{live_server.url}/widget/services/hunting-ticket/"
    frame = f'<iframe src="{address}" title="Оцените услугу" width="400" height="900"></iframe>'
    text = f'<!doctype html><html lang="ru"><title>Сайт</title><main><h1>Сайт</h1>{frame}</main></html>'
    (tmp_path / "index.html").write_text(text, encoding="utf-8")
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_inside_another_site(service: Any, page: Page, other_site: str) -> None:
    page.goto(other_site)
    frame = page.frame_locator("iframe")
    expect(frame.locator("fieldset")).to_have_count(5)
    answer(frame)
    patient(page)
    inside = page.frames[1]
    frame.locator("form.rate button[type=submit]").click()
    expect(frame.locator(".rate-thanks")).to_be_visible()
    assert inside.evaluate("document.cookie") == "" and page.context.cookies() == []
    assert Rating.objects.get().channel == "widget" and cells(service)["overall", 5] == 1
    # The frame's page by itself is clean, too.
    for path in ("/widget/services/hunting-ticket/", "/en/widget/services/hunting-ticket/"):
        page.goto(page.frames[1].url.split("/widget/")[0].removesuffix("/en") + path if len(page.frames) > 1 else path)
        axe(page)


def test_without_javascript(service: Any, new_page: NewPage, live_server: Any) -> None:
    page = new_page(viewport=PHONE, java_script_enabled=False)
    page.goto(RATE)
    answer(page)
    patient(page)
    page.locator("form.rate button[type=submit]").click()
    expect(page.locator("input[type=email]")).to_be_visible()
    page.locator("input[type=email]").fill("anna@example.org")
    page.locator("form.rate button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/rate/thanks/\?mail=1$"))
    assert cells(service) == {}
    found = re.search(r"(/ratings/confirm/\S+)", str(mail.outbox[0].body))
    assert found is not None
    page.goto(found[1])
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".rate-thanks")).to_be_visible()
    assert cells(service)["overall", 5] == 1


def test_a_kiosk_goes_back_by_itself(service: Any, new_page: NewPage) -> None:
    _key, secret = give_key(by=System("test"), name="Терминал", purpose="kiosk", last_day=clock.today() + timedelta(days=9), authority=None)
    page = new_page(viewport=DESK)
    page.goto("/kiosk/hunting-ticket/hunting-ticket-1/")
    axe(page)
    page.locator("input[name=key]").fill(secret)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("fieldset")).to_have_count(5)
    axe(page)
    fits(page)
    shot(page, "rating-kiosk-ru-desk")
    answer(page)
    patient(page)
    page.locator("form.rate button[type=submit]").click()
    expect(page.locator(".rate-thanks")).to_be_visible()
    expect(page.locator("fieldset")).to_have_count(5, timeout=15_000)
    assert Rating.objects.get().channel == "kiosk"


def test_pages_of_the_staff(service: Any, new_page: NewPage, sign_in: Callable[[Page, User], None]) -> None:
    for number in range(8):
        rated(service, elapsed=1.0 if number < 2 else 30.0, text="Долго" if number < 2 else "")
    head = with_role(Role.HEAD_OF_QUALITY)
    for language, size in (("ru", "desk"), ("en", "phone")):
        page = new_page(viewport=DESK if size == "desk" else PHONE)
        sign_in(page, head)
        code = service.authority.code
        for name, path in (
            ("ratings", "ratings/"),
            ("ratings-authority", f"ratings/of/{code}/"),
            ("ratings-moderation", "ratings/moderation/"),
            ("ratings-papers", "ratings/services/hunting-ticket/"),
            ("ratings-poster", "ratings/services/hunting-ticket/poster/?site=hunting-ticket-1"),
        ):
            page.goto(f"{'' if language == 'ru' else '/en'}/workspace/{path}")
            axe(page)
            fits(page)
            shot(page, f"{name}-{language}-{size}")
