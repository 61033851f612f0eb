"""What notifications say. Kept as a kind and its values; the sentence is made for each reader in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext

from .models import Notification

Sentence = str | Callable[[Mapping[str, Any]], Any]

MESSAGES: dict[str, Sentence] = {}


def register(kind: str, sentence: Sentence) -> None:
    """Say how notifications of a kind read.

    sentence: a text marked by gettext_noop, with %(name)s for the values; or a function of the values, called in the reader's language.
    """
    known = MESSAGES.get(kind)
    if known is not None and known != sentence and not callable(known):
        raise TypeError(f"two sentences for {kind}")
    MESSAGES[kind] = sentence


def sentence(notification: Notification) -> str:
    """What a notification says, in the language that is active. A kind of a part that is no longer there says its name."""
    known = MESSAGES.get(notification.kind)
    if known is None:
        return str(notification.kind)
    if callable(known):
        return str(known(notification.params))
    return str(gettext(known) % notification.params)


def address(path: str) -> str:
    """An address for a mail: whole where YANTAR_URL is known, below `/en/` when English is active."""
    if get_language() == "en" and path.startswith("/") and not path.startswith("/en/"):
        path = "/en" + path
    return str(settings.PUBLIC_URL).rstrip("/") + path if path else ""
