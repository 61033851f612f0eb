"""The status of a certificate on any day, case by case."""

import pytest

from yantar.engine.certification import IAF_STATUS, DecisionKind, Status, as_of, period_on, proposed_expiry, status, timeline

from .build import INITIAL, day, facts

GRANT = "2010-03-15 grant 2008"

CASES = [
    # rule, decisions, and what the status is on which day
    ("R1 valid through the day of expiry", [GRANT], "2010-03-14 draft, 2010-03-15 active, 2013-03-14 active, 2013-03-15 expired"),
    ("R1 29 February: the third anniversary is the 28th", ["2008-02-29 grant"], "2011-02-27 active, 2011-02-28 expired"),
    ("R1 stated expiry counts", ["2010-03-15 grant 2008 expires=2012-12-31"], "2012-12-31 active, 2013-01-01 expired"),
    ("R6 in force later than decided", ["2010-03-15 grant 2008 effective=2010-04-01"], "2010-03-31 draft, 2010-04-01 active"),
    ("R6 not in force before decided", ["2010-03-15 grant 2008 effective=2010-01-01"], "2010-03-14 draft, 2010-03-15 active"),
    ("R3 a confirmation changes no dates", [GRANT, "2011-03-01 confirm"], "2011-03-01 active, 2013-03-14 active, 2013-03-15 expired"),
    ("R6 renewed in time", [GRANT, "2013-02-10 renew"], "2013-03-15 active, 2016-03-14 active, 2016-03-15 expired"),
    (
        "R6 renewed in time, in force after a gap",
        [GRANT, "2013-03-10 renew effective=2013-03-20"],
        "2013-03-14 active, 2013-03-19 expired, 2013-03-20 active, 2016-03-14 active, 2016-03-15 expired",
    ),
    ("R1 renewed in the first year: a cycle of its own", [GRANT, "2011-01-10 renew"], "2014-01-09 active, 2014-01-10 expired"),
    ("R7 restored within six months", [GRANT, "2013-09-14 renew"], "2013-09-13 expired, 2013-09-14 active, 2016-03-14 active, 2016-03-15 expired"),
    ("R7 the word restore serves too", [GRANT, "2013-09-14 restore"], "2013-09-13 expired, 2013-09-14 active, 2016-03-15 expired"),
    ("R7 a renewal beyond the window starts anew", [GRANT, "2013-09-15 renew"], "2013-09-15 active, 2016-09-14 active, 2016-09-15 expired"),
    ("R7 restored too late has no effect", [GRANT, "2013-09-15 restore"], "2013-09-15 expired, 2014-01-01 expired"),
    (
        "R9 suspended and restored",
        [GRANT, "2011-04-01 suspend S2", "2011-06-01 restore"],
        "2011-04-01 suspended, 2011-05-31 suspended, 2011-06-01 active",
    ),
    ("R9 suspended until it expires", [GRANT, "2012-12-01 suspend S1"], "2013-03-14 suspended, 2013-03-15 expired"),
    ("R12 a reduced scope ends a suspension", [GRANT, "2011-04-01 suspend S1", "2011-05-01 reduce_scope"], "2011-04-30 suspended, 2011-05-01 active"),
    ("R11 withdrawn stays withdrawn", [GRANT, "2011-04-01 withdraw", "2011-05-01 restore"], "2011-04-01 withdrawn, 2013-06-01 withdrawn"),
    (
        "D1 withdrawn, then certified again",
        [GRANT, "2011-04-01 withdraw", "2012-05-01 grant 2008"],
        "2012-04-30 withdrawn, 2015-04-30 active, 2015-05-01 expired",
    ),
    ("D1 nothing before the grant counts", ["2010-01-01 renew", "2010-02-01 suspend S1", GRANT], "2010-02-02 draft, 2010-03-15 active"),
    ("D1 a renewal does not lift a suspension", [GRANT, "2012-12-01 suspend S1", "2013-01-10 renew"], "2013-01-10 suspended, 2016-03-14 suspended"),
    ("R16 a transfer changes nothing", [GRANT, "2011-04-01 transfer"], "2011-04-01 active, 2013-03-15 expired"),
    ("D1 an expired one can be closed", [GRANT, "2013-04-01 withdraw"], "2013-03-31 expired, 2013-04-01 withdrawn"),
    ("T1 the edition ends first", ["2017-03-15 grant 2008"], "2018-09-15 active, 2018-09-16 expired"),
    ("T1 moved in time", ["2017-03-15 grant 2008", "2018-09-15 move_edition 2015"], "2018-09-16 active, 2020-03-14 active, 2020-03-15 expired"),
    ("T1 renewed to the new edition", ["2015-10-01 grant 2008", "2018-09-01 renew 2015"], "2021-09-30 active, 2021-10-01 expired"),
    ("T1 an expected end shortens nothing", ["2028-03-15 grant 2015"], "2029-10-01 active, 2031-03-14 active"),
    (
        "T3 moved within six months",
        ["2017-03-15 grant 2008", "2019-03-15 move_edition 2015"],
        "2019-03-14 expired, 2019-03-15 active, 2020-03-14 active",
    ),
    ("T3 moved too late", ["2017-03-15 grant 2008", "2019-03-16 move_edition 2015"], "2019-03-16 expired, 2020-03-14 expired"),
    ("T1 a certificate to an edition that has ended", ["2018-10-01 grant 2008"], "2018-10-01 expired, 2019-01-01 expired"),
    ("T1 the ministry's certificate of 2008", ["2008-12-16 grant 2000"], "2010-11-14 active, 2010-11-15 expired"),
]


@pytest.mark.parametrize(("rule", "entries", "expected"), CASES, ids=[case[0] for case in CASES])
def test_status_by_the_table(rule, entries, expected):
    known = facts(*entries)
    for case in expected.split(","):
        on, word = case.split()
        assert (on, status(known, day(on)).value) == (on, word)


def test_covid_extension_gives_twelve_months():
    """R8."""
    entries = (GRANT, "2014-03-14 restore")
    assert status(facts(*entries, covid_extension=True), day("2014-03-14")) is Status.ACTIVE
    assert status(facts(*entries), day("2014-03-14")) is Status.EXPIRED


def test_superseded_from_its_day_and_for_good():
    """The ministry's certificate of December 2008 as the government-wide system takes over in March 2010."""
    known = facts("2008-12-16 grant 2000", "2010-05-01 renew 2008", superseded_on=day("2010-03-15"))
    assert status(known, day("2010-03-14")) is Status.ACTIVE
    assert status(known, day("2010-03-15")) is Status.SUPERSEDED
    assert status(known, day("2026-01-01")) is Status.SUPERSEDED


def test_superseded_leaves_what_had_ended_already():
    assert status(facts(GRANT, "2011-01-01 withdraw", superseded_on=day("2012-01-01")), day("2012-06-01")) is Status.WITHDRAWN
    assert status(facts(GRANT, superseded_on=day("2014-01-01")), day("2014-06-01")) is Status.EXPIRED
    late = facts(GRANT, "2014-02-01 renew", superseded_on=day("2014-01-01"))
    assert status(late, day("2014-06-01")) is Status.EXPIRED
    assert status(facts(GRANT, superseded_on=day("2009-01-01")), day("2010-03-15")) is Status.SUPERSEDED


def test_timeline_tells_edition_and_expiry_of_each_period():
    known = facts("2015-10-01 grant 2008", "2017-06-01 move_edition 2015", "2018-09-10 renew effective=2018-10-01", audits=INITIAL)
    rows = [(p.status.value, str(p.begins_on), str(p.ends_on), p.edition, str(p.expires_on)) for p in timeline(known)]
    assert rows == [
        ("active", "2015-10-01", "2017-06-01", "2008", "2018-09-15"),
        ("active", "2017-06-01", "2018-10-01", "2015", "2018-09-30"),
        ("active", "2018-10-01", "2021-10-01", "2015", "2021-09-30"),
        ("expired", "2021-10-01", "None", "2015", "2021-09-30"),
    ]
    assert period_on(known, day("2018-09-30")) == timeline(known)[1]
    assert period_on(known, day("2015-09-30")) is None


def test_no_grant_no_life():
    assert timeline(facts()) == ()
    assert timeline(facts("2010-01-01 renew")) == ()
    assert status(facts(), day("2010-01-01")) is Status.DRAFT


def test_every_status_has_a_word_of_the_iaf_database():
    assert set(IAF_STATUS) == set(Status)
    assert set(IAF_STATUS.values()) <= {"Active", "Inactive", "Suspended", "Cancelled", "Draft", "Withdrawn", "Expired"}


@pytest.mark.parametrize(
    ("rule", "entries", "kind", "decided_on", "expected"),
    [
        ("R1", (), "grant", "2010-03-15", "2013-03-14"),
        ("R1 leap day", (), "grant", "2008-02-29", "2011-02-27"),
        ("R1 into a leap day", (), "grant", "2009-03-01", "2012-02-29"),
        ("R6", (GRANT,), "renew", "2013-02-01", "2016-03-14"),
        ("R6 on the last day", (GRANT,), "renew", "2013-03-14", "2016-03-14"),
        ("R6 first day of the third year", (GRANT,), "renew", "2012-03-14", "2016-03-14"),
        ("R1 earlier than the third year", (GRANT,), "renew", "2012-03-13", "2015-03-12"),
        ("R6 old expiry on 29 February", ("2009-03-01 grant 2008",), "renew", "2012-02-01", "2015-02-28"),
        ("R7", (GRANT,), "renew", "2013-09-14", "2016-03-14"),
        ("R7", (GRANT,), "restore", "2013-09-14", "2016-03-14"),
        ("R7 too late", (GRANT,), "renew", "2013-09-15", "2016-09-14"),
        ("R12", (GRANT,), "reduce_scope", "2011-09-15", "2013-03-14"),
        ("a confirmation states none", (GRANT,), "confirm", "2011-09-15", None),
        ("the end of a suspension states none", (GRANT, "2011-04-01 suspend S1"), "restore", "2011-09-15", None),
        ("nothing to renew", (), "renew", "2011-09-15", None),
        ("withdrawn", (GRANT, "2011-04-01 withdraw"), "renew", "2011-09-15", None),
    ],
)
def test_proposed_expiry(rule, entries, kind, decided_on, expected):
    found = proposed_expiry(facts(*entries), DecisionKind(kind), day(decided_on))
    assert found == (day(expected) if expected else None)


def test_as_of_forgets_what_came_later():
    known = facts(GRANT, "2013-02-10 renew", audits=INITIAL + ", recertification 2013-01-20")
    assert as_of(known, day("2013-02-10")) is known
    earlier = as_of(known, day("2013-02-09"))
    assert [one.id for one in earlier.decisions] == [1]
    assert status(earlier, day("2013-03-15")) is Status.EXPIRED
    assert len(as_of(known, day("2012-01-01")).audits) == 2
