"""The real records (outside of the project, see the README of the data): checked figures to the kopeck, every publisher accounted for."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from yantar.engine.savings.dataset import open_dataset
from yantar.engine.savings.figures import savings
from yantar.engine.savings.ingest import ingest
from yantar.engine.savings.method import load_method
from yantar.engine.savings.result import Result

DATA = Path(__file__).parents[4] / "shared" / "data" / "procurement"
SESSIONS, OCDS = DATA / "ru_mos_quote_sessions", DATA / "ocds_real"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real records are not on this machine")
METHOD = load_method()


@pytest.fixture(scope="module")
def moscow(tmp_path_factory: pytest.TempPathFactory) -> Result:
    into = tmp_path_factory.mktemp("moscow") / "dataset"
    ingest(sorted(SESSIONS.glob("*.csv")), into)
    return savings(open_dataset(into), METHOD, by=("year",))


def test_moscow_to_the_kopeck(moscow: Result) -> None:
    found = moscow.E2
    assert (found.procedures, found.baseline, found.awarded, found.saved, found.share) == (
        22683,
        "15027707816.74",
        "13205659374.28",
        "1822048442.46",
        "0.121246",
    )
    assert moscow.one_bid.procedures == 7284
    assert moscow.reconciliation.difference_value == "0.00"
    assert moscow.excluded == ()


def test_moscow_by_year_of_start(moscow: Result) -> None:
    shares = {row["year"]: (Decimal(row["E2"]["share"]) * 100).quantize(Decimal("0.01")) for row in moscow.groups}
    assert shares == {2022: Decimal("14.25"), 2023: Decimal("12.37"), 2024: Decimal("7.94")}


def test_moscow_says_how_much_of_it_is_heavy(moscow: Result) -> None:
    heavy = {(entry.id, entry.within): entry for entry in moscow.named}["heavy", "E1"]
    left_out = {entry.id: entry for entry in moscow.sensitivity}["heavy_left_out"]
    assert 0 < heavy.procedures < moscow.E1.procedures
    assert Decimal(left_out.moved) == -Decimal(heavy.saved)


@pytest.mark.parametrize("path", sorted(OCDS.glob("*.gz")) if OCDS.is_dir() else [], ids=lambda path: path.name.split(".")[0])
def test_every_publisher_is_accounted_for(path: Path, tmp_path: Path) -> None:
    manifest = ingest([path], tmp_path / "dataset")
    found = savings(open_dataset(tmp_path / "dataset"), METHOD, by=("method",))
    lines = found.reconciliation
    assert (lines.difference_procedures, lines.difference_value) == (0, "0.00")
    assert found.E2.procedures + sum(entry.procedures for entry in found.excluded) == manifest.counts.procedures == lines.input_procedures
    assert manifest.counts.records == manifest.counts.procedures + manifest.counts.merged + manifest.counts.superseded + manifest.counts.rejected


def test_ukraine_by_hand(tmp_path: Path) -> None:
    """Three procedures with several bidders and two with one; two called off, four from a single supplier."""
    ingest([OCDS / "ukraine.jsonl.gz"], tmp_path / "dataset")
    found = savings(open_dataset(tmp_path / "dataset"), METHOD)
    assert (found.currency, found.E1.procedures, found.E1.saved, found.E2.procedures, found.E2.saved) == ("UAH", 3, "10975.70", 5, "21165.70")
    assert {entry.reason: entry.procedures for entry in found.excluded} == {"cancelled": 1, "failed": 1, "not_competitive": 4}
