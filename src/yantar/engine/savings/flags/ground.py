"""What the rules stand on: bids and awards by lot, contests with their winner. Made once for all rules of a question.

A *contest* is what bidders compete for: a lot where the procedure has several, else the whole procedure (`lot_id` empty).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .data import Common, RuleData, common
from .thresholds import Thresholds

if TYPE_CHECKING:
    import ibis

    from ..dataset import Tables

KEY = ("procedure_id", "lot_id")


class Ground:
    """Shared expressions over the tables of a dataset.

    `law`: of procedures that state none. `on`: the day for procedures that state no day of publication.
    """

    def __init__(self, tables: Tables, *, overrides: Mapping[str, Mapping[str, Any]] | None = None, law: str = "", on: date | None = None) -> None:
        self.tables, self.law, self.on = tables, law, on
        self.overrides = overrides or {}
        self.common: Common = common()

    def thresholds(self, data: RuleData) -> Thresholds:
        """The thresholds of a rule as this question sets them."""
        return Thresholds(data, self.overrides.get(data.code))

    @cached_property
    def procedures(self) -> ibis.Table:
        """Procedures with the law and the day that rules go by."""
        import ibis

        p = self.tables.procedures
        changed = {}
        if self.law:
            changed["law"] = ibis.ifelse(p.law == "", self.law, p.law)
        if self.on is not None:
            changed["published_on"] = p.published_on.fill_null(ibis.literal(self.on))
        return p.mutate(**changed) if changed else p

    def held(self, thresholds: Thresholds, *columns: str, **values: str) -> ibis.Table:
        """Procedures the rule holds for: procedure_id, the columns, and thresholds under the names given (name=threshold)."""
        p = self.procedures
        p = p.filter(thresholds.applies(p))
        return p.select("procedure_id", *columns, **{name: thresholds.value(threshold, p) for name, threshold in values.items()})

    @cached_property
    def several(self) -> ibis.Table:
        """Procedures whose tender lists several lots."""
        lots = self.tables.lots.group_by("procedure_id").aggregate(n=self.tables.lots.count())
        return lots.filter(lots.n > 1).select("procedure_id")

    def _by_lot(self, rows: ibis.Table, lots: ibis.Table, id_: str) -> ibis.Table:
        """Rows with their `lot_id`: one for each lot of procedures with several lots, else empty; `spread`: one of several lots.

        Rows that speak of the whole beside rows that speak of lots can't be compared: such procedures are left out.
        """
        named = lots.semi_join(self.several, "procedure_id").select("procedure_id", id_, "lot_id")
        mixed = rows.filter(rows.lots == 0).select("procedure_id").semi_join(named, "procedure_id").distinct()
        rows = rows.anti_join(mixed, "procedure_id").left_join(named, ["procedure_id", id_])
        rows = rows.select(*(name for name in rows.columns if not name.endswith("_right")))
        return rows.mutate(lot_id=rows.lot_id.fill_null(""), spread=rows.lot_id.notnull() & (rows.lots > 1))

    @cached_property
    def bids(self) -> ibis.Table:
        """Submitted bids by lot: `valid`, `disqualified`; `spread`: its amount is for several lots together."""
        b = self.tables.bids
        b = b.filter(b.status.isin(self.common.submitted)).select(
            "procedure_id",
            "bid_id",
            "amount",
            "currency",
            "submitted",
            "bidder_id",
            "lots",
            valid=b.status.isin(self.common.valid),
            disqualified=b.status.isin(self.common.disqualified),
        )
        return self._by_lot(b, self.tables.bid_lots, "bid_id")

    @cached_property
    def awards(self) -> ibis.Table:
        """Awards by lot: `active`, `settled` (active or ended, so that a decision is known)."""
        a = self.tables.awards
        a = a.select(
            "procedure_id",
            "award_id",
            "amount",
            "currency",
            "vat",
            "supplier_id",
            "bid_id",
            "lots",
            active=a.status.isin(self.common.award_active),
            settled=a.status.isin(self.common.award_settled),
        )
        return self._by_lot(a, self.tables.award_lots, "award_id")

    @cached_property
    def decided(self) -> ibis.Table:
        """Contests with an active award: how many, whether another one is open, the first and the last supplier by id, the bid named."""
        import ibis

        a = self.awards
        crowds = a.group_by(*KEY).aggregate(n=a.count())
        crowds = crowds.filter(crowds.n > 1).select(*KEY)
        # Most contests have one award: those need no gathering.
        lone = a.filter(a.active).anti_join(crowds, list(KEY))
        many = a.semi_join(crowds, list(KEY))
        many = many.group_by(*KEY).aggregate(
            actives=many.active.cast("int64").sum(),
            undecided=(~many.settled).cast("int64").sum(),
            supplier_id=many.supplier_id.min(where=many.active),
            last_supplier=many.supplier_id.max(where=many.active),
            won_bid=many.bid_id.max(where=many.active),
        )
        lone = lone.select(
            *KEY,
            actives=ibis.literal(1, "int64"),
            undecided=ibis.literal(0, "int64"),
            supplier_id=lone.supplier_id,
            last_supplier=lone.supplier_id,
            won_bid=lone.bid_id,
        )
        return lone.union(many.filter(many.actives > 0).select(*lone.columns))

    @cached_property
    def offers(self) -> ibis.Table:
        """Submitted bids beside the decision of their contest (null without one).

        `single`: one active award to somebody who is named, and none that is open. `own`: the winner's. `won`: the bid that the award
        names, else every bid of the supplier. Both are false without a single winner.
        """
        d = self.decided
        d = d.mutate(single=(d.actives == 1) & (d.undecided == 0) & (d.supplier_id != ""))
        joined = self.bids.left_join(d, list(KEY)).drop("procedure_id_right", "lot_id_right")
        single = joined.single.fill_null(False)
        own = (single & (joined.bidder_id == joined.supplier_id)).fill_null(False)
        won = (joined.won_bid == "").ifelse(own, single & (joined.bid_id == joined.won_bid)).fill_null(False)
        return joined.mutate(single=single, own=own, won=won)

    @cached_property
    def contests(self) -> ibis.Table:
        """One row a contest with submitted bids: everything that several rules ask of its bids, gathered in one pass.

        bids; unnamed (bids without a bidder); first, last (bidders by id); valid_first, valid_last; unknown (neither valid nor
        disqualified); unpriced, low_currency, high_currency, low (of all bids); thrown, kept (lowest disqualified, lowest other);
        valid_unusable, valid_low; win, other (lowest valid of the winner, of the others);
        and of the decision: actives, undecided, supplier_id, last_supplier.
        """
        o = self.offers
        whole = ~o.spread & (o.amount > 0).fill_null(False) & (o.currency != "")
        found = o.group_by(*KEY).aggregate(
            bids=o.count(),
            unnamed=(o.bidder_id == "").cast("int64").sum(),
            bidder_first=o.bidder_id.min(),
            bidder_last=o.bidder_id.max(),
            valid_first=o.bidder_id.min(where=o.valid),
            valid_last=o.bidder_id.max(where=o.valid),
            unknown=(~o.valid & ~o.disqualified).cast("int64").sum(),
            unpriced=(~whole).cast("int64").sum(),
            low_currency=o.currency.min(),
            high_currency=o.currency.max(),
            low=o.amount.min(),
            thrown=o.amount.min(where=o.disqualified),
            kept=o.amount.min(where=~o.disqualified),
            valid_unusable=(o.valid & (~whole | (o.bidder_id == ""))).cast("int64").sum(),
            valid_low=o.amount.min(where=o.valid),
            win=o.amount.min(where=o.valid & o.won),
            other=o.amount.min(where=o.valid & ~o.own & ~o.won),
            actives=o.actives.max(),
            undecided=o.undecided.max(),
            supplier_id=o.supplier_id.max(),
            last_supplier=o.last_supplier.max(),
        )
        return found.mutate(actives=found.actives.fill_null(0))

    @cached_property
    def differences(self) -> ibis.Table:
        """Contests where the winner's is the lowest valid bid and another bidder's valid bid is there to compare with, in one currency.

        `x`: (lowest of the others − winner's) / winner's in millionths.
        """
        from .exact import millionths

        c = self.contests
        c = c.filter((c.valid_unusable == 0) & (c.low_currency == c.high_currency) & (c.win == c.valid_low) & c.other.notnull())
        return c.select(*KEY, "supplier_id", x=millionths(c.other - c.win, c.win))
