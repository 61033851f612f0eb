"""The register as it is shown, as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yantar.core.tabular import Choice, Column, Sheet, TableSpec
from yantar.core.tabular.writing import write_csv, write_xlsx
from yantar.qms.certification import queries
from yantar.qms.certification.queries import RegisterRow
from yantar.qms.organisation.models import AuthorityKind
from yantar.web.ui.days import day_asked
from yantar.web.workspace.access import staff

from .register import narrowed

STATUSES = (
    Choice("draft", "Ещё не выдан", "Not yet granted"),
    Choice("active", "Действует", "In force"),
    Choice("suspended", "Приостановлен", "Suspended"),
    Choice("withdrawn", "Отменён", "Withdrawn"),
    Choice("expired", "Срок истёк", "Expired"),
    Choice("superseded", "Заменён", "Superseded"),
)
REGISTER = TableSpec(
    "register",
    "Реестр сертификатов",
    "Register of certificates",
    (
        Column("number", "Номер сертификата", "Certificate number", "code"),
        Column("authority", "Орган власти", "Authority", width=50),
        Column("kind", "Вид", "Kind", width=24),
        Column("edition", "Стандарт", "Standard", width=18),
        Column("body", "Орган по сертификации", "Certification body", width=30),
        Column("scope", "Область", "Scope", width=60),
        Column("status", "Статус", "Status", "choice", choices=STATUSES),
        Column("as_of", "На дату", "As of", "date", width=12),
        Column("expires_on", "Действует до", "Valid until", "date", width=14),
        Column("next", "Следующий шаг", "Next step", width=30),
        Column("due_on", "Не позднее", "At the latest", "date", width=14),
    ),
)
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


def _lines(rows: Iterable[RegisterRow], on: date) -> Iterator[dict[str, Any]]:
    for row in rows:
        kind = row.holder.kind if row.holder else ""
        yield {
            "number": row.number,
            "authority": row.holder.name if row.holder else "",
            "kind": str(AuthorityKind(kind).label) if kind in AuthorityKind.values else "",
            "edition": row.edition,
            "body": row.body,
            "scope": row.scope,
            "status": row.status,
            "as_of": on,
            "expires_on": row.expires_on,
            "next": row.next_name,
            "due_on": row.next_due,
        }


@staff
@require_safe
def certificates_export(request: HttpRequest, format: str) -> HttpResponse:
    """All pages of the list that the same address shows, in its language, filters, day and order."""
    if format not in TYPES:
        raise Http404
    on = day_asked(request)
    _filters, arguments = narrowed(request, on)
    target = io.BytesIO()
    sheet = Sheet(REGISTER, _lines(queries.listing(request.user, on=on, **arguments), on))
    if format == "csv":
        write_csv(sheet, target)
    else:
        write_xlsx([sheet], target)
    response = HttpResponse(target.getvalue(), content_type=TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="certificates-{on.isoformat()}.{format}"'
    return response
