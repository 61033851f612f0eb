"""What every page about one audit begins with: the audit as this person may see it, the way there."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yantar.qms.audits.models import Audit
from yantar.qms.audits.queries.audits import find_audit
from yantar.web.workspace.access import person


def opened(request: HttpRequest, number: str) -> Audit:
    """The audit. Raises Http404 where there is none or the person may not see it."""
    audit = find_audit(person(request), number)
    if audit is None:
        raise Http404(_("There is no such audit, or it belongs to an authority whose internals you do not see."))
    return audit


def crumbs(audit: Audit | None, *more: str) -> list[tuple[str, str]]:
    """The way to the page of an audit, or to one below it."""
    way = [(str(_("Audits")), reverse("workspace:audits"))]
    if audit is not None:
        way.append((audit.number, reverse("workspace:audit", args=[audit.number]) if more else ""))
    return [*way, *((words, "") for words in more)]
