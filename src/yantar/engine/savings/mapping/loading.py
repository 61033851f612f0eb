"""Lists into the flat tables, by a mapping: every row is a procedure, belongs to one, or stands in quarantine."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

from ..ingest.quarantine import Action, Note, load_reasons
from .fields import FIELDS
from .forms import ListFile, Mapping
from .recognising import Assigned, find, open_as
from .rows import Parsed, Parser, Place, bid, bid_key, blank, lot, outcome, procedure, shown
from .sheets import NotAList, Row

CHECK = 2000
"""Rows between looks at who watches."""


class Out(Protocol):
    """Where rows of the flat tables go."""

    def add(self, table: str, row: dict[str, Any]) -> None:
        """A row of a flat table."""

    def checkpoint(self, source: int, done: int, records: int) -> None:
        """Every so many rows: bytes of this source that are read, records of all sources so far. May raise to stop."""


@dataclass(slots=True)
class Totals:
    """What came of the rows: records = procedures + merged + rejected."""

    records: dict[int, int] = field(default_factory=dict)
    """By source."""
    procedures: int = 0
    merged: int = 0
    rejected: int = 0
    repaired_values: int = 0
    set_aside_values: int = 0
    data_on: date | None = None
    first_rejected: str = ""


class _Index:
    """Which procedures and which of their parts were there: on the disk, so that memory stays flat."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self.con = sqlite3.connect(path, isolation_level=None)
        for line in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -32768", "temp_store = FILE"):
            self.con.execute(f"PRAGMA {line}")
        self.con.execute("CREATE TABLE rows (id TEXT PRIMARY KEY, digest BLOB, different INT, times INT, written INT) WITHOUT ROWID")
        self.con.execute("CREATE TABLE known (id TEXT PRIMARY KEY, facts TEXT) WITHOUT ROWID")
        self.con.execute("CREATE TABLE parts (id TEXT, kind TEXT, part TEXT, digest BLOB, PRIMARY KEY (id, kind, part)) WITHOUT ROWID")
        self.con.execute("BEGIN")

    def seen(self, rows: Sequence[tuple[str, bytes]]) -> None:
        self.con.executemany(
            "INSERT INTO rows VALUES (?, ?, 0, 1, 0) ON CONFLICT (id) DO UPDATE SET different = different OR digest != excluded.digest,"
            " times = times + 1",
            rows,
        )

    def repeated(self) -> bool:
        return self.con.execute("SELECT 1 FROM rows WHERE times > 1 LIMIT 1").fetchone() is not None

    def verdict(self, id_: str) -> str:
        """Why this row of a procedure is not used ("": it is)."""
        different, written = self.con.execute("SELECT different, written FROM rows WHERE id = ?", (id_,)).fetchone()
        if different:
            return "repeated_differs"
        if written:
            return "repeated_row"
        self.con.execute("UPDATE rows SET written = 1 WHERE id = ?", (id_,))
        return ""

    def know(self, id_: str, facts: str) -> None:
        self.con.execute("INSERT INTO known VALUES (?, ?)", (id_, facts))

    def facts(self, id_: str) -> str | None:
        found = self.con.execute("SELECT facts FROM known WHERE id = ?", (id_,)).fetchone()
        return None if found is None else str(found[0])

    def part(self, id_: str, kind: str, part: str, digest: bytes) -> str:
        """Why this part of a procedure is not used ("": it is)."""
        if self.con.execute("INSERT OR IGNORE INTO parts VALUES (?, ?, ?, ?)", (id_, kind, part, digest)).rowcount:
            return ""
        (before,) = self.con.execute("SELECT digest FROM parts WHERE id = ? AND kind = ? AND part = ?", (id_, kind, part)).fetchone()
        return "repeated_row" if before == digest else "repeated_differs"

    def close(self) -> None:
        self.con.close()


def _digest(cells: Sequence[Any]) -> bytes:
    try:
        text = "\x1f".join(cells)
    except TypeError:
        text = "\x1f".join(map(shown, cells))
    return blake2b(text.encode("utf-8", "replace"), digest_size=12).digest()


class Run:
    """Reads the files of an assignment into `out`. `sources`: the number of each file among the inputs of the dataset."""

    def __init__(self, assigned: Assigned, sources: dict[Path, int], out: Out, work: Path, law: str = "") -> None:
        self.assigned, self.sources, self.out, self.law = assigned, sources, out, law
        self.mapping: Mapping = assigned.mapping
        self.index = _Index(work / "index.sqlite")
        self.totals = Totals()
        self.actions: dict[str, Action] = {code: reason.action for code, reason in load_reasons().items()}

    def __call__(self) -> Totals:
        """Reads everything: first the files that make procedures, then those that belong to them."""
        try:
            own = [one for one in self.assigned.files if one[1].joined_to is None]
            joined = [one for one in self.assigned.files if one[1].joined_to is not None]
            single = [one for one in own if one[1].rows == "procedure"]
            repeats = self._look_ahead(single)
            for path, file in own:
                self._file(path, file, self._procedure_row(repeats) if file.rows == "procedure" else self._part_row)
            for path, file in joined:
                self._file(path, file, self._joined_row)
        finally:
            self.index.close()
        return self.totals

    def _look_ahead(self, files: Sequence[tuple[Path, ListFile]]) -> bool:
        """Whether a procedure stands in several rows. Which rows count must not depend on their order, so it is known before."""
        for path, file in files:
            batch: list[tuple[str, bytes]] = []

            def note(parsed: Parsed, row: Row, place: Place, into: list[tuple[str, bytes]] = batch) -> None:
                if not parsed.rejected:
                    into.append((str(parsed.values["procedure_id"]), _digest(row.cells)))
                if len(into) >= CHECK:
                    self.index.seen(into)
                    into.clear()

            self._rows(path, file, note, only_id=True)
            self.index.seen(batch)
        return self.index.repeated()

    def _rows(self, path: Path, file: ListFile, use: Callable[[Parsed, Row, Place], None], *, only_id: bool = False) -> None:
        source = self.sources[path]
        with open_as(path, file) as opened:
            found = find(self.mapping, opened)
            if found is None:
                raise NotAList("not_recognised")
            csv = opened.form == "csv"
            parser = Parser(self.mapping, found.layout, csv=csv, epoch_1904=found.sheet.epoch_1904)
            if only_id:
                parser.columns = [one for one in parser.columns if one[1] == "procedure_id"]
            count = 0
            done = 0
            for row in found.sheet.rows():
                if row.line <= found.layout.header or blank(row.cells):
                    continue
                count += 1
                use(parser(row.cells, row.reason), row, Place(source, row.line, row.offset, row.length))
                if count % CHECK == 0:
                    done = max(done, row.offset + row.length, 0)
                    self.out.checkpoint(source, done, 0 if only_id else sum(self.totals.records.values()))

    def _file(self, path: Path, file: ListFile, use: Callable[[Parsed, Row, Place, ListFile], None]) -> None:
        source = self.sources[path]
        self.totals.records.setdefault(source, 0)

        def take(parsed: Parsed, row: Row, place: Place) -> None:
            self.totals.records[source] += 1
            if parsed.rejected:
                self._reject(parsed, row, place, parsed.rejected)
            else:
                use(parsed, row, place, file)

        self._rows(path, file, take)

    def _reject(self, parsed: Parsed, row: Row, place: Place, reason: str) -> None:
        self.totals.rejected += 1
        self.totals.first_rejected = self.totals.first_rejected or reason
        text = "; ".join(part for cell in row.cells if (part := shown(cell).strip()))
        self._note(place, parsed, "", text, reason)

    def _note(self, place: Place, parsed: Parsed, name: str, value: str, reason: str) -> None:
        number = parsed.values.get("procedure_id")
        id_ = "" if number is None else self.mapping.id_prefix + str(number)
        self.out.add("quarantine", Note(place.source, place.line, id_, self.mapping.id, name, value[:200], reason, self.actions[reason])._asdict())

    def _say(self, place: Place, parsed: Parsed) -> None:
        for one in parsed.said:
            if self.actions[one.reason] == "repaired":
                self.totals.repaired_values += 1
            else:
                self.totals.set_aside_values += 1
            self._note(place, parsed, one.field, one.value, one.reason)

    def _new(self, parsed: Parsed, place: Place) -> str:
        made = procedure(self.mapping, parsed.values, place, self.law)
        self.out.add("procedures", made)
        self.totals.procedures += 1
        if made["data_on"] is not None and (self.totals.data_on is None or made["data_on"] > self.totals.data_on):
            self.totals.data_on = made["data_on"]
        return str(made["procedure_id"])

    def _procedure_row(self, repeats: bool) -> Callable[[Parsed, Row, Place, ListFile], None]:
        joined = any(file.joined_to for _path, file in self.assigned.files)

        def take(parsed: Parsed, row: Row, place: Place, _file: ListFile) -> None:
            number = str(parsed.values["procedure_id"])
            why = self.index.verdict(number) if repeats else ""
            if why:
                self._reject(parsed, row, place, why)
                return
            self._say(place, parsed)
            id_ = self._new(parsed, place)
            if joined:
                self.index.know(number, "")
            self._add(outcome(id_, parsed.values, parsed.stated))

        return take

    def _add(self, rows: Any) -> None:
        for table, row in rows:
            self.out.add(table, row)

    def _part_row(self, parsed: Parsed, row: Row, place: Place, file: ListFile) -> None:
        """A row of a lot, a bid or a contract whose procedure is stated beside it."""
        number = str(parsed.values["procedure_id"])
        if why := self._repeated(parsed, row, file):
            self._reject(parsed, row, place, why)
            return
        facts = {name: shown(value) for name, value in parsed.values.items() if FIELDS[name].group == "procedure"}
        before = self.index.facts(number)
        if before is None:
            self.index.know(number, json.dumps(facts, ensure_ascii=False))
            self._new(parsed, place)
        else:
            self.totals.merged += 1
            first = json.loads(before)
            for name in sorted(parsed.stated & facts.keys()):
                if facts[name] != first.get(name, ""):
                    self.totals.set_aside_values += 1
                    self._note(place, parsed, name, facts[name], "differs")
        self._say(place, parsed)
        self._part(parsed, file)

    def _joined_row(self, parsed: Parsed, row: Row, place: Place, file: ListFile) -> None:
        """A row of a lot, a bid or a contract whose procedure stands in another file."""
        number = str(parsed.values["procedure_id"])
        if self.index.facts(number) is None:
            self._reject(parsed, row, place, "unmatched")
            return
        if why := self._repeated(parsed, row, file):
            self._reject(parsed, row, place, why)
            return
        self.totals.merged += 1
        self._say(place, parsed)
        self._part(parsed, file)

    def _repeated(self, parsed: Parsed, row: Row, file: ListFile) -> str:
        values = parsed.values
        part = {"lot": str(values.get("lot_id", "")), "contract": str(values.get("contract_id", "")), "bid": bid_key(values)}[file.rows]
        if not part:
            return f"no_{file.rows}"
        return self.index.part(str(values["procedure_id"]), file.rows, part, _digest(row.cells))

    def _part(self, parsed: Parsed, file: ListFile) -> None:
        id_ = self.mapping.id_prefix + str(parsed.values["procedure_id"])
        if file.rows == "bid":
            self._add(bid(id_, parsed.values))
            return
        if file.rows == "lot":
            self._add(lot(id_, parsed.values))
        self._add(outcome(id_, parsed.values, parsed.stated))
