"""Answers, their templates, and files that came with an appeal. What they say is sealed (personal.py)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yantar.qms.organisation.models import Authority

from .appeal import Appeal, AppealKind, AppealOutcome
from .personal import PersonalFile

PERSON = settings.AUTH_USER_MODEL


@pghistory.track(exclude=["text"])
class Answer(models.Model):
    """What an authority answered, once, to one appeal or jointly to several. The text is sealed; the PDF too, signed where a key is set."""

    appeals = models.ManyToManyField(Appeal, related_name="answers")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("Number"), max_length=30, unique=True)
    outcome = models.CharField(_("Outcome"), max_length=10, choices=AppealOutcome)
    text = models.BinaryField(null=True, help_text="Sealed, purpose `answer`; empty once erased.")
    language = models.CharField(max_length=2, default="ru")
    given_on = models.DateField(_("Given on"))
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(PersonalFile, null=True, on_delete=models.SET_NULL, related_name="+")
    signed_by = models.CharField(_("Signed by the certificate of"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.number


@pghistory.track()
class AnswerTemplate(models.Model):
    """A text to begin an answer with: of one authority, or (none) of the whole government."""

    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("For"), max_length=20, choices=AppealKind, blank=True)
    title = models.CharField(_("Title"), max_length=200)
    text_ru = models.TextField(_("Text in Russian"))
    text_en = models.TextField(_("Text in English"), blank=True)
    retired_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("template of answers")
        verbose_name_plural = _("templates of answers")
        ordering: ClassVar = ["title", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["authority", "title"], condition=Q(retired_on__isnull=True), name="answer_template_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.title


class AttachmentState(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    WAITING = "waiting", _("Waits for the virus check")
    QUARANTINED = "quarantined", _("In quarantine")


@pghistory.track()
class Attachment(models.Model):
    """A file that came with an appeal; its name and content are sealed."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey(PersonalFile, null=True, on_delete=models.SET_NULL, related_name="+")
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    state = models.CharField(_("State"), max_length=12, choices=AttachmentState)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["appeal", "id"]

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.content_type}"
