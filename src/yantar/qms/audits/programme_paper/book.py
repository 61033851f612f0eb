"""The programme as a workbook: the schedule, who is how busy, what is behind it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from yantar.qms.audits.models import Programme

from .content import content_of, others


def xlsx(viewer: Any, programme: Programme) -> bytes:
    """The workbook in the reader's language. What people typed is always text, never a formula."""
    found = content_of(viewer, programme)
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(target, options)
    # The moment of making would make every export of the same facts a different file.
    book.set_properties({"title": found.title, "created": datetime(2000, 1, 1)})
    schedule = [
        [
            row.audit.number,
            row.name,
            row.audit.first_day,
            row.audit.last_day,
            row.audit.window_first,
            row.audit.window_last,
            row.audit.edition.designation,
            row.lead.auditor.name if row.lead is not None else "",
            others(row),
            str(row.audit.get_method_display()),
            row.audit.person_days,
            float(row.audit.risk),
            str(row.audit.get_state_display()),
        ]
        for row in found.rows
    ]
    heads = (
        (_("No."), 14),
        (_("Authority"), 40),
        (_("First day"), 12),
        (_("Last day"), 12),
        (_("Not before"), 12),
        (_("Not after"), 12),
        (_("Criteria"), 18),
        (_("Lead auditor"), 28),
        (_("Team"), 40),
        (_("Method"), 14),
        (_("Person-days"), 12),
        (_("Risk"), 10),
        (_("State"), 18),
    )
    _sheet(book, _("Schedule"), heads, schedule)
    _sheet(book, _("Auditors"), ((_("Auditor"), 30), (_("Home"), 24), (_("Audits"), 10), (_("Audit days"), 12)), found.loads)
    _sheet(book, _("Programme"), ((_("Part"), 26), (_("Text"), 100)), [(_("State"), found.state), *found.texts])
    book.close()
    return target.getvalue()


def _sheet(book: Any, title: str, heads: Sequence[tuple[str, int]], rows: Sequence[Sequence[Any]]) -> None:
    page = book.add_worksheet(title[:31])
    head = book.add_format({"bold": True, "bg_color": "#FFE8B8", "border": 1, "border_color": "#C9A227", "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd.mm.yyyy", "valign": "top", "align": "left"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    page.freeze_panes(1, 1)
    for place, (words, wide) in enumerate(heads):
        page.set_column(place, place, wide)
        page.write_string(0, place, words, head)
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(number, place, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, int | float):
                page.write_number(number, place, value, text)
            elif value not in (None, ""):
                page.write_string(number, place, str(value), text)
    if rows:
        page.autofilter(0, 0, len(rows), len(heads) - 1)
