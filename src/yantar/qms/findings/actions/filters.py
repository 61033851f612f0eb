"""Searches over findings that a person keeps for themselves."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from yantar.core.actions import Actor, action
from yantar.core.models import User
from yantar.core.problems import Problem, Refused

from ..models import SavedFilter

MOST = 50
"""Saved filters of one person at most."""


def _own(by: Actor, saved: SavedFilter) -> None:
    if not isinstance(by, User) or saved.user_id != by.pk:
        raise PermissionDenied("findings.saved_filter")


def _name(by: User, name: str, other_than: int = 0) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(Problem(_("Give the filter a name."), "required", "name"))
    if len(name) > 100:
        raise Refused(Problem(_("The name is longer than 100 characters."), "too_long", "name"))
    if SavedFilter.objects.filter(user=by, name=name).exclude(pk=other_than).exists():
        raise Refused(Problem(_("You have a filter of this name already."), "twice", "name"))
    return name


@action("findings.save_filter", permission=None)
def save_filter(*, by: User, name: str, query: Mapping[str, str]) -> SavedFilter:
    """Keep a search under a name of one's own; `query`: the parameters of the list's address. Raises Refused."""
    name = _name(by, name)
    if SavedFilter.objects.filter(user=by).count() >= MOST:
        raise Refused(Problem(_("You have fifty saved filters: delete one first."), "too_many", "name"))
    return SavedFilter.objects.create(user=by, name=name, query={str(key): str(value) for key, value in query.items()})


@action("findings.rename_filter", permission=None, target="saved")
def rename_filter(*, by: User, saved: SavedFilter, name: str) -> SavedFilter:
    """Call one's own saved search otherwise. Raises Refused, PermissionDenied."""
    _own(by, saved)
    saved.name = _name(by, name, saved.pk)
    saved.save(update_fields=["name"])
    return saved


@action("findings.delete_filter", permission=None, target="saved")
def delete_filter(*, by: User, saved: SavedFilter) -> None:
    """Forget one's own saved search. Raises PermissionDenied."""
    _own(by, saved)
    saved.delete()
