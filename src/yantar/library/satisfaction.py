"""What citizens rate and on which scale, when a figure is shown, and the dimensions of SERVQUAL."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

from yantar.library.digests import with_digest
from yantar.library.editions import LONG
from yantar.library.problems import LibraryError, Problem
from yantar.library.reading import Fields
from yantar.library.tables import close_table, open_table, unique

MOST_STEPS = 11
"""A scale of 0 to 10 is the longest that people are asked to use."""
POINTS = 100
"""Weights of the dimensions split so many points."""


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """One value of the scale in words."""

    value: int
    title_en: str
    title_ru: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Values that follow each other; from `satisfied_from` on a citizen counts as satisfied, up to `dissatisfied_to` as dissatisfied."""

    steps: tuple[ScaleStep, ...]
    satisfied_from: int
    dissatisfied_to: int
    confirmed: bool

    @property
    def least(self) -> int:
        """The worst value."""
        return self.steps[0].value

    @property
    def most(self) -> int:
        """The best value."""
        return self.steps[-1].value


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is rated; `key` is what ratings keep. Not `confirmed`: from general knowledge."""

    key: str
    title_en: str
    title_ru: str
    question_en: str
    question_ru: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Goal:
    """A share of satisfied citizens that was set as a goal for a year."""

    share: Fraction
    by_year: int
    title_en: str
    title_ru: str
    confirmed: bool
    source: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of SERVQUAL: number of its pairs of statements and its part of 100 points."""

    key: str
    items: int
    weight: int
    title_en: str
    title_ru: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class SatisfactionRules:
    """All about ratings. `z` is the quantile of the normal distribution that belongs to `confidence`. A figure is shown from
    `shown_from` ratings on and takes part in a ranking from `ranked_from` on.
    """

    scale: Scale
    criteria: tuple[Criterion, ...]
    confidence: Fraction
    z: Fraction
    shown_from: int
    ranked_from: int
    goal: Goal | None
    dimensions: tuple[Dimension, ...]
    source: tuple[str, ...]
    checked_on: date
    digest: str = ""

    def criterion(self, key: str) -> Criterion:
        """The criterion of this key; KeyError for an unknown one."""
        return {criterion.key: criterion for criterion in self.criteria}[key]


def parse_satisfaction(text: str) -> SatisfactionRules:
    """Read the rules of ratings; raises LibraryError with everything wrong in the file."""
    top, source, checked_on = open_table(text)
    scale, criteria = _scale(top), _criteria(top)
    confidence, z, shown_from, ranked_from = Fraction(1), Fraction(1), 1, 1
    if (block := top.block_of("interval", required=True)) is not None:
        confidence, z = block.ratio("confidence"), block.ratio("z")
        if confidence >= 1 and block.has("confidence"):
            block.problem("too_high", "confidence", limit="0.999999")
        block.finish()
    if (block := top.block_of("thresholds", required=True)) is not None:
        shown_from, ranked_from = block.integer("shown_from", least=1), block.integer("ranked_from", least=1)
        if ranked_from < shown_from:
            block.problem("levels_not_rising", "ranked_from", value=str(ranked_from))
        block.finish()
    goal, dimensions = _goal(top), _dimensions(top)
    close_table(top)
    return with_digest(SatisfactionRules(scale, criteria, confidence, z, shown_from, ranked_from, goal, dimensions, source, checked_on))


def _scale(top: Fields) -> Scale:
    steps: list[ScaleStep] = []
    satisfied, dissatisfied, confirmed = 0, 0, False
    if (block := top.block_of("scale", required=True)) is not None:
        satisfied, dissatisfied, confirmed = block.integer("satisfied_from"), block.integer("dissatisfied_to"), block.flag("confirmed")
        for row in block.rows("steps", required=True):
            step = ScaleStep(row.integer("value"), *row.pair("title"))
            if steps and step.value != steps[-1].value + 1:
                row.problem("bands_not_joined", "value", expected=str(steps[-1].value + 1), found=str(step.value))
            steps.append(step)
            row.finish()
        if len(steps) > MOST_STEPS:
            block.problem("too_high", "steps", limit=str(MOST_STEPS))
        values = {step.value for step in steps}
        for name, value in (("satisfied_from", satisfied), ("dissatisfied_to", dissatisfied)):
            if values and value not in values:
                block.problem("level_missing", name, level=str(value))
        if satisfied <= dissatisfied:
            block.problem("levels_not_rising", "satisfied_from", value=str(satisfied))
        block.finish()
    return Scale(tuple(steps), satisfied, dissatisfied, confirmed)


def _criteria(top: Fields) -> tuple[Criterion, ...]:
    criteria, seen = [], set[str]()
    for row in top.rows("criteria", required=True):
        criteria.append(Criterion(row.key("key"), *row.pair("title"), *row.pair("question"), confirmed=row.flag("confirmed")))
        unique(row, criteria[-1].key, seen)
        row.finish()
    return tuple(criteria)


def _goal(top: Fields) -> Goal | None:
    if (row := top.block_of("goal")) is None:
        return None
    share, by_year, title = row.ratio("share"), row.integer("by_year", least=1992), row.pair("title")
    if share > 1:
        row.problem("too_high", "share", limit="1")
    goal = Goal(share, by_year, *title, confirmed=row.flag("confirmed"), source=row.text("source", limit=LONG))
    row.finish()
    return goal


def _dimensions(top: Fields) -> tuple[Dimension, ...]:
    dimensions, seen = [], set[str]()
    for row in top.rows("dimensions", required=True):
        items, weight = row.integer("items", least=1), row.integer("weight", least=1)
        dimensions.append(Dimension(row.key("key"), items, weight, *row.pair("title"), confirmed=row.flag("confirmed")))
        unique(row, dimensions[-1].key, seen)
        row.finish()
    total = sum(dimension.weight for dimension in dimensions)
    if dimensions and total != POINTS:
        top.problem("weights_not_whole", "dimensions", total=str(total), whole=str(POINTS))
    return tuple(dimensions)


@lru_cache(maxsize=1)
def load_satisfaction() -> SatisfactionRules:
    """The rules that ship; read once. Raises LibraryError."""
    path = files("yantar.library") / "satisfaction.yaml"
    try:
        return parse_satisfaction(path.read_text(encoding="utf-8"))
    except LibraryError as error:
        raise LibraryError([Problem(f"{path.name}: {p.where}", p.code, p.params, p.line) for p in error.problems]) from error
