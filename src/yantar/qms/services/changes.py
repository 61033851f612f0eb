"""What a version of a passport changed against the one before, in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Channel, ServicePassport

TEXTS: Sequence[tuple[str, Any]] = (
    ("name", gettext_lazy("Name")),
    ("purpose", gettext_lazy("In plain words")),
    ("applicants", gettext_lazy("Who can get it")),
    ("result", gettext_lazy("Result")),
    ("legal_basis", gettext_lazy("Legal basis")),
    ("fee_note", gettext_lazy("About the fee")),
    ("complaint", gettext_lazy("How to complain")),
)
LISTS: Sequence[tuple[str, Any]] = (
    ("variants", gettext_lazy("Variants")),
    ("documents", gettext_lazy("Documents")),
    ("grounds", gettext_lazy("Grounds for refusal")),
    ("steps", gettext_lazy("Steps")),
    ("indicators", gettext_lazy("Indicators")),
)


class Change(NamedTuple):
    """What differs: its name, the lines that were taken away, the lines that were added."""

    name: Any
    gone: Sequence[str]
    new: Sequence[str]


def changes(before: ServicePassport, after: ServicePassport) -> list[Change]:
    """What differs between two versions, in the order of the page. Reads both versions' lists unless they are read already."""
    found = []
    for name, label in TEXTS:
        found.append((label, _lines(getattr(before, name)), _lines(getattr(after, name))))
    found.append((_("Time limit"), [_limit(before)], [_limit(after)]))
    found.append((_("Registration of a request, working days"), [str(before.registration_days)], [str(after.registration_days)]))
    found.append((_("Longest wait in the queue, minutes"), [str(before.waiting_minutes)], [str(after.waiting_minutes)]))
    found.append((_("Fee, roubles"), [_money(before.fee)], [_money(after.fee)]))
    found.append((_("How to apply"), _channels(before), _channels(after)))
    for name, label in LISTS:
        found.append((label, [_row(row) for row in getattr(before, name).all()], [_row(row) for row in getattr(after, name).all()]))
    shown = [Change(label, [one for one in old if one not in new], [one for one in new if one not in old]) for label, old, new in found]
    return [change for change in shown if change.gone or change.new]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def _limit(one: Any) -> str:
    return f"{one.limit_days} {one.get_limit_unit_display()}"


def _money(value: Any) -> str:
    return str(formats.number_format(value, 2, use_l10n=True, force_grouping=True))


def _channels(passport: ServicePassport) -> list[str]:
    return [str(Channel(one).label) for one in Channel.values if one in passport.channels]


def _row(row: Any) -> str:
    """A row in one line: its words with whatever else it says."""
    parts = [str(row)]
    if getattr(row, "kind", ""):
        parts.append(str(row.get_kind_display()))
    if getattr(row, "source", ""):
        parts.append(str(row.get_source_display()))
    parts += [str(value) for value in (getattr(row, "holder", ""), getattr(row, "result", ""), getattr(row, "target", "")) if value]
    if getattr(row, "limit_days", None):
        parts.append(_limit(row))
    if getattr(row, "fee", None) is not None:
        parts.append(_money(row.fee))
    return " · ".join(parts)
