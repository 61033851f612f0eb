"""The form of a mapping: everything that is wrong is said at once, in both languages, with its place; the published schema agrees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from yantar.engine.savings.mapping import Mapping, MappingUnreadable, made_mapping, read_mapping, shipped
from yantar.engine.savings.mapping.fields import FIELDS
from yantar.engine.savings.mapping.reading import list_words, problem_words
from yantar.engine.savings.schemas import schema
from yantar.engine.savings.tables import TABLES

from .made import csv, taken, two_files


def wrong(content: Any) -> set[tuple[str, str]]:
    with pytest.raises(MappingUnreadable) as caught:
        made_mapping(content)
    for problem in caught.value.problems:
        for language in ("ru", "en"):
            assert problem.said(language) and "?" not in problem.said(language), problem
    return {(problem.where, problem.code) for problem in caught.value.problems}


def test_what_ships_is_right_and_reads_back() -> None:
    form = jsonschema_rs.validator_for(schema("mapping.schema.json"))
    assert set(shipped()) == {"ru_agency_list", "ru_mos_quote_sessions"}
    for mapping in shipped().values():
        assert made_mapping(json.loads(json.dumps(mapping.stated()))) == mapping
        assert read_mapping(json.dumps(mapping.stated())) == read_mapping(yaml.safe_dump(mapping.stated(), allow_unicode=True)) == mapping
        form.validate(mapping.stated())
        assert Mapping.model_validate(mapping.stated()) == mapping
    assert not form.is_valid({**two_files(), "colour": "red"})


def test_all_problems_at_once() -> None:
    content = two_files(
        columns=[{"headings": ["a"], "field": "bid_amount"}, {"headings": ["-"], "field": "amount"}, {"headings": ["c"], "field": "amount"}]
    )
    content["files"][1] |= {"joined_to": "nowhere", "constants": {"bid_status": "good", "amount": "5", "currency": "roubles"}}
    assert wrong(content) == {
        ("files[0].columns", "nothing_required"),
        ("files[0].columns[0].field", "field_not_of_row"),
        ("files[0].columns[1].headings", "heading_empty"),
        ("files[0].columns[2].field", "field_twice"),
        ("files[0].columns", "field_missing"),
        ("files[1].joined_to", "joined_to_nothing"),
        ("files[1].constants.bid_status", "code_unknown"),
        ("files[1].constants.amount", "constant_not_used"),
        ("files[1].constants.currency", "currency_wrong"),
    }
    broken = two_files() | {"version": "1", "id": "Плохо", "extra": 1, "decimals": "maybe"}
    del broken["title"]
    assert wrong(broken) == {("version", "not_whole"), ("id", "not_name"), ("extra", "not_known"), ("decimals", "not_choice"), ("title", "missing")}


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ({"field": "colour"}, "field_unknown"),
        ({"field": "title", "words": {"a": "b"}}, "words_not_used"),
        ({"field": "status", "words": {"a": "done"}}, "code_unknown"),
        ({"field": "framework", "words": {"a": "perhaps"}}, "code_unknown"),
        ({"field": "title", "prefix": "x"}, "prefix_not_used"),
        ({"field": "title", "factor": 1000}, "factor_not_used"),
        ({"field": "title", "headings": []}, "list_empty"),
        ({"field": "title", "required": "yes"}, "not_flag"),
    ],
)
def test_columns(column: dict[str, Any], code: str) -> None:
    content = two_files()
    content["files"][0]["columns"].append({"headings": ["x"], **column})
    assert {found for _where, found in wrong(content)} == {code}


def test_files_hang_together() -> None:
    content = two_files()
    content["files"][0] |= {"id": "bids", "joined_to": "bids"}
    assert {"id_twice", "no_procedures", "joined_procedure"} <= {code for _where, code in wrong(content)}
    content = two_files(rules=[{"when": {"field": "status", "is": "one_of"}, "set": {"status": "complete"}}])
    assert wrong(content) == {("files[0].rules[0].when", "values_missing")}
    content = two_files(missing={"ru": "а", "en": "a"})
    assert wrong(content) == {("files[0].missing", "procedures_optional")}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [1", "not_yaml"),
        ("a: &x [1]\nb: *x", "alias"),
        ("id: a\nid: b", "name_twice"),
        ("- 1", "not_object"),
        ("", "not_object"),
        ("[" * 3000, "not_yaml"),
        ("x" * (1 << 20) + "y", "too_large"),
        ("form: other/2\nid: a", "form_unknown"),
    ],
)
def test_texts_that_are_no_mapping(text: str, code: str) -> None:
    with pytest.raises(MappingUnreadable) as caught:
        read_mapping(text)
    assert code in {problem.code for problem in caught.value.problems}


def test_words_are_complete() -> None:
    words = list_words()
    assert set(words["fields"]) == set(FIELDS)
    assert all(row["ru"] and row["en"] for row in words["fields"].values())
    assert all(text["ru"] and text["en"] for text in problem_words().values())
    needed = {name for row in words["figures"] for group in row["needs"] for name in group}
    assert needed <= set(FIELDS)


def test_fields_end_in_the_flat_tables() -> None:
    own = {name for name, spec in FIELDS.items() if spec.group == "procedure"}
    assert own <= set(TABLES["procedures"].types)


@pytest.mark.parametrize("name", ["lists.md", "lists.ru.md"])
def test_the_example_of_the_documents_reads_a_list(name: str, tmp_path: Path) -> None:
    text = (Path(__file__).parents[4] / "docs" / "savings" / name).read_text(encoding="utf-8")
    mapping = read_mapping(text.split("```yaml\n")[1].split("```")[0])
    head = "Номер извещения;НМЦК, тыс. руб.;Цена контракта;Победитель;Заявок;Статус"
    made = taken(
        tmp_path / "d",
        csv(tmp_path, "A;12,5;11 000,00;Север;3;Завершена", "B;1;;;0;Завершена", "C;2;;;;Закупка отменена", head=head),
        mapping=mapping,
    )
    assert {one["procedure_id"]: (str(one["amount"]), one["status"]) for one in made.rows("procedures")} == {
        "A": ("12500.00", "complete"),
        "B": ("1000.00", "unsuccessful"),
        "C": ("2000.00", "cancelled"),
    }
    assert str(made.one("awards")["amount"]) == "11000.00" and made.said() == []
