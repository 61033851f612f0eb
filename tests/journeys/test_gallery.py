"""Every component at both widths and in both languages: axe finds nothing, nobody scrolls sideways, nothing breaks the policy."""

from __future__ import annotations

import pytest

from tests.factories import GovernmentFactory, with_role
from yantar.core import clock
from yantar.qms.organisation.models import Role

from .conftest import DESK, PHONE, axe, fits, shot
from .gallery.urls import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.journeys.gallery.urls")]

WIDTHS = {"phone": PHONE, "desk": DESK}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("name", ["portal", "workspace"])
def test_components(name: str, prefix: str, width: str, new_page, sign_in) -> None:
    GovernmentFactory(is_demo=True)
    page = new_page(viewport=WIDTHS[width])
    if name == "workspace":
        sign_in(page, with_role(Role.ADMINISTRATOR, post="Администратор"))
    with clock.at(TODAY):
        page.goto(f"{prefix}/gallery/{name}/")
    assert page.locator("html").get_attribute("lang") == ("en" if prefix else "ru")
    shot(page, f"gallery-{name}-{prefix.strip('/') or 'ru'}-{width}")
    fits(page)
    axe(page)


@pytest.mark.parametrize("code", [400, 403, 404, 429, 500])
def test_error_pages(code: int, phone) -> None:
    GovernmentFactory()
    for prefix in ("", "/en"):
        answer = phone.goto(f"{prefix}/broken/{code}/")
        assert answer.status == code
        assert phone.locator("h1").count() == 1
        fits(phone)
        axe(phone)
    shot(phone, f"error-{code}")


def test_a_phone_s_menu_opens_and_the_user_s_menu_closes(phone, sign_in) -> None:
    GovernmentFactory()
    sign_in(phone, with_role(Role.HEAD_OF_QUALITY))
    phone.goto("/en/gallery/workspace/")
    toggle = phone.get_by_role("button", name="Menu")
    assert not phone.locator("#sidebar-body").is_visible()
    toggle.click()
    assert toggle.get_attribute("aria-expanded") == "true"
    phone.locator("details.user-menu summary").click()
    assert phone.get_by_role("link", name="Русский").is_visible()
    axe(phone)
    phone.keyboard.press("Escape")
    assert not phone.get_by_role("link", name="Русский").is_visible()


def test_the_other_language_is_the_same_page(page) -> None:
    GovernmentFactory()
    page.goto("/gallery/portal/?on=2025-06-01")
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/en/gallery/portal/?on=2025-06-01")
    page.get_by_role("link", name="Русский").click()
    assert page.url.endswith("/gallery/portal/?on=2025-06-01") and "/en/" not in page.url
