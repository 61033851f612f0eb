"""Spans of days: opening a version of an authority or a unit within its life without losing what was before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from ..models import AuthorityVersion, UnitVersion

V = TypeVar("V", AuthorityVersion, UnitVersion)


def version_at(versions: Iterable[V], day: date) -> V | None:
    """The one of the versions that holds on the day."""
    return next((v for v in versions if v.holds_on(day)), None)


def nearest_version(versions: Sequence[V], day: date) -> V | None:
    """The version that holds on the day; of what is over the last, of what is to come the first."""
    ordered = sorted(versions, key=lambda v: v.valid_from)
    if not ordered:
        return None
    return version_at(ordered, day) or (ordered[0] if day < ordered[0].valid_from else ordered[-1])


def as_new_from(version: V, day: date, changes: dict[str, Any]) -> V:
    """An unsaved copy of the version for [day, end of the version) with the changes."""
    values = {f.attname: getattr(version, f.attname) for f in version._meta.concrete_fields if not f.primary_key}
    copy = type(version)(**{**values, "valid_from": day})
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def changed_from(version: V, day: date, changes: dict[str, Any]) -> V:
    """The version that says the changes from `day` until the given version ended, unsaved.

    A version that begins on that very day is itself changed: both changes take effect together.
    """
    if version.valid_from == day:
        for name, value in changes.items():
            setattr(version, name, value)
        return version
    return as_new_from(version, day, changes)


def save_from(version: V, changed: V) -> V:
    """Save what `changed_from` made: close the version before it, unless it is the same row."""
    if changed is not version:
        version.valid_to = changed.valid_from
        version.save(update_fields=["valid_to"])
    changed.save()
    return changed
