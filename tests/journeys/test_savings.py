"""Savings in a browser: from a file to a figure that a stranger takes away; every page in both languages, on a desk and on a telephone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from yantar.core.jobs import carry_out
from yantar.core.models import User
from yantar.qms.organisation.models import Role
from yantar.qms.procurement import actions
from yantar.qms.procurement.models import BuyerMatch, Dataset, Figure
from yantar.qms.standards.actions import load_library

from .conftest import DESK, PHONE, NewPage, axe, fits, shot
from .savings_records import BUYERS, year
from .support_savings import BY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EXAMPLE = Path(__file__).parents[2] / "docs" / "savings" / "example.jsonl"
Enter = Callable[[Page, User], None]


@pytest.fixture(autouse=True)
def _rooms(settings: Any, tmp_path: Any) -> None:
    settings.PROCUREMENT_ROOT = tmp_path / "procurement"
    settings.MEDIA_ROOT = tmp_path / "files"
    GovernmentFactory(is_demo=True)
    load_library(by=BY)


def test_every_page_is_read_with_ease(new_page: NewPage, sign_in: Enter) -> None:
    analyst = with_role(Role.ANALYST)
    made = {name: AuthorityFactory(code=f"a{place}", inn=f"39000000{place:02}", version__name_ru=name) for place, (name, _n) in enumerate(BUYERS)}
    coordinator = with_role(Role.COORDINATOR, made["Министерство финансов"])
    dataset = year()
    actions.suggest_matches(by=BY, dataset=dataset)
    for match in BuyerMatch.objects.all()[:4]:
        actions.confirm_match(by=BY, match=match)
    wrong = "Цена ошибочна: в извещении указана тысяча вместо миллиона."
    actions.settle(by=analyst, dataset=dataset, procedure_id="ocds-yantar-00017", choice="exclude", reason=wrong)
    question = {"choice": "ask", "reason": "Почему цена ниже начальной на треть?", "asked": made["Министерство финансов"]}
    asked = actions.settle(by=analyst, dataset=dataset, procedure_id="ocds-yantar-00034", **question)
    titles = {"title_ru": "Экономия на закупках края в 2025–2026 годах", "title_en": "Savings of the territory, 2025–2026"}
    figure = actions.make_figure(by=analyst, dataset=dataset, population=1_030_000, **titles)
    actions.publish_figure(by=analyst, figure=figure)
    claim = actions.add_claim(
        by=analyst,
        text_ru="Только за год работы по новым стандартам агентство сберегло более 4,5 млрд рублей.",
        text_en="In one year of work by the new standards the agency saved more than 4.5 bn roubles.",
        amount=4_500_000_000,
        said_by="Пресс-служба",
        source="Сообщение агентства новостей, 16 марта",
        needed_ru="Перечень закупок с начальными ценами и ценами контрактов.",
        needed_en="The list of the procedures with initial and contract prices.",
    )
    actions.publish_claim(by=analyst, claim=claim)
    key = "ocds-yantar-00017"
    inside = {
        "home": "/",
        "load": "/load/",
        "glance": f"/{dataset.pk}/",
        "spread": f"/{dataset.pk}/spread/",
        "procedures": f"/{dataset.pk}/procedures/?klass=E1&bidders=3",
        "procedure": f"/{dataset.pk}/procedure/?id={key}",
        "settle": f"/{dataset.pk}/procedure/settle/?id=ocds-yantar-00051",
        "outliers": f"/{dataset.pk}/outliers/",
        "flags": f"/{dataset.pk}/flags/",
        "buyers": f"/{dataset.pk}/buyers/",
        "claims": "/claims/",
        "figure-form": f"/{dataset.pk}/figure/",
        "figure": f"/figures/{figure.number}/",
        "question": f"/questions/{asked.pk}/",
    }
    for language, viewport, size in (("ru", DESK, "desk"), ("en", PHONE, "phone")):
        prefix = "" if language == "ru" else "/en"
        looking, reading, answering = (new_page(viewport=viewport) for _page in range(3))
        sign_in(looking, analyst)
        sign_in(answering, coordinator)
        look(looking, f"{prefix}/workspace/savings", inside, f"{language}-{size}")
        look(reading, f"{prefix}/savings", {"public": "/", "public-figure": f"/{figure.number}/"}, f"{language}-{size}")
        look(answering, f"{prefix}/workspace/savings", {"answer": f"/questions/{asked.pk}/", "questions": "/questions/"}, f"{language}-{size}")


def look(page: Page, root: str, paths: dict[str, str], name: str) -> None:
    """Every page: nothing for axe to complain of, no wider than the window, a picture of it."""
    wrong = []
    for what, path in paths.items():
        page.goto(root + path)
        shot(page, f"savings-{what}-{name}")
        try:
            axe(page)
            fits(page)
        except (AssertionError, pytest.fail.Exception) as error:
            wrong.append(str(error))
    assert not wrong, "\n\n".join(wrong)


def load(page: Page, title: str, *files: Path) -> Dataset:
    """Through the form to the page of the load; the work itself is done here as a worker does it."""
    page.goto("/workspace/savings/")
    axe(page)
    page.locator(".page-head .actions a").click()
    axe(page)
    page.locator("input[name=title]").fill(title)
    page.locator("textarea[name=origin]").fill("Опубликовано порталом закупок, загружено сегодня")
    page.locator("input[name=upload]").set_input_files([str(file) for file in files])
    page.locator("main form button[type=submit]").click()
    expect(page.locator("progress")).to_be_visible()
    axe(page)
    dataset = Dataset.objects.latest("pk")
    assert dataset.job is not None
    carry_out(dataset.job.pk)
    # The page asks by itself and shows the figures when they are there.
    expect(page).to_have_url(re.compile(f"/workspace/savings/{dataset.pk}/$"))
    axe(page)
    dataset.refresh_from_db()
    return dataset


def test_from_a_file_to_a_figure_that_a_stranger_takes_away(page: Page, new_page: NewPage, sign_in: Enter) -> None:
    sign_in(page, with_role(Role.ANALYST))
    load(page, "Пример", EXAMPLE)
    said = page.locator(".savings-big .sum").get_attribute("title") or ""
    # Three steps: the figure, its procedures, one of them.
    page.locator(".savings-big a").click()
    rows = page.locator("table.table-cards tbody tr")
    assert rows.count() >= 1
    expect(page.locator(".savings-facts")).to_contain_text(said)
    key = rows.first.locator("a").first
    key.click()
    expect(page.locator(".steps-of > li")).to_have_count(6)
    expect(page.locator(".raw-record")).to_contain_text("ocid")
    axe(page)
    # It is doubtful: left out, with a reason.
    page.locator(".page-head .actions a").click()
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    axe(page)
    page.locator("input[name=choice][value=exclude]").check()
    page.locator("textarea[name=reason]").fill("Количество в извещении ошибочно")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Количество в извещении ошибочно")
    # The figure, raw and defended; then published.
    page.locator(".tabs a").first.click()
    page.locator(".page-head .actions a").click()
    page.locator("input[name=title_ru]").fill("Экономия по примеру")
    page.locator("input[name=title_en]").fill("Savings of the example")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text(said)
    defended = page.locator("[data-exact=defended]").inner_text()
    assert defended != said
    axe(page)
    page.locator(".page-head .actions form button").click()
    figure = Figure.objects.get()
    assert figure.state == "published"
    # A stranger, in English, on a telephone.
    stranger = new_page(viewport=PHONE, locale="en-GB")
    stranger.goto("/en/savings/")
    axe(stranger)
    stranger.get_by_role("link", name="Savings of the example").click()
    expect(stranger.locator("main")).to_contain_text("It adds up to the kopeck")
    axe(stranger)
    fits(stranger)
    with stranger.expect_download() as waiting:
        stranger.locator(".downloads a[href*=manifest]").click()
    manifest = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert figure.dataset.sha256 in json.dumps(manifest)


def test_the_moscow_lists_give_the_checked_figures(page: Page, sign_in: Enter, standards_folder: Path) -> None:
    lists = standards_folder / "data" / "procurement" / "ru_mos_quote_sessions"
    sign_in(page, with_role(Role.ANALYST))
    dataset = load(page, "Котировочные сессии Москвы", lists / "ks.csv", lists / "participant.csv")
    assert dataset.procedures == 22_683
    page.goto(f"/workspace/savings/{dataset.pk}/procedures/?klass=E2")
    found = page.locator(".savings-facts").inner_text().replace("\u202f", " ").replace("\u00a0", " ")
    assert "15 027 707 816,74 ₽" in found and "1 822 048 442,46 ₽" in found and "12,12 %" in found
    page.goto(f"/workspace/savings/{dataset.pk}/")
    shot(page, "savings-moscow-ru-desk")
