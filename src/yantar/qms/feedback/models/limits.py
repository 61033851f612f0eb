"""What keeps one device from flooding: how often somebody came in a window of time, and which captchas were spent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Admission(models.Model):
    """How often something was done by one client (a keyed print, made anew every day) or by all together in a window of time."""

    what = models.CharField(max_length=30)
    who = models.CharField(max_length=64, blank=True, help_text="Print of the client's network; empty: everybody.")
    window = models.DateTimeField(help_text="Start of the window.")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["what", "who", "window"], name="admission_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.window}"


class SpentChallenge(models.Model):
    """A captcha that was answered once and opens nothing any more; kept until it would have run out anyway."""

    print = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.print
