"""The content of a passport as plain values: its texts and figures by name, its lists as rows; read, compared and written in one way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models

from yantar.qms.organisation.actions.checks import clean_text

from .models import (
    Channel,
    PassportDocument,
    PassportGround,
    PassportIndicator,
    PassportStep,
    PassportVariant,
    ServicePassport,
)

ONE_LINE = ("name_ru", "name_en")
LINES = (
    *("purpose_ru", "purpose_en", "legal_basis_ru", "legal_basis_en", "applicants_ru", "applicants_en", "result_ru", "result_en"),
    *("fee_note_ru", "fee_note_en", "complaint_ru", "complaint_en", "change_note"),
)
FIGURES = ("limit_days", "limit_unit", "registration_days", "waiting_minutes", "fee", "channels", "no_documents")
FIELDS = (*ONE_LINE, *LINES, *FIGURES)
"""What a passport says in its own columns; each may stand in the content that an action is given."""


@dataclass(frozen=True, slots=True)
class RowKind:
    """One list of a passport: its model and the columns of a row besides the texts."""

    name: str
    model: type[models.Model]
    columns: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every column of a row, its texts first."""
        return ("name_ru", "name_en", *self.columns)


ROWS: dict[str, RowKind] = {
    kind.name: kind
    for kind in (
        RowKind("variants", PassportVariant, ("code", "result_ru", "result_en", "limit_days", "limit_unit", "fee")),
        RowKind("documents", PassportDocument, ("source", "holder_ru", "holder_en", "required")),
        RowKind("grounds", PassportGround, ("kind",)),
        RowKind("steps", PassportStep, ("limit_days", "limit_unit")),
        RowKind("indicators", PassportIndicator, ("target",)),
    )
}
"""The lists of a passport by name; rows are mappings with any of `RowKind.all`."""

Content = Mapping[str, Any]
"""Any of FIELDS by name, and any of ROWS with a sequence of mappings; what is not named stays as it is."""


def clean_lines(value: str | None) -> str:
    """Text of several lines: each without outer and doubled spaces, no empty lines."""
    return "\n".join(line for line in (clean_text(one) for one in (value or "").splitlines()) if line)


def put(passport: ServicePassport, content: Content) -> dict[str, list[models.Model]]:
    """Write the content onto an unsaved passport and build the rows it names, unsaved and without a key, by list.

    Raises TypeError for a name that a passport or a row does not have.
    """
    built: dict[str, list[models.Model]] = {}
    for name, value in content.items():
        if name in ROWS:
            built[name] = _rows(ROWS[name], value)
        elif name in FIELDS:
            setattr(passport, name, _cleaned(name, value))
        else:
            raise TypeError(f"a passport has no {name}")
    return built


def _cleaned(name: str, value: Any) -> Any:
    if name in LINES:
        return clean_lines(value)
    if name in ONE_LINE:
        return clean_text(value)
    if name == "channels":
        given = list(dict.fromkeys(value or ()))
        order = list(Channel.values)
        return sorted(given, key=lambda one: order.index(one) if one in order else len(order))
    if name == "fee":
        return _roubles(value)
    return value


def _roubles(value: Any) -> Any:
    return value if value is None else Decimal(value).quantize(Decimal("0.01"))


def _rows(kind: RowKind, given: Iterable[Mapping[str, Any]]) -> list[models.Model]:
    built = []
    for position, one in enumerate(given, 1):
        if unknown := set(one) - set(kind.all):
            raise TypeError(f"a row of {kind.name} has no {', '.join(sorted(unknown))}")
        values = {name: one[name] for name in kind.all if name in one}
        for name, value in values.items():
            if name.endswith(("_ru", "_en")) or name in ("code", "target"):
                values[name] = clean_text(value)
            elif name == "fee":
                values[name] = _roubles(value)
        if kind.name == "variants":
            # A unit says nothing without days.
            values["limit_unit"] = (values.get("limit_unit") or "working") if values.get("limit_days") else ""
        elif kind.name == "steps":
            values["limit_unit"] = values.get("limit_unit") or "working"
        built.append(kind.model(position=position, **values))
    return built


def row_of(kind: RowKind, row: models.Model) -> dict[str, Any]:
    """A row as plain values."""
    return {name: getattr(row, name) for name in kind.all}


def rows_of(passport: ServicePassport, name: str) -> list[models.Model]:
    """The rows of one list in their order; what is prefetched is not asked again."""
    return sorted(getattr(passport, name).all(), key=lambda row: row.position)


def content_of(passport: ServicePassport) -> dict[str, Any]:
    """Everything that a passport says, as `put` takes it. Five queries unless the lists are prefetched."""
    content: dict[str, Any] = {name: getattr(passport, name) for name in FIELDS if name != "change_note"}
    content["channels"] = list(passport.channels)
    for name, kind in ROWS.items():
        content[name] = [row_of(kind, row) for row in rows_of(passport, name)]
    return content


def write_rows(passport: ServicePassport, built: Mapping[str, Sequence[models.Model]]) -> None:
    """Put the built rows in place of those that the draft has; lists that were not named stay. For actions."""
    for name, rows in built.items():
        getattr(passport, name).all().delete()
        for row in rows:
            row.passport = passport  # type: ignore[attr-defined]
        ROWS[name].model._base_manager.bulk_create(rows)
