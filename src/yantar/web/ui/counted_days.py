"""Why a day binds, in words: the spans of the clock, for citizens and staff alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.engine.deadlines import DAY_TEXTS, WHY_TEXTS, Explanation


class CountedDays(NamedTuple):
    """Days from `first` to `last` that were treated alike, why, and how many had counted by their end (None: none of them counts)."""

    first: date
    last: date
    why: str
    total: int | None

    @property
    def single(self) -> bool:
        return self.first == self.last


def counted_days(explanation: Explanation) -> Sequence[CountedDays]:
    """The spans of an explanation in the reader's language."""
    language = (get_language() or "ru")[:2]
    rows = []
    for span in explanation.spans:
        why = _(WHY_TEXTS[span.why])
        if span.day_kind is not None:
            name = span.names.get(language) or span.names.get("ru") or ""
            kind = f"{_(DAY_TEXTS[span.day_kind])} ({name})" if name else _(DAY_TEXTS[span.day_kind])
            why = f"{kind}: {why}" if ":" not in why else f"{kind}; {why}"
        rows.append(CountedDays(span.first, span.last, why, span.total if span.why.counts else None))
    return rows
