"""What must hold of every dataset, tried on many made-up ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.savings.given import dataset
from yantar.engine.savings.engines import duck
from yantar.engine.savings.figures import savings
from yantar.engine.savings.method import load_method
from yantar.engine.savings.result import Result

Rows = dict[str, list[dict[str, Any]]]
METHOD = load_method()
FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

amounts = st.none() | st.integers(0, 3_000_000_00).map(lambda cents: str(Decimal(cents) / 100))
currencies = st.sampled_from(["RUB", "RUB", "RUB", "RUB", "USD", ""])
vats = st.sampled_from(["", "", "with", "without"])


@st.composite
def records(draw: st.DrawFn) -> Rows:
    """Some procedures with everything that may be wrong with them."""
    rows: Rows = {"procedures": [], "lots": [], "bids": [], "awards": [], "award_lots": [], "contracts": []}
    for number in range(draw(st.integers(0, 25))):
        own = {"procedure_id": f"p{number}"}
        rows["procedures"].append(
            {
                **own,
                "amount": draw(amounts),
                "currency": draw(currencies),
                "vat": draw(vats),
                "status": draw(st.sampled_from(["complete", "complete", "active", "cancelled", "unsuccessful", ""])),
                "method": draw(st.sampled_from(["open", "open", "selective", "limited", "direct", ""])),
                "framework": draw(st.sampled_from([False, False, False, True, None])),
                "unit_price": draw(st.sampled_from([False, None, True])),
                "declared_bidders": draw(st.none() | st.integers(0, 7)),
                "published_on": draw(st.sampled_from([None, "2024-02-29", "2025-12-31"])),
                "buyer_id": draw(st.sampled_from(["A", "B"])),
                "budget_amount": draw(amounts),
                "budget_currency": "RUB",
            }
        )
        lots = [f"l{lot}" for lot in range(draw(st.integers(0, 3)))]
        for lot in lots:
            status = draw(st.sampled_from(["complete", "cancelled", "unsuccessful", ""]))
            rows["lots"].append({**own, "lot_id": lot, "amount": draw(amounts), "currency": draw(currencies), "vat": draw(vats), "status": status})
        for bid in range(draw(st.integers(0, 3))):
            status = draw(st.sampled_from(["valid", "disqualified", ""]))
            rows["bids"].append({**own, "bid_id": f"b{bid}", "bidder_id": draw(st.sampled_from(["x", "y", ""])), "status": status})
        for award in range(draw(st.integers(0, 2))):
            named = draw(st.lists(st.sampled_from([*lots, "elsewhere"]), unique=True)) if lots else []
            status = draw(st.sampled_from(["active", "active", "cancelled", "pending", ""]))
            amount, currency, vat = draw(amounts), draw(currencies), draw(vats)
            entry = {"award_id": f"w{award}", "amount": amount, "currency": currency, "vat": vat, "status": status, "lots": len(named)}
            rows["awards"].append({**own, **entry})
            rows["award_lots"] += [{**own, "award_id": f"w{award}", "lot_id": lot} for lot in named]
        for contract in range(draw(st.integers(0, 2))):
            link = draw(st.sampled_from(["w0", "w1", ""]))
            status = draw(st.sampled_from(["active", "terminated", "cancelled"]))
            signed = draw(st.sampled_from([None, "2024-05-05", "2026-11-01"]))
            entry = {"award_id": link, "amount": draw(amounts), "status": status, "signed_on": signed}
            rows["contracts"].append({**own, "contract_id": f"c{contract}", **entry})
    return rows


@pytest.fixture(scope="module")
def con() -> Iterator[Any]:
    backend = duck(threads=1)
    yield backend
    backend.disconnect()


def figures(con: Any, rows: Rows, **asked: Any) -> Result:
    with TemporaryDirectory() as folder:
        return savings(dataset(Path(folder), **rows), METHOD, by=("buyer", "year"), engine=con, currency="RUB", **asked)


def figures_alone(result: Result) -> dict[str, Any]:
    """The answer without what names the files."""
    return result.model_dump(exclude={"manifest"})


@FEW
@given(rows=records())
def test_included_and_excluded_are_the_input(con: Any, rows: Rows) -> None:
    found = figures(con, rows)
    lines = found.reconciliation
    assert (lines.difference_procedures, lines.difference_value) == (0, "0.00")
    assert found.E2.procedures + sum(entry.procedures for entry in found.excluded) == len(rows["procedures"])
    values = Decimal(lines.included_baseline) + Decimal(lines.included_lots_not_awarded) + Decimal(lines.included_difference)
    assert values + sum(Decimal(entry.value) for entry in found.excluded) == Decimal(lines.input_value)


@FEW
@given(rows=records())
def test_groups_and_one_bid_add_up(con: Any, rows: Rows) -> None:
    found = figures(con, rows)
    for name in ("E1", "E2", "contract_stage"):
        whole = getattr(found, name)
        for field in ("procedures", "baseline", "awarded", "saved"):
            parts = sum((Decimal(group[name][field]) for group in found.groups), Decimal(0))
            assert parts == Decimal(getattr(whole, field)), (name, field)
    assert Decimal(found.E1.saved) + Decimal(found.one_bid.saved) == Decimal(found.E2.saved)
    net = found.net
    assert Decimal(net.net) == Decimal(net.saved) - Decimal(net.increases) - Decimal(net.terminated) - Decimal(net.bought_again)


@FEW
@given(rows=records(), seed=st.integers(0, 1000))
def test_the_order_of_records_changes_nothing(con: Any, rows: Rows, seed: int) -> None:
    mixed = {name: random.Random(seed).sample(table, len(table)) for name, table in rows.items()}
    assert figures_alone(figures(con, mixed)) == figures_alone(figures(con, rows))


@FEW
@given(rows=records())
def test_a_cancelled_procedure_changes_only_what_is_excluded(con: Any, rows: Rows) -> None:
    off = {"procedure_id": "off", "amount": "123.45", "status": "cancelled", "buyer_id": "A", "declared_bidders": 3}
    more = {**rows, "procedures": [*rows["procedures"], off], "awards": [*rows["awards"], {"procedure_id": "off", "award_id": "w", "amount": "100"}]}
    before, after = figures(con, rows), figures(con, more)
    for name in ("E1", "E2", "one_bid", "contract_stage", "net", "groups", "sensitivity", "named", "indicators"):
        assert getattr(after, name) == getattr(before, name), name
    assert Decimal(after.lost.value) - Decimal(before.lost.value) == Decimal("123.45")
    assert after.input.procedures == before.input.procedures + 1
    changed = {entry.reason: entry.procedures for entry in after.excluded}
    assert changed.pop("cancelled") == 1 + sum(entry.procedures for entry in before.excluded if entry.reason == "cancelled")
    assert changed == {entry.reason: entry.procedures for entry in before.excluded if entry.reason != "cancelled"}


@FEW
@given(rows=records())
def test_no_scenario_counts_what_is_not_there(con: Any, rows: Rows) -> None:
    found = figures(con, rows)
    for scenario in found.sensitivity:
        assert scenario.E1.procedures <= scenario.E2.procedures <= len(rows["procedures"]), scenario.id
        assert Decimal(scenario.moved) == Decimal(scenario.E1.saved) - Decimal(found.E1.saved), scenario.id
    left_out = {entry.id: entry for entry in found.sensitivity}
    assert left_out["heavy_left_out"].E2.procedures <= found.E2.procedures <= left_out["above_baseline_counted"].E2.procedures
