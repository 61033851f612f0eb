"""Limits of the law: what is counted how, from which source, and what the lawyer is still to confirm."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yantar.core import clock
from yantar.qms.services import actions
from yantar.qms.services.limits import EXTENSION, SUSPENSION, KnownLimit, all_limits
from yantar.qms.services.models import DaysUnit
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import form_page, posted

from . import forms
from .words import days_text

FORM = "workspace/passports/form.html"
NO_VARIANT = "-"
LAST_DAYS = {"none": _("it stays"), "before": _("the working day before"), "after": _("the next working day")}


def _title(limit: KnownLimit) -> str:
    if limit.key == EXTENSION:
        return _g("Extension, once, at most")
    if limit.key == SUSPENSION:
        return _g("Suspension")
    return limit.title(get_language() or "ru")


def _shown(limit: KnownLimit) -> dict[str, Any]:
    last_day = LAST_DAYS[limit.last_day] if limit.last_day and (limit.unit == DaysUnit.CALENDAR or not limit.days) else ""
    return {
        "limit": limit,
        "source": limit.source(get_language() or "ru"),
        "title": _title(limit),
        "days": days_text(limit.days, limit.unit),
        "to_come": [(row.valid_from, days_text(row.days, row.unit)) for row in limit.to_come],
        "by_passport": not limit.days and limit.key != SUSPENSION,
        "last_day": last_day,
        "variant": limit.variant or NO_VARIANT,
    }


@staff
@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """Every limit of every kind of paper as it holds today; no secret for whoever works here."""
    language, known = get_language() or "ru", all_limits(clock.today())
    kinds = [
        {
            "key": one.kind.key,
            "title": one.kind.title(language),
            "law": one.kind.law(language),
            "limits": [_shown(limit) for limit in one.limits],
        }
        for one in known
    ]
    waiting = sum(limit.to_confirm for one in known for limit in one.limits)
    context = {"kinds": kinds, "waiting": waiting, "may_change": request.user.has_perm("services.change_limits")}
    return render(request, "workspace/passports/limits.html", context)


def _limit(kind: str, key: str, variant: str) -> KnownLimit:
    wanted = (kind, key, "" if variant == NO_VARIANT else variant)
    for one in all_limits(clock.today()):
        for limit in one.limits:
            if (limit.kind, limit.key, limit.variant) == wanted:
                return limit
    raise Http404(_g("The law sets no such limit."))


def _page(request: HttpRequest, form: Any, limit: KnownLimit, title: str, submit: str, note: str) -> HttpResponse:
    back = reverse("workspace:limits")
    crumbs = [(_g("Limits of the law"), back), (title, "")]
    return form_page(request, FORM, form, title=title, submit=submit, note=note, back=back, crumbs=crumbs, pretitle=_title(limit))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, kind: str, key: str, variant: str) -> HttpResponse:
    """Say what a limit is from a day on."""
    demand(request, "services.change_limits")
    limit = _limit(kind, key, variant)
    form = forms.LimitForm(**posted(request), limit=limit)
    named = {"kind": limit.kind, "key": limit.key, "variant": limit.variant}
    if request.method == "POST" and form.attempt(actions.change_limit, by=request.user, **named) is not None:
        messages.success(request, _g("The limit is recorded."))
        return redirect("workspace:limits")
    note = _g("What came in before that day keeps its own limit.")
    return _page(request, form, limit, _g("Change the limit"), _g("Record"), note)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, kind: str, key: str, variant: str) -> HttpResponse:
    """Record that the lawyer confirms a limit as it stands."""
    demand(request, "services.change_limits")
    limit = _limit(kind, key, variant)
    form = forms.ConfirmLimitForm(**posted(request), limit=limit)
    named = {"kind": limit.kind, "key": limit.key, "variant": limit.variant}
    if request.method == "POST" and form.attempt(actions.confirm_limit, by=request.user, **named) is not None:
        messages.success(request, _g("The limit is confirmed."))
        return redirect("workspace:limits")
    note = _g("Confirm only what a lawyer has compared with the official text.")
    return _page(request, form, limit, _g("Confirm the limit"), _g("Confirm"), note)
