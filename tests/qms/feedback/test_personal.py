"""Personal data: read only in the journal's sight, given out and erased for one person, gone when their time is over."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.factories import AuthorityFactory, with_role
from yantar.core import clock, secrecy
from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.library.problems import LibraryError
from yantar.library.retention import KINDS, load_retention, parse_retention
from yantar.qms.feedback import files, stored
from yantar.qms.feedback.actions import appeals as acts
from yantar.qms.feedback.actions import personal
from yantar.qms.feedback.models import (
    Appeal,
    AppealKind,
    AppealPerson,
    AppealState,
    AppealStep,
    Attachment,
    AttachmentState,
    InternalNote,
    PersonalFile,
    Rating,
    RatingPerson,
    StepKind,
)
from yantar.qms.organisation.models import Role
from yantar.qms.services.models import Service

from .citizens import EMAIL, NAME, PLANTED, PORTAL, TEXT, appeal, person, picture
from .test_files import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _room(settings: Any, tmp_path: Path) -> None:
    settings.PERSONAL_ROOT = tmp_path / "personal"


def rating(text: str = TEXT, email: str = EMAIL, kept_until: date | None = None) -> Rating:
    authority = AuthorityFactory()
    service = Service.objects.create(code=f"s-{authority.code}", authority=authority, level="state", valid_from=date(2020, 1, 1))
    made = Rating.objects.create(
        service=service,
        authority=authority,
        rated_at=clock.now(),
        rated_on=clock.today(),
        channel="link",
        language="ru",
        scores={"time": 5},
        has_text=True,
        state="counted",
    )
    RatingPerson.objects.create(
        rating=made,
        sealed=secrecy.seal("rating", {"text": text, "email": email}),
        erase_on=kept_until or clock.today() + timedelta(days=365),
        sender_print=secrecy.blind("email", email),
    )
    return made


def end(one: Appeal, on: date) -> None:
    """As though it had been closed on a day."""
    Appeal.objects.filter(pk=one.pk).update(
        state=AppealState.CLOSED, answered_on=on, state_since=timezone.make_aware(timezone.datetime(on.year, on.month, on.day, 12))
    )


# --- reading -----------------------------------------------------------------------------------------
def test_reading_is_journalled_and_what_was_read_is_not() -> None:
    one = appeal()
    officer = with_role(Role.CITIZENS_OFFICER, one.authority)
    acts.add_note(by=officer, appeal=one, text="Звонил Незабудкин")
    assert personal.read_person(by=officer, appeal=one)["name"] == NAME
    assert [text for _note, text in personal.read_notes(by=officer, appeal=one)] == ["Звонил Незабудкин"]
    read = JournalEntry.objects.filter(action__startswith="feedback.read_")
    assert [(row.action, row.actor, row.target_id) for row in read.order_by("seq")] == [
        ("feedback.read_person", officer, str(one.pk)),
        ("feedback.read_notes", officer, str(one.pk)),
    ]
    assert not any(word in row.decided for row in JournalEntry.objects.all() for word in PLANTED)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY, Role.DATA_OFFICER, None])
def test_nobody_else_reads(role: Role | None) -> None:
    one = appeal()
    reader = with_role(role) if role else with_role(Role.CITIZENS_OFFICER, AuthorityFactory())
    for act in (personal.read_person, personal.read_notes, personal.read_answers):
        with pytest.raises(PermissionDenied):
            act(by=reader, appeal=one)
    assert not JournalEntry.objects.filter(action__startswith="feedback.read_").exists()


def test_whom_it_concerns_never_reads_it() -> None:
    one = appeal()
    officer, named = with_role(Role.CITIZENS_OFFICER, one.authority), with_role(Role.CITIZENS_OFFICER, one.authority)
    acts.name_concerned(by=officer, appeal=one, person=named)
    with pytest.raises(PermissionDenied):
        personal.read_person(by=named, appeal=one)


def test_a_file_in_quarantine_or_waiting_stays_closed() -> None:
    one = appeal(files=[files.take_file(picture())])
    officer, row = with_role(Role.CITIZENS_OFFICER, one.authority), Attachment.objects.get()
    assert personal.read_attachment(by=officer, attachment=row)[0] == "снимок.jpg"
    assert JournalEntry.objects.latest("seq").authority_id == one.authority_id
    for state in (AttachmentState.QUARANTINED, AttachmentState.WAITING):
        Attachment.objects.update(state=state)
        with pytest.raises(Refused) as refused:
            personal.read_attachment(by=officer, attachment=row)
        assert refused.value.problems[0].code == state
    personal.check_attachment(by=PORTAL, attachment=row)
    row.refresh_from_db()
    assert row.state == AttachmentState.ACCEPTED, "no checker is set any more"


def test_texts_of_ratings_without_their_addresses() -> None:
    one, other = rating(), rating("Другое")
    reader = with_role(Role.COORDINATOR, one.authority)
    assert personal.read_rating_text(by=reader, rating=one) == TEXT
    assert personal.read_rating_texts(by=reader, ratings=[one, other], authority=one.authority) == {one.pk: TEXT}
    with pytest.raises(PermissionDenied):
        personal.read_rating_texts(by=reader, ratings=[one, other])
    with pytest.raises(PermissionDenied):
        personal.read_rating_text(by=reader, rating=other)


# --- export ------------------------------------------------------------------------------------------
def test_export_gives_everything_kept_of_one_person_alone() -> None:
    one = appeal(files=[files.take_file(picture()), files.take_file(SimpleUploadedFile("письмо.pdf", pdf()))])
    appeal(person=person(email="other@example.org", name="Другой Человек"))
    rating()
    data = with_role(Role.DATA_OFFICER)
    packed = zipfile.ZipFile(io.BytesIO(personal.export_person(by=data, email=f" {EMAIL.upper()} ")))
    told = json.loads(packed.read("data.json"))
    assert [row["number"] for row in told["appeals"]] == [one.number]
    assert told["appeals"][0]["person"]["name"] == NAME and told["ratings"][0]["text"] == TEXT
    assert sorted(packed.namelist()) == ["data.json", f"files/{one.number}/1-снимок.jpg", f"files/{one.number}/2-письмо.pdf"]
    row = JournalEntry.objects.latest("seq")
    assert row.action == "feedback.export_person" and one.number in row.decided and "example.org" not in row.decided
    by_number = zipfile.ZipFile(io.BytesIO(personal.export_person(by=data, number=one.number)))
    assert len(json.loads(by_number.read("data.json"))["appeals"]) == 1
    with pytest.raises(Refused, match="kept|хран"):
        personal.export_person(by=data, email="nobody@example.org")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY])
def test_only_the_data_officer_exports_and_erases(role: Role) -> None:
    appeal()
    for act, more in ((personal.export_person, {}), (personal.erase_person, {"reason": "x"})):
        with pytest.raises(PermissionDenied):
            act(by=with_role(role), email=EMAIL, **more)


# --- erasure -----------------------------------------------------------------------------------------
def test_erased_on_request_but_never_what_is_open(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    shared = files.take_file(picture())
    place = stored.place_of(shared.key)
    ended, still_open = appeal(files=[shared]), appeal()
    end(ended, date(2026, 1, 15))
    acts.add_note(by=with_role(Role.CITIZENS_OFFICER, ended.authority), appeal=ended, text=TEXT)
    rated, data = rating(), with_role(Role.DATA_OFFICER)
    with django_capture_on_commit_callbacks(execute=True):
        counts = personal.erase_person(by=data, email=EMAIL, reason="Заявление гражданина")
    assert counts == {"appeals": 1, "open": 1, "ratings": 1}
    ended.refresh_from_db()
    assert ended.erased_at is not None and ended.sender_print == "" and ended.lexemes == []
    assert secrecy.unseal("appeal", ended.person.sealed) == {}
    assert [secrecy.unseal("note", note.sealed) for note in InternalNote.objects.all()] == [{}]
    assert not place.exists() and not PersonalFile.objects.exists()
    assert list(Attachment.objects.values_list("file", "size")) == [(None, shared.size)], "that there was a file stays"
    assert AppealStep.objects.filter(appeal=ended, kind=StepKind.ERASED, by=data).exists()
    assert secrecy.unseal("appeal", AppealPerson.objects.get(appeal=still_open).sealed)["name"] == NAME
    assert Rating.objects.filter(pk=rated.pk, scores={"time": 5}).exists() and not RatingPerson.objects.exists()
    row = JournalEntry.objects.get(action="feedback.erase_person")
    assert EMAIL not in row.decided and "Заявление" not in row.decided and ended.number in row.decided
    with pytest.raises(Refused):
        personal.erase_person(by=data, email=EMAIL, reason="  ")


def test_parts_share_files_until_the_last_is_erased(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    whole = appeal(files=[files.take_file(picture())])
    others = [AuthorityFactory(), AuthorityFactory()]
    acts.forward_appeal(by=PORTAL, appeal=whole, to=others, reason="По компетенции")
    part = Appeal.objects.get(part_of=whole)
    end(whole, date(2026, 1, 15))
    with django_capture_on_commit_callbacks(execute=True):
        assert personal.erase_person(by=PORTAL, number=whole.number, reason="x")["open"] == 1
    assert PersonalFile.objects.count() == 1
    end(part, date(2026, 1, 15))
    with django_capture_on_commit_callbacks(execute=True):
        personal.erase_person(by=PORTAL, email=EMAIL, reason="x") if Appeal.objects.exclude(sender_print="").exists() else None
    assert not PersonalFile.objects.exists()


def test_when_its_time_is_over_it_goes_and_the_counts_stay() -> None:
    old, young, remark = appeal(), appeal(), appeal(kind=AppealKind.REMARK)
    end(old, date(2021, 1, 10)), end(young, date(2026, 1, 10)), end(remark, date(2022, 1, 10))
    rating(kept_until=date(2026, 1, 1)), rating()
    with clock.at(date(2026, 11, 23)):
        counts = personal.erase_expired(by=PORTAL)
        assert counts == {"scheduled": 3, "appeals": 2, "ratings": 1}
        assert personal.erase_expired(by=PORTAL) == {"scheduled": 0, "appeals": 0, "ratings": 0}
    erased = {one.pk for one in Appeal.objects.filter(erased_at__isnull=False)}
    assert erased == {old.pk, remark.pk} and Appeal.objects.count() == 3
    young.refresh_from_db()
    assert young.erase_on == date(2031, 1, 10)
    row = JournalEntry.objects.filter(action="feedback.erase_expired").order_by("seq")[0]
    assert json.loads(row.decided) == counts


def test_batches_run_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(5):
        end(appeal(), date(2010, 1, 10))
    monkeypatch.setattr(personal, "BATCH", 2)
    assert personal.run_to_end(personal.erase_expired, by=PORTAL) == 4
    assert not Appeal.objects.filter(erased_at__isnull=True).exists()


def test_how_long_things_are_kept_is_data(settings: Any, tmp_path: Path) -> None:
    assert {row.kind for row in load_retention().rows} == set(KINDS) == set(AppealKind.values)
    own = tmp_path / "own.yaml"
    rows = "\n".join(f"  - {{kind: {kind}, days: 10, confirmed: true}}" for kind in KINDS)
    own.write_text(f"format: 1\nchecked_on: 2026-11-23\nsource: [own]\nrows:\n{rows}\n")
    settings.RETENTION = str(own)
    one = appeal()
    end(one, clock.today() - timedelta(days=11))
    assert personal.erase_expired(by=PORTAL)["appeals"] == 1
    with pytest.raises(LibraryError):
        parse_retention(own.read_text().replace("kind: remark", "kind: appeal"))


# --- where it must not be ----------------------------------------------------------------------------
def test_the_history_of_rows_holds_nothing_of_a_person() -> None:
    one = appeal(place=f"у дома, {PLANTED[3]} улица", latitude="54.7", longitude="20.5")
    acts.register_appeal(by=PORTAL, appeal=one)
    rating()
    history = [model for model in apps.get_app_config("feedback").get_models() if model.__name__.endswith("Event")]
    assert len(history) > 4
    kept = repr([list(model.objects.values()) for model in history])
    assert one.number in kept and not any(word in kept for word in PLANTED)
    names = {field.name for model in history if model.__name__ != "RemarkCategoryEvent" for field in model._meta.get_fields()}
    assert not names & {"sealed", "sender_print", "code_print", "lexemes", "place", "latitude", "longitude", "attributes", "text"}


# --- keys that are replaced --------------------------------------------------------------------------
def test_everything_is_sealed_anew_with_the_newest_key(settings: Any) -> None:
    one = appeal(files=[files.take_file(picture())])
    acts.add_note(by=with_role(Role.CITIZENS_OFFICER, one.authority), appeal=one, text=TEXT)
    rating()
    old, mark = settings.PERSONAL_KEYS[0], Appeal.objects.get().sender_print
    settings.PERSONAL_KEYS = ["another-key-" + "n" * 40, old]
    assert personal.run_to_end(personal.reseal, by=PORTAL) == 2
    assert json.loads(JournalEntry.objects.filter(action="feedback.reseal").order_by("seq")[0].decided) == {"count": 4}
    assert appeal().sender_print == mark
    settings.PERSONAL_KEYS = settings.PERSONAL_KEYS[:1]
    assert personal.read_person(by=PORTAL, appeal=one)["text"] == TEXT
    assert personal.read_attachment(by=PORTAL, attachment=Attachment.objects.get())[0] == "снимок.jpg"
