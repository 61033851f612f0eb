"""What waits for a moderator: why it is suspicious, its text when asked for, release or rejection, several at once."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from yantar.core.problems import Problem, Refused
from yantar.library.satisfaction import load_satisfaction
from yantar.qms.feedback import spam
from yantar.qms.feedback.actions.personal import read_rating_text
from yantar.qms.feedback.actions.ratings import reject_rating, release_rating
from yantar.qms.feedback.models import Rating, RatingState
from yantar.qms.feedback.queries import rating_work
from yantar.qms.feedback.queries import ratings as queries
from yantar.web.workspace.access import person, staff

PER_PAGE = 25
STATES = {
    RatingState.QUARANTINED: gettext_lazy("To be looked at"),
    RatingState.REJECTED: gettext_lazy("Rejected ratings"),
    RatingState.COUNTED: gettext_lazy("Counted ratings"),
}
"""Lists of a moderator's page, and what they are called."""


def _demand(request: HttpRequest) -> None:
    if rating_work.moderated_authority_ids(person(request)) == set():
        raise PermissionDenied("feedback.moderate")


def _page(
    request: HttpRequest, state: str, texts: dict[int, str] | None = None, problems: list[Problem] | None = None, chosen: set[int] | None = None
) -> HttpResponse:
    state = state if state in STATES else RatingState.QUARANTINED
    rows: Any = Paginator(rating_work.queue(person(request), state), PER_PAGE).get_page(request.GET.get("page"))
    ratings = list(rows.object_list)
    named = queries.names({one.service_id for one in ratings})
    titles = {one.key: one for one in load_satisfaction().criteria}
    context = {
        "page": rows,
        "rows": [
            {
                "rating": one,
                "service": named[one.service_id],
                "scores": [(titles[key], value) for key, value in one.scores.items() if key in titles],
                "reasons": [_(text) for text in spam.texts(one.spam_reasons)],
                "text": (texts or {}).get(one.pk),
                "chosen": one.pk in (chosen or ()),
            }
            for one in ratings
        ],
        "state": state,
        "states": list(STATES.items()),
        "problems": problems or [],
        "reason": request.POST.get("reason", "")[:300],
        "texts_shown": texts is not None,
    }
    return render(request, "workspace/ratings/moderation.html", context, status=422 if problems else 200)


@staff
@require_safe
def moderation(request: HttpRequest) -> HttpResponse:
    """The queue; `?state=`: also what counts or was rejected, so that a mistake can be mended."""
    _demand(request)
    return _page(request, request.GET.get("state", ""))


def _chosen(request: HttpRequest, state: str) -> list[Rating]:
    wanted = {int(value) for value in request.POST.getlist("rating")[:PER_PAGE] if value.isascii() and value.isdigit() and len(value) < 18}
    return list(rating_work.queue(person(request), state).filter(pk__in=wanted).order_by("pk"))


@staff
@require_POST
def texts(request: HttpRequest) -> HttpResponse:
    """Read what was written with the ratings of this page: each reading is in the journal."""
    _demand(request)
    state = request.POST.get("state", "")
    by_authority: dict[int, list[Rating]] = defaultdict(list)
    for one in _chosen(request, state):
        if one.has_text:
            by_authority[one.authority_id].append(one)
    found = {one.pk: read_rating_text(by=person(request), rating=one) for rows in by_authority.values() for one in rows}
    return _page(request, state, found)


@staff
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Release or reject the chosen ones, all or none."""
    _demand(request)
    state, what = request.POST.get("state", ""), request.POST.get("decision", "")
    rows, reason = _chosen(request, state), request.POST.get("reason", "")
    if not rows:
        return _page(request, state, problems=[Problem(_("Choose at least one rating."), code="nothing")])
    try:
        with transaction.atomic():
            for one in rows:
                if what == "release":
                    release_rating(by=person(request), rating=one, reason=reason)
                else:
                    reject_rating(by=person(request), rating=one, reason=reason)
    except Refused as refused:
        return _page(request, state, problems=refused.problems[:1], chosen={one.pk for one in rows})
    done = len(rows)
    if what == "release":
        messages.success(request, ngettext("%(n)d rating counts now.", "%(n)d ratings count now.", done) % {"n": done})
    else:
        messages.success(request, ngettext("%(n)d rating was rejected.", "%(n)d ratings were rejected.", done) % {"n": done})
    return redirect(f"{reverse('workspace:rating_moderation')}?state={state if state in STATES else RatingState.QUARANTINED}")
