"""Programmes of the years, and one programme: how far it is and what comes next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core import clock
from yantar.core.problems import Refused
from yantar.engine.planner.forms import Weights
from yantar.qms.audits import actions
from yantar.qms.audits.actions.programme import TEXTS
from yantar.qms.audits.models import Programme, ProgrammeState
from yantar.qms.audits.queries import programme as queries
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, Lines, form_page, posted

from .flow import flow_of, may_review

ROWS = 50
CHANGE, APPROVE = "audits.change_programme", "audits.approve_programme"
SECONDS = ((15, _("15 seconds")), (60, _("1 minute")), (300, _("5 minutes")), (600, _("10 minutes")))
STATE_LOOK = {"draft": "secondary", "approved": "primary", "published": "success", "reviewed": "secondary"}
STATES = {
    "planned": ("secondary", "clock"),
    "prepared": ("primary", "document"),
    "under_way": ("warning", "audit"),
    "report_drafted": ("warning", "document"),
    "reported": ("primary", "document"),
    "follow_up": ("primary", "next"),
    "closed": ("success", "check"),
    "postponed": ("danger", "pause"),
    "cancelled": ("secondary", "cross"),
}
"""State of an audit → tone and icon."""


def find(request: HttpRequest, year: int) -> Programme:
    """The programme of a year that the person may see; 404 otherwise."""
    one = queries.programme(person(request), year)
    if one is None:
        raise Http404
    return one


def whole(request: HttpRequest, year: int) -> Programme:
    """The same for pages that show it as a whole: 404 where nothing concerns the person, 403 where only parts do."""
    one = find(request, year)
    demand(request, "audits.view_programme")
    return one


@staff
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Years with their programmes, and the button that plans the next one."""
    lines = queries.programmes(person(request))
    known = {one.programme.year for one in lines}
    this_year = clock.today().year
    may_change = person(request).has_perm(CHANGE)
    years = [year for year in (this_year + 1, this_year) if year not in known] if may_change else []
    context = {"lines": lines, "years": years, "looks": STATE_LOOK, "may_change": may_change, "whole": queries.sees_whole(person(request))}
    return render(request, "workspace/audits/programmes.html", context)


@staff
@require_POST
def plan_year(request: HttpRequest) -> HttpResponse:
    """One press: open the programme, assess the risks, list what is wanted, begin to plan."""
    demand(request, CHANGE)
    text = request.POST.get("year", "")
    if not (text.isdecimal() and len(text) == 4):
        raise Http404
    year = int(text)
    try:
        programme = actions.prepare_year(by=person(request), year=year)
    except Refused as refused:
        _say(request, refused)
        return redirect("workspace:programmes")
    try:
        run = actions.start_planning(by=person(request), programme=programme, seconds=SECONDS[1][0])
    except Refused as refused:
        _say(request, refused)
        return redirect("workspace:programme", year=year)
    return redirect("workspace:plan_run", year=year, pk=run.pk)


def _say(request: HttpRequest, refused: Refused) -> None:
    for problem in refused.problems[:10]:
        messages.error(request, str(problem.message))


@staff
@require_safe
def programme(request: HttpRequest, year: int) -> HttpResponse:
    """How far the programme is, and its audits; for an authority's people the dates of theirs."""
    return _page(request, find(request, year))


def _page(request: HttpRequest, one: Programme, problems: list[Any] | None = None) -> HttpResponse:
    filters = filters_of(request)
    rows = queries.rows(person(request), one, filters)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    sees = queries.sees_whole(person(request))
    may_change = person(request).has_perm(CHANGE)
    context: dict[str, Any] = {
        "programme": one,
        "year": one.year,
        "page": page,
        "total": len(rows),
        "filters": filters,
        "whole": sees,
        "may_change": may_change,
        "may_approve": person(request).has_perm(APPROVE),
        "draft": one.state == ProgrammeState.DRAFT,
        "looks": STATE_LOOK,
        "states": STATES,
        "seconds": SECONDS,
        "problems": problems or [],
        "tab": "overview",
    }
    if sees:
        everything = rows if not filters.any else queries.rows(person(request), one)
        context |= choices_of(everything) | {"flow": flow_of(person(request), one), "may_review": may_review(one)}
    return render(request, "workspace/audits/programme.html", context, status=422 if problems else 200)


def filters_of(request: HttpRequest) -> queries.Filters:
    """What the address asks for; what makes no sense is left out."""
    month = request.GET.get("month", "")
    return queries.Filters(
        authority=request.GET.get("authority", "")[:60],
        auditor=request.GET.get("auditor", "")[:40],
        month=int(month) if month.isdecimal() and 1 <= int(month) <= 12 else 0,
        show=request.GET.get("show", "")[:12],
    )


def choices_of(rows: list[queries.Row]) -> dict[str, list[tuple[str, str]]]:
    """Authorities and auditors to filter by: those that the programme has."""
    authorities = {row.audit.authority.code: row.name for row in rows}
    auditors = {member.auditor.code: member.auditor.name for row in rows for member in row.team}
    return {name: sorted(pairs.items(), key=_by_name) for name, pairs in (("authorities", authorities), ("auditors", auditors))}


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


@staff
@require_POST
def step(request: HttpRequest, year: int, what: str) -> HttpResponse:
    """One step of the flow: risks, wants, approve, back, publish."""
    one = find(request, year)
    demand(request, APPROVE if what in ("approve", "back") else CHANGE)
    try:
        if what == "risks":
            count = actions.assess_risks(by=person(request), year=year)
            messages.success(request, ngettext("%(count)s risk assessed.", "%(count)s risks assessed.", count) % {"count": count})
        elif what == "wants":
            count = len(actions.want_audits(by=person(request), programme=one))
            messages.success(request, ngettext("%(count)s audit listed.", "%(count)s audits listed.", count) % {"count": count})
        elif what == "approve":
            actions.approve_programme(by=person(request), programme=one)
            messages.success(request, _g("The programme is approved."))
        elif what == "back":
            actions.take_back_approval(by=person(request), programme=one)
            messages.success(request, _g("The programme is a draft again."))
        elif what == "publish":
            actions.publish_dates(by=person(request), programme=one)
            messages.success(request, _g("The authorities and the teams have their dates."))
        else:
            raise Http404
    except Refused as refused:
        return _page(request, one, refused.problems)
    return redirect("workspace:programme", year=year)


class TextsForm(ActionForm):
    """Texts of a programme and the weights of the planner."""

    goals = Lines(label=_("Goals"), rows=3)
    scope = Lines(label=_("Scope"), rows=2)
    risks = Lines(label=_("Risks of the programme"), rows=3, required=False)
    criteria = Lines(label=_("Criteria"), rows=2)
    methods = Lines(label=_("Methods, on site and remote"), rows=2)
    resources = Lines(label=_("Resources"), rows=2, required=False)
    weight_risk = forms.IntegerField(label=_("Risky audits early"), min_value=0, help_text=_("per week later, times the risk"))
    weight_load = forms.IntegerField(label=_("Even load"), min_value=0, help_text=_("per audit day above the even load"))
    weight_travel = forms.IntegerField(label=_("Travel"), min_value=0, help_text=_("per travel day"))
    weight_rotation = forms.IntegerField(label=_("Rotation of leads"), min_value=0, help_text=_("per lead who led there last year"))
    weight_change_days = forms.IntegerField(label=_("Other days than now"), min_value=0, help_text=_("per audit that moves"))
    weight_change_team = forms.IntegerField(label=_("Another team than now"), min_value=0, help_text=_("per person who changes"))
    layout = (
        *TEXTS,
        [_("What counts how much for the planner, in points")],
        ("weight_risk", "weight_load", "weight_travel"),
        ("weight_rotation", "weight_change_days", "weight_change_team"),
    )

    def parameters(self) -> dict[str, Any]:
        texts = {name: self.cleaned_data[name] for name in TEXTS}
        weights = {name.removeprefix("weight_"): value for name, value in self.cleaned_data.items() if name.startswith("weight_")}
        return {**texts, "weights": weights}


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def texts(request: HttpRequest, year: int) -> HttpResponse:
    """Change the texts and the weights."""
    one = find(request, year)
    demand(request, CHANGE)
    weights = Weights(**one.weights).model_dump()
    initial = {**{name: getattr(one, name) for name in TEXTS}, **{f"weight_{name}": value for name, value in weights.items()}}
    form = TextsForm(initial=initial, **posted(request))
    if request.method == "POST" and form.attempt(actions.change_programme, by=person(request), programme=one) is not None:
        messages.success(request, _g("Saved."))
        return redirect("workspace:programme", year=year)
    return form_page(request, "workspace/audits/programme_form.html", form, **heading(one, _g("What the programme is for")))


class ReviewForm(ActionForm):
    """How the programme went."""

    review_result = Lines(label=_("Result of the review"), rows=8)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, year: int) -> HttpResponse:
    """Write down how the programme went."""
    one = find(request, year)
    demand(request, CHANGE)
    form = ReviewForm(initial={"review_result": one.review_result}, **posted(request))
    if request.method == "POST" and form.attempt(actions.review_programme, by=person(request), programme=one) is not None:
        messages.success(request, _g("The programme is reviewed."))
        return redirect("workspace:programme", year=year)
    return form_page(request, "workspace/audits/programme_form.html", form, **heading(one, _g("Review of the programme")))


def heading(one: Programme, title: str, submit: str = "") -> dict[str, Any]:
    """What every form below a programme shows around itself."""
    back = reverse("workspace:programme", args=[one.year])
    crumbs = [(_g("Audit programme"), reverse("workspace:programmes")), (str(one.year), back), (title, "")]
    return {"title": title, "crumbs": crumbs, "submit": submit or _g("Save"), "back": back, "programme": one, "year": one.year}
