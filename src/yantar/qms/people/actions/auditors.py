"""Who audits: entered, corrected, ended, tied to a person who signs in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, System, action, current
from yantar.core.models import User
from yantar.core.problems import Problem
from yantar.core.tabular.names import unique
from yantar.qms.organisation.actions.checks import clean_text, day_text, field_problems, living_problems, refuse_if, span_problems
from yantar.qms.organisation.models import Authority, Site, Unit, UnitVersion

from ..models import Auditor, Qualification

PERSONAL = ("name", "note", "user")
"""What of an auditor never reaches the journal; the history of the row has it."""
LANGUAGES = ("ru", "en")
"""Languages in which an audit can be carried out."""


def language_problems(languages: Sequence[str]) -> list[Problem]:
    """At least one language, and only those that Yantar speaks."""
    if not languages:
        return [Problem(_("Name at least one language."), code="no_language", field="languages")]
    unknown = [one for one in languages if one not in LANGUAGES]
    message: Any = _("Unknown language: %(language)s.")
    return [Problem(message % {"language": one}, code="unknown_language", field="languages", value=one) for one in unknown]


def place_problems(auditor: Auditor, on: date) -> list[Problem]:
    """A home unit or a site of another authority, or one that is closed on the day."""
    problems = []
    if auditor.unit_id is not None:
        version = UnitVersion.objects.on(on).filter(unit_id=auditor.unit_id).first()
        if version is None:
            problems.append(Problem(_("This unit does not exist on this day."), code="unit_closed", field="unit"))
        elif version.authority_id != auditor.authority_id:
            problems.append(Problem(_("This unit belongs to another authority."), code="unit_elsewhere", field="unit"))
    if auditor.site_id is not None and auditor.site is not None:
        if auditor.site.authority_id != auditor.authority_id:
            problems.append(Problem(_("This site belongs to another authority."), code="site_elsewhere", field="site"))
        elif not auditor.site.holds_on(on):
            problems.append(Problem(_("This site does not exist on this day."), code="site_closed", field="site"))
    return problems


def user_problems(auditor: Auditor, user: User | None) -> list[Problem]:
    """A person who is tied to another auditor already."""
    other = Auditor.objects.filter(user=user).exclude(pk=auditor.pk).first() if user is not None else None
    if other is None:
        return []
    message: Any = _("This person is already the auditor %(code)s.")
    return [Problem(message % {"code": other.code}, code="user_taken", field="user")]


def next_code() -> str:
    """A free code that says nothing of the person."""
    taken = set(Auditor.objects.values_list("code", flat=True))
    number = len(taken) + 1
    while f"aud-{number:03d}" in taken:
        number += 1
    return unique(f"aud-{number:03d}", taken, 40)


@action("people.add_auditor", permission="people.change_auditor", target="authority", private=PERSONAL)
def add_auditor(
    *,
    by: Actor,
    authority: Authority,
    name: str,
    code: str = "",
    unit: Unit | None = None,
    site: Site | None = None,
    qualification: str = Qualification.MEMBER,
    languages: Sequence[str] = ("ru",),
    days_per_month: int = 5,
    audits_before: int = 0,
    note: str = "",
    user: User | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Auditor:
    """Enter an auditor at home in an authority, from a day (today) on. Without a code one is given that says nothing of the name.

    days_per_month: audit days in a calendar month at most, 0–31. Raises Refused with everything wrong: no name, a taken code, a unit or
    site of another authority, an unknown language, a person who is an auditor already, dates outside the authority's life.
    """
    auditor = Auditor(
        code=clean_text(code).lower() or next_code(),
        name=clean_text(name),
        user=user,
        authority=authority,
        unit=unit,
        site=site,
        qualification=qualification,
        languages=list(languages),
        days_per_month=days_per_month,
        audits_before=audits_before,
        note=note.strip(),
        valid_from=valid_from or clock.today(),
        valid_to=valid_to,
    )
    refuse_if(
        [
            *_problems(auditor),
            *living_problems(authority, auditor.valid_from, "valid_from"),
            *span_problems(auditor.valid_from, valid_to),
            *user_problems(auditor, user),
        ]
    )
    auditor.save()
    current().target = auditor
    return auditor


def _problems(auditor: Auditor, *, changed: Sequence[str] = ("unit", "site")) -> list[Problem]:
    problems = [*field_problems(auditor, besides=("languages",)), *language_problems(auditor.languages)]
    if Auditor.objects.filter(code=auditor.code).exclude(pk=auditor.pk).exists():
        problems.append(Problem(_("Another auditor already has this code."), code="taken", field="code", value=auditor.code))
    if {"unit", "site"} & set(changed):
        problems += place_problems(auditor, max(auditor.valid_from, clock.today()))
    return problems


@action("people.change_auditor", permission="people.change_auditor", target="auditor", private=("name", "note"))
def change_auditor(
    *,
    by: Actor,
    auditor: Auditor,
    name: str | None = None,
    authority: Authority | None = None,
    unit: Unit | None = None,
    site: Site | None = None,
    qualification: str | None = None,
    languages: Sequence[str] | None = None,
    days_per_month: int | None = None,
    audits_before: int | None = None,
    note: str | None = None,
    no_unit: bool = False,
    no_site: bool = False,
) -> Auditor:
    """Correct what is said of an auditor, or move them to another home; None leaves a fact as it is.

    Whoever moves an auditor to another authority may change auditors there too. Raises Refused with everything wrong.
    """
    changed: set[str] = set()
    if authority is not None and authority.pk != auditor.authority_id:
        if not isinstance(by, System) and not by.has_perm("people.change_auditor", authority):
            raise PermissionDenied("people.change_auditor")
        auditor.authority, auditor.unit, auditor.site = authority, None, None
        changed |= {"authority", "unit", "site"}
    given = {
        "name": None if name is None else clean_text(name),
        "note": None if note is None else note.strip(),
        "unit": unit,
        "site": site,
        "qualification": qualification,
        "languages": None if languages is None else list(languages),
        "days_per_month": days_per_month,
        "audits_before": audits_before,
    }
    for field, value in given.items():
        if value is not None and getattr(auditor, field) != value:
            setattr(auditor, field, value)
            changed.add(field)
    for field, wanted in (("unit", no_unit), ("site", no_site)):
        if wanted and given[field] is None:
            setattr(auditor, field, None)
            changed.add(field)
    refuse_if(_problems(auditor, changed=sorted(changed)))
    auditor.save()
    current().decided["changed"] = sorted(changed)
    return auditor


@action("people.end_auditor", permission="people.change_auditor", target="auditor")
def end_auditor(*, by: Actor, auditor: Auditor, effective_on: date) -> Auditor:
    """Say from which day on somebody audits no longer. Raises Refused when that is said already or the day is not after the first."""
    problems = []
    if auditor.valid_to is not None:
        message: Any = _("This auditor has already ended on %(day)s.")
        problems.append(Problem(message % {"day": day_text(auditor.valid_to)}, code="ended", field="effective_on"))
    elif effective_on <= auditor.valid_from:
        message = _("The auditor begins on %(day)s and can end only later.")
        problems.append(Problem(message % {"day": day_text(auditor.valid_from)}, code="dates_reversed", field="effective_on"))
    refuse_if(problems)
    auditor.valid_to = effective_on
    auditor.save(update_fields=["valid_to"])
    return auditor


@action("people.link_user", permission="people.change_auditor", target="auditor", private=("user",))
def link_user(*, by: Actor, auditor: Auditor, user: User | None) -> Auditor:
    """Tie an auditor to the person who signs in, or (None) untie them. Raises Refused for a person who is another auditor already."""
    refuse_if(user_problems(auditor, user))
    auditor.user = user
    auditor.save(update_fields=["user"])
    current().decided["linked"] = user is not None
    return auditor
