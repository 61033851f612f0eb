"""Services for citizens: found by words, each with its promise, how it was kept, and every version of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.library.satisfaction import load_satisfaction
from yantar.qms.feedback.queries import ratings
from yantar.qms.organisation.queries import authority_on, names_on
from yantar.qms.services.changes import changes
from yantar.qms.services.limits import rules_on
from yantar.qms.services.models import DocumentSource, GroundKind, ServicePassport
from yantar.qms.services.queries import delivery, public
from yantar.web.ui.charts.columns import Group, columns_svg
from yantar.web.ui.quarters import quarter_name

from .days import day_or_refuse
from .limits import page

ON_A_PAGE = 10
MONTHS = 12
"""Months in the chart of a service."""


def _filters(request: HttpRequest) -> public.ServiceFilters:
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "authority", "level", "channel", "site")}
    return public.ServiceFilters(**asked, free=request.GET.get("free") == "1")


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:7]) <= 100_000):
        raise BadRequest(_("Pages are numbered from 1."))
    return int(text[:7])


class _Counted(list[ServicePassport]):
    """Rows of one page that know how many there are in all: a paginator asks no more."""

    def __init__(self, rows: Any, total: int, first: int) -> None:
        super().__init__(rows)
        self.total, self.first = total, first

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, part: Any) -> Any:
        return list(self)


@page
def services(request: HttpRequest) -> HttpResponse:
    """Services by words and filters; the same address answers while somebody types and without scripts."""
    on = day_or_refuse(request)
    filters, number = _filters(request), _page_number(request)
    found = public.search_services(filters, on, page=number, limit=ON_A_PAGE)
    period = delivery.quarter_before(on)
    shares = public.shares_on_time([row.service_id for row in found.rows], period.first, period.end) if found.rows else {}
    choices = public.choices(on)
    names = choices.names
    rows = [{"passport": row, "authority": names.get(row.authority_id), "share": shares.get(row.service_id)} for row in found.rows]
    paginator = Paginator(_Counted(found.rows, found.count, (number - 1) * ON_A_PAGE), ON_A_PAGE)
    context: dict[str, Any] = {
        "on": on,
        "filters": filters,
        "choices": choices,
        "found": found,
        "rows": rows,
        "page": paginator.get_page(number),
        "quarter": quarter_name(period.first),
        "narrowed": bool(filters.authority or filters.level or filters.channel or filters.site or filters.free),
    }
    return render(request, "portal/services.html", context)


def _link(name: str, *args: Any) -> str:
    """An address, "" while its part of the house is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _complain(code: str) -> str:
    address = _link("portal:appeal_new")
    return f"{address}?service={code}" if address else ""


def _service(code: str, on: Any) -> tuple[Any, list[ServicePassport]]:
    service = public.find_service(code)
    history = public.versions(service, on) if service is not None else []
    if service is None or not history:
        raise Http404(_("There is no such service."))
    return service, history


def _promise(passport: ServicePassport) -> dict[str, Any]:
    """The lists of a passport as the page shows them: whose documents, grounds for what."""
    documents, grounds = list(passport.documents.all()), list(passport.grounds.all())
    return {
        "passport": passport,
        "own_documents": [one for one in documents if one.source == DocumentSource.APPLICANT],
        "asked_documents": [one for one in documents if one.source == DocumentSource.INTERAGENCY],
        "grounds": [(kind.label, rows) for kind in GroundKind if (rows := [one for one in grounds if one.kind == kind])],
        "legal_basis": passport.legal_basis.splitlines(),
    }


@page
def service(request: HttpRequest, code: str) -> HttpResponse:
    """A service: what it promises on the day, how that was kept, how people rated it."""
    on = day_or_refuse(request)
    one, history = _service(code, on)
    if one.code != code:
        return HttpResponseRedirect(reverse("portal:service", args=[one.code]))
    if version := request.GET.get("version", ""):
        if not (version.isascii() and version.isdigit() and len(version) < 6):
            raise BadRequest(_("Versions are numbered from 1."))
        return HttpResponseRedirect(reverse("portal:service_version", args=[one.code, int(version)]))
    passport = public.with_lists(history[:1])[0]
    quarter, months = delivery.quarter_before(on), delivery.last_months(on, MONTHS)
    rules = rules_on("service_request", on)
    term = rules.term("answer")
    context: dict[str, Any] = {
        "on": on,
        "service": one,
        "holds": one.holds_on(on) and (passport.valid_to is None or on < passport.valid_to),
        "authority": authority_on(one.authority.code, on) or names_on([one.authority_id], on).get(one.authority_id),
        "history": history,
        "announced": public.announced(one, on),
        "places": public.places(one, on),
        "quarter": quarter_name(quarter.first),
        "kept": delivery.delivered(quarter, service=one),
        "months": [row for row in delivery.delivered_by_month(months, service=one) if row[1] is not None],
        "rated": ratings.together(services=[one.pk], first=months.first, before=months.end),
        "shown_from": load_satisfaction().shown_from,
        "rate_url": _link("portal:rate", one.code),
        "complain_url": _complain(one.code),
        "limit_law": rules.law(get_language() or "ru"),
        "limit_source": term.source(get_language() or "ru") if term else "",
        **_promise(passport),
    }
    context["chart"] = _chart(context["months"])
    return render(request, "portal/service.html", context)


def _chart(months: list[tuple[Any, Any]]) -> str:
    if not months:
        return ""
    groups = [Group(formats.date_format(month, "m.y"), [(row.on_time, "success"), (row.late, "danger")]) for month, row in months]
    return columns_svg(groups, _("Requests done on time and late, by month"), _("The same figures stand in the table beneath."))


@page
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A version of a promise as it was, and what it changed: past ones stay public."""
    on = day_or_refuse(request)
    one, history = _service(code, on)
    place = next((at for at, passport in enumerate(history) if passport.version == number), None)
    if place is None:
        raise Http404(_("There is no such version."))
    pair = public.with_lists(history[place : place + 2])
    context = {
        "on": on,
        "service": one,
        "authority": names_on([pair[0].authority_id], pair[0].valid_from or on).get(pair[0].authority_id),
        "current": place == 0,
        "before": pair[1] if len(pair) > 1 else None,
        "changes": changes(pair[1], pair[0]) if len(pair) > 1 else [],
        **_promise(pair[0]),
    }
    return render(request, "portal/service_version.html", context)
