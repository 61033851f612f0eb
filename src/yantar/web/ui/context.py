"""What every page of the house knows. Nothing is asked from the database until a template asks for it, and then once a request."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from yantar.core import clock
from yantar.core.models import Notification
from yantar.qms.organisation.models import Government
from yantar.qms.organisation.queries import government

from . import navigation
from .sight import Sight, sight_of


class House:
    """The government, the menus and what waits for the person, for one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def government(self) -> Government | None:
        """The government, or None before the set-up."""
        return government()

    @property
    def government_name(self) -> str:
        """Its name in the language of the page; empty before the set-up."""
        if self.government is None:
            return ""
        if get_language() == "en":
            return self.government.name_en or self.government.name_ru
        return self.government.name_ru or self.government.name_en

    @property
    def is_demo(self) -> bool:
        """Whether all this is made up: pages must say so."""
        return self.government is not None and self.government.is_demo

    @cached_property
    def sight(self) -> Sight:
        """The version for people with low vision, as this browser was told to remember it."""
        return sight_of(self.request)

    @cached_property
    def portal_nav(self) -> list[navigation.Shown]:
        return navigation.shown(navigation.PORTAL, self.request)

    @cached_property
    def workspace_nav(self) -> list[navigation.Shown]:
        return navigation.shown(navigation.WORKSPACE, self.request)

    @cached_property
    def unread(self) -> int:
        """How many notifications the person has not read."""
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return 0
        return Notification.objects.filter(recipient_id=user.pk, read_at__isnull=True).count()

    @property
    def today(self) -> date:
        return clock.today()


def house(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `house`, one and the same for all templates of a request."""
    found: House | None = getattr(request, "_house", None)
    if found is None:
        found = House(request)
        request._house = found  # type: ignore[attr-defined]
    return {"house": found}
