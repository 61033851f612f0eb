"""What the pages of a dataset read, computed once by the job that loads it: the outcome of every procedure, flags, buyers, the glance.

The glance is plain JSON:
method, currency, currencies {currency: procedures}; result (the raw answer, docs/savings/result.schema.json); groups {dimension: rows as in
an answer's groups; of buyers the BUYERS_KEPT with the largest baseline}; distribution [{from, to, procedures, baseline, saved}] in
millionths; flags [{flag, ru, en, procedures, rows, examined}]; outliers [{kind, ru, en, procedures}];
largest [ids of the largest contributions to E1]; buyers (how many); derived {name: SHA-256}.
"""

# ruff: noqa: S608 - names of our own columns and files
from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yantar.core.jobs import Cancelled
from yantar.engine.savings.dataset import Manifest, open_dataset

from .folders import BUYERS, FLAGS, OUTCOME, derived_of, records_of, work_of
from .forms import Derived
from .models import Dataset
from .outlying import outlier_sql

if TYPE_CHECKING:
    import ibis
    from ibis.backends import BaseBackend

    from yantar.engine.savings.method import Method

BUYERS_KEPT = 50
STEP = 50_000
"""Width of a step of the distribution: 5 %, in millionths."""
STEPS = 20
MEMORY = "512MB"

_BUYERS = """
SELECT buyer_id, max(buyer_name) AS buyer_name, max(buyer_inn) AS buyer_inn, count(*) AS procedures,
    count(*) FILTER (class = 'E1') AS n1, coalesce(sum(baseline) FILTER (class = 'E1'), 0) AS b1,
    coalesce(sum(awarded) FILTER (class = 'E1'), 0) AS a1,
    count(*) FILTER (class <> 'excluded') AS n2, coalesce(sum(baseline) FILTER (class <> 'excluded'), 0) AS b2,
    coalesce(sum(awarded) FILTER (class <> 'excluded'), 0) AS a2, min(published_on) AS first_on, max(published_on) AS last_on
FROM {outcome} GROUP BY buyer_id ORDER BY b2 DESC, buyer_id
"""
_DISTRIBUTION = """
SELECT least(greatest(discount // {step}, 0), {last}) AS step, count(*) AS procedures, sum(baseline) AS baseline, sum(saved) AS saved
FROM {outcome} WHERE class <> 'excluded' AND discount IS NOT NULL GROUP BY 1 ORDER BY 1
"""


def derive(dataset: Dataset, manifest: Manifest, *, wanted: Callable[[], bool]) -> Derived:
    """Compute everything of a finished ingest. Writes aside and puts it in place whole. Raises Cancelled between two steps."""
    from yantar.engine.savings.engines import duck, run
    from yantar.engine.savings.figures import savings, usual_currency
    from yantar.engine.savings.flags import RULES, count_by_flag, flags
    from yantar.engine.savings.method import load_method
    from yantar.engine.savings.outcome import outcome

    def step() -> None:
        if not wanted():
            raise Cancelled

    method = load_method()
    work = work_of(dataset)
    shutil.rmtree(work, ignore_errors=True)
    made = work / "derived"
    made.mkdir(parents=True)
    con = duck(memory=MEMORY, spill=str(work / "spill"))
    try:
        data = open_dataset(records_of(dataset))
        tables = data.tables(con)
        currency = dataset.currency or usual_currency(con, tables)
        day = date.fromisoformat(manifest.data_on) if manifest.data_on else None
        step()
        # By id, so that one procedure is found without reading all of them.
        _write(con, outcome(tables, method, currency=currency, data_on=day).order_by("procedure_id"), made / f"{OUTCOME}.parquet")
        stored = con.read_parquet(str(made / f"{OUTCOME}.parquet"))
        step()
        result = savings(data, method, currency=currency, engine=con, stored=stored)
        step()
        counted_flags: list[dict[str, Any]] = []
        for code in RULES:
            # One rule at a time: all at once hold more memory than there is for three million procedures.
            _write(con, flags(tables, rules=(code,), law=dataset.law, on=day), work / f"{FLAGS}-{code}.parquet")
            counted_flags += run(con, count_by_flag(tables, rules=(code,), law=dataset.law, on=day))
            step()
        _copy(con, "SELECT * FROM " + _read(work / f"{FLAGS}-*.parquet"), made / f"{FLAGS}.parquet")
        _copy(con, _sql(_BUYERS, made), made / f"{BUYERS}.parquet")
        counted = stored.group_by(currency=stored.input_currency).agg(n=stored.count())
        bounds = _rows(con, _sql("SELECT min(published_on) AS first_on, max(published_on) AS last_on FROM {outcome}", made))[0]
        largest = _largest(con, made, method)
        glance = {
            "method": method.id,
            "currency": currency,
            "currencies": {row["currency"]: row["n"] for row in sorted(run(con, counted), key=lambda row: (-row["n"], row["currency"]))},
            "result": result.model_dump(mode="json"),
            "groups": _groups(con, stored, method, currency),
            "distribution": _distribution(con, made),
            "flags": _flags(counted_flags),
            "largest": largest,
            "outliers": _outliers(con, made, method, largest),
            "buyers": _rows(con, f"SELECT count(*) AS n FROM {_read(made / f'{BUYERS}.parquet')}")[0]["n"],
            "derived": {name: _hash(made / f"{name}.parquet") for name in (OUTCOME, FLAGS, BUYERS)},
        }
    finally:
        con.disconnect()
    step()
    _place(made, derived_of(dataset))
    shutil.rmtree(work, ignore_errors=True)
    return Derived(manifest, currency, bounds["first_on"], bounds["last_on"], day, glance)


def _groups(con: BaseBackend, stored: ibis.Table, method: Method, currency: str) -> dict[str, list[dict[str, Any]]]:
    from yantar.engine.savings.engines import run
    from yantar.engine.savings.groups import group_row, group_sums, order
    from yantar.engine.savings.result import DIMENSIONS

    found: dict[str, list[dict[str, Any]]] = {}
    for dimension in DIMENSIONS:
        sums = group_sums(stored, (dimension,))
        if dimension == "buyer":
            rows = run(con, sums.order_by([sums.b2.desc(), sums.buyer]).limit(BUYERS_KEPT))
        else:
            rows = sorted(run(con, sums), key=order(method, currency, (dimension,)))
        found[dimension] = [group_row(row, (dimension,)) for row in rows]
    return found


def _distribution(con: BaseBackend, made: Path) -> list[dict[str, Any]]:
    sql = _DISTRIBUTION.replace("{step}", str(STEP)).replace("{last}", str(STEPS - 1))
    known = {int(row["step"]): row for row in _rows(con, _sql(sql, made))}
    nothing = {"procedures": 0, "baseline": "0.00", "saved": "0.00"}
    return [
        {
            "from": at * STEP,
            "to": (at + 1) * STEP,
            **({key: str(known[at][key]) if key != "procedures" else known[at][key] for key in nothing} if at in known else nothing),
        }
        for at in range(STEPS)
    ]


def _flags(counted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from yantar.engine.savings.flags import RULES

    order = list(RULES)
    rows = sorted(counted, key=lambda row: order.index(row["flag"]))
    return [{**row, "ru": RULES[row["flag"]].data.title_ru, "en": RULES[row["flag"]].data.title_en} for row in rows]


def _largest(con: BaseBackend, made: Path, method: Method) -> list[str]:
    top = max((kind.top for kind in method.doubtful), default=0)
    sql = "SELECT procedure_id FROM {outcome} WHERE class = 'E1' ORDER BY saved DESC, procedure_id LIMIT {top}".replace("{top}", str(top))
    return [row["procedure_id"] for row in _rows(con, _sql(sql, made))]


def _outliers(con: BaseBackend, made: Path, method: Method, largest: list[str]) -> list[dict[str, Any]]:
    found = []
    for kind in method.doubtful:
        where, params = outlier_sql(method, kind.id, largest=largest)
        number = _rows(con, _sql(f"SELECT count(*) AS n FROM {{outcome}} WHERE {where}", made), params)[0]["n"]
        if number:
            found.append({"kind": kind.id, "ru": kind.title.ru, "en": kind.title.en, "procedures": number})
    return found


def _write(con: BaseBackend, expr: ibis.Table, path: Path) -> None:
    from yantar.engine.savings.engines import statement

    _copy(con, statement(con, expr), path)


def _copy(con: BaseBackend, sql: str, path: Path) -> None:
    from yantar.engine.savings.engines import in_memory

    copying = f"COPY ({sql}) TO {_quoted(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)"
    in_memory(con, lambda: con.con.execute(copying))


def _rows(con: BaseBackend, sql: str, params: Sequence[Any] = ()) -> list[dict[str, Any]]:
    answer = con.con.execute(sql, list(params))
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _sql(text: str, made: Path) -> str:
    for name in (OUTCOME, FLAGS, BUYERS):
        text = text.replace(f"{{{name}}}", _read(made / f"{name}.parquet"))
    return text


def _read(path: Path) -> str:
    return f"read_parquet({_quoted(path)})"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _place(made: Path, place: Path) -> None:
    """In one step: a reader, or a backup, sees none of it or all of it."""
    for file in made.iterdir():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    shutil.rmtree(place, ignore_errors=True)
    made.rename(place)
