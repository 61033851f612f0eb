"""The form in which every rule gives what it examined."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis


def examined(
    rows: ibis.Table, *, subject: ibis.Value, kind: str | ibis.Value, flagged: ibis.Value, value: ibis.Value | str, threshold: ibis.Value | str
) -> ibis.Table:
    """Rows with procedure_id (and lot_id, where they have one) as rule.EXAMINED. A comparison with nothing is no flag."""
    import ibis

    return rows.select(
        procedure_id=rows.procedure_id,
        lot_id=rows.lot_id if "lot_id" in rows.columns else ibis.literal(""),
        subject=subject,
        subject_kind=ibis.literal(kind) if isinstance(kind, str) else kind,
        flagged=flagged.fill_null(False),
        value=ibis.literal(value) if isinstance(value, str) else value,
        threshold=ibis.literal(threshold) if isinstance(threshold, str) else threshold,
    )
