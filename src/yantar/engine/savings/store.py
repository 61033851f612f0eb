"""An outcome kept as Parquet beside its dataset, so that a page needs one scan of few columns and no joins.

folder/outcome.parquet   sorted by buyer and year
folder/outcome.json      written last: what it was computed from; without it the folder holds no outcome
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from .cells import prepared
from .dataset import Dataset
from .engines import duck
from .figures import decisions_hash, usual_currency
from .method import Method
from .outcome import Decision, outcome

if TYPE_CHECKING:
    import ibis
    from ibis.backends import BaseBackend

FILE, NOTE = "outcome.parquet", "outcome.json"


class Stored(BaseModel):
    """What a stored outcome was computed from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["yantar-outcome/1"] = "yantar-outcome/1"
    dataset_sha256: str
    method: str
    method_sha256: str
    currency: str
    decisions_sha256: str = ""


def write_outcome(
    dataset: Dataset,
    method: Method,
    folder: Path,
    *,
    currency: str | None = None,
    decisions: Sequence[Decision] = (),
    engine: BaseBackend | None = None,
) -> Stored:
    """Compute the outcome of a dataset (of all its procedures) and keep it. An outcome that is there already is replaced."""
    con = engine if engine is not None else duck(spill=str(folder))
    tables = dataset.tables(con)
    chosen = currency or usual_currency(con, tables)
    day = date.fromisoformat(dataset.manifest.data_on) if dataset.manifest.data_on else None
    rows = prepared(outcome(tables, method, currency=chosen, decisions=decisions, data_on=day), method, chosen)
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        (folder / NOTE).unlink()
    half = folder / f"{FILE}.half"
    con.to_parquet(rows.order_by("buyer_id", "year", "procedure_id"), half, COMPRESSION="zstd", ROW_GROUP_SIZE=61_440)
    half.replace(folder / FILE)
    stored = Stored(
        dataset_sha256=dataset.manifest.sha256,
        method=method.id,
        method_sha256=method.sha256,
        currency=chosen,
        decisions_sha256=decisions_hash(decisions) if decisions else "",
    )
    note = folder / f"{NOTE}.half"
    note.write_text(json.dumps(stored.model_dump(mode="json"), sort_keys=True), encoding="utf-8")
    note.replace(folder / NOTE)
    return stored


def stored_outcome(folder: Path) -> Stored | None:
    """What the outcome in a folder was computed from; None where there is none."""
    try:
        return Stored.model_validate_json((folder / NOTE).read_bytes())
    except (OSError, ValidationError):
        return None


def read_outcome(con: BaseBackend, folder: Path) -> ibis.Table:
    """The stored outcome as a table of a backend.

    Raises FileNotFoundError where there is none.
    """
    if stored_outcome(folder) is None:
        raise FileNotFoundError(folder / NOTE)
    return con.read_parquet(str(folder / FILE))
