"""What breaks which rule, since when and until when."""

from dataclasses import replace

import pytest

from yantar.engine.certification import (
    ALLOWED,
    RULES,
    AuditKind,
    Decision,
    DecisionKind,
    NonconformityFact,
    Status,
    breaches,
    breaches_on,
    breaches_until,
    check_decision,
)

from .build import INITIAL, day, decisions, facts

GRANT = "2010-03-15 grant 2008"
IN_ORDER = INITIAL + ", surveillance 2011-02-01, surveillance 2012-06-01, recertification 2012-12-01"


def checked(entry, *entries, today=None, **more):
    """Codes of what recording `entry` on top of the others would break."""
    more.setdefault("audits", IN_ORDER)
    decision = replace(decisions(entry)[0], id=0)
    return sorted(f"{one.rule} {one.code}" for one in check_decision(facts(*entries, **more), decision, today))


def told(known):
    """Breaches as "rule code since until", those of the foreseen end left out."""
    return [f"{one.rule} {one.code} {one.since} {one.until or '-'}" for one in breaches(known) if not one.code.startswith("expired_")]


CHECKS = [
    # what, decision to record, decisions there already, facts beside, what it breaks
    ("R2 in order", GRANT, (), {}, []),
    ("R2 no audits", GRANT, (), {"audits": ""}, ["R2 stage1_missing", "R2 stage2_missing"]),
    ("R2 no stage 1", GRANT, (), {"audits": "stage2 2010-02-20"}, ["R2 stage1_missing"]),
    ("R2 the audit it rests on is the second stage", GRANT + " audit=2010-02-20", (), {"audits": "stage1 2010-01-20"}, []),
    ("R2 stages in the wrong order", GRANT, (), {"audits": "stage2 2010-01-20, stage1 2010-02-20"}, ["R2 stage1_missing"]),
    ("R2 audits after the decision", GRANT, (), {"audits": "stage1 2010-03-16, stage2 2010-03-20"}, ["R2 stage1_missing", "R2 stage2_missing"]),
    ("R14 six months between the stages", GRANT, (), {"audits": "stage1 2009-08-31, stage2 2010-02-28"}, []),
    ("R14 more than six months between the stages", GRANT, (), {"audits": "stage1 2009-08-31, stage2 2010-03-01"}, ["R14 stage1_stale"]),
    ("R1 expiry on the third anniversary", GRANT + " expires=2013-03-15", (), {}, []),
    ("R1 expiry a day later", GRANT + " expires=2013-03-16", (), {}, ["R1 expiry_too_late"]),
    (
        "R1 leap day: not 1 March",
        "2008-02-29 grant expires=2011-03-01",
        (),
        {"audits": "stage1 2008-01-01, stage2 2008-02-01"},
        ["R1 expiry_too_late", "T1 edition_missing"],
    ),
    ("R1 expiry before it begins", GRANT + " expires=2010-03-14", (), {}, ["R1 expiry_before_effective"]),
    ("R6 effective before decision", GRANT + " effective=2010-03-14", (), {}, ["R6 effective_before_decision"]),
    ("D2 audit after decision", "2011-02-10 confirm audit=2011-02-11", (GRANT,), {}, ["D2 audit_after_decision"]),
    (
        "T2 new certificate to a closed edition",
        "2017-09-16 grant 2008",
        (),
        {"audits": "stage1 2017-06-01, stage2 2017-07-01"},
        ["T2 edition_closed_to_new"],
    ),
    ("T1 new certificate to an ended edition", "2018-09-16 grant 2008", (), {"audits": "stage1 2018-06-01, stage2 2018-07-01"}, ["T1 edition_ended"]),
    (
        "T1 an edition not yet published",
        "2008-11-13 grant 2008",
        (),
        {"audits": "stage1 2008-06-01, stage2 2008-07-01"},
        ["T1 edition_not_published"],
    ),
    (
        "T1 expiry beyond the end of the edition",
        "2017-03-01 grant 2008 expires=2019-03-01",
        (),
        {"audits": "stage1 2016-12-01, stage2 2017-01-10"},
        ["T1 expiry_beyond_edition"],
    ),
    ("T1 unknown edition", "2010-03-15 grant 1994", (), {}, ["T1 edition_unknown"]),
    (
        "D1 granted twice",
        "2011-04-01 grant 2008",
        (GRANT,),
        {"audits": IN_ORDER + ", stage1 2010-09-01, stage2 2010-10-01"},
        ["D1 decision_not_allowed"],
    ),
    ("D1 confirmed before the grant", "2010-02-01 confirm", (), {}, ["D1 decision_not_allowed"]),
    ("D1 restored while active", "2011-04-01 restore", (GRANT,), {}, ["D1 decision_not_allowed"]),
    ("D1 suspended twice", "2011-05-01 suspend S1", (GRANT, "2011-04-01 suspend S1"), {}, ["D1 decision_not_allowed"]),
    ("D1 confirmed while suspended", "2011-05-01 confirm", (GRANT, "2011-04-01 suspend S1"), {}, ["D1 decision_not_allowed"]),
    ("D1 restored after withdrawal", "2011-05-01 restore", (GRANT, "2011-04-01 withdraw"), {}, ["D1 decision_not_allowed"]),
    ("D1 confirmed after it was superseded", "2011-05-01 confirm", (GRANT,), {"superseded_on": day("2011-05-01")}, ["D1 decision_not_allowed"]),
    ("D1 makes a recorded later decision wrong", "2011-01-10 withdraw", (GRANT, "2011-02-10 confirm"), {}, ["D1 decision_not_allowed"]),
    ("R10 in order", "2011-04-01 suspend S3", (GRANT,), {}, []),
    ("R10 no reason", "2011-04-01 suspend", (GRANT,), {}, ["R10 suspension_reason_missing"]),
    ("R9 restored on the last day", "2011-10-01 restore", (GRANT, "2011-04-01 suspend S1"), {}, []),
    ("R9 restored a day later", "2011-10-02 restore", (GRANT, "2011-04-01 suspend S1"), {}, ["R9 suspension_over_6m"]),
    ("R11 scope reduced after six months", "2011-10-02 reduce_scope", (GRANT, "2011-04-01 suspend S1"), {}, ["R9 suspension_over_6m"]),
    ("R16 in order", "2011-04-01 transfer", (GRANT,), {}, []),
    ("R16 transferred while suspended", "2011-05-01 transfer", (GRANT, "2011-04-01 suspend S1"), {}, ["R16 transfer_of_invalid"]),
    ("R16 transferred after expiry", "2013-05-01 transfer", (GRANT,), {}, ["R16 transfer_of_invalid"]),
    ("R5 in order", "2013-02-10 renew", (GRANT,), {}, []),
    ("R5 on the last day", "2013-03-14 renew", (GRANT,), {}, []),
    ("R5 a day after", "2013-03-15 renew", (GRANT,), {}, ["R5 renewal_after_expiry"]),
    ("R7 on the last day of the window", "2013-09-14 renew", (GRANT,), {}, ["R5 renewal_after_expiry"]),
    ("R7 a day after the window", "2013-09-15 renew", (GRANT,), {}, ["R7 restoration_too_late"]),
    (
        "R7 after the window, but with a stage 2",
        "2013-10-15 renew",
        (GRANT,),
        {"audits": IN_ORDER + ", stage2 2013-09-20"},
        ["R5 renewal_after_expiry"],
    ),
    ("R7 restored after the window", "2013-09-15 restore", (GRANT,), {"audits": IN_ORDER + ", stage2 2013-09-14"}, ["R7 restoration_too_late"]),
    ("R8 a year under the exception", "2014-03-14 renew", (GRANT,), {"covid_extension": True}, ["R5 renewal_after_expiry"]),
    ("R7 the term follows the old cycle", "2013-05-01 renew expires=2016-03-15", (GRANT,), {}, ["R5 renewal_after_expiry", "R7 expiry_too_late"]),
    ("R6 the term may follow the old cycle", "2013-02-10 renew expires=2016-03-14", (GRANT,), {}, []),
    ("R6 no longer", "2013-02-10 renew expires=2016-03-15", (GRANT,), {}, ["R6 expiry_too_late"]),
    (
        "R5 no audit",
        "2013-02-10 renew",
        (GRANT,),
        {"audits": INITIAL + ", surveillance 2011-02-01, surveillance 2012-06-01"},
        ["R5 recertification_audit_missing"],
    ),
    (
        "R5 rests on an audit",
        "2013-02-10 renew audit=2013-01-20",
        (GRANT,),
        {"audits": INITIAL + ", surveillance 2011-02-01, surveillance 2012-06-01"},
        [],
    ),
    (
        "R3 a surveillance is missing",
        "2013-02-10 renew",
        (GRANT,),
        {"audits": INITIAL + ", surveillance 2011-02-01, recertification 2012-12-01"},
        ["R3 surveillance_missing"],
    ),
    (
        "R3 missing too when restored",
        "2013-04-10 renew",
        (GRANT,),
        {"audits": INITIAL + ", surveillance 2011-02-01, recertification 2012-12-01"},
        ["R5 renewal_after_expiry", "R3 surveillance_missing"],
    ),
    ("R17 reorganised, no stage 1", "2013-02-10 renew", (GRANT,), {"reorganised_on": (day("2012-01-01"),)}, ["R17 renewed_without_stage1"]),
    (
        "R17 reorganised, stage 1 held",
        "2013-02-10 renew",
        (GRANT,),
        {"reorganised_on": (day("2012-01-01"),), "audits": IN_ORDER + ", stage1 2012-11-01"},
        [],
    ),
    (
        "R17 reorganised in an earlier cycle",
        "2016-02-10 renew audit=2016-01-20",
        (GRANT, "2013-02-10 renew", "2014-05-01 confirm", "2015-05-01 confirm"),
        {"reorganised_on": (day("2012-01-01"),)},
        [],
    ),
    ("T1 moved to the edition it has", "2011-04-01 move_edition 2008", (GRANT,), {}, ["T1 edition_unchanged"]),
    ("T1 moved to an older edition", "2010-04-01 move_edition 2000", (GRANT,), {}, ["T1 edition_backwards"]),
    ("T1 moved without saying where", "2011-04-01 move_edition", (GRANT,), {}, ["T1 edition_missing"]),
    ("T1 moved in order", "2018-04-01 move_edition 2015", ("2017-03-15 grant 2008",), {}, []),
    ("T3 moved after the end", "2018-12-01 move_edition 2015", ("2017-03-15 grant 2008",), {}, ["T3 move_after_edition_end"]),
    ("T3 moved much too late", "2019-03-16 move_edition 2015", ("2017-03-15 grant 2008",), {}, ["T3 restoration_too_late"]),
    ("D1 moved after it expired by its term", "2013-05-01 move_edition 2015", (GRANT,), {}, ["D1 decision_not_allowed"]),
]


@pytest.mark.parametrize(("rule", "entry", "entries", "more", "expected"), CHECKS, ids=[case[0] for case in CHECKS])
def test_a_decision_is_checked(rule, entry, entries, more, expected):
    assert checked(entry, *entries, **more) == sorted(expected)


def test_a_decision_of_the_future():
    """D2."""
    assert checked("2011-02-01 confirm", GRANT, today=day("2011-01-31")) == ["D2 decided_in_future"]
    assert checked("2011-02-01 confirm", GRANT, today=day("2011-02-01")) == []


def test_the_message_gets_its_values():
    found = check_decision(facts(GRANT, audits=IN_ORDER), Decision(0, DecisionKind.RENEW, day("2013-03-20")))
    assert found[0].values == {"decided_on": day("2013-03-20"), "expired_on": day("2013-03-14")}
    assert found[0].decision_id == 2
    assert all(isinstance(value, (str, int, type(day("2013-03-20")), tuple)) for one in found for value in one.values.values())


@pytest.mark.parametrize(
    ("what", "nonconformity", "entry", "expected"),
    [
        ("N1 major open", ("major", "stage2", "2010-02-20", None, None), GRANT, ["N1 major_open_before_decision"]),
        ("N1 major closed later", ("major", "stage2", "2010-02-20", "2010-03-16", None), GRANT, ["N1 major_open_before_decision"]),
        ("N1 major closed", ("major", "stage2", "2010-02-20", "2010-03-15", None), GRANT, []),
        ("N1 six months to the day", ("major", "stage2", "2010-02-20", "2010-08-20", None), "2010-08-25 grant 2008", []),
        ("N1 longer", ("major", "stage2", "2010-02-20", "2010-08-21", None), "2010-08-25 grant 2008", ["N1 major_6m_after_stage2"]),
        ("N2 minor without plan", ("minor", "stage2", "2010-02-20", None, None), GRANT, ["N2 minor_plan_missing"]),
        ("N2 minor with plan", ("minor", "stage2", "2010-02-20", None, "2010-03-01"), GRANT, []),
    ],
)
def test_nonconformities_before_a_first_decision(what, nonconformity, entry, expected):
    grade, audit, *days = nonconformity
    ended_on, closed_on, plan_on = (value and day(value) for value in days)
    one = NonconformityFact(grade, AuditKind(audit), ended_on, closed_on, plan_on, id=7)
    assert checked(entry, audits=INITIAL, nonconformities=(one,)) == expected


def test_nonconformities_before_a_renewal():
    """N4: closed and verified before the certificate expires."""
    found = NonconformityFact("major", AuditKind.RECERTIFICATION, day("2012-12-01"), id=7)
    assert checked("2013-02-10 renew", GRANT, nonconformities=(found,)) == ["N4 major_open_before_decision"]
    assert checked("2013-02-10 renew", GRANT, nonconformities=(replace(found, closed_on=day("2013-02-01")),)) == []
    late = replace(found, closed_on=day("2013-04-01"))
    assert checked("2013-04-10 renew", GRANT, nonconformities=(late,)) == ["N4 major_closed_after_expiry", "R5 renewal_after_expiry"]
    with pytest.raises(ValueError, match="grade"):
        replace(found, grade="huge")


@pytest.mark.parametrize(
    ("rule", "entries", "audits", "expected"),
    [
        (
            "all in order",
            (GRANT, "2013-02-10 renew", "2014-02-01 confirm", "2015-02-01 confirm", "2016-02-01 withdraw"),
            IN_ORDER,
            ["R5 recertification_audit_late 2015-12-16 2016-02-01"],
        ),
        ("R4 late", (GRANT, "2011-04-01 confirm", "2012-02-01 withdraw"), INITIAL, ["R4 surveillance_late 2011-03-16 2011-04-02"]),
        ("R4 late by a day is late", (GRANT, "2011-03-16 confirm", "2012-02-01 withdraw"), INITIAL, ["R4 surveillance_late 2011-03-16 2011-03-17"]),
        (
            "R3 missed, until withdrawn",
            (GRANT, "2011-02-01 confirm", "2013-01-20 withdraw"),
            INITIAL + ", recertification 2012-12-01",
            ["R3 surveillance_late 2013-01-01 2013-01-20"],
        ),
        (
            "R3 missed, told at the renewal",
            (GRANT, "2011-02-01 confirm", "2013-02-10 renew", "2013-03-01 withdraw"),
            INITIAL + ", recertification 2012-12-01",
            ["R3 surveillance_late 2013-01-01 2013-02-10", "R3 surveillance_missing 2013-02-10 -"],
        ),
        ("R9 never ended", (GRANT, "2011-04-01 suspend S1"), IN_ORDER, ["R9 suspension_over_6m 2011-10-02 2013-03-15"]),
        ("R9 ended late", (GRANT, "2011-04-01 suspend S1", "2011-11-01 withdraw"), IN_ORDER, ["R9 suspension_over_6m 2011-10-02 2011-11-02"]),
        (
            "a decision at fault weighs until the next cycle",
            (GRANT, "2011-04-01 restore", "2013-02-10 renew", "2013-05-01 withdraw"),
            IN_ORDER,
            ["D1 decision_not_allowed 2011-04-01 2013-02-10"],
        ),
    ],
)
def test_what_was_broken_and_for_how_long(rule, entries, audits, expected):
    assert told(facts(*entries, audits=audits)) == expected


def test_after_expiry_restorable_then_final():
    """R7."""
    known = facts(GRANT, audits=IN_ORDER)
    assert [one.code for one in breaches_on(known, day("2013-03-14"))] == []
    assert [one.code for one in breaches_on(known, day("2013-03-15"))] == ["expired_restorable"]
    assert [one.code for one in breaches_on(known, day("2013-09-14"))] == ["expired_restorable"]
    assert [one.code for one in breaches_on(known, day("2013-09-15"))] == ["expired_final"]
    assert breaches_until(known, day("2013-03-14")) == ()
    assert [one.code for one in breaches_until(known, day("2020-01-01"))] == ["expired_restorable", "expired_final"]
    restored = facts(GRANT, "2013-06-01 renew", audits=IN_ORDER)
    assert [one.code for one in breaches_on(restored, day("2013-05-31"))] == ["expired_restorable"]
    assert [one.code for one in breaches_on(restored, day("2013-06-01"))] == ["renewal_after_expiry"]


def test_a_superseded_certificate_is_left_in_peace():
    assert breaches_on(facts(GRANT, superseded_on=day("2014-01-01"), audits=IN_ORDER), day("2014-01-01")) == ()


def test_missing_contents_and_reorganisation_are_doubts():
    """C1, R17."""
    known = facts(GRANT, missing_fields=("scope", "address"), reorganised_on=(day("2011-05-01"),), audits=IN_ORDER)
    found = breaches_on(known, day("2011-06-01"))
    assert [(one.rule, one.code, one.severity) for one in found] == [
        ("C1", "cert_missing_field", "warning"),
        ("R17", "stage1_needed", "warning"),
    ]
    assert found[0].values == {"fields": ("address", "scope")}
    assert "stage1_needed" not in [one.code for one in breaches_on(replace(known, reorganised_on=(day("2010-01-01"),)), day("2011-06-01"))]


def test_the_state_machine_knows_every_status():
    assert {Status(word) for word in ALLOWED} == set(Status)
    assert {kind for kinds in ALLOWED.values() for kind in kinds} == set(DecisionKind)


def test_every_rule_says_what_and_whence_in_both_languages():
    assert {f"R{number}" for number in range(1, 18)} <= set(RULES)
    for key, rule in RULES.items():
        assert rule.id == key
        assert rule.text_en.endswith(".") and rule.text_ru.endswith(".") and rule.source
        assert any("а" <= letter <= "я" for letter in rule.text_ru)


def test_kinds_may_come_as_words():
    assert Decision(1, "grant", day("2010-03-15")).kind is DecisionKind.GRANT
    with pytest.raises(ValueError, match="praise"):
        Decision(1, "praise", day("2010-03-15"))
