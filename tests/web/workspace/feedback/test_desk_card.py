"""The first page of an officer for appeals: figures that open their lists, and who sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.factories import with_role
from tests.qms.feedback.appeal_support import Cast, cast, led
from tests.qms.feedback.rating_things import a_service, rated
from yantar.core import clock
from yantar.core.models import User
from yantar.qms.feedback.models import Appeal
from yantar.qms.organisation.models import Role
from yantar.web.workspace.feedback.desk_card import desk_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Cast:
    return cast()


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="yantar.core.accounts.Backend")
    return client


def test_each_figure_is_as_many_as_its_list_shows(house: Cast) -> None:
    led(house, "registered")
    late, today = led(house, "registered"), led(house, "registered")
    Appeal.objects.filter(pk=late.pk).update(due_on="2020-01-01")
    Appeal.objects.filter(pk=today.pk).update(due_on=clock.today())
    for state in ("received", "received", "disputed", "suspected", "answered"):
        led(house, state)
    led(house, "received", authority=house.other)
    service, _sites = a_service("pond", house.authority)
    for honeypot in (True, True, False):
        rated(service, honeypot=honeypot)
    client = signed(house.officer)
    shown = client.get("/workspace/").context["desk"]
    assert [one.count for one in shown] == [1, 1, 2, 1, 1, 2]
    for one in shown:
        assert len(client.get(one.url).context["rows"]) == one.count, one.url
    body = client.get("/workspace/").content.decode()
    assert all(one.url.replace("&", "&amp;") in body for one in shown)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_card_costs_three_queries(house: Cast, rows: int, django_assert_num_queries: Callable[..., Any]) -> None:
    service, _sites = a_service("pond", house.authority)
    for _number in range(rows):
        led(house, "registered")
        led(house, "suspected")
        rated(service, honeypot=True)
    viewer = User.objects.get(pk=house.officer.pk)
    viewer.has_perm("feedback.handle_some")
    desk_card(viewer)
    with django_assert_num_queries(3):
        assert desk_card(viewer)[4].count == rows


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.STAFF, Role.HEAD_OF_AUTHORITY])
def test_others_have_no_such_card(house: Cast, role: Role) -> None:
    led(house, "received")
    assert signed(with_role(role, house.authority)).get("/workspace/").context["desk"] == []
