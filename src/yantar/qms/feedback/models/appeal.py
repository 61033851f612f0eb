"""Appeals, complaints on services, requests for information, remarks: what is known of them without a person's data."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Authority, Site
from yantar.qms.services.models import Service

from .categories import RemarkCategory

PERSON = settings.AUTH_USER_MODEL


class AppealKind(models.TextChoices):
    """Kinds of paper of `yantar.library.deadlines`: the kind decides the clock."""

    APPEAL = "appeal", _("Appeal")
    SERVICE_COMPLAINT = "service_complaint", _("Complaint about a service")
    INFORMATION_REQUEST = "information_request", _("Request for information")
    REMARK = "remark", _("Remark")


class AppealState(models.TextChoices):
    SUSPECTED = "suspected", _("Looked at by a moderator")
    RECEIVED = "received", _("Received")
    REGISTERED = "registered", _("Being dealt with")
    ANSWERED = "answered", _("Answered")
    DISPUTED = "disputed", _("Answered, but not solved")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Left without an answer")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REJECTED = "rejected", _("Rejected by a moderator")


class AppealOutcome(models.TextChoices):
    UPHELD = "upheld", _("Upheld")
    PARTLY = "partly", _("Upheld in part")
    REFUSED = "refused", _("Refused")
    EXPLAINED = "explained", _("Explained")


class Way(models.TextChoices):
    WEB = "web", _("Through this site")
    OPEN311 = "open311", _("From another program")
    PAPER = "paper", _("On paper")
    PERSON = "person", _("In person")
    IMPORT = "import", _("From a file")


@pghistory.track(exclude=["code_print", "lexemes", "sender_print", "attributes", "place", "latitude", "longitude"])
class Appeal(models.Model):
    """One paper and where it stands. Who wrote it and what it says is in AppealPerson; forwarding changes `authority` and begins the clock anew.

    `code_print` is a keyed print of the secret code, `lexemes` keyed prints of the word stems of the text, so that like ones are found without
    keeping the text readable, `sender_print` one of the sender's e-mail. `due_on` is the day that binds next: of registration while it is
    received, of the answer once registered.
    """

    number = models.CharField(_("Number"), max_length=20, unique=True)
    kind = models.CharField(_("Kind"), max_length=20, choices=AppealKind)
    variant = models.CharField(max_length=20, blank=True, help_text="The case of the law with a limit of its own.")
    state = models.CharField(_("State"), max_length=10, choices=AppealState)
    state_since = models.DateTimeField()
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("Authority"))
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="appeals")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(RemarkCategory, null=True, blank=True, on_delete=models.PROTECT, related_name="remarks")
    attributes = models.JSONField(default=dict, blank=True, help_text="Answers to the attributes of the category.")
    way = models.CharField(_("How it came"), max_length=8, choices=Way)
    language = models.CharField(max_length=2, default="ru")
    anonymous = models.BooleanField(_("Without a name"), default=False)
    received_at = models.DateTimeField(_("Received"))
    received_on = models.DateField(_("Received on"))
    registered_on = models.DateField(_("Registered on"), null=True)
    due_on = models.DateField(_("Due"), null=True)
    forward_due_on = models.DateField(_("To be forwarded until"), null=True)
    extended_on = models.DateField(_("Extended on"), null=True)
    extension_days = models.PositiveSmallIntegerField(_("Extended by, days"), default=0)
    extension_reason = models.CharField(_("Reason of the extension, told to the citizen"), max_length=500, blank=True)
    answered_on = models.DateField(_("Answered on"), null=True)
    outcome = models.CharField(_("Outcome"), max_length=10, choices=AppealOutcome, blank=True)
    measures_due_on = models.DateField(_("Measures due"), null=True, help_text="After an upheld complaint (210-FZ art. 11.2).")
    measures_done_on = models.DateField(_("Measures done on"), null=True)
    on_time = models.BooleanField(_("Answered in time"), null=True)
    reopened = models.PositiveSmallIntegerField(_("Times reopened"), default=0)
    alarmed = models.PositiveSmallIntegerField(default=0, help_text="The last alarm given, percent of the limit (0: none, 101: late, escalated).")
    assigned_to = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Dealt with by"))
    concerns = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Who is complained about: never deals with it."
    )
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts", help_text="Forwarded to several.")
    repeats = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeated_by")
    finding = models.ForeignKey(Finding, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    place = models.CharField(_("Where, in words"), max_length=300, blank=True, help_text="Published only with the remark.")
    public_text = models.TextField(_("What may be published"), blank=True, help_text="Written by staff, without personal data; remarks only.")
    published_at = models.DateTimeField(null=True)
    code_print = models.CharField(max_length=64, editable=False)
    sender_print = models.CharField(max_length=64, blank=True, editable=False)
    token = models.CharField(max_length=40, null=True, unique=True, editable=False, help_text="Open311 token where the number came later.")
    lexemes = ArrayField(models.BigIntegerField(), default=list, editable=False)
    spam_score = models.PositiveSmallIntegerField(default=0)
    erase_on = models.DateField(_("Personal data kept until"), null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["authority", "due_on", "id"], name="appeal_queue", condition=Q(state__in=["received", "registered", "disputed"])),
            models.Index(fields=["due_on", "id"], name="appeal_queue_all", condition=Q(state__in=["received", "registered", "disputed"])),
            models.Index(fields=["authority", "-id"], name="appeal_authority"),
            models.Index(fields=["service", "-id"], name="appeal_service"),
            models.Index(fields=["assigned_to", "due_on"], name="appeal_assigned", condition=Q(state__in=["received", "registered", "disputed"])),
            models.Index(fields=["state", "authority", "-id"], name="appeal_moderation", condition=Q(state__in=["suspected", "rejected"])),
            models.Index(fields=["sender_print"], name="appeal_sender", condition=~Q(sender_print="")),
            models.Index(fields=["erase_on"], name="appeal_erase", condition=Q(erased_at__isnull=True)),
            models.Index(fields=["-received_at"], name="appeal_public_remarks", condition=Q(kind="remark", published_at__isnull=False)),
            GinIndex(fields=["lexemes"], name="appeal_lexemes"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(anonymous=False) | Q(kind="remark"), name="appeal_only_remarks_anonymous"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True) | Q(latitude__isnull=False, longitude__isnull=False),
                name="appeal_place_together",
            ),
            models.CheckConstraint(condition=~Q(assigned_to=models.F("concerns")), name="appeal_not_to_the_person_concerned"),
            models.CheckConstraint(condition=~Q(state__in=["answered", "disputed"]) | Q(answered_on__isnull=False), name="appeal_answered_on"),
        ]

    def __str__(self) -> str:
        return self.number


class StepKind(models.TextChoices):
    RECEIVED = "received", _("Received")
    RELEASED = "released", _("Let through by a moderator")
    REGISTERED = "registered", _("Registered")
    ASSIGNED = "assigned", _("Given to a person")
    FORWARDED = "forwarded", _("Forwarded to the competent authority")
    EXTENDED = "extended", _("Time limit extended")
    MOVED = "moved", _("Deadline moved with the calendar")
    ANSWERED = "answered", _("Answered")
    DISPUTED = "disputed", _("The citizen: not solved")
    REOPENED = "reopened", _("Taken up again")
    KEPT = "kept", _("The answer stands")
    MEASURES = "measures", _("Measures taken")
    FINDING = "finding", _("Became a finding")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Left without an answer")
    WITHDRAWN = "withdrawn", _("Withdrawn by the citizen")
    REJECTED = "rejected", _("Rejected by a moderator")
    PUBLISHED = "published", _("Published")
    ERASED = "erased", _("Personal data erased")


@pghistory.track()
class AppealStep(models.Model):
    """A step that an appeal took. `public`: the citizen sees it, with `reason` and the day that binds from then on."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=StepKind)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+", help_text="Whose it was before the step.")
    to_authority = models.ForeignKey(Authority, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True, help_text="Without personal data.")
    public = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["appeal", "id"]

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.kind}"
