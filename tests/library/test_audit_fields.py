"""The list of fields of audit."""

from __future__ import annotations

import pytest
from django.utils import translation

from yantar.library.audit_fields import ANY, load_audit_fields, parse_audit_fields
from yantar.library.problems import LibraryError
from yantar.qms.people.fields import choices, field_title, known


def test_the_shipped_list() -> None:
    fields = load_audit_fields()
    assert 12 <= len(fields) <= 20 and {"finance", "health", "it", "procurement", "personnel"} <= {field.code for field in fields}
    assert ANY not in known() and all(field.title_en and field.title_ru for field in fields)


def test_everything_wrong_is_told() -> None:
    text = 'format: "1"\nsource: [ours]\nchecked_on: 2026-11-23\nrows:\n  - {code: a, title_en: A}\n  - {code: a, title_en: A, title_ru: А, x: 1}\n'
    with pytest.raises(LibraryError) as caught:
        parse_audit_fields(text)
    assert sorted(p.code for p in caught.value.problems) == ["duplicate_row", "missing_field", "unknown_field"]


def test_names_in_both_languages() -> None:
    with translation.override("en"):
        assert field_title("health") == "Health care" and field_title("*") == "every field" and field_title("gone") == "gone"
    with translation.override("ru"):
        assert dict(choices())["health"] == "Здравоохранение"
