"""Inputs that are broken, hostile or oddly written: nothing aborts an ingest, everything is accounted for, memory stays flat."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from yantar.engine.savings.ingest import IngestRefused, Options, Source, expand, ingest
from yantar.engine.savings.ingest.lines import LineCutter
from yantar.engine.savings.ingest.sources import Plain

from .taken import SMALL, lines, release, taken, took

TINY = replace(SMALL, chunk=4096, line_limit=20_000)


class Endless(io.RawIOBase):
    """A good line, a line of so many bytes, a good line; made as it is read."""

    def __init__(self, length: int) -> None:
        self.pieces = [lines([release("o-1")]), length, b"\n" + lines([release("o-2")])]
        self.block = b"x" * (1 << 20)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while self.pieces:
            piece = self.pieces[0]
            if isinstance(piece, bytes):
                out, rest = piece[:size], piece[size:]
                self.pieces[0] = rest
            else:
                out = self.block[: min(size, piece)]
                self.pieces[0] = piece - len(out)
            if not self.pieces[0]:
                self.pieces.pop(0)
            if out:
                return out
        return b""

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def test_a_line_of_five_gigabytes_is_rejected_without_being_held() -> None:
    size = 1 << 20
    stream = Endless(5 * (1 << 30))
    plain = Plain(stream)
    plain.hash = type("Quick", (), {"update": lambda self, data: None, "hexdigest": lambda self: ""})()  # type: ignore[assignment]
    tracemalloc.start()
    cutter = LineCutter(plain, size=size, limit=4 * size, take=lambda: bytearray(size))
    chunks = list(cutter.chunks())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 * size
    (lost,) = [one for chunk in chunks for one in chunk.lost]
    assert (lost.line, lost.reason, lost.length) == (2, "too_long", 5 * (1 << 30) + 1)
    whole = [json.loads(chunk.line(n))["ocid"] for chunk in chunks for n in range(len(chunk))]
    assert whole == ["o-1", "o-2"] and chunks[-1].last and chunks[-1].after_line == 3


def test_a_long_line_amid_others(tmp_path: Path) -> None:
    long = release("o-2")
    long["tender"]["description"] = "x" * 30_000
    made = taken(tmp_path, release("o-1"), long, release("o-3"), "y" * 50_000, release("o-4"), options=TINY)
    assert [(row["procedure_id"], row["line"]) for row in made.rows("procedures")] == [("o-1", 1), ("o-3", 3), ("o-4", 5)]
    assert [(row["line"], row["reason"]) for row in made.rows("quarantine")] == [(2, "too_long"), (4, "too_long")]
    content = (tmp_path / "input.jsonl").read_bytes()
    for row in made.rows("procedures"):
        assert json.loads(content[row["offset"] : row["offset"] + row["length"]])["ocid"] == row["procedure_id"]


def test_lines_that_are_none(tmp_path: Path) -> None:
    deep = '{"ocid":"o-9","x":' + "[" * 5000 + "]" * 5000 + "}"
    records = ["{", "5", "null", "[]", '"text"', '{"a": 1}', deep, '{"ocid": ""}', "", "   ", "\t", release("o-1")]
    made = taken(tmp_path, *records)
    reasons = [(row["line"], row["reason"]) for row in made.rows("quarantine")]
    assert made.counts.procedures >= 1 and made.counts.records == 9
    assert reasons[:6] == [(1, "not_json"), (2, "not_object"), (3, "not_object"), (4, "not_object"), (5, "not_object"), (6, "no_ocid")]
    assert (8, "no_ocid") in reasons


def test_odd_writing(tmp_path: Path) -> None:
    good = json.dumps(release("o-1"), ensure_ascii=False).encode()
    records = [
        b"\xef\xbb\xbf" + good,
        good.replace(b"o-1", b"o-2") + b"\r",
        json.dumps(release("o-3"), ensure_ascii=False).encode("cp1251"),
        good.replace(b"o-1", b"o-4").replace(b'["compiled"]', b'["compiled",]'),
        good.replace(b"o-1", b"o-5").replace(b"1000", b"NaN", 1),
        good.replace(b"o-1", b"o-6").replace(b'"ocid"', b'"ocid": "o-6", "ocid"', 1),
        json.dumps(release("o-7")).encode(),
        good.replace(b"o-1", b"o-8") + b"\0",
    ]
    made = taken(tmp_path, *records)
    rows = {row["procedure_id"]: row for row in made.rows("procedures")}
    assert sorted(rows) == [f"o-{n}" for n in range(1, 9)]
    assert {row["title"] for row in rows.values()} == {"Бумага"}
    assert rows["o-5"]["amount"] is None
    reasons = {(row["procedure_id"], row["reason"], row["action"]) for row in made.rows("quarantine")}
    assert {("o-3", "encoding", "repaired"), ("o-5", "amount_unreadable", "set_aside"), ("o-8", "nul", "repaired")} <= reasons


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines([release("o-1"), release("o-2")]).decode().encode(encoding))
    made = took(tmp_path / "dataset", path)
    assert [(row["procedure_id"], row["title"], row["offset"]) for row in made.rows("procedures")] == [("o-1", "Бумага", -1), ("o-2", "Бумага", -1)]
    assert made.manifest.input[0].bytes == path.stat().st_size


def test_gzip_whole_in_members_and_cut_short(tmp_path: Path) -> None:
    records = [release(f"o-{n:04}") for n in range(400)]
    first, second = gzip.compress(lines(records[:200])), gzip.compress(lines(records[200:]))
    packed, at = first + second, len(first) + len(second) // 2
    whole, cut, bad = tmp_path / "whole.gz", tmp_path / "cut.jsonl.gz", tmp_path / "bad.gz"
    whole.write_bytes(packed)
    cut.write_bytes(packed[:-300])
    bad.write_bytes(packed[:at] + b"\xff" * 50 + packed[at + 50 :])
    made = took(tmp_path / "1", whole)
    assert made.counts.procedures == 400 and made.manifest.input[0].packing == "gzip" and made.manifest.input[0].bytes == len(packed)
    made = took(tmp_path / "2", cut, options=replace(SMALL, chunk=1 << 16))
    assert 200 <= made.counts.procedures < 400 and [note[2:] for note in made.notes()] == [("cut_short", "rejected")]
    made = took(tmp_path / "3", bad, options=replace(SMALL, chunk=1 << 16))
    assert 200 <= made.counts.procedures < 400 and {note[2:] for note in made.notes()} >= {("damaged", "rejected")}


def test_zip_with_members_of_all_kinds(tmp_path: Path) -> None:
    path, inner = tmp_path / "a.zip", io.BytesIO()
    with zipfile.ZipFile(inner, "w") as nested:
        nested.writestr("x.json", "{}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.jsonl", lines([release("o-1")]))
        archive.writestr("folder/two.json", json.dumps({"releases": [release("o-2")]}, indent=1))
        archive.writestr("nested.zip", inner.getvalue())
        archive.writestr("readme.txt", "hello")
        archive.writestr("__MACOSX/._one.jsonl", "junk")
    made = took(tmp_path / "dataset", path)
    assert [row["procedure_id"] for row in made.rows("procedures")] == ["o-1", "o-2"]
    assert [(row["source"], row["reason"]) for row in made.rows("quarantine")] == [(2, "nested_archive"), (3, "not_read")]
    assert [one.name for one in made.manifest.input] == ["a.zip/one.jsonl", "a.zip/folder/two.json", "a.zip/nested.zip", "a.zip/readme.txt"]
    assert {one.bytes for one in made.manifest.input} == {path.stat().st_size}


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from yantar.engine.savings.ingest import sources

    monkeypatch.setattr(sources, "RATIO_FROM", 1 << 20)
    good = lines([release("o-1")])
    packed, archive = tmp_path / "bomb.gz", tmp_path / "bomb.zip"
    packed.write_bytes(gzip.compress(good + b" " * (40 << 20)))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made_of:
        made_of.writestr("a.json", good + b" " * (40 << 20))
    for number, path in enumerate((packed, archive)):
        made = took(tmp_path / str(number), path, options=replace(SMALL, chunk=1 << 16))
        assert [row["procedure_id"] for row in made.rows("procedures")] == ["o-1"]
        assert [note[2:] for note in made.notes()] == [("bomb", "rejected")]
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as made_of:
        for number in range(12):
            made_of.writestr(f"{number}.json", good)
    with pytest.raises(IngestRefused) as refusal:
        ingest([many], tmp_path / "many", options=replace(SMALL, members_limit=10))
    assert [problem.code for problem in refusal.value.problems] == ["nothing_usable"]


def test_streams(tmp_path: Path) -> None:
    content = lines([release("o-1"), release("o-2")])
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.jsonl", content)
    for number, data in enumerate((content, gzip.compress(content), zipped.getvalue())):
        made = took(tmp_path / str(number), Source("stdin", stream=io.BytesIO(data)))
        assert made.counts.procedures == 2 and made.manifest.input[0].bytes == len(data)
    with pytest.raises(IngestRefused) as refusal:
        ingest([Source("stdin", stream=io.BytesIO(content))], tmp_path / "0")
    assert refusal.value.problems[0].code == "folder_taken"


def test_what_is_refused(tmp_path: Path) -> None:
    empty, junk, good = tmp_path / "empty.jsonl", tmp_path / "junk.jsonl", tmp_path / "good.jsonl"
    empty.write_bytes(b"\n\n")
    junk.write_bytes(b"hello\nworld\n")
    good.write_bytes(lines([release()]))
    used = tmp_path / "used"
    used.mkdir()
    (used / "thesis.txt").write_text("mine")
    cases = [
        ([], tmp_path / "1", "no_inputs"),
        ([tmp_path / "nowhere.json"], tmp_path / "2", "missing"),
        ([empty], tmp_path / "3", "empty"),
        ([junk], tmp_path / "4", "nothing_usable"),
        ([good], used, "folder_used"),
    ]
    for inputs, into, code in cases:
        with pytest.raises(IngestRefused) as refusal:
            ingest(inputs, into)
        assert [problem.code for problem in refusal.value.problems] == [code]
        assert refusal.value.problems[0].message and not (into / "manifest.json").exists()
    assert (used / "thesis.txt").read_text() == "mine"


def test_a_finished_dataset_is_returned_or_refused(tmp_path: Path) -> None:
    made = taken(tmp_path, release())
    path, into = tmp_path / "input.jsonl", tmp_path / "dataset"
    assert ingest([path], into, options=SMALL) == made.manifest
    with pytest.raises(IngestRefused) as refusal:
        ingest([path], into, options=Options(law="44-FZ"))
    assert refusal.value.problems[0].code == "folder_taken"
    path.write_bytes(lines([release("o-2")]))
    with pytest.raises(IngestRefused):
        ingest([path], into, options=SMALL)


def test_a_folder_is_expanded(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in ("a.jsonl", "b/c.json.gz", "b/notes.txt", ".hidden/d.json", "z.ZIP"):
        (tmp_path / name).write_bytes(b"")
    assert [source.name for source in expand(tmp_path)] == ["a.jsonl", "b/c.json.gz", "z.ZIP"]
    assert [source.name for source in expand(tmp_path / "a.jsonl")] == ["a.jsonl"]


def test_names_that_look_like_code_stay_as_they_are(tmp_path: Path) -> None:
    name = '=HYPERLINK("x");\'); DROP TABLE rel; -- \u202e\u200f ,\t|'
    made = taken(tmp_path, release(buyer={"id": "b'1", "name": name}))
    row = made.one("procedures")
    assert (row["buyer_id"], row["buyer_name"], row["amount"]) == ("b'1", name, Decimal("1000.00"))
