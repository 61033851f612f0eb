"""The register of certificates as the staff sees it: filtered, ordered, as of any day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.qms.certification import queries
from yantar.qms.certification.models import Status
from yantar.qms.certification.queries import RegisterRow
from yantar.qms.organisation.models import AuthorityKind
from yantar.qms.standards import queries as standards
from yantar.web.ui.days import day_asked
from yantar.web.workspace.access import staff
from yantar.web.workspace.forms import DayField

PER_PAGE = 50
WITHIN = (30, 60, 90)


def _within(days: int) -> str:
    return ngettext("within %(days)s day or late", "within %(days)s days or late", days) % {"days": days}


class Filters(forms.Form):
    """What the register is narrowed by. Anything that is not a choice is passed over: an address typed by hand never breaks."""

    q = forms.CharField(label=_("Number, authority or words of the scope"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind of authority"), required=False)
    edition = forms.ChoiceField(label=_("Standard"), required=False)
    body = forms.ChoiceField(label=_("Certification body"), required=False)
    due_within = forms.TypedChoiceField(label=_("Next step"), required=False, coerce=int, empty_value=None)
    on = DayField(label=_("State as of"), required=False)
    status = forms.ChoiceField(required=False, choices=[("", ""), *Status.choices], widget=forms.HiddenInput)
    order = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], on: date) -> None:
        super().__init__({**{name: data[name] for name in data}, "on": on.isoformat()}, label_suffix="")
        choices: dict[str, list[tuple[Any, Any]]] = {
            "kind": [("", _("all")), *AuthorityKind.choices],
            "edition": [("", _("all editions")), *((edition.key, edition.designation) for edition in standards.editions())],
            "body": [("", _("all")), *((body.code, body.name) for body in queries.bodies())],
            "due_within": [("", _("any day")), *((days, _within(days)) for days in WITHIN)],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """Arguments of `queries.register`, without status and order."""
        self.is_valid()
        names = ("q", "kind", "edition", "body", "due_within")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


@dataclass(frozen=True, slots=True)
class Column:
    """A heading of the list: its words, the order it leads to, how the list is ordered by it now ("", "ascending", "descending")."""

    label: Any
    order: str
    sorted: str = ""


COLUMNS = (
    (_("Authority"), "authority"),
    (_("Standard"), "edition"),
    (_("Number"), "number"),
    (_("Valid until"), "expires"),
    (_("Status"), "status"),
    (_("Next step"), "due"),
)


def _columns(order: str) -> list[Column]:
    return [
        Column(label, f"-{name}" if order == name else name, "ascending" if order == name else "descending" if order == f"-{name}" else "")
        for label, name in COLUMNS
    ]


def _tabs(counted: Mapping[str, int], chosen: str) -> list[tuple[str, Any, int, bool]]:
    """(status, words, number, chosen): every status that has certificates, and the chosen one."""
    tabs = [("", _("All"), sum(counted.values()), not chosen)]
    tabs += [(code, label, counted.get(code, 0), code == chosen) for code, label in Status.choices if counted.get(code) or code == chosen]
    return tabs


def narrowed(request: HttpRequest, on: date) -> tuple[Filters, dict[str, Any]]:
    """The filters of the address, and what they mean for `queries.listing`."""
    filters = Filters(request.GET, on)
    asked = filters.asked()
    order = filters.cleaned_data.get("order") or "authority"
    if order.removeprefix("-") not in queries.ORDERS:
        order = "authority"
    return filters, {**asked, "status": filters.cleaned_data.get("status") or "", "order": order}


@staff
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """The list; a person's own certificates lead into the workspace, the others to their public pages."""
    on = day_asked(request)
    filters, arguments = narrowed(request, on)
    status, order = arguments["status"], arguments["order"]
    asked = {name: value for name, value in arguments.items() if name not in ("status", "order")}
    found = queries.listing(request.user, on=on, **arguments)
    page: Page[RegisterRow] = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))  # type: ignore[arg-type]
    return render(
        request,
        "workspace/certification/register.html",
        {
            "on": on,
            "filters": filters,
            "filtered": bool(asked or status),
            "tabs": _tabs(_counted(request, on, asked), status),
            "columns": _columns(order),
            "page": page,
            "rows": page.object_list,
            "as_of": "" if on == clock.today() else f"?on={on.isoformat()}",
            "near": on + timedelta(days=WITHIN[-1]),
            "may_grant": may_grant(request),
        },
    )


def _counted(request: HttpRequest, on: date, asked: Mapping[str, Any]) -> Mapping[str, int]:
    """Certificates by status within the other filters."""
    if not asked:
        return queries.counts(request.user, on).by_status
    found = queries.register(request.user, on=on, **asked).order_by()
    return dict(found.values_list("status_on").annotate(number=Count("pk")))  # type: ignore[misc]


def may_grant(request: HttpRequest) -> bool:
    """Whether the person can enter a certificate for some authority."""
    mine = queries.may_grant_for(request.user)
    return mine is None or bool(mine)
