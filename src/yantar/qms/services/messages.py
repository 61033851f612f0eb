"""Sentences of services in the reader's language: what notifications say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, gettext_noop, ngettext

LOADED = gettext_noop("Cases of services from “%(origin)s” are loaded: %(added)s new, %(changed)s changed, %(rejected)s rejected")


def cases_loaded(params: Mapping[str, Any]) -> str:
    """That a load has ended, with its counts."""
    counts = {name: number_format(params[name], use_l10n=True, force_grouping=True) for name in ("added", "changed", "rejected")}
    return gettext(LOADED) % {"origin": params["origin"], **counts}


def deadlines_moved(params: Mapping[str, Any]) -> str:
    """That the calendar moved deadlines of open cases: how many, because of which days."""
    days = ", ".join(date_format(day, "DATE_FORMAT") for text in params["days"] if (day := parse_date(str(text))))
    if params.get("more"):
        days += " " + gettext("and %(n)s more") % {"n": params["more"]}
    said = ngettext(
        "The calendar of working days changed (%(days)s): the deadline of %(count)s open case of services moved",
        "The calendar of working days changed (%(days)s): the deadlines of %(count)s open cases of services moved",
        params["count"],
    )
    return said % {"days": days, "count": number_format(params["count"], use_l10n=True, force_grouping=True)}


NOTIFICATIONS = {"services.cases_loaded": cases_loaded, "services.deadlines_moved": deadlines_moved}
"""Kinds of notifications this part makes."""
