"""People who sign in, the journal, notifications, files, jobs."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, ClassVar

import pghistory
import pgtrigger
import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


def calendar_token() -> str:
    """An unguessable part of the address of a private calendar feed (256 bits)."""
    return secrets.token_urlsafe(32)


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail without regard to case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


@pghistory.track(exclude=["password", "last_login", "calendar_token"])
class User(AbstractBaseUser):
    """A person who signs in. What they may do is said by the roles they hold, never here."""

    email = models.EmailField(_("E-mail"), unique=True)
    full_name = models.CharField(_("Name"), max_length=200)
    post = models.CharField(_("Post"), max_length=300, blank=True)
    language = models.CharField(_("Language"), max_length=2, choices=[("ru", "Русский"), ("en", "English")], default="ru")
    is_active = models.BooleanField(_("May sign in"), default=True)
    is_demo = models.BooleanField(_("Demonstration account"), default=False, editable=False)
    mail_digest = models.BooleanField(_("Daily digest by e-mail"), default=True)
    calendar_token = models.CharField(max_length=64, unique=True, default=calendar_token, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(models.functions.Lower("email"), name="user_email_nocase")]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether a rule of the house allows it. No rule, no permission."""
        return bool(self.is_active and rules.has_perm(perm, self, obj))

    # Django's own switches of all-powerful accounts: nobody is one.
    is_staff = False
    is_superuser = False


class JournalEntry(models.Model):
    """One change, recorded in the transaction that made it. The database refuses to change or delete it."""

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("When"), db_index=True)
    recorded_at = models.DateTimeField(_("Recorded"), db_default=models.functions.Now())
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(_("Part of the system"), max_length=50, blank=True)
    action = models.CharField(_("Action"), max_length=100, db_index=True)
    target_type = models.CharField(max_length=100, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    authority_id = models.BigIntegerField(null=True, db_index=True)
    decided = models.TextField(_("What was decided"), help_text="Canonical JSON (RFC 8785).")
    request_id = models.CharField(max_length=64, blank=True)
    history = models.UUIDField(null=True, help_text="The context that row history of this change carries.")

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        indexes = [models.Index(fields=["target_type", "target_id", "seq"], name="journal_target")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor__isnull=False, system="") | models.Q(actor__isnull=True) & ~models.Q(system=""),
                name="journal_someone_did_it",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'the journal is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class Notification(models.Model):
    """Something one person should know. Shown in the workspace at once, mailed in the daily digest."""

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict, help_text="Values of the message; the sentence is made in the reader's language.")
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=200, null=True, help_text="Told once: a second one with the same key is not made.")
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    journal = models.ForeignKey(JournalEntry, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [models.Index(fields=["recipient", "-at"], name="notification_reader")]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notification_once")]

    def __str__(self) -> str:
        return self.kind


def file_path(instance: StoredFile, filename: str) -> str:
    """Files lie by their hash: the name that somebody gave never reaches the disk."""
    return f"{instance.sha256[:2]}/{instance.sha256}"


@pghistory.track()
class StoredFile(models.Model):
    """An uploaded file: checked by content, kept unchanged."""

    name = models.CharField(_("File name"), max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    file = models.FileField(upload_to=file_path)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """Long work that somebody waits for: its progress, its result, the wish to cancel it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    cancel_wanted = models.BooleanField(default=False)
    params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
