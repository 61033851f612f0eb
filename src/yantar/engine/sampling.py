"""Which sites of a multi-site certificate an audit visits (IAF MD 1), computed in whole numbers and repeatable by anyone.

The part of the sample that the rule leaves to chance is drawn by a public computation: SHA-256 of the seed and the site's identifier,
smallest first. The same seed and sites always give the same sample, whatever the order of the sites, the machine or the version.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isqrt

from yantar.engine.steps import Step, gettext_noop

FACTORS: Mapping[str, tuple[int, int]] = {"initial": (1, 1), "surveillance": (3, 5), "recertification": (4, 5)}
"""Kind of audit → factor of the square root, as numerator and denominator."""

STEP_TEXTS: dict[str, str] = {
    "central": gettext_noop("Central function, at every audit: %(count)s"),
    "group": gettext_noop("Group of sites “%(group)s”: %(sites)s"),
    "root": gettext_noop("Sites without the central function: %(sites)s; %(factor)s × √%(sites)s, rounded up: %(value)s"),
    "raised": gettext_noop("Raised by %(factors)s for stated reasons, at most all sites: %(value)s"),
    "random": gettext_noop("At least 25 %% by chance, rounded up; seed “%(seed)s”: %(value)s"),
    "by_difference": gettext_noop("The rest by differences (never or longest ago visited, then the largest): %(value)s"),
    "all_sites": gettext_noop("Without sampling, every site: %(value)s"),
    "yearly_share": gettext_noop("Without sampling, 30 %% of %(sites)s sites in a calendar year, rounded up: %(value)s"),
    "others_first": gettext_noop("Sites that the surveillance before did not visit come first: %(value)s"),
    "total": gettext_noop("Sites to visit with the central function: %(value)s"),
}
"""English wording of every step code, with named parameters; the same strings are the keys of the translations."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site under the certificate: `personnel` on it, the last audit there (None: never), whether it is the central function.

    Sites of different `group` do different work and are sampled group by group; new sites form a group of their own at first.
    """

    id: str
    personnel: int = 0
    last_visited_on: date | None = None
    is_central: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sites to visit, by identifier: `central` ones, those drawn by chance, those chosen by differences; `steps` say why."""

    kind: str
    method: str
    central: tuple[str, ...]
    random: tuple[str, ...]
    by_difference: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def chosen(self) -> tuple[str, ...]:
        """All sites to visit, the central function first."""
        return self.central + self.random + self.by_difference


def sample_size(kind: str, sites: int, raised_factors: int = 0) -> int:
    """Least number of sites to visit besides the central function: ceil(f × √sites), f = 1, 0.6 or 0.8 by kind of audit.

    `sites` counts without the central function. Each raised factor (size, complaints, earlier findings, …) adds one site, up to all
    of them: IAF MD 1 names no number, so the increase is ours and is to be recorded with its reasons. Raises ValueError for an unknown
    kind or a negative number.
    """
    if sites < 0 or raised_factors < 0:
        raise ValueError("numbers of sites and of raised factors are 0 or more")
    return min(_root_share(kind, sites) + raised_factors, sites)


def _root_share(kind: str, sites: int) -> int:
    try:
        numerator, denominator = FACTORS[kind]
    except KeyError:
        raise ValueError(f"unknown kind of audit: {kind}") from None
    square = numerator * numerator * sites
    root = isqrt(square)
    root += root * root < square
    return -(-root // denominator)


def choose_sample(kind: str, sites: Sequence[Site], seed: str | int, raised_factors: int = 0) -> Sample:
    """The sample of one audit by IAF MD 1: central function always, a quarter (rounded up) by chance, the rest by differences.

    Differences (our design): sites never visited come first, then those visited longest ago, then those with more personnel. The formula
    is applied to each group of sites and the results are added; `raised_factors` counts in every group. Give each audit a seed of its own
    (for example certificate number and year). Raises ValueError for an unknown kind, no central function, or repeated identifiers.
    """
    central, groups = _grouped(sites)
    steps = [Step("central", {"count": str(len(central))}, str(len(central)))]
    drawn: list[str] = []
    rest: list[str] = []
    for name in sorted(groups):
        members = groups[name]
        total = len(members)
        if len(groups) > 1:
            steps.append(Step("group", {"group": name, "sites": str(total)}, str(total)))
        base, size = _root_share(kind, total), sample_size(kind, total, raised_factors)
        factor = "{}/{}".format(*FACTORS[kind]) if FACTORS[kind][1] > 1 else "1"
        steps.append(Step("root", {"sites": str(total), "factor": factor, "value": str(base)}, str(base)))
        if raised_factors:
            steps.append(Step("raised", {"factors": str(raised_factors), "value": str(size)}, str(size)))
        by_chance = -(-size // 4)
        lot = sorted(members, key=lambda site: _draw(seed, site))[:by_chance]
        left = sorted(set(members).difference(lot), key=_difference(seed))[: size - by_chance]
        drawn += [site.id for site in lot]
        rest += [site.id for site in left]
        steps.append(Step("random", {"seed": str(seed), "value": str(by_chance)}, str(by_chance)))
        steps.append(Step("by_difference", {"value": str(len(left))}, str(len(left))))
    return _sample(kind, "sampling", central, drawn, rest, steps)


def choose_without_sampling(kind: str, sites: Sequence[Site], seed: str | int = "", visited_before: Collection[str] = frozenset()) -> Sample:
    """The sites of one audit when they do different work and can't stand for each other (IAF MD 1, method without sampling).

    Initial and recertification audits visit every site; the surveillance of a calendar year visits 30 % of them, rounded up, and the
    central function. `visited_before`: identifiers visited by the other surveillance of the cycle; they come last. Within that, the
    order is that of `choose_sample`'s differences; the seed only settles ties. Raises ValueError like `choose_sample`.
    """
    central, groups = _grouped(sites)
    if kind not in FACTORS:
        raise ValueError(f"unknown kind of audit: {kind}")
    members = [site for name in sorted(groups) for site in groups[name]]
    steps = [Step("central", {"count": str(len(central))}, str(len(central)))]
    if kind != "surveillance":
        steps.append(Step("all_sites", {"value": str(len(members))}, str(len(members))))
        return _sample(kind, "all_sites", central, [], sorted(site.id for site in members), steps)
    size = -(-3 * len(members) // 10)
    order = _difference(seed)
    ranked = sorted(members, key=lambda site: (site.id in visited_before, *order(site)))[:size]
    steps.append(Step("yearly_share", {"sites": str(len(members)), "value": str(size)}, str(size)))
    fresh = sum(site.id not in visited_before for site in ranked)
    if visited_before:
        steps.append(Step("others_first", {"value": str(fresh)}, str(fresh)))
    return _sample(kind, "without_sampling", central, [], [site.id for site in ranked], steps)


def _grouped(sites: Sequence[Site]) -> tuple[list[str], dict[str, list[Site]]]:
    if len({site.id for site in sites}) != len(sites):
        raise ValueError("every site needs an identifier of its own")
    central = sorted(site.id for site in sites if site.is_central)
    if not central:
        raise ValueError("no site is the central function")
    groups: dict[str, list[Site]] = {}
    for site in sites:
        if not site.is_central:
            groups.setdefault(site.group, []).append(site)
    return central, groups


def _draw(seed: str | int, site: Site) -> tuple[str, str]:
    return hashlib.sha256(f"{seed}\n{site.id}".encode()).hexdigest(), site.id


def _difference(seed: str | int) -> Callable[[Site], tuple[bool, date, int, tuple[str, str]]]:
    def order(site: Site) -> tuple[bool, date, int, tuple[str, str]]:
        return site.last_visited_on is not None, site.last_visited_on or date.min, -site.personnel, _draw(seed, site)

    return order


def _sample(kind: str, method: str, central: list[str], drawn: list[str], rest: list[str], steps: list[Step]) -> Sample:
    total = str(len(central) + len(drawn) + len(rest))
    steps.append(Step("total", {"value": total}, total))
    return Sample(kind, method, tuple(central), tuple(drawn), tuple(rest), tuple(steps))
