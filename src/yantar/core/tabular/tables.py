"""Tables declared as data: what columns they have, what may stand in them, how offices call them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import get_language

Kind = Literal["text", "date", "int", "decimal", "choice", "bool", "code", "inn", "ogrn"]

SERVICE_SHEETS = {"пояснения", "списки", "notes", "lists", "help"}
"""Sheets of our own templates that are no tables, by their heading key."""

_NOT_WORD = re.compile(r"[\W_]+")


def heading_key(text: str) -> str:
    """What spellings of one heading share: letters and digits only, without case, ё as е."""
    return _NOT_WORD.sub("", text.casefold().replace("ё", "е"))


def in_russian() -> bool:
    """Whether the reader's language is Russian."""
    return (get_language() or "ru").startswith("ru")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a cell of a choice may have: its key in the system and its words."""

    key: str
    ru: str
    en: str
    aliases: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The word in the reader's language."""
        return self.ru if in_russian() else self.en

    @property
    def words(self) -> set[str]:
        return {heading_key(word) for word in (self.key, self.ru, self.en, *self.aliases)}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the first of its titles in a language heads it in templates and exports, all of them are recognised.

    `max_length` counts characters of text; `least` and `most` bound numbers; `places` are decimal places.
    `example` is shown in the template. `clearable`: a lone dash in a cell empties what is recorded (an empty
    cell leaves it).
    """

    key: str
    ru: str
    en: str
    kind: Kind = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False
    choices: tuple[Choice, ...] = ()
    max_length: int = 0
    least: float | None = None
    most: float | None = None
    places: int = 6
    multiline: bool = False
    help_ru: str = ""
    help_en: str = ""
    example_ru: str = ""
    example_en: str = ""
    width: int = 20
    clearable: bool = True

    @property
    def title(self) -> str:
        """The heading in the reader's language."""
        return self.ru if in_russian() else self.en

    @property
    def help(self) -> str:
        return self.help_ru if in_russian() else self.help_en

    @property
    def example(self) -> str:
        return self.example_ru if in_russian() else (self.example_en or self.example_ru)

    @property
    def keys(self) -> set[str]:
        """The heading keys that mean this column."""
        return {heading_key(title) for title in (self.key, self.ru, self.en, *self.aliases)}


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: sheet titles by which it is known, and its columns.

    `list_column`: a sheet without headings and with one filled column is taken as a list of this column's values, from the
    first one that `list_accepts` (titles stand above). `is_group`: a lone cell of a row that groups the rows
    beneath it and is no row itself.
    """

    key: str
    ru: str
    en: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()
    list_column: str = ""
    list_accepts: Callable[[str], bool] = field(default=lambda text: True)
    is_group: Callable[[str], bool] = field(default=lambda text: False)

    @property
    def title(self) -> str:
        """The name of the sheet in the reader's language."""
        return self.ru if in_russian() else self.en

    def knows_sheet(self, name: str) -> bool:
        """Whether a sheet of this name is this table."""
        return heading_key(name) in {heading_key(title) for title in (self.key, self.ru, self.en, *self.aliases)}

    def column(self, key: str) -> Column:
        """The column of a key. Raises KeyError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    @property
    def required(self) -> list[Column]:
        return [column for column in self.columns if column.required]
