"""Processes of an authority, and of the template: entered, changed, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem
from yantar.qms.organisation.actions.checks import clean_text, day_text, field_problems, living_problems, refuse_if, span_problems
from yantar.qms.organisation.models import Authority, Unit, UnitVersion
from yantar.qms.people.fields import known
from yantar.qms.standards.models import Clause

from ..models import Process

TEXTS = ("name_ru", "name_en", "owner_post", "indicator_ru", "indicator_en", "indicator_target")
"""Texts of one line."""
LONG_TEXTS = ("inputs_ru", "inputs_en", "outputs_ru", "outputs_en", "documents", "risk_ru", "risk_en")
"""Texts that keep their lines."""


def clean_lines(value: str | None) -> str:
    """Text of several lines: each without outer and doubled spaces, no empty lines."""
    return "\n".join(line for line in (clean_text(one) for one in (value or "").splitlines()) if line)


def process_problems(process: Process, *, look_at_unit: bool = True) -> list[Problem]:
    """Everything wrong with a process by itself: texts, kind, field, a taken code, an owner of another authority."""
    problems = field_problems(process)
    if process.field and process.field not in known():
        problems.append(Problem(_("There is no such field of audit."), code="unknown_field", field="field", value=process.field))
    same = Process.objects.filter(authority=process.authority, valid_to=None, code__iexact=process.code).exclude(pk=process.pk)
    if process.valid_to is None and same.exists():
        problems.append(Problem(_("Another process already has this code."), code="taken", field="code", value=process.code))
    if look_at_unit and process.owner_unit_id is not None:
        version = UnitVersion.objects.on(max(process.valid_from, clock.today())).filter(unit_id=process.owner_unit_id).first()
        if version is None:
            problems.append(Problem(_("This unit does not exist on this day."), code="unit_closed", field="owner_unit"))
        elif version.authority_id != process.authority_id:
            problems.append(Problem(_("This unit belongs to another authority."), code="unit_elsewhere", field="owner_unit"))
    return problems


@action("services.add_process", permission="services.change_process", target="authority")
def add_process(
    *,
    by: Actor,
    authority: Authority | None,
    code: str,
    kind: str,
    name_ru: str,
    texts: Mapping[str, str] | None = None,
    clauses: Sequence[Clause] = (),
    owner_unit: Unit | None = None,
    field: str = "",
    order: int | None = None,
    valid_from: date | None = None,
) -> Process:
    """Enter a process on the map of an authority, or (authority None) in the government's template, from a day (today) on.

    texts: any of TEXTS and LONG_TEXTS besides `name_ru`, by name. clauses: of whatever editions. order: place in its band, the last by default.
    Raises Refused with everything wrong: no name, a taken code, an unknown kind or field, a unit of another authority.
    """
    process = Process(
        authority=authority,
        code=clean_text(code),
        kind=kind,
        name_ru=clean_text(name_ru),
        owner_unit=owner_unit,
        field=field,
        order=_last(authority, kind) + 1 if order is None else order,
        valid_from=valid_from or clock.today(),
    )
    _set_texts(process, texts or {})
    refuse_if([*process_problems(process), *(living_problems(authority, process.valid_from, "valid_from") if authority else [])])
    process.save()
    process.clauses.set(clauses)
    current().target = process
    return process


def _last(authority: Authority | None, kind: str) -> int:
    row = Process.objects.filter(authority=authority, kind=kind, valid_to=None).order_by("-order").first()
    return row.order if row is not None else 0


def _set_texts(process: Process, texts: Mapping[str, str]) -> set[str]:
    """Raises TypeError for a name that is no text of a process."""
    changed = set()
    for name, value in texts.items():
        if name not in (*TEXTS, *LONG_TEXTS):
            raise TypeError(f"a process has no text {name}")
        cleaned = clean_lines(value) if name in LONG_TEXTS else clean_text(value)
        if getattr(process, name) != cleaned:
            setattr(process, name, cleaned)
            changed.add(name)
    return changed


@action("services.change_process", permission="services.change_process", target="process")
def change_process(
    *,
    by: Actor,
    process: Process,
    code: str | None = None,
    kind: str | None = None,
    field: str | None = None,
    order: int | None = None,
    owner_unit: Unit | None = None,
    no_owner_unit: bool = False,
    clauses: Sequence[Clause] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Process:
    """Change what is said of a process; None leaves it as it is.

    texts: any of TEXTS and LONG_TEXTS, by name. clauses: all of them anew, of whatever editions. Raises Refused.
    """
    changed = _set_texts(process, texts or {})
    given = {"code": None if code is None else clean_text(code), "kind": kind, "field": field, "order": order, "owner_unit": owner_unit}
    for name, value in given.items():
        if value is not None and getattr(process, name) != value:
            setattr(process, name, value)
            changed.add(name)
    if no_owner_unit and owner_unit is None and process.owner_unit_id is not None:
        process.owner_unit = None
        changed.add("owner_unit")
    refuse_if([*_ended(process), *process_problems(process, look_at_unit="owner_unit" in changed)])
    if changed:
        process.save()
    if clauses is not None:
        process.clauses.set(clauses)
    return process


def _ended(process: Process) -> list[Problem]:
    if process.valid_to is None or process.valid_to > clock.today():
        return []
    message: Any = _("This process ended on %(day)s.")
    return [Problem(message % {"day": day_text(process.valid_to)}, code="ended")]


@action("services.end_process", permission="services.change_process", target="process")
def end_process(*, by: Actor, process: Process, effective_on: date) -> Process:
    """Say from which day on a process is no longer carried out. Its history stays. Raises Refused when that is said already or too early."""
    if process.valid_to is not None:
        message: Any = _("This process ended on %(day)s.")
        refuse_if([Problem(message % {"day": day_text(process.valid_to)}, code="ended", field="effective_on")])
    refuse_if(span_problems(process.valid_from, effective_on, "effective_on"))
    process.valid_to = effective_on
    process.save(update_fields=["valid_to"])
    return process
