"""Facts of a procedure gathered from its lots, bids, awards and contracts: one row per procedure that has any.

Parts of `outcome`; nothing here decides what counts, beyond the statuses of the method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .method import Method

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from .dataset import Tables

NO_CURRENCY = "XXX"
"""What ISO 4217 calls no currency: an amount whose currency nobody stated."""


def currency_of(column: ir.StringValue) -> ir.StringValue:
    """The currency, or XXX where none is stated."""
    return (column == "").ifelse(NO_CURRENCY, column)


def active_awards(tables: Tables, method: Method) -> ibis.Table:
    """Awards that count: of an active status; without a status where they state an amount and the method lets them."""
    status = tables.awards.status
    unstated = (status == "") & tables.awards.amount.notnull() & method.awards.unstated_counts
    return tables.awards.mutate(unstated=unstated).filter(status.isin(method.awards.active) | unstated)


def award_facts(tables: Tables, method: Method) -> ibis.Table:
    """awards, unstated, award_null (counts), award_least, awarded, award_low and award_high (currencies), whole (speaks of no lot)."""
    awards = active_awards(tables, method)
    stated = awards.amount.notnull()
    return awards.group_by("procedure_id").agg(
        awards=awards.count(),
        unstated=awards.count(where=awards.unstated),
        award_null=awards.count(where=awards.amount.isnull()),
        award_least=awards.amount.min(),
        awarded=awards.amount.sum(),
        award_low=currency_of(awards.currency).min(where=stated),
        award_high=currency_of(awards.currency).max(where=stated),
        award_with=awards.count(where=awards.vat == "with"),
        award_without=awards.count(where=awards.vat == "without"),
        whole=awards.count(where=awards.lots == 0),
    )


def lot_facts(tables: Tables, method: Method) -> ibis.Table:
    """lots, void and cancelled (by status), lots_null, lots_value, lots_low and lots_high; named…: of lots that an active award names."""
    awards = active_awards(tables, method)
    named = tables.award_lots.semi_join(awards, ["procedure_id", "award_id"]).select("procedure_id", "lot_id").distinct()
    found = tables.lots.left_join(named, ["procedure_id", "lot_id"])
    found = found.mutate(named=found.lot_id_right.notnull())
    stated = found.amount.notnull()
    cancelled = found.status.isin(method.tenders.cancelled)
    per_lot = found.group_by("procedure_id").agg(
        lots=found.count(),
        lots_cancelled=found.count(where=cancelled),
        lots_void=found.count(where=cancelled | found.status.isin(method.tenders.failed)),
        lots_null=found.count(where=found.amount.isnull()),
        lots_value=found.amount.sum(),
        lots_low=currency_of(found.currency).min(where=stated),
        lots_high=currency_of(found.currency).max(where=stated),
        lots_with=found.count(where=found.vat == "with"),
        lots_without=found.count(where=found.vat == "without"),
        named_found=found.count(where=found.named),
        named_null=found.count(where=found.named & found.amount.isnull()),
        named_value=found.amount.sum(where=found.named),
        rest_value=found.amount.sum(where=~found.named),
        named_with=found.count(where=found.named & (found.vat == "with")),
        named_without=found.count(where=found.named & (found.vat == "without")),
    )
    counted = named.group_by("procedure_id").agg(named=named.count())
    joined = per_lot.left_join(counted, "procedure_id")
    return joined.select(*per_lot.columns, named=joined.named.fill_null(0))


def bidder_facts(tables: Tables, method: Method) -> ibis.Table:
    """bids (how many bidders the records have at all) and admitted (how many of them with an admitted bid)."""
    bids = tables.bids
    who = (bids.bidder_id == "").ifelse(bids.bid_id, bids.bidder_id)
    each = bids.select("procedure_id", who=who, ok=bids.status.isin(method.bids.admitted).cast("int64"))
    each = each.group_by("procedure_id", "who").agg(ok=each.ok.max())
    return each.group_by("procedure_id").agg(bids=each.count(), admitted=each.count(where=each.ok == 1))


def contract_facts(tables: Tables, method: Method) -> ibis.Table:
    """contracts (live: not cancelled), contract_null, contracted, contract_low and contract_high, covered (active awards that have a
    live contract), loose (live contracts of no award that the records have), terminated, signed_on (the last), unsigned."""
    awards = tables.awards
    status = awards.status
    active = status.isin(method.awards.active) | ((status == "") & awards.amount.notnull() & method.awards.unstated_counts)
    ids = awards.select("procedure_id", "award_id", active=active.cast("int64"))
    ids = ids.group_by("procedure_id", "award_id").agg(active=ids.active.max())
    found = tables.contracts
    live = ~found.status.isin(method.contracts.cancelled)
    stated = live & found.amount.notnull()
    each = found.group_by("procedure_id", "award_id").agg(
        any_contract=found.count(),
        live=found.count(where=live),
        null=found.count(where=live & found.amount.isnull()),
        amount=found.amount.sum(where=live),
        low=currency_of(found.currency).min(where=stated),
        high=currency_of(found.currency).max(where=stated),
        broken=found.count(where=found.status.isin(method.contracts.terminated)),
        signed=found.signed_on.max(),
        undated=found.count(where=live & found.signed_on.isnull()),
    )
    joined = each.left_join(ids, ["procedure_id", "award_id"])
    joined = joined.select(*each.columns, active=joined.active.fill_null(-1))
    rows = joined.filter(joined.active != 0)
    return rows.group_by("procedure_id").agg(
        any_contract=rows.any_contract.sum().cast("int64"),
        contracts=rows.live.sum().cast("int64"),
        contract_null=rows.null.sum().cast("int64"),
        contracted=rows.amount.sum(),
        contract_low=rows.low.min(),
        contract_high=rows.high.max(),
        covered=rows.count(where=(rows.live > 0) & (rows.active == 1)),
        loose=rows.live.sum(where=rows.active == -1).cast("int64"),
        terminated=rows.broken.sum().cast("int64"),
        signed_on=rows.signed.max(),
        unsigned=rows.undated.sum().cast("int64"),
    )


def bought_again(tables: Tables, method: Method, currency: str) -> ibis.Table:
    """again: what the procedures that repeat this one were awarded for, in the currency of the figures. Key: `procedure_id`."""
    repeats = tables.procedures.filter(tables.procedures.replaces != "").select("procedure_id", "replaces")
    awards = active_awards(tables, method)
    found = awards.inner_join(repeats, "procedure_id")
    found = found.filter(currency_of(found.currency) == currency)
    return found.group_by(procedure_id=found.replaces).agg(again=found.amount.sum())
