"""What every page about one finding begins with: the finding as this person may see it, the way there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yantar.qms.findings.models import Finding
from yantar.qms.findings.queries import find_visible
from yantar.web.workspace.access import person

FORM = "workspace/certification/form.html"
METHODS = ["GET", "HEAD", "POST"]


def opened(request: HttpRequest, number: str) -> Finding:
    """The finding. Raises Http404 where there is none or the person may not see it."""
    finding = find_visible(person(request), number)
    if finding is None:
        raise Http404(_("There is no such finding, or it belongs to an authority whose internals you do not see."))
    return finding


def crumbs(finding: Finding | None, *more: str) -> list[tuple[str, str]]:
    """The way to the page of a finding, or to one below it."""
    way = [(str(_("Findings")), reverse("workspace:findings"))]
    if finding is not None:
        way.append((finding.number, page_of(finding) if more else ""))
    return [*way, *((words, "") for words in more)]


def page_of(finding: Finding, part: str = "") -> str:
    """Address of a finding's page, or of a part of it."""
    return reverse("workspace:finding", args=[finding.number]) + (f"#{part}" if part else "")


def about(finding: Finding, title: str, **more: Any) -> dict[str, Any]:
    """What every form of a finding shows around itself."""
    return {
        "title": title,
        "pretitle": finding.number,
        "crumbs": crumbs(finding, title),
        "back": page_of(finding),
        "finding": finding,
        **more,
    }
