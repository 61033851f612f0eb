"""What a citizen complains about in a service, in plain words, and which time limit of the law that means.

The grounds are those of 210-FZ art. 11.1 as regional acts repeat them (services.md §1 [10]; to be confirmed by the lawyer); the words are
ours. Two of them shorten the limit: they name the variant of the law. The others fall under the usual one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from .models import Appeal

ATTRIBUTE = "ground"
"""Under this name the ground is kept among the answers of an appeal."""


class ComplaintGround(NamedTuple):
    """One ground: its code, what a citizen calls it, the variant of the limit ("": the usual one)."""

    code: str
    text: Any
    variant: str = ""


GROUNDS: tuple[ComplaintGround, ...] = (
    ComplaintGround("late", _("It took longer than promised")),
    ComplaintGround("refused", _("The service was refused")),
    ComplaintGround("intake_refused", _("My documents were not accepted"), "intake_refused"),
    ComplaintGround("documents", _("More documents were asked of me than needed")),
    ComplaintGround("fee", _("More money was asked of me than the law allows")),
    ComplaintGround("not_corrected", _("A mistake in my papers was not put right"), "not_corrected"),
    ComplaintGround("other", _("Something else")),
)
"""In the order in which they are offered."""
BY_CODE = {ground.code: ground for ground in GROUNDS}


def variant_of(code: str) -> str:
    """The variant of the limit that a ground means; "" for the usual one and for no ground."""
    return BY_CODE[code].variant if code in BY_CODE else ""


def ground_said(appeal: Appeal) -> str:
    """The ground of a complaint in words; of an older one, or one from a file, by its variant alone; "" where nothing is known."""
    found = BY_CODE.get(str(appeal.attributes.get(ATTRIBUTE, ""))) or BY_CODE.get(appeal.variant)
    return str(found.text) if found is not None else ""
