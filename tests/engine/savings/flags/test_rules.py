"""All rules together: their data, their choice, what is not computable, counts by buyer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.savings.given import dataset
from yantar.engine.savings.engines import duck, run
from yantar.engine.savings.flags import COLUMNS, RULES, UnknownRule, UnknownThreshold, count_by_buyer, count_by_flag, flags
from yantar.engine.savings.flags.data import common, load
from yantar.engine.savings.flags.missing import missing
from yantar.engine.savings.flags.rule import Rule
from yantar.engine.savings.tables import TABLES

from .asking import bids, won

SHARED = ("R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R058")


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_the_file_of_a_rule_says(rule: Rule) -> None:
    data = rule.data
    assert data.code == rule.code
    assert data.cardinal == (rule.code if rule.code in SHARED else "")
    for language in ("ru", "en"):
        words = data.words(language)
        assert all((words.title, words.definition, words.may_mean, words.not_proof))
        assert bool(words.beyond) == (rule.code in SHARED), "what goes beyond Cardinal is said where a code is shared, save where nothing does"
    for need in data.needs:
        for one in need.split("|"):
            table, column = one.split(".")
            assert column in TABLES[table].types
    for threshold in data.thresholds.values():
        for row in threshold.values:
            assert row.source
            assert ("(GK)" not in row.source) or not row.confirmed, "what is from general knowledge is not confirmed"


def test_those_that_the_tables_do_not_allow_are_named() -> None:
    assert [one.code for one in common().absent] == ["R044", "R048", "R055"]
    assert not {one.code for one in common().absent} & set(RULES)
    assert not load("Y101").confirmed
    assert load("R018").confirmed


def test_a_choice_of_rules_and_thresholds_is_checked(tmp_path: Path) -> None:
    tables = dataset(tmp_path, procedures=[{"procedure_id": "p"}]).tables(duck(threads=1))
    with pytest.raises(UnknownRule):
        flags(tables, rules=["R018", "R999"])
    with pytest.raises(UnknownRule):
        flags(tables, thresholds={"R999": {"days": 1}})
    for wrong in ({"hours": 1}, {"days": "x"}, {"days": "1.5"}, {"days": -1}, {"days": "NaN"}):
        with pytest.raises(UnknownThreshold):
            flags(tables, rules=["R003"], thresholds={"R003": wrong})
    assert tuple(flags(tables, rules=["r018"]).columns) == COLUMNS


def test_nothing_stated_is_not_computable_and_not_zero(tmp_path: Path) -> None:
    con = duck(threads=1)
    tables = dataset(tmp_path, procedures=[{"procedure_id": "p", "method": "", "buyer_id": ""}]).tables(con)
    rows = {row["flag"]: row for row in run(con, count_by_flag(tables))}
    assert set(rows) == set(RULES)
    assert {(row["procedures"], row["rows"], row["examined"]) for row in rows.values()} == {(0, 0, 0)}
    assert run(con, flags(tables)) == []
    lacking = missing(con, tables)
    assert lacking["R018"] == ("procedures.method", "procedures.declared_bidders|bids.bidder_id")
    assert lacking["Y101"] == ("awards.amount", "awards.status", "procedures.amount|lots.amount")
    assert set(lacking) == set(RULES)


def test_missing_names_only_what_is_missing(tmp_path: Path) -> None:
    con = duck(threads=1)
    rows: dict[str, Any] = {"procedures": [{"procedure_id": "p"}], "bids": bids("p", ("x", None, "valid")), "awards": [won("p", "x")]}
    lacking = missing(con, dataset(tmp_path, **rows).tables(con))
    assert "R018" not in lacking and "R025" not in lacking
    assert lacking["R028"] == ("bids.amount",)
    assert lacking["R030"] == ("procedures.closes", "bids.submitted")


def test_counts_by_buyer_are_of_those_examined(tmp_path: Path) -> None:
    con = duck(threads=1)
    procedures = [
        {"procedure_id": "a1", "buyer_id": "A", "declared_bidders": 1},
        {"procedure_id": "a2", "buyer_id": "A", "declared_bidders": 2},
        {"procedure_id": "a3", "buyer_id": "A"},
        {"procedure_id": "b1", "buyer_id": "B", "declared_bidders": 1},
        {"procedure_id": "c1", "buyer_id": "C"},
    ]
    tables = dataset(tmp_path, procedures=procedures).tables(con)
    rows = run(con, count_by_buyer(tables, rules=["R018"]).order_by("buyer_id"))
    assert [tuple(row.values()) for row in rows] == [("A", "R018", 1, 2), ("B", "R018", 1, 1)]


STATUS = st.sampled_from(("valid", "disqualified", "pending", "withdrawn", ""))
SHUFFLED = ("R018", "R024", "R028", "R035", "R036", "Y101")
BID = st.tuples(st.sampled_from("xyz"), st.one_of(st.none(), st.integers(1, 5)), STATUS)
PROCEDURE = st.tuples(st.lists(BID, max_size=4), st.sampled_from(("x", "y", "")), st.integers(1, 6))


@settings(max_examples=3, deadline=None)
@given(drawn=st.lists(PROCEDURE, min_size=1, max_size=6), seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(tmp_path_factory: pytest.TempPathFactory, drawn: Sequence[Any], seed: Any) -> None:
    rows: dict[str, list[Any]] = {
        "procedures": [{"procedure_id": f"p{n}", "amount": amount, "buyer_id": f"b{n % 2}"} for n, (_, _, amount) in enumerate(drawn)],
        "bids": [bid for n, (given_, _, _) in enumerate(drawn) for bid in bids(f"p{n}", *given_)],
        "awards": [won(f"p{n}", supplier, 3) for n, (_, supplier, _) in enumerate(drawn) if supplier],
    }
    answers = []
    for _ in range(2):
        con = duck(threads=1)
        tables = dataset(tmp_path_factory.mktemp("dataset"), **rows).tables(con)
        found = run(con, flags(tables, rules=SHUFFLED).order_by(*COLUMNS))
        counts = {row["flag"]: row for row in run(con, count_by_flag(tables, rules=SHUFFLED))}
        answers.append((found, counts))
        for code, row in counts.items():
            assert row["procedures"] <= row["examined"] <= len(drawn)
            assert row["rows"] == sum(one["flag"] == code for one in found)
        for table in rows.values():
            seed.shuffle(table)
    assert answers[0] == answers[1]
