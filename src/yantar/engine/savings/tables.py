"""The flat tables that records of procurement become: the one form that everything is measured on.

Names follow OCDS 1.1 (release schema, with the lots and bids extensions) where it has a name. Conventions that hold everywhere:

* every row names its procedure (`procedure_id`, the OCID or what the publisher's list has in its place);
* text is never null: what is not stated is the empty string. Codes (status, method) are lower case and trimmed, names as published;
* money is DECIMAL(18,2) and null where nothing usable is stated; its currency stands beside it, upper case, ISO 4217;
* a day is the day as written by the publisher (no change of time zone); a moment is whole seconds since 1970-01-01 UTC, a moment
  without an offset read as UTC, a day without an hour as its midnight;
* several parties that act together (a consortium) are one party: their sorted ids joined by `|`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The type of a column. The values are the types' names in Ibis."""

    TEXT = "string"
    MONEY = "decimal(18, 2)"
    COUNT = "int64"
    FLAG = "boolean"
    DAY = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, type, and what it holds."""

    name: str
    kind: Kind
    holds: str


@dataclass(frozen=True, slots=True)
class Table:
    """A flat table: its name (also its folder in a dataset) and its columns in their order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def types(self) -> dict[str, str]:
        """Types by column, as Ibis names them."""
        return {column.name: column.kind.value for column in self.columns}


def _columns(*rows: tuple[str, Kind, str]) -> tuple[Column, ...]:
    return tuple(Column(*row) for row in rows)


_T, _M, _N, _F, _D = Kind.TEXT, Kind.MONEY, Kind.COUNT, Kind.FLAG, Kind.DAY
_S = Kind.COUNT
"""A moment: whole seconds since 1970-01-01 UTC."""

PROCEDURES = Table(
    "procedures",
    _columns(
        ("procedure_id", _T, "ocid, or the number of the procedure in a list"),
        ("source", _N, "which input of the manifest, from 0"),
        ("line", _N, "line of the input, from 1 (of a package or array: the number of the release); for merged releases the first of them"),
        ("offset", _N, "where the record begins in the (unpacked) input, in bytes; -1 where the record is not one run of bytes"),
        ("length", _N, "length of the record in bytes; 0 where offset is -1"),
        ("publisher", _T, "prefix of the ocid (ocds-xxxxxx), or the mapping's id"),
        ("tender_id", _T, "tender.id: number of the notice"),
        ("title", _T, "tender.title, at most 300 characters"),
        ("buyer_id", _T, "buyer.id; without one, procuringEntity's; without both, the name"),
        ("buyer_name", _T, "buyer.name, else of the party with this id, else procuringEntity's"),
        ("buyer_inn", _T, "the buyer's INN where an identifier of scheme RU-INN (or an id RU-INN-…) states it"),
        ("entity_id", _T, "tender.procuringEntity.id: who organised the procedure"),
        ("entity_name", _T, "tender.procuringEntity.name"),
        ("method", _T, "tender.procurementMethod: open, selective, limited, direct"),
        ("method_details", _T, "tender.procurementMethodDetails as published: the national name of the method"),
        ("category", _T, "tender.mainProcurementCategory"),
        ("law", _T, "94-FZ, 44-FZ, 223-FZ or another the publisher states; empty where not stated"),
        ("status", _T, "tender.status"),
        ("framework", _F, "a framework agreement (tender.techniques.hasFrameworkAgreement, or the mapping)"),
        ("unit_price", _F, "the price is one of a unit, the quantity not known (44-FZ art. 22 part 24)"),
        ("vat", _T, "with, without or empty: does tender.value include the tax (value.valueAddedTaxIncluded)"),
        ("amount", _M, "tender.value.amount"),
        ("currency", _T, "tender.value.currency"),
        ("budget_amount", _M, "planning.budget.amount.amount"),
        ("budget_currency", _T, "planning.budget.amount.currency"),
        ("published_on", _D, "day of tenderPeriod.startDate, else tender.datePublished, else the release's date"),
        ("opens", _S, "tender.tenderPeriod.startDate"),
        ("closes", _S, "tender.tenderPeriod.endDate"),
        ("declared_bidders", _N, "tender.numberOfTenderers; else bids.statistics (validBids, else bids)"),
        ("replaces", _T, "ocid of the procedure that this one repeats (relatedProcesses: replacementProcess, unsuccessfulProcess)"),
        ("data_on", _D, "day of the record: the release's date"),
    ),
)
LOTS = Table(
    "lots",
    _columns(
        ("procedure_id", _T, "the procedure"),
        ("lot_id", _T, "lots.id, once in a procedure"),
        ("status", _T, "lots.status"),
        ("amount", _M, "lots.value.amount"),
        ("currency", _T, "lots.value.currency, else the tender's"),
        ("vat", _T, "with, without or empty"),
    ),
)
BIDS = Table(
    "bids",
    _columns(
        ("procedure_id", _T, "the procedure"),
        ("bid_id", _T, "bids.details.id"),
        ("status", _T, "bids.details.status"),
        ("amount", _M, "bids.details.value.amount"),
        ("currency", _T, "bids.details.value.currency, else the tender's"),
        ("submitted", _S, "bids.details.date"),
        ("bidder_id", _T, "ids of the tenderers, sorted, joined by |; empty where none is named"),
        ("members", _N, "how many tenderers act together; 0 where none is named"),
        ("lots", _N, "of how many lots the bid speaks; 0: of the whole procedure"),
    ),
)
BID_LOTS = Table(
    "bid_lots",
    _columns(("procedure_id", _T, "the procedure"), ("bid_id", _T, "the bid"), ("lot_id", _T, "a lot it is made for")),
)
AWARDS = Table(
    "awards",
    _columns(
        ("procedure_id", _T, "the procedure"),
        ("award_id", _T, "awards.id"),
        ("status", _T, "awards.status"),
        ("amount", _M, "awards.value.amount"),
        ("currency", _T, "awards.value.currency, else the tender's"),
        ("vat", _T, "with, without or empty"),
        ("awarded_on", _D, "day of awards.date"),
        ("supplier_id", _T, "ids of the suppliers, sorted, joined by |"),
        ("supplier_name", _T, "names of the suppliers, joined by |, at most 300 characters"),
        ("members", _N, "how many suppliers act together"),
        ("bid_id", _T, "awards.relatedBid"),
        ("lots", _N, "of how many lots the award speaks; 0: of the whole procedure"),
    ),
)
AWARD_LOTS = Table(
    "award_lots",
    _columns(("procedure_id", _T, "the procedure"), ("award_id", _T, "the award"), ("lot_id", _T, "a lot it awards")),
)
CONTRACTS = Table(
    "contracts",
    _columns(
        ("procedure_id", _T, "the procedure"),
        ("contract_id", _T, "contracts.id"),
        ("award_id", _T, "contracts.awardID"),
        ("status", _T, "contracts.status: pending, active, cancelled, terminated"),
        ("amount", _M, "contracts.value.amount: what the compiled record says, so after its amendments"),
        ("currency", _T, "contracts.value.currency, else the tender's"),
        ("vat", _T, "with, without or empty"),
        ("signed_on", _D, "day of contracts.dateSigned"),
        ("ended_on", _D, "day of contracts.implementation.endDate or dateTerminated where stated, else of contracts.period.endDate"),
        ("amendments", _N, "how many amendments the record has"),
    ),
)
AMENDMENTS = Table(
    "amendments",
    _columns(
        ("procedure_id", _T, "the procedure"),
        ("contract_id", _T, "the contract"),
        ("amendment_id", _T, "amendments.id"),
        ("amended_on", _D, "day of amendments.date"),
        ("amount", _M, "the contract's value after it, where the publisher states one (amendments.value.amount); else null"),
        ("rationale", _T, "amendments.rationale, at most 300 characters"),
    ),
)
QUARANTINE = Table(
    "quarantine",
    _columns(
        ("source", _N, "which input of the manifest, from 0"),
        ("line", _N, "line of the input, from 1"),
        ("procedure_id", _T, "the procedure, where it is known"),
        ("publisher", _T, "prefix of the ocid, or the mapping's id"),
        ("field", _T, "path of the field, as awards[0].value.amount; empty: the whole record"),
        ("value", _T, "what stood there, at most 200 characters"),
        ("reason", _T, "a code of `quarantine.REASONS`"),
        ("action", _T, "repaired: the meaning is certain; set_aside: this value is not used; rejected: the whole record is not used"),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in (PROCEDURES, LOTS, BIDS, BID_LOTS, AWARDS, AWARD_LOTS, CONTRACTS, AMENDMENTS, QUARANTINE)}
"""All tables of a dataset by name."""
