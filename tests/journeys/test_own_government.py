"""From an empty data folder to one's own government: set-up, a list as an office keeps it, what is wrong with it, the corrected list, done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page

from yantar.core.jobs import carry_out
from yantar.core.models import Job
from yantar.qms.organisation.models import Authority, Government
from yantar.web.ui.middleware import FirstRunMiddleware

from .conftest import DESK, PHONE, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "amber-and-pine-2026"  # noqa: S105
TITLE = ["СПИСОК исполнительных органов Озёрного края"]
HEAD = ["№ п/п", "Код", "Наименование ", "Вид", "ИНН", "Численность", None, "Подведомственно"]
FAULTY = [
    [1, "minfin", "Министерство финансов  ", "Министерство", "7707083890", "сто двадцать", None, None],
    [2, "minzdrav", "Министерство «здоровья»", "министерство", "7707083893", 85, None, None],
    [3, "minzdrav", "Агентство архивов", "звездолёт", None, 12, None, "нет такого"],
]
MENDED = [
    [1, "minfin", "Министерство финансов  ", "Министерство", "7707083893", 120, None, None],
    [2, "minzdrav", "Министерство «здоровья»", "министерство", None, 85, None, None],
    [3, "arkhiv", "Агентство архивов", "Агентство", None, 12, None, "minfin"],
]


def office_book(path: Path, rows: list[list[Any]]) -> Path:
    """A workbook as an office keeps it: a merged title above the header, an empty column, trailing spaces."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "Лист1"
    for row in (TITLE, [], HEAD, *rows):
        page.append(row)
    page.merge_cells("A1:H1")
    book.save(path)
    return path


def set_up(page: Page, prefix: str) -> None:
    page.goto(f"{prefix}/")
    page.wait_for_url("**/setup/")
    fits(page)
    axe(page)
    for name, value in {
        "name_ru": "Правительство Озёрного края",
        "name_en": "Government of Lake Territory",
        "inhabitants": "120000",
        "full_name": "Вера Вымыслова",
        "email": "vera@example.org",
        "password": PASSWORD,
        "again": "another",
    }.items():
        page.locator(f"input[name={name}]").fill(value)
    page.locator("main button[type=submit]").click()
    page.locator(".invalid-feedback").first.wait_for()
    axe(page)
    assert page.locator("input[name=name_ru]").input_value() == "Правительство Озёрного края"
    page.locator("input[name=again]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/workspace/import/")


def upload(page: Page, path: Path) -> None:
    """Give the file, see it wait, let the worker look, see the page come by itself."""
    page.locator("#organisation input[type=file]").set_input_files(path)
    page.locator("#organisation form[method=post] button[type=submit]").click()
    work(page)


def work(page: Page) -> None:
    page.wait_for_url("**/workspace/import/jobs/*/")
    assert page.locator("progress").is_visible()
    axe(page)
    job = Job.objects.get(state=Job.State.WAITING)
    carry_out(job.pk)
    page.locator(".job").wait_for(state="detached")


@pytest.mark.parametrize(("prefix", "width"), [("", "desk"), ("/en", "desk"), ("", "phone")])
def test_own_government(prefix: str, width: str, new_page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The server of the tests has seen a government before; a fresh Yantar has not.
    known = {"done": False}
    remembered = property(lambda _self: known["done"], lambda _self, value: known.update(done=value))
    monkeypatch.setattr(FirstRunMiddleware, "done", remembered, raising=False)
    page: Page = new_page(viewport=PHONE if width == "phone" else DESK)
    name = f"own-{prefix.strip('/') or 'ru'}-{width}"

    def seen(step: str) -> None:
        fits(page)
        axe(page)
        shot(page, f"{name}-{step}")

    set_up(page, prefix)
    assert Government.objects.get().name_en == "Government of Lake Territory"
    assert page.locator(".next-steps > li.tone-success").count() == 1
    seen("1-imports")

    upload(page, office_book(tmp_path / "органы.xlsx", FAULTY))
    problems = page.locator(".problems li")
    assert problems.count() >= 4
    said = page.locator(".problems").inner_text()
    for place in ("4", "6", "звездолёт", "7707083890", "сто двадцать"):
        assert place in said
    seen("2-wrong")
    assert not Authority.objects.exists()

    page.goto(f"{prefix}/workspace/import/")
    upload(page, office_book(tmp_path / "органы исправленные.xlsx", MENDED))
    assert page.locator(".problems").count() == 0
    seen("3-would-change")
    assert not Authority.objects.exists()
    page.locator("main form[action$='/take-in/'] button").click()
    work(page)
    seen("4-taken-in")
    assert set(Authority.objects.values_list("code", flat=True)) == {"minfin", "minzdrav", "arkhiv"}

    page.locator("main a[href$='/workspace/authorities/']").first.click()
    page.wait_for_url("**/workspace/authorities/")
    assert page.locator("tbody tr").count() == 3
    seen("5-authorities")
    page.goto(f"{prefix}/workspace/import/")
    assert page.locator(".next-steps > li.tone-success").count() == 2
