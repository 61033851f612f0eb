"""What the pages call the parts of a passport."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yantar.qms.services.models import Channel, DaysUnit, PassportState, ServicePassport
from yantar.qms.services.promise import ROWS

LISTS: dict[str, Any] = {
    "variants": _("Variants"),
    "documents": _("Documents"),
    "grounds": _("Grounds to refuse or suspend"),
    "steps": _("Steps"),
    "indicators": _("Indicators"),
}
ONE_OF: dict[str, Any] = {
    "variants": _("Variant"),
    "documents": _("Document"),
    "grounds": _("Ground"),
    "steps": _("Step"),
    "indicators": _("Indicator"),
}
TONES = {
    PassportState.DRAFT: "secondary",
    PassportState.AGREED: "primary",
    PassportState.IN_FORCE: "success",
    PassportState.REPLACED: "secondary",
    PassportState.DROPPED: "secondary",
    PassportState.CALLED_BACK: "warning",
}


def state_text(passport: ServicePassport, on: date) -> str:
    """The state as people read it on a day: what is enacted for a later day is not in force yet."""
    if passport.state == PassportState.IN_FORCE and passport.valid_from is not None and passport.valid_from > on:
        return _g("To come into force")
    return str(passport.get_state_display())


def part_title(part: str, column: str = "") -> str:
    """A field of a passport, or a column of one of its lists, as people call it."""
    if part == "authority":
        return _g("Authority")
    if part in LISTS:
        model = ROWS[part].model
        return str(model._meta.get_field(column).verbose_name) if column else str(LISTS[part])  # type: ignore[union-attr]
    return str(ServicePassport._meta.get_field(part).verbose_name)  # type: ignore[union-attr]


def value_text(value: Any, part: str, column: str = "") -> str:
    """A value of a passport for a reader."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return _g("yes") if value else _g("no")
    if isinstance(value, Decimal):
        return str(number_format(value, 2 if value % 1 else 0))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(dict(Channel.choices).get(one, one)) for one in value)
    field = ROWS[part].model._meta.get_field(column) if part in ROWS and column else None
    field = field or (ServicePassport._meta.get_field(part) if part not in ROWS and part != "authority" else None)
    choices = dict(getattr(field, "flatchoices", ()) or ())
    return str(choices.get(value, value))


def days_text(days: int | None, unit: str) -> str:
    """A limit in words: "10 working days"; empty without days."""
    if not days:
        return ""
    if unit == DaysUnit.WORKING:
        return ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days}
    return ngettext("%(n)s calendar day", "%(n)s calendar days", days) % {"n": days}
