"""Lists with filters, one auditor, and everything a planner needs, in constant numbers of queries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories import EditionFactory, with_role
from yantar.qms.organisation.actions import create_site, create_unit, move_unit
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.people import actions, queries
from yantar.qms.people.queries import AuditorFilters, Proof, Span
from yantar.qms.people.standing import Experience
from yantar.qms.standards.models import Edition

from .conftest import BY, TODAY, Enter

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)


def codes(viewer: Any, on: date = TODAY, **asked: Any) -> list[str]:
    return sorted(one.code for one in queries.auditors(viewer, AuditorFilters(**asked), on))


def test_filters(enter: Enter, edition: Edition, finance: Authority, health: Authority) -> None:
    lead = with_role(Role.HEAD_OF_QUALITY)
    old = EditionFactory(key="2008", designation="ISO 9001:2008")
    enter("a1", qualification="lead", languages=["ru", "en"])
    enter("b1", authority=health, proven=False, name="Берёзова Анна")
    b1 = queries.auditor(lead, "b1")
    assert b1 is not None
    actions.record_competence(
        by=BY, auditor=b1, edition=old, field="health", evidence="№ 1", obtained_on=date(2025, 1, 1), valid_until=date(2026, 12, 1)
    )
    enter("gone", valid_to=date(2025, 1, 1))
    assert codes(lead) == ["a1", "b1"]
    assert codes(lead, ended=True) == ["a1", "b1", "gone"]
    assert codes(lead, on=date(2024, 1, 1)) == ["a1", "b1", "gone"]
    assert codes(lead, q="берёз анна") == ["b1"] and codes(lead, q="B1") == ["b1"]
    assert codes(lead, authority="minzdrav") == ["b1"]
    assert codes(lead, edition="2008") == ["b1"] and codes(lead, on=date(2026, 12, 2), edition="2008") == []
    # Who may audit every field may audit this one.
    assert codes(lead, field="it") == ["a1"] and codes(lead, field="health") == ["a1", "b1"]
    assert codes(lead, edition="2008", field="it") == []
    assert codes(lead, qualification="lead") == ["a1"] and codes(lead, language="en") == ["a1"]
    assert codes(lead, expiring=True) == ["b1"]
    actions.record_competence(by=BY, auditor=b1, edition=old, field="health", evidence="№ 2", obtained_on=date(2026, 1, 1))
    assert codes(lead, expiring=True) == []
    assert codes(with_role(Role.STAFF, finance)) == ["a1"] and queries.counts(lead, TODAY) == {"lead": 1, "member": 1}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(enter: Enter, rows: int, django_assert_num_queries: Any) -> None:
    lead = with_role(Role.HEAD_OF_QUALITY)
    made = [enter(f"a{n}") for n in range(rows)]
    actions.evaluate(by=BY, auditor=made[0], score=4)
    lead.has_perm("people.view_auditor")
    with django_assert_num_queries(3):
        found = list(queries.auditors(lead))
        standings = queries.standings(found, TODAY, {made[0].pk: Experience(3, date(2026, 5, 1))})
        assert len(standings) == rows and standings[made[0].pk].audits == 3
        assert [str(one.authority) for one in found] == ["minfin"] * rows


@pytest.mark.parametrize("rows", [1, 3])
def test_planning_asks_the_same_number_of_queries(
    enter: Enter, finance: Authority, health: Authority, rows: int, django_assert_num_queries: Any
) -> None:
    top = create_unit(by=BY, authority=finance, code="top", name_ru="Управление", valid_from=date(2010, 1, 1))
    for n in range(rows):
        unit = create_unit(by=BY, authority=finance, code=f"u{n}", name_ru="Отдел", parent=top, valid_from=date(2010, 1, 1))
        one = enter(f"a{n}", unit=unit)
        actions.record_absence(by=BY, auditor=one, first_day=date(2027, 1, 5), last_day=date(2027, 1, 9))
        actions.declare_conflict(by=BY, auditor=one, authority=health)
    with django_assert_num_queries(7):
        found = queries.for_planning(FIRST, LAST)
        assert [len(one.units) for one in found] == [2] * rows
        assert [one.standing(FIRST).may_be for one in found] == ["member"] * rows


def test_for_planning(enter: Enter, edition: Edition, finance: Authority, health: Authority) -> None:
    top = create_unit(by=BY, authority=finance, code="top", name_ru="Управление", valid_from=date(2010, 1, 1))
    other = create_unit(by=BY, authority=finance, code="other", name_ru="Другое управление", valid_from=date(2010, 1, 1))
    unit = create_unit(by=BY, authority=finance, code="unit", name_ru="Отдел", parent=top, valid_from=date(2010, 1, 1))
    site = create_site(by=BY, authority=finance, code="s1", name_ru="Здание", address_ru="ул. 1", valid_from=date(2010, 1, 1))
    one = enter("a1", unit=unit, site=site, languages=["ru", "en"], days_per_month=7, proven=False)
    enter("gone", valid_to=FIRST)
    late = enter("late", valid_from=date(2027, 3, 1))
    actions.end_auditor(by=BY, auditor=late, effective_on=date(2027, 9, 1))
    moved = date(2026, 12, 1)
    move_unit(by=BY, unit=unit, to_authority=finance, parent=other, effective_on=moved)
    actions.record_competence(
        by=BY, auditor=one, edition=edition, field="it", evidence="№ 1", obtained_on=date(2025, 1, 1), valid_until=date(2027, 5, 1)
    )
    gone = actions.record_competence(by=BY, auditor=one, edition=edition, evidence="№ 2", obtained_on=date(2025, 1, 1))
    actions.withdraw_competence(by=BY, competence=gone)
    actions.record_competence(by=BY, auditor=one, kind="training", evidence="Курс", obtained_on=date(2025, 1, 1))
    actions.record_absence(by=BY, auditor=one, first_day=date(2026, 12, 28), last_day=date(2027, 1, 5))
    cancelled = actions.record_absence(by=BY, auditor=one, first_day=date(2027, 7, 1), last_day=date(2027, 7, 5))
    actions.cancel_absence(by=BY, absence=cancelled)
    actions.declare_conflict(by=BY, auditor=one, authority=health)
    found = {row.auditor.code: row for row in queries.for_planning(FIRST, LAST)}
    assert list(found) == ["a1", "late"]
    row = found["a1"]
    assert row.units == (unit.pk, other.pk) and row.site_id == site.pk and row.authority_id == finance.pk
    assert row.proofs == (Proof("2015", "it", date(2027, 5, 1)),)
    assert row.languages == ("ru", "en") and row.days_per_month == 7
    assert row.absences == (Span(FIRST, date(2027, 1, 5)),) and row.conflicts == (health.pk,)
    assert found["late"].absences == (Span(FIRST, date(2027, 2, 28)), Span(date(2027, 9, 1), LAST))


@pytest.mark.parametrize("rows", [1, 3])
def test_one_auditor_asks_the_same_number_of_queries(enter: Enter, edition: Edition, rows: int, django_assert_num_queries: Any) -> None:
    lead, one = with_role(Role.HEAD_OF_QUALITY), enter()
    for n in range(rows):
        actions.record_competence(by=BY, auditor=one, kind="training", evidence=f"Курс {n}", obtained_on=date(2025, 1, 1))
        actions.record_absence(by=BY, auditor=one, first_day=date(2027, 1, 1 + n), last_day=date(2027, 1, 1 + n))
    lead.has_perm("people.view_auditor")
    with django_assert_num_queries(5):
        found = queries.auditor(lead, "a1")
        assert found is not None and len(found.absences.all()) == rows and not found.conflicts.all()
        assert [c.edition for c in found.competences.all()].count(None) == rows


def test_another_authority_s_auditor_does_not_exist(enter: Enter, health: Authority) -> None:
    one, stranger = enter(), with_role(Role.COORDINATOR, health)
    assert queries.auditor(stranger, "a1") is None and queries.competence(stranger, one.competences.get().pk) is None
    assert queries.auditor_of(stranger) is None
    actions.link_user(by=BY, auditor=one, user=stranger)
    assert queries.auditor_of(stranger) == one and queries.auditor(stranger, "a1") == one
