"""Figures of savings: all of them for the analyst, the published ones for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from yantar.core.models import StoredFile

from ..models import Claim, DatasetFile, Figure, FigureState
from .datasets import sees
from .shapes import FigureView, Sum

_PUBLIC = (FigureState.PUBLISHED, FigureState.WITHDRAWN)


def sum_of(measure: Mapping[str, Any]) -> Sum:
    """A measure of an answer."""
    return Sum(int(measure["procedures"]), Decimal(measure["baseline"]), Decimal(measure["awarded"]))


def view_of(figure: Figure) -> FigureView:
    """A figure ready to be shown, from what it stored; claims only where they were prefetched as `told`."""
    raw, held = figure.raw, figure.defended
    checks = [answer["reconciliation"] for answer in (raw, held)]
    return FigureView(
        figure=figure,
        currency=held["currency"],
        raw_e1=sum_of(raw["E1"]),
        raw_e2=sum_of(raw["E2"]),
        e1=sum_of(held["E1"]),
        e2=sum_of(held["E2"]),
        contract_stage=sum_of(held["contract_stage"]),
        net=Decimal(held["net"]["net"]),
        lost_procedures=int(held["lost"]["procedures"]),
        lost=Decimal(held["lost"]["value"]),
        reconciled=all(one["difference_procedures"] == 0 and Decimal(one["difference_value"]) == 0 for one in checks),
        claims=tuple(getattr(figure, "told", ())),
    )


def _rows(claims: QuerySet[Claim]) -> QuerySet[Figure]:
    rows = Figure.objects.select_related("dataset", "made_by", "published_by").defer("dataset__glance", "dataset__manifest")
    return rows.prefetch_related(Prefetch("claims", claims, to_attr="told")).order_by("-id")


def figures(viewer: Any, dataset_id: int | None = None) -> list[FigureView]:
    """Figures in every state, the latest first; of one dataset where told. Two queries; none for who may not see."""
    if not sees(viewer):
        return []
    rows = _rows(Claim.objects.all())
    return [view_of(one) for one in (rows.filter(dataset_id=dataset_id) if dataset_id is not None else rows)]


def figure(viewer: Any, number: str) -> FigureView | None:
    """A figure by its number in any state; None for who may not see."""
    one = _rows(Claim.objects.all()).filter(number=number).first() if sees(viewer) else None
    return view_of(one) if one is not None else None


def public_figures() -> list[FigureView]:
    """What was published, the latest first, with the public claims about it; withdrawn ones stay, with their reason. Everybody sees it."""
    return [view_of(one) for one in _rows(Claim.objects.filter(public=True)).filter(state__in=_PUBLIC).order_by("-published_at", "-id")]


def public_records(number: str) -> list[StoredFile]:
    """The files a published figure was computed from, where it was published with them; in their order. One query."""
    told = DatasetFile.objects.filter(dataset__figures__number=number, dataset__figures__state__in=_PUBLIC, dataset__figures__with_records=True)
    return [one.file for one in told.select_related("file").order_by("position")]


def public_figure(number: str) -> FigureView | None:
    """One published (or withdrawn) figure by its number."""
    one = _rows(Claim.objects.filter(public=True)).filter(number=number, state__in=_PUBLIC).first()
    return view_of(one) if one is not None else None
