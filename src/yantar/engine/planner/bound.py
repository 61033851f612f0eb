"""What no plan can beat: a bound over all candidates, by prices for places in teams (Lagrangian relaxation).

Every wish offers a price for each place in its team, one more for leading, and one for each field that it needs covered. Every auditor
answers with the set of audits that earns most, its travel, rotation, change and load above the even one paid. Whatever the prices, what
the wishes offer less what the auditors earn is a valid bound: days, double booking and capacity are dropped, candidates never are. The
load is not relaxed: each auditor's set is found exactly by dynamic programming, so packing audits into an even year is part of the bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from yantar.engine.planner.tables import Bools, Floats, Ints, Tables

NEVER = 1e9
SAFETY = 1e-6
"""Taken off every bound for rounding of floating point numbers."""


@dataclass(frozen=True)
class Prices:
    """Per wish for a place and for leading, per (wish, field) for covering; never negative."""

    place: Floats
    lead: Floats
    cover: Floats

    def joined(self) -> Floats:
        return np.concatenate([self.place, self.lead, self.cover])


@dataclass(frozen=True)
class Answer:
    """What the auditors answered to prices."""

    bound: float
    earned: Floats
    """By auditor."""
    chosen: Bools
    """Wishes × auditors."""
    leading: Bools
    """Wishes × auditors: where chosen, as lead."""


class Market:
    """Costs of an instance as matrices (wishes × auditors), and the answers to prices."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        wishes, people = len(tables.wishes), len(tables.auditors)
        self.cost = np.full((wishes, people), NEVER)
        self.lead_cost = np.full((wishes, people), NEVER)
        covers, of = [], []
        for k, options in enumerate(tables.options):
            self.cost[k, options.people] = options.cost
            leads = options.lead.any(axis=1)
            self.lead_cost[k, options.people[leads]] = options.lead_cost[leads]
            for able in options.covers:
                row = np.zeros(people, dtype=np.bool_)
                row[options.people[able.any(axis=1)]] = True
                covers.append(row)
                of.append(k)
        self.covers: Bools = np.array(covers, dtype=np.bool_).reshape(-1, people)
        self.of: Ints = np.array(of, dtype=np.int64)
        self.possible: Bools = np.array([o.possible for o in tables.options], dtype=np.bool_)
        self.size: Ints = np.array([o.size for o in tables.options], dtype=np.int64) * self.possible
        self.length: Ints = np.array([o.length for o in tables.options], dtype=np.int64)
        self.constant: Floats = np.array([int(o.start_cost.min()) + o.constant if o.possible else 0.0 for o in tables.options])
        self.weight, self.even = tables.weights.load, tables.even

    def prices(self, joined: Floats) -> Prices:
        n = len(self.size)
        return Prices(joined[:n], joined[n : 2 * n], joined[2 * n :])

    def values(self, prices: Prices) -> tuple[Floats, Bools]:
        """What each place earns an auditor before load, and whether as lead."""
        leading = prices.lead[:, None] - self.lead_cost
        found = prices.place[:, None] - self.cost + np.maximum(leading, 0)
        for j, k in enumerate(self.of):
            found[k] += prices.cover[j] * self.covers[j]
        return found, leading > 0

    def offered(self, prices: Prices) -> float:
        """What all wishes offer, each at most what leaving it out costs."""
        each = prices.place * self.size + prices.lead * self.possible + self.constant
        np.add.at(each, self.of, prices.cover)
        return float(np.where(self.possible, np.minimum(each, self.tables.weights.dropped), self.tables.weights.dropped).sum())

    def answer(self, prices: Prices) -> Answer:
        """The best set of every auditor at these prices, and the bound that follows."""
        values, leading = self.values(prices)
        earned, chosen = self._sets(values)
        bound = self.offered(prices) - float(earned.sum())
        return Answer(bound - SAFETY * (1 + abs(bound)), earned, chosen & (values > 0), leading)

    def _sets(self, values: Floats) -> tuple[Floats, Bools]:
        """For every auditor the set of audits of greatest value less the points of load above the even one; exact.

        An audit worth more than its whole length in load is always in. Of the others none is worth adding wholly above the even load,
        so a sum below even load + longest audit is enough.
        """
        people = values.shape[1]
        surely: Bools = values > self.weight * self.length[:, None]
        before = (surely * self.length[:, None]).sum(axis=0)
        base = np.where(surely, values, 0).sum(axis=0)
        rest = np.where(surely, 0, np.maximum(values, 0))
        reach = self.even + int(self.length.max(initial=1)) - 1
        sums = np.zeros((people, reach + 1))
        steps = []
        for length in np.unique(self.length[self.possible]):
            rows = np.flatnonzero((self.length == length) & self.possible)
            most = min(len(rows), reach // int(length))
            if most == 0:
                continue
            sub = rest[rows]
            order = np.argpartition(-sub, most - 1, axis=0)[:most]
            top = np.take_along_axis(sub, order, 0)
            rank = np.argsort(-top, axis=0)
            top, order = np.take_along_axis(top, rank, 0).cumsum(axis=0), np.take_along_axis(order, rank, 0)
            better, taken = sums.copy(), np.zeros(sums.shape, dtype=np.int64)
            for n in range(1, most + 1):
                tried = sums[:, : reach + 1 - n * length] + top[n - 1][:, None]
                more = tried > better[:, n * length :] + 1e-9
                better[:, n * length :][more] = tried[more]
                taken[:, n * length :][more] = n
            steps.append((int(length), rows, order, taken))
            sums = better
        net = sums - self.weight * np.maximum(before[:, None] + np.arange(reach + 1)[None, :] - self.even, 0)
        at = net.argmax(axis=1)
        everyone = np.arange(people)
        earned = net[everyone, at] + base
        for length, rows, order, taken in reversed(steps):
            count = taken[everyone, at]
            for n in range(order.shape[0]):
                more = count > n
                surely[rows[order[n, more]], everyone[more]] = True
            at = at - count * length
        return earned, surely

    def regrets(self, prices: Prices) -> tuple[float, Floats]:
        """The bound at these prices, and for every (wish, auditor) by how much it grows at least when the auditor must take part."""
        values, _ = self.values(prices)
        earned, _ = self._sets(values)
        bound = self.offered(prices) - float(earned.sum())
        found = np.full(values.shape, NEVER)
        even = self.even
        for length in np.unique(self.length[self.possible]):
            rows = np.flatnonzero((self.length == length) & self.possible)
            self.even = even - int(length)
            try:
                others = self._forced(values, int(length), even)
            finally:
                self.even = even
            found[rows] = earned[None, :] - (values[rows] + others[None, :])
        return bound - SAFETY * (1 + abs(bound)), np.maximum(found, 0)

    def _forced(self, values: Floats, length: int, even: int) -> Floats:
        """What each auditor earns at most besides an audit of this length, its own points of load included."""
        if even - length >= 0:
            return self._sets(values)[0]
        self.even = 0
        return self._sets(values)[0] - self.weight * (length - even)
