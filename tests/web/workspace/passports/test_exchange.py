"""Services in and out through the page of imports: a JSON document is checked by the worker, found good and given out again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from tests.qms.services.promises import SINCE, enacted, service_of
from yantar.core import clock, jobs
from yantar.core.models import Job
from yantar.qms.organisation.models import Role

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[date]:
    GovernmentFactory()
    with clock.at(TODAY):
        yield TODAY


def test_a_json_document_goes_out_and_comes_in() -> None:
    enacted(service_of(AuthorityFactory(code="minfin")), SINCE)
    client = Client()
    client.force_login(with_role(Role.HEAD_OF_QUALITY))
    given = client.get("/workspace/import/services/export/?format=json")
    assert given.status_code == 200 and given["Content-Type"] == "application/json"
    document = json.loads(given.content)
    document["services"][0]["limit_days"] = 6
    upload = SimpleUploadedFile("services.json", json.dumps(document).encode())
    assert client.post("/workspace/import/services/", {"upload": upload}).status_code == 302
    job = Job.objects.get()
    jobs.carry_out(job.pk)
    job.refresh_from_db()
    assert job.result["value"]["ok"] and job.result["value"]["changes"][0]["fields"]["limit_days"] == ["10", "6"]
    assert client.get("/workspace/import/processes/export/?format=json").status_code == 404
