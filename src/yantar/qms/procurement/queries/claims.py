"""Claims beside what the records give."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..models import Claim, FigureState
from .datasets import sees
from .figures import view_of
from .shapes import ClaimView

SHARES = (Decimal("0.03"), Decimal("0.10"), Decimal("0.30"))
"""Shares at which the needed base is shown: usual from 3 % to 10 %, very high 30 % (procurement_ru.md §4)."""


def _missing(claim: Claim) -> Iterable[tuple[str, str]]:
    if not claim.states_base:
        yield "base", _("the base: the sum of the initial prices")
    if not claim.states_list:
        yield "list", _("the list of the procedures")
    if not claim.states_method:
        yield "method", _("the method of counting")
    if claim.about_from is None or claim.about_to is None:
        yield "period", _("the period it is about")
    if claim.figure_id is None:
        yield "records", _("the records of that period")


def _view(claim: Claim, *, public: bool) -> ClaimView:
    figure = claim.figure
    if figure is not None and public and figure.state == FigureState.DRAFT:
        figure = None
    shown = view_of(figure) if figure is not None else None
    missing = list(_missing(claim))
    same = shown is not None and shown.currency == claim.currency
    return ClaimView(
        claim=claim,
        figure=shown,
        missing=tuple(code for code, _words in missing),
        missing_words=tuple(words for _code, words in missing),
        difference=claim.amount - shown.e1.saved if shown is not None and same else None,
        base_needed=tuple((share, (claim.amount / share).quantize(Decimal("0.01"), ROUND_HALF_UP)) for share in SHARES),
    )


def _rows() -> QuerySet[Claim]:
    return Claim.objects.select_related("figure", "authority", "entered_by").order_by("-id")


def claims(viewer: Any) -> list[ClaimView]:
    """All claims, the latest first. One query; none for who may not see."""
    return [_view(one, public=False) for one in _rows()] if sees(viewer) else []


def claim(viewer: Any, pk: int) -> ClaimView | None:
    """A claim; None for who may not see."""
    one = _rows().filter(pk=pk).first() if sees(viewer) else None
    return _view(one, public=False) if one is not None else None


def public_claims() -> list[ClaimView]:
    """Claims that are shown to everybody; a draft figure is not shown beside them."""
    return [_view(one, public=True) for one in _rows().filter(public=True)]
