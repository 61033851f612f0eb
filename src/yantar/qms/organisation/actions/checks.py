"""What can be wrong with the facts that an action is given; every check returns problems, none of them raises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem, Refused
from yantar.engine.requisites import inn_problem, ogrn_problem

from ..models import Authority

REQUISITE_MESSAGES = {
    ("inn", "digits"): _("An INN consists of digits only."),
    ("inn", "length"): _("An INN has 10 digits (an organisation) or 12 (a person)."),
    ("inn", "check_digit"): _("The check digit of the INN does not agree. Compare it with the document."),
    ("ogrn", "digits"): _("An OGRN consists of digits only."),
    ("ogrn", "length"): _("An OGRN has 13 digits (an OGRNIP 15)."),
    ("ogrn", "check_digit"): _("The check digit of the OGRN does not agree. Compare it with the document."),
}


def day_text(day: date) -> str:
    """A day as the reader's language writes it."""
    return date_format(day, "DATE_FORMAT")


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise Refused with all the problems, if there are any."""
    found = list(problems)
    if found:
        raise Refused(found)


def clean_text(value: str | None) -> str:
    """Text as typed in offices: outer and doubled spaces, line breaks and no-break spaces become single spaces."""
    return " ".join((value or "").split())


def field_problems(row: models.Model, prefix: str = "", besides: tuple[str, ...] = ()) -> list[Problem]:
    """Every field of an unsaved row that the model refuses: empty, too long, no such choice, out of range. `besides`: not asked."""
    skipped = {f.name for f in row._meta.concrete_fields if f.is_relation} | set(besides)
    try:
        row.clean_fields(exclude=skipped)
    except ValidationError as error:
        return [
            Problem(message, code=getattr(one, "code", None) or "invalid", field=prefix + field)
            for field, errors in error.error_dict.items()
            for one in errors
            for message in one.messages
        ]
    return []


def requisite_problems(inn: str, ogrn: str, prefix: str = "") -> list[Problem]:
    """Digits and check digits of both numbers; an empty one is not given and so not wrong."""
    found = []
    for field, value, check in (("inn", inn, inn_problem), ("ogrn", ogrn, ogrn_problem)):
        code = check(value) if value else None
        if code:
            found.append(Problem(REQUISITE_MESSAGES[field, code], code=f"{field}_{code}", field=prefix + field, value=value))
    return found


def taken_problems(*, code: str = "", inn: str = "", ogrn: str = "", besides: Authority | None = None, prefix: str = "") -> list[Problem]:
    """A code, an INN or an OGRN that another authority already has. One query."""
    wanted = {"code": code, "inn": inn, "ogrn": ogrn}
    condition = models.Q()
    for field, value in wanted.items():
        if value:
            condition |= models.Q(**{field: value})
    if not condition:
        return []
    rows = list(Authority.objects.filter(condition).exclude(pk=besides.pk if besides else 0))
    messages = {
        "code": _("Another authority already has this code."),
        "inn": _("Another authority already has this INN."),
        "ogrn": _("Another authority already has this OGRN."),
    }
    return [
        Problem(messages[field], code="taken", field=prefix + field, value=value)
        for field, value in wanted.items()
        if value and any(getattr(row, field) == value for row in rows)
    ]


def span_problems(valid_from: date, valid_to: date | None, field: str = "valid_to") -> list[Problem]:
    """Dates the wrong way round."""
    if valid_to is not None and valid_to <= valid_from:
        return [Problem(_("The end must be later than the beginning."), code="dates_reversed", field=field)]
    return []


def living_problems(authority: Authority, day: date, field: str = "effective_on") -> list[Problem]:
    """An authority that does not exist on a day: not yet, or no longer."""
    if day < authority.valid_from:
        message: Any = _("%(code)s does not exist yet on this day: it begins on %(day)s.") % {
            "code": authority.code,
            "day": day_text(authority.valid_from),
        }
        return [Problem(message, code="not_yet", field=field)]
    if authority.valid_to is not None and authority.valid_to <= day:
        message = _("%(code)s is already abolished from %(day)s.") % {"code": authority.code, "day": day_text(authority.valid_to)}
        return [Problem(message, code="abolished", field=field)]
    return []
