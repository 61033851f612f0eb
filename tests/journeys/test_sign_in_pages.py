"""The pages of signing in and of one's own security: ours in look, whole under the strict policy, clean for axe."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page

from tests.factories import GovernmentFactory, UserFactory, with_role
from yantar.qms.organisation.models import Role

from .conftest import PHONE, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "amber-and-pine-2026"  # noqa: S105


def confirm(page: Page) -> None:
    """Give the password once more, as every change of one's own security asks."""
    page.wait_for_url("**/reauthenticate/**")
    axe(page)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "reauthenticate" not in url)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_entrance(prefix: str, new_page) -> None:
    GovernmentFactory(is_demo=True)
    page = new_page(viewport=PHONE)
    for path in ("login", "password/reset", "signup"):
        page.goto(f"{prefix}/accounts/{path}/")
        fits(page)
        axe(page)
        shot(page, f"entrance-{path.replace('/', '-')}-{prefix.strip('/') or 'ru'}")


def test_password_then_security(new_page) -> None:
    """Sign in by hand, then every page of one's own security, with TOTP and recovery codes made on the way."""
    GovernmentFactory()
    user = with_role(Role.HEAD_OF_QUALITY)
    user.set_password(PASSWORD)
    user.save()
    page = new_page()
    page.goto("/en/accounts/login/?next=/en/accounts/2fa/")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill("wrong")
    page.locator("form button.btn-primary").click()
    page.wait_for_selector(".alert-danger, .invalid-feedback")
    axe(page)
    shot(page, "entrance-wrong")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button.btn-primary").click()
    page.wait_for_url(lambda url: urlsplit(url).path.endswith("/accounts/2fa/"))
    page.wait_for_load_state()
    axe(page)
    shot(page, "security")
    page.goto("/en/accounts/2fa/totp/activate/")
    confirm(page)
    secret = page.locator("#authenticator_secret").input_value()
    axe(page)
    shot(page, "security-totp")
    counter = next(iter(yield_hotp_counters_from_time()))
    page.locator("input[name=code]").fill(format_hotp_value(hotp_value(secret, counter)))
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/recovery-codes/**")
    for path in (
        "2fa",
        "2fa/recovery-codes",
        "2fa/recovery-codes/generate",
        "2fa/totp/deactivate",
        "2fa/webauthn",
        "2fa/webauthn/add",
        "password/change",
        "logout",
    ):
        page.goto(f"/en/accounts/{path}/")
        fits(page)
        axe(page)
        shot(page, f"security-{path.replace('/', '-')}")


def test_a_passkey_can_be_added_and_used(new_page, live_server) -> None:
    """Through allauth's own scripts, by a virtual authenticator of the browser."""
    GovernmentFactory()
    user = UserFactory()
    user.set_password(PASSWORD)
    user.save()
    page = new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})
    page.goto("/en/accounts/login/?next=/en/accounts/2fa/webauthn/add/")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button.btn-primary").click()
    confirm(page)
    # By path: the sign-in page carries the same words in its `next`.
    page.wait_for_url(lambda url: urlsplit(url).path.endswith("/webauthn/add/"))
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    assert user.authenticator_set.filter(type="webauthn").count() == 1
    page.context.clear_cookies()
    page.goto("/en/accounts/login/?next=/en/accounts/2fa/")
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda url: urlsplit(url).path.endswith("/accounts/2fa/"))
    page.wait_for_load_state()
    axe(page)
