"""The register of readings for the data protection officer: who opened, gave out or erased personal data, when, of which paper; not what it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yantar.core.models import JournalEntry

from ..models import Appeal, Attachment
from ..numbers import tidy_number

READINGS: dict[str, Any] = {
    "feedback.read_person": _("opened who wrote it and the text"),
    "feedback.read_notes": _("opened the notes of staff"),
    "feedback.read_answers": _("opened the answers"),
    "feedback.read_answer_paper": _("opened the paper of the answer"),
    "feedback.read_attachment": _("opened a file"),
    "feedback.read_rating_text": _("opened the text of a rating"),
    "feedback.read_rating_texts": _("opened the texts of ratings"),
    "feedback.export_person": _("gave out everything kept of a person"),
    "feedback.erase_person": _("erased what was kept of a person"),
    "feedback.erase_expired": _("erased what had been kept long enough"),
}
"""Actions that touch personal data, in words."""
_APPEAL, _FILE = "feedback.appeal", "feedback.attachment"


@dataclass(frozen=True, slots=True)
class Reading:
    """One entry of the register. `number`: of the appeal; "" where the entry is of none, or of many."""

    entry: JournalEntry
    what: Any
    number: str


def readings(viewer: Any, *, number: str = "", day_from: date | None = None, day_to: date | None = None) -> QuerySet[JournalEntry]:
    """The register, the latest first, both days included; nothing for who does not protect personal data.

    What citizens open of their own by number and code is left out. A number that is none, or that no appeal has, finds nothing.
    """
    if viewer is None or not viewer.has_perm("feedback.protect_data"):
        return JournalEntry.objects.none()
    rows = JournalEntry.objects.filter(action__in=list(READINGS)).exclude(system="portal")
    if day_from is not None:
        rows = rows.filter(at__gte=_begin(day_from))
    if day_to is not None:
        rows = rows.filter(at__lt=_begin(day_to + timedelta(days=1)))
    if number.strip():
        appeal = Appeal.objects.filter(number=tidy_number(number) or "-").first()
        if appeal is None:
            return JournalEntry.objects.none()
        files = [str(pk) for pk in appeal.attachments.values_list("pk", flat=True)]
        rows = rows.filter(Q(target_type=_APPEAL, target_id=str(appeal.pk)) | Q(target_type=_FILE, target_id__in=files))
    return rows.select_related("actor").order_by("-seq")


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def in_words(entries: Sequence[JournalEntry]) -> list[Reading]:
    """Entries with what was done and the number of the appeal. Two queries at most."""
    appeals = {one.target_id for one in entries if one.target_type == _APPEAL}
    files = {one.target_id for one in entries if one.target_type == _FILE}
    numbers = {(_APPEAL, str(pk)): number for pk, number in Appeal.objects.filter(pk__in=appeals).values_list("pk", "number")}
    of_files = Attachment.objects.filter(pk__in=files).values_list("pk", "appeal__number") if files else []
    numbers |= {(_FILE, str(pk)): number for pk, number in of_files}
    return [Reading(one, READINGS[one.action], numbers.get((one.target_type, one.target_id), "")) for one in entries]
