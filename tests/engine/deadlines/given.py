"""Cases and calendars for the tests of the clock: the kinds that ship, and cases made of random but possible events."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from yantar.engine.deadlines import Case, Extension, LastDay, Span, Suspension, Unit
from yantar.engine.working_days import WorkingCalendar
from yantar.library.deadlines import SuspensionRule, load_deadlines

RU = WorkingCalendar("RU")
PLAIN = WorkingCalendar("")
TABLE = load_deadlines()
SERVICE, COMPLAINT, APPEAL, INFORMATION, REMARK = (
    TABLE.kind(key) for key in ("service_request", "service_complaint", "appeal", "information_request", "remark")
)
RECEIVED = date(2026, 11, 20)
REGISTERED = date(2026, 11, 23)

OWN = st.frozensets(st.dates(date(2025, 11, 1), date(2027, 3, 31)), max_size=40)
CALENDARS = st.builds(WorkingCalendar, st.sampled_from(["RU", ""]), OWN, OWN)
TURNS = st.sampled_from(["same_day", "next_day"])
SUSPENSION_RULES = st.builds(SuspensionRule, TURNS, TURNS, st.just(True), st.just(True), st.just("test"))
SPANS = st.builds(Span, st.integers(1, 45), st.sampled_from(list(Unit)), st.sampled_from(list(LastDay)))


@st.composite
def cases(draw: st.DrawFn, *, open_ended: bool = True) -> Case:
    """A registered case with a limit of its own, suspensions in order and perhaps an extension; nothing is wrong with it."""
    registered = draw(st.dates(date(2025, 12, 1), date(2026, 12, 31)))
    suspensions, day = [], registered
    for last in draw(st.sampled_from([[], [False], [True], [False, False], [False, True]])):
        since = day + timedelta(draw(st.integers(0, 20)))
        day = since + timedelta(draw(st.integers(0, 20)))
        suspensions.append(Suspension(since, None if last and open_ended else day))
        day += timedelta(draw(st.integers(1, 3)))
    extensions = [Extension(registered + timedelta(draw(st.integers(0, 5))), draw(st.integers(1, 30)))] if draw(st.booleans()) else []
    return Case(registered - timedelta(draw(st.integers(0, 3))), registered, draw(SPANS), "", suspensions, extensions)
