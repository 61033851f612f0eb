"""A method is data: whole, in both languages, named by the hash of its content."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from yantar.engine.savings.method import DEFAULT, Method, UnknownMethod, load_method, method_ids

METHOD = load_method()


def content() -> dict[str, Any]:
    return METHOD.model_dump(mode="json")


def test_methods_that_ship_can_be_loaded() -> None:
    assert DEFAULT in method_ids()
    for id_ in method_ids():
        assert load_method(id_).id == id_


def test_every_word_stands_in_both_languages() -> None:
    texts: list[dict[str, str]] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if set(value) == {"ru", "en"}:
                texts.append(value)
            else:
                for part in value.values():
                    walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(content())
    assert len(texts) > 60
    for text in texts:
        assert text["ru"].strip() and text["en"].strip() and text["ru"] != text["en"]
    assert all(formula.source for formula in METHOD.formulas)


def test_the_hash_is_of_the_content_not_of_its_layout() -> None:
    from importlib import resources

    text = (resources.files("yantar.library") / "savings_methods" / f"{DEFAULT}.yaml").read_text(encoding="utf-8")
    assert len(METHOD.sha256) == 64
    assert yaml.safe_load(f"# a remark\n\n{text}") == yaml.safe_load(text)


def test_an_unknown_method_says_which_there_are() -> None:
    with pytest.raises(UnknownMethod) as unknown:
        load_method("../yantar-2026-1")
    assert unknown.value.known == method_ids()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reasons", []),
        ("marks", []),
        ("named", [{"id": "heavy", "within": "excluded"}]),
        ("sensitivity", [{"id": "x", "title": {"ru": "а", "en": "a"}, "count": ["nothing"]}]),
        ("doubtful", [{"id": "x", "title": {"ru": "а", "en": "a"}, "why": {"ru": "а", "en": "a"}}]),
        ("bands", {"RUB": [{"id": "x", "title": {"ru": "а", "en": "a"}, "upto": "5"}]}),
        ("heavy_percent", 0),
        ("colour", "red"),
    ],
)
def test_a_broken_method_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        Method.model_validate({**content(), field: value})


def test_bands_rise_and_words_are_found_by_id() -> None:
    limits = [band.upto for band in METHOD.bands_of("RUB")]
    assert limits[-1] is None and limits[:-1] == sorted(limits[:-1], key=lambda limit: limit or 0)
    assert METHOD.bands_of("XXX") == ()
    assert METHOD.title_of("settled_out").en == "Left out by a decision"
    with pytest.raises(KeyError):
        METHOD.title_of("nothing")
