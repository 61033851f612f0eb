"""An audit on a tablet: one question a screen, the network cut in the middle, the tab closed, two auditors at once; nothing lost, nothing doubled."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.factories import AuthorityFactory, GovernmentFactory
from tests.qms.audits.support import Case, case, process, under_way
from yantar.core import clock
from yantar.core.files import place_of
from yantar.core.models import User
from yantar.qms.audits import actions
from yantar.qms.audits.actions import AnswerEntry
from yantar.qms.audits.models import Answer, Audit, Evidence

from .conftest import DESK, PHONE, NewPage, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[Page, User], None]
TABLET = {"width": 820, "height": 1180}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def given() -> Case:
    """An audit under way today, by the machine's own clock, which the server of the test shares."""
    GovernmentFactory(is_demo=True)
    authority = AuthorityFactory(code="minfin", version__name_ru="Министерство финансов", version__name_en="Ministry of Finance")
    process(authority)
    today = clock.today()
    return under_way(case(authority=authority, first_day=today, last_day=today, window_first=today, window_last=today))


def spot(given: Case) -> str:
    return f"/workspace/audits/{given.audit.number}/spot/"


def until(page: Page, expression: str) -> None:
    """Ask again and again from outside: the page's own policy forbids the evaluating that Playwright's waiting does inside."""
    for _attempt in range(150):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def opened(page: Page, given: Case) -> None:
    page.goto(spot(given))
    expect(page.locator("#spot-status")).to_have_text("Всё сохранено")
    until(page, "navigator.serviceWorker.controller !== null")
    # The worker has kept the page when it can answer for it.
    until(page, "caches.open('yantar-spot-1').then(s => s.match(location.pathname)).then(Boolean)")


def saved(page: Page) -> None:
    expect(page.locator("#spot-status")).to_have_text("Всё сохранено")


def answers(given: Case, who: User) -> dict[int, tuple[str, str]]:
    return {row.line.order: (row.grade, row.note) for row in Answer.objects.filter(line__audit=given.audit, author=who).select_related("line")}


def answer(page: Page, grade: str, note: str) -> None:
    page.get_by_role("radio", name=grade, exact=True).check()
    page.get_by_label("Что увидели").fill(note)


def to(page: Page, number: int) -> None:
    page.locator("#spot-list > summary").click()
    page.locator(".spot-jump", has=page.locator(".spot-jump-number", has_text=re.compile(rf"^{number}$"))).click()
    expect(page.locator("#spot-where")).to_contain_text(f"Вопрос {number} из")


def photo(name: str = "IMG_7.jpg") -> dict[str, Any]:
    picture = Image.new("RGB", (64, 48), "white")
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_the_network_is_cut_in_the_middle_and_nothing_is_lost(given: Case, new_page: NewPage, sign_in: Enter) -> None:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    sign_in(page, given.lead)
    opened(page, given)
    fits(page)
    axe(page)
    shot(page, "audit-spot-ru-phone")
    to(page, 1)
    answer(page, "Соответствует", "Приказ № 5 показан")
    saved(page)
    assert answers(given, given.lead) == {1: ("conform", "Приказ № 5 показан")}

    page.context.set_offline(True)
    page.locator("#spot-next").click()
    answer(page, "Незначительное несоответствие", "Отметки в деле № 12 нет")
    to(page, 3)
    answer(page, "Сильная сторона", "Все дела в срок")
    page.get_by_label("Я спросил(а) разрешения снимать").check()
    page.locator("#spot-file").set_input_files(photo())
    expect(page.locator("#spot-files")).to_contain_text("ещё не отправлено")
    expect(page.locator("#spot-status")).to_contain_text("Нет связи")
    fits(page)
    axe(page)
    shot(page, "audit-spot-offline-ru-phone")
    assert len(answers(given, given.lead)) == 1

    # The tab is closed and opened again, still without a connection: the page is there, and what was noted.
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(spot(given))
    to(again, 2)
    expect(again.get_by_label("Что увидели")).to_have_value("Отметки в деле № 12 нет")
    again.get_by_label("Что увидели").fill("Отметки в деле № 12 нет, срок истёк 03.11.2026")
    to(again, 3)
    expect(again.get_by_role("radio", name="Сильная сторона")).to_be_checked()
    expect(again.locator("#spot-files")).to_contain_text("IMG_7.jpg")
    assert len(answers(given, given.lead)) == 1

    context.set_offline(False)
    again.evaluate("window.dispatchEvent(new Event('online'))")
    saved(again)
    expect(again.locator("#spot-files a")).to_have_text("IMG_7.jpg")
    assert answers(given, given.lead) == {
        1: ("conform", "Приказ № 5 показан"),
        2: ("minor", "Отметки в деле № 12 нет, срок истёк 03.11.2026"),
        3: ("strength", "Все дела в срок"),
    }
    (piece,) = Evidence.objects.all()
    assert piece.file is not None and piece.line.order == 3 and b"SECRET-CAMERA" not in place_of(piece.file).read_bytes()
    again.reload()
    saved(again)
    assert Answer.objects.count() == 3 and Evidence.objects.count() == 1


def test_an_answer_that_was_received_but_not_confirmed_is_not_doubled(given: Case, new_page: NewPage, sign_in: Enter) -> None:
    page = new_page(viewport=TABLET, service_workers="block")
    sign_in(page, given.lead)
    page.goto(spot(given))
    saved(page)
    lost = []

    def swallow(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())  # the server has it; the tablet never hears of it
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/answers/", swallow)
    to(page, 1)
    answer(page, "Соответствует", "Видели реестр")
    expect(page.locator("#spot-status")).to_contain_text("Нет связи")
    page.get_by_label("Что увидели").fill("Видели реестр и журнал")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page)
    assert answers(given, given.lead)[1] == ("conform", "Видели реестр и журнал")
    expect(page.locator("#spot-notices")).to_be_empty()


def test_two_auditors_at_once_see_each_other_and_overwrite_nothing(given: Case, new_page: NewPage, sign_in: Enter) -> None:
    one, other = new_page(viewport=PHONE), new_page(viewport=DESK)
    sign_in(one, given.lead)
    sign_in(other, given.member)
    for page in (one, other):
        opened(page, given)
        to(page, 1)
    one.context.set_offline(True)
    answer(one, "Соответствует", "Смотрел реестр")
    answer(other, "Значительное несоответствие", "Реестра нет в отделе")
    saved(other)
    one.context.set_offline(False)
    one.evaluate("window.dispatchEvent(new Event('online'))")
    saved(one)
    assert answers(given, given.lead)[1] == ("conform", "Смотрел реестр")
    assert answers(given, given.member)[1] == ("major", "Реестра нет в отделе")
    expect(one.locator("#spot-others")).to_contain_text("Реестра нет в отделе")
    expect(one.get_by_label("Что увидели")).to_have_value("Смотрел реестр")
    axe(one)
    shot(one, "audit-spot-two-ru-phone")


def test_two_devices_of_one_auditor_the_older_text_comes_back_as_a_notice(given: Case, new_page: NewPage, sign_in: Enter) -> None:
    tablet, laptop = new_page(viewport=TABLET), new_page(viewport=DESK)
    for page in (tablet, laptop):
        sign_in(page, given.lead)
        opened(page, given)
        to(page, 1)
    tablet.context.set_offline(True)
    answer(tablet, "Соответствует", "С планшета, раньше")
    answer(laptop, "Замечание", "С ноутбука, позже")
    saved(laptop)
    tablet.context.set_offline(False)
    tablet.evaluate("window.dispatchEvent(new Event('online'))")
    saved(tablet)
    expect(tablet.locator("#spot-notices")).to_contain_text("С планшета, раньше")
    expect(tablet.get_by_label("Что увидели")).to_have_value("С ноутбука, позже")
    assert answers(given, given.lead)[1] == ("observation", "С ноутбука, позже")
    axe(tablet)


def test_when_the_sign_in_has_ended_the_draft_stays_and_is_sent_after_a_new_one(given: Case, new_page: NewPage, sign_in: Enter) -> None:
    page = new_page(viewport=PHONE)
    sign_in(page, given.lead)
    opened(page, given)
    to(page, 1)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="yantar_session")
    answer(page, "Соответствует", "Пока сеанс истёк")
    expect(page.locator("#spot-signin")).to_be_visible()
    axe(page)
    assert answers(given, given.lead) == {}
    assert cookies
    sign_in(page, given.lead)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page)
    assert answers(given, given.lead)[1] == ("conform", "Пока сеанс истёк")


def test_a_heic_picture_is_refused_with_a_clear_word(given: Case, new_page: NewPage, sign_in: Enter) -> None:
    page = new_page(viewport=PHONE)
    sign_in(page, given.lead)
    opened(page, given)
    to(page, 1)
    page.get_by_label("Я спросил(а) разрешения снимать").check()
    page.locator("#spot-file").set_input_files({"name": "IMG.HEIC", "mimeType": "", "buffer": b"\x00\x00\x00\x18ftypheic" + b"\x00" * 600})
    expect(page.locator("#spot-files")).to_contain_text("HEIC")
    page.get_by_role("button", name="Убрать").click()
    expect(page.locator("#spot-files")).to_be_empty()


def test_when_the_audit_is_over_the_page_says_so_and_keeps_what_was_typed(given: Case, new_page: NewPage, sign_in: Enter) -> None:
    page = new_page(viewport=PHONE, locale="en-GB")
    sign_in(page, given.lead)
    page.goto("/en" + spot(given))
    expect(page.locator("#spot-status")).to_have_text("Everything is saved")
    Audit.objects.filter(pk=given.audit.pk).update(state="report_drafted")
    page.get_by_label("What was seen").fill("Too late")
    expect(page.locator("#spot-status")).to_contain_text("does not take the answers")
    fits(page)
    axe(page)
    shot(page, "audit-spot-over-en-phone")
    page.goto("/en" + spot(given))
    expect(page).to_have_url(re.compile(f"/en/workspace/audits/{given.audit.number}/$"))


def pages(given: Case) -> dict[str, str]:
    one = f"/workspace/audits/{given.audit.number}/"
    return {
        "list": "/workspace/audits/",
        "audit": one,
        "checklist": f"{one}checklist/",
        "question": f"{one}checklist/new/",
        "agenda": f"{one}agenda/",
        "agenda-item": f"{one}agenda/new/",
        "meeting": f"{one}meetings/closing/",
        "person": f"{one}people/new/",
        "finding": f"{one}findings/new/?line={given.line.pk}",
        "report": f"{one}report/",
        "step": f"{one}steps/finish-on-the-spot/",
        "bank": "/workspace/audits/bank/",
    }


@pytest.mark.parametrize(("width", "prefix"), [("desk", ""), ("phone", "/en")])
def test_every_page_of_an_audit_is_accessible_and_fits(given: Case, new_page: NewPage, sign_in: Enter, width: str, prefix: str) -> None:
    actions.record_person_met(by=given.lead, audit=given.audit, name="Вера Примерова", post="Начальник отдела лицензирования")
    actions.save_answers(by=given.lead, audit=given.audit, entries=[AnswerEntry(line=given.line.pk, grade="minor", note="Нет отметки")])
    actions.raise_finding(by=given.lead, audit=given.audit, grade="strength", gap="Все заявления принимаются за четыре минуты.")
    actions.add_question(by=given.lead, audit=given.audit, text="Где хранится реестр рисков?", keep_in_bank=True)
    page = new_page(viewport={"desk": DESK, "phone": PHONE}[width])
    sign_in(page, given.lead)
    for name, path in pages(given).items():
        answer_of = page.goto(prefix + path)
        assert answer_of is not None and answer_of.status == 200, path
        for folded in page.locator("main details > summary").all():
            if folded.is_visible():
                folded.click()
        fits(page)
        axe(page)
        shot(page, f"audit-{name}-{prefix.strip('/') or 'ru'}-{width}")
