"""A figure of savings as files: the same ones for the analyst and for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from yantar.qms.procurement import exports
from yantar.qms.procurement.models import Figure

_WORDS: Mapping[str, Any] = {
    "xlsx": _("XLSX with formulas"),
    "pdf-ru": _("PDF in Russian"),
    "pdf-en": _("PDF in English"),
    "manifest": _("Manifest to repeat it (JSON)"),
    "csv": "CSV",
    "parquet": "Parquet",
}
KINDS = tuple((kind, words) for kind, words in _WORDS.items() if kind in exports.KINDS)
"""What there is, in the order of the page, with its words."""


def figure_file(figure: Figure, kind: str) -> FileResponse:
    """The file as a download. Raises Http404 for a kind that there is not."""
    if kind not in exports.KINDS:
        raise Http404(_g("There is no such file."))
    made = exports.figure_file(figure, kind)
    response = FileResponse(made.path.open("rb"), as_attachment=True, filename=made.name, content_type=made.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response
