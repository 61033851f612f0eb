"""Pictures of savings with the rows of the tables beneath them, the same for the workspace and the portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yantar.qms.procurement.queries.shapes import Bin as Step
from yantar.qms.procurement.queries.shapes import Compared, Group, Sum

from .charts.dumbbell import Move, dumbbell_svg
from .charts.histogram import Bin, histogram_svg
from .charts.quartiles import Strip, quartiles_svg
from .charts.ranked import Ranked, ranked_svg
from .templatetags.savings import exact, said, share_said, shortened

TOP = 10
"""Bars of a picture; the others are one bar together."""
ORDERED = ("year", "band", "bidders")
"""Dimensions that have an order of their own; the others stand by what they saved."""
TITLES: Mapping[str, tuple[Any, Any]] = {
    "year": (gettext_lazy("Savings by year"), gettext_lazy("Year")),
    "buyer": (gettext_lazy("Savings by buyer"), gettext_lazy("Buyer")),
    "method": (gettext_lazy("Savings by method"), gettext_lazy("Method")),
    "band": (gettext_lazy("Savings by price band"), gettext_lazy("Initial price")),
    "bidders": (gettext_lazy("Savings by number of bidders"), gettext_lazy("Bidders")),
    "law": (gettext_lazy("Savings by law"), gettext_lazy("Law")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row beneath a picture: its words, where its procedures are, its sums."""

    label: str
    url: str
    counted: Sum


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its table. `key` is unique on a page."""

    key: str
    title: Any
    heading: Any
    picture: SafeString
    lines: Sequence[Line]
    total: Sum | None = None
    rest: int = 0
    note: Any = ""


def _label(group: Group) -> str:
    return group.title or group.value or str(_("not stated"))


def _together(groups: Sequence[Group], which: str) -> Sum:
    sums = [getattr(group, which) for group in groups]
    return Sum(sum(one.procedures for one in sums), sum((one.baseline for one in sums), Decimal(0)), sum((one.awarded for one in sums), Decimal(0)))


def by_dimension(dimension: str, groups: Sequence[Group], currency: str, drill: str = "", which: str = "e2") -> Chart | None:
    """Savings by one dimension; None where there is nothing or only one group to compare. `drill`: the address of the list of procedures."""
    shown = [group for group in groups if getattr(group, which).procedures]
    if len(shown) < 2:
        return None
    if dimension not in ORDERED:
        shown.sort(key=lambda group: (-getattr(group, which).saved, _label(group)))
    title, heading = TITLES[dimension]
    first, rest = (shown, []) if len(shown) <= TOP + 1 else (shown[:TOP], shown[TOP:])
    bars = [_bar(_label(group), getattr(group, which), currency) for group in first]
    if rest:
        words = ngettext("%(n)s other", "%(n)s others", len(rest)) % {"n": len(rest)}
        bars.append(_bar(words, _together(rest, which), currency, "secondary"))
    klass = {"e1": "E1", "e2": "E2"}[which]
    lines = [Line(_label(group), _to(drill, klass=klass, **{dimension: group.value}), getattr(group, which)) for group in shown]
    return Chart(dimension, title, heading, ranked_svg(bars, str(title)), lines, _together(shown, which), len(rest))


def _to(drill: str, **asked: str) -> str:
    return f"{drill}?{urlencode({name: value for name, value in asked.items() if value})}" if drill else ""


def _bar(label: str, counted: Sum, currency: str, tone: str = "primary") -> Ranked:
    share = share_said(counted.share, 1) if counted.share is not None else ""
    return Ranked(label, float(counted.saved), shortened(counted.saved, currency), share, tone)


def all_dimensions(groups: Mapping[str, Sequence[Group]], currency: str, drill: str = "", which: str = "e2") -> list[Chart]:
    """A picture of every dimension that has something to compare."""
    found = (by_dimension(dimension, groups.get(dimension, ()), currency, drill, which) for dimension in TITLES)
    return [one for one in found if one is not None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A doubtful choice: its words, the figure under it, how far that moves it."""

    title: str
    e1: Mapping[str, Any]
    moved: Decimal
    e2: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How the figure moves; choices that move nothing are only counted."""

    picture: SafeString
    rows: Sequence[Moved]
    still: Sequence[str]


def sensitivity(result: Mapping[str, Any]) -> Sensitivity | None:
    """E1 under each doubtful choice, the strongest first; None where the answer has none."""
    rows = [Moved(said(one["title"]), one["E1"], Decimal(one["moved"]), one["E2"]) for one in result.get("sensitivity", ())]
    if not rows:
        return None
    moving = sorted((one for one in rows if one.moved), key=lambda one: -abs(one.moved))
    currency, base = result["currency"], Decimal(result["E1"]["saved"])
    moves = [Move(one.title, float(one.e1["saved"]), shortened(one.moved, currency, signed=True)) for one in moving]
    picture = dumbbell_svg(float(base), shortened(base, currency), moves, _("How savings (E1) move under each choice")) if moves else SafeString("")
    return Sensitivity(picture, moving, [one.title for one in rows if not one.moved])


@dataclass(frozen=True, slots=True)
class Spread:
    """A step of the distribution in words."""

    label: str
    step: Step
    heavy: bool


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many procedures saved how much of their initial price."""

    picture: SafeString
    rows: Sequence[Spread]


HEAVY = Decimal("0.25")


def _percent(share: Decimal) -> str:
    value = share * 100
    return formats.number_format(value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize(), use_l10n=True).replace(
        "-", "\u2212"
    )


def distribution(steps: Sequence[Step]) -> Distribution | None:
    """The histogram of discounts; None where nothing was counted. Steps without an end are drawn as wide as the others."""
    if not any(step.procedures for step in steps):
        return None
    last = max((place for place, step in enumerate(steps) if step.procedures), default=0)
    # Up to the anti-dumping threshold the axis is always whole; what is empty beyond the last one is left out.
    steps = [step for place, step in enumerate(steps) if place <= last + 1 or (step.stop is not None and step.stop <= HEAVY)]
    inner = [step for step in steps if step.start is not None and step.stop is not None]
    size = inner[0].stop - inner[0].start if inner and inner[0].stop is not None and inner[0].start is not None else Decimal("0.05")
    bins, rows = [], []
    for step in steps:
        start = step.start if step.start is not None else (step.stop or Decimal(0)) - size
        stop = step.stop if step.stop is not None else start + size
        if step.start is None:
            label = _("below %(stop)s %%") % {"stop": _percent(stop)}
        elif step.stop is None:
            label = _("%(start)s %% and more") % {"start": _percent(start)}
        else:
            label = f"{_percent(start)}–{_percent(stop)} %"
        heavy = start >= HEAVY
        bins.append(Bin(float(start * 100), float(stop * 100), step.procedures, label, "warning" if heavy else "danger" if stop <= 0 else "primary"))
        rows.append(Spread(label, step, heavy))
    picture = histogram_svg(bins, _("How many procedures saved how much"), marks=[(25.0, _("anti-dumping 25 %"))] if bins[-1].high > 25 else [])
    return Distribution(picture, rows)


def strips(rows: Sequence[Compared], title: str) -> SafeString:
    """The spread of discounts of authorities, hollow where there are too few procedures."""
    shown = [
        Strip(row.name, row.n, float(row.q1 * 100), float(row.median * 100), float(row.q3 * 100), weak=row.rank is None)
        for row in rows
        if row.q1 is not None and row.median is not None and row.q3 is not None
    ]
    return quartiles_svg(shown, title) if shown else SafeString("")


def sum_said(counted: Sum, currency: str) -> str:
    """A sum for a sentence: `1 822 048 442,46 ₽ (12,12 %)`."""
    share = share_said(counted.share)
    return f"{exact(counted.saved, currency)} ({share})"


def worth_of_bidders(groups: Sequence[Group]) -> SafeString:
    """The share that was saved by number of bidders; empty where nothing is known of them."""
    bars = []
    for group in groups:
        share = group.e2.share
        if share is not None and group.value:
            count = formats.number_format(group.e2.procedures, use_l10n=True, force_grouping=True)
            bars.append(Ranked(_label(group), float(share), share_said(share, 1), f"n = {count}"))
    return ranked_svg(bars, _("Share saved by number of bidders")) if len(bars) > 1 else SafeString("")
