"""Procedures of a dataset: the one place where the stored Parquet is read."""

from __future__ import annotations

from typing import Any

from ..models import Dataset
from .shapes import PAGE, FlagPage, ProcedureFilters, ProcedurePage, ProcedureRow, ProcedureView

EVERY = ProcedureFilters()


def procedures(
    viewer: Any, dataset: Dataset, filters: ProcedureFilters = EVERY, *, sort: str = "-saved", page: int = 1, size: int = PAGE
) -> ProcedurePage | None:
    """A page of procedures; None for who may not see. Raises ValueError for a sort that is not one of SORTS."""
    raise NotImplementedError


def outliers(viewer: Any, dataset: Dataset, filters: ProcedureFilters = EVERY, *, page: int = 1, size: int = PAGE) -> ProcedurePage | None:
    """Procedures that ask for a decision, the largest difference first, with the decision that holds (`filters.outlier`, `filters.settled`)."""
    raise NotImplementedError


def procedure(viewer: Any, dataset: Dataset, procedure_id: str) -> ProcedureView | None:
    """A procedure with everything known of it; None where the dataset has none of this id, or for who may not see."""
    raise NotImplementedError


def procedure_record(viewer: Any, dataset: Dataset, procedure_id: str) -> bytes | None:
    """The record as it was published, read from the kept file by its offset; None where it is not one run of bytes, or for who may not see."""
    raise NotImplementedError


def flags(viewer: Any, dataset: Dataset, *, flag: str = "", buyer: str = "", q: str = "", page: int = 1, size: int = PAGE) -> FlagPage | None:
    """A page of flags, with those that became findings; None for who may not see."""
    raise NotImplementedError


def row_of(dataset: Dataset, procedure_id: str) -> ProcedureRow | None:
    """A procedure's line without asking who wants it: for callers that have checked."""
    raise NotImplementedError
