"""Mappings of lists: a change is a new version, what is wrong with one is said."""

from __future__ import annotations

import pytest

from yantar.core.problems import Refused
from yantar.engine.savings.mapping import shipped
from yantar.qms.procurement import actions, queries

from .support import BY, analyst
from .test_loading import carried_out, started

pytestmark = pytest.mark.django_db


def content() -> dict:
    one = shipped()["ru_mos_quote_sessions"]
    return one.model_dump(mode="json", by_alias=True)


def test_a_change_is_a_new_version() -> None:
    for version in (1, 2):
        made = actions.add_mapping(by=BY, key="Lists", title_ru="Реестр", content=content())
        assert (made.key, made.version) == ("lists", version)
    assert [(one.key, one.version) for one in queries.mappings(analyst())] == [("lists", 2)]
    assert queries.mapping(analyst(), "lists", 1) is not None


def test_what_is_wrong_with_it_is_said() -> None:
    with pytest.raises(Refused) as refused:
        actions.add_mapping(by=BY, key="a b", title_ru="", content={"files": 1})
    fields = [one.field for one in refused.value.problems]
    assert fields[:2] == ["title_ru", "key"]
    assert "content" in fields


def test_a_list_is_loaded_by_the_mapping_that_was_chosen() -> None:
    made = actions.add_mapping(by=BY, key="lists", title_ru="Реестр", content=content())
    sessions = (
        "id_ks;link;start_ks;end_ks;start_price;end_price;customer_id;winner_id\n1;x;2022-01-10 10:00:00;2022-01-11 10:00:00;1000.0;900.0;7;3\n"
    )
    bidders = "id;id_ks;id_participant\n1;1;3\n2;1;4\n"
    dataset = carried_out(started(("ks.csv", sessions.encode()), ("participant.csv", bidders.encode()), mapping=made))
    assert (dataset.state, dataset.failure) == ("ready", "")
    found = queries.glance(analyst(), dataset)
    assert found is not None
    assert (found.e1.procedures, str(found.e1.saved)) == (1, "100.00")
