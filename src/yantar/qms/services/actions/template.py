"""The government's template: loaded, adopted by authorities, followed when it changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem, Refused
from yantar.library.problems import LibraryError
from yantar.library.processes import FAMILIES, TemplateProcess, load_processes
from yantar.qms.organisation.actions.checks import living_problems, refuse_if
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.models.validity import BEGINNING
from yantar.qms.people.fields import known
from yantar.qms.standards.messages import in_words
from yantar.qms.standards.models import Clause, Edition

from ..models import Process

COPIED = (
    "kind",
    "order",
    "name_ru",
    "name_en",
    "inputs_ru",
    "inputs_en",
    "outputs_ru",
    "outputs_en",
    "indicator_ru",
    "indicator_en",
    "indicator_target",
    "documents",
    "risk_ru",
    "risk_en",
    "field",
)
"""What an authority takes from the template; owner and facts are its own."""


def families(editions: Iterable[Edition]) -> dict[str, str]:
    """By the key of an edition, by whose numbering the template speaks of it: the edition itself or one it is built on."""
    built_on = {edition.key: edition.built_on for edition in editions if not edition.own}
    found = {}
    for key in built_on:
        chain, step = [key], key
        while (step := built_on.get(step, "")) and step not in chain:
            chain.append(step)
        family = next((one for one in chain if one in FAMILIES), "")
        if family:
            found[key] = family
    return found


def _clauses(row: TemplateProcess, by_number: Mapping[str, Mapping[str, Clause]], of: Mapping[str, str]) -> list[Clause]:
    return [clauses[number] for key, clauses in by_number.items() if key in of for number in row.clauses.get(of[key], ()) if number in clauses]


def template_is_current() -> bool:
    """Whether every process of the library is in the template, with clauses of every edition that is loaded. Three queries."""
    have = set(Process.objects.filter(authority=None).values_list("code", flat=True))
    if {row.code for row in load_processes()} - have:
        return False
    named = set(Clause.objects.filter(processes__authority=None, processes__isnull=False).values_list("edition__key", flat=True).distinct())
    return set(families(Edition.objects.all())) <= named


@action("services.load_template", permission="services.change_template", summary=lambda given, count: {"changed": count})
def load_template(*, by: Actor) -> int:
    """Bring into the template what the library has and the template lacks: processes, and clauses of editions that are new here.

    What is in the template stays as the government has it. Returns how many processes were added or got clauses; loading twice changes
    nothing. Raises Refused with everything wrong in the file.
    """
    try:
        library = load_processes()
    except LibraryError as error:
        raise Refused([Problem(in_words(p), code=p.code, sheet=p.where) for p in error.problems]) from error
    by_number: dict[str, dict[str, Clause]] = defaultdict(dict)
    for clause in Clause.objects.select_related("edition"):
        by_number[clause.edition.key][clause.number] = clause
    of = families(Edition.objects.all())
    have = {row.code: row for row in Process.objects.filter(authority=None).order_by("valid_from").prefetch_related("clauses")}
    changed = 0
    for order, row in enumerate(library, 1):
        found = have.get(row.code)
        clauses = _clauses(row, by_number, of)
        if found is None:
            fields = {name: getattr(row, "target" if name == "indicator_target" else name) for name in COPIED if name not in ("order", "documents")}
            found = Process.objects.create(code=row.code, order=order, valid_from=BEGINNING, **fields)
            found.clauses.set(clauses)
            changed += 1
        elif found.valid_to is None:
            editions = {clause.edition_id for clause in found.clauses.all()}
            fresh = [clause for clause in clauses if clause.edition_id not in editions]
            if fresh:
                found.clauses.add(*fresh)
                changed += 1
    return changed


@action("services.adopt_template", permission="services.change_process", target="authority")
def adopt_template(
    *, by: Actor, authority: Authority, templates: Iterable[Process], field: str = "", valid_from: date | None = None
) -> list[Process]:
    """Copy processes of the template to the map of an authority, clauses and all, from a day (today) on; then they are the authority's to adapt.

    field: the field of audit for those to which the template gives none. Raises Refused for what is no template or no longer one, for codes
    that the map has already, for an unknown field, and when nothing is chosen.
    """
    day, chosen = valid_from or clock.today(), list(templates)
    problems = living_problems(authority, day, "valid_from")
    if not chosen:
        problems.append(Problem(_("Choose at least one process."), code="nothing", field="templates"))
    if field and field not in known():
        problems.append(Problem(_("There is no such field of audit."), code="unknown_field", field="field", value=field))
    have = {code.casefold() for code in Process.objects.filter(authority=authority, valid_to=None).values_list("code", flat=True)}
    for one in chosen:
        if one.authority_id is not None or not one.holds_on(day):
            problems.append(Problem(_("This is no process of the template."), code="no_template", field="templates", value=one.code))
        elif one.code.casefold() in have:
            message: Any = _("The map already has a process %(code)s.")
            problems.append(Problem(message % {"code": one.code}, code="taken", field="templates", value=one.code))
    refuse_if(problems)
    made = []
    for one in chosen:
        values = {name: getattr(one, name) for name in COPIED}
        values["field"] = one.field or field
        process = Process.objects.create(authority=authority, template=one, code=one.code, valid_from=day, **values)
        process.clauses.set(one.clauses.all())
        made.append(process)
    current().decided["processes"] = [process.pk for process in made]
    return made


@action("services.take_over_template", permission="services.change_process", target="process")
def take_over_template(*, by: Actor, process: Process) -> Process:
    """Make an adopted process what the template says today: its texts and its clauses; owner, documents and facts stay. Raises Refused."""
    template = process.template
    if template is None:
        raise Refused(Problem(_("This process was not adopted from the template."), code="no_template"))
    for name in COPIED:
        if name not in ("order", "documents") and (name != "field" or template.field):
            setattr(process, name, getattr(template, name))
    process.save()
    process.clauses.set(template.clauses.all())
    return process
