"""What is wrong with a case is told at once and in full."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from yantar.engine.deadlines import DAY_PARAMS, MESSAGES, Case, Extension, InvalidCase, Span, Suspension, clock, contradictions_of, problems_of, state
from yantar.engine.deadlines.checks import latest_extension

from .given import APPEAL, COMPLAINT, INFORMATION, RECEIVED, REGISTERED, REMARK, RU, SERVICE

TEN = Span(10)
LATER = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("kind", "case", "expected"),
    [
        (SERVICE, Case(RECEIVED, REGISTERED), [("no_term", "term", None)]),
        (SERVICE, Case(RECEIVED, REGISTERED, Span(0)), [("days_out_of_range", "term", None)]),
        (SERVICE, Case(RECEIVED, REGISTERED, Span(3_651)), [("days_out_of_range", "term", None)]),
        (APPEAL, Case(RECEIVED, date(2026, 11, 19)), [("registered_before_receipt", "registered", None)]),
        (
            APPEAL,
            Case(RECEIVED, None, extensions=[Extension(REGISTERED, 30)], done=LATER),
            [("not_registered", "extensions", None), ("not_registered", "done", None)],
        ),
        (SERVICE, Case(RECEIVED, None, TEN, suspensions=[Suspension(REGISTERED)]), [("not_registered", "suspensions", None)]),
        (
            SERVICE,
            Case(RECEIVED, REGISTERED, TEN, suspensions=[Suspension(RECEIVED, REGISTERED)]),
            [("suspended_before_registration", "suspensions", 0)],
        ),
        (
            SERVICE,
            Case(RECEIVED, REGISTERED, TEN, suspensions=[Suspension(date(2026, 11, 25), date(2026, 11, 24))]),
            [("resumed_before_suspended", "suspensions", 0)],
        ),
        (
            SERVICE,
            Case(RECEIVED, REGISTERED, TEN, suspensions=[Suspension(REGISTERED), Suspension(date(2026, 11, 25), date(2026, 11, 26))]),
            [("suspensions_overlap", "suspensions", 1)],
        ),
        (
            SERVICE,
            Case(RECEIVED, REGISTERED, TEN, suspensions=[Suspension(date(2026, 11, 25), date(2026, 11, 27)), Suspension(date(2026, 11, 26), LATER)]),
            [("suspensions_overlap", "suspensions", 1)],
        ),
        (
            SERVICE,
            Case(RECEIVED, REGISTERED, TEN, suspensions=[Suspension(LATER, LATER), Suspension(date(2026, 11, 26), date(2026, 11, 27))]),
            [("suspensions_overlap", "suspensions", 1)],
        ),
        (
            SERVICE,
            Case(
                RECEIVED, REGISTERED, TEN, suspensions=[Suspension(date(2026, 11, 25), date(2026, 12, 1)), Suspension(LATER)], done=date(2026, 11, 27)
            ),
            [("resumed_after_done", "suspensions", 0), ("suspended_after_done", "suspensions", 1)],
        ),
        (COMPLAINT, Case(RECEIVED, REGISTERED, suspensions=[Suspension(REGISTERED)]), [("suspension_not_allowed", "suspensions", None)]),
        (COMPLAINT, Case(RECEIVED, REGISTERED, extensions=[Extension(REGISTERED, 5)]), [("extension_not_allowed", "extensions", None)]),
        (APPEAL, Case(RECEIVED, REGISTERED, extensions=[Extension(REGISTERED, 31)]), [("extension_out_of_range", "extensions", 0)]),
        (APPEAL, Case(RECEIVED, REGISTERED, extensions=[Extension(REGISTERED, 0)]), [("extension_out_of_range", "extensions", 0)]),
        (APPEAL, Case(RECEIVED, REGISTERED, extensions=[Extension(RECEIVED, 30)]), [("extended_before_registration", "extensions", 0)]),
        (APPEAL, Case(RECEIVED, REGISTERED, extensions=[Extension(LATER, 10), Extension(LATER, 10)]), [("extended_twice", "extensions", None)]),
        (APPEAL, Case(RECEIVED, REGISTERED, extensions=[Extension(LATER, 10)], done=date(2026, 12, 9)), [("extended_after_done", "extensions", 0)]),
        # An appeal may be extended up to the day due (23 December), a request for information within the seven days of the notice.
        (APPEAL, Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 12, 24), 10)]), [("extended_late", "extensions", 0)]),
        (INFORMATION, Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 12, 1), 15)]), [("extended_late", "extensions", 0)]),
        (INFORMATION, Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 11, 30), 16)]), [("extension_out_of_range", "extensions", 0)]),
        (REMARK, Case(RECEIVED, REGISTERED, done=RECEIVED), [("done_before_registration", "done", None)]),
    ],
)
def test_each_problem_has_its_code_and_place(kind: Any, case: Case, expected: list[tuple[str, str, int | None]]) -> None:
    assert [(problem.code, problem.field, problem.row) for problem in problems_of(case, kind, RU)] == expected


def test_all_problems_at_once_and_each_can_be_said() -> None:
    case = Case(
        RECEIVED,
        date(2026, 11, 19),
        suspensions=[Suspension(RECEIVED, date(2026, 11, 18)), Suspension(date(2026, 11, 18))],
        extensions=[Extension(date(2026, 11, 1), 60), Extension(LATER, 0)],
        done=date(2026, 11, 10),
    )
    found = problems_of(case, APPEAL, RU)
    assert {problem.code for problem in found} == {
        "registered_before_receipt",
        "suspended_before_registration",
        "suspended_after_done",
        "resumed_before_suspended",
        "suspensions_overlap",
        "extended_before_registration",
        "extended_after_done",
        "extension_out_of_range",
        "extended_twice",
        "done_before_registration",
        "suspension_not_allowed",
    }
    for problem in found:
        assert set(re.findall(r"%\((\w+)\)s", MESSAGES[problem.code])) == set(problem.params)
        for name, value in problem.params.items():
            assert date.fromisoformat(value) if name in DAY_PARAMS else int(value) >= 0
        assert "%" not in MESSAGES[problem.code] % problem.params
    with pytest.raises(InvalidCase, match="extended_before_registration") as refused:
        clock(case, APPEAL, RU)
    assert refused.value.problems == contradictions_of(case, APPEAL)
    with pytest.raises(InvalidCase):
        state(case, APPEAL, RU, LATER)


def test_what_was_recorded_rightly_stays_countable_when_the_law_changes() -> None:
    extended = Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 12, 24), 40)])
    assert [problem.code for problem in problems_of(extended, APPEAL, RU)] == ["extension_out_of_range", "extended_late"]
    assert contradictions_of(extended, APPEAL) == () and clock(extended, APPEAL, RU).days == 70
    suspended = Case(RECEIVED, REGISTERED, suspensions=[Suspension(REGISTERED, date(2026, 11, 26))])
    assert problems_of(suspended, COMPLAINT, RU) and clock(suspended, COMPLAINT, RU).due == date(2026, 12, 17)


def test_nothing_is_wrong_with_ordinary_cases() -> None:
    back_to_back = [Suspension(REGISTERED, date(2026, 11, 25)), Suspension(date(2026, 11, 25), None)]
    assert problems_of(Case(RECEIVED, REGISTERED, TEN, suspensions=back_to_back), SERVICE, RU) == ()
    assert problems_of(Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 12, 23), 30)]), APPEAL, RU) == ()
    assert problems_of(Case(RECEIVED), APPEAL, RU) == ()
    # Late is no problem but a fact.
    assert problems_of(Case(RECEIVED, LATER, done=date(2027, 12, 1)), APPEAL, RU) == ()


def test_the_last_day_for_an_extension() -> None:
    # Ten working days from 23 November end on 7 December.
    case = Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 12, 8), 5)])
    assert [problem.params["until"] for problem in problems_of(case, REMARK, RU)] == ["2026-12-07"]
    assert problems_of(Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 12, 7), 5)]), REMARK, RU) == ()
    open_pause = Case(RECEIVED, REGISTERED, Span(10), suspensions=[Suspension(REGISTERED)])
    assert latest_extension(open_pause, REGISTERED, Span(10), APPEAL, RU) is None
    assert latest_extension(open_pause, REGISTERED, Span(10), COMPLAINT, RU) is None
