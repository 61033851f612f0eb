"""Claims: what somebody said beside what the records give, and what it would take to check it."""

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
from yantar.qms.organisation.models import Authority
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.actions.claims import CLEARABLE
from yantar.qms.procurement.models import Claim, Figure
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, DayField, Lines, form_page, posted

from .opening import METHODS, VIEW
from .outliers import AuthorityChoice, ReasonForm, authorities_of

CHANGE = "procurement.change_claim"
FIELDS = (
    *("text_ru", "text_en", "amount", "currency", "said_by", "said_on", "about_from", "about_to", "source", "authority"),
    *("states_base", "states_list", "states_method", "needed_ru", "needed_en", "figure"),
)


class FigureChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A figure by its number and title."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} · {obj.title}"


class ClaimForm(ActionForm):
    """What was said, by whom, where it can be read, what it leaves open."""

    text_ru = Lines(label=_("What was said, in Russian"), error_messages={"required": _("Say what was claimed.")})
    text_en = Lines(label=_("What was said, in English"), required=False)
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=18, decimal_places=2, localize=True, error_messages={"required": _("Enter an amount above zero.")}
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="RUB")
    said_by = forms.CharField(label=_("Who said it"), max_length=300)
    said_on = DayField(label=_("Said on"), required=False)
    source = Lines(label=_("Source"), rows=2, help_text=_("Publication, day, address: so that anybody finds it."))
    about_from = DayField(label=_("Period from"), required=False)
    about_to = DayField(label=_("Period to"), required=False)
    authority = AuthorityChoice(Authority.objects.none(), label=_("About which authority"), required=False)
    states_base = forms.BooleanField(label=_("States the base (initial prices)"), required=False)
    states_list = forms.BooleanField(label=_("Lists the procedures"), required=False)
    states_method = forms.BooleanField(label=_("States the method"), required=False)
    needed_ru = Lines(label=_("What is needed to check it, in Russian"), rows=2, required=False)
    needed_en = Lines(label=_("What is needed to check it, in English"), rows=2, required=False)
    figure = FigureChoice(Figure.objects.none(), label=_("Our figure of the same"), required=False)
    layout = (
        ("text_ru", "text_en"),
        ("amount", "currency"),
        ("said_by", "said_on"),
        "source",
        ("about_from", "about_to"),
        ("authority", "figure"),
        "states_base",
        "states_list",
        "states_method",
        ("needed_ru", "needed_en"),
    )

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        authorities_of(self.fields["authority"], request)
        self.fields["figure"].queryset = Figure.objects.defer("raw", "defended")  # type: ignore[attr-defined]


@staff
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """All claims, each beside the records."""
    demand(request, VIEW)
    context = {"claims": queries.claims(person(request)), "may_change": person(request).has_perm(CHANGE)}
    return render(request, "workspace/procurement/claims.html", context)


def _page(request: HttpRequest, form: ClaimForm, title: str) -> HttpResponse:
    return form_page(request, "workspace/procurement/claim_form.html", form, title=title, back=reverse("workspace:savings_claims"), submit=_g("Save"))


@staff
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """Write a claim down."""
    demand(request, VIEW)
    demand(request, CHANGE)
    form = ClaimForm(request, **posted(request))
    if request.method == "POST" and form.attempt(actions.add_claim, by=person(request)) is not None:
        messages.success(request, _g("The claim is recorded."))
        return redirect("workspace:savings_claims")
    return _page(request, form, _g("A claim of savings"))


def _claim(request: HttpRequest, pk: int) -> Claim:
    demand(request, VIEW)
    demand(request, CHANGE)
    found = queries.claim(person(request), pk)
    if found is None:
        raise Http404(_g("There is no such claim."))
    return found.claim


@staff
@require_http_methods(METHODS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a claim that is not public."""
    one = _claim(request, pk)
    form = ClaimForm(request, **posted(request), initial={name: getattr(one, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        emptied = tuple(name for name in CLEARABLE if form.cleaned_data[name] is None)
        if form.attempt(actions.change_claim, by=person(request), claim=one, clear=emptied) is not None:
            messages.success(request, _g("The claim is changed."))
            return redirect("workspace:savings_claims")
    return _page(request, form, _g("Change the claim"))


@staff
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a claim to everybody."""
    one = _claim(request, pk)
    try:
        actions.publish_claim(by=person(request), claim=one)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, _g("The claim is public."))
    return redirect("workspace:savings_claims")


@staff
@require_http_methods(METHODS)
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a claim back from the public, with a reason."""
    one = _claim(request, pk)
    form = ReasonForm(**posted(request))
    if request.method == "POST" and form.attempt(actions.hide_claim, by=person(request), claim=one) is not None:
        messages.success(request, _g("The claim is hidden."))
        return redirect("workspace:savings_claims")
    context = {"title": _g("Hide the claim from the public"), "back": reverse("workspace:savings_claims"), "submit": _g("Hide it")}
    return form_page(request, "workspace/procurement/claim_form.html", form, **context)
