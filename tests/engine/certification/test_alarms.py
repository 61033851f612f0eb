"""Reminders at 90, 60 and 30 days and on breach."""

from dataclasses import replace

import pytest

from yantar.engine.certification import ALARM_CODES, AuditKind, NonconformityFact, SiteFact, alarm_level, alarms

from .build import INITIAL, day, facts

GRANT = "2010-03-15 grant 2008"


def told(known, on):
    return [f"{one.code} {one.level} {one.due_on} {one.days_left}" for one in alarms(known, day(on))]


@pytest.mark.parametrize(
    ("days_left", "expected"), [(91, None), (90, "90"), (61, "90"), (60, "60"), (31, "60"), (30, "30"), (0, "30"), (-1, "breach")]
)
def test_levels(days_left, expected):
    assert alarm_level(days_left) == expected


@pytest.mark.parametrize(
    ("what", "entries", "on", "expected"),
    [
        ("R4 91 days before", (GRANT,), "2010-12-14", []),
        ("R4 90 days before", (GRANT,), "2010-12-15", ["surv_due 90 2011-03-15 90"]),
        ("R4 on the last day", (GRANT,), "2011-03-15", ["surv_due 30 2011-03-15 0"]),
        ("R4 the day after", (GRANT,), "2011-03-16", ["surv_due breach 2011-03-15 -1"]),
        ("R4 met", (GRANT, "2011-02-01 confirm"), "2011-03-16", []),
        (
            "R5 180 days before expiry",
            (GRANT, "2011-02-01 confirm", "2012-02-01 confirm"),
            "2012-09-15",
            ["recert_start 90 2012-12-14 90"],
        ),
        (
            "R5 30 days before expiry",
            (GRANT, "2011-02-01 confirm", "2012-02-01 confirm"),
            "2013-02-12",
            ["recert_start breach 2012-12-14 -60", "recert_due 30 2013-03-14 30"],
        ),
        (
            "R7 after expiry",
            (GRANT, "2011-02-01 confirm", "2012-02-01 confirm"),
            "2013-03-15",
            ["expired_restorable breach 2013-09-14 183"],
        ),
        ("R7 after the window", (GRANT, "2011-02-01 confirm", "2012-02-01 confirm"), "2013-09-15", ["expired_final breach 2013-09-14 -1"]),
        ("R9 early in a suspension", (GRANT, "2011-02-01 confirm", "2011-04-01 suspend S1"), "2011-05-01", []),
        (
            "R9 a month before its end",
            (GRANT, "2011-02-01 confirm", "2011-04-01 suspend S1"),
            "2011-09-01",
            ["suspension_over_6m 30 2011-10-01 30"],
        ),
        (
            "R9 over",
            (GRANT, "2011-02-01 confirm", "2011-04-01 suspend S1"),
            "2011-10-02",
            ["suspension_over_6m breach 2011-10-01 -1"],
        ),
        ("T1 before the edition ends", ("2017-03-15 grant 2008", "2018-02-01 confirm"), "2018-07-17", ["edition_end 60 2018-09-15 60"]),
        ("withdrawn", (GRANT, "2011-02-01 withdraw"), "2011-06-01", []),
        ("before the grant", (GRANT,), "2010-03-14", []),
        (
            "R6",
            (GRANT + " effective=2010-03-01",),
            "2010-04-01",
            ["effective_before_decision breach None None"],
        ),
    ],
)
def test_alarms_by_the_table(what, entries, on, expected):
    assert told(facts(*entries, audits=INITIAL), on) == expected


def test_an_expected_end_says_that_it_is_expected():
    (found,) = (one for one in alarms(facts("2027-03-15 grant 2015", "2028-02-01 confirm", "2029-02-01 confirm"), day("2029-07-02")))
    assert (found.code, found.level, found.values["confirmed"]) == ("edition_end", "90", False)


def test_open_major_nonconformities():
    """N1 before the first decision, N3 after surveillance by the body's own limit."""
    stage2 = NonconformityFact("major", AuditKind.STAGE2, day("2010-02-20"), id=7)
    waiting = facts(audits=INITIAL, nonconformities=(stage2,))
    assert told(waiting, "2010-05-21") == []
    assert told(waiting, "2010-06-01") == ["major_6m_after_stage2 90 2010-08-20 80"]
    assert told(waiting, "2010-08-21") == ["major_6m_after_stage2 breach 2010-08-20 -1"]
    assert told(replace(waiting, nonconformities=(replace(stage2, closed_on=day("2010-06-01")),)), "2010-06-01") == []
    granted = facts(GRANT, audits=INITIAL, nonconformities=(stage2,))
    assert told(granted, "2010-04-01") == ["major_open_before_decision breach None None"]
    found = NonconformityFact("major", AuditKind.SURVEILLANCE, day("2011-02-01"), id=8)
    surveyed = facts(GRANT, "2011-02-01 confirm", audits=INITIAL, nonconformities=(found,))
    assert told(surveyed, "2011-04-02") == ["major_due 30 2011-05-02 30"]


def test_contents_sites_and_services():
    """C1, C2, C3."""
    known = facts(
        GRANT,
        "2011-02-01 confirm",
        "2012-02-01 confirm",
        "2012-12-01 renew",
        audits=INITIAL,
        missing_fields=("scope",),
        sites=(
            SiteFact("head office", day("2010-03-15"), audited_on=(day("2010-02-20"), day("2011-02-01"))),
            SiteFact("archive", day("2010-03-15")),
            SiteFact("closed", day("2010-03-15"), day("2012-01-01")),
            SiteFact("new", day("2012-06-01")),
        ),
        uncovered_services=("licences",),
    )
    assert told(known, "2013-03-15") == [
        "site_not_in_any_audit_3y breach 2013-03-15 0",
        "cert_missing_field breach None None",
        "scope_mismatch breach None None",
    ]
    assert [one.values.get("site") for one in alarms(known, day("2013-03-15"))] == ["archive", None, None]


def test_one_key_for_one_reminder():
    known = facts(GRANT, audits=INITIAL)
    keys = {one.key for on in ("2010-12-15", "2010-12-20", "2011-01-13") for one in alarms(known, day(on))}
    assert len(keys) == 1
    assert {one.key for one in alarms(known, day("2011-01-14"))}.isdisjoint(keys)


def test_codes_are_listed():
    known = facts(GRANT, "2012-04-01 suspend S1", audits=INITIAL)
    raised = {one.code for on in ("2012-12-01", "2013-03-20", "2014-01-01") for one in alarms(known, day(on))}
    assert raised == {"surv_due", "recert_start", "suspension_over_6m", "expired_restorable", "expired_final"}
    assert raised <= set(ALARM_CODES)
