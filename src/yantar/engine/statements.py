"""Is a finding well stated, and which grade suggests itself (audits.md §4).

A nonconformity says what is required, what was seen (what, where, when), and in one sentence what is missing. The words that make it
vague are data of the library. What a machine can't know for sure is only a hint; people decide.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Protocol

from yantar.engine.steps import gettext_noop


class _Words(Protocol):
    @property
    def language(self) -> str: ...
    @property
    def vague(self) -> tuple[str, ...]: ...
    @property
    def when(self) -> tuple[str, ...]: ...
    @property
    def where(self) -> tuple[str, ...]: ...


class WordsTable(Protocol):
    """Words by language, in small letters; "*" stands for any ending."""

    @property
    def languages(self) -> Sequence[_Words]: ...


class Weight(StrEnum):
    """`REJECT`: the statement can't be issued so; `HINT`: worth a second look."""

    REJECT = "reject"
    HINT = "hint"


class StatementProblem(NamedTuple):
    """One thing wrong with `field` ("requirement", "evidence" or "gap"); `word` stands at `start` to `end` of its text, -1 for none."""

    field: str
    code: str
    weight: Weight
    word: str = ""
    start: int = -1
    end: int = -1


PROBLEM_TEXTS: dict[str, str] = {
    "requirement_missing": gettext_noop("Name the requirement."),
    "evidence_missing": gettext_noop("Say what was seen."),
    "gap_missing": gettext_noop("Say in one sentence what is missing."),
    "vague_word": gettext_noop("“%(word)s” is too vague for a nonconformity: say how often, how much or what exactly."),
    "no_clause": gettext_noop("The requirement names no clause or item."),
    "no_where": gettext_noop("The evidence does not seem to say where it was seen."),
    "no_when": gettext_noop("The evidence does not seem to say when it was seen or from which day the record is."),
    "no_what": gettext_noop("The evidence does not seem to name a record, a number or a quotation."),
    "several_sentences": gettext_noop("The gap is said in several sentences; one is enough."),
    "gap_repeats_evidence": gettext_noop("The gap repeats the evidence; say what it means for the requirement."),
}
"""English wording of every problem code; the same strings are the keys of the translations."""

NONCONFORMITIES = frozenset({"major", "minor"})
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|„[^„“”]*[“”]|\"[^\"]*\"")
_CLAUSE = re.compile(r"(?<![\d.])\d{1,2}(?:\.\d{1,2}){1,4}(?![\d.]*\d)")
_ITEM = re.compile(r"\b(?:п\.|пп\.|пункт\w*|ст\.|стать\w+|част[ьи]|clause|item|article|section|§)\s*\d", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}(?:-\d{2})?|(?:19|20)\d{2})(?!\d)|(?<!\d)[0-2]?\d:[0-5]\d(?!\d)")
_SENTENCE_END = re.compile(r"[.!?…]+[»”\")]*\s+(?=[A-ZА-ЯЁ«“\"])")
# A full stop after these closes an abbreviation, not a sentence.
_ABBREVIATED = re.compile(r"(?:^|[\s(«“])(?:п|пп|ст|стр|г|гг|им|ул|д|каб|тел|руб|т|см|No|Mr|Mrs|Ms|Dr|cf|vs|e\.g|i\.e|[A-ZА-ЯЁ])\.$")


def check(
    requirement: str,
    evidence: str,
    gap: str,
    *,
    grade: str,
    words: WordsTable,
    known: Collection[str] = (),
) -> tuple[StatementProblem, ...]:
    """Everything that is wrong with a statement, in the order of the fields and of the words in them; empty when all is well.

    For a nonconformity ("major", "minor") all three fields must be filled and a vague word is rejected, in the gap and in the evidence
    except where it is quoted: what somebody said stays as it was said. The wording of the requirement is not judged, a standard
    may say "should". For other grades only an empty gap is rejected. `known`: what need not be read from the text because it is
    recorded beside it: "clause", "what", "where", "when". Every language of `words` is looked for, as statements mix them.
    """
    found: list[StatementProblem] = []
    strict = grade in NONCONFORMITIES
    for name, text in (("requirement", requirement), ("evidence", evidence), ("gap", gap)):
        # A requirement recorded as a clause needs no second wording.
        if not text.strip() and (strict or name == "gap") and not (name == "requirement" and "clause" in known):
            found.append(StatementProblem(name, f"{name}_missing", Weight.REJECT))
    if not strict:
        return tuple(found)
    if requirement.strip() and "clause" not in known and not (_CLAUSE.search(requirement) or _ITEM.search(requirement)):
        found.append(StatementProblem("requirement", "no_clause", Weight.HINT))
    found += vague_words("evidence", evidence, words)
    if evidence.strip():
        seen = {"what": _says_what(evidence), "where": _any(words, "where", evidence), "when": _says_when(evidence, words)}
        found += [StatementProblem("evidence", f"no_{part}", Weight.HINT) for part, said in seen.items() if not said and part not in known]
    found += vague_words("gap", gap, words)
    if len(sentences(gap)) > 1:
        found.append(StatementProblem("gap", "several_sentences", Weight.HINT))
    if gap.strip() and _plain(gap) == _plain(evidence):
        found.append(StatementProblem("gap", "gap_repeats_evidence", Weight.HINT))
    return tuple(found)


def vague_words(field: str, text: str, words: WordsTable) -> list[StatementProblem]:
    """Vague words of every language in `text`, in order, quotations left out. Each is given as it stands in the text."""
    hidden = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    spans: dict[int, int] = {}
    for language in words.languages:
        for match in _pattern(language.vague).finditer(_folded(hidden)):
            spans[match.start()] = max(match.end(), spans.get(match.start(), 0))
    return [StatementProblem(field, "vague_word", Weight.REJECT, text[start:end], start, end) for start, end in sorted(spans.items())]


def sentences(text: str) -> list[str]:
    """The sentences of a text; abbreviations such as "п." or "e.g." end none."""
    result, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        end = match.start() + len(match[0].rstrip())
        if not _ABBREVIATED.search(text[start : match.start() + 1]):
            result.append(text[start:end].strip())
            start = match.end()
    return [part for part in (*result, text[start:].strip()) if part]


def _folded(text: str) -> str:
    """Small letters of the same length as `text`, with ё as е: people write both."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text).replace("ё", "е")


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", _folded(text)))


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words as a whole word, the longest first; blanks in them may be any blank."""
    parts = []
    for word in sorted(words, key=lambda word: (-len(word), word)):
        stem = _folded(word.removesuffix("*"))
        parts.append(r"\s+".join(re.escape(part) for part in stem.split()) + (r"[^\W\d_]*" if word.endswith("*") else ""))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])")


def _any(words: WordsTable, kind: str, text: str) -> bool:
    folded = _folded(text)
    return any(_pattern(getattr(language, kind)).search(folded) for language in words.languages)


def _says_when(text: str, words: WordsTable) -> bool:
    return bool(_DAY.search(text)) or _any(words, "when", text)


def _says_what(text: str) -> bool:
    """A number that is no date, a quotation, or the sign of a number names something that can be found again."""
    without_days = _DAY.sub(" ", text)
    return bool(re.search(r"\d|№", without_days) or _QUOTED.search(text))


class GradeAnswers(NamedTuple):
    """What the person who grades says. `repeated`: in how many of the last audits the same minor finding was raised, this one aside."""

    breach: bool = False
    not_applied_as_system: bool = False
    right_broken: bool = False
    certificate_at_risk: bool = False
    repeated: int = 0
    limited_effect: bool = True
    risk: bool = False
    good_practice: bool = False
    can_be_better: bool = False


class _Repeats(Protocol):
    @property
    def repeats(self) -> int: ...


class GradeSuggestion(NamedTuple):
    """The grade that suggests itself and the codes of the reasons, the deciding ones only."""

    grade: str
    why: tuple[str, ...]


WHY_TEXTS: dict[str, str] = {
    "not_applied_as_system": gettext_noop("The requirement is missing or not applied as a system"),
    "right_broken": gettext_noop("A citizen's right was broken"),
    "certificate_at_risk": gettext_noop("The certificate is at risk"),
    "repeated": gettext_noop("The same minor nonconformity was found again and again in the last audits"),
    "effect_not_limited": gettext_noop("The requirement was broken and the effect is not limited"),
    "single_lapse": gettext_noop("A single lapse with limited effect"),
    "risk_without_breach": gettext_noop("There is a risk, but nothing was broken"),
    "can_be_better": gettext_noop("Nothing was broken, but it can be done better"),
    "good_practice": gettext_noop("Done better than required"),
    "conforms": gettext_noop("The requirement is met"),
}
"""English wording of the codes of `GradeSuggestion.why`; the same strings are the keys of the translations."""


def suggest_grade(answers: GradeAnswers, rules: _Repeats) -> GradeSuggestion:
    """The grade by audits.md §4: any of the four weighty reasons makes a major; a single lapse with limited effect is a minor; a risk
    without a breach an observation; without either an opportunity, a strength or conformity.

    A breach whose effect is not limited is none of these in the rule's own words; we suggest a major (design). What repeats
    counts only where something was broken again.
    """
    weighty = {
        "not_applied_as_system": answers.not_applied_as_system,
        "right_broken": answers.right_broken,
        "certificate_at_risk": answers.certificate_at_risk,
        "repeated": answers.breach and answers.repeated >= rules.repeats,
        "effect_not_limited": answers.breach and not answers.limited_effect,
    }
    if why := tuple(code for code, holds in weighty.items() if holds):
        return GradeSuggestion("major", why)
    mild: Mapping[str, tuple[bool, str]] = {
        "minor": (answers.breach, "single_lapse"),
        "observation": (answers.risk, "risk_without_breach"),
        "ofi": (answers.can_be_better, "can_be_better"),
        "strength": (answers.good_practice, "good_practice"),
    }
    for grade, (holds, code) in mild.items():
        if holds:
            return GradeSuggestion(grade, (code,))
    return GradeSuggestion("conform", ("conforms",))


class _Escalates(Protocol):
    @property
    def escalate_from(self) -> int: ...


def to_be_escalated(recurrences: int, last_effective: bool | None, rules: _Escalates) -> bool:
    """Whether a finding that keeps coming back goes to the head: too many recurrences, or the last corrective action was not effective.

    `last_effective`: None when no effect was judged yet.
    """
    return recurrences >= rules.escalate_from or (recurrences > 0 and last_effective is False)
