"""Buyers of the records and the authorities they are: the system suggests, a person confirms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.problems import Problem
from yantar.qms.findings.recording import person, refuse, required
from yantar.qms.organisation.models import Authority

from ..folders import BUYERS, derived
from ..matching import PERSON, Buyer, Known, new_ones, overlap
from ..models import BuyerMatch, Dataset, MatchState
from ..reading import rows


def _summary(given: dict[str, Any], result: int) -> dict[str, Any]:
    return {"dataset": given["dataset"].pk, "suggested": result}


@action("procurement.suggest_matches", permission="procurement.match_buyers", target="dataset", summary=_summary)
def suggest_matches(*, by: Actor, dataset: Dataset) -> int:
    """Suggest authorities for the buyers of a dataset, by INN, else by name, as of the days of their procedures. Returns how many are new.

    What was suggested, confirmed or rejected before stays as it is.
    """
    sql = "SELECT buyer_id, buyer_name, buyer_inn, first_on, last_on FROM read_parquet(?) WHERE buyer_id <> ''"
    listed = rows(sql, [str(derived(dataset, BUYERS))])
    found = [Buyer(one["buyer_id"][:300], one["buyer_name"], one["buyer_inn"], one["first_on"], one["last_on"]) for one in listed]
    present = list(BuyerMatch.objects.values_list("buyer_id", "authority_id", "state", "valid_from", "valid_to"))
    made = [
        BuyerMatch(
            buyer_id=one.buyer.buyer_id,
            buyer_name=one.buyer.name[:500],
            inn=one.buyer.inn[:12],
            authority_id=one.authority_id,
            why=one.why,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
        )
        for one in new_ones(found, Known(), present)
    ]
    return len(BuyerMatch.objects.bulk_create(made))


@action("procurement.confirm_match", permission="procurement.match_buyers", target="match")
def confirm_match(*, by: Actor, match: BuyerMatch) -> BuyerMatch:
    """Confirm a suggestion (or one that was rejected). Refused where the buyer is confirmed as another authority on the same days."""
    problems = _taken(match)
    if match.state == MatchState.CONFIRMED:
        problems.append(Problem(_("This match is confirmed already."), "already"))
    refuse(problems)
    return _decide(match, MatchState.CONFIRMED, by)


@action("procurement.reject_match", permission="procurement.match_buyers", target="match")
def reject_match(*, by: Actor, match: BuyerMatch) -> BuyerMatch:
    """The buyer is not this authority. It is not suggested again; published figures are not touched."""
    if match.state == MatchState.REJECTED:
        refuse([Problem(_("This match is rejected already."), "already")])
    return _decide(match, MatchState.REJECTED, by)


@action("procurement.match_buyer", permission="procurement.match_buyers")
def match_buyer(
    *,
    by: Actor,
    buyer_id: str,
    authority: Authority,
    buyer_name: str = "",
    inn: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> BuyerMatch:
    """Say by hand which authority a buyer is, in a span of days (None: without end on this side; `valid_to` not included)."""
    problems = required(buyer_id, "buyer_id", _("Name the buyer."))
    if valid_from is not None and valid_to is not None and valid_to <= valid_from:
        problems.append(Problem(_("The span ends before it begins."), "span", "valid_to", value=valid_to.isoformat()))
    if not overlap((valid_from, valid_to), (authority.valid_from, authority.valid_to)):
        problems.append(Problem(_("The authority did not exist on these days."), "life", "authority"))
    refuse(problems)
    match = BuyerMatch.objects.select_for_update(of=("self",)).filter(buyer_id=buyer_id, authority=authority).first()
    match = match or BuyerMatch(buyer_id=buyer_id, authority=authority)
    match.why, match.valid_from, match.valid_to = PERSON, valid_from, valid_to
    match.buyer_name, match.inn = buyer_name[:500] or match.buyer_name, inn[:12] or match.inn
    refuse(_taken(match))
    return _decide(match, MatchState.CONFIRMED, by)


def _taken(match: BuyerMatch) -> list[Problem]:
    others = BuyerMatch.objects.filter(buyer_id=match.buyer_id, state=MatchState.CONFIRMED).exclude(pk=match.pk)
    if any(overlap((match.valid_from, match.valid_to), (one.valid_from, one.valid_to)) for one in others):
        return [Problem(_("This buyer is confirmed as another authority on some of these days. Reject that match first."), "taken", "authority")]
    return []


def _decide(match: BuyerMatch, state: str, by: Actor) -> BuyerMatch:
    match.state, match.decided_by, match.decided_at = state, person(by), clock.now()
    match.save()
    return match
