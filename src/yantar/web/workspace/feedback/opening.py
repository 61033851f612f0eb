"""What every page about one appeal begins with: the appeal as this person may see it, the way there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yantar.qms.feedback.models import Appeal
from yantar.qms.feedback.queries.appeals import find_visible
from yantar.web.workspace.access import person

METHODS = ["GET", "HEAD", "POST"]


def opened(request: HttpRequest, number: str) -> Appeal:
    """The appeal. Raises Http404 where there is none or the person may not see it: of another authority, or it concerns them."""
    appeal = find_visible(person(request), number)
    if appeal is None:
        raise Http404(_("There is no such appeal, or it is not yours to see."))
    return appeal


def page_of(appeal: Appeal, part: str = "") -> str:
    """Address of an appeal's page, or of a part of it."""
    return reverse("workspace:appeal", args=[appeal.number]) + (f"#{part}" if part else "")


def crumbs(appeal: Appeal | None, *more: str) -> list[tuple[str, str]]:
    """The way to the page of an appeal, or to one below it."""
    way = [(str(_("Appeals")), reverse("workspace:appeals"))]
    if appeal is not None:
        way.append((appeal.number, page_of(appeal) if more else ""))
    return [*way, *((words, "") for words in more)]


def about(appeal: Appeal, title: str, **more: Any) -> dict[str, Any]:
    """What every form of an appeal shows around itself."""
    return {"title": title, "pretitle": appeal.number, "crumbs": crumbs(appeal, title), "back": page_of(appeal), "appeal": appeal, **more}
