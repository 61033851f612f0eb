"""What waits for a person about findings, on the first page and in their calendar: each with an address in their language."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest
from django.urls import reverse

from yantar.core.calendar_feed import Deadline
from yantar.core.models import User
from yantar.qms.findings.duties import Duty, deadlines_of


def waiting_at(duty: Duty) -> str:
    """Where the duty is done: the finding's page, the questions of others, the case."""
    if duty.number and duty.code != "decide_case":
        return reverse("workspace:finding", args=[duty.number])
    return reverse("workspace:case", args=[duty.number]) if duty.number else reverse("workspace:elsewhere")


def own_deadlines(request: HttpRequest, owner: User) -> list[Deadline]:
    """The days of findings for a calendar program, with full addresses."""
    return [replace(one, url=request.build_absolute_uri(one.url)) for one in deadlines_of(owner)]
