"""How suspicious a text from the public is: named reasons that add up to 0 to 100. Pure: it is told what others have counted.

Suspicion never removes anything: from THRESHOLD on a person looks at it first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_noop

THRESHOLD = 60
MOST = 100
TOO_QUICK = 4.0
"""Seconds in which nobody reads five questions."""
QUICK = 8.0
LONGEST_WORD = 60
MUCH_CAPITALS = 30
"""Letters from which on a text in capitals only counts."""
SAME_NETWORK = 10
"""Beyond so many in an hour from one network each one counts a little; beyond twice as many, more."""


class Reason(NamedTuple):
    """What is suspicious: points and what a moderator reads (a key of the translations)."""

    code: str
    points: int
    text: str


REASONS: Mapping[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason("honeypot", 100, gettext_noop("A field that no person sees was filled in")),
        Reason("markup", 70, gettext_noop("Markup or a script in the text")),
        Reason("too_quick", 60, gettext_noop("Sent quicker than anybody reads")),
        Reason("quick", 20, gettext_noop("Sent very quickly")),
        Reason("links", 60, gettext_noop("Several links in the text")),
        Reason("link", 35, gettext_noop("A link in the text")),
        Reason("same_text", 45, gettext_noop("The same text came before")),
        Reason("same_text_often", 70, gettext_noop("The same text came many times")),
        Reason("same_network", 25, gettext_noop("Many from one network in a short time")),
        Reason("same_network_often", 60, gettext_noop("Very many from one network in a short time")),
        Reason("contacts", 25, gettext_noop("A telephone number or an e-mail in the text")),
        Reason("capitals", 15, gettext_noop("Written in capitals")),
        Reason("repeated", 25, gettext_noop("One sign repeated again and again")),
        Reason("no_words", 30, gettext_noop("No words that could be read")),
        Reason("hidden_signs", 40, gettext_noop("Invisible signs in the text")),
        Reason("long_word", 20, gettext_noop("A very long word")),
    )
}
"""Every reason by its code; codes are kept with what was scored, so a code never changes its meaning."""

_LINK = re.compile(r"(?:https?://|www\.|(?<![@\w.-])[\w-]{2,}\.(?:ru|com|net|org|info|biz|top|xyz|site|online|shop|рф)\b(?:/|\b))", re.IGNORECASE)
_MARKUP = re.compile(r"<\s*/?\s*[a-z!][^>]*>?|javascript\s*:|\bon\w+\s*=|\[/?(?:url|img|link)\b|&#x?\d+;", re.IGNORECASE)
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}|(?:\+?\d[\s()-]*){10,}")
_REPEATED = re.compile(r"([^\s.…])\1{7,}")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known besides the text. elapsed: seconds from showing the form to its coming back, None where nobody measured.

    same_text, same_network: how often the same text came today, and how many came from this network in this hour, this one included.
    """

    honeypot: bool = False
    elapsed: float | None = None
    same_text: int = 1
    same_network: int = 1


class Suspicion(NamedTuple):
    """0 to 100, and the codes of what it is made of, the gravest first."""

    score: int
    reasons: tuple[str, ...]

    @property
    def suspicious(self) -> bool:
        """Whether a person is to look at it before it counts."""
        return self.score >= THRESHOLD


def judge(text: str, around: Circumstances | None = None) -> Suspicion:
    """Score a text (empty: nothing was written) and how it came."""
    around = around or Circumstances()
    found = {*_of_text(text), *_of_circumstances(around)}
    if text and around.same_text >= 5:
        found.add("same_text_often")
    elif text and around.same_text >= 2:
        found.add("same_text")
    ordered = sorted(found, key=lambda code: (-REASONS[code].points, code))
    return Suspicion(min(MOST, sum(REASONS[code].points for code in ordered)), tuple(ordered))


def _of_circumstances(around: Circumstances) -> set[str]:
    found = set()
    if around.honeypot:
        found.add("honeypot")
    if around.elapsed is not None and around.elapsed < QUICK:
        found.add("too_quick" if around.elapsed < TOO_QUICK else "quick")
    if around.same_network > SAME_NETWORK:
        found.add("same_network_often" if around.same_network > 2 * SAME_NETWORK else "same_network")
    return found


def _of_text(text: str) -> set[str]:
    if not text.strip():
        return set()
    found = set()
    links = len(_LINK.findall(text))
    if links:
        found.add("links" if links > 1 else "link")
    letters = [sign for sign in text if sign.isalpha()]
    tests = {
        "markup": _MARKUP.search(text) is not None,
        "contacts": _CONTACT.search(text) is not None,
        "repeated": _REPEATED.search(text) is not None,
        "no_words": _WORD.search(text) is None and any(not sign.isspace() for sign in text),
        "hidden_signs": any(unicodedata.category(sign) in ("Cf", "Cc", "Co") and sign not in "\n\r\t\u00ad\u200d" for sign in text),
        "long_word": any(len(word) > LONGEST_WORD for word in text.split() if not _LINK.search(word)),
        "capitals": len(letters) >= MUCH_CAPITALS and all(not sign.islower() for sign in letters),
    }
    return found | {code for code, holds in tests.items() if holds}


def normal(text: str) -> str:
    """What spellings of one text share: letters and digits only, without case. Two texts are the same when theirs are."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return "".join(sign for sign in folded if sign.isalnum())


def texts(reasons: list[str]) -> list[str]:
    """What a moderator reads for codes, untranslated; a code that is no longer known is shown as it is."""
    return [REASONS[code].text if code in REASONS else code for code in reasons]
