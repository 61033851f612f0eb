"""Figures of findings: what they count, for whom, and that what a process keeps is what the database has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from tests.factories import AuthorityFactory, UserFactory, with_role
from yantar.core import clock
from yantar.core.models import User
from yantar.engine import ageing
from yantar.qms.findings import queries
from yantar.qms.findings.models import FINAL, Finding, FindingStep, Grade, OriginKind, State
from yantar.qms.findings.queries import REST, Asked
from yantar.qms.findings.queries.mirror import COLUMNS, Columns, Mirror, _whole
from yantar.qms.organisation.models import Role

from .support import Cast, cast, clause

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def finding(number: int, people: Cast, **values: object) -> Finding:
    given = {"authority": people.authority, "grade": "minor", "gap": "г", "origin_kind": "audit", "raised_on": date(2026, 1, 10), "state": "open"}
    given |= {"state_since": date(2026, 1, 10), "number": f"2026-{number:05d}", "recorded_at": timezone.now(), "opened_on": date(2026, 1, 10)}
    return Finding.objects.create(**(given | values))


def step(of: Finding, before: str, days: int) -> None:
    FindingStep.objects.create(finding=of, before=before, after="plan", on=TODAY, at=timezone.now(), days=days)


def test_each_figure(people: Cast) -> None:
    first = finding(1, people, state="closed", closed_on=date(2026, 3, 1), overall_due_on=date(2026, 3, 1), cause_category="rules")
    late = finding(2, people, state="closed", closed_on=date(2026, 3, 2), overall_due_on=date(2026, 3, 1), reopened=1, clause=clause("7.2"))
    over = finding(3, people, overall_due_on=TODAY - timedelta(days=1), origin_kind="staff", repeats=first)
    finding(4, people, overall_due_on=TODAY, origin_kind="appeal", opened_on=TODAY - timedelta(days=30))
    finding(5, people, grade="strength", state="noted", overall_due_on=None, opened_on=None)
    for number, state in enumerate(("draft", "rejected", "cancelled"), start=6):
        finding(number, people, state=state)
    for of, before, days in ((first, "open", 2), (late, "open", 5), (over, "open", 4), (late, "analysis", 7), (late, "analysis", 10)):
        step(of, before, days)
    found = queries.figures(people.lead, Asked())
    assert (found.raised, found.open, found.closed, found.on) == (5, 2, 2, TODAY)
    assert (found.on_time.number, found.on_time.whole) == (1, 3)
    assert found.on_time.percent == Fraction(100, 3)
    assert (found.reopened.number, found.reopened.whole) == (1, 2)
    assert (found.recurring.number, found.recurring.whole) == (1, 4)
    assert (found.by_staff.number, found.by_staff.whole) == (1, 4)
    assert [(stage.state, stage.median, stage.findings) for stage in found.stages] == [("open", 4, 3), ("analysis", 17, 1)]
    assert [bucket.number for bucket in found.ageing] == [1, 0, 0, 0, 1]
    assert [(year.year, year.raised, year.closed) for year in found.years] == [(2026, 5, 2)]
    assert [(bar.key, bar.label, bar.row.number) for bar in found.by_clause] == [("7.2", "7.2 Пункт", 1)]
    assert [(bar.key, bar.row.number) for bar in found.by_authority] == [(people.authority.code, 5)]
    assert [(bar.key, bar.row.number) for bar in found.by_cause] == [("rules", 1)]
    assert queries.figures(people.lead, Asked(grade="major")).on_time.percent is None


def test_narrowed(people: Cast) -> None:
    other = AuthorityFactory()
    finding(1, people, raised_on=date(2020, 5, 5))
    finding(2, people, authority=other, grade="major", origin_kind="staff")
    assert queries.years_known(people.lead) == (2026, 2020)
    counted = {
        Asked(): 2,
        Asked(first=2021): 1,
        Asked(last=2019): 0,
        Asked(authority=other.code): 1,
        Asked(authority="nobody"): 0,
        Asked(grade="major", source="staff"): 1,
        Asked(grade="major", source="audit"): 0,
    }
    assert {asked: queries.figures(people.lead, asked).raised for asked in counted} == counted


def test_the_authority_next_door_counts_nothing(people: Cast) -> None:
    finding(1, people, owner=people.stranger, shared=True)
    for viewer, expected in ((people.coordinator, 1), (people.lead, 1), (people.stranger, 0), (UserFactory(), 0)):
        viewer = User.objects.get(pk=viewer.pk)
        assert queries.figures(viewer, Asked()).raised == expected
        assert queries.figures(viewer, Asked(authority=people.authority.code)).raised == expected
        assert bool(queries.years_known(viewer)) == bool(expected)
    assert queries.figures(with_role(Role.INTERNAL_AUDITOR), Asked()).raised == 1


def test_what_is_beyond_ten_bars_is_one(people: Cast) -> None:
    for number in range(12):
        finding(number, people, clause=clause(f"{number + 1}.1"))
    bars = queries.figures(people.lead, Asked()).by_clause
    assert len(bars) == 11
    assert (bars[-1].key, bars[-1].row.number, bars[-1].row.cumulative) == (REST, 2, 1)
    assert sum(bar.row.number for bar in bars) == 12


def test_the_engine_says_the_same(people: Cast) -> None:
    """On findings made at random; the engine goes through them one by one."""
    rng = random.Random(7)  # noqa: S311
    lives: list[dict[str, int]] = []
    for number in range(60):
        state = rng.choice(State.values)
        opened = TODAY - timedelta(days=rng.randrange(300))
        closed = opened + timedelta(days=rng.randrange(200)) if state == "closed" else None
        due = opened + timedelta(days=100) if rng.random() < 0.8 else None
        more = {"grade": rng.choice(Grade.values), "origin_kind": rng.choice(OriginKind.values)}
        one = finding(number, people, state=state, opened_on=opened, closed_on=closed, overall_due_on=due, **more)
        life: dict[str, int] = {}
        for _ in range(rng.randrange(5)):
            before, days = rng.choice(["open", "analysis", "plan"]), rng.randrange(40)
            step(one, before, days)
            life[before] = life.get(before, 0) + days
        if state not in ("draft", "rejected", "cancelled"):
            lives.append(life)
    found = queries.figures(people.lead, Asked())
    rows = list(Finding.objects.exclude(state__in=["draft", "rejected", "cancelled"]))
    limited = [one for one in rows if one.overall_due_on and (one.state == "closed" or one.state not in FINAL)]
    share = ageing.on_time([ageing.Deadline(one.overall_due_on, one.closed_on) for one in limited], TODAY)  # type: ignore[arg-type]
    assert found.on_time.percent == 100 * share  # type: ignore[operator]
    assert {str(stage.state): stage.median for stage in found.stages} == dict(ageing.median_days(lives))
    ages = [(TODAY - one.opened_on).days for one in rows if one.state not in FINAL and one.opened_on]
    assert found.ageing == ageing.buckets(ages)


def same(one: Columns, other: Columns) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in COLUMNS) and np.array_equal(one.spent, other.spent)


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_follows_every_change_also_of_who_commits_late() -> None:
    people = cast()
    one, second = finding(1, people), finding(2, people)
    mirror = Mirror()
    first = mirror.columns()
    assert len(first) == 2
    assert same(mirror.columns(), first)
    assert mirror.columns() is mirror.columns()
    parameters = connection.get_connection_params()
    dsn = {name: parameters[name] for name in ("host", "port", "dbname", "user", "password") if parameters.get(name)}
    with psycopg.connect(**dsn) as slow:
        slow.execute("UPDATE findings_finding SET cause_category = 'rules' WHERE id = %s", [second.pk])
        finding(3, people)
        step(one, "open", 4)
        Finding.objects.filter(pk=one.pk).update(state="analysis")
        for _ in range(3):
            seen = mirror.columns()
            assert same(seen, _whole())
            assert len(seen) == 3
        slow.commit()
    late = mirror.columns()
    assert same(late, _whole())
    assert late["category"].any()
    assert "rules" in late.categories.values()
    mirror.columns()
    assert mirror.columns() is mirror.columns()
