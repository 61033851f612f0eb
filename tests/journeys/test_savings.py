"""Savings in a browser: from a file to a figure that a stranger takes away; every page in both languages, on a desk and on a telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from yantar.core.models import User
from yantar.qms.organisation.models import Role
from yantar.qms.procurement import actions
from yantar.qms.procurement.models import BuyerMatch
from yantar.qms.standards.actions import load_library

from .conftest import DESK, PHONE, NewPage, axe, fits, shot
from .savings_records import BUYERS, year
from .support_savings import BY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

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
