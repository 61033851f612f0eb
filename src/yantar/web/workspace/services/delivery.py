"""What services delivered: all of them in the last quarter, one of them month by month, and a month entered by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core import clock
from yantar.core.problems import Refused
from yantar.qms.organisation.models import Site
from yantar.qms.services import actions, queries
from yantar.qms.services.models import Service, ServiceMonth, Source
from yantar.qms.services.month_checks import COUNTS, DAYS, MOST, WAITING
from yantar.web.ui.charts.columns import Group, columns_svg
from yantar.web.ui.quarters import quarter_name
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, DayField, form_page, posted

RECORD = "services.record_delivery"
SHOWN = 24
"""Months of the chart."""


def _columns(found: queries.Delivered | None) -> list[tuple[float, str]]:
    """What stands above a month of the chart; nothing where nothing was due."""
    return [(round(100 * found.share, 1), "primary")] if found is not None and found.share is not None else []


def share_said(found: queries.Delivered | None) -> str:
    """A share in per cent with one decimal; empty where there is none."""
    return f"{number_format(100 * found.share, 1, use_l10n=True)} %" if found is not None and found.share is not None else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: a service, or a month of one, with what was delivered."""

    label: Any
    found: queries.Delivered | None
    share: str
    one: Any = None
    authority: str = ""


@staff
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """Every service that one may look into, with its last quarter."""
    me, today = person(request), clock.today()
    period = queries.quarter_before(today)
    found = queries.deliveries(me, period, today)
    rows = [Row(one.name, one.delivered, share_said(one.delivered), one.service, one.authority.short if one.authority else "") for one in found]
    context = {
        "rows": rows,
        "quarter": quarter_name(period.first),
        "may_load": queries.may_see_loads(me),
        "may_import": me.has_perm("services.import_services"),
    }
    return render(request, "workspace/services/delivery_list.html", context)


def opened(request: HttpRequest, code: str) -> tuple[Service, str]:
    """The service of the address with its name; 404 where the reader may not look into it."""
    found = queries.service_to_record(person(request), code)
    if found is None:
        raise Http404(_g("There is no such service."))
    return found


@staff
@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One service: share on time by month as a picture and as a table, and the months as they were recorded."""
    one, name = opened(request, code)
    period = queries.last_months(_next_month(clock.today()), SHOWN)
    series = queries.delivered_by_month(period, service=one)
    rows = [Row(date_format(month, "F Y"), found, share_said(found)) for month, found in series if found is not None]
    title = _g("Share done on time by month, per cent")
    groups = [Group(date_format(month, "m.y"), _columns(found)) for month, found in series]
    context: dict[str, Any] = {
        "service": one,
        "name": name,
        "rows": rows[::-1],
        "chart": columns_svg(groups, title, "; ".join(f"{row.label}: {row.share or '—'}" for row in rows)) if rows else "",
        "chart_title": title,
        "months": list(queries.months_of_service(one, period)),
        "quarter": queries.delivered(queries.quarter_before(clock.today()), service=one),
        "may_record": person(request).has_perm(RECORD, one),
        "computed": Source.CASES,
    }
    context["quarter_share"] = share_said(context["quarter"])
    return render(request, "workspace/services/delivery_service.html", context)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


class MonthForm(ActionForm):
    """What a service delivered in a month."""

    month = DayField(label=_("Month"), help_text=_("Any day of the month."))
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), required=False, empty_label=_("not told by sites"))
    received = forms.IntegerField(label=_("Received"), min_value=0, max_value=MOST)
    granted = forms.IntegerField(label=pgettext_lazy("services", "Granted"), min_value=0, max_value=MOST)
    refused = forms.IntegerField(label=pgettext_lazy("services", "Refused"), min_value=0, max_value=MOST)
    withdrawn = forms.IntegerField(label=pgettext_lazy("services", "Withdrawn"), min_value=0, max_value=MOST)
    on_time = forms.IntegerField(label=_("On time"), min_value=0, max_value=MOST, help_text=_("Granted or refused within the limit."))
    late = forms.IntegerField(label=_("Late"), min_value=0, max_value=MOST)
    median_days = forms.DecimalField(label=_("Median of days"), min_value=0, max_digits=6, decimal_places=1, required=False)
    p90_days = forms.DecimalField(label=_("90th percentile of days"), min_value=0, max_digits=6, decimal_places=1, required=False)
    waiting_minutes = forms.DecimalField(
        label=_("Mean wait in the queue, minutes"),
        min_value=0,
        max_digits=6,
        decimal_places=1,
        required=False,
        help_text=_("Not known: leave it empty."),
    )
    layout = (("month", "site"), ("received", "granted", "refused", "withdrawn"), ("on_time", "late"), ("median_days", "p90_days"), "waiting_minutes")

    def __init__(self, service: Service, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        sites = queries.sites_of_service(service, clock.today())
        self.fields["site"].queryset = Site.objects.filter(pk__in=[one.pk for one in sites])  # type: ignore[attr-defined]
        self.fields["site"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]


def _initial(request: HttpRequest, one: Service) -> dict[str, Any]:
    """The month of the address as it is recorded, zeros otherwise."""
    day, site = _day(request.GET.get("month", "")), request.GET.get("site", "")
    place = int(site) if site.isascii() and site.isdigit() and len(site) < 18 else None
    nothing = {**dict.fromkeys(COUNTS, 0), "month": day, "site": place}
    kept = ServiceMonth.objects.filter(service=one, month=day, site=place).first() if day else None
    return {**nothing, **{name: getattr(kept, name) for name in (*COUNTS, *DAYS, WAITING)}} if kept else nothing


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, code: str) -> HttpResponse:
    """Enter or correct a month."""
    one, name = opened(request, code)
    demand(request, RECORD, one)
    form = MonthForm(one, **posted(request), initial=_initial(request, one))
    back = reverse("workspace:delivery", args=[code])
    if request.method == "POST" and form.attempt(actions.record_month, by=person(request), service=one) is not None:
        messages.success(request, _g("The month is recorded."))
        return redirect(back)
    crumbs = [(_g("Services delivered"), reverse("workspace:deliveries")), (name, back), (_g("A month"), "")]
    note = _g("Granted and refused together are as many as on time and late. Where cases are loaded, months are computed from them.")
    shown = {"title": _g("A month of a service"), "pretitle": name, "submit": _g("Record"), "back": back, "crumbs": crumbs, "note": note}
    return form_page(request, "workspace/services/form.html", form, **shown)


@staff
@require_POST
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Take back a month that was entered by mistake."""
    one, _name = opened(request, code)
    demand(request, RECORD, one)
    day, site = _day(request.POST.get("month", "")), request.POST.get("site", "")
    place = Site.objects.filter(pk=int(site)).first() if site.isascii() and site.isdigit() and len(site) < 18 else None
    if day is None:
        raise Http404
    try:
        actions.remove_month(by=person(request), service=one, month=day, site=place)
        messages.success(request, _g("The month is taken back."))
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    return redirect("workspace:delivery", code=code)
