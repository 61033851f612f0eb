"""Personal data: every reading is an action and so in the journal (never what was read); export and erasure for one person; retention."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem, Refused
from yantar.core.secrecy import header_of_newest, seal_bytes, unseal_bytes
from yantar.library.retention import load_retention

from .. import files, personal, stored, virus
from ..models import Answer, Appeal, AppealPerson, Attachment, AttachmentState, InternalNote, PersonalFile, Rating, RatingPerson, StepKind
from .appeals.recording import required, step

BATCH = 200
PRIVATE = ("email", "number", "reason")


@action("feedback.read_person", permission="feedback.read_personal", target="appeal")
def read_person(*, by: Actor, appeal: Appeal) -> dict[str, Any]:
    """Who wrote an appeal and what it says: name, email, phone, address, subject, text, wants_mail. Empty once erased."""
    person = AppealPerson.objects.filter(appeal=appeal).first()
    return personal.opened(personal.APPEAL, person.sealed) if person is not None else {}


@action("feedback.read_notes", permission="feedback.read_personal", target="appeal")
def read_notes(*, by: Actor, appeal: Appeal) -> list[tuple[InternalNote, str]]:
    """The notes of staff on an appeal with their texts, the oldest first; empty texts once erased."""
    notes = InternalNote.objects.filter(appeal=appeal).select_related("by").order_by("pk")
    return [(note, str(personal.opened(personal.NOTE, note.sealed).get("text", ""))) for note in notes]


@action("feedback.read_answers", permission="feedback.read_personal", target="appeal")
def read_answers(*, by: Actor, appeal: Appeal) -> list[tuple[Answer, str]]:
    """The answers to an appeal with their texts, the newest first; empty texts once erased."""
    answers = appeal.answers.select_related("document", "given_by")
    return [(one, str(personal.opened(personal.ANSWER, one.text).get("text", ""))) for one in answers]


@action("feedback.read_attachment", permission="feedback.read_personal", target="attachment")
def read_attachment(*, by: Actor, attachment: Attachment) -> tuple[str, bytes]:
    """Name and content of a file that came with an appeal. Raises Refused for one in quarantine, not checked yet, or erased."""
    current().authority_id = attachment.appeal.authority_id
    if attachment.file is None:
        raise Refused(Problem(_("This file is erased."), code="erased"))
    if attachment.state == AttachmentState.QUARANTINED:
        raise Refused(Problem(_("A virus was found in this file: it is kept closed."), code="quarantined"))
    if attachment.state == AttachmentState.WAITING:
        raise Refused(Problem(_("This file waits for the virus check. Try again in some minutes."), code="waiting"))
    return files.read_file(attachment.file)


@action("feedback.read_rating_text", permission="feedback.read_rating_text", target="rating")
def read_rating_text(*, by: Actor, rating: Rating) -> str:
    """What was written with a rating; empty where nothing was, or once erased. The e-mail that confirmed it is never given."""
    person = RatingPerson.objects.filter(rating=rating).first()
    return str(personal.opened(personal.RATING, person.sealed).get("text", "")) if person is not None else ""


@action("feedback.read_rating_texts", permission="feedback.read_rating_text", target="authority", private=("ratings",))
def read_rating_texts(*, by: Actor, ratings: list[Rating], authority: Any = None) -> dict[int, str]:
    """The texts of many ratings of one authority at once (None: for those who may read all), by their keys; those without one left out."""
    if authority is not None:
        ratings = [one for one in ratings if one.authority_id == authority.pk]
    current().decided["ratings"] = [one.pk for one in ratings]
    found = RatingPerson.objects.filter(rating__in=ratings)
    return {one.pk: text for one in found if (text := str(personal.opened(personal.RATING, one.sealed).get("text", "")))}


@action("feedback.export_person", permission="feedback.protect_data", private=PRIVATE)
def export_person(*, by: Actor, email: str = "", number: str = "") -> bytes:
    """Everything kept of a person, as a ZIP for that person; found by e-mail or the number of an appeal. Raises Refused when there is nothing."""
    kept = _kept(email, number)
    current().decided.update(appeals=[one.number for one in kept.appeals], ratings=len(kept.ratings))
    return personal.archive(kept)


@action("feedback.erase_person", permission="feedback.protect_data", private=PRIVATE)
def erase_person(*, by: Actor, reason: str, email: str = "", number: str = "") -> dict[str, int]:
    """Erase what is kept of a person; counts and dates stay. What is still being dealt with stays until it is answered (59-FZ).

    Answers how much was erased and how much is still open. Raises Refused without a reason, or when there is nothing.
    """
    if problems := required(reason, "reason", _("Say why it is erased.")):
        raise Refused(problems)
    kept = _kept(email, number)
    for appeal in Appeal.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=[one.pk for one in kept.erasable]).order_by("pk"):
        _erase(appeal, by)
    ratings, _rows = RatingPerson.objects.filter(rating__in=kept.ratings).delete()
    counts = {"appeals": len(kept.erasable), "open": len(kept.open), "ratings": ratings}
    current().decided.update(counts, numbers=[one.number for one in kept.erasable])
    # `step` notes the number of one appeal; here there are many.
    current().decided.pop("number", None)
    return counts


def _kept(email: str, number: str) -> personal.Kept:
    kept = personal.kept_of(email, number)
    if not kept.appeals and not kept.ratings:
        raise Refused(Problem(_("Nothing is kept of this person."), code="nothing", field="email"))
    return kept


def _erase(appeal: Appeal, by: Actor) -> None:
    personal.take_away(appeal)
    step(appeal, StepKind.ERASED, by, tell=False)


@action("feedback.erase_expired", permission="feedback.protect_data")
def erase_expired(*, by: Actor, on: date | None = None) -> dict[str, int]:
    """Erase one batch of personal data whose time is over (`library/retention.yaml`), and set the day of what has ended since.

    Answers counts; nothing else is recorded. Called until nothing is left.
    """
    on = on or clock.today()
    retention = load_retention(settings.RETENTION)
    scheduled = personal.schedule((row.kind, row.days) for row in retention.rows)
    appeals = list(personal.ended(on).select_for_update(no_key=True, of=("self",), skip_locked=True).order_by("pk")[:BATCH])
    for appeal in appeals:
        _erase(appeal, by)
    current().decided.pop("number", None)
    over = RatingPerson.objects.filter(erase_on__lte=on).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ratings, _rows = RatingPerson.objects.filter(pk__in=list(over)).delete()
    counts = {"scheduled": scheduled, "appeals": len(appeals), "ratings": ratings}
    current().decided.update(counts)
    return counts


@action("feedback.check_attachment", permission="feedback.handle", target="attachment")
def check_attachment(*, by: Actor, attachment: Attachment) -> Attachment:
    """Check a file again that waits for the virus checker; it waits on where that is still not reached."""
    current().authority_id = attachment.appeal.authority_id
    if attachment.state == AttachmentState.WAITING and attachment.file is not None:
        _name, content = files.read_file(attachment.file)
        attachment.state = files.STATES[virus.check(content)]
        attachment.save(update_fields=["state"])
    current().decided["state"] = str(attachment.state)
    return attachment


SEALED: tuple[tuple[Any, str, str], ...] = (
    (AppealPerson, "sealed", personal.APPEAL),
    (InternalNote, "sealed", personal.NOTE),
    (RatingPerson, "sealed", personal.RATING),
    (Answer, "text", personal.ANSWER),
    (PersonalFile, "sealed", stored.PURPOSE),
)
"""Every table with something sealed, the field, the purpose."""


@action("feedback.reseal", permission="feedback.protect_data")
def reseal(*, by: Actor) -> int:
    """Seal one batch anew with the newest key: what other keys sealed, rows and the contents of files. Answers how many; 0: all are new.

    The old key can be taken out of YANTAR_PERSONAL_KEYS when this answers 0 and it is not the last one, which makes the prints.
    """
    header, count = header_of_newest(), 0
    for model, field, purpose in SEALED:
        rows = personal.older_than(model.objects.select_for_update(no_key=True, of=("self",)), field, header).order_by("pk")[: BATCH - count]
        for row in rows:
            if model is PersonalFile:
                _reseal_content(row)
            setattr(row, field, seal_bytes(purpose, unseal_bytes(purpose, bytes(getattr(row, field)))))
            row.save(update_fields=[field])
            count += 1
    current().decided["count"] = count
    return count


def _reseal_content(file: PersonalFile) -> None:
    place = stored.place_of(file.key)
    try:
        content = unseal_bytes(stored.PURPOSE, place.read_bytes())
    except FileNotFoundError:
        return
    # Written at once: both keys open it, whatever becomes of the transaction.
    stored.write(place, content)


def run_to_end(act: Any, **parameters: Any) -> int:
    """Call an action over batches until it does nothing; each batch is committed by itself. Answers how often it was called."""
    times = 0
    while True:
        times += 1
        done = act(**parameters)
        counts = done if isinstance(done, int) else done["appeals"] + done["ratings"]
        if not counts or transaction.get_connection().in_atomic_block and times > 1000:
            return times
