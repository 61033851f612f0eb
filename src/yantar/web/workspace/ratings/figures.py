"""Figures of an authority: all of it, by question, service, place and quarter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.engine.satisfaction import Figures, percent
from yantar.qms.feedback.queries import rating_work
from yantar.qms.feedback.queries import ratings as queries
from yantar.qms.organisation import queries as organisation
from yantar.web.ui.charts.columns import Group, columns_svg, meter_svg
from yantar.web.ui.quarters import quarter_label, quarter_name
from yantar.web.ui.templatetags.ui import number
from yantar.web.workspace.access import demand, person, staff

QUARTERS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One row of figures as the page shows it; `share`, `interval` and `mean` are empty where there are too few ratings."""

    label: str
    n: int
    share: str = ""
    interval: str = ""
    mean: str = ""
    bar: SafeString | str = ""
    code: str = ""


def line(label: str, found: Figures, mean: Any = None, code: str = "") -> Line:
    """A row of figures; `mean`: another one than of the figures."""
    if found.share is None or found.interval is None or found.mean is None:
        return Line(label, found.n, code=code)
    low, high = percent(found.interval.low), percent(found.interval.high)
    return Line(
        label,
        found.n,
        f"{number(percent(found.share), 1)}\u00a0%",
        f"{number(low, 1)}–{number(high, 1)}\u00a0%",
        number(queries.satisfaction.decimal(found.mean if mean is None else mean, 2), 2),
        meter_svg(float(found.share)),
        code,
    )


@staff
@require_safe
def ratings(request: HttpRequest) -> HttpResponse:
    """Authorities with their figures; whoever sees one only comes to it at once."""
    today, viewer = clock.today(), person(request)
    allowed = organisation.internal_authority_ids(viewer)
    versions = [one for one in organisation.authorities(None, today) if allowed is None or one.authority_id in allowed]
    if len(versions) == 1:
        return redirect("workspace:authority_ratings", code=versions[0].authority.code)
    found = queries.by_authority(authorities=[one.authority_id for one in versions])
    rows = [
        line(one.name, found[one.authority_id].overall, found[one.authority_id].score.value, one.authority.code)
        for one in versions
        if one.authority_id in found
    ]
    context = {"rows": rows, "waiting": rating_work.waiting(viewer), "may_moderate": rating_work.moderated_authority_ids(viewer) != set()}
    return render(request, "workspace/ratings/ratings.html", context)


@staff
@require_safe
def authority_ratings(request: HttpRequest, code: str) -> HttpResponse:
    """One authority."""
    today, viewer = clock.today(), person(request)
    version = organisation.authority_on(code, today)
    allowed = organisation.internal_authority_ids(viewer)
    if version is None or (allowed is not None and version.authority_id not in allowed):
        raise Http404(_("There is no such authority."))
    demand(request, "feedback.view_ratings", version.authority)
    mine = {"authorities": [version.authority_id]}
    whole = queries.together(**mine)
    english = get_language() == "en"
    services = rating_work.services_of(viewer, today, version.authority)
    by_service, by_site = queries.by_service(**mine), queries.by_site(**mine)
    sites = {site.pk: site.name for one in services for site in one.sites}
    quarters = queries.by_quarter(**mine)[-QUARTERS:]
    context = {
        "version": version,
        "whole": line(_("All services"), whole.overall, whole.score.value),
        "criteria": [line(one.title_en if english else one.title_ru, figures) for one, figures in whole.rows],
        "services": [
            line(one.name, by_service[one.service.pk].overall, by_service[one.service.pk].score.value, one.service.code)
            for one in services
            if one.service.pk in by_service
        ],
        "unrated": [one for one in services if one.service.pk not in by_service],
        "sites": [line(sites[key], found.overall, found.score.value) for key, found in by_site.items() if key in sites],
        "quarters": [line(quarter_name(one.month), one.figures) for one in quarters],
        "picture": _picture(quarters),
        "moderation": queries.moderation(**mine),
        "waiting": rating_work.waiting(viewer),
        "may_moderate": request.user.has_perm("feedback.moderate", version.authority),
    }
    return render(request, "workspace/ratings/authority.html", context)


def _picture(quarters: list[queries.Month]) -> SafeString | str:
    shown = [one for one in quarters if one.figures.share is not None]
    if len(shown) < 2:
        return ""
    groups = [Group(quarter_label(one.month), [(float(percent(one.figures.share)), "primary")]) for one in shown if one.figures.share is not None]
    return columns_svg(groups, _("Satisfied, per cent, by quarter"))
