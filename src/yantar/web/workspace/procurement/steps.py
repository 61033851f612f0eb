"""How a procedure came to what it counts for, one step after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yantar.qms.procurement import queries
from yantar.qms.procurement.models import Choice
from yantar.web.ui.templatetags.savings import exact, share_said


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is found out, the result in short, how it was found."""

    title: str
    result: str
    how: str


def _amount(row: Mapping[str, Any], field: str = "amount") -> str:
    return exact(row.get(field), str(row.get("currency") or ""))


def _listed(rows: Sequence[Mapping[str, Any]], key: str) -> str:
    parts = [f"{row.get(key) or '—'}: {_amount(row)}" + (f" ({row['status']})" if row.get("status") else "") for row in rows[:12]]
    more = len(rows) - len(parts)
    if more > 0:
        parts.append(ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more})
    return "; ".join(parts)


def _baseline(found: queries.ProcedureView) -> Step:
    outcome, row, lots = found.outcome, found.row, found.tables.get("lots", ())
    source = outcome.get("baseline_source") or ""
    tender = next(iter(found.tables.get("procedures", ())), {})
    if source == "lots":
        how = _("Sum of the initial prices of the awarded lots: %(lots)s") % {"lots": _listed(lots, "lot_id")}
    elif source == "tender":
        how = _("Initial price of the procedure as published.")
    else:
        how = _("The records state no initial price that could be used; the procedure states %(amount)s.") % {"amount": _amount(tender)}
    return Step(_("Baseline"), exact(row.baseline, str(outcome.get("baseline_currency") or row.currency)), how)


def _awarded(found: queries.ProcedureView) -> Step:
    awards = found.tables.get("awards", ())
    how = _("Sum of the active awards: %(awards)s") % {"awards": _listed(awards, "award_id")} if awards else _("The records have no award.")
    return Step(_("Awarded"), exact(found.row.awarded, str(found.outcome.get("award_currency") or found.row.currency)), how)


def _bidders(found: queries.ProcedureView) -> Step:
    bids, row = found.tables.get("bids", ()), found.row
    tender = next(iter(found.tables.get("procedures", ())), {})
    if bids:
        how = ngettext("Different bidders with an admitted bid, of %(n)s bid.", "Different bidders with an admitted bid, of %(n)s bids.", len(bids))
        how %= {"n": len(bids)}
    elif tender.get("declared_bidders") is not None:
        how = _("As declared; the records have no bids.")
    else:
        how = _("The records say nothing of bidders.")
    return Step(_("Bidders"), "—" if row.bidders is None else str(row.bidders), how)


def _contracts(found: queries.ProcedureView) -> Step:
    contracts, amendments = found.tables.get("contracts", ()), found.tables.get("amendments", ())
    if not contracts:
        return Step(_("Contracts"), "—", _("The records have no contract."))
    how = _listed(contracts, "contract_id")
    if amendments:
        how += ". " + ngettext("%(n)s amendment is counted in.", "%(n)s amendments are counted in.", len(amendments)) % {"n": len(amendments)}
    return Step(_("Contracts"), exact(found.outcome.get("contracted"), found.row.currency), how)


def _class(found: queries.ProcedureView) -> Step:
    row = found.row
    choice = row.settlement.choice if row.settlement is not None else ""
    if row.klass == "E1":
        words, how = _("Counted (E1)"), _("A finished competitive procedure with at least two admitted bidders.")
    elif row.klass in ("E2", "one_bid"):
        words, how = _("Counted in E2 only"), _("A finished competitive procedure with one admitted bidder.")
    else:
        words, how = _("Left out"), row.reason_words
    if choice == Choice.INCLUDE:
        how += " " + _("In the defended figure it is counted by a decision.")
    elif choice == Choice.EXCLUDE:
        how += " " + _("In the defended figure it is left out by a decision.")
    return Step(_("What it counts for"), words, how.strip())


def steps_of(found: queries.ProcedureView) -> list[Step]:
    """The steps in the order of the method."""
    row = found.row
    steps = [_baseline(found), _awarded(found), _bidders(found)]
    if row.saved is not None:
        saved = f"{exact(row.saved, row.currency)} ({share_said(row.share)})" if row.share is not None else exact(row.saved, row.currency)
        steps.append(Step(_("Saved"), saved, _("Baseline less awarded.")))
    stage = _contracts(found)
    contracted, baseline = found.outcome.get("contracted"), row.baseline
    if contracted is not None and baseline is not None and row.klass == "E1":
        after = Decimal(str(baseline)) - Decimal(str(contracted))
        stage = Step(stage.title, stage.result, stage.how + ". " + _("By contracts saved: %(saved)s.") % {"saved": exact(after, row.currency)})
    return [*steps, stage, _class(found)]
