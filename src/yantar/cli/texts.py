"""The language of the command line: Russian or English, by the locale of the terminal."""

from __future__ import annotations

import gettext as gnu
import os

from yantar.core.places import PACKAGE


def language() -> str:
    """`ru` where the terminal's locale is Russian, else `en`. The first of LC_ALL, LC_MESSAGES and LANG that is set decides."""
    locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "ru" if locale.lower().startswith("ru") else "en"


LANGUAGE = language()
_texts = gnu.translation("django", PACKAGE / "locale", languages=[LANGUAGE], fallback=True)


def gettext(text: str) -> str:
    """A sentence in the terminal's language. Works before Django is ready, from the same catalogue."""
    return _texts.gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The form that goes with a number."""
    return _texts.ngettext(one, many, number)
