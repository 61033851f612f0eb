"""Coverage of a cycle: nothing is left out, the years are even, and the audit comes in time for the surveillance."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yantar.engine.coverage import REASON_TEXTS, AuditedProcess, Cycle, DoneAudit, Subject, Wish, cycle_of, is_core, propose, uncovered, year_due
from yantar.engine.internal_time import STEP_TEXTS, internal_days
from yantar.library.loader import load_audit_time, load_coverage, load_editions, load_internal_norm

RULES = load_coverage()
EDITION = next(edition for edition in load_editions() if edition.key == "2015")
CLAUSES = tuple(row.number for row in EDITION.clauses if row.audited and not EDITION.children(row.number))
CORE = RULES.core("2015")
SPREAD = [clause for clause in CLAUSES if not is_core(clause, CORE)]
CYCLE = Cycle(date(2026, 3, 15), date(2029, 3, 14))
SUBJECT = Subject("min-econ", CYCLE, CLAUSES, CORE)


def carried_out(wish: Wish) -> DoneAudit:
    return DoneAudit(wish.last, frozenset(wish.clauses), frozenset(wish.processes))


def after(subject: Subject, wishes: tuple[Wish, ...]) -> Subject:
    return subject._replace(done=subject.done + tuple(carried_out(wish) for wish in wishes))


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2026, 1, 1), date(2028, 12, 31), (2026, 2027, 2028)),
        (date(2026, 3, 15), date(2029, 3, 14), (2026, 2027, 2028)),
        (date(2026, 9, 15), date(2029, 9, 14), (2027, 2028, 2029)),
        (date(2026, 7, 1), date(2029, 6, 30), (2026, 2027, 2028)),
        (date(2026, 7, 2), date(2029, 7, 1), (2027, 2028, 2029)),
        (date(2026, 3, 1), date(2026, 4, 30), (2026,)),
        (date(2026, 8, 1), date(2027, 3, 1), (2026,)),
        (date(2026, 12, 1), date(2027, 3, 1), (2027,)),
    ],
)
def test_planning_years(first: date, last: date, years: tuple[int, ...]) -> None:
    assert Cycle(first, last).planning_years() == years


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_three_years_of_a_cycle_are_three_planning_years(first: date) -> None:
    cycle = cycle_of(first.year + 1, Cycle(first, date(first.year + 3, first.month, min(first.day, 28)) - timedelta(days=1)), RULES)
    years = cycle.planning_years()
    assert len(years) == 3 and years[2] - years[0] == 2
    assert {cycle_of(year, cycle, RULES) for year in years} == {cycle}


def test_other_cycles_follow_whole() -> None:
    assert cycle_of(2029, CYCLE, RULES) == Cycle(date(2029, 3, 15), date(2032, 3, 14))
    assert cycle_of(2025, CYCLE, RULES) == Cycle(date(2023, 3, 15), date(2026, 3, 14))


def test_some_clauses_are_core_with_all_beneath_them() -> None:
    assert [is_core(clause, ("9.2",)) for clause in ("9.2", "9.2.1", "9.20", "9")] == [True, True, False, False]
    assert {clause for clause in CLAUSES if is_core(clause, CORE)} >= {"9.2.1", "9.3.1", "10.2.1"}
    assert RULES.core("1987") == ()


def test_every_edition_names_core_clauses_that_it_has() -> None:
    for edition in load_editions():
        assert RULES.core(edition.key)
        assert all(edition.has_clause(number) for number in RULES.core(edition.key))


def test_a_third_of_the_clauses_each_year_and_the_core_always() -> None:
    subject, parts = SUBJECT, []
    for year in (2026, 2027, 2028):
        due = year_due(year, subject, RULES)
        assert {clause for clause in CLAUSES if is_core(clause, CORE)} == set(due.core)
        parts.append(due.clauses)
        (wish,) = propose(year, subject, RULES)
        assert set(wish.clauses) == {*due.core, *due.clauses}
        subject = after(subject, (wish,))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert sorted(sum(parts, ())) == sorted(SPREAD)
    assert uncovered(subject, CYCLE) == ((), ())


def test_what_was_audited_longest_ago_comes_first() -> None:
    old = DoneAudit(date(2025, 5, 1), frozenset(SPREAD[:10]))
    due = year_due(2026, SUBJECT._replace(done=(old,)), RULES)
    assert not set(due.clauses) & set(SPREAD[:10])


def test_what_was_audited_this_year_counts_as_this_years_part() -> None:
    whole = year_due(2026, SUBJECT, RULES).clauses
    half = DoneAudit(date(2026, 4, 1), frozenset(whole[:5]) | {"9.2.1"})
    due = year_due(2026, SUBJECT._replace(done=(half,)), RULES)
    assert due.clauses == whole[5:]
    assert "9.2.1" not in due.core and "9.2.2" in due.core


def test_the_last_year_takes_all_that_is_left_within_the_cycle() -> None:
    subject = SUBJECT._replace(cycle=Cycle(date(2026, 9, 15), date(2029, 9, 14)))
    (wish,) = propose(2029, subject, RULES)
    assert set(wish.clauses) == set(CLAUSES)
    assert (wish.first, wish.last) == (date(2029, 1, 1), date(2029, 9, 14))
    assert wish.reasons == ("cycle_end", "every_year", "clauses", "yearly")


LOW, MEDIUM, HIGH = (AuditedProcess(key, months, date(2026, 3, 15)) for key, months in (("low", 24), ("medium", 12), ("high", 6)))


@pytest.mark.parametrize(
    ("process", "year", "days"),
    [
        (HIGH, 2026, [date(2026, 9, 15)]),
        (HIGH, 2027, [date(2027, 3, 1), date(2027, 9, 1)]),  # overdue since 15 September 2026: within 60 days, then every 6 months
        (MEDIUM, 2027, [date(2027, 3, 15)]),
        (LOW, 2027, []),
        (LOW, 2028, [date(2028, 3, 15)]),
        (AuditedProcess("t", 24, date(2026, 3, 15), (date(2026, 5, 1),)), 2026, [date(2026, 6, 30)]),
        (AuditedProcess("slow", 60, date(2026, 3, 15)), 2028, [date(2028, 12, 31)]),
        (AuditedProcess("slow", 60, date(2026, 3, 15)), 2027, []),
    ],
)
def test_when_a_process_is_due(process: AuditedProcess, year: int, days: list[date]) -> None:
    assert [day for day, _, _ in year_due(year, SUBJECT._replace(processes=(process,)), RULES).processes] == days


def test_processes_due_near_each_other_are_audited_together_before_the_first_is_due() -> None:
    soon, later = AuditedProcess("b", 12, date(2026, 5, 1)), AuditedProcess("c", 12, date(2026, 10, 1))
    wishes = propose(2027, SUBJECT._replace(processes=(MEDIUM, soon, later)), RULES)
    assert [(wish.number, wish.processes, wish.first, wish.last) for wish in wishes] == [
        (1, ("medium", "b"), date(2027, 1, 15), date(2027, 3, 15)),
        (2, ("c",), date(2027, 8, 3), date(2027, 10, 1)),
    ]
    assert wishes[0].clauses and not wishes[1].clauses
    assert wishes[0].reasons == ("process_due", "every_year", "clauses", "yearly")


def test_high_risk_is_audited_twice_a_year() -> None:
    done = DoneAudit(date(2026, 12, 1), frozenset(), frozenset({"high"}))
    wishes = propose(2027, SUBJECT._replace(processes=(HIGH,), done=(done,)), RULES)
    assert [wish.last for wish in wishes] == [date(2027, 6, 1), date(2027, 12, 1)]


@pytest.mark.parametrize(
    ("surveillance", "done", "first", "last", "reason"),
    [
        (date(2027, 6, 14), (), date(2027, 1, 1), date(2027, 5, 15), "surveillance"),
        (date(2027, 6, 14), (date(2027, 5, 15),), date(2027, 1, 1), date(2027, 12, 31), ""),
        (date(2027, 6, 14), (date(2026, 12, 15),), date(2027, 1, 1), date(2027, 5, 15), "surveillance"),
        # Early in the year: an audit in the twelve months before counts, without one it is late already.
        (date(2027, 1, 20), (date(2026, 9, 1),), date(2027, 1, 1), date(2027, 12, 31), ""),
        (date(2027, 1, 20), (), date(2027, 1, 1), date(2027, 3, 1), "surveillance_near"),
        (date(2028, 1, 20), (), date(2027, 1, 1), date(2027, 12, 31), ""),
        (None, (), date(2027, 1, 1), date(2027, 12, 31), ""),
    ],
)
def test_the_audit_comes_in_time_for_the_surveillance(
    surveillance: date | None, done: tuple[date, ...], first: date, last: date, reason: str
) -> None:
    audits = tuple(DoneAudit(day) for day in done)
    (wish,) = propose(2027, SUBJECT._replace(surveillance_due=surveillance, done=audits), RULES)
    assert (wish.first, wish.last) == (first, last)
    assert [code for code in wish.reasons if code.startswith("surveillance")] == ([reason] if reason else [])


def test_a_certified_authority_is_audited_every_year_even_when_nothing_is_due() -> None:
    bare = Subject("agency", CYCLE, processes=(AuditedProcess("b", 48, date(2026, 3, 15)), AuditedProcess("a", 48, date(2026, 3, 15))))
    (wish,) = propose(2026, bare, RULES)
    assert (wish.processes, wish.reasons) == (("a",), ("yearly",))
    assert propose(2026, bare._replace(certified=False), RULES) == ()
    assert propose(2026, bare._replace(processes=()), RULES) == ()
    clauses = bare._replace(processes=(), clauses=("4.1", "4.2"), done=(DoneAudit(date(2027, 4, 1), frozenset({"4.1", "4.2"})),))
    assert [wish.clauses for wish in propose(2028, clauses, RULES)] == [("4.1",)]
    assert propose(2026, bare._replace(done=(DoneAudit(date(2026, 4, 1)),)), RULES) == ()


def test_a_programme_made_anew_within_the_year_begins_on_its_day() -> None:
    subject = SUBJECT._replace(processes=(HIGH,), surveillance_due=date(2027, 6, 14))
    wishes = propose(2027, subject, RULES, start=date(2027, 7, 1))
    assert all(wish.first >= date(2027, 7, 1) for wish in wishes)
    assert wishes[0].reasons[0] == "overdue" and "surveillance_near" in wishes[0].reasons


PROCESSES = st.lists(
    st.builds(AuditedProcess, st.sampled_from("abcdef"), st.sampled_from([6, 12, 24, 48]), st.dates(date(2024, 1, 1), date(2026, 3, 15))),
    max_size=6,
    unique_by=lambda process: process.key,
)


@settings(max_examples=60)
@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 28)),
    PROCESSES,
    st.integers(0, 60),
    st.lists(st.none() | st.integers(1, 28), min_size=3, max_size=3),
    st.integers(1, 12),
)
def test_who_follows_the_wishes_covers_the_whole_cycle(
    first: date, processes: list[AuditedProcess], clauses: int, days: list[int | None], month: int
) -> None:
    cycle = Cycle(first, date(first.year + 3, first.month, min(first.day, 28)) - timedelta(days=1))
    subject = Subject("x", cycle, CLAUSES[:clauses], CORE, tuple(processes))
    for year, day in zip(cycle.planning_years(), days, strict=True):
        surveillance = date(year, month, day) if day else None
        subject = subject._replace(surveillance_due=surveillance)
        wishes = propose(year, subject, RULES)
        assert wishes == propose(year, subject, RULES)
        assert wishes or not (processes or clauses)
        assert [wish.number for wish in wishes] == list(range(1, len(wishes) + 1))
        for wish in wishes:
            assert date(year, 1, 1) <= wish.first <= wish.last <= date(year, 12, 31)
            assert wish.clauses or wish.processes
            assert wish.reasons and set(wish.reasons) <= REASON_TEXTS.keys()
        if surveillance and wishes and "surveillance_near" not in wishes[0].reasons:
            by = surveillance - timedelta(days=RULES.surveillance_margin_days)
            assert wishes[0].last <= by or by.year < year
        subject = after(subject, wishes)
    assert uncovered(subject, cycle) == ((), ())


NORM, TIME = load_internal_norm(), load_audit_time()


@pytest.mark.parametrize(
    ("personnel", "processes", "sites", "risk", "days"),
    [
        (3, 1, 1, "medium", "1"),  # half a day by the share, one at least
        (180, 4, 1, "medium", "3"),
        (180, 8, 1, "medium", "4"),
        (180, 4, 3, "medium", "4"),
        (180, 4, 1, "high", "4"),  # 3.75
        (180, 4, 1, "low", "2.5"),  # 2.25
        (180, 8, 3, "high", "6.5"),  # (3 + 1 + 1) × 1.25
        (180, 0, 0, "", "3"),
    ],
)
def test_person_days_by_the_internal_norm(personnel: int, processes: int, sites: int, risk: str, days: str) -> None:
    result = internal_days(personnel, processes, sites, risk, TIME, NORM)
    assert result.days == Decimal(days) and result.steps[-1].value == days
    for step in result.steps:
        assert STEP_TEXTS[step.code] % step.params


@pytest.mark.parametrize(("personnel", "processes", "sites"), [(0, 1, 1), (5, -1, 1), (5, 1, -1)])
def test_person_days_of_nothing_are_refused(personnel: int, processes: int, sites: int) -> None:
    with pytest.raises(ValueError):
        internal_days(personnel, processes, sites, "", TIME, NORM)


@given(st.integers(1, 20_000), st.integers(0, 40), st.integers(0, 40), st.sampled_from(["low", "medium", "high"]))
def test_more_people_processes_and_sites_never_take_less(personnel: int, processes: int, sites: int, risk: str) -> None:
    days = internal_days(personnel, processes, sites, risk, TIME, NORM).days
    assert days >= 1 and days * 2 == int(days * 2)
    for more in ((personnel + 50, processes, sites), (personnel, processes + 1, sites), (personnel, processes, sites + 1)):
        assert internal_days(*more, risk, TIME, NORM).days >= days
