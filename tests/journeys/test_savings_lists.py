"""A list described in a browser: uploaded, its columns chosen, looked at, saved, and in the form that loads; in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.engine.savings.mapping.made import csv, row
from tests.factories import GovernmentFactory, with_role
from yantar.core.models import User
from yantar.qms.organisation.models import Role
from yantar.qms.procurement.models import ListMapping

from .conftest import DESK, PHONE, NewPage, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[Page, User], None]


@pytest.mark.parametrize(("prefix", "viewport"), [("", DESK), ("/en", PHONE)], ids=["ru-desk", "en-phone"])
def test_from_a_list_to_its_mapping(
    new_page: NewPage, sign_in: Enter, settings: Any, tmp_path: Path, request: pytest.FixtureRequest, prefix: str, viewport: Any
) -> None:
    settings.PROCUREMENT_ROOT = tmp_path / "procurement"
    settings.MEDIA_ROOT = tmp_path / "files"
    GovernmentFactory()
    name = request.node.callspec.id
    path = csv(tmp_path, row(), row(number="2", status="Прекращена"), row(number="3", amount="1,234"), name="Реестр закупок.csv")
    page = new_page(viewport=viewport)
    sign_in(page, with_role(Role.ANALYST))

    def looked(what: str) -> None:
        shot(page, f"savings-{what}-{name}")
        axe(page)
        fits(page)

    page.goto(f"{prefix}/workspace/savings/lists/")
    looked("lists")
    page.goto(f"{prefix}/workspace/savings/lists/new/")
    looked("list-file")
    page.locator("input[name=upload]").set_input_files(str(path))
    page.locator("main form button[type=submit]").click()
    expect(page.locator("select[name=c0]")).to_have_value("procedure_id")
    expect(page.locator("select[name=c6]")).to_have_value("amount")
    looked("list-columns")
    page.locator("select[name=w13_1]").select_option("cancelled")
    page.locator("input[name=key]").fill("ministry")
    page.locator("input[name=title_ru]").fill("Реестр министерства")
    page.locator("button[value=preview]").click()
    expect(page.locator("#preview")).to_be_visible()
    expect(page.locator("main")).to_contain_text("1,234")
    expect(page.locator("select[name=w13_1]")).to_have_value("cancelled")
    looked("list-preview")
    page.locator("button[value=save]").click()
    mapping = ListMapping.objects.get()
    expect(page.locator("select[name=mapping]")).to_have_value(str(mapping.pk))
    page.goto(f"{prefix}/workspace/savings/lists/{mapping.pk}/")
    looked("list")
    assert mapping.content["files"][0]["columns"][-1]["words"]["Прекращена"] == "cancelled"
