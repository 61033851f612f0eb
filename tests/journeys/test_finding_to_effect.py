"""A finding from raising to a proven effect: a rejected cause, a failed effect, a second round; the authority next door sees nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import AuthorityFactory, GovernmentFactory
from tests.qms.findings.support import Cast, cast, led_to
from yantar.core import clock
from yantar.core.models import User
from yantar.qms.findings import actions
from yantar.qms.findings.models import Finding, State

from .conftest import DESK, PHONE, NewPage, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[Page, User], None]
NAMES = {
    "coordinator": "Ильина Вера Олеговна",
    "owner": "Соколов Пётр Ильич",
    "assignee": "Гусева Анна Юрьевна",
    "verifier": "Лебедев Олег Ильич",
    "head": "Чайка Роман Львович",
    "lead": "Орлова Нина Павловна",
}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def people() -> Cast:
    GovernmentFactory(is_demo=True)
    found = cast()
    version = found.authority.versions.get()
    version.name_ru, version.name_en = "Министерство социальной политики", "Ministry of Social Policy"
    version.save()
    for name, words in NAMES.items():
        user = getattr(found, name)
        user.full_name = words
        user.save()
    for code in ("minfin", "minstroy"):
        AuthorityFactory(code=code, version__name_ru=f"Министерство {code}", version__name_en=f"Ministry {code}")
    return found


def send(page: Page) -> None:
    """Press the form's own button and arrive at the next page."""
    with page.expect_navigation():
        page.locator("main form.card button[type=submit]").click()
    assert page.locator(".problems, .invalid-feedback").count() == 0, page.locator("main").inner_text()


def fill(page: Page, **values: str) -> None:
    """Fields of the form by name; dates as the browser's calendar wants them."""
    for name, value in values.items():
        field = page.locator(f"main [name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def next_step(page: Page) -> None:
    """The one next step on top of the page."""
    page.locator(".next-box .btn-primary").click()
    axe(page)


def day(value: date) -> str:
    return value.isoformat()


def test_from_raising_to_a_proven_effect(people: Cast, new_page: NewPage, sign_in: Enter) -> None:
    today = clock.today()

    def of(name: str, viewport: dict[str, int] = DESK) -> Page:
        page = new_page(viewport=viewport)
        sign_in(page, getattr(people, name))
        return page

    staff = of("staff", PHONE)
    staff.goto("/workspace/findings/new/")
    axe(staff)
    fits(staff)
    shot(staff, "finding-new-ru-phone")
    fill(staff, gap="Ответы заявителям по программе «Забота» даны позже срока: 9 из 40 за октябрь")
    fill(staff, evidence="Журнал обращений, записи 114–153 за октябрь 2026 года, отдел писем; дело № 114: ответ на 41-й день")
    fill(staff, clause=str(people.clause.pk))
    staff.locator("[name=helper][value=breach]").check()
    staff.locator("main form.card button[type=submit]").click()
    expect(staff.locator("[name=grade]")).to_have_value("minor")
    axe(staff)
    send(staff)
    one = Finding.objects.get()
    address = f"/workspace/findings/{one.number}/"
    expect(staff).to_have_url(f"{staff.url.split('/workspace')[0]}{address}")
    axe(staff)
    fits(staff)

    coordinator = of("coordinator")
    coordinator.goto("/workspace/")
    axe(coordinator)
    shot(coordinator, "finding-home-ru-desk")
    coordinator.locator(".todo .who a").first.click()
    next_step(coordinator)
    fill(coordinator, owner=str(people.owner.pk))
    send(coordinator)

    owner = of("owner")
    owner.goto(address)
    next_step(owner)
    fill(owner, correction="Ответы по всем 9 делам отправлены, заявителям позвонили", corrected_on=day(today))
    send(owner)

    # The tree of whys: a branch that turned out wrong, and a chain that leads to the root.
    next_step(owner)
    fill(owner, text="Срок ответа никто не отслеживает", evidence="В журнале нет графы «срок»")
    send(owner)

    def why(above: str, text: str, evidence: str, controllable: bool = False) -> None:
        card = owner.locator(".why-card", has_text=above)
        card.get_by_role("link").first.click()
        fill(owner, text=text, evidence=evidence)
        if controllable:
            owner.locator("[name=controllable]").check()
        send(owner)

    why("Срок ответа никто", "Сотрудники не знают срока", "Опрос 12 сотрудников отдела писем")
    why("Срок ответа никто", "Этап контроля не назван в регламенте", "Регламент, раздел 3")
    why("Этап контроля", "Регламент переписан без участия отдела писем", "Лист согласования № 7", controllable=True)
    owner.locator(".why-card", has_text="Сотрудники не знают").locator("a[href$='/reject/']").click()
    fill(owner, reason="Все двенадцать назвали срок верно")
    axe(owner)
    send(owner)
    expect(owner.locator(".why.gone")).to_contain_text("Все двенадцать назвали срок верно")
    owner.goto(f"{address}do/bone/")
    fill(owner, text="Отдел работает вдвоём вместо четверых", category="people.workload")
    send(owner)
    root = one.causes.get(text__startswith="Регламент переписан")
    owner.goto(f"{address}causes/{root.pk}/root/")
    axe(owner)
    fill(owner, category="process.no_control")
    owner.locator("[name=explains_all]").check()
    owner.locator("[name=would_prevent]").check()
    send(owner)
    expect(owner.locator("svg.fishbone")).to_be_visible()
    next_step(owner)
    fill(owner, elsewhere="Проверены отделы льгот и опеки: там срок отслеживает система")
    send(owner)
    axe(owner)
    shot(owner, "finding-plan-ru-desk")

    next_step(owner)
    fill(owner, text="Внести контроль на 20-й день в регламент", assignee=str(people.assignee.pk), due_on=day(today + timedelta(days=14)))
    fill(owner, measure="регламент с пунктом о контроле", target="утверждён")
    send(owner)
    next_step(owner)
    fill(owner, measure="Доля ответов позже срока", unit="%", baseline="22,5", target="2")
    send(owner)
    next_step(owner)
    send(owner)

    head = of("head", PHONE)
    head.goto(address)
    axe(head)
    fits(head)
    shot(head, "finding-approve-ru-phone")
    next_step(head)
    fill(head, verifier=str(people.verifier.pk))
    send(head)

    assignee = of("assignee", PHONE)
    assignee.goto(address)
    next_step(assignee)
    fill(assignee, proof="Приказ № 51, пункт 2", done_on=day(today - timedelta(days=100)))
    send(assignee)
    owner.goto(address)
    next_step(owner)
    send(owner)
    verifier = of("verifier")
    verifier.goto(address)
    next_step(verifier)
    send(verifier)

    # The effect is not there: back to the cause.
    next_step(verifier)
    fill(verifier, observed="18,5", cases="43", check_first=day(today - timedelta(days=100)), check_last=day(today - timedelta(days=1)))
    send(verifier)
    one.refresh_from_db()
    assert (one.state, one.reopened) == (State.ANALYSIS, 1)
    expect(verifier.locator("#effect")).to_contain_text("18,5")
    axe(verifier)

    # The second round, to its proven effect.
    with clock.at(today - timedelta(days=95)):
        one = led_to(State.WAITING_EFFECT, people, one)
    theirs = people.stranger.roles.get().authority
    actions.ask_elsewhere(by=people.owner, finding=one, text="Кто следит за сроком ответа?", authorities=[theirs], due_on=today + timedelta(days=9))
    verifier.goto(address)
    next_step(verifier)
    fill(verifier, observed="0", cases="38", check_first=day(today - timedelta(days=95)), check_last=day(today - timedelta(days=1)))
    send(verifier)
    one.refresh_from_db()
    assert one.state == State.CLOSED

    stranger = of("stranger")
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404
    stranger.goto("/workspace/findings/elsewhere/")
    expect(stranger.locator("main")).to_contain_text("Кто следит за сроком ответа?")
    expect(stranger.locator("main")).not_to_contain_text(one.number)
    axe(stranger)
    stranger.locator("main .put a").click()
    axe(stranger)
    fits(stranger)

    for language, prefix in (("ru", ""), ("en", "/en")):
        for size, viewport in (("desk", DESK), ("phone", PHONE)):
            looking = of("lead", viewport)
            for name, path in (
                ("finding", address),
                ("finding-elsewhere", reverse("workspace:elsewhere")),
                ("finding-cases", reverse("workspace:cases")),
            ):
                looking.goto(f"{prefix}{path}")
                axe(looking)
                fits(looking)
                shot(looking, f"{name}-{language}-{size}")
