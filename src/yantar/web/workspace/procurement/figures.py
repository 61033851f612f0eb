"""Figures: made from a dataset, looked at raw and defended, published, withdrawn, taken away as files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core.problems import Refused
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.models import FigureState
from yantar.web.ui.savings_answer import answer
from yantar.web.ui.savings_files import KINDS, figure_file
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, DayField, form_page, posted

from .opening import METHODS, VIEW, opened, tabs
from .outliers import ReasonForm

PUBLISH = "procurement.publish"
STATES = {"draft": ("secondary", "draft"), "published": ("success", "check"), "withdrawn": ("danger", "cross")}


class FigureForm(ActionForm):
    """What the figure is called and of which days it is."""

    title_ru = forms.CharField(label=_("Title in Russian"), max_length=200, error_messages={"required": _("Enter a title.")})
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    period_from = DayField(label=_("From"), required=False, help_text=_("By the day of publication; empty: from the first."))
    period_to = DayField(label=_("To (included)"), required=False)
    population = forms.IntegerField(label=_("Inhabitants"), min_value=1, required=False, help_text=_("For the amount per inhabitant."))
    layout = (("title_ru", "title_en"), ("period_from", "period_to"), "population")


@staff
@require_http_methods(METHODS)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft: computed raw and with the decisions that hold."""
    one = opened(request, pk)
    demand(request, PUBLISH)
    form = FigureForm(**posted(request), initial={"title_ru": one.title})
    if request.method == "POST":
        made = form.attempt(actions.make_figure, by=person(request), dataset=one)
        if made is not None:
            messages.success(request, _g("Figure %(number)s is made. Look at it before you publish it.") % {"number": made.number})
            return redirect("workspace:savings_figure", number=made.number)
    context = {**tabs(one, "glance"), "back": reverse("workspace:savings_dataset", args=[pk]), "submit": _g("Compute")}
    return form_page(request, "workspace/procurement/figure_form.html", form, **context)


def found_or_404(request: HttpRequest, number: str) -> queries.FigureView:
    """The figure of the address."""
    demand(request, VIEW)
    found = queries.figure(person(request), number)
    if found is None:
        raise Http404(_g("There is no such figure."))
    return found


@staff
@require_safe
def figure(request: HttpRequest, number: str) -> HttpResponse:
    """A figure in whatever state: raw beside defended, what was decided, what repeats it."""
    found = found_or_404(request, number)
    one = found.figure
    context = {
        "view": found,
        "figure": one,
        **answer(one.defended),
        "raw": one.raw,
        "drill": reverse("workspace:savings_procedures", args=[one.dataset_id]),
        "tone": STATES[one.state],
        "may_publish": person(request).has_perm(PUBLISH),
        "kinds": KINDS,
        "claims": [claim for claim in queries.claims(person(request)) if claim.figure is not None and claim.figure.figure.pk == one.pk],
        "draft": one.state == FigureState.DRAFT,
        "published": one.state == FigureState.PUBLISHED,
    }
    return render(request, "workspace/procurement/figure.html", context)


@staff
@require_POST
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """Publish a draft."""
    found = found_or_404(request, number)
    demand(request, PUBLISH)
    try:
        actions.publish_figure(by=person(request), figure=found.figure, with_records="with_records" in request.POST)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, _g("The figure is public."))
    return redirect("workspace:savings_figure", number=number)


@staff
@require_http_methods(METHODS)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take a published figure back; it stays to be seen with the reason."""
    found = found_or_404(request, number)
    demand(request, PUBLISH)
    form = ReasonForm(**posted(request))
    if request.method == "POST" and form.attempt(actions.withdraw_figure, by=person(request), figure=found.figure) is not None:
        messages.success(request, _g("The figure is withdrawn."))
        return redirect("workspace:savings_figure", number=number)
    context = {
        "title": _g("Withdraw figure %(number)s") % {"number": number},
        "back": reverse("workspace:savings_figure", args=[number]),
        "submit": _g("Withdraw"),
        "note": _g("It stays visible to everybody, marked as withdrawn, with this reason."),
        "danger": True,
    }
    return form_page(request, "workspace/procurement/claim_form.html", form, **context)


@staff
@require_safe
def download(request: HttpRequest, number: str, kind: str) -> Any:
    """The figure as a file."""
    return figure_file(found_or_404(request, number).figure, kind)
