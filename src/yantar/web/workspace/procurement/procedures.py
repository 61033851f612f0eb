"""Procedures: found by what the address asks, each with its numbers step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.qms.organisation import queries as organisation
from yantar.qms.procurement import queries
from yantar.qms.procurement.models import Choice
from yantar.web.ui.templatetags.savings import said
from yantar.web.workspace.access import person, staff

from .doubts import doubt_words
from .opening import glanced, opened, page_asked, procedure_asked, tabs
from .record import readable
from .steps import steps_of

CLASSES: Mapping[str, Any] = {
    "E1": _("Counted, at least two bidders (E1)"),
    "one_bid": _("Counted, one bidder"),
    "E2": _("All that are counted (E2)"),
    "excluded": _("Left out"),
}
SETTLED: Mapping[str, Any] = {"open": _("no decision yet"), **{one.value: one.label for one in Choice}}
SORTS: Sequence[tuple[str, Any]] = (
    ("-saved", _("saved most")),
    ("saved", _("saved least")),
    ("-share", _("largest share")),
    ("share", _("smallest share")),
    ("-baseline", _("largest baseline")),
    ("baseline", _("smallest baseline")),
    ("-published_on", _("latest")),
    ("published_on", _("earliest")),
    ("procedure_id", _("number")),
)
FIRST = ("klass", "year")
"""Choices that always stand open; the others are folded away until one of them is used."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One choice of the filter."""

    name: str
    label: Any
    value: str
    options: Sequence[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that came by a link, with the address without it."""

    label: Any
    words: Any
    name: str


def asked(request: HttpRequest) -> queries.ProcedureFilters:
    """The filters of the address; a word of more than 300 characters finds nothing anyway."""
    values = {one.name: request.GET.get(one.name, "").replace("\x00", "")[:300].strip() for one in fields(queries.ProcedureFilters)}
    return queries.ProcedureFilters(**values)


def choices(filters: queries.ProcedureFilters, glance: queries.Glance) -> list[Choices]:
    """What may be chosen, from what the dataset has."""

    def groups(name: str) -> list[tuple[str, Any]]:
        return [(group.value, group.title or group.value or _g("not stated")) for group in glance.groups.get(name, ()) if group.value]

    reasons = [(one["reason"], said(one["title"])) for one in glance.result["excluded"] if one["procedures"]]
    known: Sequence[tuple[str, Any, Sequence[tuple[str, Any]]]] = (
        ("klass", _("Counted"), list(CLASSES.items())),
        ("year", _("Year"), groups("year")),
        ("reason", _("Left out because"), reasons),
        ("band", _("Initial price"), groups("band")),
        ("bidders", _("Bidders"), groups("bidders")),
        ("method", _("Method"), groups("method")),
        ("law", _("Law"), groups("law")),
        ("outlier", _("Doubtful because"), [(kind.kind, str(kind.title)) for kind in glance.outliers]),
        ("flag", _("Flag"), [(flag.flag, str(flag.title)) for flag in glance.flags if flag.procedures]),
        ("settled", _("Decision"), list(SETTLED.items())),
    )
    found = []
    for name, label, options in known:
        value = getattr(filters, name)
        if value and value not in dict(options):
            options = [*options, (value, value)]
        if len(options) > 1 or value:
            found.append(Choices(name, label, value, options))
    return found


def chips(filters: queries.ProcedureFilters, glance: queries.Glance, rows: Sequence[queries.ProcedureRow]) -> list[Chip]:
    """Filters that no choice stands for: a buyer, an authority."""
    found = []
    if filters.buyer:
        names = {group.value: group.title for group in glance.groups.get("buyer", ())}
        name = names.get(filters.buyer) or next((row.buyer_name for row in rows if row.buyer_id == filters.buyer), "") or filters.buyer
        found.append(Chip(_("Buyer"), name, "buyer"))
    if filters.authority:
        found.append(Chip(_("Authority"), filters.authority, "authority"))
    return found


def sort_asked(request: HttpRequest) -> str:
    """The order of the address; the largest savings first where it is none."""
    sort = request.GET.get("sort", "")
    return sort if sort in queries.SORTS else "-saved"


@dataclass(frozen=True, slots=True)
class Pages:
    """What the template of the pages asks of a page."""

    number: int
    num_pages: int

    @property
    def paginator(self) -> Pages:
        return self

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.num_pages

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1


@staff
@require_safe
def procedures(request: HttpRequest, pk: int) -> HttpResponse:
    """The list, with the sums of everything that it has."""
    one = opened(request, pk)
    found = glanced(request, one)
    filters, sort = asked(request), sort_asked(request)
    page = queries.procedures(person(request), one, filters, sort=sort, page=page_asked(request))
    if page is None:
        raise Http404
    offered = choices(filters, found)
    context = {
        **tabs(one, "procedures", found),
        "page": page,
        "pages": Pages(page.page, page.pages),
        "filters": filters,
        "first": [choice for choice in offered if choice.name in FIRST],
        "more": [choice for choice in offered if choice.name not in FIRST],
        "more_used": any(choice.value for choice in offered if choice.name not in FIRST),
        "chips": chips(filters, found, page.rows),
        "sort": sort,
        "sorts": SORTS,
        "currency": found.currency,
    }
    return render(request, "workspace/procurement/procedures.html", context)


def _asked(held: Any) -> str:
    """The authority that was asked, by its name of today."""
    if held is None or held.asked_id is None:
        return ""
    found = organisation.names_on({held.asked_id}, clock.today()).get(held.asked_id)
    return found.name if found is not None else held.asked.code


def _tables(found: queries.ProcedureView) -> list[tuple[str, list[list[tuple[str, Any]]]]]:
    """The rows of the flat tables, without what nobody stated."""
    return [
        (name, [[(key, value) for key, value in row.items() if value not in (None, "")] for row in rows])
        for name, rows in found.tables.items()
        if rows
    ]


@staff
@require_safe
def procedure(request: HttpRequest, pk: int) -> HttpResponse:
    """One procedure: from its records to the class it counts for."""
    one = opened(request, pk)
    key = procedure_asked(request)
    found = queries.procedure(person(request), one, key)
    if found is None:
        raise Http404(_g("There is no such procedure."))
    me = person(request)
    held = next((decision for decision in found.settlements if decision.ended_at is None), None)
    record = queries.procedure_record(me, one, key) if found.has_record else None
    context = {
        **tabs(one, "procedures"),
        "found": found,
        "row": found.row,
        "steps": steps_of(found),
        "open": held,
        "asked_name": _asked(held),
        "doubts": doubt_words(one, found.row.outliers),
        "band": doubt_words(one, [found.row.band])[0] if found.row.band else "",
        "tables": _tables(found),
        "earlier": [decision for decision in found.settlements if decision.ended_at is not None],
        "record": readable(record),
        "may_settle": me.has_perm("procurement.settle"),
        "may_raise": me.has_perm("procurement.raise_finding"),
        "list_url": reverse("workspace:savings_procedures", args=[pk]),
    }
    return render(request, "workspace/procurement/procedure.html", context)


@staff
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The record as it was published, byte for byte."""
    one = opened(request, pk)
    found = queries.procedure_record(person(request), one, procedure_asked(request))
    if found is None:
        raise Http404(_g("This record can't be shown by itself."))
    response = HttpResponse(found, content_type="application/octet-stream", headers={"Content-Disposition": 'attachment; filename="record.json"'})
    response["X-Content-Type-Options"] = "nosniff"
    return response
