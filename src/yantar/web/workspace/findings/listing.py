"""The list of findings, its saved filters and its export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yantar.core.problems import Refused
from yantar.qms.findings import queries
from yantar.qms.findings.actions import filters as saving
from yantar.qms.findings.models import SavedFilter
from yantar.web.workspace.access import person, staff

from .filters import Filters, known


@dataclass(frozen=True, slots=True)
class Column:
    """A heading: its words, the order it leads to, how the list is ordered by it now ("", "ascending", "descending")."""

    label: Any
    order: str = ""
    sorted: str = ""


COLUMNS = ((_("Finding"), "raised"), (_("Authority"), ""), (_("Grade"), "grade"), (_("State"), "state"), (_("Due"), "due"))


def _columns(order: str) -> list[Column]:
    made = []
    for label, name in COLUMNS:
        if not name:
            made.append(Column(label))
            continue
        # The latest first is what one wants of days on which something was found.
        turned = f"-{name}" if order == name or (name == "raised" and order != "-raised") else name
        made.append(Column(label, turned, "ascending" if order == name else "descending" if order == f"-{name}" else ""))
    return made


@dataclass(frozen=True, slots=True)
class Tab:
    """A quick way to a list: its words and parameters."""

    label: Any
    query: str
    chosen: bool


TABS: tuple[tuple[Any, dict[str, str]], ...] = (
    (_("All"), {}),
    (_("Waiting for me"), {"mine": "on"}),
    (_("Open"), {"state": queries.OPEN}),
    (_("Late"), {"late": "on"}),
)


def _tabs(query: dict[str, str]) -> list[Tab]:
    own = ("mine", "late", "state")
    kept = {name: value for name, value in query.items() if name not in own}
    now = {name: value for name, value in query.items() if name in own}
    return [Tab(label, urlencode({**kept, **given}), now == given) for label, given in TABS]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 1


@staff
@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """What the person sees, narrowed as the address says."""
    filters = Filters(request)
    wanted = filters.wanted()
    query = known(request.GET)
    saved = list(queries.saved_filters(request.user))
    page = queries.page(request.user, wanted, _number(request.GET.get("page", "1")))
    return render(
        request,
        "workspace/findings/listing.html",
        {
            "filters": filters,
            "wanted": wanted,
            "narrowed": wanted.narrowed,
            "page": page,
            "rows": page.rows,
            "columns": _columns(wanted.order),
            "tabs": _tabs(query),
            "saved": [(one, urlencode(known(one.query)), one.query == query) for one in saved],
            "query": urlencode(query),
        },
    )


class NameForm(forms.Form):
    """The name of a saved filter; the search itself comes along as it stood in the address."""

    name = forms.CharField(max_length=200, required=False)
    query = forms.CharField(max_length=4000, required=False)


def _list(query: str) -> HttpResponse:
    return redirect(f"{reverse('workspace:findings')}{'?' + query if query else ''}")


def _told(request: HttpRequest, refused: Refused) -> None:
    for problem in refused.problems:
        messages.error(request, str(problem.message))


def _kept(query: str) -> dict[str, str]:
    return known(QueryDict(query))


@staff
@require_POST
def filter_save(request: HttpRequest) -> HttpResponse:
    """Keep the search that is shown under a name."""
    form = NameForm(request.POST)
    if not form.is_valid():
        raise Http404
    query = _kept(form.cleaned_data["query"])
    try:
        saving.save_filter(by=person(request), name=form.cleaned_data["name"], query=query)
    except Refused as refused:
        _told(request, refused)
    else:
        messages.success(request, _g("The filter is saved."))
    return _list(urlencode(query))


def _own(request: HttpRequest, pk: int) -> SavedFilter:
    saved = queries.saved_filters(request.user).filter(pk=pk).first()
    if saved is None:
        raise Http404
    return saved


@staff
@require_POST
def filter_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Call one's own saved filter otherwise."""
    saved = _own(request, pk)
    try:
        saving.rename_filter(by=person(request), saved=saved, name=request.POST.get("name", ""))
    except Refused as refused:
        _told(request, refused)
    return _list(urlencode(known(saved.query)))


@staff
@require_POST
def filter_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one's own saved filter; a second time there is nothing left to do."""
    saved = queries.saved_filters(request.user).filter(pk=pk).first()
    if saved is not None:
        saving.delete_filter(by=person(request), saved=saved)
        messages.success(request, _g("The filter is deleted."))
    return _list("")
