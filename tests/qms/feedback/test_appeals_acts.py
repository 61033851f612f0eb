"""What appeals ask for, where they go, how they are answered, and that nothing personal leaves its room."""

from __future__ import annotations

import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pghistory.models
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.apps import apps
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.factories import with_role
from yantar.core import messages
from yantar.core.actions import System
from yantar.core.models import JournalEntry, Notification
from yantar.core.problems import Refused
from yantar.core.secrecy import unseal
from yantar.qms.feedback import appeal_tasks, mails, numbers
from yantar.qms.feedback.actions import appeals, personal
from yantar.qms.feedback.models import Answer, Appeal, AppealPerson, AppealStep, RemarkCategory
from yantar.qms.feedback.stored import read_bytes
from yantar.qms.organisation.models import Role

from .appeal_support import ANSWER, EMAIL, NAME, PERSON, PORTAL, Cast, answer, cast, led, on, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Cast:
    return cast()


def codes(refused: Any) -> set[str]:
    return {f"{one.field}:{one.code}" for one in refused.value.problems}


def test_an_appeal_needs_a_name_and_an_address_a_remark_neither(house: Cast) -> None:
    nobody = {"name": "", "email": "", "address": "", "phone": "", "wants_mail": False}
    for kind in ("appeal", "service_complaint", "information_request"):
        with pytest.raises(Refused) as refused:
            receive(house, kind, person=nobody)
        assert {"name:required", "address:required"} <= codes(refused)
        assert "remark" in str(refused.value.problems[0].message) or "амечание" in str(refused.value.problems[0].message)
    assert receive(house, "remark", person=nobody)[0].anonymous
    assert not receive(house, person={"email": "", "wants_mail": False})[0].anonymous
    assert not receive(house, person={"address": ""})[0].anonymous


def test_everything_wrong_is_said_at_once(house: Cast) -> None:
    with pytest.raises(Refused) as refused:
        appeals.receive_appeal(
            by=PORTAL,
            kind="appeal",
            person={"name": "x" * 300, "email": "nonsense", "text": " "},
            variant="none",
            latitude=91,
            place="x" * 301,
            category=RemarkCategory(code="x", authority=house.authority),
        )
    assert {
        "name:too_long",
        "email:email",
        "text:required",
        "variant:variant",
        "latitude:place",
        "place:too_long",
        "category:category",
    } <= codes(refused)
    assert Appeal.objects.count() == 0


def test_a_subject_asks_for_what_it_needs(house: Cast) -> None:
    values = [{"key": "deep", "name_ru": "Глубокая"}, {"key": "flat", "name_ru": "Мелкая"}]
    asked = [{"code": "depth", "datatype": "singlevaluelist", "required": True, "values": values}]
    category = RemarkCategory.objects.create(code="pit", authority=house.other, name_ru="Яма", attributes=asked, valid_from="2020-01-01")
    with pytest.raises(Refused) as refused:
        receive(house, "remark", category=category, authority=None, attributes={"colour": "red"})
    assert {"attributes.depth:required", "attributes.colour:attribute", "place:required"} <= codes(refused)
    with pytest.raises(Refused):
        receive(house, "remark", category=category, authority=None, attributes={"depth": "endless"}, place="у дома 7")
    remark = receive(house, "remark", category=category, authority=None, attributes={"depth": "deep"}, latitude="54.71", longitude=20.51)[0]
    assert (remark.authority, remark.attributes) == (house.other, {"depth": "deep"})


def test_an_officer_enters_papers_of_their_own_authority_only(house: Cast) -> None:
    given = {"kind": "appeal", "person": PERSON, "way": "paper"}
    assert appeals.receive_appeal(by=house.officer, authority=house.authority, **given)[0].way == "paper"
    for by, authority in ((house.officer, house.other), (house.staff, house.authority), (house.lead, house.authority)):
        with pytest.raises(PermissionDenied):
            appeals.receive_appeal(by=by, authority=authority, **given)
    for act in (appeals.withdraw_appeal, appeals.dispute_appeal):
        with pytest.raises(PermissionDenied):
            act(by=house.officer, appeal=led(house, "answered"), **({"reason": "x"} if act is appeals.dispute_appeal else {}))


def test_forwarded_on_and_on_the_citizen_sees_each_step(house: Cast) -> None:
    with on("2026-11-02"):
        appeal = led(house, "registered")
    with on("2026-11-09"):
        appeal = appeals.forward_appeal(by=house.officer, appeal=appeal, to=[house.other], reason="Дороги")
        assert (appeal.state, appeal.authority, appeal.due_on.isoformat()) == ("received", house.other, "2026-11-12")
        with pytest.raises(PermissionDenied):
            appeals.register_appeal(by=house.officer, appeal=appeal)
        with pytest.raises(Refused):
            appeals.forward_appeal(by=house.other_officer, appeal=appeal, to=[house.other], reason="Туда же")
        appeals.register_appeal(by=house.other_officer, appeal=appeal)
        appeal = appeals.forward_appeal(by=house.other_officer, appeal=appeal, to=[house.above], reason="Выше")
    told = appeal.steps.filter(kind="forwarded").order_by("id")
    assert [(step.authority, step.to_authority, step.public) for step in told] == [
        (house.authority, house.other, True),
        (house.other, house.above, True),
    ]
    journal = JournalEntry.objects.filter(action="feedback.forward_appeal").order_by("seq")
    assert [row.authority_id for row in journal] == [house.authority.pk, house.other.pk]


def test_forwarded_to_several_each_deals_with_its_part(house: Cast) -> None:
    appeal = led(house, "registered")
    due = appeal.due_on
    appeals.forward_appeal(by=house.officer, appeal=appeal, to=[house.authority, house.other], reason="Часть вопросов")
    appeal.refresh_from_db()
    assert (appeal.state, appeal.authority, appeal.due_on) == ("registered", house.authority, due)
    part = Appeal.objects.get(part_of=appeal)
    assert (part.number, part.state, part.authority, part.code_print) == (f"{appeal.number}.2", "received", house.other, "")
    assert personal.read_person(by=house.other_officer, appeal=part)["name"] == NAME
    with pytest.raises(Refused):
        appeals.forward_appeal(by=house.officer, appeal=appeal, to=[house.authority, house.other], reason="Ещё раз")
    with pytest.raises(Refused):
        appeals.forward_appeal(by=house.other_officer, appeal=part, to=[house.above, house.authority], reason="Часть части")
    appeals.withdraw_appeal(by=PORTAL, appeal=appeal)
    assert set(Appeal.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_never_to_the_person_complained_about(house: Cast) -> None:
    about_head, _code = receive(house, about_head=True)
    assert (about_head.authority, about_head.concerns) == (house.above, house.head)
    appeal = led(house, "registered")
    with pytest.raises(Refused):
        appeals.assign_appeal(by=house.officer, appeal=appeal, to=house.staff)
    appeal = appeals.assign_appeal(by=house.officer, appeal=appeal, to=house.colleague)
    appeal = appeals.name_concerned(by=house.officer, appeal=appeal, person=house.colleague)
    assert appeal.assigned_to is None
    with pytest.raises(Refused):
        appeals.assign_appeal(by=house.officer, appeal=appeal, to=house.colleague)
    appeal = appeals.name_concerned(by=house.officer, appeal=appeal, person=house.head)
    assert (appeal.authority, appeal.state) == (house.above, "received")
    above = with_role(Role.CITIZENS_OFFICER, house.above)
    with pytest.raises(Refused) as refused:
        appeals.forward_appeal(by=above, appeal=appeal, to=[house.authority], reason="Обратно")
    assert "to:concerned" in codes(refused)


def test_about_a_head_without_anybody_above_goes_to_the_whole_governments_officer(house: Cast) -> None:
    head = with_role(Role.HEAD_OF_AUTHORITY, house.above)
    officer = with_role(Role.CITIZENS_OFFICER, house.above)
    appeal = receive(house, authority=house.above)[0]
    with pytest.raises(Refused):
        appeals.name_concerned(by=officer, appeal=appeal, person=head)
    whole = with_role(Role.CITIZENS_OFFICER)
    appeal = appeals.name_concerned(by=officer, appeal=appeal, person=head)
    assert (appeal.assigned_to, appeal.authority) == (whole, house.above)
    assert receive(house, authority=house.above, about_head=True)[0].assigned_to == whole
    assert not Notification.objects.filter(recipient=head, kind__in=["feedback.assigned"]).exists()


def test_a_joint_answer_is_all_or_nothing(house: Cast) -> None:
    first, second, elsewhere = led(house, "registered"), led(house, "registered"), led(house, "registered", authority=house.authority)
    appeals.forward_appeal(by=house.officer, appeal=elsewhere, to=[house.other], reason="по компетенции")
    with pytest.raises(PermissionDenied):
        answer(house, first, second, elsewhere)
    whole = with_role(Role.CITIZENS_OFFICER)
    with pytest.raises(Refused):
        answer(house, first, second, elsewhere, by=whole)
    given_ = answer(house, first, second)
    assert set(given_.appeals.all()) == {first, second}
    assert unseal("answer", bytes(given_.text))["text"] == ANSWER.strip()
    with pytest.raises(Refused) as refused:
        answer(house, first)
    assert "appeals:state" in codes(refused)
    name, paper = appeals.read_answer_paper(by=PORTAL, appeal=first, answer=given_)
    assert (name, paper[:5]) == (f"{given_.number}.pdf", b"%PDF-")
    with pytest.raises(Refused):
        appeals.read_answer_paper(by=PORTAL, appeal=led(house, "registered"), answer=given_)


@pytest.fixture
def certificate(tmp_path: Path, settings: Any) -> Path:
    """A key and its own certificate, as the settings name them."""
    import datetime

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Правительство Янтарного края")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1))
        .not_valid_after(datetime.datetime(2090, 1, 1))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "signing.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"answers", key, made, None, BestAvailableEncryption(b"secret")))
    settings.SIGNING_P12, settings.SIGNING_PASSWORD = str(path), "secret"
    return path


def test_the_paper_is_signed_and_the_signature_holds(house: Cast, certificate: Path) -> None:
    given_ = answer(house, led(house, "registered"))
    assert "Янтарного" in given_.signed_by
    _name, paper = read_bytes(given_.document)
    reader = PdfFileReader(BytesIO(paper))
    (signature,) = reader.embedded_signatures
    trusted = ValidationContext(trust_roots=[signature.signer_cert])
    status = validate_pdf_signature(signature, trusted)
    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage.name == "ENTIRE_FILE"
    broken = paper.replace(b"/Subtype", b"/Subtypf", 1)
    assert broken != paper
    changed = PdfFileReader(BytesIO(broken)).embedded_signatures[0]
    assert not validate_pdf_signature(changed, trusted).intact


def test_a_certificate_that_does_not_open_is_said_and_nothing_is_answered(house: Cast, certificate: Path, settings: Any) -> None:
    from django.core.exceptions import ImproperlyConfigured

    settings.SIGNING_PASSWORD = "wrong"  # noqa: S105
    appeal = led(house, "registered")
    with pytest.raises(ImproperlyConfigured):
        answer(house, appeal)
    appeal.refresh_from_db()
    assert appeal.state == "registered"
    assert not Answer.objects.exists()


def test_measures_findings_and_publication(house: Cast) -> None:
    appeal = led(house, "answered", "service_complaint")
    assert appeal.measures_due_on is not None
    finding = appeals.raise_finding_from(
        by=house.officer, appeal=appeal, gap="Ответ дан поздно", requirement="Ответ за 15 рабочих дней", regulation="210-ФЗ, ст. 11.2"
    )
    appeal.refresh_from_db()
    assert (finding.origin_kind, finding.origin_id, finding.raised_by, appeal.finding) == ("appeal", appeal.number, house.officer, finding)
    with pytest.raises(Refused):
        appeals.raise_finding_from(by=house.officer, appeal=appeal, gap="Ещё раз", requirement="x", regulation="y")
    with pytest.raises(Refused):
        appeals.publish_remark(by=house.officer, appeal=appeal, public_text="жалоба")
    remark = led(house, "answered", "remark")
    assert appeals.publish_remark(by=house.officer, appeal=remark, public_text="Лифт стоял").published_at is not None
    assert appeals.publish_remark(by=house.officer, appeal=remark, public_text="").published_at is None


def test_correspondence_ends_after_two_answers_only(house: Cast) -> None:
    for answered in range(3):
        appeal = led(house, "registered")
        if answered < 2:
            with pytest.raises(Refused):
                appeals.decline_appeal(by=house.officer, appeal=appeal, ground="ended")
            answer(house, appeal, outcome="explained")
    assert appeals.decline_appeal(by=house.officer, appeal=appeal, ground="ended").state == "declined"
    assert appeal.steps.get(kind="declined").public


def test_nothing_personal_in_journal_history_notifications_or_queue_of_work(house: Cast) -> None:
    appeal, code = receive(house, place="Тестовая улица, 7", latitude=54.7, longitude=20.5)
    note = "Звонила Планктонова"
    appeal = appeals.register_appeal(by=house.officer, appeal=appeal)
    appeals.add_note(by=house.officer, appeal=appeal, text=note)
    answer(house, appeal)
    appeal.refresh_from_db()
    appeals.dispute_appeal(by=PORTAL, appeal=appeal, reason="Планктонова не согласна")
    appeals.reopen_appeal(by=house.officer, appeal=appeal, reason="Проверим ещё раз")
    planted = [NAME, "Планктонова", EMAIL, "000-00-11", "Тестовая", "лифт", code, code.replace("-", ""), "54.7", "Приносим"]
    texts = [row.decided for row in JournalEntry.objects.all()]
    texts += [str(row.params) + row.url + messages.sentence(row) for row in Notification.objects.all()]
    texts += [str(row.args) for row in ProcrastinateJob.objects.all()]
    for text in texts:
        assert not [word for word in planted if word in text], text
    # Row history keeps places of remarks, and no sealed table has any.
    tracked = {model._meta.label_lower for model in apps.get_models() if issubclass(model, pghistory.models.Event)}
    assert not [name for name in tracked if "appealperson" in name or "internalnote" in name or "personalfile" in name]
    with connection.cursor() as cursor:
        for table in ("feedback_appealevent", "feedback_appealstepevent", "feedback_answerevent", "feedback_appealperson", "feedback_internalnote"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")  # noqa: S608
            found = cursor.fetchone()[0] or ""
            assert not [word for word in (NAME, "Планктонова", EMAIL, code, "лифт", "Приносим") if word in found], table
    assert AppealPerson.objects.count() == 1


def test_mails_go_to_those_who_want_them_without_the_code(house: Cast) -> None:
    appeal, code = receive(house)
    step = AppealStep.objects.get(appeal=appeal)
    assert ProcrastinateJob.objects.filter(task_name="feedback.mail_step", args={"step_id": step.pk}).count() == 1
    appeal_tasks.mail_step.func(step.pk)  # type: ignore[attr-defined]
    (sent,) = mail.outbox
    assert sent.to == [EMAIL]
    assert appeal.number in sent.subject
    assert code not in sent.body
    links = [word for word in sent.body.split() if "/appeals/" in word]
    assert not [link for link in links if appeal.number in link]
    silent = receive(house, person={"wants_mail": False})[0]
    assert not mails.mail_citizen(by=System("mail"), appeal=silent, step=silent.steps.get().pk)
    assert len(mail.outbox) == 1
    in_english = receive(house, language="en")[0]
    mails.mail_citizen(by=System("mail"), appeal=in_english, step=in_english.steps.get().pk)
    assert "Your appeal" in mail.outbox[1].subject


@given(st.integers(1, 10**8), st.integers(0, 99), st.data())
def test_a_wrong_digit_is_noticed(running: int, year: int, data: st.DataObject) -> None:
    digits = f"{year:02d}{running:05d}"
    number = f"{digits[:2]}-{digits[2:]}-{numbers.check_digit(digits)}"
    assert numbers.tidy_number(number) == number
    place = data.draw(st.sampled_from([n for n, letter in enumerate(number) if letter.isdigit()]))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert numbers.tidy_number(number[:place] + other + number[place + 1 :]) is None


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_number_or_none(typed: str) -> None:
    assert numbers.tidy_number(typed) is None or "-" in typed
    code = numbers.tidy_code(typed)
    assert code is None or len(code) == numbers.CODE_LENGTH


@pytest.mark.django_db(transaction=True)
def test_two_people_answer_at_the_same_moment(house: Cast) -> None:
    appeal = led(house, "registered")
    gate, refused = threading.Barrier(2), []

    def work(by: Any) -> None:
        gate.wait()
        try:
            answer(house, appeal, by=by)
        except Refused as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(by,)) for by in (house.officer, house.colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(refused) == 1
    assert Answer.objects.count() == 1
