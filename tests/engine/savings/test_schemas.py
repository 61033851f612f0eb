"""The published forms say what the classes say."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest

from yantar.engine.savings.result import Excluded, Words
from yantar.engine.savings.schemas import files, schema, text

from . import given

DOCS = Path(__file__).parents[3] / "docs" / "savings"


@pytest.mark.parametrize("name", files())
def test_the_committed_schema_is_the_form_s(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == text(name), "run `make schemas`"


def test_a_manifest_keeps_its_schema(tmp_path: Path) -> None:
    manifest = given.dataset(tmp_path, procedures=[{"procedure_id": "a", "amount": 100}]).manifest.model_dump(mode="json")
    form = jsonschema_rs.validator_for(schema("manifest.schema.json"))
    form.validate(manifest)
    with pytest.raises(jsonschema_rs.ValidationError):
        form.validate({**manifest, "colour": "red"})


def test_fields_are_explained_and_money_is_no_number() -> None:
    made = schema("result.schema.json")
    assert made["properties"]["one_bid"]["description"] == "E2 less E1."
    excluded = {**made, **made["$defs"]["Excluded"]}
    form = jsonschema_rs.validator_for(excluded)
    row = Excluded(reason="cancelled", title=Words(ru="Отменена", en="Cancelled"), procedures=1, value="10.00", lost=True).model_dump(mode="json")
    form.validate(row)
    for wrong in (10.0, "10", "10.000", "1e3"):
        assert not form.is_valid({**row, "value": wrong})


def test_groups_have_their_measures() -> None:
    group = schema("result.schema.json")["properties"]["groups"]["items"]
    assert group["required"] == ["E1", "E2", "contract_stage"]
    assert group["properties"]["year"]["type"] == ["integer", "null"]
