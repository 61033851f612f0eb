"""The guided pages of a list: columns with samples, what comes out, what is wrong, saved as a version that loads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.engine.savings.mapping.made import HEAD, ROW, row, taken
from tests.factories import with_role
from tests.qms.procurement.support import analyst as another
from tests.web.workspace.findings.support import queries_of
from yantar.core.models import JournalEntry, StoredFile, User
from yantar.engine.savings.mapping import made_mapping
from yantar.qms.organisation.models import Role
from yantar.qms.procurement import actions
from yantar.qms.procurement.models import ListMapping

As = Callable[[User], Client]
ROOT = "/workspace/savings/lists/"
ENGLISH = f"/en{ROOT}"
DETAILS = {"key": "ministry", "title_ru": "Реестр министерства", "rows": "procedure", "decimals": "auto", "dates": "dmy", "currency": "RUB"}


def uploaded(content: str | bytes, name: str = "list.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def given(by: User, *rows: str, head: str = HEAD, name: str = "list.csv") -> StoredFile:
    return actions.store_records(by=by, upload=uploaded("\n".join([head, *rows, ""]), name))


def chosen(answer: Any) -> dict[str, str]:
    """What the page's form would send as it stands."""
    form = answer.context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    return {**sent, **DETAILS}


def test_a_list_goes_from_the_file_to_a_mapping_that_loads(as_: As, analyst: User, tmp_path: Path) -> None:
    client = as_(analyst)
    sent = client.post(f"{ROOT}new/", {"upload": uploaded(f"{HEAD}\n{ROW}\n{row(number='2', status='Прекращена')}\n")})
    stored = StoredFile.objects.get()
    assert sent.status_code == 302 and sent.headers["Location"] == f"{ROOT}new/{stored.pk}/"
    page = client.get(f"{ROOT}new/{stored.pk}/")
    text = page.content.decode()
    assert "Начальная цена (НМЦК)" in text and "12 000,50" in text and "ООО «Север»" in text
    form = page.context["form"]
    assert [form[f"c{n}"].value() for n in (0, 6, 13)] == ["procedure_id", "amount", "status"]
    assert [(word, select.value()) for word, select in form.columns()[13].words] == [("Завершена", "complete"), ("Прекращена", "")]
    data = chosen(page) | {"w13_1": "cancelled"}
    seen = client.post(f"{ROOT}new/{stored.pk}/", data | {"step": "preview"})
    assert seen.status_code == 200 and not ListMapping.objects.exists()
    assert seen.context["preview"].looked_at == 2 and seen.context["preview"].problems == []
    assert "cancelled" in seen.content.decode() and "12000.50" in seen.content.decode()
    saved = client.post(f"{ROOT}new/{stored.pk}/", data | {"step": "save"})
    mapping = ListMapping.objects.get()
    assert saved.status_code == 302 and saved.headers["Location"] == f"/workspace/savings/load/?mapping={mapping.pk}"
    assert (mapping.key, mapping.version, mapping.entered_by) == ("ministry", 1, analyst)
    assert JournalEntry.objects.filter(action="procurement.add_mapping").count() == 1
    assert client.get(saved.headers["Location"]).context["form"]["mapping"].value() == str(mapping.pk)
    path = tmp_path / "again.csv"
    path.write_text(f"{HEAD}\n{ROW}\n{row(number='2', status='Прекращена')}\n", encoding="utf-8")
    made = taken(tmp_path / "d", path, mapping=made_mapping(mapping.content))
    assert {one["procedure_id"]: one["status"] for one in made.rows("procedures")} == {"0335": "complete", "2": "cancelled"}
    assert made.said() == []


def test_a_new_version_begins_with_the_last_one(as_: As, analyst: User) -> None:
    client = as_(analyst)
    head = "Шифр;Сумма;Кто"
    stored = given(analyst, "A;5;Север", head=head)
    place = f"{ROOT}new/{stored.pk}/"
    data = DETAILS | {"c0": "procedure_id", "c1": "amount", "c2": "supplier_name", "failed": "on", "limits_ru": "Только крупные.", "step": "save"}
    assert client.post(place, data).status_code == 302
    first = ListMapping.objects.get()
    rule = first.content["files"][0]["rules"][-1]
    assert rule["when"] == {"field": "supplier_name", "is": "empty"} and rule["set"]["status"] == "unsuccessful"
    again = client.get(f"{place}?of={first.pk}")
    form = again.context["form"]
    assert [form[f"c{n}"].value() for n in range(3)] == ["procedure_id", "amount", "supplier_name"]
    assert (form["key"].value(), form["failed"].value(), form["limits_ru"].value()) == ("ministry", True, "Только крупные.")
    assert client.post(place, data | {"title_en": "List"}).status_code == 302
    assert list(ListMapping.objects.values_list("version", "title_en")) == [(2, "List"), (1, "")]
    assert [one.content["version"] for one in ListMapping.objects.all()] == [2, 1]
    shown = client.get(f"{ENGLISH}{first.pk}/").content.decode()
    assert "Только крупные." in shown and "Initial price" in shown and "Version 2" in shown
    file = client.get(f"{ROOT}{first.pk}/download/")
    assert made_mapping(json.loads(file.content)).id == "ministry" and "ministry-1.json" in file["Content-Disposition"]


def test_a_list_with_the_columns_of_a_mapping_is_told_on_its_page(as_: As, analyst: User) -> None:
    client = as_(analyst)
    head = "Шифр;Сумма;Кто"
    place = f"{ROOT}new/{given(analyst, 'A;5;Север', head=head).pk}/"
    data = DETAILS | {"c0": "procedure_id", "c1": "amount", "c2": "supplier_name", "step": "save"}
    assert client.get(place).context["known"] is None
    assert client.post(place, data).status_code == 302
    saved = ListMapping.objects.get()
    page = client.get(f"{ROOT}new/{given(analyst, 'B;6;Юг;х', head='Кто;Шифр;Сумма;Ещё', name='next.csv').pk}/")
    assert (page.context["known"], page.context["base"]) == (saved, saved)
    assert f'href="/workspace/savings/load/?mapping={saved.pk}"' in page.content.decode()
    form = page.context["form"]
    assert [form[f"c{n}"].value() for n in range(4)] == ["supplier_name", "procedure_id", "amount", ""]
    fewer = client.get(f"{ROOT}new/{given(analyst, 'B;6', head='Шифр;Сумма', name='less.csv').pk}/")
    assert fewer.context["known"] is None


def test_everything_that_is_wrong_stands_beside_its_field(as_: As, analyst: User) -> None:
    client = as_(analyst)
    stored = given(analyst, "A;5;Север", head="Шифр;Сумма;Кто")
    data = DETAILS | {"key": "Плохой код", "title_ru": "", "c0": "amount", "c1": "amount", "c2": "bidder_id", "step": "save"}
    answer = client.post(f"{ENGLISH}new/{stored.pk}/", data)
    form = answer.context["form"]
    assert answer.status_code == 422 and not ListMapping.objects.exists()
    assert set(form.errors) == {"title_ru", "c1", "c2"}
    assert "Say which column is the number of the procedure." in answer.content.decode()
    assert form["key"].value() == "Плохой код"
    answer = client.post(f"{ENGLISH}new/{stored.pk}/", data | {"title_ru": "Т", "c0": "procedure_id", "c2": ""})
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"key"}
    lots = client.post(f"{ENGLISH}new/{stored.pk}/", data | {"title_ru": "Т", "key": "k", "c0": "procedure_id", "c2": "", "rows": "lot"})
    assert lots.status_code == 422 and set(lots.context["form"].errors) == {"rows"}


def test_a_column_that_becomes_a_status_asks_for_its_words(as_: As, analyst: User) -> None:
    stored = given(analyst, "A;5;готово", "B;6;отменена", head="Шифр;Сумма;Как дела")
    client = as_(analyst)
    data = DETAILS | {"c0": "procedure_id", "c1": "amount", "c2": "status", "step": "preview"}
    page = client.post(f"{ROOT}new/{stored.pk}/", data)
    words = page.context["form"].columns()[2].words
    assert page.status_code == 200 and [(word, select.value()) for word, select in words] == [("готово", ""), ("отменена", "cancelled")]
    assert any("Конкурентная экономия" in one for one in page.context["impossible"])


def test_a_preview_names_what_is_wrong(as_: As, analyst: User) -> None:
    stored = given(analyst, row(amount="1,234"), row(number=""), row(number="7", title="<b>x</b>"))
    client = as_(analyst)
    page = client.post(f"{ENGLISH}new/{stored.pk}/", chosen(client.get(f"{ENGLISH}new/{stored.pk}/")) | {"step": "preview"})
    assert [(line, field, why) for line, field, _value, why in page.context["found"]] == [
        (2, "Initial price", "An amount that can be read in two ways"),
        (3, "", "No number of the procedure"),
    ]
    text = page.content.decode()
    assert "&lt;b&gt;x" in text and "<b>x" not in text and " style=" not in text and "<script>" not in text


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0" + b"0" * 2000, b"PK\x03\x04nothing", b"<html><table></table></html>", b"one\ntwo\n"])
def test_what_is_no_list_is_said_at_once(as_: As, analyst: User, content: bytes) -> None:
    answer = as_(analyst).post(f"{ROOT}new/", {"upload": uploaded(content)})
    assert answer.status_code == 422 and answer.context["form"].errors["upload"]


def test_twins_and_empty_headings_can_not_be_chosen(as_: As, analyst: User) -> None:
    stored = given(analyst, "A;5;6;x", head="Номер закупки;НМЦК;НМЦК;")
    page = as_(analyst).get(f"{ROOT}new/{stored.pk}/")
    assert [column.select is not None for column in page.context["form"].columns()] == [True, True, False, False]


def test_whose_file_it_is(as_: As, analyst: User, coordinator: User) -> None:
    stored = given(analyst, ROW)
    assert as_(another()).get(f"{ROOT}new/{stored.pk}/").status_code == 404
    assert as_(analyst).get(f"{ROOT}new/999999/").status_code == 404
    assert as_(coordinator).get(f"{ROOT}new/{stored.pk}/").status_code == 403
    other = actions.store_records(by=analyst, upload=uploaded('{"ocid": "a"}', "a.json"))
    assert as_(analyst).get(f"{ROOT}new/{other.pk}/").status_code == 404
    for place in (ROOT, f"{ROOT}999/", f"{ROOT}999/download/"):
        assert as_(coordinator).get(place).status_code == 403
    for place in (f"{ROOT}999/", f"{ROOT}999/download/", f"{ROOT}new/?of=999999999999"):
        assert as_(analyst).get(place).status_code == (200 if "new" in place else 404)


def test_who_only_reads_sees_but_does_not_change(as_: As, analyst: User) -> None:
    head = as_(with_role(Role.CERTIFIER))
    seen = head.get(ROOT).status_code
    assert head.get(f"{ROOT}new/").status_code == 403 and seen in (200, 403)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_number_of_queries(as_: As, analyst: User, count: int) -> None:
    content = made_mapping_content()
    for number in range(count):
        actions.add_mapping(by=analyst, key=f"list{number}", title_ru="Список", content=content)
        actions.add_mapping(by=analyst, key="same", title_ru="Список", content=content)
    last = ListMapping.objects.filter(key="same").first()
    assert last is not None and last.version == count
    stored = given(analyst, *(row(number=str(n)) for n in range(count)))
    asked = {path: queries_of(as_(analyst), path) for path in (ROOT, f"{ROOT}{last.pk}/", f"{ROOT}new/{stored.pk}/")}
    base = queries_of(as_(analyst), f"{ROOT}new/")
    assert [number - base for number in asked.values()] == [1, 2, 2]


def made_mapping_content() -> dict[str, Any]:
    from yantar.engine.savings.mapping.suggesting import draft_content

    return draft_content(["Номер", "Цена"], {0: "procedure_id", 1: "amount"})


def test_both_languages_and_the_way_in(as_: As, analyst: User) -> None:
    client = as_(analyst)
    assert "Quote sessions of the Moscow supplier portal" in client.get(ENGLISH).content.decode()
    assert "Котировочные сессии" in client.get(ROOT).content.decode()
    assert reverse("workspace:savings_lists") in client.get("/workspace/savings/load/").content.decode()
