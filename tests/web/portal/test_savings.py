"""Savings in public: published figures, read and taken away by anyone, without a sign-in; drafts and internals by nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import GovernmentFactory
from tests.qms.procurement.support import BY, analyst, small
from yantar.core import clock
from yantar.engine.savings.result import Result
from yantar.qms.procurement import actions
from yantar.qms.procurement.models import DatasetFile, Figure


@pytest.fixture(autouse=True)
def _rooms(db: None, settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.PROCUREMENT_ROOT = tmp_path / "procurement"
    settings.MEDIA_ROOT = tmp_path / "files"
    GovernmentFactory()
    with clock.at(date(2026, 11, 23)):
        yield


@pytest.fixture
def figure() -> Figure:
    """Published: E1 saves 100.00 of 1,000.00, less what a decision left out."""
    dataset, me = small(), analyst()
    actions.settle(by=me, dataset=dataset, procedure_id="b", choice="exclude", reason="Закупка повторена")
    made = actions.make_figure(by=me, dataset=dataset, title_ru="Экономия края", title_en="Savings of the territory", population=50)
    return actions.publish_figure(by=me, figure=made)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_anyone_reads_what_was_published(client: Client, figure: Figure, prefix: str) -> None:
    listed = client.get(f"{prefix}/savings/")
    page = client.get(f"{prefix}/savings/{figure.number}/")
    assert (listed.status_code, page.status_code) == (200, 200)
    assert "Set-Cookie" not in page
    text = page.content.decode()
    assert figure.title_ru in listed.content.decode() or figure.title_en in listed.content.decode()
    assert ("100.00\u00a0₽" if prefix else "100,00\u00a0₽") in text
    assert ("2.00\u00a0₽" if prefix else "2,00\u00a0₽") in text, "per inhabitant"
    assert figure.dataset.sha256 in text and f"yantar savings --repeat {figure.number}.json" in text
    assert "Закупка повторена" in text, "a decision stands with its reason"
    assert " style=" not in text and "<script>" not in text


def test_nothing_is_there_before_it_is_published(client: Client) -> None:
    empty = client.get("/en/savings/")
    assert empty.status_code == 200 and "No figure has been published yet" in empty.content.decode()
    draft = actions.make_figure(by=BY, dataset=small(), title_ru="Черновик")
    assert "Черновик" not in client.get("/savings/").content.decode()
    for path in (f"/savings/{draft.number}/", f"/savings/{draft.number}/download/csv/", "/savings/none/", f"/api/v1/savings/{draft.number}"):
        assert client.get(path).status_code == 404, path


def test_nothing_is_written_by_the_public(client: Client, figure: Figure) -> None:
    for path in ("/savings/", f"/savings/{figure.number}/", f"/savings/{figure.number}/download/csv/"):
        assert client.post(path).status_code == 405


def test_a_withdrawn_figure_stays_with_its_reason(client: Client, figure: Figure) -> None:
    actions.withdraw_figure(by=analyst(), figure=figure, reason="Запись заказчика ошибочна")
    assert "Запись заказчика ошибочна" in client.get(f"/savings/{figure.number}/").content.decode()
    assert "Запись заказчика ошибочна" in client.get("/savings/").content.decode()
    assert client.get(f"/api/v1/savings/{figure.number}").json()["state"] == "withdrawn"


def test_the_manifest_repeats_it(client: Client, figure: Figure) -> None:
    answer = client.get(f"/savings/{figure.number}/download/manifest/")
    content = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/json" and figure.number in answer["Content-Disposition"]
    assert figure.dataset.sha256 in json.dumps(content)
    assert client.get(f"/savings/{figure.number}/download/exe/").status_code == 404


def test_the_records_are_offered_where_it_was_published_with_them(client: Client, figure: Figure) -> None:
    content, me = b'{"ocid": "ocds-a"}\n', analyst()
    kept = actions.store_records(by=me, upload=SimpleUploadedFile("records.jsonl", content))
    DatasetFile.objects.create(dataset=figure.dataset, file=kept, position=0)
    address = f"/savings/{figure.number}/records/0/"
    assert client.get(address).status_code == 404
    open_one = actions.make_figure(by=me, dataset=figure.dataset, title_ru="С записями")
    address = f"/savings/{open_one.number}/records/0/"
    assert client.get(address).status_code == 404, "a draft offers nothing"
    actions.publish_figure(by=me, figure=open_one, with_records=True)
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
    assert "attachment" in answer["Content-Disposition"]
    assert address in client.get(f"/savings/{open_one.number}/").content.decode()
    assert client.get(f"/savings/{open_one.number}/records/1/").status_code == 404
    assert client.post(address).status_code == 405


def test_a_claim_stands_beside_the_figure_never_in_it(client: Client, figure: Figure) -> None:
    me = analyst()
    given = {"text_ru": "Сберегли много", "amount": Decimal(300), "said_by": "Агентство", "source": "Газета", "figure": figure}
    actions.publish_claim(by=me, claim=actions.add_claim(by=me, **given))
    text = client.get("/en/savings/").content.decode()
    assert "300.00\u00a0₽" in text and "200.00\u00a0₽" in text and "be checked. Missing" in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_queries(client: Client, django_assert_num_queries: Any, count: int) -> None:
    dataset, me = small(), analyst()
    for number in range(count):
        actions.publish_figure(by=me, figure=actions.make_figure(by=me, dataset=dataset, title_ru=f"Показатель {number}"))
    client.get("/savings/?first")
    with django_assert_num_queries(LIST):
        assert client.get("/savings/").content.decode().count("savings-big") == count


LIST = 6


def test_programs_read_the_same(client: Client, figure: Figure) -> None:
    listed = client.get("/api/v1/savings").json()
    assert (listed["count"], listed["items"][0]["number"]) == (1, figure.number)
    assert listed["items"][0]["E1"] == {"procedures": 1, "baseline": "1000.00", "awarded": "900.00", "saved": "100.00", "share": "0.100000"}
    one = client.get(f"/api/v1/savings/{figure.number}").json()
    assert one["decisions"] == [{"procedure": "b", "choice": "exclude", "reason": "Закупка повторена"}]
    assert Result.model_validate(one["defended"]) == Result.model_validate(figure.defended)
    assert one["raw"]["E2"]["saved"] == "150.00" and one["defended"]["E2"]["saved"] == "100.00"
    assert one["url"] == f"http://testserver/savings/{figure.number}/"
    assert client.get("/api/v1/savings?page=2").json()["items"] == []
    assert client.get("/api/v1/savings?pag=2").status_code == 422
    assert client.get(f"/api/v1/savings/{figure.number}?on=2026-01-01").status_code == 422
