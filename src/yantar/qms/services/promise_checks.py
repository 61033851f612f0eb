"""What can be wrong with the content of a passport; every check returns problems, none of them raises.

A problem of a row names its field as the rows of a form are named: `documents-0-name_ru`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem
from yantar.qms.organisation.actions.checks import field_problems

from .models import DaysUnit, DocumentSource, ServicePassport
from .models.passport import MOST_DAYS

Rows = Mapping[str, Sequence[Any]]

LATER = ("legal_basis_ru", "applicants_ru", "result_ru", "complaint_ru", "channels")
"""What a draft may still lack; an agreed passport has them."""
WHEN = ("version", "drawn_at", "agreed_at", "enacted_at", "called_back_at")
"""What the actions themselves write."""
LONGEST_WAIT = 24 * 60
"""Minutes; more is a slip of the pen."""
_WEEK = {DaysUnit.WORKING.value: Fraction(7, 5), DaysUnit.CALENDAR.value: Fraction(1)}
"""Calendar days that a day of a unit stands for when limits of different units are compared."""


def shape_problems(passport: ServicePassport, rows: Rows) -> list[Problem]:
    """What may not even stand in a draft: figures out of bounds, unknown choices, texts too long, a code twice, a row without text."""
    missing = [name for name in LATER if not getattr(passport, name)]
    found = field_problems(passport, besides=(*missing, "search", *WHEN))
    found += _limit(passport.limit_days, "limit_days")
    found += _fee(passport.fee, "fee")
    if isinstance(passport.waiting_minutes, int) and passport.waiting_minutes > LONGEST_WAIT:
        message: Any = _("At most %(most)s minutes.")
        found.append(Problem(message % {"most": LONGEST_WAIT}, code="out_of_range", field="waiting_minutes"))
    for name, some in rows.items():
        for place, row in enumerate(some):
            found += field_problems(row, prefix=f"{name}-{place}-")
            found += _limit(row_limit(row), f"{name}-{place}-limit_days")
            if name == "variants":
                found += _fee(row.fee, f"{name}-{place}-fee")
    found += _codes_twice(rows.get("variants", ()))
    found += _steps_too_long(passport, rows)
    # Models and our own words say the same of a bound: once is enough.
    bounded = {one.field for one in found if one.code == "out_of_range"}
    return [one for one in found if not (one.field in bounded and one.code in ("min_value", "max_value"))]


def row_limit(row: models.Model) -> int | None:
    """Days that a row sets, None where it sets none."""
    return getattr(row, "limit_days", None)


def _limit(days: int | None, field: str) -> list[Problem]:
    if days is None or 1 <= days <= MOST_DAYS:
        return []
    message: Any = _("A limit is 1 to %(most)s days.")
    return [Problem(message % {"most": MOST_DAYS}, code="out_of_range", field=field, value=str(days))]


def _fee(fee: Any, field: str) -> list[Problem]:
    if fee is None or fee >= 0:
        return []
    return [Problem(_("A fee is not less than zero; 0 means free of charge."), code="negative", field=field, value=str(fee))]


def _codes_twice(variants: Sequence[Any]) -> list[Problem]:
    seen: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(variants):
        seen[row.code.casefold()].append(place)
    return [
        Problem(_("Another variant already has this code."), code="taken", field=f"variants-{place}-code", value=variants[place].code)
        for code, places in seen.items()
        for place in places[1:]
        if code
    ]


def _steps_too_long(passport: ServicePassport, rows: Rows) -> list[Problem]:
    """Steps longer than the whole, that is than the passport's limit and all its variants'; days of different units as 5 working to 7 calendar."""
    whole = [(passport.limit_days, passport.limit_unit)] + [(row.limit_days, row.limit_unit) for row in rows.get("variants", ()) if row.limit_days]
    if any(not isinstance(days, int) or unit not in _WEEK for days, unit in whole):
        return []
    found = []
    for place, row in enumerate(rows.get("steps", ())):
        days, unit = row.limit_days, row.limit_unit
        if not days or unit not in _WEEK:
            continue
        if all(days > most if unit == of else days * _WEEK[unit] > most * _WEEK[of] for most, of in whole):
            message = _("A step can't last longer than the whole service.")
            found.append(Problem(message, code="longer_than_whole", field=f"steps-{place}-limit_days", value=str(days)))
    return found


def whole_problems(passport: ServicePassport, rows: Rows) -> list[Problem]:
    """What a passport lacks to be agreed: texts, a channel, a document or the word that none is needed, from whom a document is asked."""
    found = []
    texts = {
        "legal_basis_ru": (_("Name the acts that the service rests on."), "basis_missing"),
        "applicants_ru": (_("Say who may apply."), "applicants_missing"),
        "result_ru": (_("Say what the applicant gets."), "result_missing"),
        "complaint_ru": (_("Say where and how to complain."), "complaint_missing"),
    }
    for name, (message, code) in texts.items():
        if not getattr(passport, name):
            found.append(Problem(message, code=code, field=name))
    if not passport.channels:
        found.append(Problem(_("Name at least one way to apply."), code="channel_missing", field="channels"))
    documents = rows.get("documents", ())
    if not documents and not passport.no_documents:
        message = _("List the documents, or say that none is needed.")
        found.append(Problem(message, code="documents_missing", field="no_documents"))
    if documents and passport.no_documents:
        found.append(Problem(_("Documents are listed, so some are needed."), code="documents_given", field="no_documents"))
    for place, row in enumerate(documents):
        if row.source == DocumentSource.INTERAGENCY and not row.holder_ru:
            message = _("Say from which authority the document is asked.")
            found.append(Problem(message, code="holder_missing", field=f"documents-{place}-holder_ru"))
    return found
