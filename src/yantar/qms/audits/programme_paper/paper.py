"""The approved programme as a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from yantar.core.pdf import compile_pdf
from yantar.qms.audits.models import Programme

from .content import content_of, days, others

TEMPLATE = Path(__file__).with_name("programme.typ")


def pdf(viewer: Any, programme: Programme, language: str) -> bytes:
    """The programme in a language ("ru" or "en")."""
    with override(language):
        return compile_pdf(TEMPLATE, data_of(viewer, programme), language)


def data_of(viewer: Any, programme: Programme) -> dict[str, Any]:
    """Everything the template prints, in the language that is active."""
    found = content_of(viewer, programme)
    return {
        "title": found.title,
        "government": found.government,
        "state": found.state,
        "page_of": _("page %(n)s of %(total)s") % {"n": "{n}", "total": "{total}"},
        "texts": [{"title": title, "text": text} for title, text in found.texts],
        "schedule_title": _("Schedule"),
        "heads": [_("No."), _("Authority"), _("Days"), _("Criteria"), _("Lead auditor"), _("Team"), _("Method")],
        "rows": [
            [
                row.audit.number,
                row.name,
                days(row),
                row.audit.edition.designation,
                row.lead.auditor.name if row.lead is not None else "—",
                others(row) or "—",
                str(row.audit.get_method_display()),
            ]
            for row in found.rows
        ],
        "no_rows": "" if found.rows else _("No audits."),
        "loads_title": _("Auditors"),
        "load_heads": [_("Auditor"), _("Home"), _("Audits"), _("Audit days")],
        "loads": [[name, home, str(audits), str(spent)] for name, home, audits, spent in found.loads],
    }
