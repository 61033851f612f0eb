"""The published form: schemas and classes say the same, and whatever is wrong in a file is said with its place."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from yantar.engine.planner.reading import Misread, Unreadable, read_instance, read_plan, written
from yantar.engine.planner.reasons import REASONS
from yantar.engine.planner.schemas import FILES, schema, text

from .hand_made import INSTANCE, PLAN

DOCS = Path(__file__).parents[3] / "docs" / "planner"


@pytest.mark.parametrize("name", FILES)
def test_the_committed_schema_is_the_form_s(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == text(name), "run `make schemas`"


@pytest.mark.parametrize(("name", "form"), [("instance.schema.json", INSTANCE), ("plan.schema.json", PLAN)])
def test_what_is_written_keeps_the_schema(name: str, form: Any) -> None:
    jsonschema_rs.validator_for(schema(name), validate_formats=True).validate(json.loads(written(form)))


def test_every_field_of_an_instance_is_named_or_explained() -> None:
    fields = schema("instance.schema.json")["$defs"]["Wish"]["properties"]
    assert "IAF MD 5" in fields["person_days"]["description"]
    assert fields["risk"]["maximum"] == 1.0


def test_forms_are_read_as_they_were_written() -> None:
    assert read_instance(written(INSTANCE)) == INSTANCE
    assert read_instance("\ufeff" + written(INSTANCE)) == INSTANCE
    assert read_plan(written(PLAN)) == PLAN


def problems(change: dict[str, Any]) -> list[Misread]:
    """What is said of the instance made by hand after changes: a place and what is put there (...: taken away)."""
    data = json.loads(written(INSTANCE))
    for place, value in change.items():
        *way, last = [int(part) if part.isdigit() else part for part in place.split(".")]
        at = data
        for part in way:
            at = at[part]
        if value is ...:
            del at[last]
        else:
            at[last] = value
    with pytest.raises(Unreadable) as refused:
        read_instance(json.dumps(data))
    return list(refused.value.problems)


@pytest.mark.parametrize(
    ("place", "value", "where", "code", "params"),
    [
        ("form", "yantar.plan/9", "form", "form_unknown", {"expected": "yantar.plan/1"}),
        ("year", ..., "year", "missing", {}),
        ("year", "2027", "year", "not_whole", {}),
        ("year", 2027.5, "year", "not_whole", {}),
        ("year", 1900, "year", "too_small", {"limit": 1990}),
        ("years", 3, "years", "not_known", {}),
        ("wishes", {}, "wishes", "not_list", {}),
        ("wishes.0", [], "wishes[0]", "not_object", {}),
        ("wishes.0.risk", 1.5, "wishes[0].risk", "too_large", {"limit": 1}),
        ("wishes.0.risk", "high", "wishes[0].risk", "not_number", {}),
        ("wishes.0.method", "by air", "wishes[0].method", "not_choice", {"options": "on_site, remote"}),
        ("wishes.0.window.first", "1.3.2027", "wishes[0].window.first", "not_day", {}),
        ("wishes.0.window.last", "2027-02-01", "wishes[0].window", "days_reversed", {}),
        ("wishes.1.present", None, "wishes[1]", "fixed_to_nothing", {}),
        ("wishes.1.fixed", "yes", "wishes[1].fixed", "not_flag", {}),
        ("wishes.0.present.lead", 7, "wishes[0].present.lead", "not_text", {}),
        ("auditors.2.id", "", "auditors[2].id", "too_short", {"limit": 1}),
        ("auditors.2.id", "x" * 101, "auditors[2].id", "too_long", {"limit": 100}),
    ],
)
def test_what_is_wrong_is_said_with_its_place(place: str, value: Any, where: str, code: str, params: dict[str, Any]) -> None:
    assert problems({place: value}) == [Misread(where, code, params)]
    assert REASONS[code].params == set(params)


def test_everything_wrong_is_said_at_once() -> None:
    found = problems({"year": ..., "wishes.0.risk": 2, "auditors.0.site": ..., "colour": "red"})
    assert {one.where for one in found} == {"year", "wishes[0].risk", "auditors[0].site", "colour"}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("", 1, 1), ("{\n  'year': 1}", 2, 3), ("[" * 200_000, 1, 1), ("9" * 5_000, 1, 1)],
    ids=["nothing", "quotes", "deep", "long"],
)
def test_what_is_no_json_is_said_with_its_line(text: str, line: int, column: int) -> None:
    with pytest.raises(Unreadable) as refused:
        read_instance(text)
    assert refused.value.problems == (Misread("", "not_json", {"line": line, "column": column}),)


def test_a_field_given_twice_is_not_silently_the_last() -> None:
    doubled = written(INSTANCE).replace('"year": 2027', '"year": 2026, "year": 2027', 1)
    with pytest.raises(Unreadable) as refused:
        read_instance(doubled)
    assert refused.value.problems == (Misread("", "name_twice", {"value": "year"}),)


def test_a_wrong_parameter_of_a_reason_is_told_where_it_is() -> None:
    data = json.loads(written(PLAN))
    data["dropped"] = [{"wish": "budget", "reasons": [{"code": "some", "params": {"limit": 1.5}}]}]
    with pytest.raises(Unreadable) as refused:
        read_plan(json.dumps(data))
    assert {one.where for one in refused.value.problems} == {"dropped[0].reasons[0].params.limit"}


def test_forms_and_checker_are_read_without_the_solver() -> None:
    code = "import sys; import yantar.engine.planner.check, yantar.engine.planner.reading; print('ortools' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
