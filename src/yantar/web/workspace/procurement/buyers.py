"""Which authority a buyer of the records is: suggested, confirmed or rejected by a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core.problems import Refused
from yantar.qms.organisation.models import Authority
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.models import BuyerMatch
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, DayField, form_page, posted

from .opening import METHODS, glanced, opened, page_asked, tabs, words_asked
from .outliers import AuthorityChoice, authorities_of
from .procedures import Pages

MATCH = "procurement.match_buyers"
STATES: dict[str, Any] = {"none": _("not matched"), "suggested": _("suggested"), "confirmed": _("confirmed"), "rejected": _("rejected")}


@staff
@require_safe
def buyers(request: HttpRequest, pk: int) -> HttpResponse:
    """Buyers with their matches, the largest first."""
    one = opened(request, pk)
    found = glanced(request, one)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    page = queries.buyers(person(request), one, state=state, q=words_asked(request), page=page_asked(request))
    if page is None:
        raise Http404
    context = {
        **tabs(one, "buyers", found),
        "page": page,
        "pages": Pages(page.page, page.pages),
        "shown": [(row, [(one, _name(row, one)) for one in row.matches]) for row in page.rows],
        "state": state,
        "states": [(code, label, page.counts.get(code, 0)) for code, label in STATES.items()],
        "q": words_asked(request),
        "currency": found.currency,
        "may_match": person(request).has_perm(MATCH),
        "here": request.get_full_path(),
    }
    return render(request, "workspace/procurement/buyers.html", context)


def _name(row: queries.BuyerRow, match: BuyerMatch) -> str:
    version = row.names.get(match.authority_id)
    return version.name if version is not None else match.authority.code


def _back(request: HttpRequest, pk: int) -> str:
    asked = request.POST.get("back", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, None):
        return asked
    return reverse("workspace:savings_buyers", args=[pk])


def _act(request: HttpRequest, pk: int, said: str, act: Any, **given: Any) -> HttpResponse:
    try:
        act(by=person(request), **given)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, said)
    return redirect(_back(request, pk))


@staff
@require_POST
def suggest(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for authorities by INN and name."""
    one = opened(request, pk)
    demand(request, MATCH)
    return _act(request, pk, _g("Suggestions are renewed."), actions.suggest_matches, dataset=one)


@staff
@require_POST
def decide(request: HttpRequest, pk: int, match: int) -> HttpResponse:
    """Confirm or reject a suggestion."""
    opened(request, pk)
    demand(request, MATCH)
    one = BuyerMatch.objects.filter(pk=match).first()
    if one is None:
        raise Http404
    if request.POST.get("decision") == "confirm":
        return _act(request, pk, _g("The match is confirmed."), actions.confirm_match, match=one)
    return _act(request, pk, _g("The match is rejected."), actions.reject_match, match=one)


class MatchForm(ActionForm):
    """A match by hand."""

    authority = AuthorityChoice(Authority.objects.none(), label=_("Authority"), error_messages={"required": _("Choose an authority.")})
    valid_from = DayField(label=_("From"), required=False, help_text=_("Empty: always."))
    valid_to = DayField(label=_("To (not included)"), required=False)
    layout = ("authority", ("valid_from", "valid_to"))


@staff
@require_http_methods(METHODS)
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by hand which authority a buyer is."""
    one = opened(request, pk)
    demand(request, MATCH)
    buyer = request.GET.get("buyer", "")[:300]
    rows = queries.buyers(person(request), one, q=buyer.replace("\x00", ""))
    row = next((each for each in rows.rows if each.buyer_id == buyer), None) if rows is not None else None
    if row is None:
        raise Http404(_g("There is no such buyer."))
    form = MatchForm(**posted(request))
    authorities_of(form.fields["authority"], request)
    given = {"buyer_id": row.buyer_id, "buyer_name": row.name, "inn": row.inn}
    if request.method == "POST" and form.attempt(actions.match_buyer, by=person(request), **given) is not None:
        messages.success(request, _g("The match is confirmed."))
        return redirect("workspace:savings_buyers", pk=pk)
    context = {**tabs(one, "buyers"), "buyer": row, "back": reverse("workspace:savings_buyers", args=[pk]), "submit": _g("Confirm the match")}
    return form_page(request, "workspace/procurement/match.html", form, **context)
