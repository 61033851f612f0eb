"""Personal data: one table for each kind, sealed with keys from the environment, without row history, read only by journalled actions."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .appeal import Appeal
from .ratings import Rating

PERSON = settings.AUTH_USER_MODEL


class AppealPerson(models.Model):
    """Who wrote an appeal and what it says. `sealed` (purpose `appeal`) holds name, email, phone, address, subject, text, wants_mail."""

    appeal = models.OneToOneField(Appeal, primary_key=True, on_delete=models.PROTECT, related_name="person")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.appeal_id)


class InternalNote(models.Model):
    """A note of staff on an appeal, never seen by the citizen. `sealed` (purpose `note`) holds text."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["appeal", "id"]

    def __str__(self) -> str:
        return str(self.appeal_id)


class PersonalFile(models.Model):
    """A file with personal data: its content lies sealed below `PERSONAL_ROOT` under `key`, its name in `sealed` (purpose `file`)."""

    key = models.UUIDField(unique=True)
    sealed = models.BinaryField()
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)


class RatingPerson(models.Model):
    """What was written with a rating, and the e-mail that confirmed it. `sealed` (purpose `rating`) holds text, email."""

    rating = models.OneToOneField(Rating, primary_key=True, on_delete=models.PROTECT, related_name="person")
    sealed = models.BinaryField()
    erase_on = models.DateField(db_index=True)
    sender_print = models.CharField(max_length=64, blank=True, db_index=True)

    def __str__(self) -> str:
        return str(self.rating_id)
