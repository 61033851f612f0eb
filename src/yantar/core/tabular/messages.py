"""Sentences with values that are put into the reader's language only when they are shown."""

from __future__ import annotations

from typing import Any

from django.utils.functional import lazy


def _format(message: Any, params: dict[str, Any]) -> str:
    return str(message) % params


_lazily = lazy(_format, str)


def said(message: Any, **params: Any) -> Any:
    """A lazily translated Python-format sentence with its values: `said(_("%(n)d rows"), n=3)`.

    Values that are lazy themselves are translated at the same moment. What it returns is a Promise.
    """
    return _lazily(message, params)
