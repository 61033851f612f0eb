"""The addresses of Open311 GeoReport v2. Names and texts of citizens are never given out: a remark has the words that staff published."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from yantar.core import clients, clock
from yantar.qms.feedback.models import Appeal, RemarkCategory
from yantar.qms.feedback.numbers import tidy_number
from yantar.qms.feedback.queries import remarks
from yantar.qms.organisation.queries import names_on

from .creating import create, is_held, key_in
from .formats import Wrong, answer, errors

MOST = 1000
"""Remarks of one answer."""
WINDOW = timedelta(days=90)
"""The longest span that may be asked for, and the one answered for when none is named."""
View = Callable[..., HttpResponse]


def _open(*methods: str) -> Callable[[View], View]:
    """A view for programs: its methods, a bounded rate, the jurisdiction, errors in the format that was asked for."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @sensitive_post_parameters()
        @functools.wraps(view)
        def run(request: HttpRequest, form: str, **where: Any) -> HttpResponse:
            try:
                response = _answered(view, request, form, methods, **where)
            except Wrong as wrong:
                response = errors(form, wrong.code, wrong.descriptions)
            response["Access-Control-Allow-Origin"] = "*"
            if request.method == "POST":
                response["Cache-Control"] = "no-store, private"
            return response

        return run

    return decorate


def _answered(view: View, request: HttpRequest, form: str, methods: tuple[str, ...], **where: Any) -> HttpResponse:
    if not clients.within_rate(request):
        response = errors(form, 429, [str(_("Too many requests"))])
        response["Retry-After"] = str(clients.WINDOW)
        return response
    if request.method not in methods:
        response = errors(form, 405, [str(_("This address knows these methods: %(methods)s.") % {"methods": ", ".join(methods)})])
        response["Allow"] = ", ".join(methods)
        return response
    data = request.POST if request.method == "POST" else request.GET
    asked, own = data.get("jurisdiction_id", "").strip(), str(settings.JURISDICTION)
    if own and asked and asked != own:
        raise Wrong(404, _("There is no such jurisdiction_id."))
    return view(request, form, **where)


# --- subjects ------------------------------------------------------------------------------------------
@_open("GET", "HEAD")
def services(request: HttpRequest, form: str) -> HttpResponse:
    """What remarks can be about today."""
    return answer(form, [_service(one) for one in remarks.categories()], "services", "service")


def _service(one: RemarkCategory) -> dict[str, Any]:
    return {
        "service_code": one.code,
        "service_name": one.name,
        "description": one.note,
        "metadata": bool(one.attributes),
        "type": "realtime",
        "keywords": one.keywords,
        "group": one.group,
    }


@_open("GET", "HEAD")
def service(request: HttpRequest, form: str, code: str) -> HttpResponse:
    """What is asked besides for one subject."""
    found = remarks.category_named(code)
    if found is None:
        raise Wrong(404, _("There is no such service_code."))
    rows = sorted(enumerate(found.attributes, 1), key=lambda pair: (pair[1].get("order") or pair[0], pair[0]))
    definition = {"service_code": found.code, "attributes": [_attribute(one, position) for position, one in rows]}
    return answer(form, definition, "service_definition")


def _attribute(one: dict[str, Any], position: int) -> dict[str, Any]:
    return {
        "variable": True,
        "code": one["code"],
        "datatype": one["datatype"],
        "required": bool(one.get("required")),
        "datatype_description": "",
        "order": one.get("order") or position,
        "description": _said(one, "description"),
        "values": [{"key": row["key"], "name": _said(row, "name")} for row in one.get("values") or []],
    }


def _said(row: dict[str, Any], stem: str) -> str:
    first, second = ("en", "ru") if (get_language() or "ru").startswith("en") else ("ru", "en")
    return str(row.get(f"{stem}_{first}") or row.get(f"{stem}_{second}") or row.get(stem) or "")


# --- remarks -------------------------------------------------------------------------------------------
@_open("GET", "HEAD", "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """Published remarks (GET), or a new one (POST)."""
    if request.method == "POST":
        return _created(request, form)
    return answer(form, _shown(_asked(request)[:MOST]), "service_requests", "request")


def _created(request: HttpRequest, form: str) -> HttpResponse:
    appeal, code = create(request)
    named: dict[str, Any] = {"token": appeal.token} if is_held(appeal) else {"service_request_id": appeal.number}
    told = named | {
        "service_notice": str(_("The citizen follows it by its number and this code, which is shown once.")) if not is_held(appeal) else "",
        "account_id": "",
    }
    if not is_held(appeal):
        told["extended_attributes"] = {"code": code}
    return answer(form, [told], "service_requests", "request", status=201)


def _asked(request: HttpRequest) -> QuerySet[Appeal]:
    if ids := _listed(request, "service_request_id"):
        numbers = {tidy for one in ids[:MOST] if (tidy := tidy_number(one))}
        return remarks.published().filter(number__in=numbers)
    wrong: list[Any] = []
    start, end = _span(request, wrong)
    states = _listed(request, "status")
    if unknown := sorted(set(states) - {"open", "closed"}):
        wrong.append(_("status is open or closed, not %(value)s.") % {"value": unknown[0][:40]})
    if wrong:
        raise Wrong(400, *wrong)
    found = remarks.received_between(remarks.of_state(remarks.published(), states), start, end)
    codes = _listed(request, "service_code")
    return found.filter(category__code__in=[code for code in codes[:MOST] if remarks.is_code(code)]) if codes else found


def _listed(request: HttpRequest, name: str) -> list[str]:
    return [one.strip() for value in request.GET.getlist(name) for one in value.split(",") if one.strip()]


def _span(request: HttpRequest, wrong: list[Any]) -> tuple[datetime, datetime]:
    start, end = (_moment(request.GET.get(name, ""), name, wrong) for name in ("start_date", "end_date"))
    if end is None:
        end = min(clock.now(), start + WINDOW) if start else clock.now()
    if start is None:
        start = end - WINDOW
    if end < start:
        wrong.append(_("end_date is before start_date."))
    elif end - start > WINDOW:
        wrong.append(_("start_date and end_date may be 90 days apart at most."))
    return start, end


def _moment(value: str, name: str, wrong: list[Any]) -> datetime | None:
    if not value.strip():
        return None
    try:
        # In an address a plus sign that nobody escaped is read as a blank.
        found = parse_datetime(value.strip().replace(" ", "+") if "T" in value else value.strip())
        # Far from the ends of the calendar, so that a window fits.
        if found is not None and 1900 <= found.year <= 9000:
            return found if timezone.is_aware(found) else timezone.make_aware(found)
    except (ValueError, OverflowError):
        pass
    wrong.append(_("%(name)s: write a moment like 2026-03-15T10:00:00Z.") % {"name": name})
    return None


@_open("GET", "HEAD")
def one(request: HttpRequest, form: str, number: str) -> HttpResponse:
    """One remark. What is not published is known to programs with a key alone, and without words."""
    tidy = tidy_number(number)
    found = remarks.remarks().filter(number=tidy).first() if tidy else None
    if found is not None and found.published_at is None:
        try:
            key_in(request.GET)
        except Wrong:
            found = None
    if found is None:
        raise Wrong(404, _("There is no such service_request_id."))
    response = answer(form, _shown([found]), "service_requests", "request")
    if found.published_at is None:
        response["Cache-Control"] = "no-store, private"
    return response


@_open("GET", "HEAD")
def token(request: HttpRequest, form: str, token: str) -> HttpResponse:
    """The number that a token became, once a moderator let the remark through."""
    found = remarks.remarks().filter(token=token).first() if 20 <= len(token) <= 40 else None
    if found is None:
        raise Wrong(404, _("There is no such token, or its remark has no number yet."))
    response = answer(form, [{"service_request_id": found.number, "token": token}], "service_requests", "request")
    response["Cache-Control"] = "no-store, private"
    return response


def _shown(rows: Iterable[Appeal]) -> list[dict[str, Any]]:
    rows = list(rows)
    names = names_on({row.authority_id for row in rows}, clock.today())
    return [_request(row, names[row.authority_id].name if row.authority_id in names else "") for row in rows]


def _request(row: Appeal, agency: str) -> dict[str, Any]:
    public = row.published_at is not None
    told: dict[str, Any] = {
        "service_request_id": row.number,
        "status": "closed" if row.state in remarks.CLOSED else "open",
        "status_notes": str(row.get_state_display()),
        "service_name": row.category.name if row.category else "",
        "service_code": row.category.code if row.category else "",
        "description": row.public_text if public else "",
        "agency_responsible": agency,
        "service_notice": "",
        "requested_datetime": _iso(row.received_at),
        "updated_datetime": _iso(row.state_since),
        "expected_datetime": _iso(datetime.combine(row.due_on, time(23, 59, 59))) if row.due_on else None,
        "address": row.place if public else "",
        "address_id": "",
        "zipcode": "",
        "lat": float(row.latitude) if public and row.latitude is not None else None,
        "long": float(row.longitude) if public and row.longitude is not None else None,
        "media_url": "",
        "extended_attributes": {"state": row.state, "outcome": row.outcome},
    }
    return told


def _iso(moment: datetime) -> str:
    aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    return timezone.localtime(aware).isoformat(timespec="seconds")
