"""What the risk of a process is computed from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem
from yantar.qms.organisation.actions.checks import clean_text, field_problems, refuse_if

from ..models import Process, ProcessFacts

NUMBERS = ("cases_per_year", "legal_weight", "complaints_per_1000", "breaches_percent", "changes")


def facts_problems(facts: ProcessFacts, on: date) -> list[Problem]:
    """Everything wrong with facts by themselves."""
    problems = field_problems(facts)
    if facts.process.authority_id is None:
        problems.append(Problem(_("The template has no facts: they belong to a process of an authority."), code="template"))
    if facts.known_on > on:
        problems.append(Problem(_("This day is yet to come."), code="future", field="known_on"))
    if facts.breaches_percent is not None and not 0 <= facts.breaches_percent <= 100:
        problems.append(Problem(_("A share is between 0 and 100 %."), code="share", field="breaches_percent"))
    if facts.complaints_per_1000 is not None and facts.complaints_per_1000 < 0:
        problems.append(Problem(_("This can't be below zero."), code="negative", field="complaints_per_1000"))
    if not facts.vulnerable and all(getattr(facts, name) is None for name in NUMBERS):
        problems.append(Problem(_("Give at least one figure."), code="nothing"))
    return problems


@action("services.record_facts", permission="services.change_process", target="process")
def record_facts(
    *,
    by: Actor,
    process: Process,
    known_on: date | None = None,
    cases_per_year: int | None = None,
    vulnerable: bool = False,
    legal_weight: int | None = None,
    complaints_per_1000: Decimal | None = None,
    breaches_percent: Decimal | None = None,
    changes: int | None = None,
    source: str = "",
) -> ProcessFacts:
    """Record what is known of a process as of a day (today); of the same day it is corrected. None: not known, which is not zero.

    legal_weight 0–3 (the scale of the risk model); complaints per 1,000 cases; breaches: missed deadlines in per cent; changes: in 12 months
    (laws, systems, reorganisations). Raises Refused with everything wrong.
    """
    day = known_on or clock.today()
    facts = ProcessFacts.objects.filter(process=process, known_on=day).first() or ProcessFacts(process=process, known_on=day)
    given: dict[str, Any] = {
        "cases_per_year": cases_per_year,
        "vulnerable": vulnerable,
        "legal_weight": legal_weight,
        "complaints_per_1000": complaints_per_1000,
        "breaches_percent": breaches_percent,
        "changes": changes,
        "source": clean_text(source),
    }
    for name, value in given.items():
        setattr(facts, name, value)
    refuse_if(facts_problems(facts, clock.today()))
    facts.save()
    current().decided["facts"] = facts.pk
    return facts
