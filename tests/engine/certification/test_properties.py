"""What holds for any facts, however contradictory."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from yantar.engine.certification import (
    RULES,
    AuditFact,
    AuditKind,
    CertificateFacts,
    Decision,
    DecisionKind,
    NonconformityFact,
    SiteFact,
    Status,
    alarms,
    all_obligations,
    as_of,
    breaches,
    breaches_on,
    check_decision,
    line_of_dates,
    next_obligation,
    obligations,
    period_on,
    proposed_expiry,
    status,
    timeline,
)

from .build import EDITIONS

usual_days = st.dates(date(2008, 1, 1), date(2028, 12, 31))
all_days = st.one_of(usual_days, usual_days, usual_days, st.dates())
maybe_days = st.one_of(st.none(), st.none(), all_days)


def decision_lists(days, extra=maybe_days):
    one = st.builds(
        Decision,
        id=st.integers(0, 30),
        kind=st.sampled_from(DecisionKind),
        decided_on=days,
        effective_on=extra,
        expires_on=extra,
        edition=st.sampled_from([None, "2000", "2008", "2015", "2026", "1994"]),
        audit_on=extra,
        reason=st.sampled_from(["", "S1", "S2 no access"]),
    )
    return st.lists(one, max_size=9).map(tuple)


audit_lists = st.lists(st.builds(AuditFact, st.sampled_from(AuditKind), all_days), max_size=6).map(tuple)
any_facts = st.builds(
    CertificateFacts,
    number=st.just("YA-1"),
    decisions=decision_lists(all_days),
    audits=audit_lists,
    editions=st.sampled_from([EDITIONS, {}]),
    reorganised_on=st.lists(all_days, max_size=2).map(tuple),
    superseded_on=st.one_of(st.none(), st.none(), all_days),
    missing_fields=st.sampled_from([(), ("scope",)]),
    covid_extension=st.booleans(),
    nonconformities=st.lists(
        st.builds(NonconformityFact, st.sampled_from(["major", "minor"]), st.sampled_from(AuditKind), all_days, maybe_days, maybe_days),
        max_size=3,
    ).map(tuple),
    sites=st.lists(st.builds(SiteFact, st.just("site"), all_days, maybe_days, st.lists(all_days, max_size=2).map(tuple)), max_size=2).map(tuple),
)


def everything(known, on):
    """Every answer about these facts on that day."""
    return (
        timeline(known),
        status(known, on),
        period_on(known, on),
        all_obligations(known),
        obligations(known, on),
        next_obligation(known, on),
        breaches(known),
        breaches_on(known, on),
        alarms(known, on),
        line_of_dates(known, on),
        tuple(proposed_expiry(known, kind, on) for kind in DecisionKind),
    )


@settings(max_examples=150, deadline=None)
@given(any_facts, all_days, st.sampled_from(DecisionKind))
def test_any_facts_get_an_answer(known, on, kind):
    everything(known, on)
    for one in check_decision(known, Decision(0, kind, on), today=on):
        assert one.rule in RULES
    for one in breaches(known):
        assert one.rule in RULES
        assert one.until is None or one.since < one.until
        assert [name for name, _ in one.params] == sorted(name for name, _ in one.params)
    for one in all_obligations(known):
        assert one.rule in RULES
        assert not (one.cancelled and one.met_on)


@settings(max_examples=80, deadline=None)
@given(any_facts, all_days, st.randoms(use_true_random=False))
def test_answers_depend_on_facts_and_day_alone(known, on, random):
    """The order in which facts are given, what was asked before and which objects carry them make no difference."""
    before = everything(known, on)
    decisions, audits = list(known.decisions), list(known.audits)
    random.shuffle(decisions)
    random.shuffle(audits)
    shuffled = replace(known, decisions=tuple(decisions), audits=tuple(audits))
    status(CertificateFacts("another", ()), on)
    assert everything(shuffled, on) == before
    assert everything(replace(known), on) == before


@settings(max_examples=100, deadline=None)
@given(any_facts, all_days)
def test_timeline_is_contiguous_and_agrees_with_status(known, on):
    periods = timeline(known)
    for earlier, later in zip(periods, periods[1:], strict=False):
        assert earlier.ends_on == later.begins_on
        assert (earlier.status, earlier.edition, earlier.expires_on) != (later.status, later.edition, later.expires_on)
    for period in periods:
        assert period.ends_on is None or period.begins_on < period.ends_on
        assert status(known, period.begins_on) is period.status
        if period.ends_on:
            assert status(known, period.ends_on - timedelta(days=1)) is period.status
        if period.status in (Status.ACTIVE, Status.SUSPENDED):
            assert period.expires_on >= period.begins_on
            assert period.ends_on is None or period.ends_on <= period.expires_on + timedelta(days=1)
    grants = [one.in_force_on for one in known.decisions if one.kind is DecisionKind.GRANT]
    assert [period.begins_on for period in periods[:1]] == ([min(grants)] if grants else [])
    holding = [period for period in periods if period.begins_on <= on and (period.ends_on is None or on < period.ends_on)]
    assert status(known, on) is (holding[0].status if holding else Status.DRAFT)
    if not periods or on < periods[0].begins_on:
        assert status(known, on) is Status.DRAFT
    if periods and periods[-1].expires_on and periods[-1].expires_on < date.max:
        assert periods[-1].status not in (Status.ACTIVE, Status.SUSPENDED), "nothing is valid for ever"


@st.composite
def sensible_lives(draw):
    """A grant and what may follow in good order, without stated dates that move the cycle."""
    granted_on = draw(st.dates(date(2009, 1, 1), date(2012, 12, 31)))
    kinds = st.sampled_from([DecisionKind.CONFIRM, DecisionKind.SUSPEND, DecisionKind.RESTORE, DecisionKind.RENEW, DecisionKind.TRANSFER])
    later = draw(st.lists(st.tuples(st.integers(1, 3000), kinds), max_size=7))
    decisions = [Decision(1, DecisionKind.GRANT, granted_on, edition="2008")]
    for number, (days, kind) in enumerate(sorted(later), start=2):
        decisions.append(Decision(number, kind, granted_on + timedelta(days=days)))
    return CertificateFacts("YA-1", tuple(decisions), (), EDITIONS)


def due_dates(known, unrelated_to=()):
    """The due date of each obligation, by what it is for; several in one year are told apart by their order."""
    found: dict[tuple[str, str, int, int], date] = {}
    for one in all_obligations(known):
        if one.kind in unrelated_to:
            continue
        place = 0
        while (key := (one.kind, one.kind, one.year, place)) in found:
            place += 1
        found[key] = one.due_on
    return found


AFFECTED = {
    # what a decision is about; every other obligation is unrelated to it
    DecisionKind.CONFIRM: (),
    DecisionKind.TRANSFER: (),
    DecisionKind.SUSPEND: ("suspension_end",),
    DecisionKind.REDUCE_SCOPE: ("suspension_end",),
    DecisionKind.MOVE_EDITION: ("edition_transition", "restoration_window"),
    DecisionKind.WITHDRAW: ("suspension_end", "restoration_window", "edition_transition"),
}


@settings(max_examples=150, deadline=None)
@given(sensible_lives(), st.sampled_from(list(AFFECTED)), st.integers(1, 3000))
def test_a_decision_makes_no_unrelated_obligation_earlier(known, kind, days):
    """Whatever is recorded within the certificate's life, what it is not about keeps its last day or gets a later one."""
    decided_on = known.decisions[0].decided_on + timedelta(days=days)
    added = replace(known, decisions=(*known.decisions, Decision(99, kind, decided_on, edition="2015" if kind == "move_edition" else None)))
    if kind in (DecisionKind.WITHDRAW, DecisionKind.MOVE_EDITION) and any(one.decided_on >= decided_on for one in known.decisions):
        return  # what follows is then void or restored: those obligations belong to another life
    before, after = due_dates(known, AFFECTED[kind]), due_dates(added, AFFECTED[kind])
    if kind is DecisionKind.SUSPEND or kind is DecisionKind.REDUCE_SCOPE:
        after = {key: value for key, value in after.items() if key in before}
    for key, due_on in before.items():
        if key in after:
            assert after[key] >= due_on
    opened_before = {one.due_on for one in all_obligations(known) if one.kind not in AFFECTED[kind]}
    for one in all_obligations(added):
        if one.kind not in AFFECTED[kind] and one.kind != "surveillance":
            assert one.due_on in opened_before


@settings(max_examples=100, deadline=None)
@given(sensible_lives(), st.integers(1, 3000))
def test_a_renewal_leaves_earlier_cycles_alone(known, days):
    """A renewal after all that is recorded only closes what was open and adds what lies after it."""
    decided_on = max(one.decided_on for one in known.decisions) + timedelta(days=days)
    before = {(one.kind, one.due_on) for one in all_obligations(known)}
    added = replace(known, decisions=(*known.decisions, Decision(99, DecisionKind.RENEW, decided_on, edition="2015")))
    for one in all_obligations(added):
        assert (one.kind, one.due_on) in before or one.due_on > decided_on


@settings(max_examples=100, deadline=None)
@given(any_facts, all_days)
def test_what_is_known_later_changes_no_earlier_status(known, on):
    """Decisions taken after a day cannot change what the certificate was on that day."""
    assert status(as_of(known, on), on) is status(known, on)


@settings(max_examples=150, deadline=None)
@given(any_facts, all_days)
def test_open_obligations_are_among_all_and_the_next_is_the_earliest(known, on):
    open_now = obligations(known, on)
    assert set(open_now) <= set(all_obligations(known))
    assert list(open_now) == sorted(open_now, key=lambda one: one.due_on)
    following = next_obligation(known, on)
    if following is not None:
        assert following.is_pending(on)
        assert all(one.due_on >= following.due_on for one in open_now)
    decided_ahead = any(one.decided_on <= on < one.in_force_on for one in known.decisions)
    if status(known, on) in (Status.WITHDRAWN, Status.SUPERSEDED) and not decided_ahead:
        assert open_now == ()


@settings(max_examples=150, deadline=None)
@given(sensible_lives(), st.sampled_from(DecisionKind), st.integers(1, 3000))
def test_what_a_check_says_beforehand_stays_on_record(known, kind, days):
    """Recording a decision in spite of a warning leaves the same breach on the certificate."""
    decided_on = known.decisions[0].decided_on + timedelta(days=days)
    decision = Decision(99, kind, decided_on)
    warned = check_decision(known, decision)
    recorded = breaches(replace(known, decisions=(*known.decisions, replace(decision, id=99))))
    assert {(one.code, one.params) for one in warned} <= {(one.code, one.params) for one in recorded}
