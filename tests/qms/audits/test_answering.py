"""Answers of several auditors and devices: kept once, nothing lost, nobody overwritten; evidence without what a camera adds."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from PIL import Image

from yantar.core import clock
from yantar.core.files import place_of
from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.qms.audits import actions
from yantar.qms.audits.actions import AnswerEntry
from yantar.qms.audits.models import Answer, Evidence

from .support import Case, under_way


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def given() -> Case:
    return under_way()


def minutes(count: int) -> datetime:
    return clock.now() - timedelta(minutes=60 - count)


def send(given: Case, who: str = "lead", **values: Any) -> Any:
    entry = AnswerEntry(**{"line": given.line.pk, "device": "tablet", "edited_at": minutes(values.get("revision", 1)), **values})
    return actions.save_answers(by=getattr(given, who), audit=given.audit, entries=[entry])


def standing(given: Case, who: str = "lead") -> Answer:
    return Answer.objects.get(line=given.line, author=getattr(given, who))


def history(row: Answer) -> list[str]:
    return (
        list(type(row).pgh_event_models["update"].objects.filter(pgh_obj=row.pk).order_by("pgh_id").values_list("note", flat=True))
        if hasattr(type(row), "pgh_event_models")
        else list(row.events.order_by("pgh_id").values_list("note", flat=True))
    )


def test_an_answer_grows_by_revisions(given: Case) -> None:
    assert send(given, grade="conform", note="Видели реестр", revision=1).changed == 1
    assert send(given, grade="conform", note="Видели реестр и приказ", revision=2, base=1).changed == 1
    row = standing(given)
    assert (row.note, row.revision, row.device) == ("Видели реестр и приказ", 2, "tablet")


def test_sent_twice_it_is_kept_once(given: Case) -> None:
    for _time in range(3):
        outcome = send(given, note="Одно и то же", revision=4)
    assert outcome.changed == 0 and not outcome.conflicts
    assert Answer.objects.count() == 1


def test_two_auditors_never_overwrite_each_other(given: Case) -> None:
    send(given, "lead", grade="conform", note="Хорошо", revision=3)
    send(given, "member", grade="minor", note="Нет записи", revision=1)
    assert (standing(given, "lead").note, standing(given, "member").note) == ("Хорошо", "Нет записи")


def test_two_devices_of_one_author_the_newest_stands_and_the_other_is_reported(given: Case) -> None:
    send(given, note="С планшета", revision=3, device="tablet")
    outcome = send(given, note="С ноутбука", revision=4, base=1, device="laptop")
    (conflict,) = outcome.conflicts
    assert (conflict.kept["note"], conflict.lost["note"]) == ("С ноутбука", "С планшета")
    assert standing(given).note == "С ноутбука"
    assert "С планшета" in history(standing(given))


def test_an_older_one_that_arrives_late_changes_nothing_and_stays_in_the_history(given: Case) -> None:
    send(given, note="Новее", revision=5, device="laptop")
    outcome = send(given, note="Поздно пришло", revision=2, base=0, device="tablet")
    (conflict,) = outcome.conflicts
    assert (conflict.kept["note"], conflict.lost["note"]) == ("Новее", "Поздно пришло")
    row = standing(given)
    assert (row.note, row.revision, row.device) == ("Новее", 5, "laptop")
    assert history(row)[-2:] == ["Поздно пришло", "Новее"]


def test_the_same_revision_is_decided_by_the_time_of_editing(given: Case) -> None:
    send(given, note="Раньше", revision=2, device="tablet", edited_at=minutes(5))
    send(given, note="Позже", revision=2, device="laptop", edited_at=minutes(9))
    assert standing(given).note == "Позже"
    send(given, note="Ещё раньше", revision=2, device="phone", edited_at=minutes(1))
    assert standing(given).note == "Позже"


def test_what_a_device_sends_again_after_it_went_on_is_no_conflict(given: Case) -> None:
    send(given, note="Первое", revision=1)
    send(given, note="Второе", revision=2, base=1)
    outcome = send(given, note="Первое", revision=1)
    assert not outcome.conflicts and standing(given).note == "Второе"


def test_a_clock_that_is_ahead_does_not_win_for_ever(given: Case) -> None:
    send(given, note="Из будущего", revision=1, edited_at=clock.now() + timedelta(days=400))
    assert standing(given).edited_at <= clock.now()


def test_one_bad_question_does_not_hold_up_the_others(given: Case) -> None:
    lines = list(given.audit.lines.order_by("order")[:3])
    actions.drop_lines(by=given.lead, audit=given.audit, lines=[lines[1].pk])
    entries = [AnswerEntry(line=line.pk, grade="conform", edited_at=minutes(1)) for line in lines] + [AnswerEntry(line=987654, note="x")]
    outcome = actions.save_answers(by=given.lead, audit=given.audit, entries=entries)
    assert outcome.refused == {lines[1].pk: "dropped", 987654: "unknown"}
    assert set(outcome.answers) == {lines[0].pk, lines[2].pk}


@pytest.mark.parametrize(
    "wrong",
    [{"grade": "great"}, {"note": "x" * 20_001}, {"sample": "x" * 301}, {"revision": 0}, {"note": "a\x00b"}],
    ids=["grade", "note", "sample", "revision", "zero"],
)
def test_a_malformed_batch_is_refused_as_a_whole(given: Case, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        send(given, **wrong)
    assert not Answer.objects.exists()


@pytest.mark.parametrize("who", ["observer", "head_of_quality", "coordinator"])
def test_only_the_team_answers(given: Case, who: str) -> None:
    with pytest.raises(PermissionDenied):
        send(given, who, note="x")


def test_only_under_way_and_notes_stay_out_of_the_journal(given: Case) -> None:
    send(given, note="Иван Примеров сказал")
    assert not JournalEntry.objects.filter(decided__contains="Примеров").exists()
    type(given.audit).objects.filter(pk=given.audit.pk).update(state="report_drafted")
    with pytest.raises(Refused):
        send(given, note="Позже", revision=2)


def photo(orientation: int = 1, form: str = "JPEG", size: tuple[int, int] = (80, 40)) -> ContentFile[bytes]:
    picture = Image.new("RGB", size, "white")
    for x in range(size[0] // 2):
        for y in range(size[1]):
            picture.putpixel((x, y), (200, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET-CAMERA"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (54.0, 42.0, 0.0)
    out = io.BytesIO()
    picture.save(out, form, exif=exif)
    return ContentFile(out.getvalue(), name="IMG_0001.jpg" if form == "JPEG" else "shot.png")


def add(given: Case, upload: Any = None, who: str = "lead", **values: Any) -> Evidence:
    return actions.add_evidence(
        by=getattr(given, who),
        audit=given.audit,
        line=values.pop("line", given.line),
        **{"key": "tablet-0001", "kind": "photo", "permitted": True, "upload": upload, **values},
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_photo_is_kept_upright_and_without_its_place(given: Case, form: str) -> None:
    row = add(given, photo(orientation=6, form=form))
    assert row.file is not None
    content = place_of(row.file).read_bytes()
    assert b"SECRET-CAMERA" not in content and b"Exif" not in content and b"eXIf" not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.size == (40, 80) and not kept.getexif()
        assert kept.convert("RGB").getpixel((20, 10))[0] > 150  # the red half is at the top now
    assert row.file.content_type == ("image/jpeg" if form == "JPEG" else "image/png")


def test_a_large_photo_is_made_smaller(given: Case) -> None:
    row = add(given, photo(size=(3200, 800)))
    assert row.file is not None
    with Image.open(place_of(row.file)) as kept:
        assert kept.size == (2560, 640)


def test_evidence_sent_twice_is_kept_once(given: Case) -> None:
    first = add(given, photo())
    assert add(given, photo()).pk == first.pk
    assert Evidence.objects.count() == 1
    with pytest.raises(Refused):
        add(given, photo(), who="member")


def test_what_is_refused(given: Case) -> None:
    heic = ContentFile(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 600, name="IMG.HEIC")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("heic", {"upload": heic}),
        ("permission", {"upload": photo(), "permitted": False}),
        ("required", {"upload": None, "kind": "interview"}),
        ("key", {"upload": photo(), "key": "x"}),
        ("type", {"upload": ContentFile(b"\x7fELF" + b"\x00" * 100, name="x.jpg")}),
        ("damaged", {"upload": ContentFile(b"\xff\xd8\xff" + b"\x00" * 100, name="x.jpg")}),
    ]
    for code, values in cases:
        with pytest.raises(Refused) as refused:
            add(given, **values)
        assert code in [one.code for one in refused.value.problems], code
    assert not Evidence.objects.exists()


def test_words_alone_are_evidence_and_own_evidence_is_taken_back(given: Case) -> None:
    row = add(given, None, "member", kind="interview", note="Начальник отдела подтвердил")
    assert row.file is None
    with pytest.raises(Refused):
        actions.remove_evidence(by=given.trainee, audit=given.audit, evidence=row)
    assert actions.remove_evidence(by=given.lead, audit=given.audit, evidence=row).removed_at is not None
