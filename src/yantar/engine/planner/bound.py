"""What no plan can beat: a bound over all candidates, by prices for places in teams (Lagrangian relaxation).

The starts of a wish are put into groups (all together, by the months they fall in, or by week besides). Each group offers a price for a
place in the team, one more for leading, and one for each field that must be covered; each auditor has a price for days in a month that
may be full. Every auditor answers with the set of audits that earns most, its travel, rotation, change and load above the even one paid;
every wish takes the group that is cheapest for it. Whatever the prices, what the wishes offer, less what the auditors earn, less the price
of all room there is, is a valid bound: single days and double booking are dropped, candidates and starts never are. The load is not
relaxed: each auditor's set is found exactly by dynamic programming, so packing audits into an even year is part of the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from yantar.engine.planner.tables import Bools, Floats, Ints, Tables

NEVER = 1e9
STEPS = 4
"""Steps of so many days, at most, are counted."""
SAFETY = 1e-7
"""Share taken off every bound for rounding of floating point numbers."""


class Grain(StrEnum):
    """How finely the starts of a wish are told apart."""

    WHOLE = "whole"
    MONTH = "month"
    WEEK = "week"


@dataclass(frozen=True)
class Prices:
    """By group for a place and for leading, by (group, field) for covering, by (step, auditor, month) for room; never negative.

    Room is counted in whole steps of 1 day, 2 days and so on: of 5 days in a month there is one step of 3, so one audit of 3 days or more.
    """

    place: Floats
    lead: Floats
    cover: Floats
    room: Floats


@dataclass(frozen=True)
class Answer:
    """What the auditors answered to prices."""

    bound: float
    earned: Floats
    """By auditor."""
    chosen: Bools
    """Wishes × auditors."""
    values: Floats
    """Groups × auditors: what a place there is worth, before load."""
    leading: Bools
    """Groups × auditors: where it pays to lead."""
    offered: Floats
    """By group: what the whole audit costs its wish there."""


class Market:
    """Costs of an instance as matrices, and the answers to prices. The same object may not be used by two threads at once."""

    def __init__(self, tables: Tables, grain: Grain) -> None:
        self.tables, self.grain = tables, grain
        wishes, people = len(tables.wishes), len(tables.auditors)
        self.cost = np.full((wishes, people), NEVER)
        self.lead_cost = np.zeros((wishes, people))
        self.size: Ints = np.array([o.size for o in tables.options], dtype=np.int64)
        self.length: Ints = np.array([o.length for o in tables.options], dtype=np.int64)
        self.constant: Floats = np.array([float(o.constant) for o in tables.options])
        self.possible: Bools = np.array([o.possible for o in tables.options], dtype=np.bool_)
        self.weight, self.even = tables.weights.load, tables.even
        self.group_of: list[Ints] = []
        """For each wish the group of each start."""
        wish_of: list[int] = []
        start_cost: list[float] = []
        profiles: list[Ints] = []
        members: list[Bools] = []
        leads: list[Bools] = []
        cover_group: list[int] = []
        covers: list[Bools] = []
        for k, o in enumerate(tables.options):
            self.cost[k, o.people] = o.cost
            self.lead_cost[k, o.people] = o.lead_cost
            groups = self._groups(k)
            self.group_of.append(np.zeros(len(o.days), dtype=np.int64))
            for starts in groups:
                g = len(wish_of)
                self.group_of[k][starts] = g
                wish_of.append(k)
                start_cost.append(float(o.start_cost[starts].min()))
                profiles.append(o.profile[starts].min(axis=0))
                members.append(self._row(people, o.people, o.member[:, starts]))
                leads.append(self._row(people, o.people, o.lead[:, starts]))
                for able in o.covers:
                    cover_group.append(g)
                    covers.append(self._row(people, o.people, able[:, starts]))
        self.wish_of: Ints = np.array(wish_of, dtype=np.int64)
        self.start_cost: Floats = np.array(start_cost)
        self.profile: Ints = np.array(profiles, dtype=np.int64).reshape(-1, tables.months)
        self.member: Bools = np.array(members, dtype=np.bool_).reshape(-1, people)
        self.lead: Bools = np.array(leads, dtype=np.bool_).reshape(-1, people)
        self.cover_group: Ints = np.array(cover_group, dtype=np.int64)
        self.covers: Bools = np.array(covers, dtype=np.bool_).reshape(-1, people)
        self.first_group: Ints = np.searchsorted(self.wish_of, np.flatnonzero(self.possible))
        self.steps = range(1, 1 + min(STEPS, int(tables.capacity.max(initial=1))))
        self.rank: Ints = np.cumsum(self.possible) - 1
        """Number of a possible wish among the possible ones."""

    @staticmethod
    def _row(people: int, rows: Ints, able: Bools) -> Bools:
        row = np.zeros(people, dtype=np.bool_)
        row[rows[able.any(axis=1)]] = True
        return row

    def _groups(self, k: int) -> list[Ints]:
        options = self.tables.options[k]
        if self.grain is Grain.WHOLE or not options.possible:
            return [np.arange(len(options.days))] if options.possible else []
        keys: dict[bytes, list[int]] = {}
        weeks = (options.days[:, 0] - options.days[0, 0]) // 7
        for n, profile in enumerate(options.profile):
            keys.setdefault(profile.tobytes() + (weeks[n].tobytes() if self.grain is Grain.WEEK else b""), []).append(n)
        return [np.array(found) for found in keys.values()]

    def no_prices(self) -> Prices:
        groups = len(self.wish_of)
        room = np.zeros((len(self.steps), len(self.tables.auditors), self.tables.months))
        return Prices(np.zeros(groups), np.zeros(groups), np.zeros(len(self.cover_group)), room)

    def answer(self, prices: Prices) -> Answer:
        """The best set of every auditor at these prices, and the bound that follows."""
        lead_gain = prices.lead[:, None] - self.lead_cost[self.wish_of]
        leading = self.lead & (lead_gain > 0)
        values = prices.place[:, None] - self.cost[self.wish_of]
        values[leading] += lead_gain[leading]
        for j, g in enumerate(self.cover_group):
            if prices.cover[j]:
                values[g] += prices.cover[j] * self.covers[j]
        room = 0.0
        for n, step in enumerate(self.steps):
            if prices.room[n].any():
                values -= (self.profile // step) @ prices.room[n].T
                room += float((prices.room[n] * (self.tables.capacity // step)[:, None]).sum())
        values[~self.member] = -NEVER
        best = np.full(self.cost.shape, -NEVER)
        best[self.possible] = np.maximum.reduceat(values, self.first_group, axis=0) if len(values) else best[self.possible]
        earned, chosen = self._sets(best)
        offered = self.start_cost + prices.place * self.size[self.wish_of] + prices.lead + self.constant[self.wish_of]
        np.add.at(offered, self.cover_group, prices.cover)
        dropped = self.tables.weights.dropped
        taken = np.minimum(np.minimum.reduceat(offered, self.first_group), dropped) if len(offered) else offered
        bound = float(taken.sum()) + dropped * int((~self.possible).sum())
        bound -= float(earned.sum()) + room
        return Answer(bound - SAFETY * (1 + abs(bound)), earned, chosen & (best > 0), values, leading, offered)

    def _sets(self, values: Floats, even: int | None = None) -> tuple[Floats, Bools]:
        """For every auditor the set of audits of greatest value less the points of load above the even one; exact.

        An audit worth more than its whole length in load is always in. Of the others none is worth adding wholly above the even load,
        so a sum below even load + longest audit is enough.
        """
        even = self.even if even is None else even
        people = values.shape[1]
        surely: Bools = values > self.weight * self.length[:, None]
        before = (surely * self.length[:, None]).sum(axis=0)
        base = np.where(surely, values, 0).sum(axis=0)
        rest = np.where(surely, 0, np.maximum(values, 0))
        reach = even + int(self.length.max(initial=1)) - 1
        sums = np.zeros((people, reach + 1))
        steps = []
        for length in (int(n) for n in np.unique(self.length[self.possible])):
            rows = np.flatnonzero((self.length == length) & self.possible)
            most = min(len(rows), reach // length)
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
            steps.append((length, rows, order, taken))
            sums = better
        net = sums - self.weight * np.maximum(before[:, None] + np.arange(reach + 1)[None, :] - even, 0)
        at = net.argmax(axis=1)
        everyone = np.arange(people)
        earned = net[everyone, at] + base
        for length, rows, order, taken in reversed(steps):
            count = taken[everyone, at]
            for n in range(order.shape[0]):
                more = count > n
                surely[rows[order[n, more]], everyone[more]] = True
            at = at - count * length
        # The steps above skip gains of less than 1e-9 each: far within SAFETY.
        return earned, surely

    def regrets(self, prices: Prices) -> Regrets:
        """By how much the bound at these prices grows at least when a candidate, or a start, must be taken."""
        answer = self.answer(prices)
        best = np.full(self.cost.shape, -NEVER)
        best[self.possible] = np.maximum.reduceat(answer.values, self.first_group, axis=0)
        people = np.full(best.shape, NEVER)
        for length in (int(n) for n in np.unique(self.length[self.possible])):
            rows = np.flatnonzero((self.length == length) & self.possible)
            others = self._sets(best, max(0, self.even - length))[0] - self.weight * max(0, length - self.even)
            people[rows] = answer.earned[None, :] - (best[rows] + others[None, :])
        least = np.minimum.reduceat(answer.offered, self.first_group)
        starts = []
        for k, options in enumerate(self.tables.options):
            if not options.possible:
                starts.append(np.zeros(0))
                continue
            groups = self.group_of[k]
            starts.append(answer.offered[groups] - least[self.rank[k]] + options.start_cost - self.start_cost[groups])
        return Regrets(answer.bound, np.maximum(people, 0), starts)


@dataclass(frozen=True)
class Regrets:
    """What prices say of single choices."""

    bound: float
    people: Floats
    """Wishes × auditors."""
    starts: list[Floats]
    """For each wish, by start."""
