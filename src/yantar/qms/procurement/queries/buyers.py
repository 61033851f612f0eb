"""Buyers and the authorities they are; the comparison of authorities."""

from __future__ import annotations

from typing import Any

from ..models import Dataset
from .shapes import PAGE, BuyerPage, Comparison


def buyers(viewer: Any, dataset: Dataset, *, state: str = "", q: str = "", page: int = 1, size: int = PAGE) -> BuyerPage | None:
    """A page of the buyers of a dataset with their matches; `state`: confirmed, suggested, rejected, none. None for who may not see."""
    raise NotImplementedError


def comparison(viewer: Any, dataset: Dataset) -> Comparison | None:
    """Authorities side by side with n and spread, by the name of today; None for who may not see."""
    raise NotImplementedError
