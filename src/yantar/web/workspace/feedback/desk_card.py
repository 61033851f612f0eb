"""The first page of an officer for appeals: what is due, late, new, and waits for moderation; each figure opens its list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yantar.core.models import User
from yantar.qms.feedback.models import AppealState
from yantar.qms.feedback.queries import rating_work
from yantar.qms.feedback.queries.appeals import counts


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of what, where they are listed, and how bad it is."""

    title: Any
    count: int
    url: str
    tone: str = ""


def desk_card(viewer: User) -> list[Figure]:
    """The figures of the queue as this person sees it. Three queries, whatever waits."""
    found, ratings, queue = counts(viewer), rating_work.waiting(viewer), reverse("workspace:appeals")
    return [
        Figure(_("Due today"), found.today, f"{queue}?due=today", "warning" if found.today else ""),
        Figure(_("Late"), found.late, f"{queue}?due=late", "danger" if found.late else ""),
        Figure(_("New, to be registered"), found.received, f"{queue}?state={AppealState.RECEIVED}"),
        Figure(_("Not solved, says the citizen"), found.disputed, f"{queue}?state={AppealState.DISPUTED}"),
        Figure(_("Appeals in moderation"), found.suspected, f"{queue}?state={AppealState.SUSPECTED}"),
        Figure(_("Ratings in moderation"), ratings, reverse("workspace:rating_moderation")),
    ]
