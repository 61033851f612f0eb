"""The contract: the committed document is the one the API has, and the API does what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings

from tests.web.portal.conftest import certified
from yantar.api.openapi import contract, text
from yantar.config.wsgi import application

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
DOCUMENT = json.loads(COMMITTED.read_text(encoding="utf-8"))
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]


def test_the_committed_document_is_the_api_s() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == text(), "run `make openapi` and say in the change log what is new for programs"


def test_the_served_document_is_the_same(client: Any, government: Any) -> None:
    assert client.get("/api/v1/openapi.json").json() == contract()


def test_only_batches_of_cases_are_written() -> None:
    assert [path for path, method in OPERATIONS if method != "get"] == ["/api/v1/service-cases"]
    assert len({path for path, _method in OPERATIONS}) == len(OPERATIONS)


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """As Django's own test client does: the application leaves the test's connection open after a request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_the_api_keeps_the_contract(government: Any, path: str, method: str, mode: Any) -> None:
    """Whatever is asked, right or wrong, the answer is one that the document names."""
    certified("YA-1", code="competition")
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.app = application
    cases = schema[path][method.upper()].as_strategy(generation_mode=mode)

    @settings(max_examples=25, deadline=None, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def drive(case: Any) -> None:
        case.call_and_validate()

    drive()
