"""What the parameters of actions are called where the journal is shown."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from yantar.core.messages import LABELS, label, register_labels


def test_a_label_is_registered_or_a_field_s_or_a_model_s_or_the_name_itself() -> None:
    with override("en"):
        assert label("procurement.settle", "reason") == "Reason"
        assert label("procurement.settle", "procedure_id") == "Procedure"
        assert label("procurement.load_dataset", "origin") == "Where the records come from"
        assert label("procurement.settle", "dataset") == "Dataset"
        assert label("procurement.settle", "neither_nor") == label("nowhere.act", "neither_nor") == "neither_nor"
    with override("ru"):
        assert label("procurement.settle", "reason") == "Причина"
        assert label("procurement.settle", "dataset") != "dataset"


def test_an_action_has_words_of_its_own_for_a_parameter() -> None:
    with override("en"):
        assert label("procurement.settle", "days") == "Working days for the answer"
        assert label("feedback.extend", "days") == "Days"


def test_two_parts_never_name_one_parameter_differently() -> None:
    register_labels({"reason": LABELS["reason"]})
    with pytest.raises(TypeError):
        register_labels({"reason": "Why"})
    assert LABELS["reason"] == "Reason"
