"""What belongs to an authority, one by one: a unit or a site is corrected, renamed, closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yantar.core import clock
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.models import Authority, Site, UnitVersion
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import ActionForm, DayField, form_page, posted

from .authorities import CHANGE, inside
from .authority_forms import SiteForm


class CorrectUnitForm(ActionForm):
    """What was entered wrongly about a unit."""

    name_ru = forms.CharField(label=_("Name in Russian"), max_length=500)
    name_en = forms.CharField(label=_("Name in English"), max_length=500, required=False)
    personnel = forms.IntegerField(label=_("Effective personnel"), min_value=0, max_value=1_000_000, required=False)


class RenameUnitForm(CorrectUnitForm):
    """What a unit is called, or how many work in it, from a day on."""

    effective_on = DayField(label=_("Effective on"))

    def parameters(self) -> dict[str, Any]:
        """What was left as it is stays as it is, whatever is recorded for later."""
        return {name: value for name, value in self.cleaned_data.items() if name == "effective_on" or name in self.changed_data}


class CloseForm(ActionForm):
    """The end of a unit or a site."""

    effective_on = DayField(label=_("The first day without it"))


class CorrectSiteForm(SiteForm):
    """What was entered wrongly about a site."""

    code = None  # type: ignore[assignment]
    valid_from = None  # type: ignore[assignment]

    layout = SiteForm.layout[1:]

    def parameters(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {**data, "no_coordinates": data["latitude"] is None and data["longitude"] is None}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done with a unit or a site."""

    form: type[ActionForm]
    act: Callable[..., Any]
    heading: Any


UNIT_STEPS: Mapping[str, Step] = {
    "correct": Step(CorrectUnitForm, actions.correct_unit, _("Correct")),
    "rename": Step(RenameUnitForm, actions.rename_unit, _("Rename from a day on")),
    "close": Step(CloseForm, actions.close_unit, _("Close")),
}
SITE_STEPS: Mapping[str, Step] = {
    "correct": Step(CorrectSiteForm, actions.correct_site, _("Correct")),
    "close": Step(CloseForm, actions.close_site, _("Close")),
}


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, code: str, pk: int, step: str) -> HttpResponse:
    """One step with a unit of an authority."""
    one = inside(request, code)
    today = clock.today()
    versions = list(UnitVersion.objects.filter(authority=one, unit_id=pk).select_related("unit").order_by("valid_from"))
    if not versions:
        raise Http404
    version = next((v for v in versions if v.holds_on(today)), versions[-1])
    return _step(request, one, "unit", {"unit": version.unit}, version, UNIT_STEPS, step)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest, code: str, pk: int, step: str) -> HttpResponse:
    """One step with a site of an authority."""
    one = inside(request, code)
    found = Site.objects.filter(authority=one, pk=pk).first()
    if found is None:
        raise Http404
    return _step(request, one, "site", {"site": found}, found, SITE_STEPS, step)


def _step(
    request: HttpRequest, one: Authority, what: str, target: dict[str, Any], facts: UnitVersion | Site, steps: Mapping[str, Step], step: str
) -> HttpResponse:
    wanted = steps.get(step)
    if wanted is None:
        raise Http404
    demand(request, CHANGE, target[what])
    initial = {name: getattr(facts, name) for name in wanted.form.base_fields if hasattr(facts, name)}
    form = wanted.form(**posted(request), initial=initial)
    if request.method == "POST" and form.attempt(wanted.act, by=request.user, **target) is not None:
        messages.success(request, _g("Saved."))
        return redirect("workspace:authority", code=one.code)
    pk = target[what].pk
    tabs = [(reverse(f"workspace:{what}_step", args=[one.code, pk, name]), other.heading, name == step) for name, other in steps.items()]
    called = queries.names_on([one.pk], clock.today()).get(one.pk)
    context = {"heading": f"{wanted.heading}: {facts.name}", "authority": one, "called": called, "tabs": tabs}
    return form_page(request, "workspace/organisation/belonging_form.html", form, **context)
