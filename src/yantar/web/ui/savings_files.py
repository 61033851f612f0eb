"""A figure of savings as files: the same ones for the analyst and for everybody."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from yantar.qms.procurement import exports
from yantar.qms.procurement.models import Figure

KINDS = (
    ("xlsx", _("XLSX with formulas")),
    ("csv", "CSV"),
    ("parquet", "Parquet"),
    ("pdf-ru", _("PDF in Russian")),
    ("pdf-en", _("PDF in English")),
    ("manifest", _("Manifest to repeat it (JSON)")),
)
"""What there is, in the order of the page."""


def figure_file(figure: Figure, kind: str) -> HttpResponse:
    """The file as a download. Raises Http404 for a kind that there is not."""
    raise Http404(kind, exports, figure, HttpResponse)
