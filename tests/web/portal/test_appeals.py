"""Writing and following: what is asked, what is refused, what nobody learns who has no code."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.qms.feedback.appeal_support import Cast, answer, cast
from tests.web.portal.appeal_pages import NEW, TEXT, form, solved, write, written
from yantar.core.models import JournalEntry
from yantar.core.secrecy import unseal
from yantar.qms.feedback.actions import appeals
from yantar.qms.feedback.files import read_file
from yantar.qms.feedback.models import Appeal, AppealPerson, Attachment

pytestmark = pytest.mark.django_db
FOLLOW = "/appeals/follow/"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def people(settings: Any) -> Cast:
    settings.CAPTCHA_COST = 1
    return cast()


@pytest.fixture
def passport(people: Cast) -> Any:
    from datetime import date

    from django.utils import timezone

    from yantar.qms.services.models import ServicePassport

    return ServicePassport.objects.create(
        service=people.service,
        version=1,
        state="in_force",
        valid_from=date(2026, 1, 1),
        authority=people.authority,
        name_ru="Запись к врачу",
        name_en="Seeing a doctor",
        legal_basis_ru="Закон",
        applicants_ru="Все",
        result_ru="Запись",
        limit_days=5,
        complaint_ru="Руководителю",
        drawn_at=timezone.now(),
    )


def follow(client: Client, number: str, code: str) -> Any:
    return client.post(FOLLOW, {"number": number, "code": code})


def test_every_kind_is_offered_with_its_limits_of_today(client: Client) -> None:
    page = client.get(NEW).content.decode()
    for kind in ("appeal", "service_complaint", "information_request", "remark"):
        assert f"?kind={kind}" in page
    english = client.get(f"/en{NEW}").content.decode()
    assert "15 working days" in english
    assert "30 calendar days" in english


@pytest.mark.parametrize(
    "path", ["/appeals/", NEW, f"{NEW}?kind=appeal", f"{NEW}?kind=remark", FOLLOW, "/appeals/received/", "/appeals/mine/", "/appeals/task/"]
)
def test_nothing_of_it_is_kept_on_the_way(client: Client, path: str) -> None:
    assert "no-store" in client.get(path)["Cache-Control"]


def test_an_appeal_gets_a_number_and_a_code_and_is_sealed(client: Client, people: Cast) -> None:
    number, code = written(client, subject="Лифт")
    appeal = Appeal.objects.get(number=number)
    assert (appeal.authority, appeal.state, appeal.anonymous) == (people.authority, "received", False)
    kept = unseal("appeal", bytes(AppealPerson.objects.get(appeal=appeal).sealed))
    assert (kept["name"], kept["text"]) == ("Планктонова Аграфена", TEXT)
    journal = " ".join(str(row) for row in JournalEntry.objects.values_list("decided", flat=True))
    assert "agrafena" not in journal and code not in journal and "лифт" not in journal


def test_the_receipt_is_for_this_browser_alone_and_goes_when_it_is_forgotten(client: Client) -> None:
    _number, code = written(client)
    assert Client().get("/appeals/received/").status_code == 302
    client.post("/appeals/leave/")
    gone = client.get("/appeals/received/")
    assert gone.status_code == 302
    assert code not in client.get(FOLLOW).content.decode()


def test_number_and_code_stand_in_no_address(client: Client) -> None:
    number, code = written(client)
    answer = follow(client, number, code)
    assert answer.status_code == 302
    assert number not in answer["Location"] and code not in answer["Location"]
    page = client.get(answer["Location"]).content.decode()
    assert number in page
    assert not re.findall(rf'(?:href|action)="[^"]*{re.escape(number)}', page)


def test_sent_twice_it_is_one_appeal_with_one_receipt(client: Client) -> None:
    hidden = form(client, "kind=appeal")
    given = {**hidden, "name": "Иван", "email": "i@example.org", "consent": "on", "text": TEXT, "authority": "health"}
    first = client.post(f"{NEW}?kind=appeal", {**given, "altcha": solved()})
    second = client.post(f"{NEW}?kind=appeal", {**given, "altcha": solved()})
    assert (first.status_code, second.status_code) == (302, 302)
    assert Appeal.objects.count() == 1
    assert "receipt-code" in client.get("/appeals/received/").content.decode()
    stranger = Client().post(f"{NEW}?kind=appeal", {**given, "altcha": solved()})
    assert stranger.status_code == 422
    assert Appeal.objects.count() == 1


def test_a_replayed_proof_opens_nothing(client: Client) -> None:
    proof = solved()
    assert write(client, altcha=proof).status_code == 302
    again = write(Client(), altcha=proof)
    assert again.status_code == 422
    assert Appeal.objects.count() == 1
    assert write(Client(), altcha=solved("rating")).status_code == 422


def test_without_javascript_a_moderator_looks_first(client: Client) -> None:
    number, _code = written(client, altcha="")
    appeal = Appeal.objects.get(number=number)
    assert appeal.state == "suspected"
    assert appeal.due_on is not None, "its time runs all the same"


def test_without_a_proof_fewer_are_let_in(client: Client) -> None:
    answers = [write(Client(), altcha="", text=f"{TEXT} {place}").status_code for place in range(7)]
    assert answers == [302] * 5 + [422] * 2


def test_the_trap_and_haste_call_a_moderator(client: Client) -> None:
    number, _code = written(client, website="http://example.org")
    assert Appeal.objects.get(number=number).state == "suspected"


def test_all_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(client: Client) -> None:
    answer = write(client, name="", email="nobody", authority="", consent=None, subject="Кое-что")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("is-invalid") >= 3
    assert TEXT in page and "Кое-что" in page and "nobody" in page


def test_a_remark_may_come_without_a_name_and_an_appeal_may_not(client: Client) -> None:
    number, _code = written(client, "kind=remark&free", name="", email="", consent=None)
    assert Appeal.objects.get(number=number).anonymous
    assert write(client, name="", email="", consent=None).status_code == 422
    assert write(client, "kind=remark&free", consent=None).status_code == 422, "personal data need the consent"


def test_a_complaint_is_about_a_service_that_is_searched_by_its_words(client: Client, passport: Any, people: Cast) -> None:
    found = client.get(f"{NEW}?kind=service_complaint&q=врачу").content.decode()
    assert "service=clinic" in found
    assert "Запись к врачу" in client.get(f"{NEW}?service=clinic").content.decode()
    number, _code = written(client, "kind=service_complaint&service=clinic", authority=None, variant="intake_refused")
    appeal = Appeal.objects.get(number=number)
    assert (appeal.service, appeal.authority, appeal.variant) == (people.service, people.authority, "intake_refused")


@pytest.mark.parametrize("query", ["kind=nothing", "kind=appeal&service=none", "kind=remark&category=none"])
def test_an_address_that_means_nothing_is_404(client: Client, query: str) -> None:
    assert client.get(f"{NEW}?{query}").status_code == 404


def test_a_script_in_every_field_is_shown_as_text(client: Client) -> None:
    fields = ("subject", "text", "name", "email", "address", "phone", "repeats_number")
    page = write(client, consent=None, **dict.fromkeys(fields, SCRIPT)).content.decode()
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


def photo(with_place: bool = True) -> SimpleUploadedFile:
    out, exif = io.BytesIO(), Image.Exif()
    if with_place:
        exif[0x8825] = {1: "N", 2: (54.0, 42.0, 0.0), 3: "E", 4: (20.0, 30.0, 0.0)}
        exif[0x010F] = "Camera of Planktonova"
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("лифт.jpg", out.getvalue(), "image/jpeg")


def test_a_photograph_loses_its_place_and_camera(client: Client) -> None:
    number, _code = written(client, uploads=photo())
    attachment = Attachment.objects.select_related("file").get(appeal__number=number)
    assert attachment.file is not None
    _name, content = read_file(attachment.file)
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "JPEG" and not dict(image.getexif())
    assert b"Planktonova" not in content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"MZ" + b"\0" * 300),
        ("paper.pdf", b"<html><script>alert(1)</script></html>"),
        ("huge.jpg", b"\xff\xd8\xff" + b"\0" * (11 * 1024 * 1024)),
        ("empty.png", b" "),
    ],
)
def test_files_that_lie_or_are_too_large_are_refused(client: Client, name: str, content: bytes) -> None:
    answer = write(client, uploads=SimpleUploadedFile(name, content, "image/jpeg"))
    assert answer.status_code == 422
    assert not Appeal.objects.exists()
    assert TEXT in answer.content.decode()


def test_more_files_than_allowed_are_refused(client: Client) -> None:
    assert write(client, uploads=[photo() for _one in range(6)]).status_code == 422
    assert not Appeal.objects.exists()


def test_errors_never_say_whether_a_number_exists(client: Client) -> None:
    number, code = written(client)

    def said(typed: str, secret: str) -> str:
        answer = follow(Client(), typed, secret)
        assert answer.status_code == 422
        return re.sub(r'(value="[^"]*"|csrfmiddlewaretoken[^>]*)', "", answer.content.decode())

    wrong = "0000-0000-0000" if code[0] != "0" else "1111-1111-1111"
    assert said(number, wrong) == said("26-99999-1", wrong) == said("26-12345-0", code)


def test_guessing_of_codes_is_limited_and_the_right_one_then_waits_too(client: Client) -> None:
    number, code = written(client)
    guesser = Client()
    answers = [follow(guesser, number, f"{place:04d}-0000-0000").status_code for place in range(61)]
    assert answers[:60] == [422] * 60
    assert answers[60] == 429
    assert follow(guesser, number, code).status_code == 429


def test_the_citizen_sees_each_step_the_day_and_its_reason(client: Client, people: Cast) -> None:
    number, code = written(client)
    appeal = appeals.register_appeal(by=people.officer, appeal=Appeal.objects.get(number=number))
    follow(client, number, code)
    page = client.get("/appeals/mine/").content.decode()
    assert appeal.due_on is not None and f'datetime="{appeal.due_on.isoformat()}"' in page
    assert "counted-days" in page
    assert "Зарегистрировано" in page or "Registered" in page
    assert str(people.officer) not in page


def test_answer_and_paper_then_not_solved(client: Client, people: Cast) -> None:
    number, code = written(client)
    appeal = appeals.register_appeal(by=people.officer, appeal=Appeal.objects.get(number=number))
    given = answer(people, appeal)
    follow(client, number, code)
    page = client.get("/appeals/mine/").content.decode()
    assert "Лифт отремонтирован" in page
    paper = client.get(f"/appeals/mine/answers/{given.pk}/")
    assert paper.content.startswith(b"%PDF") and "attachment" in paper["Content-Disposition"]
    assert Client().get(f"/appeals/mine/answers/{given.pk}/").status_code == 302
    empty = client.post("/appeals/mine/not-solved/", {"part": number, f"p{appeal.pk}-reason": ""})
    assert empty.status_code == 422
    client.post("/appeals/mine/not-solved/", {"part": number, f"p{appeal.pk}-reason": "Лифт снова стоит"})
    appeal.refresh_from_db()
    assert appeal.state == "disputed"


def test_another_appeal_stays_closed_to_this_browser(client: Client, people: Cast) -> None:
    mine, code = written(client)
    other = appeals.register_appeal(by=people.officer, appeal=Appeal.objects.get(number=written(Client(), text=TEXT + " Иначе.")[0]))
    given = answer(people, other)
    follow(client, mine, code)
    assert client.get(f"/appeals/mine/answers/{given.pk}/").status_code == 404
    assert client.post("/appeals/mine/not-solved/", {"part": other.number, f"p{other.pk}-reason": "x"}).status_code == 404


def test_withdrawing_asks_twice(client: Client) -> None:
    number, code = written(client)
    follow(client, number, code)
    client.post("/appeals/mine/withdraw/", {})
    assert Appeal.objects.get(number=number).state == "received"
    client.post("/appeals/mine/withdraw/", {"sure": "1"})
    assert Appeal.objects.get(number=number).state == "withdrawn"


def test_leaving_forgets(client: Client) -> None:
    number, code = written(client)
    follow(client, number, code)
    assert client.get("/appeals/mine/").status_code == 200
    client.post("/appeals/leave/")
    assert client.get("/appeals/mine/").status_code == 302


def test_parts_of_a_forwarded_one_are_followed_under_one_number(client: Client, people: Cast) -> None:
    number, code = written(client)
    appeal = Appeal.objects.get(number=number)
    appeals.forward_appeal(by=people.officer, appeal=appeal, to=[people.authority, people.other], reason="Часть вопросов о дороге")
    follow(client, number, code)
    page = client.get("/appeals/mine/").content.decode()
    assert "Часть вопросов о дороге" in page
    assert page.count("where-now") == 2


def test_forms_demand_the_token(people: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    for path in (f"{NEW}?kind=appeal", FOLLOW, "/appeals/leave/", "/appeals/mine/withdraw/"):
        assert strict.post(path, {}).status_code == 403


def test_other_methods_are_refused(client: Client) -> None:
    assert client.post("/appeals/", {}).status_code == 405
    assert client.get("/appeals/leave/").status_code == 405
