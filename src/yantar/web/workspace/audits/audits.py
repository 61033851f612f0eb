"""The list of audits: filtered, page by page, at the same cost however many there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.qms.audits.models import Audit, AuditKind, AuditState
from yantar.qms.audits.queries import audits as queries
from yantar.qms.organisation import queries as organisation
from yantar.web.workspace.access import person, staff
from yantar.web.workspace.forms import DayField

PER_PAGE = 50


class Filters(forms.Form):
    """What the list is narrowed by; what is no choice is passed over."""

    q = forms.CharField(label=_("Number"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    authority = forms.ChoiceField(label=_("Authority"), required=False)
    begins = DayField(label=_("From"), required=False)
    ends = DayField(label=_("To"), required=False)
    mine = forms.ChoiceField(label=_("Whose"), required=False, choices=[("", _("all")), ("1", _("I am in the team"))])

    def __init__(self, data: Mapping[str, Any], authorities: list[tuple[str, str]]) -> None:
        super().__init__(data, label_suffix="")
        self.fields["kind"].choices = [("", _("all")), ("external", _("all external")), *AuditKind.choices]  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("all")), ("open", _("not finished")), *AuditState.choices]  # type: ignore[attr-defined]
        self.fields["authority"].choices = [("", _("all")), *authorities]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """Arguments of `queries.listing`."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if "mine" in found:
            found["mine"] = True
        return found


@staff
@require_safe
def audits(request: HttpRequest) -> HttpResponse:
    """Audits that the person may see, the latest first."""
    me, today = person(request), clock.today()
    names = sorted(((one.authority.code, one.name) for one in organisation.authorities(me, today)), key=lambda pair: pair[1])
    filters = Filters(request.GET, names)
    asked = filters.asked()
    found = queries.listing(me, **asked)
    page: Page[Audit] = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    counted = queries.counts(me, queries.listing(me, **{name: value for name, value in asked.items() if name != "state"}))
    context = {
        "filters": filters,
        "filtered": bool(asked),
        "page": page,
        "rows": queries.rows(me, list(page.object_list), today),
        "counts": [(code, label, counted.get(code, 0)) for code, label in AuditState.choices if counted.get(code)],
        "may_plan_external": may_plan_external(request),
        "today": today,
    }
    return render(request, "workspace/audits/audits.html", context)


def may_plan_external(request: HttpRequest) -> bool:
    """Whether the person can plan an audit of the certification body for some certificate."""
    from yantar.qms.certification.queries import may_grant_for

    mine = may_grant_for(request.user)
    return mine is None or bool(mine)
