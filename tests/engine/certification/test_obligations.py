"""What is demanded of a certificate, from when, by when and by which rule."""

import pytest

from yantar.engine.certification import BodyLimits, all_obligations, next_obligation, obligations

from .build import INITIAL, day, facts

GRANT = "2010-03-15 grant 2008"


def rows(known, kind=None):
    return [
        (one.kind, one.rule, str(one.opens_on), str(one.due_on), str(one.met_on or "-"))
        for one in all_obligations(known)
        if kind is None or one.kind == kind
    ]


def surveys(known):
    """Surveillance as "year rule due met" (or "open until the day it is demanded no more")."""
    return [
        f"{one.year} {one.rule} {one.due_on} {one.met_on or f'open until {one.closed_on}'}{' cancelled' if one.cancelled else ''}"
        for one in all_obligations(known)
        if one.kind == "surveillance"
    ]


def test_worked_example_of_kaliningrad():
    """Decision 2010-03-15: surveillance in 2011 by R4 and in 2012, decision before 2013-03-14, restoration until 2013-09-14."""
    known = facts(GRANT, audits=INITIAL)
    assert rows(known) == [
        ("surveillance", "R4", "2010-03-15", "2011-03-15", "-"),
        ("recertification_start", "R5", "2012-09-15", "2012-12-14", "-"),
        ("surveillance", "R3", "2012-01-01", "2012-12-31", "-"),
        ("recertification_decision", "R5", "2012-09-15", "2013-03-14", "-"),
        ("restoration_window", "R7", "2013-03-15", "2013-09-14", "-"),
    ]


@pytest.mark.parametrize(
    ("rule", "entries", "audits", "expected"),
    [
        ("R4 on its last day", (GRANT, "2011-03-15 confirm"), "", ["2011 R4 2011-03-15 2011-03-15", "2012 R3 2012-12-31 open until 2013-03-15"]),
        ("R4 late by a day", (GRANT, "2011-03-16 confirm"), "", ["2011 R4 2011-03-15 2011-03-16", "2012 R3 2012-12-31 open until 2013-03-15"]),
        (
            "R4 in the year of decision, R3 still wants one in the next",
            (GRANT, "2010-12-20 confirm"),
            "",
            ["2010 R4 2011-03-15 2010-12-20", "2011 R3 2011-12-31 open until 2013-03-15", "2012 R3 2012-12-31 open until 2013-03-15"],
        ),
        (
            "R4 granted on the last day of a year",
            ("2010-12-31 grant 2008", "2011-06-01 confirm", "2012-06-01 confirm"),
            "",
            ["2011 R4 2011-12-31 2011-06-01", "2012 R3 2012-12-31 2012-06-01"],
        ),
        (
            "R4 granted on a leap day",
            ("2008-02-29 grant",),
            "",
            ["2009 R4 2009-02-28 open until 2011-02-28", "2010 R3 2010-12-31 open until 2011-02-28"],
        ),
        (
            "R3 an audit counts without a decision",
            (GRANT,),
            "surveillance 2011-02-01, surveillance 2012-12-31",
            ["2011 R4 2011-03-15 2011-02-01", "2012 R3 2012-12-31 2012-12-31"],
        ),
        (
            "R3 the audit's day counts, not the decision's",
            (GRANT, "2011-02-01 confirm", "2013-01-15 confirm audit=2012-12-20"),
            "",
            ["2011 R4 2011-03-15 2011-02-01", "2012 R3 2012-12-31 2012-12-20"],
        ),
        (
            "R3 two in one year are one year's",
            (GRANT, "2011-02-01 confirm", "2011-11-01 confirm"),
            "",
            ["2011 R4 2011-03-15 2011-02-01", "2012 R3 2012-12-31 open until 2013-03-15"],
        ),
        (
            "R3 one missed is made good late",
            (GRANT, "2011-02-01 confirm", "2013-01-20 confirm"),
            "",
            ["2011 R4 2011-03-15 2011-02-01", "2012 R3 2012-12-31 2013-01-20"],
        ),
        (
            "R3 expiry on 31 December: the third year is the year of recertification",
            ("2010-01-01 grant 2008 expires=2012-12-31",),
            "",
            ["2011 R4 2011-01-01 open until 2013-01-01"],
        ),
        (
            "R4 only after a grant",
            (GRANT, "2011-02-01 confirm", "2012-06-01 confirm", "2013-02-10 renew"),
            "",
            [
                "2011 R4 2011-03-15 2011-02-01",
                "2012 R3 2012-12-31 2012-06-01",
                "2014 R3 2014-12-31 open until 2016-03-15",
                "2015 R3 2015-12-31 open until 2016-03-15",
            ],
        ),
        (
            "R3 renewed the year before: that year was the year of recertification",
            (GRANT, "2011-02-01 confirm", "2012-11-20 renew"),
            "",
            [
                "2011 R4 2011-03-15 2011-02-01",
                "2013 R3 2013-12-31 open until 2016-03-15",
                "2014 R3 2014-12-31 open until 2016-03-15",
                "2015 R3 2015-12-31 open until 2016-03-15",
            ],
        ),
        (
            "R3 never done before the renewal",
            (GRANT, "2013-02-10 renew 2008 expires=2014-01-01"),
            "",
            ["2011 R4 2011-03-15 open until 2013-02-10", "2012 R3 2012-12-31 open until 2013-02-10"],
        ),
        (
            "R3 withdrawn",
            (GRANT, "2011-02-01 confirm", "2012-05-01 withdraw"),
            "",
            ["2011 R4 2011-03-15 2011-02-01", "2012 R3 2012-12-31 open until 2012-05-01 cancelled"],
        ),
        (
            "R3 suspension does not stop it",
            (GRANT, "2011-02-01 confirm", "2012-12-01 suspend S2"),
            "",
            ["2011 R4 2011-03-15 2011-02-01", "2012 R3 2012-12-31 open until 2013-03-15"],
        ),
        (
            "R3 the year of expiry stays the limit when restored later",
            ("2009-12-20 grant 2008 expires=2012-11-30", "2010-06-01 confirm", "2013-03-01 renew"),
            "",
            [
                "2010 R4 2010-12-20 2010-06-01",
                "2011 R3 2011-12-31 open until 2012-12-01",
                "2014 R3 2014-12-31 open until 2015-12-01",
            ],
        ),
    ],
)
def test_surveillance(rule, entries, audits, expected):
    assert surveys(facts(*entries, audits=audits)) == expected


def test_recertification_is_met_by_its_audit_and_by_the_decision():
    known = facts(GRANT, "2013-02-10 renew", audits="recertification 2012-11-20")
    assert rows(known, "recertification_start")[0] == ("recertification_start", "R5", "2012-09-15", "2012-12-14", "2012-11-20")
    assert rows(known, "recertification_decision")[0] == ("recertification_decision", "R5", "2012-09-15", "2013-03-14", "2013-02-10")
    assert rows(facts(GRANT, "2013-02-10 renew audit=2012-12-01"), "recertification_start")[0][-1] == "2012-12-01"


def test_the_body_sets_its_own_days():
    known = facts(GRANT, limits=BodyLimits(recert_start_days=120, recert_audit_days=30))
    assert rows(known, "recertification_start") == [("recertification_start", "R5", "2012-11-14", "2013-02-12", "-")]


def test_restoration_window_is_met_by_the_late_renewal():
    """R7."""
    known = facts(GRANT, "2013-06-01 renew")
    assert rows(known, "restoration_window")[0] == ("restoration_window", "R7", "2013-03-15", "2013-09-14", "2013-06-01")
    decision = next(one for one in all_obligations(known) if one.kind == "recertification_decision")
    assert (decision.met_on, decision.closed_on) == (day("2013-06-01"), day("2013-03-15"))
    assert [one.kind for one in obligations(known, day("2013-04-01"))] == ["restoration_window"]


def test_restoration_window_ends_on_the_last_day_of_february():
    """R7 with a month's end: expiry on 31 August."""
    known = facts("2010-09-01 grant 2008")
    assert rows(known, "restoration_window")[0][2:4] == ("2013-09-01", "2014-02-28")


def test_restoration_window_with_the_covid_exception():
    """R8."""
    assert rows(facts(GRANT, covid_extension=True), "restoration_window") == [("restoration_window", "R8", "2013-03-15", "2014-03-14", "-")]


def test_a_renewal_decided_in_time_leaves_nothing_to_restore():
    """R5: what counts is the day of the decision, though it is in force only after a gap."""
    known = facts(GRANT, "2013-03-14 renew effective=2013-04-01")
    assert rows(known, "restoration_window") == [("restoration_window", "R7", "2016-03-15", "2016-09-14", "-")]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((GRANT, "2011-08-31 suspend S1"), ("2011-08-31", "2012-02-29", "-")),  # R9 at a month's end in a leap year
        ((GRANT, "2011-04-01 suspend S1", "2011-06-01 restore"), ("2011-04-01", "2011-10-01", "2011-06-01")),
        ((GRANT, "2011-04-01 suspend S1", "2011-12-01 withdraw"), ("2011-04-01", "2011-10-01", "2011-12-01")),
        ((GRANT, "2011-04-01 suspend S1", "2011-05-01 suspend S2", "2011-06-01 reduce_scope"), ("2011-04-01", "2011-10-01", "2011-06-01")),
    ],
)
def test_suspension_ends_within_six_months(entries, expected):
    """R9, R11."""
    assert rows(facts(*entries), "suspension_end") == [("suspension_end", "R9", *expected)]


@pytest.mark.parametrize(
    ("rule", "entries", "expected"),
    [
        ("expires before the edition ends: none", (GRANT,), []),
        ("opens with the grant when the successor is out", ("2017-03-15 grant 2008",), [("T1", "2017-03-15", "2018-09-15", "-")]),
        ("opens with the successor's publication", ("2015-09-14 grant 2008 expires=2018-10-01",), [("T1", "2015-09-15", "2018-09-15", "-")]),
        ("met by a move", ("2017-03-15 grant 2008", "2018-03-01 move_edition 2015"), [("T1", "2017-03-15", "2018-09-15", "2018-03-01")]),
        (
            "met by a renewal to the new edition",
            ("2015-10-01 grant 2008", "2018-09-01 renew 2015"),
            [("T1", "2015-10-01", "2018-09-15", "2018-09-01")],
        ),
        ("edition 2000", ("2008-12-16 grant 2000",), [("T1", "2008-12-16", "2010-11-14", "-")]),
        ("expected only", ("2027-03-15 grant 2015",), [("T1", "2027-03-15", "2029-09-30", "-")]),
    ],
)
def test_edition_transition(rule, entries, expected):
    assert [row[1:] for row in rows(facts(*entries), "edition_transition")] == expected


def test_an_expected_end_of_an_edition_is_marked_as_such():
    found = [one for one in all_obligations(facts("2027-03-15 grant 2015")) if one.kind == "edition_transition"]
    assert [one.confirmed for one in found] == [False]
    assert all(one.confirmed for one in all_obligations(facts("2017-03-15 grant 2008")))


def test_after_the_end_of_an_edition_restoration_takes_over():
    """T3."""
    known = facts("2017-03-15 grant 2008", "2018-12-01 move_edition 2015")
    assert rows(known, "restoration_window")[0] == ("restoration_window", "T3", "2018-09-16", "2019-03-15", "2018-12-01")
    assert [one.kind for one in obligations(known, day("2018-10-01"))] == ["surveillance", "restoration_window"]


def test_superseded_closes_everything():
    known = facts("2008-12-16 grant 2000", superseded_on=day("2010-03-15"))
    assert obligations(known, day("2010-03-15")) == ()
    assert next_obligation(known, day("2010-03-15")) is None
    assert rows(known, "restoration_window") == []
    transition = next(one for one in all_obligations(known) if one.kind == "edition_transition")
    assert (transition.cancelled, transition.closed_on) == (True, day("2010-03-15"))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2010-03-14", None),
        ("2010-03-15", ("surveillance", 2011)),
        ("2011-03-10", ("recertification_start", 2012)),  # due on 14 December, before the surveillance that may come until the 31st
        ("2012-12-20", ("recertification_start", 2012)),
        ("2012-12-31", ("recertification_start", 2012)),
        ("2013-01-15", ("recertification_start", 2012)),  # overdue, and still the first thing to do
        ("2013-02-10", ("surveillance", 2014)),
        ("2016-03-20", ("restoration_window", 2016)),
        ("2016-09-15", None),
    ],
)
def test_next_obligation(on, expected):
    known = facts(GRANT, "2011-02-01 confirm", "2012-06-01 confirm", "2013-02-10 renew")
    found = next_obligation(known, day(on))
    assert (found and (found.kind, found.year)) == expected


def test_open_overdue_and_pending_on_a_day():
    known = facts(GRANT, "2011-05-01 confirm")
    first = all_obligations(known)[0]
    assert not first.is_open(day("2010-03-14"))
    assert first.is_open(day("2011-03-15")) and not first.is_overdue(day("2011-03-15"))
    assert first.is_overdue(day("2011-03-16"))
    assert not first.is_pending(day("2011-05-01"))


def test_a_mistyped_expiry_does_not_fill_the_list():
    known = facts("2010-03-15 grant 2008 expires=9999-12-31")
    assert len([one for one in all_obligations(known) if one.kind == "surveillance"]) == 10
