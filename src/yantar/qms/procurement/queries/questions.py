"""Decisions on procedures, and the questions they put to authorities."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from yantar.core import clock
from yantar.qms.organisation.queries import internal_authority_ids, names_on

from ..models import Choice, Dataset, Settlement
from .datasets import sees
from .shapes import Question


def settlements(viewer: Any, dataset: Dataset, *, ended: bool = False) -> QuerySet[Settlement]:
    """Decisions about procedures of a dataset that hold, the latest first; with `ended` also those that no longer hold. One query."""
    rows = Settlement.objects.filter(dataset=dataset).select_related("decided_by", "answered_by", "asked").order_by("-id")
    if not sees(viewer):
        return rows.none()
    return rows if ended else rows.filter(ended_at__isnull=True)


def _asked(viewer: Any) -> QuerySet[Settlement]:
    rows = Settlement.objects.filter(choice=Choice.ASK).select_related("asked", "dataset", "decided_by", "answered_by")
    rows = rows.defer("dataset__glance", "dataset__manifest")
    mine = internal_authority_ids(viewer)
    return rows if mine is None else rows.filter(asked_id__in=mine)


def questions(viewer: Any, *, waiting: bool = False) -> list[Question]:
    """Questions that the viewer may see: all for who sees the whole government, else those to the viewer's authorities; the next due first.

    With `waiting` only those that hold and have no answer yet. Two queries; the numbers of the procedures are in `question`.
    """
    rows = _asked(viewer)
    if waiting:
        rows = rows.filter(ended_at__isnull=True, answered_at__isnull=True)
    listed = list(rows.order_by("answered_at", "due_on", "id"))
    names = names_on({one.asked_id for one in listed if one.asked_id}, clock.today())
    return [_question(one, names.get(one.asked_id or 0), None) for one in listed]


def question(viewer: Any, pk: int) -> Question | None:
    """One question with the numbers of its procedure; None for whoever may not see it."""
    from .procedures import row_of

    one = _asked(viewer).filter(pk=pk).first()
    if one is None:
        return None
    names = names_on({one.asked_id} if one.asked_id else set(), clock.today())
    return _question(one, names.get(one.asked_id or 0), row_of(one.dataset, one.procedure_id))


def _question(one: Settlement, authority: Any, row: Any) -> Question:
    waits = one.ended_at is None and one.answered_at is None
    return Question(one, authority, row, waits and one.due_on is not None and one.due_on < clock.today())
