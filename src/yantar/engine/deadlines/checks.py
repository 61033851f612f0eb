"""What in a case contradicts itself or the rules of its kind: everything at once, so that it is mended in one go."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from yantar.engine.deadlines.counting import due_after, end_of, pauses_of
from yantar.engine.deadlines.facts import MOST_DAYS, Case, CaseProblem, Event, InvalidCase, Rules, Term
from yantar.engine.steps import gettext_noop
from yantar.engine.working_days import WorkingCalendar

MESSAGES: dict[str, str] = {
    "no_term": gettext_noop("No limit is set for this kind: the passport of the service must give it."),
    "days_out_of_range": gettext_noop("A limit of %(days)s days: 1 to %(most)s are possible."),
    "registered_before_receipt": gettext_noop("Registered on %(day)s, before the receipt on %(received)s."),
    "not_registered": gettext_noop("Not registered yet, so nothing can be suspended, extended or answered."),
    "done_before_registration": gettext_noop("Answered on %(day)s, before the registration on %(registered)s."),
    "suspension_not_allowed": gettext_noop("The law knows no suspension for this kind."),
    "suspended_before_registration": gettext_noop("Suspended on %(day)s, before the registration on %(registered)s."),
    "suspended_after_done": gettext_noop("Suspended on %(day)s, after the answer on %(done)s."),
    "resumed_before_suspended": gettext_noop("Resumed on %(resumed)s, before the suspension on %(day)s."),
    "resumed_after_done": gettext_noop("Resumed on %(resumed)s, after the answer on %(done)s."),
    "suspensions_overlap": gettext_noop("The suspension of %(day)s begins before the one of %(other)s has ended."),
    "extension_not_allowed": gettext_noop("The law knows no extension for this kind."),
    "extended_twice": gettext_noop("Extended %(times)s times: only once is possible."),
    "extended_before_registration": gettext_noop("Extended on %(day)s, before the registration on %(registered)s."),
    "extension_out_of_range": gettext_noop("Extended by %(days)s days: 1 to %(most)s are possible."),
    "extended_late": gettext_noop("Extended on %(day)s: it was possible up to %(until)s."),
    "extended_after_done": gettext_noop("Extended on %(day)s, after the answer on %(done)s."),
}
"""English wording of every code, with named parameters (days as in ISO 8601); the same strings are the keys of the translations."""

DAY_PARAMS = frozenset({"day", "received", "registered", "resumed", "done", "other", "until"})
"""Parameters that hold a date, so that a surface can write it the reader's way; the others are whole numbers."""


def problems_of(case: Case, rules: Rules, calendar: WorkingCalendar) -> tuple[CaseProblem, ...]:
    """Everything wrong with a case, what contradicts itself and what its law does not allow; for whoever is about to record it.

    Empty when all is well. A late registration or a late answer is no problem but a fact, see `state`.
    """
    found = list(contradictions_of(case, rules))
    if case.registered is None:
        return tuple(found)
    if case.suspensions and rules.suspension is None:
        found.append(_problem("suspension_not_allowed", "suspensions"))
    if case.extensions and rules.extension is None:
        found.append(_problem("extension_not_allowed", "extensions"))
    if len(case.extensions) > 1:
        found.append(_problem("extended_twice", "extensions", times=len(case.extensions)))
    if rules.extension is not None:
        most = rules.extension.most_days
        for row, one in enumerate(case.extensions):
            if one.days > most:
                found.append(_problem("extension_out_of_range", "extensions", row, days=one.days, most=most))
    term = term_of(case, rules)
    if term is not None and not any(problem.field in ("term", "registered", "suspensions") for problem in found):
        # What was suspended later can't make it late: then the day due had passed before.
        until = latest_extension(case, case.registered, term, rules, calendar)
        for row, one in enumerate(case.extensions):
            if until is not None and one.decided > until:
                found.append(_problem("extended_late", "extensions", row, day=one.decided, until=until))
    return tuple(found)


def contradictions_of(case: Case, rules: Rules) -> tuple[CaseProblem, ...]:
    """What makes a case impossible to count: no limit, or events in an order that can't be.

    Neither the calendar nor what the law allows is asked, so that a case recorded rightly stays countable when they change.
    """
    found: list[CaseProblem] = []
    term = term_of(case, rules)
    if term is None:
        found.append(_problem("no_term", "term"))
    elif not 1 <= term.days <= MOST_DAYS:
        found.append(_problem("days_out_of_range", "term", days=term.days, most=MOST_DAYS))
    if case.registered is None:
        fields = {"suspensions": case.suspensions, "extensions": case.extensions, "done": case.done}
        return tuple(found + [_problem("not_registered", name) for name, value in fields.items() if value])
    if case.registered < case.received:
        found.append(_problem("registered_before_receipt", "registered", day=case.registered, received=case.received))
    found += _suspensions(case, case.registered)
    for row, one in enumerate(case.extensions):
        if not 1 <= one.days <= MOST_DAYS:
            found.append(_problem("extension_out_of_range", "extensions", row, days=one.days, most=MOST_DAYS))
        if one.decided < case.registered:
            found.append(_problem("extended_before_registration", "extensions", row, day=one.decided, registered=case.registered))
        if case.done is not None and one.decided > case.done:
            found.append(_problem("extended_after_done", "extensions", row, day=one.decided, done=case.done))
    if case.done is not None and case.done < case.registered:
        found.append(_problem("done_before_registration", "done", day=case.done, registered=case.registered))
    return tuple(found)


def checked(case: Case, rules: Rules) -> Term:
    """The limit of a case that can be counted; raises InvalidCase with every contradiction in it."""
    term = term_of(case, rules)
    if (found := contradictions_of(case, rules)) or term is None:
        raise InvalidCase(found)
    return term


def term_of(case: Case, rules: Rules) -> Term | None:
    """The limit that binds: the case's own one, else the one of its kind; None where the kind leaves it to a passport that is missing."""
    if case.term is not None:
        return case.term
    term = rules.term("answer", case.variant)
    return None if term is None or term.days == 0 else term


def start_of(case: Case, registered: date, term: Term) -> date:
    """The day after which the limit runs."""
    return case.received if term.counted_from == Event.RECEIPT else registered


def latest_extension(case: Case, registered: date, term: Term, rules: Rules, calendar: WorkingCalendar) -> date | None:
    """The last day on which the case may be extended: the day due without an extension, sooner where a notice has its own limit.

    None where the kind knows no extension, and while an open suspension leaves the day due unknown (unless a notice has its own
    limit). The case's own extensions are left aside; nothing is checked here.
    """
    if rules.extension is None:
        return None
    pauses = pauses_of(case.suspensions, rules.suspension)
    due = end_of(start_of(case, registered, term), term.days, term.unit, term.last_day, calendar, pauses).due
    notice = rules.term("extension_notice", case.variant)
    days = [day for day in (due, due_after(registered, notice, calendar) if notice else None) if day is not None]
    return min(days, default=None)


def _suspensions(case: Case, registered: date) -> list[CaseProblem]:
    found = []
    for row, one in enumerate(case.suspensions):
        if one.since < registered:
            found.append(_problem("suspended_before_registration", "suspensions", row, day=one.since, registered=registered))
        if one.resumed is not None and one.resumed < one.since:
            found.append(_problem("resumed_before_suspended", "suspensions", row, day=one.since, resumed=one.resumed))
        if case.done is not None and one.since > case.done:
            found.append(_problem("suspended_after_done", "suspensions", row, day=one.since, done=case.done))
        if case.done is not None and one.resumed is not None and one.resumed > case.done >= one.since:
            found.append(_problem("resumed_after_done", "suspensions", row, resumed=one.resumed, done=case.done))
    for row, (before, after) in enumerate(pairwise(case.suspensions), 1):
        # Also when they stand out of order. Suspended anew on the day of resuming is no overlap.
        if before.resumed is None or after.since < before.resumed or after.since < before.since:
            found.append(_problem("suspensions_overlap", "suspensions", row, day=after.since, other=before.since))
    return found


def _problem(code: str, field: str, row: int | None = None, **params: date | int) -> CaseProblem:
    return CaseProblem(code, field, row, {name: str(value) for name, value in params.items()})
