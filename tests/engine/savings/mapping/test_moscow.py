"""The published extract of quote sessions, to the kopeck. The file stays outside of the project: without it this is skipped, aloud."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from yantar.engine.savings.engines import duck
from yantar.engine.savings.ingest import IngestRefused, ingest
from yantar.engine.savings.mapping import recognise, shipped

from .made import Taken

FOLDER = Path(__file__).parents[4].parent / "shared" / "data" / "procurement" / "ru_mos_quote_sessions"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the Moscow quote sessions are not here: nothing of this list is checked")


@pytest.fixture(scope="module")
def moscow(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    into = tmp_path_factory.mktemp("moscow") / "dataset"
    return Taken(into, ingest([FOLDER / "participant.csv", FOLDER / "ks.csv"], into))


def test_counts_and_sums(moscow: Taken) -> None:
    counts = moscow.manifest.counts
    assert (counts.records, counts.procedures, counts.merged, counts.rejected) == (22_683 + 73_975, 22_683, 73_975, 0)
    assert counts.repaired_values == counts.set_aside_values == 0
    con = duck(threads=1)
    tables = moscow.dataset.tables(con)
    p, a, b = tables.procedures, tables.awards, tables.bids
    sums = con.con.execute(con.compile(p.aggregate(n=p.count(), ids=p.procedure_id.nunique(), sum=p.amount.sum()))).fetchall()
    assert sums == [(22_683, 22_683, Decimal("15027707816.74"))]
    assert con.con.execute(con.compile(a.aggregate(n=a.count(), sum=a.amount.sum()))).fetchall() == [(22_683, Decimal("13205659374.28"))]
    assert con.con.execute(con.compile(b.aggregate(n=b.count()))).fetchall() == [(73_975,)]
    by = b.group_by("procedure_id").aggregate(n=b.bidder_id.nunique())
    one = by.filter(by.n == 1)
    assert con.con.execute(con.compile(one.aggregate(n=one.count()))).fetchall() == [(7_284,)]


def test_what_the_facts_support(moscow: Taken) -> None:
    first = next(row for row in moscow.rows("procedures") if row["line"] == 2)
    assert first["procedure_id"] == "ru-mos-ks-9444925" and first["tender_id"] == "9444925"
    assert (first["method"], first["method_details"], first["law"], first["status"]) == ("open", "котировочная сессия", "", "complete")
    assert (first["amount"], first["currency"], str(first["published_on"])) == (Decimal("416550.00"), "RUB", "2022-12-02")
    assert first["closes"] - first["opens"] == 6 * 3600 - 60 - 1 + 2  # 09:18:07 to 15:17:08
    raw = (FOLDER / "ks.csv").read_bytes()
    assert raw[first["offset"] : first["offset"] + first["length"]].startswith(b"9444925;")
    winner = next(row for row in moscow.rows("awards") if row["procedure_id"] == first["procedure_id"])
    assert (winner["supplier_id"], winner["amount"], winner["status"]) == ("ru-mos-supplier-0", Decimal("414467.25"), "active")
    assert all(row["amount"] is None and row["status"] == "valid" for row in moscow.rows("bids")[:100])
    assert moscow.manifest.data_on == "2025-01-09"


def test_recognised_as_a_folder_and_in_any_order() -> None:
    both = [FOLDER / "ks.csv", FOLDER / "participant.csv"]
    for paths in ([FOLDER], both, both[::-1], both[:1], both[1:]):
        found = recognise(paths)
        assert found is not None and found.id == "ru_mos_quote_sessions"


def test_one_file_alone(tmp_path: Path) -> None:
    with pytest.raises(IngestRefused) as refused:
        ingest([FOLDER / "participant.csv"], tmp_path / "a")
    assert [problem.code for problem in refused.value.problems] == ["list_incomplete"]
    assert "sessions" in refused.value.problems[0].message
    alone = Taken(tmp_path / "b", ingest([FOLDER / "ks.csv"], tmp_path / "b"))
    assert alone.manifest.counts.procedures == 22_683 and alone.rows("bids") == []
    assert alone.manifest.options["list"]["missing"] == ["participants"]
    said = shipped()["ru_mos_quote_sessions"].file("participants").missing
    assert said is not None and "E1" in said.ru
