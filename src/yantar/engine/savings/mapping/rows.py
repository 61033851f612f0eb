"""One row of a list to rows of the flat tables: columns read, constants and rules applied, parties named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from .fields import FIELDS, FieldKind
from .forms import ListFile, Rule, When
from .forms import Mapping as ListMapping
from .headings import key, keys
from .values import REPAIRED, Reader, Unsaved

TOTALS = ("итого", "всего", "total", "grandtotal")
"""Beginnings of words that stand in place of a number in rows of sums."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a file stand: `places` by the number of the mapping's column; the header's line, its width, its keys."""

    file: ListFile
    header: int
    width: int
    places: Mapping[int, int]
    keys: tuple[str, ...]
    unread: tuple[str, ...] = ()
    """Headings that no column of the mapping takes."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields whose column is not there."""
        return tuple(column.field for number, column in enumerate(self.file.columns) if number not in self.places)


def layout_of(file: ListFile, line: int, cells: Sequence[Any]) -> Layout | None:
    """The layout that a row of cells is the header of, or None: some required column is missing."""
    found = keys(cells)
    if not any(found):
        return None
    places: dict[int, int] = {}
    for number, column in enumerate(file.columns):
        for heading in column.headings:
            if (wanted := key(heading)) and wanted in found:
                places[number] = found.index(wanted)
                break
    if any(column.required and number not in places for number, column in enumerate(file.columns)):
        return None
    width = max(position for position, one in enumerate(found) if one) + 1
    taken = set(places.values())
    unread = tuple(str(cells[position]).strip() for position, one in enumerate(found) if one and position not in taken)
    return Layout(file, line, width, places, tuple(found), unread)


class Said(NamedTuple):
    """Something to be said of a cell."""

    field: str
    value: str
    reason: str


@dataclass(slots=True)
class Parsed:
    """A row as fields and values. `rejected`: why it can't be used at all ("": it can)."""

    values: dict[str, Any]
    said: list[Said]
    rejected: str = ""
    stated: frozenset[str] = frozenset()
    """Fields that a column of this row states (not a constant or a rule)."""


class Parser:
    """Reads the rows of one file."""

    def __init__(self, mapping: ListMapping, layout: Layout, *, csv: bool, epoch_1904: bool = False) -> None:
        file = layout.file
        self.mapping, self.layout, self.file, self.csv = mapping, layout, file, csv
        currency = file.constants.get("currency", "")
        stated = any(file.columns[number].field == "currency" for number in layout.places)
        self.columns = [
            (place, column.field, Reader(mapping, column, "" if stated else currency, epoch_1904=epoch_1904))
            for number, column in enumerate(file.columns)
            if (place := layout.places.get(number)) is not None
        ]
        self.id_place = next(place for place, name, _reader in self.columns if name == "procedure_id")
        self.last = max(place for place, _name, _reader in self.columns)
        self.constants = {name: _constant(name, value) for name, value in file.constants.items() if value}
        self.rules: tuple[Rule, ...] = file.rules

    def __call__(self, cells: Sequence[Any], reason: str = "") -> Parsed:
        """The fields of a row of cells; `reason`: why the row is no whole record."""
        if reason:
            return Parsed({}, [], reason)
        if self.csv and len(cells) != self.layout.width:
            if len(cells) <= self.last:
                return Parsed({}, [], "row_short")
            if any(cell.strip() for cell in cells[self.layout.width :]):
                return Parsed({}, [], "row_long")
        if self._heading_again(cells):
            return Parsed({}, [], "heading_again")
        values: dict[str, Any] = {}
        said: list[Said] = []
        for place, name, reader in self.columns:
            cell = cells[place] if place < len(cells) else None
            value, why = reader(cell)
            if why:
                said.append(Said(name, shown(cell), why))
            if value is not None:
                values[name] = value
        number = values.get("procedure_id")
        if number is None or key(str(number)).startswith(TOTALS):
            why = "total_row" if number is not None or _has_total(cells) else next((s.reason for s in said if s.field == "procedure_id"), "no_id")
            return Parsed(values, said, "digits_lost_id" if why == "digits_lost" else "no_id" if why in REPAIRED else why)
        stated = frozenset(values)
        for name, value in self.constants.items():
            values.setdefault(name, value)
        for rule in self.rules:
            if _holds(rule.when, values) and not (rule.unless and _holds(rule.unless, values)):
                values.update({name: _constant(name, value) for name, value in rule.sets.items()})
        return Parsed(values, said, "", stated)

    def _heading_again(self, cells: Sequence[Any]) -> bool:
        cell = cells[self.id_place] if self.id_place < len(cells) else None
        # Only the cell of the number is looked at first: a header within the list is rare.
        return (
            isinstance(cell, str)
            and key(cell) == self.layout.keys[self.id_place]
            and tuple(keys(cells))[: self.layout.width] == self.layout.keys[: self.layout.width]
        )


def shown(cell: Any) -> str:
    """A cell as it is kept in the quarantine: at most 200 characters."""
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        cell = cell.date()
    return ("" if cell is None else str(cell)).replace("\x00", "")[:200]


def blank(cells: Sequence[Any]) -> bool:
    """Nothing is in the row: it is no record."""
    return not any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells)


def _has_total(cells: Sequence[Any]) -> bool:
    return any(isinstance(cell, str) and key(cell).startswith(TOTALS) for cell in cells if not isinstance(cell, Unsaved))


def _constant(name: str, value: str) -> Any:
    return value == "yes" if FIELDS[name].kind is FieldKind.FLAG else value


def _holds(condition: When, values: Mapping[str, Any]) -> bool:
    value = values.get(condition.field)
    if condition.state == "empty":
        return value is None
    if condition.state == "filled":
        return value is not None
    return value is not None and key(str(value)) in {key(one) for one in condition.values}


class Place(NamedTuple):
    """Where a row stands in the input."""

    source: int
    line: int
    offset: int
    length: int


def procedure(mapping: ListMapping, values: Mapping[str, Any], place: Place, law: str) -> dict[str, Any]:
    """The row of `procedures`."""
    number = str(values["procedure_id"])
    inn = values.get("buyer_inn", "")
    name = values.get("buyer_name", "")
    opens, published = values.get("opens"), values.get("published_on")
    if published is None and opens is not None:
        published = _day(opens)
    closes = _day(values["closes"]) if values.get("closes") is not None else None
    days = [day for day in (published, closes, values.get("awarded_on"), values.get("contract_signed_on")) if day is not None]
    text = ("title", "entity_id", "entity_name", "method", "method_details", "category", "status", "vat", "currency", "replaces")
    return {
        **place._asdict(),
        **{name: values.get(name, "") for name in text},
        "procedure_id": mapping.id_prefix + number,
        "publisher": mapping.id,
        "tender_id": values.get("tender_id", number),
        "buyer_id": values.get("buyer_id") or (f"RU-INN-{inn}" if inn else name),
        "buyer_name": name,
        "buyer_inn": inn,
        "law": values.get("law") or law,
        "framework": bool(values.get("framework", False)),
        "unit_price": bool(values.get("unit_price", False)),
        "amount": values.get("amount"),
        "budget_amount": values.get("budget_amount"),
        "budget_currency": values.get("currency", "") if values.get("budget_amount") is not None else "",
        "published_on": published,
        "opens": opens,
        "closes": values.get("closes"),
        "declared_bidders": values.get("declared_bidders"),
        "data_on": values.get("data_on") or max(days, default=None),
    }


def _day(moment: int) -> date:
    return datetime.fromtimestamp(moment, tz=UTC).date()


def lot(procedure_id: str, values: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The row of `lots`, if the row speaks of one."""
    if (lot_id := values.get("lot_id")) is not None:
        currency, vat = values.get("currency", ""), values.get("vat", "")
        status = values.get("lot_status", "")
        yield (
            "lots",
            {"procedure_id": procedure_id, "lot_id": lot_id, "status": status, "amount": values.get("lot_amount"), "currency": currency, "vat": vat},
        )


_AWARDED = frozenset({"award_id", "award_amount", "awarded_on", "supplier_id", "supplier_name", "supplier_inn", "contract_amount"})
_CONTRACTED = frozenset({"contract_id", "contract_amount", "contract_amended_amount", "contract_signed_on", "contract_status"})


def outcome(procedure_id: str, values: Mapping[str, Any], stated: frozenset[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The award and the contract that a row states, with the amendment. The price at signing is the award's where no other is stated."""
    currency, vat, lot_id = values.get("currency", ""), values.get("vat", ""), values.get("lot_id")
    own = str(values.get("award_id") or values.get("contract_id") or lot_id or "1")
    signed = values.get("contract_amount")
    base = {"procedure_id": procedure_id, "currency": currency, "vat": vat}
    if stated & _AWARDED:
        inn, name = values.get("supplier_inn", ""), values.get("supplier_name", "")
        supplier = values.get("supplier_id") or (f"RU-INN-{inn}" if inn else name)
        amount = values.get("award_amount", signed)
        about = {"award_id": own, "status": values.get("award_status", ""), "amount": amount, "awarded_on": values.get("awarded_on")}
        who = {"supplier_id": supplier, "supplier_name": name, "members": int(bool(supplier))}
        yield "awards", {**base, **about, **who, "lots": int(lot_id is not None)}
        if lot_id is not None:
            yield "award_lots", {"procedure_id": procedure_id, "award_id": own, "lot_id": lot_id}
    if stated & _CONTRACTED:
        contract = str(values.get("contract_id") or own)
        amended: Decimal | None = values.get("contract_amended_amount")
        changed = "contract_amended_on" in stated or (amended is not None and amended != signed)
        about = {
            "contract_id": contract,
            "award_id": own,
            "status": values.get("contract_status", ""),
            "amount": signed if amended is None else amended,
        }
        days = {"signed_on": values.get("contract_signed_on"), "ended_on": values.get("contract_ended_on")}
        yield "contracts", {**base, **about, **days, "amendments": int(changed)}
        if changed:
            why = {"amended_on": values.get("contract_amended_on"), "amount": amended, "rationale": values.get("contract_rationale", "")}
            yield "amendments", {"procedure_id": procedure_id, "contract_id": contract, "amendment_id": "1", **why}


def bid(procedure_id: str, values: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The row of `bids`."""
    inn = values.get("bidder_inn", "")
    bidder = values.get("bidder_id") or (f"RU-INN-{inn}" if inn else "")
    lot_id = values.get("lot_id")
    own = bid_key(values)
    about = {"bid_id": own, "status": values.get("bid_status", ""), "amount": values.get("bid_amount"), "submitted": values.get("bid_submitted")}
    who = {"bidder_id": bidder, "members": int(bool(bidder)), "lots": int(lot_id is not None), "currency": values.get("currency", "")}
    yield "bids", {"procedure_id": procedure_id, **about, **who}
    if lot_id is not None:
        yield "bid_lots", {"procedure_id": procedure_id, "bid_id": own, "lot_id": lot_id}


def bid_key(values: Mapping[str, Any]) -> str:
    """What tells a bid from the others of its procedure."""
    return str(values.get("bid_id") or values.get("bidder_id") or values.get("bidder_inn") or "")
