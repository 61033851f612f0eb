"""An appeal from a phone to a finding: written, registered, forwarded, extended, answered, not solved, raised; both languages under axe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.qms.feedback.appeal_support import Cast, cast, led
from tests.web.portal.appeal_pages import TEXT
from yantar.core.models import User
from yantar.qms.feedback.models import Appeal
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import AuthorityVersion

from .conftest import DESK, PHONE, NewPage, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[Page, User], None]


@pytest.fixture
def people(settings: Any) -> Cast:
    settings.CAPTCHA_COST = 50
    found = cast()
    for authority, ru, en in (
        (found.authority, "Министерство здравоохранения", "Ministry of Health"),
        (found.other, "Агентство дорожного хозяйства", "Roads Agency"),
    ):
        AuthorityVersion.objects.filter(authority=authority).update(name_ru=ru, name_en=en)
    return found


def press(page: Page, selector: str) -> None:
    """Press a button and arrive at the next page, without complaints."""
    with page.expect_navigation():
        page.locator(selector).first.click()
    assert page.locator(".problems, .invalid-feedback").count() == 0, page.locator("main").inner_text()


def main_button(page: Page) -> None:
    press(page, "main form.card .btn-primary[type=submit]")


def test_an_appeal_becomes_a_finding(new_page: NewPage, sign_in: Enter, people: Cast) -> None:
    phone = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto("/appeals/new/?kind=appeal")
    phone.select_option("[name=authority]", "roads")
    for name, words in {"subject": "Лифт", "text": TEXT, "name": "Примерова Анна", "email": "anna@example.org"}.items():
        phone.fill(f"[name={name}]", words)
    phone.check("[name=consent]")
    # Nobody writes an appeal in less than four seconds; who does is looked at by a moderator.
    phone.wait_for_timeout(4_500)
    main_button(phone)
    assert "/appeals/received/" in phone.url
    number, code = (phone.locator(f"#receipt-{one}").inner_text() for one in ("number", "code"))
    assert number not in phone.url
    appeal = Appeal.objects.get(number=number)
    assert appeal.state == "received", "the browser proved its work"

    desk = new_page()
    sign_in(desk, people.other_officer)
    desk.goto("/workspace/appeals/")
    desk.get_by_role("link", name=number).click()
    desk.get_by_role("link", name="Зарегистрировать").or_(desk.get_by_role("link", name="Register")).click()
    main_button(desk)
    desk.goto(f"/workspace/appeals/{number}/do/forward/")
    desk.check("[name=to][value=health]")
    desk.fill("[name=reason]", "Лифт в поликлинике ведёт министерство")
    main_button(desk)

    other = new_page()
    sign_in(other, people.officer)
    for step, fields in (("do/register/", {}), ("do/extend/", {"days": "10", "reason": "Ждём акт подрядчика"})):
        other.goto(f"/workspace/appeals/{number}/{step}")
        for name, words in fields.items():
            other.fill(f"[name={name}]", words)
        main_button(other)
    other.goto(f"/workspace/appeals/{number}/")
    expect(other.locator("main")).not_to_contain_text(TEXT)
    press(other, ".personal-closed button")
    expect(other.locator("main")).to_contain_text(TEXT)
    other.goto(f"/workspace/appeals/{number}/answer/")
    other.check("[name=outcome][value=upheld]")
    other.fill("[name=text]", "Лифт отремонтирован.\nПриносим извинения.")
    press(other, "button[value=preview]")
    expect(other.locator(".paper")).to_contain_text("Приносим извинения.")
    press(other, "button[value=give]")

    phone.goto("/appeals/follow/")
    phone.fill("[name=number]", number)
    phone.fill("[name=code]", code.lower())
    main_button(phone)
    assert number not in phone.url
    for said in ("Лифт отремонтирован.", "Ждём акт подрядчика", "Министерство здравоохранения"):
        expect(phone.locator("main")).to_contain_text(said)
    phone.locator("details.further summary").first.click()
    phone.fill("[name$=reason]", "Лифт снова стоит")
    press(phone, "details.further .btn-primary")

    other.goto(f"/workspace/appeals/{number}/do/finding/")
    other.fill("[name=gap]", "Лифт не работал три недели")
    other.fill("[name=requirement]", "Лифт чинят за сутки")
    other.fill("[name=evidence]", "Акт осмотра")
    main_button(other)
    appeal.refresh_from_db()
    assert appeal.state == "disputed"
    assert appeal.finding == Finding.objects.get()


def test_without_javascript(new_page: NewPage, people: Cast) -> None:
    page = new_page(viewport=PHONE, java_script_enabled=False)
    page.goto("/appeals/new/?kind=remark&free")
    page.select_option("[name=authority]", "health")
    page.fill("[name=text]", TEXT)
    main_button(page)
    number, code = (page.locator(f"#receipt-{one}").inner_text() for one in ("number", "code"))
    assert Appeal.objects.get(number=number).state == "suspected"
    press(page, "main form .btn[type=submit]")
    page.fill("[name=number]", number)
    page.fill("[name=code]", code)
    main_button(page)
    expect(page.locator("main")).to_contain_text(number)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_under_axe(new_page: NewPage, sign_in: Enter, people: Cast, language: str, width: dict[str, int]) -> None:
    root, size = "" if language == "ru" else "/en", width["width"]
    page = new_page(viewport=width)
    for name, path in (("start", ""), ("kinds", "new/"), ("write", "new/?kind=appeal"), ("remark", "new/?kind=remark&free"), ("follow", "follow/")):
        page.goto(f"{root}/appeals/{path}")
        axe(page)
        fits(page)
        shot(page, f"appeals-{name}-{language}-{size}")
    page.goto(f"{root}/appeals/new/?kind=remark&free")
    page.select_option("[name=authority]", "health")
    page.fill("[name=text]", TEXT)
    main_button(page)
    axe(page)
    shot(page, f"appeals-receipt-{language}-{size}")
    number, code = (page.locator(f"#receipt-{one}").inner_text() for one in ("number", "code"))
    page.goto(f"{root}/appeals/follow/")
    page.fill("[name=number]", number)
    page.fill("[name=code]", code)
    main_button(page)
    axe(page)
    fits(page)
    shot(page, f"appeals-mine-{language}-{size}")

    states = [led(people, state) for state in ("registered", "received", "answered", "disputed")]
    staff = new_page(viewport=width)
    sign_in(staff, people.officer)
    parts = {
        "queue": "",
        "appeal": f"{states[0].number}/",
        "answer": f"{states[0].number}/answer/",
        "forward": f"{states[1].number}/do/forward/",
        "answered": f"{states[2].number}/",
        "disputed": f"{states[3].number}/",
        "intake": "new/",
        "templates": "templates/",
        "figures": "figures/",
    }
    for name, part in parts.items():
        staff.goto(f"{root}/workspace/appeals/{part}")
        axe(staff)
        fits(staff)
        shot(staff, f"appeals-staff-{name}-{language}-{size}")
    staff.goto(f"{root}/workspace/appeals/{states[3].number}/")
    press(staff, ".personal-closed button")
    axe(staff)
    shot(staff, f"appeals-staff-open-{language}-{size}")
