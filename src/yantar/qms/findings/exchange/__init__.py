"""Past findings in and out as a file: a look at what a file would do, taking it in, giving it out, an empty template."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from yantar.core.exchanges import Intake
from yantar.core.tabular import Sheet, write

from ..queries.access import visible
from .actions import import_findings
from .planning import plan
from .specs import PAST, SPECS

__all__ = ["PERMISSION", "SPECS", "apply", "dry_run", "export", "import_findings", "template"]

PERMISSION = "findings.import_findings"

_intake = Intake(
    PERMISSION,
    SPECS,
    plan=lambda parsed, _filename, _on, steps: plan(parsed, steps),
    take=lambda *, on, **given: import_findings(**given),  # each row has a day of its own
)
template, dry_run, apply = _intake.template, _intake.dry_run, _intake.apply


def export(viewer: Any, on: date, fmt: str = "xlsx") -> bytes:
    """The findings raised by a day that the viewer sees, in the very table that the import reads: importing it changes nothing."""
    target = io.BytesIO()
    write([Sheet(PAST, _lines(viewer, on))], fmt, target)
    return target.getvalue()


def _lines(viewer: Any, on: date) -> Iterator[dict[str, Any]]:
    joined = ("authority", "clause__edition", "process", "owner")
    rows = visible(viewer).filter(raised_on__lte=on).exclude(state__in=["draft", "cancelled", "rejected"])
    for one in rows.select_related(*joined, "unit").defer("search").order_by("raised_on", "id").iterator(chunk_size=2000):
        yield {
            **{name: getattr(one, name) for name in ("raised_on", "grade", "gap", "requirement", "evidence", "closed_on", "correction")},
            "authority": one.authority.code,
            "clause": one.clause.number if one.clause else "",
            "edition": one.clause.edition.key if one.clause else "",
            "process": one.process.code if one.process else "",
            "unit": one.unit.code if one.unit else "",
            "source": one.origin_kind,
            "source_label": one.origin_label,
            "state": one.state if one.state in ("closed", "noted") else "open",
            "owner": one.owner.email if one.owner else "",
        }
