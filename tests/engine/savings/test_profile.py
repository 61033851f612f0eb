"""Coverage and quality, reckoned by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.engine.savings.given import dataset
from yantar.engine.savings.profile import Checked, Profile, Publisher, profile, schema
from yantar.engine.savings.profile_checks import MADE, checks

NOON = 20_150 * 86_400 + 43_200
"""Noon of 2025-03-03 UTC."""


def only(folder: Path, **rows: Any) -> Publisher:
    (publisher,) = profile(dataset(folder, **rows)).publishers
    return publisher


def check(folder: Path, id_: str, **rows: Any) -> Checked:
    return next(one for one in only(folder, **rows).checks if one.id == id_)


def test_coverage_by_publisher_and_field(tmp_path: Path) -> None:
    given = dataset(
        tmp_path,
        procedures=[
            {"procedure_id": "a1", "publisher": "a", "amount": 10, "status": "complete", "opens": NOON, "published_on": date(2025, 1, 2)},
            {"procedure_id": "a2", "publisher": "a", "amount": "10.00", "status": "active", "published_on": date(2025, 1, 1)},
            {"procedure_id": "a3", "publisher": "a", "status": "active"},
            {"procedure_id": "b1", "publisher": "b", "currency": "USD"},
        ],
        bids=[{"procedure_id": "a1", "bid_id": "1", "amount": 9}, {"procedure_id": "b1", "bid_id": "1", "status": ""}],
        quarantine=[
            {"publisher": "a", "procedure_id": "a3", "field": "tender.value.amount", "value": "?", "reason": "wrong_type"},
            {
                "publisher": "a",
                "procedure_id": "a1",
                "field": "bids.details[0].value.amount",
                "value": "9",
                "reason": "number_as_text",
                "action": "repaired",
            },
            {
                "publisher": "a",
                "procedure_id": "a2",
                "field": "bids.details[3].value.amount",
                "value": "8",
                "reason": "number_as_text",
                "action": "repaired",
            },
            {"publisher": "", "field": "", "value": "{", "reason": "not_json", "action": "rejected"},
        ],
    )
    found = profile(given)
    assert found.procedures == 4
    assert [(one.publisher, one.procedures, one.first_on, one.last_on) for one in found.publishers] == [
        ("a", 3, "2025-01-01", "2025-03-03"),
        ("b", 1, "2025-03-03", "2025-03-03"),
        ("", 0, None, None),
    ]
    a, b, nobody = found.publishers
    fields = {(one.table, one.column): one for one in a.fields}
    amount = fields["procedures", "amount"]
    assert (amount.rows, amount.filled, amount.share, amount.distinct) == (3, 2, "0.666667", 1)
    assert (amount.least, amount.most, amount.set_aside, amount.repaired) == ("10.00", "10.00", 1, 0)
    assert fields["procedures", "status"].seen == {"active": 2, "complete": 1}
    assert fields["procedures", "opens"].least == "2025-03-03T12:00:00Z"
    assert (fields["bids", "amount"].repaired, fields["bids", "amount"].share) == (2, "1.000000")
    assert fields["awards", "amount"].share is None
    assert [(one.field, one.reason, one.action, one.values) for one in a.defects] == [
        ("bids.details[].value.amount", "number_as_text", "repaired", 2),
        ("tender.value.amount", "wrong_type", "set_aside", 1),
    ]
    assert {one.column: one.seen for one in b.fields if one.table == "bids"}["status"] == {"": 1}
    assert [one.reason for one in nobody.defects] == ["not_json"]
    assert Profile.model_validate_json(found.model_dump_json()) == found
    assert set(schema()["properties"]) == set(Profile.model_fields)


def p(id_: str = "p", **more: Any) -> dict[str, Any]:
    return {"procedure_id": id_, "publisher": "x", "amount": 100, **more}


def award(id_: str = "p", **more: Any) -> dict[str, Any]:
    return {"procedure_id": id_, "award_id": "a", "supplier_id": "s", "amount": 90, "awarded_on": date(2025, 3, 3), **more}


def contract(id_: str = "p", **more: Any) -> dict[str, Any]:
    return {"procedure_id": id_, "contract_id": "c", "award_id": "a", "amount": 90, "signed_on": date(2025, 3, 4), **more}


def bid(id_: str = "p", **more: Any) -> dict[str, Any]:
    return {"procedure_id": id_, "bid_id": "b", "bidder_id": "s", **more}


def lot(lot_id: str, amount: Any, **more: Any) -> dict[str, Any]:
    return {"procedure_id": "p", "lot_id": lot_id, "amount": amount, **more}


# Check, rows, what it says of procedure p: True passed, False failed, None can't be made.
CASES: list[tuple[str, dict[str, Any], bool | None]] = [
    ("period_in_order", {"procedures": [p(opens=NOON, closes=NOON)]}, True),
    ("period_in_order", {"procedures": [p(opens=NOON, closes=NOON - 1)]}, False),
    ("period_in_order", {"procedures": [p(opens=NOON)]}, None),
    ("award_after_close", {"procedures": [p(closes=NOON + 86_400)], "awards": [award()]}, True),
    ("award_after_close", {"procedures": [p(closes=NOON + 86_401)], "awards": [award()]}, False),
    ("award_after_close", {"procedures": [p(closes=NOON)], "awards": [award(status="pending")]}, None),
    ("contract_after_award", {"procedures": [p()], "awards": [award()], "contracts": [contract(signed_on=date(2025, 3, 3))]}, True),
    ("contract_after_award", {"procedures": [p()], "awards": [award()], "contracts": [contract(signed_on=date(2025, 3, 2))]}, False),
    ("contract_after_award", {"procedures": [p()], "awards": [award()], "contracts": [contract(award_id="z")]}, None),
    ("contract_near_award", {"procedures": [p()], "awards": [award()], "contracts": [contract(amount=135)]}, True),
    ("contract_near_award", {"procedures": [p()], "awards": [award()], "contracts": [contract(amount="135.01")]}, False),
    ("contract_near_award", {"procedures": [p()], "awards": [award()], "contracts": [contract(amount="44.99")]}, False),
    ("contract_near_award", {"procedures": [p()], "awards": [award()], "contracts": [contract(currency="USD")]}, None),
    ("award_not_far_above", {"procedures": [p()], "awards": [award(amount=150)]}, True),
    ("award_not_far_above", {"procedures": [p()], "awards": [award(amount=150), award(award_id="b", amount="0.01")]}, False),
    ("award_not_far_above", {"procedures": [p(amount=0)], "awards": [award()]}, None),
    ("lots_add_up", {"procedures": [p()], "lots": [lot("1", 50), lot("2", 51)]}, True),
    ("lots_add_up", {"procedures": [p()], "lots": [lot("1", 50), lot("2", "51.01")]}, False),
    ("lots_add_up", {"procedures": [p()], "lots": [lot("1", 50), lot("2", None)]}, None),
    (
        "bidders_as_declared",
        {"procedures": [p(declared_bidders=1)], "bids": [bid(), bid(bid_id="b2"), bid(bid_id="b3", bidder_id="t", status="withdrawn")]},
        True,
    ),
    ("bidders_as_declared", {"procedures": [p(declared_bidders=2)], "bids": [bid()]}, False),
    ("bidders_as_declared", {"procedures": [p(declared_bidders=2)], "bids": [bid(bidder_id="")]}, None),
    ("supplier_among_bidders", {"procedures": [p()], "awards": [award()], "bids": [bid()]}, True),
    ("supplier_among_bidders", {"procedures": [p()], "awards": [award(supplier_id="t")], "bids": [bid()]}, False),
    ("supplier_among_bidders", {"procedures": [p()], "awards": [award()]}, None),
    ("one_currency", {"procedures": [p()], "awards": [award()]}, True),
    ("one_currency", {"procedures": [p()], "awards": [award(currency="USD")]}, False),
    ("one_currency", {"procedures": [p(amount=None)], "awards": [award(currency="USD")]}, None),
    ("lots_listed", {"procedures": [p()], "lots": [lot("1", 1)], "award_lots": [{"procedure_id": "p", "award_id": "a", "lot_id": "1"}]}, True),
    ("lots_listed", {"procedures": [p()], "lots": [lot("1", 1)], "bid_lots": [{"procedure_id": "p", "bid_id": "b", "lot_id": "2"}]}, False),
    ("lots_listed", {"procedures": [p()], "lots": [lot("1", 1)]}, None),
    ("award_names_bid", {"procedures": [p()], "awards": [award(bid_id="b")], "bids": [bid()]}, True),
    ("award_names_bid", {"procedures": [p()], "awards": [award(bid_id="c")], "bids": [bid()]}, False),
    ("award_names_bid", {"procedures": [p()], "awards": [award()]}, None),
    ("contract_names_award", {"procedures": [p()], "awards": [award()], "contracts": [contract()]}, True),
    ("contract_names_award", {"procedures": [p()], "awards": [award()], "contracts": [contract(award_id="z")]}, False),
    ("contract_names_award", {"procedures": [p()], "contracts": [contract(award_id="")]}, None),
    ("complete_has_award", {"procedures": [p()], "awards": [award(status="")]}, True),
    ("complete_has_award", {"procedures": [p()]}, False),
    ("complete_has_award", {"procedures": [p(status="active")]}, None),
    ("amount_positive", {"procedures": [p(amount="0.01")]}, True),
    ("amount_positive", {"procedures": [p(amount=0)]}, False),
    ("amount_positive", {"procedures": [p(amount=None)]}, None),
    ("dates_plausible", {"procedures": [p(published_on=date(1990, 1, 1), data_on=date(1990, 1, 1))]}, True),
    ("dates_plausible", {"procedures": [p(published_on=date(1989, 12, 31))]}, False),
    ("dates_plausible", {"procedures": [p(data_on=date(2025, 3, 3))], "contracts": [contract()]}, False),
    ("dates_plausible", {"procedures": [p(published_on=None)]}, None),
    ("ids_unique", {"procedures": [p()]}, True),
    (
        "ids_unique",
        {"procedures": [p()], "quarantine": [{"procedure_id": "p", "publisher": "x", "field": "awards[1].id", "reason": "id_repeated"}]},
        False,
    ),
    ("not_twice", {"procedures": [p(title="t")]}, True),
    ("not_twice", {"procedures": [p(title="t"), p("q", title="t")]}, False),
    ("not_twice", {"procedures": [p()]}, None),
]


def test_every_check_is_tried() -> None:
    tried = {id_ for id_, _, _ in CASES}
    assert tried == set(MADE) == {one.id for one in checks().checks}
    assert all(any(id_ == one and said is expected for one, _, said in CASES) for id_ in tried for expected in (True, False))


def test_checks_by_hand(tmp_path: Path) -> None:
    """All cases in one dataset, a publisher each, so that it is computed once."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for n, (_, given, _) in enumerate(CASES):
        for table, own in given.items():
            for row in own:
                moved = {**row, "procedure_id": f"{n:03}-{row['procedure_id']}"}
                if table in ("procedures", "quarantine"):
                    moved["publisher"] = f"case-{n:03}"
                rows.setdefault(table, []).append(moved)
    by_name = {one.publisher: one for one in profile(dataset(tmp_path, **rows)).publishers}
    for n, (id_, given, expected) in enumerate(CASES):
        publisher = by_name[f"case-{n:03}"]
        found = next(one for one in publisher.checks if one.id == id_)
        assert found.passed + found.failed + found.not_applicable == publisher.procedures == len(given["procedures"]), id_
        verdict = {True: "passed", False: "failed", None: "not_applicable"}[expected]
        assert found.verdict == verdict, (id_, given)
        assert (found.failed > 0) == (expected is False)
        assert bool(found.examples) == (expected is False)


@pytest.mark.parametrize(("good", "bad", "verdict"), [(99, 1, "passed"), (98, 1, "failed")])
def test_the_verdict_goes_by_the_tolerance(tmp_path: Path, good: int, bad: int, verdict: str) -> None:
    rows = [p(f"good {n:02}") for n in range(good)] + [p(f"bad {n}", amount=0) for n in range(bad)]
    found = check(tmp_path, "amount_positive", procedures=rows)
    assert (found.passed, found.failed, found.verdict, found.allowed) == (good, bad, verdict, "0.010000")
    assert found.examples == ("bad 0",)


def test_examples_are_the_first_by_id_and_no_more_than_asked(tmp_path: Path) -> None:
    found = check(tmp_path, "amount_positive", procedures=[p(f"bad {n}", amount=0) for n in reversed(range(9))])
    assert found.examples == tuple(f"bad {n}" for n in range(checks().examples))


def test_a_number_is_no_publisher(tmp_path: Path) -> None:
    rows = [{"procedure_id": id_, "publisher": publisher} for id_, publisher in (("10", "10"), ("11", "11"), ("ocds-abc123-1", "ocds-abc123"))]
    quarantine = [{"publisher": "11", "procedure_id": "11", "field": "awards[0].id", "reason": "id_missing", "action": "repaired"}]
    found = profile(dataset(tmp_path, procedures=rows, quarantine=quarantine))
    assert [(one.publisher, one.procedures, len(one.defects)) for one in found.publishers] == [("", 2, 1), ("ocds-abc123", 1, 0)]


def test_a_dataset_without_procedures(tmp_path: Path) -> None:
    assert profile(dataset(tmp_path)).publishers == ()
