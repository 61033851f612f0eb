"""The library: what ships is whole and honest, and a bad file tells everything that is wrong with it."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from yantar.library.facts import Edition
from yantar.library.loader import (
    load_audit_time,
    load_correspondence,
    load_editions,
    load_sectors,
    load_transitions,
    parse_standard,
    resolve_all,
)
from yantar.library.problems import MESSAGES, LibraryError
from yantar.library.reading import MAX_CHARACTERS

EDITIONS = {edition.key: edition for edition in load_editions()}
EACH = pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))

OWN = """
format: 1
key: "gov-1"
standard: "Standard of service"
title_en: "Front office"
title_ru: "Приём граждан"
designation: "GS 1:2026"
confirmed: true
checked_on: 2026-11-23
source: ["order 1 of the government"]
clauses:
  - number: 7
    title_en: "Reception"
    title_ru: "Приём"
    audited: true
  - number: 7.10
    title_en: "Waiting"
    title_ru: "Ожидание"
    question_en: "How long did people wait?"
    question_ru: "Сколько ждали люди?"
    audited: true
"""


def codes(error: LibraryError) -> set[tuple[str, str]]:
    return {(problem.where, problem.code) for problem in error.problems}


def problems_of(text: str) -> set[tuple[str, str]]:
    with pytest.raises(LibraryError) as caught:
        parse_standard(text)
    return codes(caught.value)


def test_all_five_editions_ship_in_the_order_of_publication() -> None:
    assert list(EDITIONS) == ["2000", "2008", "2015", "2015+A1", "2026"]
    assert [len(edition.clauses) for edition in EDITIONS.values()] == [72, 72, 94, 94, 94]


@EACH
def test_every_clause_has_titles_in_both_languages_and_a_parent(edition: Edition) -> None:
    numbers = {row.number for row in edition.clauses}
    assert len(numbers) == len(edition.clauses)
    for row in edition.clauses:
        assert row.parent == "" or row.parent in numbers
        assert row.untitled or (row.title_en and any("а" <= letter <= "я" for letter in row.title_ru)), row.number
        assert all(question.question_en and question.question_ru for question in row.questions)
        assert row.audited or not row.questions


@EACH
def test_every_requirement_can_be_asked_about(edition: Edition) -> None:
    for row in edition.clauses:
        asked = row.questions or edition.children(row.number) or edition.clause(row.parent).questions if row.audited else True
        assert asked, row.number
    assert {row.number for row in edition.clauses if not row.audited} >= {"1", "2", "3"}


@EACH
def test_rules_point_to_clauses_and_both_languages_are_there(edition: Edition) -> None:
    for rule in (*edition.procedures, *edition.records):
        assert edition.has_clause(rule.clause), rule
        assert rule.title_en and rule.title_ru
    assert edition.exclusions is not None
    assert edition.exclusions.condition_en and edition.exclusions.condition_ru
    assert edition.source and edition.checked_on == date(2026, 11, 23)


def test_what_is_from_general_knowledge_is_never_marked_as_confirmed() -> None:
    for edition in EDITIONS.values():
        assert not (edition.confirmed and "published_on" in edition.general_knowledge)
        assert not edition.exclusions.confirmed
    assert {key for key, edition in EDITIONS.items() if edition.confirmed} == {"2015", "2015+A1"}
    for key in ("2000", "2026"):
        assert not any(row.confirmed for row in (*EDITIONS[key].clauses, *EDITIONS[key].records, *EDITIONS[key].procedures))
    assert EDITIONS["2008"].clause("5.4.2").general_knowledge == ("title_ru",)
    assert EDITIONS["2008"].clause("8.5.2").confirmed
    assert EDITIONS["2015"].clause("9.2").general_knowledge == ("title_en", "title_ru")
    assert [row.clause for row in EDITIONS["2015"].records if not row.confirmed] == ["8.3.2"]
    unconfirmed = {(row.clause, target.clause) for row in load_correspondence().rows for target in row.targets if not target.confirmed}
    assert {("4.1", "8.4"), ("7.2.1", "8.2.2"), ("8.5.2", "10.2")} <= unconfirmed
    assert [row.from_key for row in load_transitions() if row.confirmed] == ["2008"]
    assert not any(sector.confirmed for sector in load_sectors())
    assert load_audit_time().unconfirmed == ("recertification", "beyond")


def test_mandatory_procedures_records_and_exclusions_of_2008() -> None:
    edition = EDITIONS["2008"]
    assert {row.clause for row in edition.procedures} == {"4.2.3", "4.2.4", "8.2.2", "8.3", "8.5.2", "8.5.3"}
    assert len(edition.records) == 21
    assert edition.exclusions.allows("7.3") and edition.exclusions.allows("7")
    assert not edition.exclusions.allows("8.2.2") and not edition.exclusions.allows("70.1")
    assert {c.clause for c in edition.exclusions.candidates if c.challenge} == {"7.3", "7.5.4"}


def test_2015_maintains_and_retains_and_has_no_procedures() -> None:
    edition = EDITIONS["2015"]
    assert edition.procedures == ()
    assert [row.clause for row in edition.records if row.kind == "maintain"] == ["4.3", "4.4.2", "5.2.2", "6.2.1", "8.5.1"]
    assert sum(row.kind == "retain" for row in edition.records) == 21
    assert edition.clause("4.4.2").untitled


def test_2000_is_the_tree_of_2008() -> None:
    old, new = EDITIONS["2000"], EDITIONS["2008"]
    assert (old.base_kind, old.base_key) == ("alias", "2008")
    assert [(row.number, row.title_ru, row.questions) for row in old.clauses] == [(row.number, row.title_ru, row.questions) for row in new.clauses]
    assert old.procedures and old.digest != new.digest


def test_overlays_change_only_what_they_name() -> None:
    base, amended, expected = EDITIONS["2015"], EDITIONS["2015+A1"], EDITIONS["2026"]
    assert "climate" not in base.clause("4.1").question_en
    assert "climate" in amended.clause("4.1").question_en and "climate" in expected.clause("4.1").question_en
    assert [row.number for row in amended.clauses if row != base.clause(row.number)] == ["4.1", "4.2"]
    changed = [r.number for r in expected.clauses if (r.questions, r.note_en) != (base.clause(r.number).questions, base.clause(r.number).note_en)]
    assert changed == ["3", "4.1", "4.2", "5.1.1", "6.1", "6.3", "7.1.4", "7.3"]
    assert len(expected.clause("5.1.1").questions) == 2
    assert (expected.status, expected.published_precision) == ("expected", "month")
    assert [row.number for row in expected.clauses] == [row.number for row in base.clauses]


def test_correspondence_points_to_existing_clauses_and_covers_every_question_of_2008() -> None:
    table = load_correspondence()
    old, new = EDITIONS[table.from_key], EDITIONS[table.to_key]
    for row in table.rows:
        assert old.has_clause(row.clause), row.clause
        assert row.targets and all(new.has_clause(target.clause) for target in row.targets), row.clause
    assert {row.number for row in old.clauses if row.question_en} <= {row.clause for row in table.rows}
    assert table.forward("4.2.2") == {"4.3", "4.4", "7.5.1"}
    assert table.backward("8.3.4") == {"7.3.4", "7.3.5", "7.3.6"}
    assert table.forward("9.9") == frozenset()
    assert [row.clause for row in table.new if row.extent == "whole"] == ["7.1.6"]
    assert table.backward("7.1.6") == frozenset()


def test_transitions_join_known_editions() -> None:
    rows = load_transitions()
    assert all(row.from_key in EDITIONS and row.to_key in EDITIONS and row.note_en and row.note_ru for row in rows)
    (row,) = rows.after("2008")
    assert (row.published_on, row.ends_on, row.confirmed) == (date(2015, 9, 15), date(2018, 9, 15), True)
    assert {r.to_key: r.ends_on for r in rows.after("2015")} == {"2015+A1": None, "2026": date(2029, 9, 30)}


def test_audit_time_table_is_whole() -> None:
    table = load_audit_time()
    assert (table.bands[0].lower, table.bands[-1].upper, len(table.bands)) == (1, 10700, 23)
    assert (str(table.surveillance_ratio), str(table.recertification_ratio), str(table.onsite_share)) == ("1/3", "2/3", "4/5")


def test_sectors_hold_the_work_of_a_government() -> None:
    names = {sector.code: sector.title_ru for sector in load_sectors()}
    assert {"36", "37", "38"} <= names.keys() and names["36"] == "Государственное управление"


def test_loading_twice_gives_identical_digests() -> None:
    assert [edition.digest for edition in load_editions()] == [edition.digest for edition in EDITIONS.values()]
    assert len({edition.digest for edition in EDITIONS.values()}) == len(EDITIONS)
    assert all(len(edition.digest) == 64 for edition in EDITIONS.values())
    assert load_correspondence() == load_correspondence()
    assert load_transitions().digest == load_transitions().digest != ""


def test_digest_follows_the_content_not_the_layout_of_the_file() -> None:
    edition = parse_standard(OWN)
    assert parse_standard("# a remark\n" + OWN.replace('"Reception"', "Reception")).digest == edition.digest
    assert parse_standard(OWN.replace("Reception", "Front desk")).digest != edition.digest


def test_own_standard_keeps_numbers_as_written() -> None:
    edition = parse_standard(OWN)
    assert [row.number for row in edition.clauses] == ["7", "7.10"]
    assert edition.clause("7.10").parent == "7"
    assert edition.exclusions is None and edition.published_on is None


def test_own_standard_may_overlay_a_shipped_edition() -> None:
    head, _, _ = OWN.partition("clauses:")
    edition = parse_standard(
        head
        + 'overlay_of: "2015"\nremove: ["7.1.5.2"]\nadd:\n  - {number: "8.8", title_en: "Counter", title_ru: "Окно", audited: true}\n'
        + 'changes:\n  - {number: "4.4.1", title_en: "Map", title_ru: "Карта"}\n'
    )
    numbers = [row.number for row in edition.clauses]
    assert numbers.index("8.8") == numbers.index("9") - 1
    assert "7.1.5.2" not in numbers and "7.1.5.2" not in {row.clause for row in edition.records}
    assert edition.clause("4.4.1").title_ru == "Карта" and not edition.clause("4.4.1").untitled


def test_broken_file_lists_everything_at_once() -> None:
    broken = """
format: 2
key: "two words"
standard: "S"
title_en: "Only English"
designation: "D"
confirmed: maybe
checked_on: 23.11.2026
source: []
surprise: 1
exclusions: {mode: exclusion, clause: "1.2", sections: ["7"], condition_en: "a", condition_ru: "б"}
records:
  - {clause: "9.9", kind: burn, title_en: "a", title_ru: "б"}
clauses:
  - {number: "1", title_en: "One", title_ru: "Один", audited: true}
  - {number: "1", title_en: "One", title_ru: "Один", audited: true}
  - {number: "2.3", title_en: "Orphan", title_ru: "Сирота", audited: true}
  - {number: "4..1", title_en: "Bad", title_ru: "Плохой", audited: true}
  - {number: "3", title_en: "Three", audited: false, question_en: "Why?"}
  - {number: "5", untitled: true, title_en: "x", title_ru: "у", audited: true}
  - just text
"""
    assert problems_of(broken) == {
        ("format", "not_choice"),
        ("key", "bad_key"),
        ("", "missing_field"),
        ("confirmed", "not_flag"),
        ("checked_on", "not_date"),
        ("", "unknown_field"),
        ("exclusions.clause", "clause_unknown"),
        ("exclusions.sections", "clause_unknown"),
        ("records[1].kind", "not_choice"),
        ("records[1].clause", "clause_unknown"),
        ("clauses[2].number", "duplicate_number"),
        ("clauses[3]", "parent_missing"),
        ("clauses[4].number", "bad_number"),
        ("clauses[4]", "parent_missing"),
        ("clauses[5]", "missing_field"),
        ("clauses[5]", "half_pair"),
        ("clauses[5].audited", "question_not_audited"),
        ("clauses[6].untitled", "untitled_with_text"),
        ("clauses[7]", "not_mapping"),
    }


def test_problems_carry_line_and_a_wording_that_fits_their_parameters() -> None:
    with pytest.raises(LibraryError) as caught:
        parse_standard(OWN.replace("audited: true", "audited: yes"))
    first = caught.value.problems[0]
    assert (first.where, first.line, first.params) == ("clauses[1].audited", 15, {"value": "yes"})
    assert "clauses[1].audited (line 15): “yes” is not true or false." in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ("", "empty")),
        ("just words", ("", "not_mapping")),
        ("a: [1", ("", "not_yaml")),
        ("a: \x00", ("", "not_yaml")),
        ("a: &x 1\nb: *x", ("b", "alias")),
        ("a: 1\na: 2", ("", "duplicate_field")),
        ("a: 1\n---\nb: 2", ("", "several_documents")),
        ("a: " + "[" * 5000, ("a" + "[1]" * 11, "too_deep")),
        ("x" * (MAX_CHARACTERS + 1), ("", "too_large")),
        ("? [a, b]\n: 1", ("", "unknown_field")),
    ],
)
def test_hostile_or_careless_text_gets_a_clear_refusal(text: str, problem: tuple[str, str]) -> None:
    assert problem in problems_of(text)


def test_bases_that_do_not_fit_are_refused() -> None:
    head, _, _ = OWN.partition("clauses:")
    assert problems_of(head + 'overlay_of: "1987"') == {("overlay_of", "base_unknown")}
    assert problems_of(head + 'overlay_of: "gov-1"') == {("key", "base_cycle")}
    assert problems_of(OWN + 'overlay_of: "2015"\ntree_of: "2015"') == {("overlay_of", "two_bases"), ("clauses", "base_and_clauses")}
    assert problems_of(head + 'tree_of: "2015"\nremove: ["3"]') == {("tree_of", "alias_with_changes")}
    changes = 'overlay_of: "2015"\nremove: ["7.1", "99"]\nchanges: [{number: "77"}]\nadd: [{number: "3", title_en: a, title_ru: б, audited: false}]'
    found = problems_of(head + changes)
    assert {("remove[1]", "clause_has_children"), ("remove[2]", "clause_unknown"), ("changes[1]", "clause_unknown")} <= found
    assert ("add[1]", "number_exists") in found


def test_files_that_lean_on_each_other_are_resolved_in_any_order_and_cycles_are_refused() -> None:
    def text(key: str, base: str) -> str:
        head, _, _ = OWN.partition("clauses:")
        return head.replace("gov-1", key) + f'overlay_of: "{base}"'

    done = resolve_all({"a.yaml": text("third", "second"), "b.yaml": text("second", "gov-1"), "c.yaml": OWN})
    assert [len(edition.clauses) for edition in done] == [2, 2, 2]
    with pytest.raises(LibraryError) as caught:
        resolve_all({"a.yaml": text("one", "two"), "b.yaml": text("two", "one")})
    assert codes(caught.value) == {("a.yaml", "base_cycle"), ("b.yaml", "base_cycle")}
    with pytest.raises(LibraryError) as caught:
        resolve_all({"a.yaml": OWN, "b.yaml": OWN, "c.yaml": "x: ["})
    assert codes(caught.value) == {("b.yaml: key", "key_taken"), ("c.yaml", "not_yaml")}


def test_strict_reader_agrees_with_the_ordinary_one_on_shipped_text() -> None:
    plain = yaml.safe_load(OWN.replace("7.10", '"7.10"'))
    assert [row.title_ru for row in parse_standard(OWN).clauses] == [row["title_ru"] for row in plain["clauses"]]


def test_every_message_can_be_translated_with_named_parameters_only() -> None:
    assert all("%s" not in message and "%d" not in message for message in MESSAGES.values())


def test_example_in_the_description_of_the_format_is_valid() -> None:
    text = (Path(__file__).parents[2] / "docs" / "standards-format.md").read_text(encoding="utf-8")
    edition = parse_standard(text.split("```yaml\n")[1].split("```")[0])
    assert [row.number for row in edition.clauses] == ["1", "1.1"]
