"""The sign-in page lists the demonstration's accounts; of a real government it lists nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import GovernmentFactory, UserFactory


@pytest.mark.parametrize(("is_demo", "allowed", "shown"), [(True, True, True), (False, True, False), (True, False, False)])
def test_accounts_to_try(client: Client, db: None, settings: Any, is_demo: bool, allowed: bool, shown: bool) -> None:
    settings.DEMO_ALLOWED = allowed
    GovernmentFactory(is_demo=is_demo)
    UserFactory(email="head@demo.example", is_demo=True)
    UserFactory(email="minister@demo.example", is_demo=True, is_active=False)
    page = client.get("/accounts/login/").content.decode()
    assert ("head@demo.example" in page) is shown
    assert ("yantar-demo-2026" in page) is shown
    assert "minister@demo.example" not in page
