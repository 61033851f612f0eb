"""A citizen finds a service, sees what is promised and how it was kept, and gets to rating it: by hand, by keyboard, with low vision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.factories import AuthorityFactory, GovernmentFactory
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tests.qms.services.shown import delivered_month, promised, rated, with_rows
from yantar.core import clock

pytestmark = pytest.mark.django_db(transaction=True)
MONTHS = [date(2025 + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in range(12, 24)]
NAMES = (
    ("certificate", "Справка о составе семьи", "Certificate of the family's composition", "Кому нужна справка для школы, сада или пособия"),
    ("hunting", "Охотничий билет единого образца", "Hunting card", "Для тех, кто охотится на территории края"),
    ("land", "Предоставление земельного участка многодетной семье", "A plot of land for a large family", "Участок под дом, если в семье трое детей"),
)


@pytest.fixture(autouse=True)
def services() -> Iterator[None]:
    with clock.at(date(2026, 11, 23)):
        GovernmentFactory()
        authority = AuthorityFactory(code="interior", version__name_ru="Министерство внутренних дел", version__name_en="Ministry of the Interior")
        why = "Документ, который удостоверяет личность. Его получают в 14 лет и меняют в 20 и 45 лет"
        old = promised(
            "passport", "Выдача паспорта", "Issue of a passport", authority=authority, state="replaced", valid_to=date(2025, 1, 1), limit_days=15
        )
        one = with_rows(
            promised(
                "passport",
                "Выдача и замена паспорта гражданина",
                "Issue and exchange of a passport",
                authority=authority,
                version=2,
                valid_from=date(2025, 1, 1),
                purpose_ru=why,
                purpose_en="A document that proves who you are. You get it at 14 and exchange it at 20 and 45",
                fee=300,
                change_note="Срок сокращён",
            )
        )
        for number, month in enumerate(MONTHS):
            delivered_month(old.service, month, on_time=180 + 12 * (number % 4), late=(5 * number) % 17)
        rated(one.service, MONTHS[-2], v5=60, v4=20, v3=9, v2=4, v1=7)
        for number, (code, name, english, purpose) in enumerate(NAMES):
            more = promised(code, name, english, purpose_ru=purpose, limit_days=5 + number, level="municipal" if number else "state")
            delivered_month(more.service, MONTHS[-3], on_time=40 - 9 * number, late=3 * number)
            rated(more.service, MONTHS[-3], v5=3 + number)
        yield


def chosen(page: Any, cookie: str) -> None:
    page.context.add_cookies([{"name": "yantar-sight", "value": cookie, "url": page.evaluate("location.origin")}])


PAGES = {
    "search": "/services/",
    "found": "/services/?q=паспорта&free=",
    "nothing": "/services/?q=трактор",
    "service": "/services/passport/",
    "version": "/services/passport/versions/2/",
    "open": "/services/open/",
    "sight": "/sight/",
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("viewport", "size"), [(PHONE, "phone"), (DESK, "desk")])
def test_every_page_is_clear_in_both_languages(new_page: Any, name: str, viewport: dict[str, int], size: str) -> None:
    page = new_page(viewport=viewport)
    for prefix, language in (("", "ru"), ("/en", "en")):
        page.goto(prefix + PAGES[name])
        axe(page)
        fits(page)
        shot(page, f"services-{name}-{language}-{size}")


def test_search_to_service_to_rating_by_keyboard(page: Any) -> None:
    page.goto("/en/services/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("Version for people with low vision")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    while page.evaluate("document.activeElement.id") != "services-q":
        page.keyboard.press("Tab")
    page.keyboard.type("passp")
    page.locator("#found-line", has_text="1 service found").wait_for()
    assert page.url.endswith("q=passp&authority=&level=&channel=&site=") and page.locator(".service-item").count() == 1
    axe(page)
    while "Issue and exchange" not in page.evaluate("document.activeElement.textContent"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/services/passport/")
    while page.evaluate("document.activeElement.textContent.trim()") != "Rate this service":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/services/passport/rate/")


def test_search_without_scripts(new_page: Any) -> None:
    page = new_page(viewport=PHONE, java_script_enabled=False)
    page.goto("/services/")
    page.get_by_role("searchbox").fill("паспорта")
    page.get_by_role("button", name="Найти").click()
    page.wait_for_url("**/services/?q=*")
    assert page.locator(".service-item").count() == 1


CONTRAST = """() => {
  const linear = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const shade = text => text.match(/[\\d.]+/g).slice(0, 3).map(v => linear(v / 255)).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!/^rgba.*, 0\\)$/.test(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const bad = [];
  for (const e of document.body.querySelectorAll('*')) {
    if (!e.offsetParent || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [shade(getComputedStyle(e).color), shade(ground(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 7) bad.push(ratio.toFixed(2) + ' ' + e.outerHTML.slice(0, 120));
  }
  return bad;
}"""
MODES = ["2.usual.1.1.on", "3.usual.2.2.on", "1.white.1.1.on", "1.black.1.1.on", "1.blue.1.1.off", "3.black.3.3.off"]


@pytest.mark.parametrize("mode", MODES)
def test_low_vision(new_page: Any, mode: str) -> None:
    for viewport, size in ((PHONE, "phone"), (DESK, "desk")):
        page = new_page(viewport=viewport)
        page.goto("/sight/")
        chosen(page, mode)
        for name in ("/services/", "/services/passport/", "/services/open/", "/", "/services/passport/rate/", "/appeals/new/", "/sight/"):
            page.goto(name)
            if page.locator("html[data-sight-size], html[data-sight-contrast]").count() == 0:
                raise AssertionError(f"{name} does not honour the choice")
            axe(page)
            fits(page)
            if "usual" not in mode:
                assert page.evaluate(CONTRAST) == [], name
            if name in ("/services/passport/", "/services/"):
                shot(page, f"sight-{mode.replace('.', '-')}-{name.strip('/').replace('/', '-')}-{size}")


def test_low_vision_is_chosen_by_keyboard_without_scripts(new_page: Any) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/en/services/?q=passport")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/sight/**")
    assert page.get_by_role("heading", level=1).inner_text() == "Version for people with low vision"
    page.get_by_role("group", name="Colours").get_by_role("radio", name="white on black").check()
    page.get_by_role("group", name="Size of letters").get_by_role("radio", name="double").check()
    page.get_by_role("button", name="Show pages so").click()
    page.wait_for_url("**/en/services/?q=passport")
    assert page.locator('html[data-sight-contrast="black"][data-sight-size="3"]').count() == 1
    page.get_by_role("link", name="Usual version").click()
    page.wait_for_url("**/en/services/?q=passport")
    assert page.locator("html[data-sight-contrast]").count() == 0
