"""Every code of the engine has a sentence."""

from __future__ import annotations

import inspect
import re
from datetime import date
from importlib import import_module

import pytest
from django.utils import translation

from yantar.engine.certification.alarms import ALARM_CODES
from yantar.qms.certification import messages
from yantar.qms.certification.facts import missing_fields
from yantar.qms.certification.models import Certificate, CertificationBody


def test_breaches_obligations_and_alarms_all_have_words() -> None:
    # The package gives functions the names of their modules, so the modules are asked for by their full names.
    breaches, decisions, obligations = (import_module(f"yantar.engine.certification.{name}") for name in ("breaches", "decisions", "obligations"))
    source = inspect.getsource(breaches) + inspect.getsource(decisions)
    codes = set(re.findall(r'(?:Remark|Breach)\(\s*"(\w+)"', source))
    assert len(codes) > 20
    assert codes <= set(messages.BREACHES)
    assert set(messages.ALARMS) == set(ALARM_CODES)
    kinds = {value for name, value in vars(obligations).items() if name.isupper() and isinstance(value, str) and value.islower()}
    assert set(messages.OBLIGATIONS) == kinds


def test_every_field_that_can_be_missing_has_a_name() -> None:
    assert set(missing_fields(Certificate(), CertificationBody(), ())) == set(messages.FIELDS)


@pytest.mark.parametrize(
    ("value", "name", "words"),
    [
        (date(2025, 3, 5), "due_on", "5 Mar 2025"),
        ("2025-03-05", "due_on", "5 Mar 2025"),
        ("suspend", "kind", "Suspended"),
        ("active", "status", "In force"),
        ("stage2", "audit", "Stage 2"),
        (["scope", "client"], "fields", "scope, name of the client"),
        ((2018, 2019), "years", "2018, 2019"),
        ("2015", "edition", "2015"),
    ],
)
def test_parameters_are_worded(value: object, name: str, words: str) -> None:
    with translation.override("en"):
        assert messages.shown(name, value) == words


def test_a_code_without_a_sentence_is_told_by_its_rule() -> None:
    with translation.override("en"):
        assert str(messages.breach_sentence("something_new", "R9", {})).startswith("R9: A suspension")
        assert messages.rule_sentence("none") == ""
