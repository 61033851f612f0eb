"""Grounds of the law on which an appeal is left without an answer (59-FZ art. 11; from general knowledge, to be confirmed by the lawyer)."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Ground(NamedTuple):
    """One ground: its code, what it says, and the article. `told`: the citizen is told that there will be no answer."""

    code: str
    text: object
    law: str
    told: bool = True


GROUNDS: tuple[Ground, ...] = (
    Ground("no_address", _("No name or no address for the answer is given."), "59-FZ art. 11 p. 1", told=False),
    Ground("court", _("It appeals against a decision of a court."), "59-FZ art. 11 p. 2"),
    Ground("abuse", _("It contains insults or threats."), "59-FZ art. 11 p. 3"),
    Ground("unreadable", _("The text can't be read or makes no statement."), "59-FZ art. 11 p. 4, 4.1"),
    Ground("ended", _("It was answered more than once and says nothing new: the correspondence is ended."), "59-FZ art. 11 p. 5"),
    Ground("published", _("The answer to the question is published on the official site."), "59-FZ art. 11 p. 5.1"),
    Ground("secret", _("The answer would disclose what the law protects."), "59-FZ art. 11 p. 6"),
)
"""All grounds in the order of the law; `ended` asks for earlier answers."""

BY_CODE = {ground.code: ground for ground in GROUNDS}
ENDED = "ended"
ANSWERS_BEFORE = 2
"""So often it must have been answered before the correspondence may be ended."""
