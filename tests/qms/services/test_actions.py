"""Processes are entered, changed, ended; facts and parts recorded; the template loaded, adopted, followed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import with_role
from tests.qms.organisation.conftest import refused
from yantar.core.models import JournalEntry
from yantar.library.processes import load_processes
from yantar.qms.organisation.actions import create_unit
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.people.actions import add_auditor
from yantar.qms.services import actions, queries
from yantar.qms.services.models import Process, ProcessFacts
from yantar.qms.standards.actions import load_library
from yantar.qms.standards.models import Clause, Edition

from .conftest import BY, TODAY, Add


def test_add_and_change(add: Add, finance: Authority, edition: Edition) -> None:
    unit = create_unit(by=BY, authority=finance, code="u1", name_ru="Отдел", valid_from=date(2010, 1, 1))
    one = add("C1", ("8.1",), owner_unit=unit, field="finance", texts={"inputs_ru": " a  b \n\n c ", "name_en": " Payments "})
    assert (one.inputs_ru, one.name_en, one.order, [c.number for c in one.clauses.all()]) == ("a b\nc", "Payments", 1, ["8.1"])
    assert add("C2").order == 2 and add("S1", kind="support").order == 1
    clauses = list(Clause.objects.filter(number="9"))
    actions.change_process(by=BY, process=one, field="", no_owner_unit=True, clauses=clauses, texts={"owner_post": "Начальник отдела"})
    one = Process.objects.get(pk=one.pk)
    assert (one.field, one.owner_unit, one.owner_post, [c.number for c in one.clauses.all()]) == ("", None, "Начальник отдела", ["9"])
    row = JournalEntry.objects.filter(action="services.add_process").order_by("seq").first()
    assert row is not None and row.target_type == "services.process" and row.authority_id == finance.pk


def test_everything_wrong_at_once(add: Add, finance: Authority, health: Authority) -> None:
    add("C1")
    foreign = create_unit(by=BY, authority=health, code="u2", name_ru="Отдел", valid_from=date(2010, 1, 1))
    with refused("blank", "taken", "invalid_choice", "unknown_field", "unit_elsewhere", "not_yet"):
        add("c1", name_ru="  ", kind="other", field="magic", owner_unit=foreign, valid_from=date(2000, 1, 1))


def test_end_and_a_new_one_of_the_same_code(add: Add) -> None:
    one = add("C1")
    actions.end_process(by=BY, process=one, effective_on=date(2026, 1, 1))
    with refused("ended"):
        actions.end_process(by=BY, process=one, effective_on=date(2026, 1, 1))
    with refused("ended"):
        actions.change_process(by=BY, process=one, field="it")
    assert add("C1", valid_from=date(2026, 1, 1)).pk != one.pk


def test_facts_of_a_day_are_corrected_of_another_added(add: Add) -> None:
    one = add()
    actions.record_facts(by=BY, process=one, cases_per_year=100, legal_weight=2, source=" отчёт  1-НК ")
    facts = actions.record_facts(by=BY, process=one, cases_per_year=120, complaints_per_1000=Decimal("1.5"))
    assert (facts.cases_per_year, facts.legal_weight, facts.known_on) == (120, None, TODAY)
    actions.record_facts(by=BY, process=one, known_on=date(2025, 12, 31), changes=1)
    assert ProcessFacts.objects.filter(process=one).count() == 2


def test_facts_everything_wrong_at_once(add: Add) -> None:
    one, common = add(), add(authority=None)
    with refused("future", "max_value", "share", "negative"):
        actions.record_facts(
            by=BY,
            process=one,
            known_on=date(2027, 1, 1),
            legal_weight=4,
            breaches_percent=Decimal(101),
            complaints_per_1000=Decimal(-1),
        )
    with refused("nothing"):
        actions.record_facts(by=BY, process=one)
    with refused("template"):
        actions.record_facts(by=BY, process=common, changes=1)


def test_parts_of_auditors(add: Add, finance: Authority) -> None:
    one = add()
    auditor = add_auditor(by=BY, authority=finance, name="Аудитор", valid_from=date(2020, 1, 1))
    part = actions.set_part(by=BY, process=one, auditor=auditor, part="owner", valid_from=date(2024, 1, 1))
    with refused("recorded"):
        actions.set_part(by=BY, process=one, auditor=auditor, part="owner")
    actions.set_part(by=BY, process=one, auditor=auditor, part="performer")
    actions.end_part(by=BY, part=part, effective_on=date(2026, 1, 1))
    with refused("ended"):
        actions.end_part(by=BY, part=part)
    assert [p.part for p in queries.parts_for_planning(date(2026, 1, 1))[auditor.pk]] == ["performer"]
    assert [p.part for p in queries.parts_for_planning(date(2025, 12, 31))[auditor.pk]] == ["owner", "performer"]
    assert JournalEntry.objects.get(action="services.end_part").authority_id == finance.pk


def test_another_authority_s_coordinator_changes_nothing(add: Add, finance: Authority, health: Authority) -> None:
    stranger, one, common = with_role(Role.COORDINATOR, health), add(), add(authority=None)
    for act, given in (
        (actions.change_process, {"process": one, "field": "it"}),
        (actions.change_process, {"process": common, "field": "it"}),
        (actions.end_process, {"process": one, "effective_on": TODAY}),
        (actions.record_facts, {"process": one, "changes": 1}),
        (actions.adopt_template, {"authority": finance, "templates": [common]}),
        (actions.add_process, {"authority": None, "code": "X", "kind": "core", "name_ru": "X"}),
        (actions.load_template, {}),
    ):
        with pytest.raises(PermissionDenied):
            act(by=stranger, **given)


def test_the_template_is_loaded_once_and_what_the_government_changed_stays(db: None) -> None:
    load_library(by=BY)
    assert not actions.template_is_current()
    assert actions.load_template(by=BY) == len(load_processes()) and actions.template_is_current()
    assert actions.load_template(by=BY) == 0
    one = Process.objects.get(authority=None, code="M1")
    actions.change_process(by=BY, process=one, texts={"name_ru": "Своё название"})
    actions.end_process(by=BY, process=Process.objects.get(authority=None, code="S7"), effective_on=TODAY)
    # An edition that came later gets its clauses; the rest stays as it is.
    for row in Process.objects.filter(authority=None):
        row.clauses.remove(*row.clauses.filter(edition__key="2026"))
    assert not actions.template_is_current()
    assert actions.load_template(by=BY) > 10 and actions.template_is_current()
    assert Process.objects.get(pk=one.pk).name_ru == "Своё название" and Process.objects.filter(authority=None).count() == len(load_processes())


def test_adopt_and_follow(finance: Authority) -> None:
    load_library(by=BY)
    actions.load_template(by=BY)
    chosen = list(queries.template().filter(code__in=["M4", "C1"]))
    made = actions.adopt_template(by=BY, authority=finance, templates=chosen, field="finance")
    assert {(one.code, one.field, one.kind) for one in made} == {("M4", "administration", "management"), ("C1", "finance", "core")}
    own = next(one for one in made if one.code == "M4")
    assert own.template is not None and set(own.clauses.all()) == set(own.template.clauses.all())
    with refused("taken", "taken"):
        actions.adopt_template(by=BY, authority=finance, templates=chosen)
    with refused("no_template"):
        actions.adopt_template(by=BY, authority=finance, templates=[own])
    with refused("nothing", "unknown_field"):
        actions.adopt_template(by=BY, authority=finance, templates=[], field="magic")
    assert queries.differences(own) == []
    actions.change_process(by=BY, process=own, texts={"name_ru": "Наши аудиты", "owner_post": "Начальник"})
    own = Process.objects.select_related("template").get(pk=own.pk)
    assert [(name, here) for name, here, _there in queries.differences(own)] == [("name_ru", "Наши аудиты")]
    back = actions.take_over_template(by=BY, process=own)
    assert back.name_ru == "Внутренний аудит" and back.owner_post == "Начальник" and queries.differences(back) == []
    with refused("no_template"):
        actions.take_over_template(by=BY, process=chosen[0])
