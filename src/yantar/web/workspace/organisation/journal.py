"""The journal of actions: for administrators and the head of quality."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.core.messages import label
from yantar.core.models import JournalEntry
from yantar.qms.organisation import queries
from yantar.qms.organisation.queries import JournalFilters
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import DayField

PER_PAGE = 50


class Filters(forms.Form):
    """What the journal is narrowed by; what can't be understood is said beside its field and narrows nothing."""

    action = forms.CharField(label=_("Action begins with"), required=False, max_length=100)
    day_from = DayField(label=_("From"), required=False)
    day_to = DayField(label=_("To"), required=False)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with its decision as pairs: what a parameter is called, and its value."""

    entry: JournalEntry
    decided: list[tuple[str, Any]]


def _pairs(entry: JournalEntry) -> list[tuple[str, Any]]:
    value = json.loads(entry.decided)
    return [(label(entry.action, key), said) for key, said in sorted(value.items())] if isinstance(value, dict) else [("", value)]


@staff
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Who did what and when, the latest first."""
    demand(request, "organisation.view_journal")
    form = Filters(request.GET, label_suffix="")
    form.is_valid()
    asked = JournalFilters(
        action=form.cleaned_data.get("action") or "", day_from=form.cleaned_data.get("day_from"), day_to=form.cleaned_data.get("day_to")
    )
    page = Paginator(queries.journal(request.user, asked), PER_PAGE).get_page(request.GET.get("page"))
    names = queries.names_on({entry.authority_id for entry in page if entry.authority_id}, form.cleaned_data.get("day_to") or clock.today())
    rows = [(Row(entry, _pairs(entry)), names.get(entry.authority_id or 0)) for entry in page]
    return render(request, "workspace/organisation/journal.html", {"form": form, "page": page, "rows": rows})
