"""What a person was told, and their deadlines in a calendar program."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core import clock
from yantar.core import queries as core
from yantar.core.calendar_feed import Deadline, feed
from yantar.core.messages import sentence
from yantar.core.models import User
from yantar.core.notifications import mark_read
from yantar.qms.certification import queries
from yantar.qms.organisation.actions import new_calendar_token
from yantar.web.portal.limits import public
from yantar.web.workspace.access import person, staff
from yantar.web.workspace.audits.exports import own_events
from yantar.web.workspace.findings.waiting import own_deadlines

PER_PAGE = 50
AHEAD = timedelta(days=730)
BEHIND = timedelta(days=60)
REMIND_DAYS = 14


@staff
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """The latest first; those not read yet stand out."""
    shown = core.notifications(request.user)
    only = request.GET.get("show") == "unread"
    if only:
        shown = shown.filter(read_at__isnull=True)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, sentence(one)) for one in page.object_list]
    return render(
        request,
        "workspace/certification/notifications.html",
        {"page": page, "rows": rows, "only_unread": only, "unread_here": any(one.read_at is None for one, _text in rows)},
    )


@staff
@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Mark one's own as read: all of them, or the one whose page is opened by the same button."""
    key = request.POST.get("notification", "")
    if key and not key.isdecimal():
        raise Http404
    changed = mark_read(by=person(request), notifications=[int(key)] if key else None)
    if key:
        one = core.notifications(request.user).filter(pk=int(key)).first()
        if one is None:
            raise Http404
        if one.url and url_has_allowed_host_and_scheme(one.url, allowed_hosts=None):
            return redirect(_in_language(request, one.url))
    else:
        messages.success(
            request, ngettext("%(count)s notification marked as read.", "%(count)s notifications marked as read.", changed) % {"count": changed}
        )
    return redirect("workspace:notifications")


def _in_language(request: HttpRequest, url: str) -> str:
    """Notifications keep the Russian address; a reader of the English pages stays on them."""
    english = getattr(request, "LANGUAGE_CODE", "ru") == "en"
    return f"/en{url}" if english and url.startswith("/") and not url.startswith("/en/") else url


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: HttpRequest) -> HttpResponse:
    """The secret address of one's own calendar, and a button for a new one."""
    if request.method == "POST":
        new_calendar_token(by=person(request))
        messages.success(request, _("The calendar has a new address. The old one stopped working."))
        return redirect("workspace:my_calendar")
    address = request.build_absolute_uri(reverse("workspace:calendar_feed", args=[person(request).calendar_token]))
    return render(request, "workspace/certification/my_calendar.html", {"address": address})


def _deadlines(request: HttpRequest, owner: User) -> list[Deadline]:
    """What is still to be done, in the language that is active."""
    today = clock.today()
    return [
        Deadline(
            key=f"{one.kind}-{one.number}-{one.year or one.due_on.year}",
            on=one.due_on,
            summary=f"{one.number}: {one.name}",
            description="\n".join(part for part in (one.holder.name if one.holder else "", one.rule_text) if part),
            url=request.build_absolute_uri(reverse("workspace:certificate", args=[one.number])),
            remind_days=REMIND_DAYS,
        )
        for one in queries.obligations(owner, today - BEHIND, today + AHEAD)
        if one.state in ("late", "open", "ahead")
    ]


@never_cache
@public
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The deadlines of whoever the secret address belongs to. A wrong address is told nothing."""
    owner = core.owner_of_calendar(token)
    if owner is None or not owner.has_perm("organisation.open_workspace"):
        raise Http404
    with translation.override(owner.language):
        today = clock.today()
        events = [*_deadlines(request, owner), *own_events(request, owner, today - BEHIND, today + AHEAD), *own_deadlines(request, owner)]
    body = feed(owner, events, host=request.get_host().partition(":")[0])
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="yantar.ics"'
    return response
