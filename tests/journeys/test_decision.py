"""The certifier's yearly decision: recorded by the coordinator, seen on the line of dates and by anyone; closed to others."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.factories import AuthorityFactory, BodyFactory, EditionFactory, GovernmentFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import User
from yantar.qms.certification.actions import grant_certificate
from yantar.qms.certification.models import Decision
from yantar.qms.organisation.models import Authority, Role

from .conftest import DESK, PHONE, NewPage, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[Page, User], None]
SYSTEM = System("test")
CERTIFICATE = "/workspace/certificates/YA-0031/"


@pytest.fixture
def agency() -> Authority:
    """The Competition Agency with a certificate granted some 300 days ago: its first surveillance is to be confirmed."""
    GovernmentFactory(is_demo=True)
    agency = AuthorityFactory(
        code="konkurs", version__kind="agency", version__name_ru="Конкурсное агентство", version__name_en="Competition Agency", version__personnel=64
    )
    health = AuthorityFactory(code="minzdrav", version__name_ru="Министерство здравоохранения", version__name_en="Ministry of Health")
    body = BodyFactory(name_ru="«Балтийский регистр»", name_en="Baltic Register", address="Янтарьград, ул. Портовая, 4")
    for number, authority, days in (("YA-0031", agency, 300), ("YA-0012", health, 420)):
        granted = clock.today() - timedelta(days=days)
        grant_certificate(
            by=SYSTEM,
            authority=authority,
            number=number,
            body=body,
            edition=EditionFactory(),
            decided_on=granted,
            stage1_on=granted - timedelta(days=60),
            stage2_on=granted - timedelta(days=20),
            scope_ru="Организация закупок для нужд края",
            scope_en="Procurement for the needs of the territory",
            source="Письмо органа по сертификации № 112",
        )
    return agency


def typed(page: Page, label: str, day: date) -> None:
    page.get_by_label(label).fill(day.isoformat())


def test_a_surveillance_is_recorded_and_everybody_sees_it(agency: Authority, page: Page, new_page: NewPage, sign_in: Enter) -> None:
    sign_in(page, with_role(Role.COORDINATOR, agency))
    page.goto("/workspace/")
    expect(page.locator(".lod-lying")).not_to_contain_text(re.compile("пройден"))
    page.get_by_role("link", name="YA-0031").first.click()
    page.get_by_role("link", name="Внести решение").first.click()
    page.get_by_role("link", name="Подтверждён по результатам контроля").click()
    axe(page)

    # Only the keyboard from here: the day of the audit, then of the decision, then the button.
    audited, decided = clock.today() - timedelta(days=12), clock.today() - timedelta(days=2)
    typed(page, "Последний день аудита", audited)
    typed(page, "Дата решения", decided)
    page.get_by_label("Номер решения").press("Tab")
    page.get_by_label("Номер решения").fill("118")
    page.get_by_role("button", name="Внести решение").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Внесено")
    expect(page.locator(".lod-lying")).to_contain_text(re.compile("пройден"))
    expect(page.locator(".lod-lying")).to_contain_text(audited.strftime("%d.%m.%Y"))
    page.locator("summary", has_text="То же таблицей").click()
    expect(page.get_by_role("region", name="Даты цикла")).to_contain_text(re.compile("пройден"))
    axe(page)

    anyone = new_page(locale="en-GB", viewport=PHONE)
    anyone.goto("/en/certificates/YA-0031/")
    expect(anyone.locator("main")).to_contain_text("Confirmed after surveillance")
    fits(anyone)
    axe(anyone)


def test_against_a_rule_only_with_a_reason(agency: Authority, phone: Page, sign_in: Enter) -> None:
    sign_in(phone, with_role(Role.HEAD_OF_QUALITY))
    phone.goto(f"{CERTIFICATE}decisions/new/?kind=restore")
    typed(phone, "Дата решения", clock.today())
    phone.get_by_label("Примечание").fill("По письму органа")
    phone.get_by_role("button", name="Внести решение").click()
    expect(phone.get_by_role("alert")).to_contain_text("Пока ничего не внесено")
    expect(phone.get_by_label("Примечание")).to_have_value("По письму органа")
    fits(phone)
    axe(phone)
    shot(phone, "decision-warned-ru-phone")
    assert Decision.objects.filter(kind="restore").count() == 0
    phone.get_by_label("Почему внесено вопреки правилу").fill("Орган решил именно так")
    phone.get_by_role("button", name="Всё равно внести").click()
    expect(phone.locator(".flag")).to_contain_text("Орган решил именно так")


def test_others_see_nothing_of_it_and_the_certifier_changes_nothing(agency: Authority, page: Page, new_page: NewPage, sign_in: Enter) -> None:
    sign_in(page, with_role(Role.COORDINATOR, agency))
    other = page.goto("/workspace/certificates/YA-0012/")
    assert other is not None and other.status == 404
    axe(page)

    looking = new_page()
    sign_in(looking, with_role(Role.CERTIFIER))
    opened = looking.goto(CERTIFICATE)
    assert opened is not None and opened.status == 200
    expect(looking.get_by_role("link", name="Внести решение")).to_have_count(0)
    forbidden = looking.goto(f"{CERTIFICATE}decisions/new/?kind=confirm")
    assert forbidden is not None and forbidden.status == 403
    axe(looking)


PAGES = {
    "home": "/workspace/",
    "register": "/workspace/certificates/",
    "certificate": CERTIFICATE,
    "decision": f"{CERTIFICATE}decisions/new/?kind=renew",
    "kinds": f"{CERTIFICATE}decisions/new/",
    "correct": f"{CERTIFICATE}correct/",
    "exclusions": f"{CERTIFICATE}exclusions/",
    "calendar": "/workspace/calendar/",
    "year": "/workspace/calendar/?view=grid",
    "late": "/workspace/late/",
    "bodies": "/workspace/bodies/",
    "body": "/workspace/bodies/new/",
    "notifications": "/workspace/notifications/",
    "my-calendar": "/workspace/calendar/mine/",
    "new-certificate": "/workspace/certificates/new/?authority=konkurs",
}


@pytest.mark.parametrize(("width", "prefix"), [("desk", ""), ("phone", "/en")])
def test_every_page_is_accessible_and_fits(agency: Authority, new_page: NewPage, sign_in: Enter, width: str, prefix: str) -> None:
    page = new_page(viewport={"desk": DESK, "phone": PHONE}[width])
    sign_in(page, with_role(Role.HEAD_OF_QUALITY))
    for name, path in PAGES.items():
        answer = page.goto(prefix + path)
        assert answer is not None and answer.status == 200, path
        fits(page)
        axe(page)
        shot(page, f"certification-{name}-{prefix.strip('/') or 'ru'}-{width}")
        for folded in page.locator("main details > summary").all():
            if folded.is_visible():
                folded.click()
        fits(page)
        axe(page)


def test_without_a_role_a_page_says_whom_to_ask(agency: Authority, phone: Page, sign_in: Enter) -> None:
    sign_in(phone, with_role(Role.STAFF, agency))
    assert (opened := phone.goto("/workspace/")) is not None and opened.status == 200
    nobody = User.objects.create(email="nobody@example.org", full_name="Никто Безролев")
    phone.context.clear_cookies()
    sign_in(phone, nobody)
    answer = phone.goto("/workspace/")
    assert answer is not None and answer.status == 403
    expect(phone.locator("main")).to_contain_text("администратора")
    fits(phone)
    axe(phone)
