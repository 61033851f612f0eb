"""Files of eleven publishers as they are: every one loads, every record is accounted for."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from .taken import SMALL, took

FOLDER = Path(__file__).parents[5] / "shared" / "data" / "procurement" / "ocds_real"
FILES = sorted(FOLDER.glob("*.jsonl.gz"))
if not FILES:
    pytest.skip(f"the publishers' files are not here: {FOLDER.name}", allow_module_level=True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.split(".")[0])
def test_every_record_is_accounted_for(tmp_path: Path, path: Path) -> None:
    made = took(tmp_path / "dataset", path, options=SMALL)
    with gzip.open(path) as stream:
        assert made.counts.records == sum(1 for line in stream if line.strip())
    assert made.counts.rejected == 0 and made.counts.procedures == made.counts.records
    assert made.manifest.data_on


def test_their_defects_are_named(tmp_path: Path) -> None:
    made = took(tmp_path / "dataset", *FILES, options=SMALL)
    assert made.counts.records == made.counts.procedures == 446
    named = {(note[0].split("[")[0], note[2]) for note in made.notes()}
    assert {("awards", "object_for_list"), ("tender.value.currency", "currency_unknown"), ("awards", "date_implausible")} <= named
    assert {("awards", "id_missing"), ("awards", "currency_spelling"), ("contracts", "currency_spelling")} <= named
    unknown = {row["value"] for row in made.rows("quarantine") if row["reason"] == "currency_unknown"}
    assert unknown == {"MNX"}
