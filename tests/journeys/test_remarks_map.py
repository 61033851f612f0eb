"""The map of remarks in a browser: tiles of the server that is set and of no other, marks, a place chosen by pressing; without a map the fields."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.factories import AuthorityFactory, GovernmentFactory
from tests.qms.feedback.citizens import PORTAL, category, person
from yantar.qms.feedback.actions.appeals import publish_remark, receive_appeal
from yantar.qms.feedback.models import AppealKind

from .conftest import DESK, PHONE, NewPage, axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffff3f0005fe02fea7351d2b0000000049454e44ae426082"
)


def test_marks_of_the_list_and_a_place_chosen_by_pressing(new_page: NewPage, settings: Any) -> None:
    settings.MAP_TILES, settings.MAP_ATTRIBUTION = "https://tiles.example.org/{z}/{x}/{y}.png", "© Карта края"
    GovernmentFactory()
    subject = category(AuthorityFactory(), attributes=[])
    for latitude in ("54.70", "54.75"):
        made, _code = receive_appeal(by=PORTAL, kind=AppealKind.REMARK, person=person(), category=subject, latitude=latitude, longitude="20.5")
        publish_remark(by=PORTAL, appeal=made, public_text=f"Яма {latitude} <b>жирно</b>")
    asked: list[str] = []

    def tile(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=PIXEL, content_type="image/png")

    page = new_page(viewport=DESK)
    page.route("https://tiles.example.org/**", tile)
    page.goto("/remarks/")
    expect(page.locator(".map path.leaflet-interactive")).to_have_count(2)
    expect(page.locator(".leaflet-control-attribution")).to_have_text("© Карта края")
    page.locator(".map path.leaflet-interactive").first.click()
    expect(page.locator(".leaflet-popup-content")).to_contain_text("<b>жирно</b>")
    expect(page.locator("tr.map-chosen")).to_have_count(1)
    assert asked and all(url.startswith("https://tiles.example.org/") for url in asked)
    axe(page)

    phone = new_page(viewport=PHONE)
    phone.route("https://tiles.example.org/**", tile)
    phone.goto("/appeals/new/?kind=remark&category=holes")
    phone.locator("[data-map=choose]").click(position={"x": 60, "y": 60})
    expect(phone.locator("[data-map=choose] path.leaflet-interactive")).to_have_count(1)
    latitude = phone.locator("[name=latitude]").input_value()
    assert 50 < float(latitude) < 60
    phone.fill("[name=latitude]", "54.9")
    phone.locator("[name=latitude]").blur()
    expect(phone.locator("[data-map=choose] path.leaflet-interactive")).to_have_count(1)
