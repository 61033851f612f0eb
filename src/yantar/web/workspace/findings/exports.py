"""The list of findings as it is shown, as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.core.files import XLSX
from yantar.core.tabular import Sheet
from yantar.core.tabular.writing import write_csv, write_xlsx
from yantar.qms.findings import queries
from yantar.qms.findings.exchange.specs import LISTED
from yantar.qms.findings.queries import Row
from yantar.web.workspace.access import staff

from .filters import Filters

TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}


def _lines(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            "number": row.number,
            "authority": row.authority.name if row.authority else "",
            "process": row.process,
            "clause": row.clause,
            "grade": row.grade,
            "gap": row.gap,
            "source": row.origin_kind,
            "source_label": row.origin_label,
            "raised_on": row.raised_on,
            "state": row.state,
            "state_since": row.state_since,
            "due_on": row.next_due,
            "days_late": row.days_late or None,
            "owner": row.owner,
            "reopened": row.reopened or None,
        }


@staff
@require_safe
def findings_export(request: HttpRequest, format: str) -> HttpResponse:
    """All pages of the list that the same address shows, in its language, filters and order."""
    if format not in TYPES:
        raise Http404
    target = io.BytesIO()
    sheet = Sheet(LISTED, _lines(queries.all_rows(request.user, Filters(request).wanted())))
    if format == "csv":
        write_csv(sheet, target)
    else:
        write_xlsx([sheet], target)
    response = HttpResponse(target.getvalue(), content_type=TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="findings-{clock.today().isoformat()}.{format}"'
    return response
