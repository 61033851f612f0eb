"""The version for people with low vision: what they chose, kept in a cookie of their browser and honoured by the server, without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

COOKIE = "yantar-sight"
KEPT_SECONDS = 365 * 24 * 3600

CHOICES: Mapping[str, Sequence[tuple[str, Any]]] = {
    "size": (
        ("1", pgettext_lazy("low vision", "usual")),
        ("2", pgettext_lazy("low vision", "one and a half times")),
        ("3", pgettext_lazy("low vision", "double")),
    ),
    "contrast": (
        ("usual", pgettext_lazy("low vision", "as usual")),
        ("white", pgettext_lazy("low vision", "black on white")),
        ("black", pgettext_lazy("low vision", "white on black")),
        ("blue", pgettext_lazy("low vision", "dark blue on light blue")),
    ),
    "letters": (
        ("1", pgettext_lazy("low vision", "usual")),
        ("2", pgettext_lazy("low vision", "wide")),
        ("3", pgettext_lazy("low vision", "very wide")),
    ),
    "lines": (
        ("1", pgettext_lazy("low vision", "usual")),
        ("2", pgettext_lazy("low vision", "one and a half")),
        ("3", pgettext_lazy("low vision", "double")),
    ),
    "pictures": (("on", pgettext_lazy("low vision", "shown")), ("off", pgettext_lazy("low vision", "hidden"))),
}
"""What can be chosen; the first of each is how pages look for everybody."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One person's choice."""

    size: str = "1"
    contrast: str = "usual"
    letters: str = "1"
    lines: str = "1"
    pictures: str = "on"

    @property
    def on(self) -> bool:
        """Whether anything differs from how pages look for everybody."""
        return self != Sight()

    @property
    def attributes(self) -> SafeString:
        """What stands in the opening tag of the page for the style sheet to see; nothing where nothing was chosen."""
        rows = ((name, value) for name, value in self.chosen.items() if value != CHOICES[name][0][0])
        return format_html_join("", ' data-sight-{}="{}"', rows)

    @property
    def chosen(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in CHOICES}

    @property
    def cookie(self) -> str:
        """The choice as the cookie keeps it."""
        return ".".join(self.chosen.values())


def _made(values: Mapping[str, str]) -> Sight:
    """A choice of what is known; anything else is as usual."""
    known = {name: values[name] for name, choices in CHOICES.items() if values.get(name) in {value for value, _words in choices}}
    return Sight(**known)


def sight_of(request: HttpRequest) -> Sight:
    """What the browser of the request was told to remember."""
    parts = request.COOKIES.get(COOKIE, "").split(".")
    return _made(dict(zip(CHOICES, parts, strict=True))) if len(parts) == len(CHOICES) else Sight()


def sight_asked(request: HttpRequest) -> Sight:
    """What the form asks for."""
    return _made({name: request.GET.get(name, "") for name in CHOICES})
