"""Remarks in public: only what was published; a map only where a map server is set, and its pictures only there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory
from tests.qms.feedback.citizens import PLANTED, PORTAL, category, person
from yantar.core.clients import forget_requests
from yantar.qms.feedback.actions.appeals import publish_remark, receive_appeal
from yantar.qms.feedback.models import Appeal, AppealKind, AppealState, RemarkCategory
from yantar.web.portal import maps

pytestmark = pytest.mark.django_db
TILES = "https://{s}.tiles.example.org:8443/{z}/{x}/{y}.png"


@pytest.fixture(autouse=True)
def _ground() -> None:
    forget_requests()
    GovernmentFactory()
    category(AuthorityFactory(version__name_ru="Агентство дорог"))


def remark(public_text: str = "", **more: Any) -> Appeal:
    given = {"latitude": "54.7", "longitude": "20.5", "place": "у моста", "attributes": {"LANE": "left"}} | more
    made, _code = receive_appeal(by=PORTAL, kind=AppealKind.REMARK, person=person(), category=RemarkCategory.objects.get(code="holes"), **given)
    return publish_remark(by=PORTAL, appeal=made, public_text=public_text) if public_text else made


def test_only_what_was_published_is_there(client: Client) -> None:
    hidden, shown = remark(place="тайное место"), remark("Яма <script>alert(1)</script>")
    page = client.get("/remarks/").content.decode()
    assert shown.number in page and "Яма &lt;script&gt;" in page and "54.700000, 20.500000" in page
    assert hidden.number not in page and "тайное место" not in page and not any(word in page for word in PLANTED)
    assert "leaflet" not in page and "data-map" not in page
    assert "Holes in roads" in client.get("/en/remarks/").content.decode()


def test_by_subject_and_state(client: Client) -> None:
    one, two = remark("Первое"), remark("Второе")
    Appeal.objects.filter(pk=two.pk).update(state=AppealState.CLOSED)

    def found(query: str) -> set[str]:
        return {row[0].number for row in client.get(f"/remarks/?{query}").context["rows"]}

    client.cookies["yantar_session"] = "none"  # a page of one's own is not the kept one
    assert found("") == {one.number, two.number}
    assert found("state=open") == {one.number} and found("state=closed") == {two.number}
    assert found("category=holes") == {one.number, two.number} and found("category=none") == set()
    assert client.get("/remarks/?page=99&state=nonsense&category=%00").status_code == 200


def test_the_map_and_its_server_only_when_set(client: Client, settings: Any) -> None:
    remark("Яма")
    plain = client.get("/remarks/?a=1")
    assert "tiles.example.org" not in plain["Content-Security-Policy"]
    settings.MAP_TILES, settings.MAP_ATTRIBUTION = TILES, "© <b>Карта</b>"
    for _time in range(2):  # made, then kept
        page = client.get("/remarks/?a=2")
        policy = {part.split()[0]: part.split()[1:] for part in page["Content-Security-Policy"].split(";") if part.strip()}
        assert "https://*.tiles.example.org:8443" in policy["img-src"] and "'self'" in policy["img-src"]
        assert not any("tiles" in source for name, sources in policy.items() if name != "img-src" for source in sources)
    body = page.content.decode()
    assert 'data-map="show"' in body and "vendor/leaflet/leaflet" in body and "© &lt;b&gt;Карта" in body
    assert 'data-lat="54.700000"' in body
    other = client.get("/authorities/")
    assert "tiles.example.org" not in other["Content-Security-Policy"]
    assert maps.tile_host() == "https://*.tiles.example.org:8443"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(client: Client, rows: int, django_assert_max_num_queries: Callable[..., Any]) -> None:
    for number in range(rows):
        remark(f"Слова {number}")
    client.get("/authorities/")
    with django_assert_max_num_queries(8) as asked:
        client.get(f"/remarks/?rows={rows}")
    assert len(asked) >= 4
