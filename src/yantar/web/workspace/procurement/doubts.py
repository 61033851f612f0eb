"""Why a procedure is doubtful, in words."""

from __future__ import annotations

from collections.abc import Iterable

from yantar.engine.savings.method import DEFAULT, load_method
from yantar.qms.procurement.models import Dataset
from yantar.web.ui.templatetags.savings import said


def doubt_words(dataset: Dataset, codes: Iterable[str]) -> list[str]:
    """Kinds of outliers, reasons, marks and bands of a dataset in the reader's language; an unknown code stands for itself."""
    method = load_method(dataset.glance.get("method") or DEFAULT)
    kinds = {one["kind"]: one for one in dataset.glance.get("outliers", ())}
    found = []
    for code in codes:
        try:
            found.append(said(kinds.get(code) or method.title_of(code)))
        except KeyError:
            found.append(code)
    return found
