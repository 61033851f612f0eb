"""Which record of a procedure counts: the latest compiled one; several releases are merged; everything is accounted for."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .taken import SMALL, lines, release, taken, took


def part(ocid: str, day: str, tag: str, **fields: Any) -> dict[str, Any]:
    return {"ocid": ocid, "id": f"{ocid}-{day}", "date": day, "tag": [tag], **fields}


STORY = [
    part(
        "o-1",
        "2025-01-01T00:00:00Z",
        "tender",
        tender={"id": "n", "status": "active", "value": {"amount": 100.5, "currency": "RUB"}, "lots": [{"id": 1, "status": "active"}]},
    ),
    part("o-1", "2025-02-01T00:00:00Z", "tenderUpdate", tender={"status": "complete", "lots": [{"id": "1", "status": "complete"}, {"id": "2"}]}),
    part("o-1", "2025-03-01T00:00:00Z", "award", awards=[{"id": "a", "status": "pending", "value": {"amount": 90, "currency": "RUB"}}]),
    part("o-1", "2025-04-01T00:00:00Z", "awardUpdate", awards=[{"id": "a", "status": "active", "suppliers": [{"id": "s"}]}]),
]


def test_releases_are_merged_in_their_order_in_time_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    made = taken(tmp_path, *reversed(STORY))
    assert (made.counts.procedures, made.counts.merged, made.counts.superseded) == (1, 3, 0)
    row = made.one("procedures")
    assert (row["status"], row["amount"], row["line"], row["offset"], row["length"]) == ("complete", Decimal("100.50"), 1, -1, 0)
    assert [(lot["lot_id"], lot["status"]) for lot in made.rows("lots")] == [("1", "complete"), ("2", "")]
    award = made.one("awards")
    assert (award["status"], award["amount"], award["supplier_id"]) == ("active", Decimal("90.00"), "s")
    assert row["data_on"].isoformat() == "2025-04-01"


def test_null_removes_in_a_merge(tmp_path: Path) -> None:
    made = taken(tmp_path, *STORY, part("o-1", "2025-05-01", "tenderUpdate", tender={"value": {"amount": None, "currency": "RUB"}}))
    assert made.one("procedures")["amount"] is None


def test_a_single_release_is_its_own_compiled_one(tmp_path: Path) -> None:
    made = taken(tmp_path, STORY[0])
    assert made.counts.merged == 0 and made.one("procedures")["offset"] == 0


def test_the_latest_compiled_record_counts_and_releases_beside_it_do_not(tmp_path: Path) -> None:
    old, new = release(date="2025-04-01T10:00:00Z"), release(date="2025-04-01T11:00:00Z", awards=[])
    made = taken(tmp_path, new, old, part("ocds-213czf-1", "2026-01-01", "tender", tender={"id": "loose"}))
    assert (made.counts.procedures, made.counts.superseded, made.counts.merged) == (1, 2, 0)
    assert made.one("procedures")["line"] == 1 and made.rows("awards") == [] and len(made.rows("lots")) == 1


def test_what_was_repaired_in_a_superseded_record_is_forgotten_with_it(tmp_path: Path) -> None:
    old = release(date="2024-04-01")
    old["tender"]["value"]["amount"] = "7"
    made = taken(tmp_path, old, release())
    assert made.notes() == [] and made.counts.repaired_values == 0


def test_repairs_of_merged_releases_stay(tmp_path: Path) -> None:
    odd = part("o-1", "2025-06-01", "contract", contracts={"id": "c", "value": {"amount": "1,50", "currency": "RUB"}})
    made = taken(tmp_path, *STORY, odd)
    assert made.one("contracts")["amount"] == Decimal("1.50")
    assert {note[2] for note in made.notes()} == {"object_for_list", "number_as_text"}


def test_releases_that_contradict_in_form_leave_the_latest(tmp_path: Path, monkeypatch: Any) -> None:
    from yantar.engine.savings.ingest import merging

    def fails(releases: list[dict[str, Any]]) -> dict[str, Any]:
        raise ValueError("no")

    monkeypatch.setattr(merging, "merged", fails)
    made = taken(tmp_path, *STORY)
    assert [note[2:] for note in made.notes()] == [("not_merged", "set_aside")]
    assert made.one("awards")["status"] == "active" and made.counts.merged == 3


def test_many_releases_in_several_buckets_and_parts(tmp_path: Path, monkeypatch: Any) -> None:
    from yantar.engine.savings.ingest import merging

    monkeypatch.setattr(merging, "BUCKET", 20_000)
    records = [json.loads(json.dumps(one).replace("o-1", f"o-{n}")) for one in STORY for n in range(100)]
    made = taken(tmp_path, *records, options=replace(SMALL, chunk=4096, part=16384))
    assert (made.counts.procedures, made.counts.merged) == (100, 300)
    assert {(row["status"], row["amount"]) for row in made.rows("procedures")} == {("complete", Decimal("100.50"))}
    assert len(made.rows("awards")) == 100 and len(made.rows("lots")) == 200


def test_packages_and_records(tmp_path: Path) -> None:
    package = {"uri": "x", "publishedDate": "2025-01-01", "releases": [release("o-1"), release("o-2")]}
    compiled = release("o-3")
    compiled["tag"] = ["tender"]
    records = {
        "records": [
            {"ocid": "o-3", "compiledRelease": compiled, "releases": [{"url": "http://example.org/1"}]},
            {"ocid": "o-1x", "releases": [json.loads(json.dumps(one).replace('"o-1', '"o-1x')) for one in STORY]},
            {"ocid": "o-9", "releases": [{"url": "http://example.org/1"}]},
        ]
    }
    inputs = {
        "one.json": json.dumps(package).encode(),
        "two.json": json.dumps(records, indent=2).encode(),
        "three.jsonl": lines([{"releases": [release("o-4")]}, {"ocid": "o-5", "compiledRelease": release("o-5")}]),
        "four.json": json.dumps([release("o-6"), release("o-7")], indent=1).encode(),
        "five.json": json.dumps(release("o-8"), indent=1).encode(),
    }
    paths = []
    for name, content in inputs.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    made = took(tmp_path / "dataset", *paths)
    assert [row["procedure_id"] for row in made.rows("procedures")] == ["o-1", "o-1x", *(f"o-{n}" for n in range(2, 9))]
    assert [(one.name, one.form, one.records) for one in made.manifest.input] == [
        ("one.json", "ocds-lines", 2),
        ("two.json", "ocds-document", 6),
        ("three.jsonl", "ocds-lines", 2),
        ("four.json", "ocds-document", 2),
        ("five.json", "ocds-document", 1),
    ]
    assert [(row["procedure_id"], row["reason"]) for row in made.rows("quarantine")] == [("o-9", "linked_releases")]
    assert made.counts.merged == 3 and made.counts.rejected == 1


def test_numbers_of_a_document_keep_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text(
        '{\n"releases": [\n{"ocid": "o-1", "tag": ["compiled"], "tender": {"value": {"amount": 1234567890123456.78, "currency": "RUB"}}}\n]}'
    )
    assert took(tmp_path / "dataset", path).one("procedures")["amount"] == Decimal("1234567890123456.78")


def test_a_document_that_breaks_off_keeps_what_was_whole(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_bytes(json.dumps({"releases": [release("o-1"), release("o-2")]}, indent=1).encode()[:-200])
    made = took(tmp_path / "dataset", path)
    assert [row["procedure_id"] for row in made.rows("procedures")] == ["o-1"]
    assert [note[2:] for note in made.notes()] == [("not_json", "rejected")]


PLACES = ("source", "line", "offset", "length")


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False), st.integers(1, 4), st.integers(3000, 20000))
def test_order_and_division_of_the_input_never_change_what_comes_out(tmp_path_factory: Any, chance: random.Random, files: int, chunk: int) -> None:
    records: list[Any] = [*STORY, "broken", *(release(f"o-{n}") for n in range(5, 12)), release("o-5", date="2026-01-01", awards=[])]
    records.append(release("o-6", contracts=[]))  # as late as the other o-6: one of them, always the same
    odd = release("o-20")
    odd["tender"]["value"]["amount"] = "1 000"
    records.append(odd)
    base = tmp_path_factory.mktemp("base")
    expected = taken(base, *records).everything(*PLACES)
    chance.shuffle(records)
    folder = tmp_path_factory.mktemp("shuffled")
    paths = []
    for n in range(files):
        paths.append(folder / f"{n}.jsonl")
        paths[-1].write_bytes(lines(records[n::files]))
    found = took(folder / "dataset", *paths, options=replace(SMALL, chunk=chunk, part=3 * chunk)).everything(*PLACES)
    for name, rows in expected.items():
        assert sorted(map(repr, found[name])) == sorted(map(repr, rows)), name
