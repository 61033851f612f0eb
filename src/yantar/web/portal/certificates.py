"""Certificates: the register, one certificate on any day, its QR code, the answer for programs, verification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import segno
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yantar.core.clients import absolute
from yantar.qms.certification import queries
from yantar.qms.certification.models import Status
from yantar.web.ui.cycle import cycle_shown

from .days import day_or_refuse
from .limits import page, public

PER_PAGE = 50
DAY = 24 * 3600
LATEST = 5
"""Decisions shown at once; the earlier ones are folded away."""

FACTS = {
    "number": gettext_lazy("Number"),
    "client": gettext_lazy("Granted to"),
    "scope": gettext_lazy("Scope"),
    "edition": gettext_lazy("Standard"),
    "body": gettext_lazy("Certification body"),
    "granted_on": gettext_lazy("Beginning of the cycle"),
    "status": gettext_lazy("Status"),
    "expires_on": gettext_lazy("Valid until"),
    "confirmed": gettext_lazy("Confirmation"),
}
"""Facts that carry their own origin, in words."""


@page
def register(request: HttpRequest) -> HttpResponse:
    """Every certificate as of a day, by number, authority or scope. A number typed whole leads to its page."""
    on = day_or_refuse(request)
    q, status = request.GET.get("q", "").strip()[:200], request.GET.get("status", "")
    if status not in Status.values:
        status = ""
    found = queries.listing(None, on=on, q=q, status=status)
    shown: Any = Paginator(cast(Any, found), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(shown.object_list)
    if q and len(rows) == 1 and rows[0].number.casefold() == q.casefold():
        return redirect("portal:certificate", number=rows[0].number)
    counts = queries.public_counts(on)
    statuses = [(value, label, counts.by_status.get(value, 0)) for value, label in Status.choices if counts.by_status.get(value)]
    context = {"on": on, "q": q, "status_asked": status, "statuses": statuses, "counts": counts, "page": shown, "rows": rows}
    return render(request, "portal/certificates.html", context)


def _found(number: str, on: Any) -> Any:
    found = queries.public_certificate(number, on)
    if found is None:
        raise Http404(_("There is no such certificate."))
    return found


def _address(request: HttpRequest, number: str) -> str:
    """The address of a certificate's page that goes into its QR code: Russian, which offers English."""
    return absolute(request, reverse("portal:certificate", args=[number]).removeprefix("/en"))


@page
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """One certificate as of a day. An unknown number gets the same answer as on `/verify`, with 404."""
    on = day_or_refuse(request)
    found = queries.public_certificate(number, on)
    if found is None:
        return _unknown(request, number, on, status=404)
    decisions = found.decisions[::-1]
    context = {
        "on": on,
        "certificate": found,
        "latest": decisions[:LATEST],
        "earlier": decisions[LATEST:],
        "history": _turns(found.history),
        "cycle": cycle_shown(queries.public_line(number, on)),
        "provenance": [(FACTS[one.fact], one) for one in found.provenance],
        "address": _address(request, found.number),
    }
    return render(request, "portal/certificate.html", context)


def _turns(history: Sequence[Any]) -> list[Any]:
    """Periods in which something that a reader asks for changed (status, edition, body), the latest first."""
    turns: list[Any] = []
    for period in history:
        if not turns or (turns[-1].status, turns[-1].edition, turns[-1].body) != (period.status, period.edition, period.body):
            turns.append(period)
    return turns[::-1]


def _unknown(request: HttpRequest, asked: str, on: Any, status: int = 200) -> HttpResponse:
    digits = "".join(ch for ch in asked if ch.isdigit())
    near = queries.listing(None, on=on, q=digits)[:5] if len(digits) >= 2 else []
    return render(request, "portal/verify.html", {"asked": asked[:200], "near": near}, status=status)


@public
def verify(request: HttpRequest) -> HttpResponse:
    """A number, or the address out of a QR code: to the certificate, or what it means that there is none."""
    asked = request.GET.get("number", "").strip()[:300]
    if not asked:
        return render(request, "portal/verify.html", {"asked": ""})
    number = asked
    path = unquote(urlsplit(asked).path) if "/" in asked else ""
    if "/certificates/" in path:
        number = path.rpartition("/certificates/")[2].strip("/").removesuffix(".json")
    on = day_or_refuse(request)
    for candidate in dict.fromkeys((number, number.replace("—", "-").replace("–", "-").replace(" ", ""), number.upper())):
        found = queries.public_certificate(candidate, on)
        if found is not None:
            return redirect("portal:certificate", number=found.number)
    return _unknown(request, asked, on)


@public
def as_json(request: HttpRequest, number: str) -> HttpResponse:
    """The same facts for programs (docs: the README names the fields). CORS is open: what is public is public."""
    on = day_or_refuse(request)
    body = queries.certificate_json(number, on, lambda known: _address(request, known))
    if body is None:
        raise Http404(_("There is no such certificate."))
    response = HttpResponse(body, content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


@public
def qr(request: HttpRequest, number: str) -> HttpResponse:
    """The QR code that leads to the certificate's page, as SVG without any script or style."""
    found = _found(number, day_or_refuse(request))
    code = segno.make(_address(request, found.number), error="m", micro=False)
    drawing = code.svg_inline(scale=4, border=2, dark="#1b1b1a", light="#fff", omitsize=False, svgclass=None, lineclass=None)
    response = HttpResponse(drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), content_type="image/svg+xml")
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response
