"""The head of quality plans the year: one press, a look at the plan, an audit moved by hand, approval, dates; an authority sees its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from tests.qms.audits.programme_support import World, auditor, certificate, process, world
from yantar.core import clock, jobs
from yantar.qms.audits.models import Audit, PlanRun, Programme
from yantar.qms.organisation.models import Role

from .conftest import DESK, PHONE, NewPage, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = (
    "Минэкономики",
    "Минобразования",
    "Минкультуры",
    "Минприроды",
    "Минстрой",
    "Минтранс",
    "Госархив",
    "Гостехнадзор",
    "Служба занятости",
    "Минспорт",
)


@pytest.fixture
def given() -> World:
    """A dozen authorities, two auditors at home in each."""
    GovernmentFactory(is_demo=True)
    made = world()
    for one, name in zip(made.authorities, ("Минздрав", "Дорожное агентство", "Минсоцполитики"), strict=True):
        one.versions.update(name_ru=name, name_en=name)
    for place, name in enumerate(NAMES):
        home = AuthorityFactory(
            code=f"authority-x{place}", version__name_ru=name, version__name_en=f"Agency {place + 1}", version__personnel=30 + 15 * place
        )
        facts = {
            "cases_per_year": 200 * 4**place,
            "legal_weight": place % 4,
            "complaints_per_1000": place,
            "breaches_percent": place % 3,
            "changes": 1,
        }
        process(home, "services", facts=facts)
        process(home, "staff", "support", facts={"cases_per_year": 50, "legal_weight": 0})
        certificate(home, surveillance_on=date(clock.today().year + 1, 4 + place % 8, 15))
        made.auditors += [auditor(home, made.edition, f"lead-x{place}"), auditor(home, made.edition, f"member-x{place}", "member")]
    return made


def work(run: PlanRun, seconds: int) -> threading.Thread:
    """The worker, in a thread of its own."""
    assert run.job is not None
    run.job.params["seconds"] = seconds
    run.job.save()
    key = run.job.pk

    def carry() -> None:
        jobs.carry_out(key)
        connection.close()

    thread = threading.Thread(target=carry)
    thread.start()
    return thread


def test_the_year_is_planned_by_one_press(given: World, page: Page, new_page: NewPage, sign_in: Callable[..., None]) -> None:
    year = clock.today().year + 1
    sign_in(page, given.head)
    page.goto("/workspace/programmes/")
    axe(page)
    shot(page, "programme-list-ru-desk")
    page.get_by_role("button", name=str(year)).click()
    run = PlanRun.objects.get()
    thread = work(run, 8)
    expect(page.locator(".descent")).to_be_visible(timeout=20_000)
    shot(page, "programme-planning-ru-desk")
    axe(page)
    thread.join()
    apply = page.locator("form[action$='/apply/'] button")
    expect(apply).to_be_visible(timeout=20_000)
    axe(page)
    shot(page, "programme-plan-ru-desk")
    apply.click()
    expect(page.locator("[aria-current=step]")).to_be_visible()
    axe(page)
    shot(page, "programme-ru-desk")
    programme = Programme.objects.get()
    assert not programme.audits.filter(first_day__isnull=True).exists()

    one = Audit.objects.filter(programme=programme).order_by("number")[0]
    page.goto(f"/workspace/programmes/{year}/audits/{one.number}/")
    axe(page)
    shot(page, "programme-audit-ru-desk")
    page.goto(f"/workspace/programmes/{year}/audits/{one.number}/move/")
    axe(page)
    home = next(person for person in given.auditors if person.authority_id == one.authority_id and person.qualification == "lead")
    page.locator("#id_lead").select_option(home.code)
    expect(page.locator("#verdict .tone-danger")).to_contain_text(home.name)
    shot(page, "programme-move-ru-desk")
    page.locator(".days-open a").last.click()
    expect(page.locator("#verdict .tone-success")).to_be_visible()
    page.locator("form.card button[type=submit]").click()
    expect(page).to_have_url(page.url.replace("move/", ""))
    one.refresh_from_db()
    assert one.fixed

    for path in ("calendar/", "calendar/?month=3", "chart/", "chart/?by=authority", "risks/", "coverage/", "runs/"):
        page.goto(f"/workspace/programmes/{year}/{path}")
        axe(page)
        shot(page, f"programme-{path.rstrip('/').replace('/?', '-').replace('=', '-')}-ru-desk")
    page.goto(f"/workspace/programmes/{year}/")
    page.locator("form[action$='/do/approve/'] button").click()
    page.locator("form[action$='/do/publish/'] button").click()
    programme.refresh_from_db()
    assert programme.state == "published"

    coordinator = new_page(viewport=PHONE, is_mobile=True, has_touch=True)
    sign_in(coordinator, with_role(Role.COORDINATOR, given.authorities[0]))
    coordinator.goto(f"/workspace/programmes/{year}/")
    own = programme.audits.filter(authority=given.authorities[0]).values_list("number", flat=True)
    other = programme.audits.exclude(authority=given.authorities[0]).values_list("number", flat=True)
    words = coordinator.locator("main").inner_text()
    assert all(number in words for number in own)
    assert not any(number in words for number in other)
    fits(coordinator)
    axe(coordinator)
    shot(coordinator, "programme-own-ru-phone")

    small = new_page(viewport=PHONE, locale="en-GB", is_mobile=True, has_touch=True)
    sign_in(small, given.head)
    places = ("", "calendar/?month=3", "chart/", "risks/", "coverage/", f"audits/{one.number}/", f"audits/{one.number}/move/", f"runs/{run.pk}/")
    for path in places:
        small.goto(f"/en/workspace/programmes/{year}/{path}")
        fits(small)
        axe(small)
        name = path.rstrip("/").replace(one.number, "one").replace("/", "-").replace("?", "-").replace("=", "-") or "overview"
        shot(small, f"programme-{name}-en-phone")
    wide = new_page(viewport=DESK, locale="en-GB")
    sign_in(wide, given.head)
    wide.goto(f"/en/workspace/programmes/{year}/")
    axe(wide)
    shot(wide, "programme-en-desk")
