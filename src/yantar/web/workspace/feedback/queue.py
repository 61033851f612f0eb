"""The queue of appeals: what is due today, late, mine; what a moderator looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yantar.qms.feedback import appeal_table as table
from yantar.qms.feedback.models import AppealKind, AppealState
from yantar.qms.feedback.queries.appeals import Counts, Wanted, counts, queue
from yantar.qms.feedback.queries.appeals.listing import EVERY
from yantar.web.workspace.access import person, staff
from yantar.web.workspace.findings.filters import QuickSelect, authority_choices


@dataclass(frozen=True, slots=True)
class Tab:
    """A quick way to a list: its words, parameters, how many stand behind it."""

    label: Any
    query: str
    chosen: bool
    count: int | None
    danger: bool = False


TABS: tuple[tuple[Any, dict[str, str], str], ...] = (
    (_("Open"), {}, "open"),
    (_("Due today"), {"due": "today"}, "today"),
    (_("Late"), {"due": "late"}, "late"),
    (_("Mine"), {"mine": "on"}, "mine"),
    (_("Nobody's yet"), {"unassigned": "on"}, "unassigned"),
    (_("Not solved"), {"state": AppealState.DISPUTED.value}, "disputed"),
    (_("Moderation"), {"state": AppealState.SUSPECTED.value}, "suspected"),
    (_("All"), {"state": EVERY}, ""),
)


class Filters(forms.Form):
    """What the queue is narrowed by; anything that is no choice is passed over."""

    q = forms.CharField(label=_("Number or words of the text"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), required=False, widget=QuickSelect, choices=[("", _("all")), *AppealKind.choices])
    authority = forms.ChoiceField(label=_("Authority"), required=False, widget=QuickSelect)
    state = forms.ChoiceField(label=_("State"), required=False, widget=QuickSelect)
    service = forms.CharField(label=_("Code of a service"), required=False, max_length=60)
    due = forms.ChoiceField(
        label=_("Due"), required=False, choices=[("", _("any day")), ("today", _("today")), ("late", _("late"))], widget=QuickSelect
    )
    mine = forms.BooleanField(required=False, widget=forms.HiddenInput)
    unassigned = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET, label_suffix="")
        self.fields["authority"].choices = authority_choices(request.user)  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("everything open")), (EVERY, _("all")), *AppealState.choices]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What the address asks for."""
        self.is_valid()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if value not in (None, "")})

    @property
    def shown(self) -> list[forms.BoundField]:
        """Fields in sight."""
        return [self[name] for name in ("q", "kind", "authority", "state", "service")]


def _tabs(query: dict[str, str], found: Counts) -> list[Tab]:
    own = {name: value for name, value in query.items() if name in ("due", "mine", "unassigned", "state") and value}
    kept = {name: value for name, value in query.items() if name not in ("due", "mine", "unassigned", "state") and value}
    made = []
    for label, given, name in TABS:
        count = getattr(found, name) if name else None
        made.append(Tab(label, urlencode({**kept, **given}), own == given, count, name in ("late", "today", "disputed") and bool(count)))
    return made


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 1


@staff
@require_safe
def appeal_table(request: HttpRequest, fmt: str) -> HttpResponse:
    """The queue as it is narrowed, as a file without anything personal."""
    if fmt not in table.FORMATS:
        raise Http404
    response = HttpResponse(table.table(request.user, Filters(request).wanted(), fmt), content_type=table.FORMATS[fmt])
    response["Content-Disposition"] = f'attachment; filename="{table.file_name(fmt)}"'
    response["Cache-Control"] = "no-store, private"
    return response


@staff
@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """The queue as the person sees it, what is due first at its head."""
    filters = Filters(request)
    wanted = filters.wanted()
    query = {name: request.GET.get(name, "") for name in Filters.base_fields}
    page = queue(request.user, wanted, _number(request.GET.get("page", "1")))
    context = {
        "filters": filters,
        "wanted": wanted,
        "page": page,
        "rows": page.rows,
        "narrowed_query": urlencode({name: value for name, value in query.items() if value}),
        "tabs": _tabs(query, counts(request.user)),
        "may_take_in": person(request).has_perm("feedback.handle_some"),
    }
    return render(request, "workspace/feedback/queue.html", context)
