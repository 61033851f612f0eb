"""A coordinator draws a new version of a passport without JavaScript; the head of the authority agrees and brings it into force."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from tests.qms.services.promises import BY, SINCE, enacted, service_of
from yantar.core.models import User
from yantar.qms.organisation.actions import create_site
from yantar.qms.organisation.models import Role
from yantar.qms.services import actions

from .conftest import DESK, PHONE, NewPage, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[Page, User], None]
HOME = "/workspace/services/of/income/"


def test_a_new_version_is_drawn_agreed_and_in_force(page: Page, new_page: NewPage, sign_in: Enter) -> None:
    GovernmentFactory()
    ministry = AuthorityFactory(code="minsoc", version__name_ru="Министерство социальной защиты", version__name_en="Ministry of Social Protection")
    service = service_of(ministry)
    enacted(service, SINCE)
    site = create_site(by=BY, authority=ministry, code="hall", name_ru="Приёмная", address_ru="ул. Примерная, 1", valid_from=SINCE)
    actions.set_places(by=BY, service=service, sites=[site], valid_from=SINCE)
    coordinator, head = with_role(Role.COORDINATOR, ministry), with_role(Role.HEAD_OF_AUTHORITY, ministry)
    plain = new_page(java_script_enabled=False)
    sign_in(plain, coordinator)
    plain.goto("/workspace/services/")
    plain.locator("main td a").first.click()
    plain.locator("main form button.btn-primary").click()
    plain.locator("#id_limit_days").fill("8")
    plain.locator("button[name=add][value=documents]").click()
    expect(plain.locator("#id_limit_days")).to_have_value("8")
    plain.locator("#id_documents-2-name_ru").fill("Заявление")
    plain.locator("main .btn-list button.btn-primary").click()
    expect(plain).to_have_url(plain.url.split("/workspace")[0] + f"{HOME}versions/2/")
    sign_in(page, head)
    for where, name in (
        ("/workspace/services/", "list"),
        (HOME, "one"),
        (f"{HOME}versions/2/", "version"),
        (f"{HOME}compare/", "compare"),
        (f"{HOME}versions/2/agree/", "agree"),
    ):
        page.goto(where)
        axe(page)
        shot(page, f"passports-{name}-ru-desk")
    page.locator("main form button[type=submit]").click()
    page.goto(f"{HOME}versions/2/enact/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".badges-large")).to_be_visible()
    phone = new_page(viewport=PHONE)
    sign_in(phone, with_role(Role.HEAD_OF_QUALITY))
    actions.draw_passport(by=BY, service=service, base=service.passports.get(version=2))
    for where, name in (("/workspace/services/", "list"), (HOME, "one"), (f"{HOME}versions/3/edit/", "edit"), ("/workspace/limits/", "limits")):
        phone.goto("/en" + where)
        axe(phone)
        fits(phone)
        shot(phone, f"passports-{name}-en-phone")
    desk = new_page(viewport=DESK)
    sign_in(desk, with_role(Role.HEAD_OF_QUALITY))
    for where, name in (
        (f"{HOME}versions/3/edit/", "edit"),
        ("/workspace/limits/", "limits"),
        ("/workspace/limits/appeal/answer/-/change/", "limit"),
    ):
        desk.goto(where)
        axe(desk)
        shot(desk, f"passports-{name}-ru-desk")
