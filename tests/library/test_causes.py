"""The categories of causes that ship, and what a wrong file is told."""

from __future__ import annotations

import pytest

from yantar.library.causes import CODE_LENGTH, load_causes, parse_causes
from yantar.library.problems import LibraryError

TOP = "format: 1\nsource: [x]\nchecked_on: 2026-11-23\nleast_whys: 3\n"


def test_the_seven_bones_of_a_government_s_work() -> None:
    table = load_causes()
    assert [bone.key for bone in table.bones] == ["people", "rules", "process", "systems", "premises", "exchange", "leadership"]
    assert table.least_whys == 3
    assert all(bone.causes and bone.title_ru != bone.title_en for bone in table.bones)
    assert max(map(len, table.codes())) <= CODE_LENGTH


def test_titles_and_bones_by_code() -> None:
    table = load_causes()
    assert table.title("people.training", "en") == "Not trained or not instructed"
    assert table.title("rules", "ru") == "Правила и регламенты"
    assert table.title("gone", "ru") == "gone"
    assert (table.bone_of("exchange.late"), table.bone_of("exchange"), table.bone_of("gone")) == ("exchange", "exchange", "")


def test_everything_wrong_at_once() -> None:
    causes = "[{key: a, title_en: B, title_ru: Б}, {key: " + "x" * 21 + ", title_en: C, title_ru: В}]"
    bones = "bones:\n  - {key: a, title_en: A, title_ru: А, causes: " + causes + "}\n"
    with pytest.raises(LibraryError) as found:
        parse_causes(TOP + bones + "more: 1\n")
    assert {problem.code for problem in found.value.problems} == {"duplicate_row", "too_long", "unknown_field"}
