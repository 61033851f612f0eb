"""A coordinator draws the map of an authority from the template; the head of quality sees who may audit it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import User
from yantar.qms.audits.models import RiskAssessment
from yantar.qms.audits.risk import assess, risk_table
from yantar.qms.organisation.actions import create_unit
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.people import actions as people
from yantar.qms.services import actions as services
from yantar.qms.services.models import Process
from yantar.qms.standards.actions import load_library
from yantar.qms.standards.models import Edition

from .conftest import DESK, PHONE, NewPage, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[Page, User], None]
BY = System("test")
START = date(2020, 1, 1)


@pytest.fixture
def ministry() -> Authority:
    """The Ministry of Health of the demonstration, with units, and the library loaded."""
    GovernmentFactory(is_demo=True)
    load_library(by=BY)
    services.load_template(by=BY)
    made: Authority = AuthorityFactory(
        code="minzdrav", version__name_ru="Министерство здравоохранения", version__name_en="Ministry of Health", version__personnel=140
    )
    top = create_unit(by=BY, authority=made, code="zdrav-1", name_ru="Управление лицензирования", name_en="Licensing Directorate", valid_from=START)
    for number, ru, en in ((2, "Отдел кадров", "Personnel Unit"), (3, "Отдел закупок", "Procurement Unit")):
        create_unit(by=BY, authority=made, code=f"zdrav-{number}", name_ru=ru, name_en=en, parent=top, valid_from=START)
    for code in ("minfin", "minstroy"):
        AuthorityFactory(code=code, version__name_ru=f"Министерство {code}", version__name_en=f"Ministry {code}")
    return made


def auditors(home: Authority) -> None:
    """A lead, a lead with too few audits, and somebody whose competence ends soon."""
    edition, today = Edition.objects.get(key="2015"), clock.today()
    cast = (
        ("a-01", "Соколова Мария Петровна", "lead", 7, None, ["ru", "en"]),
        ("a-02", "Лебедев Олег Ильич", "lead", 1, None, ["ru"]),
        ("a-03", "Чайкина Анна Юрьевна", "member", 2, today + timedelta(days=40), ["ru"]),
    )
    unit = home.unit_versions.order_by("pk").first()
    for code, name, qualification, before, until, languages in cast:
        given = {"qualification": qualification, "audits_before": before, "languages": languages, "unit": unit.unit if unit else None}
        made = people.add_auditor(by=BY, authority=home, code=code, name=name, valid_from=START, **given)
        for area in ("health", "personnel"):
            proof = {"field": area, "evidence": f"Удостоверение № {code}-{area}", "obtained_on": today - timedelta(days=300), "valid_until": until}
            people.record_competence(by=BY, auditor=made, edition=edition, **proof)
        people.record_competence(by=BY, auditor=made, kind="training", evidence="Курс аудиторов", hours=24, obtained_on=START)
        people.evaluate(by=BY, auditor=made, score=4, evaluated_on=today - timedelta(days=200), note="Вдумчиво готовится")
        people.record_absence(by=BY, auditor=made, first_day=today + timedelta(days=20), last_day=today + timedelta(days=33))
    people.declare_conflict(by=BY, auditor=made, authority=Authority.objects.get(code="minfin"))


def test_a_map_is_drawn_from_the_template(ministry: Authority, page: Page, new_page: NewPage, sign_in: Enter) -> None:
    coordinator, head = with_role(Role.COORDINATOR, ministry), with_role(Role.HEAD_OF_QUALITY)
    sign_in(page, coordinator)
    page.goto("/workspace/processes/")
    expect(page).to_have_url(f"{page.url.split('/workspace')[0]}/workspace/processes/of/minzdrav/")
    axe(page)
    page.locator(".empty-state").get_by_role("link").click()
    axe(page)
    page.get_by_label("S7").uncheck()
    page.locator("select[name=field]").select_option("health")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".process-card")).to_have_count(Process.objects.filter(authority=None).count() - 1)
    expect(page.locator(".band-core .process-card")).to_have_count(6)
    shot(page, "processes-new-ru-desk")

    # Owners and facts, then the risk of every process.
    page.locator(".process-card", has_text="C2").get_by_role("link").click()
    axe(page)
    page.locator(".page-head").get_by_role("link").first.click()
    page.locator("select[name=owner_unit]").select_option(index=1)
    page.locator("input[name=owner_post]").fill("Начальник управления")
    axe(page)
    page.locator("main form button[type=submit]").click()
    units = list(ministry.unit_versions.order_by("pk"))
    for number, one in enumerate(Process.objects.filter(authority=ministry).order_by("pk")):
        if number % 5 != 4:
            services.change_process(by=BY, process=one, owner_unit=units[number % 3].unit)
            known = {"cases_per_year": 120 * 7 ** (number % 5), "legal_weight": number % 4, "breaches_percent": number % 9}
            services.record_facts(by=BY, process=one, complaints_per_1000=number, **known)
    table = risk_table()
    RiskAssessment.objects.bulk_create([one.row(clock.today(), table) for one in assess(clock.today())])
    auditors(ministry)
    part = Process.objects.get(authority=ministry, code="C2")
    services.set_part(by=BY, process=part, auditor=people_of(ministry), part="owner")

    looks = [
        ("ru", "desk", ("processes", "processes/"), ("processes-map", "processes/of/minzdrav/"), ("processes-one", f"processes/{part.pk}/")),
        ("ru", "desk", ("auditors", "auditors/"), ("auditors-one", "auditors/a-02/")),
        ("ru", "phone", ("processes-map", "processes/of/minzdrav/"), ("auditors", "auditors/"), ("auditors-form", "auditors/a-02/change/")),
        ("en", "desk", ("processes-template", "processes/template/"), ("processes-form", f"processes/{part.pk}/change/")),
        ("en", "phone", ("processes", "processes/"), ("processes-one", f"processes/{part.pk}/"), ("auditors-one", "auditors/a-02/")),
    ]
    for language, size, *pages in looks:
        looking = new_page(viewport=DESK if size == "desk" else PHONE)
        sign_in(looking, head)
        for name, path in pages:
            looking.goto(f"{'' if language == 'ru' else '/en'}/workspace/{path}")
            axe(looking)
            fits(looking)
            shot(looking, f"{name}-{language}-{size}")


def people_of(home: Authority) -> object:
    """The auditor with too few audits."""
    return home.auditors.get(code="a-02")
