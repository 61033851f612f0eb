"""The three-year line of dates."""

import pytest

from yantar.engine.certification import line_of_dates

from .build import INITIAL, day, facts

GRANT = "2010-03-15 grant 2008"


def drawn(known, on):
    return [f"{one.kind} {one.on} {one.state}{' late' if one.was_late else ''}" for one in line_of_dates(known, day(on))]


@pytest.mark.parametrize(
    ("what", "entries", "on", "expected"),
    [
        ("before the grant", (GRANT,), "2010-03-14", []),
        (
            "on the day of the grant",
            (GRANT,),
            "2010-03-15",
            [
                "grant 2010-03-15 done",
                "surveillance 2011-03-15 due",
                "recertification_audit 2012-12-14 future",
                "surveillance 2012-12-31 future",
                "recertification 2013-03-14 future",
                "expiry 2013-03-14 future",
            ],
        ),
        (
            "a surveillance recorded moves it to its day",
            (GRANT, "2011-04-01 confirm"),
            "2012-06-01",
            [
                "grant 2010-03-15 done",
                "surveillance 2011-04-01 done late",
                "recertification_audit 2012-12-14 future",
                "surveillance 2012-12-31 due",
                "recertification 2013-03-14 future",
                "expiry 2013-03-14 future",
            ],
        ),
        (
            "late",
            (GRANT, "2011-03-01 confirm"),
            "2013-01-01",
            [
                "grant 2010-03-15 done",
                "surveillance 2011-03-01 done",
                "recertification_audit 2012-12-14 late",
                "surveillance 2012-12-31 late",
                "recertification 2013-03-14 due",
                "expiry 2013-03-14 future",
            ],
        ),
        (
            "expired: what was not done is missed, and there is a window",
            (GRANT, "2011-03-01 confirm", "2012-03-01 confirm"),
            "2013-04-01",
            [
                "grant 2010-03-15 done",
                "surveillance 2011-03-01 done",
                "surveillance 2012-03-01 done",
                "recertification_audit 2012-12-14 missed",
                "recertification 2013-03-14 missed",
                "expiry 2013-03-14 missed",
                "restoration 2013-09-14 due",
            ],
        ),
        (
            "renewed",
            (GRANT, "2011-03-01 confirm", "2012-03-01 confirm", "2013-02-10 renew"),
            "2013-02-10",
            [
                "renewal 2013-02-10 done",
                "surveillance 2014-12-31 future",
                "recertification_audit 2015-12-15 future",
                "surveillance 2015-12-31 future",
                "recertification 2016-03-14 future",
                "expiry 2016-03-14 future",
            ],
        ),
        (
            "the day before the renewal nothing is known of it",
            (GRANT, "2011-03-01 confirm", "2012-03-01 confirm", "2012-11-10 renew"),
            "2012-11-09",
            [
                "grant 2010-03-15 done",
                "surveillance 2011-03-01 done",
                "surveillance 2012-03-01 done",
                "recertification_audit 2012-12-14 due",
                "recertification 2013-03-14 due",
                "expiry 2013-03-14 future",
            ],
        ),
        (
            "withdrawn",
            (GRANT, "2011-03-01 confirm", "2011-06-01 withdraw"),
            "2011-06-01",
            [
                "grant 2010-03-15 done",
                "surveillance 2011-03-01 done",
                "recertification_audit 2012-12-14 cancelled",
                "surveillance 2012-12-31 cancelled",
                "recertification 2013-03-14 cancelled",
                "expiry 2013-03-14 cancelled",
            ],
        ),
        (
            "suspended, and the edition about to end",
            ("2017-03-15 grant 2008", "2018-03-01 confirm", "2018-05-01 suspend S2"),
            "2018-06-01",
            [
                "grant 2017-03-15 done",
                "surveillance 2018-03-01 done",
                "edition_transition 2018-09-15 due",
                "expiry 2018-09-15 future",
                "suspension_end 2018-11-01 due",
                "recertification_audit 2019-12-15 future",
                "surveillance 2019-12-31 future",
                "recertification 2020-03-14 future",
            ],
        ),
    ],
)
def test_line_by_the_table(what, entries, on, expected):
    assert drawn(facts(*entries, audits=INITIAL), on) == expected


def test_surveillances_are_numbered():
    line = line_of_dates(facts(GRANT, audits=INITIAL), day("2010-06-01"))
    assert [(one.number, one.year, one.rule) for one in line if one.kind == "surveillance"] == [(1, 2011, "R4"), (2, 2012, "R3")]
    assert {one.number for one in line if one.kind != "surveillance"} == {None}
