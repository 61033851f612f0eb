"""The queue, an appeal and its steps: who gets in, what is shown, what stays closed."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.factories import UserFactory, with_role
from tests.qms.feedback.appeal_support import ANSWER, EMAIL, NAME, PERSON, Cast, answer, cast, led, receive
from tests.qms.feedback.test_files import pdf
from tests.qms.services.shown import promised
from yantar.core.models import JournalEntry
from yantar.qms.feedback.actions import appeals as actions
from yantar.qms.feedback.models import Answer, AnswerTemplate, Appeal, Attachment
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Role

pytestmark = pytest.mark.django_db
QUEUE = "/workspace/appeals/"


@pytest.fixture
def people() -> Cast:
    return cast()


def signed(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="yantar.core.accounts.Backend")
    return client


def page_of(appeal: Appeal) -> str:
    return f"{QUEUE}{appeal.number}/"


GET_PAGES = ("", "answer/", "do/register/", "do/forward/", "do/assign/", "do/note/", "do/name-concerned/", "do/decline/")


@pytest.mark.parametrize("part", GET_PAGES)
def test_who_gets_in(people: Cast, part: str) -> None:
    appeal = led(people, "registered" if part == "answer/" else "received")
    path = page_of(appeal) + part
    assert Client().get(path).status_code == 302
    assert signed(UserFactory()).get(path).status_code == 403
    assert signed(people.officer).get(path).status_code == 200
    assert signed(people.other_officer).get(path).status_code == 404
    assert signed(people.coordinator).get(path).status_code == (200 if part == "" else 403), "reads, deals with nothing"
    assert signed(people.officer).get(f"{QUEUE}26-99999-9/{part}").status_code == 404


def test_the_person_concerned_finds_nothing(people: Cast) -> None:
    appeal = led(people, "registered")
    actions.name_concerned(by=people.officer, appeal=appeal, person=people.colleague)
    client = signed(people.colleague)
    for part in ("", "answer/", "do/note/"):
        assert client.get(page_of(appeal) + part).status_code == 404
    assert client.post(page_of(appeal) + "personal/").status_code == 404
    assert appeal.number not in client.get(QUEUE).content.decode()


def test_reading_of_the_personal_block_is_asked_for_and_in_the_journal(people: Cast) -> None:
    appeal = led(people, "registered")
    client = signed(people.officer)
    closed = client.get(page_of(appeal)).content.decode()
    assert NAME not in closed and PERSON["text"] not in closed and EMAIL not in closed
    before = JournalEntry.objects.filter(action="feedback.read_person").count()
    opened = client.post(page_of(appeal) + "personal/")
    assert PERSON["text"] in opened.content.decode() and NAME in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    entry = JournalEntry.objects.filter(action="feedback.read_person").latest("pk")
    assert JournalEntry.objects.filter(action="feedback.read_person").count() == before + 1
    assert (entry.actor, entry.target_id) == (people.officer, str(appeal.pk))
    assert NAME not in str(entry.decided)
    assert signed(people.coordinator).post(page_of(appeal) + "personal/").status_code == 403
    assert client.get(page_of(appeal) + "personal/").status_code == 405


@pytest.mark.parametrize(
    "queue", ["", "?due=today", "?due=late", "?mine=on", "?unassigned=on", "?state=suspected", "?state=all", "?q=лифт", "?page=7"]
)
def test_every_tab_of_the_queue_opens(people: Cast, queue: str) -> None:
    for state in ("received", "registered", "answered", "disputed", "suspected"):
        led(people, state)
    assert signed(people.officer).get(QUEUE + queue).status_code == 200


def test_what_stands_in_the_queue(people: Cast) -> None:
    mine, suspected = led(people, "registered"), led(people, "suspected")
    client = signed(people.officer)
    page = client.get(QUEUE).content.decode()
    assert mine.number in page and suspected.number not in page
    assert "clock-used" in page
    assert suspected.number in client.get(f"{QUEUE}?state=suspected").content.decode()
    assert mine.number not in signed(people.other_officer).get(QUEUE).content.decode()
    assert PERSON["text"] not in page and NAME not in page


def _queries(client: Client, path: str) -> int:
    cache.clear()
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    # Whether anything was recorded meanwhile is asked by time, not by page.
    return sum("max(seq)" not in query["sql"] for query in found)


def test_the_queue_costs_the_same_for_one_and_for_three(people: Cast) -> None:
    client = signed(people.officer)
    led(people, "registered", kind="service_complaint")
    one = _queries(client, QUEUE)
    led(people, "registered", kind="service_complaint")
    led(people, "disputed")
    assert _queries(client, QUEUE) == one == 15


def test_an_appeal_costs_the_same_whatever_happened(people: Cast) -> None:
    client = signed(people.officer)
    appeal = led(people, "registered")
    led(people, "registered")
    one = _queries(client, page_of(appeal))
    for text in ("раз", "два", "три"):
        actions.add_note(by=people.officer, appeal=appeal, text=text)
    led(people, "registered")
    led(people, "registered")
    actions.extend_appeal(by=people.officer, appeal=appeal, days=10, reason="Запрос экспертам")
    assert _queries(client, page_of(appeal)) == one == 22


def post(client: Client, appeal: Appeal, part: str, **given: Any) -> Any:
    return client.post(page_of(appeal) + part, given)


def test_the_way_of_an_appeal(people: Cast) -> None:
    client, appeal = signed(people.officer), led(people, "received")
    assert post(client, appeal, "do/register/", on=appeal.received_on.isoformat()).status_code == 302
    assert post(client, appeal, "do/assign/", to=people.colleague.pk).status_code == 302
    assert post(client, appeal, "do/extend/", days=20, reason="Ждём экспертизу").status_code == 302
    assert post(client, appeal, "do/note/", text="Позвонить подрядчику").status_code == 302
    preview = post(client, appeal, "answer/", outcome="upheld", language="ru", text="Починили.", do="preview")
    assert preview.status_code == 200 and "Починили." in preview.content.decode()
    appeal.refresh_from_db()
    assert appeal.state == "registered"
    assert post(client, appeal, "answer/", outcome="upheld", language="ru", text="Починили.", do="give").status_code == 302
    appeal.refresh_from_db()
    assert (appeal.state, appeal.assigned_to, appeal.extension_days) == ("answered", people.colleague, 20)
    assert (
        post(
            client, appeal, "do/finding/", gap="Лифт не работал три недели", grade="minor", requirement="Лифт чинят за сутки", evidence="акт"
        ).status_code
        == 302
    )
    appeal.refresh_from_db()
    assert appeal.finding is not None and Finding.objects.get().origin_id == appeal.number


def test_a_step_that_no_longer_fits_is_said_and_changes_nothing(people: Cast) -> None:
    client, appeal = signed(people.officer), led(people, "registered")
    gone = client.get(page_of(appeal) + "do/register/", follow=True)
    assert gone.status_code == 200 and gone.redirect_chain[-1][0] == page_of(appeal)
    again = post(client, appeal, "do/register/", on=appeal.received_on.isoformat())
    assert again.status_code == 422
    assert client.get(page_of(appeal) + "do/nonsense/").status_code == 404


def test_forwarding_leaves_the_queue(people: Cast) -> None:
    client, appeal = signed(people.officer), led(people, "received")
    gone = post(client, appeal, "do/forward/", to=["roads"], reason="Дорога")
    assert gone["Location"] == QUEUE
    assert signed(people.other_officer).get(page_of(appeal)).status_code == 200
    assert client.get(page_of(appeal)).status_code == 404


def test_forwarding_to_two_makes_parts(people: Cast) -> None:
    client, appeal = signed(people.officer), led(people, "received")
    post(client, appeal, "do/forward/", to=["roads", "health"], reason="Обоим")
    part = Appeal.objects.get(part_of=appeal)
    assert signed(people.other_officer).get(f"{QUEUE}{part.number}/").status_code == 200
    assert part.number in client.get(page_of(appeal)).content.decode()


def test_what_is_wrong_comes_back_with_everything_typed(people: Cast) -> None:
    client, appeal = signed(people.officer), led(people, "registered")
    wrong = post(client, appeal, "answer/", outcome="", language="ru", text="Длинный ответ", do="give")
    assert wrong.status_code == 422 and "Длинный ответ" in wrong.content.decode()
    assert not Answer.objects.exists()
    assert post(client, appeal, "do/extend/", days=400, reason="Долго").status_code == 422
    assert post(client, appeal, "do/forward/", reason="Без адресата").status_code == 422


def test_a_template_begins_the_answer(people: Cast) -> None:
    client, appeal = signed(people.officer), led(people, "registered")
    template = actions.add_template(by=people.officer, authority=people.authority, title="Лифты", text_ru="Сообщаем о лифте.")
    begun = post(client, appeal, "answer/", template=template.pk, language="ru", text="", do="begin")
    assert begun.status_code == 200 and "Сообщаем о лифте." in begun.content.decode()
    assert "is-invalid" not in begun.content.decode()


def test_a_joint_answer(people: Cast) -> None:
    client, first, second = signed(people.officer), led(people, "registered"), led(people, "registered")
    assert second.number in client.get(page_of(first) + "answer/").content.decode()
    post(client, first, "answer/", outcome="explained", language="ru", text="Всем", joint=[second.number], do="give")
    assert Answer.objects.get().appeals.count() == 2


def test_moderation(people: Cast) -> None:
    client, one, other = signed(people.officer), led(people, "suspected"), led(people, "suspected")
    assert post(client, one, "do/release/").status_code == 302
    assert post(client, other, "do/reject/", reason="Реклама").status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == ("received", "rejected")


def test_not_solved_is_kept_or_taken_up(people: Cast) -> None:
    client, one, other = signed(people.officer), led(people, "disputed"), led(people, "disputed")
    assert "Лифт снова стоит" in client.post(page_of(one) + "personal/").content.decode()
    post(client, one, "do/reopen/", reason="Проверяем ещё раз")
    post(client, other, "do/keep/", reason="Лифт работает")
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == ("registered", "closed")


def test_files_are_downloads_and_never_pages(people: Cast) -> None:
    from tests.web.portal.test_appeals import photo
    from yantar.qms.feedback.files import take_file

    appeal = receive(people, files=[take_file(photo())])[0]
    attachment = Attachment.objects.get(appeal=appeal)
    client, path = signed(people.officer), f"{page_of(appeal)}files/{attachment.pk}/"
    assert client.get(path).status_code == 405, "reading is recorded, so it takes a button"
    given = client.post(path)
    assert given.status_code == 200
    assert given["Content-Disposition"].startswith("attachment")
    assert given["X-Content-Type-Options"] == "nosniff" and "sandbox" in given["Content-Security-Policy"]
    assert JournalEntry.objects.filter(action="feedback.read_attachment").exists()
    assert signed(people.coordinator).post(path).status_code == 403
    assert signed(people.other_officer).post(path).status_code == 404
    other = led(people, "received")
    assert client.post(f"{page_of(other)}files/{attachment.pk}/").status_code == 404


def test_the_paper_of_an_answer(people: Cast) -> None:
    appeal = led(people, "registered")
    given = answer(people, appeal)
    path = f"{page_of(appeal)}answers/{given.pk}/"
    assert signed(people.officer).post(path).content.startswith(b"%PDF")
    assert signed(people.coordinator).post(path).status_code == 403
    assert signed(people.officer).post(f"{page_of(led(people, 'received'))}answers/{given.pk}/").status_code == 404


def test_a_paper_is_taken_in_once(people: Cast) -> None:
    client = signed(people.officer)
    page = client.get(f"{QUEUE}new/").content.decode()
    given = {
        "stamp": re.findall(r'name="stamp" value="([^"]+)"', page)[0],
        "kind": "appeal",
        "authority": "health",
        "way": "paper",
        "received_on": "2026-11-20",
        "text": "Письмо о лифте",
        "name": "Иван Примеров",
        "address": "Улица 1",
    }
    slip = client.post(f"{QUEUE}new/", given)
    appeal = Appeal.objects.get()
    assert appeal.number in slip.content.decode() and "no-store" in slip["Cache-Control"]
    assert (appeal.way, appeal.received_on.isoformat()) == ("paper", "2026-11-20")
    assert client.post(f"{QUEUE}new/", given).status_code == 302
    assert Appeal.objects.count() == 1
    assert signed(people.coordinator).get(f"{QUEUE}new/").status_code == 403
    assert client.post(f"{QUEUE}new/", {**given, "stamp": "", "text": "", "received_on": "2030-01-01"}).status_code == 422


def paper(client: Client, **given: Any) -> Any:
    """A paper as an officer enters it."""
    page = client.get(f"{QUEUE}new/").content.decode()
    whole = {
        "stamp": re.findall(r'name="stamp" value="([^"]+)"', page)[0],
        "kind": "service_complaint",
        "authority": "health",
        "way": "paper",
        "received_on": "2026-11-20",
        "text": "Письмо о лифте",
        "name": "Иван Примеров",
        "address": "Улица 1",
        "service": "Приём у врача · clinic",
    }
    return client.post(f"{QUEUE}new/", {**whole, **given})


@pytest.fixture
def clinic(people: Cast) -> Cast:
    """The service has a promise, so that it can be chosen."""
    promised("clinic", "Приём у врача", authority=people.authority)
    return people


def test_a_paper_takes_scans_and_a_service_chosen_by_its_name(clinic: Cast, settings: Any, tmp_path: Any) -> None:
    settings.PERSONAL_ROOT = tmp_path
    client = signed(clinic.officer)
    page = client.get(f"{QUEUE}new/").content.decode()
    assert '<option value="Приём у врача · clinic">' in page and 'enctype="multipart/form-data"' in page
    scan = SimpleUploadedFile("письмо.pdf", pdf())
    assert paper(client, ground="intake_refused", uploads=[scan]).status_code == 200
    appeal = Appeal.objects.get()
    assert (appeal.service, appeal.variant, appeal.attributes) == (clinic.service, "intake_refused", {"ground": "intake_refused"})
    assert Attachment.objects.get().appeal == appeal
    assert "My documents were not accepted" in signed(clinic.officer).get(f"/en{page_of(appeal)}").content.decode()
    for words in ("clinic", "приём у врача"):
        assert paper(client, service=words).status_code == 200
    assert set(Appeal.objects.values_list("service", flat=True)) == {clinic.service.pk}


def test_a_lying_scan_is_refused_and_nothing_of_it_stays(clinic: Cast, settings: Any, tmp_path: Any) -> None:
    settings.PERSONAL_ROOT = tmp_path
    client = signed(clinic.officer)
    wrong = paper(client, uploads=[SimpleUploadedFile("письмо.pdf", b"MZ" + b"0" * 500)])
    assert wrong.status_code == 422 and "uploads" in wrong.context["form"].errors and "Письмо о лифте" in wrong.content.decode()
    many = paper(client, uploads=[SimpleUploadedFile(f"{n}.pdf", pdf()) for n in range(6)])
    assert many.status_code == 422 and "uploads" in many.context["form"].errors
    assert not Appeal.objects.exists() and not [one for one in tmp_path.rglob("*") if one.is_file()]
    for given in ({"service": "Нет такой"}, {"kind": "appeal", "service": "", "ground": "fee"}):
        assert paper(client, **given).status_code == 422
    again = paper(client, service="Нет такой")
    assert "Нет такой" in again.content.decode()


def test_a_place_is_on_a_map_where_tiles_are_configured_and_else_in_numbers(people: Cast, settings: Any) -> None:
    appeal = receive(people, "remark", latitude="54.71", longitude="20.51")[0]
    client = signed(people.officer)
    plain = client.get(page_of(appeal)).content.decode()
    assert "54.710000, 20.510000" in plain and "data-map" not in plain and "leaflet" not in plain
    settings.MAP_TILES = "https://tiles.example.org/{z}/{x}/{y}.png"
    shown = client.get(page_of(appeal))
    body = shown.content.decode()
    assert 'data-map="show"' in body and 'data-lat="54.710000"' in body and "leaflet.js" in body
    assert "https://tiles.example.org" in shown["Content-Security-Policy"]
    without = client.get(page_of(receive(people)[0])).content.decode()
    assert "data-map" not in without and "leaflet" not in without


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_the_queue_as_a_table_is_as_narrowed_and_says_nothing_of_people(people: Cast, fmt: str) -> None:
    late, other, place = led(people, "registered"), led(people, "received"), receive(people, "remark", place="у тайного моста")[0]
    Appeal.objects.filter(pk=late.pk).update(due_on="2020-01-01")
    led(people, "received", authority=people.other)
    client = signed(people.officer)

    def numbers(query: str) -> list[str]:
        answer = client.get(f"/en{QUEUE}table.{fmt}{query}")
        assert answer.status_code == 200 and "no-store" in answer["Cache-Control"] and fmt in answer["Content-Disposition"]
        if fmt == "csv":
            rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        else:
            rows = [[str(cell.value or "") for cell in row] for row in load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows()]
        body = repr(rows)
        assert not any(word in body for word in (NAME, EMAIL, PERSON["text"], PERSON["subject"], "моста"))
        return [row[0] for row in rows[1:]]

    assert numbers("?due=late") == [late.number]
    assert sorted(numbers("")) == sorted([late.number, other.number, place.number])
    assert numbers("?kind=remark&state=all") == [place.number]
    assert client.get(f"{QUEUE}table.pdf").status_code == 404
    assert Client().get(f"{QUEUE}table.{fmt}").status_code == 302
    with CaptureQueriesContext(connection) as found:
        client.get(f"{QUEUE}table.{fmt}?state=all")
    before = len(found)
    led(people, "answered")
    led(people, "answered")
    with CaptureQueriesContext(connection) as found:
        client.get(f"{QUEUE}table.{fmt}?state=all")
    assert len(found) == before


def test_templates_are_of_ones_own_authority(people: Cast) -> None:
    client = signed(people.officer)
    assert client.post(f"{QUEUE}templates/new/", {"authority": "health", "title": "Лифты", "text_ru": "О лифтах"}).status_code == 302
    template = AnswerTemplate.objects.get()
    assert template.authority == people.authority
    assert signed(people.other_officer).get(f"{QUEUE}templates/{template.pk}/").status_code == 404
    assert client.post(f"{QUEUE}templates/{template.pk}/", {"title": "О лифтах", "text_ru": "Новый"}).status_code == 302
    assert client.post(f"{QUEUE}templates/new/", {"authority": "", "title": "Всем", "text_ru": "x"}).status_code == 422
    assert signed(people.staff).get(f"{QUEUE}templates/new/").status_code == 403
    assert client.post(f"{QUEUE}templates/{template.pk}/retire/").status_code == 302
    template.refresh_from_db()
    assert template.retired_on is not None


def test_templates_cost_the_same_for_one_and_for_three(people: Cast) -> None:
    client = signed(people.officer)
    actions.add_template(by=people.officer, authority=people.authority, title="1", text_ru="x")
    one = _queries(client, f"{QUEUE}templates/")
    for title in "23":
        actions.add_template(by=people.officer, authority=people.authority, title=title, text_ru="x")
    assert _queries(client, f"{QUEUE}templates/") == one


def test_figures_are_of_five_or_more(people: Cast) -> None:
    client = signed(people.officer)
    for _one in range(5):
        receive(people)
    assert 'scope="row"' in client.get(f"{QUEUE}figures/").content.decode()
    assert client.get(f"{QUEUE}figures/?year=1800").status_code == 200


def test_a_remark_is_published_in_words_of_the_staff(people: Cast) -> None:
    client = signed(people.officer)
    appeal = actions.register_appeal(by=people.officer, appeal=receive(people, "remark")[0])
    assert post(client, appeal, "do/publish/", public_text="Лифт чинят").status_code == 302
    appeal.refresh_from_db()
    assert appeal.published_at is not None and appeal.public_text == "Лифт чинят"


def test_a_script_in_every_field_is_text(people: Cast) -> None:
    script = "<script>alert(1)</script>"
    client = signed(people.officer)
    fields = ("subject", "text", "name", "phone", "address")
    appeal = receive(people, person=dict.fromkeys(fields, script))[0]
    actions.add_note(by=people.officer, appeal=appeal, text=script)
    actions.forward_appeal(by=people.officer, appeal=appeal, to=[people.authority, people.other], reason=script)
    page = client.post(page_of(appeal) + "personal/").content.decode()
    assert script not in page and page.count("&lt;script&gt;") >= 5


@pytest.mark.parametrize("role", [Role.CERTIFIER, Role.INTERNAL_AUDITOR, Role.STAFF, Role.ADMINISTRATOR])
def test_who_only_looks_changes_nothing(people: Cast, role: Role) -> None:
    appeal = led(people, "registered")
    client = signed(with_role(role, None if role == Role.ADMINISTRATOR else people.authority))
    assert client.get(page_of(appeal)).status_code == 200
    for part in ("answer/", "do/forward/", "do/extend/", "do/assign/", "do/note/", "personal/"):
        assert client.post(page_of(appeal) + part, {}).status_code == 403
    assert ANSWER not in client.get(page_of(appeal)).content.decode()
