"""Strict reading of YAML that people write: every scalar stays text, nothing is guessed, and every problem is collected.

YAML's own guesses would read clause 7.10 as the number 7.1 and `no` as false; here a scalar is text until a field asks for more.
Aliases are refused, so a small file can't unfold into a huge one.
"""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import yaml

from yantar.library.problems import LibraryError, Problem

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 12
MAX_ROWS = 3_000

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_RATIO = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}|/[0-9]{1,6})?")
_KEY = re.compile(r"[\w.+\-]{1,40}")


class Block(dict[str, "Node"]):
    """A YAML mapping with the line on which it, and each of its fields, begins."""

    line: int = 1
    lines: dict[str, int]


Node = str | list["Node"] | Block


def read_yaml(text: str) -> Block:
    """Read one YAML document whose top is a mapping.

    Raises LibraryError when the text is not YAML, is larger than MAX_CHARACTERS, nests deeper than MAX_DEPTH, uses aliases or
    repeats a field.
    """
    if len(text) > MAX_CHARACTERS:
        raise LibraryError([Problem("", "too_large", {"limit": str(MAX_CHARACTERS)})])
    problems: list[Problem] = []
    try:
        documents = list(_documents(yaml.parse(text, Loader=_Loader), problems))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise LibraryError([Problem("", "not_yaml", {"line": str(line), "column": str(column)}, line)]) from error
    if problems:
        raise LibraryError(problems)
    if not documents or documents[0] == "":
        raise LibraryError([Problem("", "empty")])
    if len(documents) > 1:
        raise LibraryError([Problem("", "several_documents")])
    if not isinstance(documents[0], Block):
        raise LibraryError([Problem("", "not_mapping", line=1)])
    return documents[0]


def _documents(events: Iterator[yaml.Event], problems: list[Problem]) -> Iterator[Node]:
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            yield _node(event, events, problems, "", 1)


def _node(event: yaml.NodeEvent, events: Iterator[yaml.Event], problems: list[Problem], where: str, depth: int) -> Node:
    line = _line(event)
    if depth > MAX_DEPTH:
        raise LibraryError([Problem(where, "too_deep", {"limit": str(MAX_DEPTH)}, line)])
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        problems.append(Problem(where, "alias", line=line))
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Node] = []
        while isinstance(inner := next(events), yaml.NodeEvent):
            items.append(_node(inner, events, problems, f"{where}[{len(items) + 1}]", depth + 1))
        return items
    if isinstance(event, yaml.MappingStartEvent):
        block = Block()
        block.line, block.lines = line, {}
        while isinstance(inner := next(events), yaml.NodeEvent):
            name_line = _line(inner)
            name = _node(inner, events, problems, where, depth + 1)
            name = name if isinstance(name, str) else "?"
            value = _node(next(events), events, problems, _join(where, name), depth + 1)  # type: ignore[arg-type]
            if name in block:
                problems.append(Problem(where, "duplicate_field", {"name": name}, name_line))
            block[name], block.lines[name] = value, name_line
        return block
    return getattr(event, "value", "") or ""


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


class Fields:
    """Reads the fields of one mapping by type; what is wrong goes to `problems` and a harmless value is returned instead.

    Call `finish` last: it reports fields that nobody asked for.
    """

    def __init__(self, block: Block, where: str, problems: list[Problem]) -> None:
        self.block = block
        self.where = where
        self.problems = problems
        self._asked: set[str] = set()

    def problem(self, code: str, name: str = "", **params: str) -> None:
        """Note a problem of field `name` (or of the whole mapping)."""
        line = self.block.lines.get(name, self.block.line)
        self.problems.append(Problem(_join(self.where, name) if name else self.where, code, params, line))

    def has(self, name: str) -> bool:
        """Whether the field is present, with whatever value."""
        return name in self.block

    def _missing(self, name: str) -> None:
        self.problems.append(Problem(self.where, "missing_field", {"name": name}, self.block.line))

    def text(self, name: str, *, required: bool = True, limit: int = 300) -> str:
        """One text, trimmed; "" when absent."""
        self._asked.add(name)
        value = self.block.get(name, "")
        if not isinstance(value, str):
            self.problem("not_text", name)
            return ""
        value = value.strip()
        if not value and required:
            self._missing(name)
        if len(value) > limit:
            self.problem("too_long", name, limit=str(limit))
        return value

    def pair(self, stem: str, *, required: bool = True, limit: int = 300) -> tuple[str, str]:
        """The English and the Russian text of `stem`; both or, when not required, neither."""
        english = self.text(f"{stem}_en", required=required, limit=limit)
        russian = self.text(f"{stem}_ru", required=required, limit=limit)
        if not required and bool(english) != bool(russian):
            self.problems.append(Problem(self.where, "half_pair", {"name": stem}, self.block.line))
        return english, russian

    def key(self, name: str, *, required: bool = True) -> str:
        """A short identifier without spaces."""
        value = self.text(name, required=required, limit=40)
        if value and not _KEY.fullmatch(value):
            self.problem("bad_key", name, value=value)
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        """true or false; required when there is no default."""
        value = self.text(name, required=default is None, limit=40)
        if not value:
            return bool(default)
        if value not in ("true", "false"):
            self.problem("not_flag", name, value=value)
        return value == "true"

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A date written as 2026-11-23."""
        value = self.text(name, required=required, limit=40)
        if not value:
            return None
        try:
            if not _DATE.fullmatch(value):
                raise ValueError(value)
            return date.fromisoformat(value)
        except ValueError:
            self.problem("not_date", name, value=value)
            return None

    def integer(self, name: str, *, least: int = 0, required: bool = True) -> int:
        """A whole number of at least `least`."""
        value = self.text(name, required=required, limit=40)
        if not value:
            return least
        if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) < least:
            self.problem("not_integer", name, value=value, least=str(least))
            return least
        return int(value)

    def ratio(self, name: str) -> Fraction:
        """An exact positive number: "0.8", "1/3" or "22"."""
        value = self.text(name, limit=40)
        try:
            number = Fraction(value) if _RATIO.fullmatch(value) else Fraction(0)
        except ZeroDivisionError:
            number = Fraction(0)
        if value and number <= 0:
            self.problem("not_ratio", name, value=value)
        return number or Fraction(1)

    def choice(self, name: str, options: tuple[str, ...], default: str | None = None) -> str:
        """One of `options`."""
        value = self.text(name, required=default is None, limit=40)
        if not value:
            return default if default is not None else options[0]
        if value not in options:
            self.problem("not_choice", name, value=value, options=", ".join(options))
            return options[0]
        return value

    def texts(self, name: str, *, required: bool = False, limit: int = 300) -> tuple[str, ...]:
        """A list of texts; one text alone counts as a list of one."""
        self._asked.add(name)
        value = self.block.get(name, [])
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list):
            self.problem("not_list", name)
            return ()
        result = []
        for item in items:
            if not isinstance(item, str):
                self.problem("not_text", name)
            elif len(item) > limit:
                self.problem("too_long", name, limit=str(limit))
            elif item.strip():
                result.append(item.strip())
        if required and not result:
            self._missing(name)
        return tuple(result)

    def block_of(self, name: str, *, required: bool = False) -> "Fields | None":
        """A nested mapping."""
        self._asked.add(name)
        if name not in self.block:
            if required:
                self._missing(name)
            return None
        value = self.block[name]
        if not isinstance(value, Block):
            self.problem("not_mapping", name)
            return None
        return Fields(value, _join(self.where, name), self.problems)

    def rows(self, name: str, *, required: bool = False) -> list["Fields"]:
        """A list of mappings."""
        self._asked.add(name)
        value = self.block.get(name, [])
        if not isinstance(value, list):
            self.problem("not_list", name)
            return []
        if required and not value:
            self._missing(name)
        if len(value) > MAX_ROWS:
            self.problem("too_many", name, limit=str(MAX_ROWS))
            return []
        result = []
        for index, item in enumerate(value, 1):
            where = f"{_join(self.where, name)}[{index}]"
            if isinstance(item, Block):
                result.append(Fields(item, where, self.problems))
            else:
                self.problems.append(Problem(where, "not_mapping", line=self.block.lines.get(name)))
        return result

    def finish(self) -> None:
        """Report the fields that the format does not know."""
        for name in self.block:
            if name not in self._asked:
                self.problems.append(Problem(self.where, "unknown_field", {"name": name}, self.block.lines.get(name)))
