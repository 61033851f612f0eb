"""The map of a day, what it lacks, what no process answers, who works by the template; constant numbers of queries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories import AuthorityFactory, with_role
from yantar.qms.organisation.actions import create_unit
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.services import actions, queries
from yantar.qms.services.models import Process
from yantar.qms.standards.actions import load_library
from yantar.qms.standards.models import Edition

from .conftest import BY, TODAY, Add


def test_the_map_of_a_day(add: Add, finance: Authority, edition: Edition) -> None:
    lead = with_role(Role.HEAD_OF_QUALITY)
    unit = create_unit(by=BY, authority=finance, code="u1", name_ru="Отдел платежей", valid_from=date(2010, 1, 1))
    full = add("C2", ("8.1",), owner_unit=unit, texts={"indicator_ru": "В срок, %"})
    add("C1", order=0)
    gone = add("S1", ("9",), kind="support")
    actions.end_process(by=BY, process=gone, effective_on=date(2026, 1, 1))
    actions.record_facts(by=BY, process=full, known_on=date(2026, 1, 1), changes=1)
    actions.record_facts(by=BY, process=full, known_on=date(2026, 6, 1), changes=2)
    found = queries.map_of(lead, finance, TODAY)
    assert found is not None and found.edition == edition and found.count == 2
    assert [(band.kind, [s.process.code for s in band.processes]) for band in found.bands] == [
        ("management", []),
        ("core", ["C1", "C2"]),
        ("support", []),
    ]
    first, second = found.bands[1].processes
    assert first.lacks == ("owner", "indicator", "clauses", "facts") and first.owner is None
    assert second.lacks == () and second.owner is not None and second.owner.name == "Отдел платежей"
    assert second.facts is not None and second.facts.changes == 2
    assert [c.number for c in found.uncovered] == ["8.2", "9"]
    before = queries.map_of(lead, finance, date(2025, 6, 1))
    assert before is not None and before.count == 3 and [c.number for c in before.uncovered] == ["8.2"]
    assert before.bands[1].processes[1].facts is None


def test_a_clause_stands_for_what_is_beneath_it(add: Add, finance: Authority, edition: Edition) -> None:
    lead = with_role(Role.HEAD_OF_QUALITY)
    assert [c.number for c in queries.uncovered(lead, finance, edition, TODAY)] == ["8.1", "8.2", "9"]
    add("C1", ("8",))
    assert [c.number for c in queries.uncovered(lead, finance, edition, TODAY)] == ["9"]


def test_the_map_next_door_does_not_exist(add: Add, finance: Authority, health: Authority, edition: Edition) -> None:
    stranger, one, common = with_role(Role.STAFF, health), add(), add("M1", authority=None)
    assert queries.map_of(stranger, finance, TODAY) is None and queries.uncovered(stranger, finance, edition, TODAY) == []
    assert queries.find_process(stranger, one.pk) is None and queries.find_process(stranger, common.pk) == common
    assert [row.version.authority for row in queries.completeness(stranger, TODAY)] == [health]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_map_asks_the_same_number_of_queries(add: Add, finance: Authority, rows: int, django_assert_num_queries: Any) -> None:
    lead = with_role(Role.HEAD_OF_QUALITY)
    for n in range(rows):
        unit = create_unit(by=BY, authority=finance, code=f"u{n}", name_ru="Отдел", valid_from=date(2010, 1, 1))
        actions.record_facts(by=BY, process=add(f"C{n}", ("8.1",), owner_unit=unit), changes=1)
    lead.has_perm("services.change_template")
    with django_assert_num_queries(6):
        found = queries.map_of(lead, finance, TODAY)
        assert found is not None and found.count == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(add: Add, rows: int, django_assert_num_queries: Any) -> None:
    lead = with_role(Role.HEAD_OF_QUALITY)
    for n in range(rows):
        authority = AuthorityFactory()
        for code in range(n + 1):
            actions.record_facts(by=BY, process=add(f"C{code}", ("8.1", "9"), authority=authority), changes=1)
    lead.has_perm("services.change_template")
    with django_assert_num_queries(6):
        found = {row.count: row for row in queries.completeness(lead, TODAY)}
    assert found[1].complete == 50 and found[1].uncovered == 1
    if rows == 3:
        assert found[2].by_kind["core"] == 2 and found[2].lacks == {"owner": 2, "indicator": 2}


def test_an_empty_map_is_not_complete(finance: Authority, edition: Edition) -> None:
    (row,) = queries.completeness(with_role(Role.HEAD_OF_QUALITY), TODAY)
    assert (row.count, row.complete, row.uncovered) == (0, 0, 3)


@pytest.mark.parametrize("rows", [1, 3])
def test_risk_asks_the_same_number_of_queries(add: Add, finance: Authority, rows: int, django_assert_num_queries: Any) -> None:
    for n in range(rows):
        actions.record_facts(by=BY, process=add(f"C{n}", ("8.1", "9")), changes=1)
    add("C9")
    with django_assert_num_queries(3):
        found = queries.facts_for_risk([finance.pk])[finance.pk]
    assert len(found) == rows + 1 and len(found[0].clauses) == 2
    assert found[0].facts is not None and found[0].facts.changes == 1 and found[-1].facts is None


def test_the_shipped_template_answers_every_clause(finance: Authority) -> None:
    load_library(by=BY)
    actions.load_template(by=BY)
    actions.adopt_template(by=BY, authority=finance, templates=list(queries.template()), field="finance")
    lead = with_role(Role.HEAD_OF_QUALITY)
    for edition in Edition.objects.filter(key__in=["2000", "2008", "2015", "2015+A1"]):
        missing = [c.number for c in queries.uncovered(lead, finance, edition, TODAY) if c.number not in ("1.2",)]
        assert missing == [], edition.key
    assert [row.adopted_count for row in queries.template()] == [1] * Process.objects.filter(authority=None).count()
    assert all(row.clause_count > 0 for row in queries.template())
    adopted = queries.adopters(lead, queries.template(), TODAY)
    assert {one.authority_id for made in adopted.values() for one in made} == {finance.pk}


@pytest.mark.parametrize("rows", [1, 3])
def test_one_process_asks_the_same_number_of_queries(add: Add, rows: int, django_assert_num_queries: Any) -> None:
    lead, one = with_role(Role.HEAD_OF_QUALITY), add("C1", ("8.1", "9")[:rows])
    for n in range(rows):
        actions.record_facts(by=BY, process=one, known_on=date(2026, 1, 1 + n), changes=1)
    lead.has_perm("services.change_template")
    with django_assert_num_queries(4):
        found = queries.find_process(lead, one.pk)
        assert found is not None and len(found.facts.all()) == rows and {c.edition.key for c in found.clauses.all()} == {"2015"}
        assert not found.parts.all()
