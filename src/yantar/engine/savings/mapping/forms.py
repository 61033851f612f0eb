"""The form of a mapping (yantar.mapping/1): how a list that an agency keeps is recognised and which column is what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from ..result import Words
from .fields import FIELDS, GROUPS, NEEDED, FieldKind, RowKind
from .headings import key

FORM: Literal["yantar.mapping/1"] = "yantar.mapping/1"
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_\-]{0,59}$")]
Text = Annotated[str, Field(min_length=1, max_length=300)]
FieldName = Annotated[str, Field(max_length=40, json_schema_extra={"enum": sorted(FIELDS)})]
DateOrder = Literal["ymd", "dmy", "mdy"]
Decimals = Literal["auto", "comma", "point"]
Place = tuple[str | int, ...]
"""Where something stands: names of fields and numbers of elements."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def wrong(code: str, **params: str) -> PydanticCustomError:
    """A problem of our own: a code of library/list_words.yaml with its values."""
    return PydanticCustomError(f"mapping.{code}", "{code}: {said}", {"code": code, "said": ", ".join(params.values()), **params})  # type: ignore[arg-type]


class Column(_Form):
    """A column of the list and the field that it states. A heading may stand in several columns, each with another field."""

    headings: Annotated[tuple[Text, ...], Field(min_length=1, max_length=60, strict=False)]
    """Ways in which the heading is written; case, spaces and signs make no difference."""
    field: FieldName
    required: bool = False
    """Without this column the file is not the one this mapping speaks of."""
    prefix: Annotated[str, Field(max_length=60)] = ""
    """Put before an identifier, so that numbers of different kinds are never taken for each other."""
    words: dict[Text, Annotated[str, Field(max_length=300)]] = Field(default_factory=dict)
    """What the list's words mean here: a word, or a beginning of one that ends in *, and the code it stands for."""
    decimals: Decimals | None = None
    dates: Annotated[tuple[DateOrder, ...], Field(max_length=3, strict=False)] | None = None
    factor: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """Amounts are in units of so many: 1000 for thousands."""

    @model_validator(mode="after")
    def _consistent(self) -> Column:
        spec = FIELDS.get(self.field)
        if spec is None:
            raise wrong("field_unknown", field=self.field)
        if self.words and spec.kind not in (FieldKind.CODE, FieldKind.FLAG, FieldKind.CURRENCY):
            raise wrong("words_not_used", field=self.field)
        if spec.codes and (bad := sorted(set(self.words.values()) - spec.codes - {""})):
            raise wrong("code_unknown", field=self.field, value=bad[0], options=", ".join(sorted(spec.codes)))
        if spec.kind is FieldKind.FLAG and (bad := sorted(set(self.words.values()) - {"yes", "no", ""})):
            raise wrong("code_unknown", field=self.field, value=bad[0], options="yes, no")
        if self.prefix and spec.kind is not FieldKind.ID:
            raise wrong("prefix_not_used", field=self.field)
        if self.factor != 1 and spec.kind is not FieldKind.MONEY:
            raise wrong("factor_not_used", field=self.field)
        return self


class When(_Form):
    """A condition on a field of the same row."""

    field: FieldName
    state: Literal["empty", "filled", "one_of"] = Field(alias="is")
    values: Annotated[tuple[Text, ...], Field(max_length=100, strict=False)] = ()

    @model_validator(mode="after")
    def _known(self) -> When:
        if self.field not in FIELDS:
            raise wrong("field_unknown", field=self.field)
        if (self.state == "one_of") != bool(self.values):
            raise wrong("values_missing", field=self.field)
        return self


class Rule(_Form):
    """Where the condition holds, these fields have these codes, whatever a column or a constant says."""

    when: When
    unless: When | None = None
    """And this does not hold."""
    sets: Annotated[dict[FieldName, Text], Field(min_length=1, alias="set")]


class ListFile(_Form):
    """One file of the list: what a row is, how the file is known, which columns it has."""

    id: Name
    rows: RowKind
    """What one row is. Facts of the procedure are taken from the first row that names it."""
    name_hint: Annotated[str, Field(max_length=100)] = ""
    """Part of the usual name; only decides between files that the headings leave open."""
    joined_to: Name | None = None
    """Id of the file whose procedures these rows belong to; without it these rows make procedures."""
    missing: Words | None = None
    """What can't be said when this file is not given; a file without this text has to be there."""
    encoding: Annotated[str, Field(max_length=40)] = "auto"
    delimiter: Literal["auto", ";", ",", "\t", "|"] = "auto"
    sheet: Annotated[str, Field(max_length=100)] = ""
    """Name of the sheet; empty: the first one with the headings."""
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=200, strict=False)]
    constants: dict[FieldName, Annotated[str, Field(max_length=300)]] = Field(default_factory=dict)
    """Facts of every row of this file, where no column states them."""
    rules: Annotated[tuple[Rule, ...], Field(max_length=50, strict=False)] = ()

    def fields(self) -> set[str]:
        """The fields that columns or constants state."""
        return {column.field for column in self.columns} | set(self.constants)

    @property
    def required(self) -> tuple[Column, ...]:
        """Columns that the file is recognised by."""
        return tuple(column for column in self.columns if column.required)


class Mapping(_Form):
    """How the files of a list are read into the flat tables of procurement."""

    form: Literal["yantar.mapping/1"] = FORM
    id: Name
    version: Annotated[int, Field(ge=1, le=100_000)] = 1
    title: Words
    publisher: Annotated[str, Field(max_length=300)] = ""
    source: Annotated[str, Field(max_length=1000)] = ""
    """Where the list comes from, and what is known of its licence."""
    limits: Annotated[tuple[Words, ...], Field(max_length=30, strict=False)] = ()
    """What a reader of the figures has to know of the list, as that its prices are capped."""
    id_prefix: Annotated[str, Field(max_length=60)] = ""
    """Put before the numbers of procedures."""
    decimals: Decimals = "auto"
    dates: Annotated[tuple[DateOrder, ...], Field(min_length=1, max_length=3, strict=False)] = ("ymd", "dmy")
    nulls: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=60, strict=False)] = ()
    """Words that say that nothing is there, besides empty cells and dashes."""
    files: Annotated[tuple[ListFile, ...], Field(min_length=1, max_length=10, strict=False)]

    @model_validator(mode="after")
    def _consistent(self) -> Mapping:
        found = [InitErrorDetails(type=error, loc=place, input=None) for place, error in consistency(self)]
        if found:
            raise ValidationError.from_exception_data("Mapping", found)
        return self

    def file(self, id_: str) -> ListFile:
        """The file of an id. Raises KeyError."""
        for file in self.files:
            if file.id == id_:
                return file
        raise KeyError(id_)

    def stated(self) -> dict[str, Any]:
        """Plain JSON, as it is stored and published."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"form": self.form, "version": self.version}


def consistency(mapping: Mapping) -> Iterator[tuple[Place, PydanticCustomError]]:
    """What is wrong with a mapping beyond the form of its parts, each with its place; nothing stops at the first."""
    ids = [file.id for file in mapping.files]
    for number, file in enumerate(mapping.files):
        place: Place = ("files", number)
        if ids.index(file.id) != number:
            yield (*place, "id"), wrong("id_twice", value=file.id)
        if file.joined_to is not None and (file.joined_to not in ids or file.joined_to == file.id or mapping.file(file.joined_to).joined_to):
            yield (*place, "joined_to"), wrong("joined_to_nothing", value=file.joined_to)
        if file.joined_to is not None and file.rows == "procedure":
            yield (*place, "rows"), wrong("joined_procedure", value=file.id)
        if file.joined_to is None and file.missing is not None:
            yield (*place, "missing"), wrong("procedures_optional", value=file.id)
        if not file.required:
            yield (*place, "columns"), wrong("nothing_required", value=file.id)
        for inner, error in _of_file(file):
            yield (*place, *inner), error
    if all(file.joined_to for file in mapping.files):
        yield ("files",), wrong("no_procedures")


def _of_file(file: ListFile) -> Iterator[tuple[Place, PydanticCustomError]]:
    allowed = GROUPS[file.rows]
    taken: dict[str, int] = {}
    for number, column in enumerate(file.columns):
        place = ("columns", number, "field")
        if FIELDS[column.field].group not in allowed:
            yield place, wrong("field_not_of_row", field=column.field, rows=file.rows)
        if column.field in taken:
            yield place, wrong("field_twice", field=column.field)
        taken.setdefault(column.field, number)
        if not any(key(heading) for heading in column.headings):
            yield ("columns", number, "headings"), wrong("heading_empty")
    for names in NEEDED[file.rows]:
        if not taken.keys() & set(names):
            yield ("columns",), wrong("field_missing", field=" / ".join(names), rows=file.rows)
    for name, value in file.constants.items():
        yield from _value(("constants", name), name, value, allowed)
    for number, rule in enumerate(file.rules):
        for name, condition in (("when", rule.when), ("unless", rule.unless)):
            if condition is not None and FIELDS[condition.field].group not in allowed:
                yield ("rules", number, name, "field"), wrong("field_not_of_row", field=condition.field, rows=file.rows)
        for name, value in rule.sets.items():
            yield from _value(("rules", number, "set", name), name, value, allowed)


def _value(place: Place, name: str, value: str, allowed: frozenset[Any]) -> Iterator[tuple[Place, PydanticCustomError]]:
    spec = FIELDS.get(name)
    if spec is None:
        yield place, wrong("field_unknown", field=name)
        return
    if spec.group not in allowed:
        yield place, wrong("field_not_of_row", field=name, rows=", ".join(sorted(allowed)))
    options = spec.codes or {FieldKind.FLAG: frozenset({"yes", "no"})}.get(spec.kind, frozenset())
    if spec.kind not in (FieldKind.CODE, FieldKind.FLAG, FieldKind.TEXT, FieldKind.ID, FieldKind.CURRENCY):
        yield place, wrong("constant_not_used", field=name)
    elif options and value not in options | {""}:
        yield place, wrong("code_unknown", field=name, value=value, options=", ".join(sorted(options)))
    elif spec.kind is FieldKind.CURRENCY and not (len(value) == 3 and value.isascii() and value.isupper()):
        yield place, wrong("currency_wrong", value=value)
