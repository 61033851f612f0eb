"""What is wrong with a data file: every problem at once, as codes and parameters that a surface words in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


def gettext_noop(message: str) -> str:
    """Mark a message for translation; surfaces translate it when they show it."""
    return message


MESSAGES: dict[str, str] = {
    "not_yaml": gettext_noop("The file is not valid YAML (line %(line)s, column %(column)s)."),
    "too_large": gettext_noop("The file is larger than %(limit)s characters."),
    "too_deep": gettext_noop("The file is nested deeper than %(limit)s levels."),
    "alias": gettext_noop("Anchors and aliases are not allowed: write the value out."),
    "several_documents": gettext_noop("The file holds more than one YAML document."),
    "empty": gettext_noop("The file is empty."),
    "not_mapping": gettext_noop("A list of named fields is expected here."),
    "not_list": gettext_noop("A list is expected here."),
    "not_text": gettext_noop("A text is expected here."),
    "duplicate_field": gettext_noop("The field “%(name)s” is given twice."),
    "unknown_field": gettext_noop("The field “%(name)s” is not known."),
    "missing_field": gettext_noop("The field “%(name)s” is missing or empty."),
    "too_long": gettext_noop("The text is longer than %(limit)s characters."),
    "too_many": gettext_noop("More than %(limit)s rows."),
    "not_flag": gettext_noop("“%(value)s” is not true or false."),
    "not_date": gettext_noop("“%(value)s” is not a date like 2026-11-23."),
    "not_integer": gettext_noop("“%(value)s” is not a whole number of %(least)s or more."),
    "not_ratio": gettext_noop("“%(value)s” is not a number above zero such as 0.8 or 1/3."),
    "not_number": gettext_noop("“%(value)s” is not a number of zero or more."),
    "levels_not_rising": gettext_noop("Each row must lie above the one before: %(value)s does not."),
    "bands_not_falling": gettext_noop("Bands must fall from row to row, down to 0."),
    "level_missing": gettext_noop("Level %(level)s has no row."),
    "bad_word": gettext_noop("“%(value)s” is not a word of the language: letters only, * for any ending."),
    "not_choice": gettext_noop("“%(value)s” is not one of: %(options)s."),
    "bad_key": gettext_noop("“%(value)s” can't be a key: letters, digits and . + - _ only, without spaces."),
    "bad_number": gettext_noop("“%(value)s” is not a clause number such as 8.5.1."),
    "duplicate_number": gettext_noop("Clause %(number)s is listed twice."),
    "parent_missing": gettext_noop("Clause %(number)s has no parent: %(parent)s is not listed."),
    "clause_unknown": gettext_noop("There is no clause %(number)s in this edition."),
    "half_pair": gettext_noop("“%(name)s” is given in one language only; give both Russian and English."),
    "untitled_with_text": gettext_noop("A clause marked as untitled has neither title nor question."),
    "question_not_audited": gettext_noop("A clause that is not audited has no questions."),
    "confirmed_from_memory": gettext_noop("What is from general knowledge can't be marked as confirmed."),
    "base_and_clauses": gettext_noop("An edition built on another one lists changes, not clauses."),
    "alias_with_changes": gettext_noop("An edition with the tree of another one can't change clauses; use overlay_of."),
    "two_bases": gettext_noop("Give tree_of or overlay_of, not both."),
    "base_unknown": gettext_noop("The edition “%(key)s” that this one is built on is not known."),
    "base_cycle": gettext_noop("Edition “%(key)s” is built on itself."),
    "key_taken": gettext_noop("The key “%(key)s” is used twice."),
    "number_exists": gettext_noop("Clause %(number)s exists already; change it instead of adding it."),
    "clause_has_children": gettext_noop("Clause %(number)s can't be removed while %(child)s stays."),
    "bands_not_joined": gettext_noop("The rows of the table must follow each other: expected %(expected)s, found %(found)s."),
    "band_reversed": gettext_noop("The upper bound %(upper)s lies below the lower bound %(lower)s."),
    "days_not_rising": gettext_noop("Days must rise from row to row."),
    "growth_too_small": gettext_noop("The growth must be above 1."),
    "dates_reversed": gettext_noop("%(later)s lies before %(earlier)s."),
    "duplicate_row": gettext_noop("The row %(name)s is listed twice."),
    "missing_row": gettext_noop("The row %(key)s is missing."),
    "weights_not_whole": gettext_noop("The weights add up to %(total)s, not to %(whole)s."),
    "too_high": gettext_noop("At most %(limit)s is possible here."),
}
"""English wording of every problem code, with named parameters; the same strings are the keys of the translations."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `where` is the path in the file (``clauses[3].title_en``), `code` one of MESSAGES, `line` counts from 1."""

    where: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None

    @property
    def message(self) -> str:
        """The problem in English, for logs and developers; surfaces translate ``MESSAGES[code]`` themselves."""
        return MESSAGES[self.code] % self.params


class LibraryError(ValueError):
    """A data file (or several) can't be used; `problems` holds all that was found, never only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        lines = (f"{p.where}{f' (line {p.line})' if p.line else ''}: {p.message}" for p in self.problems)
        super().__init__("\n".join(lines))
