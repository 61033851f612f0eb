"""What is kept of a person: found by keyed prints, put together for the person, and taken away. Who may do so the actions say."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import BinaryField, DateField, ExpressionWrapper, F, Func, QuerySet, Value
from django.db.models.functions import TruncDate

from yantar.core import clock
from yantar.core.secrecy import blind, seal, unseal

from . import files
from .actions.appeals.receiving import sender_print
from .models import Answer, Appeal, AppealPerson, AppealState, Attachment, AttachmentState, InternalNote, Rating, RatingPerson
from .numbers import tidy_number
from .states import ENDED

APPEAL, NOTE, RATING, ANSWER = "appeal", "note", "rating", "answer"
"""Purposes of sealing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Papers and ratings of one person, without a word of what is in them."""

    appeals: tuple[Appeal, ...]
    ratings: tuple[Rating, ...]

    @property
    def open(self) -> tuple[Appeal, ...]:
        """What is still being dealt with: the law wants it answered, so it can't be erased yet."""
        return tuple(one for one in self.appeals if one.state not in ENDED)

    @property
    def erasable(self) -> tuple[Appeal, ...]:
        return tuple(one for one in self.appeals if one.state in ENDED and one.erased_at is None)


def normal_email(email: str) -> str:
    """An address as prints are made of it."""
    return email.strip().casefold()


def kept_of(email: str = "", number: str = "") -> Kept:
    """Everything of whoever has this e-mail, or wrote the appeal of this number. Four queries at most."""
    prints: set[str] = set()
    ids: set[int] = set()
    if address := normal_email(email):
        prints |= {sender_print({"email": one}) for one in {address, email.strip()}}
    if tidy := tidy_number(number) if number.strip() else None:
        named = Appeal.objects.filter(number=tidy).first()
        if named is not None:
            ids.add(named.pk)
            prints |= {named.sender_print} - {""}
    appeals = Appeal.objects.filter(sender_print__in=prints) | Appeal.objects.filter(pk__in=ids) | Appeal.objects.filter(part_of__in=ids)
    ratings = Rating.objects.filter(person__sender_print=blind("email", address)) if address else Rating.objects.none()
    return Kept(tuple(appeals.distinct().order_by("pk")), tuple(ratings.select_related("service").order_by("pk")))


def opened(purpose: str, blob: Any) -> dict[str, Any]:
    """Sealed data; an empty dictionary where there are none (any more). Raises core.secrecy.Unreadable."""
    return unseal(purpose, bytes(blob)) if blob else {}


def archive(kept: Kept) -> bytes:
    """Everything kept of a person as a ZIP: `data.json` (UTF-8) and the files as they are kept. Files in quarantine are only named."""
    content: dict[str, Any] = {"made_at": clock.now().isoformat(), "appeals": [], "ratings": []}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for appeal in kept.appeals:
            content["appeals"].append(_appeal(appeal, packed))
        for rating in kept.ratings:
            person = RatingPerson.objects.filter(rating=rating).first()
            told = opened(RATING, person.sealed) if person else {}
            content["ratings"].append({"day": rating.rated_on.isoformat(), "service": rating.service.code, "scores": rating.scores, **told})
        packed.writestr("data.json", json.dumps(content, ensure_ascii=False, indent=1))
    return out.getvalue()


def _appeal(appeal: Appeal, packed: zipfile.ZipFile) -> dict[str, Any]:
    person = AppealPerson.objects.filter(appeal=appeal).first()
    named = []
    for position, one in enumerate(appeal.attachments.select_related("file"), 1):
        if one.file is None:
            continue
        if one.state == AttachmentState.ACCEPTED:
            name, whole = files.read_file(one.file)
            packed.writestr(f"files/{appeal.number.replace('/', '-')}/{position}-{name}", whole)
            named.append(name)
        else:
            named.append(str(AttachmentState(one.state)))
    return {
        "number": appeal.number,
        "kind": appeal.kind,
        "state": appeal.state,
        "received_at": appeal.received_at.isoformat(),
        "person": opened(APPEAL, person.sealed) if person else {},
        "place": appeal.place,
        "latitude": str(appeal.latitude or ""),
        "longitude": str(appeal.longitude or ""),
        "attributes": appeal.attributes,
        "steps": [{"at": step.at.isoformat(), "kind": step.kind, "reason": step.reason} for step in appeal.steps.all()],
        "answers": [
            {"number": one.number, "day": one.given_on.isoformat(), "outcome": one.outcome, **opened(ANSWER, one.text)}
            for one in appeal.answers.all()
        ],
        "notes": [{"at": note.at.isoformat(), **opened(NOTE, note.sealed)} for note in appeal.notes.all()],
        "files": named,
    }


def take_away(appeal: Appeal) -> None:
    """Erase what an appeal says of a person; counts, dates, steps and what was published stay. Inside of an action."""
    AppealPerson.objects.filter(appeal=appeal).update(sealed=seal(APPEAL, {}))
    InternalNote.objects.filter(appeal=appeal).update(sealed=seal(NOTE, {}))
    _take_files(appeal)
    appeal.sender_print, appeal.lexemes, appeal.erased_at = "", [], clock.now()
    if appeal.published_at is None:
        appeal.attributes, appeal.place, appeal.latitude, appeal.longitude = {}, "", None, None
    appeal.save(update_fields=["sender_print", "lexemes", "erased_at", "attributes", "place", "latitude", "longitude"])
    for answer in Answer.objects.filter(appeals=appeal).select_related("document"):
        # A joint answer stays as long as somebody it was given to.
        if not answer.appeals.filter(erased_at__isnull=True).exists():
            document = answer.document
            answer.text, answer.document = None, None
            answer.save(update_fields=["text", "document"])
            if document is not None:
                files.forget_file(document)


def _take_files(appeal: Appeal) -> None:
    rows = list(appeal.attachments.select_related("file").exclude(file__isnull=True))
    for row in rows:
        file = row.file
        row.file = None
        row.save(update_fields=["file"])
        # Parts of a forwarded appeal share the files.
        if file is not None and not Attachment.objects.filter(file=file).exists():
            files.forget_file(file)


def schedule(days: Iterable[tuple[str, int]]) -> int:
    """Set the day of erasure of what has ended and has none: days by kind, from the last change of state. Answers how many."""
    waiting = Appeal.objects.filter(state__in=ENDED, erase_on__isnull=True, erased_at__isnull=True)
    count = 0
    for kind, number in days:
        until = ExpressionWrapper(TruncDate(F("state_since")) + Value(timedelta(days=number)), output_field=DateField())
        count += waiting.filter(kind=kind).update(erase_on=until)
    return count


def older_than(rows: QuerySet[Any], field: str, header: bytes) -> QuerySet[Any]:
    """Rows whose sealed `field` does not begin with `header`, so that another key sealed them."""
    begins = Func(F(field), Value(1), Value(len(header)), function="substring", output_field=BinaryField())
    found: QuerySet[Any] = rows.exclude(**{f"{field}__isnull": True}).annotate(begins=begins).exclude(begins=header)
    return found


def ended(on: Any) -> QuerySet[Appeal]:
    """Appeals that ended and whose day of erasure has come."""
    states: list[AppealState] = list(ENDED)
    return Appeal.objects.filter(state__in=states, erase_on__lte=on, erased_at__isnull=True)
