"""The template of processes."""

from __future__ import annotations

import pytest

from yantar.library.audit_fields import load_audit_fields
from yantar.library.loader import load_editions
from yantar.library.problems import LibraryError
from yantar.library.processes import KINDS, load_processes, parse_processes


def test_the_shipped_template() -> None:
    rows = load_processes()
    assert 16 <= len(rows) <= 22 and {row.kind for row in rows} == set(KINDS)
    assert {row.field for row in rows} - {""} <= {field.code for field in load_audit_fields()}
    numbers = {edition.key: {clause.number for clause in edition.clauses} for edition in load_editions()}
    for row in rows:
        for key, named in row.clauses.items():
            assert set(named) <= numbers[key], (row.code, key)


def test_everything_wrong_is_told() -> None:
    text = 'format: "1"\nsource: [ours]\nchecked_on: 2026-11-23\nrows:\n  - {code: M1, kind: other, name_en: A, clauses: {"2015": []}, x: 1}\n'
    with pytest.raises(LibraryError) as caught:
        parse_processes(text)
    assert {p.code for p in caught.value.problems} == {"not_choice", "missing_field", "unknown_field"}
