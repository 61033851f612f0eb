"""How well findings are dealt with: the figures of audits.md §6, for whom the viewer answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from yantar.core import clock
from yantar.engine.ageing import BOUNDS, Bucket
from yantar.engine.pareto import ParetoRow, pareto
from yantar.library.causes import load_causes
from yantar.qms.organisation.queries import find_authority, internal_authority_ids, line_of, names_on
from yantar.qms.standards.models import Clause

from ..models import FINAL, Grade, OriginKind, State
from .mirror import EPOCH, GRADES, MIRROR, NO_DAY, ORIGINS, STATES, Columns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

SERIOUS = (Grade.MAJOR, Grade.MINOR)
"""Nonconformities: what time limits and recurrence are counted for."""
NEVER = (State.DRAFT, State.REJECTED, State.CANCELLED)
"""What did not become a finding."""
STAGES = tuple(state for state in State if state not in FINAL and state != State.DRAFT)
BARS = 10
"""Bars of a Pareto chart; the rest is one more."""
KEPT = 200
"""Answers kept while no finding changes."""
REST = ""
"""Key of what is left out of a chart."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What figures are wanted of; empty values leave nothing out. Years are those in which findings were raised, both included."""

    authority: str = ""
    first: int | None = None
    last: int | None = None
    grade: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """`number` of `whole`."""

    number: int
    whole: int

    @property
    def percent(self) -> Fraction | None:
        """In per cent; None of nothing."""
        return Fraction(100 * self.number, self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Stage:
    """A state with the median of days that findings spent in it, all visits together, and of how many findings."""

    state: str
    median: Fraction
    findings: int

    @property
    def label(self) -> str:
        return str(State(self.state).label)


@dataclass(frozen=True, slots=True)
class Year:
    """Findings raised and nonconformities closed in a year."""

    year: int
    raised: int
    closed: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a Pareto table with its words; the key is REST for all that is not shown by itself."""

    key: str
    label: str
    row: ParetoRow


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures on a day.

    `on_time`: closed by the day due in all, of those closed or overdue. `reopened`: nonconformities reopened at least once, of those ever
    closed or reopened. `recurring`: nonconformities that repeat an earlier one. `by_staff`: raised by the staff, of those raised by the staff
    or by audits. `ageing`: open findings by days since they were opened.
    """

    on: date
    raised: int
    open: int
    closed: int
    on_time: Share
    reopened: Share
    recurring: Share
    by_staff: Share
    stages: tuple[Stage, ...]
    ageing: tuple[Bucket, ...]
    years: tuple[Year, ...]
    by_clause: tuple[Bar, ...]
    by_authority: tuple[Bar, ...]
    by_cause: tuple[Bar, ...]


def figures(viewer: Any, asked: Asked) -> Figures:
    """The figures of all authorities whose internals the viewer sees, narrowed by what is asked. Kept until a finding changes."""
    columns, today = MIRROR.columns(), clock.today()
    mine = internal_authority_ids(viewer)
    if asked.authority:
        one = find_authority(asked.authority)
        line = line_of({one.pk}) if one is not None else set()
        mine = line if mine is None else mine & line
    key = (None if mine is None else frozenset(mine), asked, today, get_language())
    found: Figures | None = columns.kept.get(key)
    if found is None:
        if len(columns.kept) >= KEPT:
            columns.kept.clear()
        found = columns.kept[key] = _figures(columns, _chosen(columns, mine, asked), today)
    return found


def years_known(viewer: Any) -> tuple[int, ...]:
    """Years in which something was raised, the latest first."""
    import numpy as np

    columns = MIRROR.columns()
    mine = internal_authority_ids(viewer)
    years = columns["year"] if mine is None else columns["year"][np.isin(columns["authority"], sorted(mine))]
    return tuple(np.flatnonzero(np.bincount(years))[::-1].tolist())


def _among(codes: tuple[str, ...], names: Iterable[str]) -> Mask:
    """By code: whether it is one of the names."""
    import numpy as np

    wanted = set(names)
    return np.array([code in wanted for code in codes])


def _chosen(columns: Columns, authorities: set[int] | None, asked: Asked) -> NDArray[np.intp]:
    """Places of the findings that count."""
    import numpy as np

    chosen = ~_among(STATES, NEVER)[columns["state"]]
    if authorities is not None:
        chosen &= np.isin(columns["authority"], sorted(authorities))
    if asked.first:
        chosen &= columns["year"] >= asked.first
    if asked.last:
        chosen &= columns["year"] <= asked.last
    if asked.grade in GRADES:
        chosen &= columns["grade"] == GRADES.index(asked.grade)
    if asked.source in ORIGINS:
        chosen &= columns["origin"] == ORIGINS.index(asked.source)
    return np.flatnonzero(chosen)


def _figures(columns: Columns, chosen: Any, on: date) -> Figures:
    import numpy as np

    today = (on - EPOCH).days
    of = {name: values[chosen] for name, values in columns.values.items() if name != "pk"}
    state = of["state"]
    is_open = ~_among(STATES, FINAL)[state]
    closed = state == STATES.index(State.CLOSED)
    serious = _among(GRADES, SERIOUS)[of["grade"]]
    judged = (of["due"] != NO_DAY) & (closed | (is_open & (of["due"] < today)))
    ever = serious & (closed | (of["reopened"] > 0))
    staff = _among(ORIGINS, [OriginKind.STAFF])[of["origin"]]
    audits = _among(ORIGINS, [OriginKind.AUDIT, OriginKind.EXTERNAL_AUDIT])[of["origin"]]
    ages = today - np.where(of["opened"] == NO_DAY, of["raised"], of["opened"])[is_open]
    return Figures(
        on=on,
        raised=len(chosen),
        open=int(is_open.sum()),
        closed=int(closed.sum()),
        on_time=Share(int((judged & closed & (of["closed"] <= of["due"])).sum()), int(judged.sum())),
        reopened=Share(int((ever & (of["reopened"] > 0)).sum()), int(ever.sum())),
        recurring=Share(int((serious & (of["repeated"] > 0)).sum()), int(serious.sum())),
        by_staff=Share(int(staff.sum()), int((staff | audits).sum())),
        stages=_stages(columns.spent, chosen),
        ageing=_ageing(np.maximum(ages, 0)),
        years=_years(of["year"], of["ended"][closed]),
        by_clause=_by_clause(of["clause"]),
        by_authority=_by_authority(of["authority"], on),
        by_cause=_by_cause(of["category"], columns.categories),
    )


def _stages(spent: Any, chosen: Any) -> tuple[Stage, ...]:
    import numpy as np

    found = []
    for state in STAGES:
        days = spent[STATES.index(state)][chosen]
        days = days[days >= 0]
        if len(days):
            # A median of whole days is whole or a half.
            found.append(Stage(state, Fraction(round(2 * float(np.median(days))), 2), len(days)))
    return tuple(found)


def _ageing(ages: Any) -> tuple[Bucket, ...]:
    import numpy as np

    numbers = np.bincount(np.searchsorted(BOUNDS, ages, side="left"), minlength=len(BOUNDS) + 1)
    lowers, uppers = [0, *(bound + 1 for bound in BOUNDS)], [*BOUNDS, None]
    return tuple(Bucket(lower, upper, int(number)) for lower, upper, number in zip(lowers, uppers, numbers, strict=True))


def _years(raised: Any, ended: Any) -> tuple[Year, ...]:
    counts = _counted(raised), _counted(ended)
    every = sorted({*counts[0], *counts[1]})
    return tuple(Year(year, counts[0].get(year, 0), counts[1].get(year, 0)) for year in (range(every[0], every[-1] + 1) if every else ()))


def _counted(codes: Any) -> dict[int, int]:
    """How often each code (0 or more) is there."""
    import numpy as np

    numbers = np.bincount(codes)
    present = np.flatnonzero(numbers)
    return dict(zip(present.tolist(), numbers[present].tolist(), strict=True))


def _bars(counts: Mapping[str, int], labels: Mapping[str, str]) -> tuple[Bar, ...]:
    rows = pareto(counts)
    bars = [Bar(row.key, labels.get(row.key, row.key), row) for row in rows[:BARS]]
    if len(rows) > BARS:
        rest = rows[BARS:]
        whole = ParetoRow(REST, sum(row.number for row in rest), sum((row.share for row in rest), Fraction(0)), Fraction(1), rest[0].group)
        bars.append(Bar(REST, "", whole))
    return tuple(bars)


def _by_clause(codes: Any) -> tuple[Bar, ...]:
    counts = _counted(codes[codes > 0])
    numbers: dict[str, int] = {}
    labels: dict[str, str] = {}
    # One clause of several editions is one bar; it is called as in the latest of them.
    for clause in Clause.objects.filter(pk__in=counts).select_related("edition").order_by("edition__order"):
        numbers[clause.number] = numbers.get(clause.number, 0) + counts[clause.pk]
        labels[clause.number] = f"{clause.number} {clause.title}".strip()
    return _bars(numbers, labels)


def _by_authority(codes: Any, on: date) -> tuple[Bar, ...]:
    counts = _counted(codes)
    top = sorted(counts, key=lambda key: (-counts[key], key))[: BARS + 1]
    names = names_on(top, on)
    # Keys of one length, so that equal counts stand in one order.
    keys = {pk: f"{pk:012d}" for pk in counts}
    named = {keys[pk]: names[pk] for pk in top if pk in names}
    bars = _bars({keys[pk]: number for pk, number in counts.items()}, {key: version.name for key, version in named.items()})
    return tuple(Bar(named[bar.key].authority.code if bar.key in named else bar.key, bar.label, bar.row) for bar in bars)


def _by_cause(codes: Any, categories: Mapping[int, str]) -> tuple[Bar, ...]:
    import numpy as np

    keys, numbers = np.unique(codes[codes != 0], return_counts=True)
    counts = {categories[key]: number for key, number in zip(keys.tolist(), numbers.tolist(), strict=True) if key in categories}
    table, language = load_causes(), "en" if get_language() == "en" else "ru"
    return _bars(counts, {code: table.title(code, language) for code in counts})
