"""From a file of releases to the figures, compared with a second reckoning that shares no code with the engine."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.bench.procurement import Pool, release
from tests.engine.savings.reckoning import Sums, reckon
from yantar.engine.savings.dataset import open_dataset
from yantar.engine.savings.figures import savings
from yantar.engine.savings.ingest import Options, ingest
from yantar.engine.savings.method import load_method
from yantar.engine.savings.result import Measure, money

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "savings" / "example.jsonl"


def the_same(measure: Measure, sums: Sums) -> None:
    assert (measure.procedures, measure.baseline, measure.awarded, measure.saved) == (
        sums.procedures,
        money(sums.baseline),
        money(sums.awarded),
        money(sums.saved),
    )


def made(seed: int, folder: Path) -> Path:
    """Four hundred releases without a defect."""
    rng, pool = random.Random(seed), Pool()
    path = folder / "made.jsonl"
    path.write_text("".join(f"{release(number, rng, pool)}\n" for number in range(400)), encoding="utf-8")
    return path


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_both_reckon_the_same_kopecks(seed: int | None, tmp_path: Path) -> None:
    path = EXAMPLE if seed is None else made(seed, tmp_path)
    with path.open(encoding="utf-8") as lines:
        expected = reckon(json.loads(line) for line in lines)
    ingest([path], tmp_path / "dataset", options=Options())
    result = savings(open_dataset(tmp_path / "dataset"), load_method(), by=("year",))
    assert (result.input.procedures, result.input.value) == (expected.procedures, money(expected.value))
    the_same(result.E1, expected.e1)
    the_same(result.E2, expected.e2)
    the_same(result.contract_stage, expected.contract)
    assert {one.reason: (one.procedures, one.value) for one in result.excluded} == {
        reason: (count, money(expected.excluded_value[reason])) for reason, count in expected.excluded.items()
    }
    by_year = {group["year"]: group["E1"] for group in result.groups if group["E1"]["procedures"]}
    assert by_year == {
        year: {"procedures": sums.procedures, "baseline": money(sums.baseline), "awarded": money(sums.awarded), "saved": money(sums.saved)}
        | {"share": by_year[year]["share"]}
        for year, sums in expected.by_year.items()
    }
    assert (result.reconciliation.difference_procedures, result.reconciliation.difference_value) == (0, "0.00")


def test_the_example_is_what_the_document_says_of_it(tmp_path: Path) -> None:
    ingest([EXAMPLE], tmp_path / "dataset", options=Options())
    result = savings(open_dataset(tmp_path / "dataset"), load_method())
    assert (result.E1.saved, result.E2.saved, result.one_bid.saved, result.contract_stage.saved) == ("710000.00", "713000.00", "3000.00", "510000.00")
    net = result.net
    assert (net.saved, net.increases, net.terminated, net.bought_again, net.net) == ("710000.00", "200000.00", "60000.00", "30000.00", "420000.00")
    assert result.lost.value == "5700000.00"
