"""One audit: where it stands and what comes next, its team, scope, plan of the day, checklist, findings, report, and how it came here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yantar.qms.audits.queries import audits as queries
from yantar.qms.audits.queries.audits import AuditPage, NextStep
from yantar.qms.audits.states import ORDER, Who
from yantar.web.workspace.access import person, staff

from .opening import crumbs, opened
from .steps import BY_NAME, name_of
from .words import STEPS, WHO

SHOWN_LINES = 12
"""Questions of the checklist on this page; the rest is a press away."""


@staff
@require_safe
def audit(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one audit."""
    found = opened(request, number)
    me = person(request)
    page = queries.page(me, found)
    lines = queries.checklist(me, found)
    context = {
        "page": page,
        "audit": found,
        "crumbs": crumbs(found),
        "way": _way(page),
        "next_steps": [_shown(page, one) for one in page.next_steps],
        "lines": lines,
        "shown_lines": SHOWN_LINES,
    }
    return render(request, "workspace/audits/audit.html", context)


def _way(page: AuditPage) -> list[tuple[str, str, bool]]:
    """The straight way: (state in words, "done", "now" or "", is the last one)."""
    states = list(ORDER) if not page.audit.external else [one for one in ORDER if one in ("planned", "follow_up", "closed")]
    if page.audit.state not in states:
        return []
    here = states.index(page.audit.state)  # type: ignore[arg-type]
    return [(str(one.label), "done" if place < here else "now" if place == here else "", place == here) for place, one in enumerate(states)]


def _shown(page: AuditPage, one: NextStep) -> dict[str, object]:
    action = one.step.action
    name = name_of(action)
    url = ""
    if name in BY_NAME:
        url = reverse("workspace:audit_step", args=[page.audit.number, name])
    elif action == "audits.report_external":
        url = reverse("workspace:external_report", args=[page.audit.number])
    words = STEPS[action]
    who = [WHO[part] for part in Who if part in one.step.who]
    return {"words": words, "url": url if one.mine else "", "obstacles": one.obstacles, "danger": words.danger, "who": [] if one.mine else who}
