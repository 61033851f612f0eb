"""What a column of a list can state: the fields, their kinds, and the codes that some of them take."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args

RowKind = Literal["procedure", "lot", "bid", "contract"]


class FieldKind(StrEnum):
    """How the cells of a field are read."""

    ID = "id"
    TEXT = "text"
    CODE = "code"
    MONEY = "money"
    COUNT = "count"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    INN = "inn"
    CURRENCY = "currency"


Group = Literal["procedure", "lot", "award", "contract", "bid"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field: its name in mappings, what it is a fact of, how it is read, which codes it takes (empty: any text)."""

    name: str
    group: Group
    kind: FieldKind
    codes: frozenset[str] = frozenset()


_TENDER = frozenset({"planning", "planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn"})
_AWARD = frozenset({"pending", "active", "cancelled", "unsuccessful"})
_CONTRACT = frozenset({"pending", "active", "cancelled", "terminated"})
_BID = frozenset({"invited", "pending", "valid", "disqualified", "withdrawn"})
_METHOD = frozenset({"open", "selective", "limited", "direct"})
_VAT = frozenset({"with", "without"})
_LAW = frozenset({"94-FZ", "44-FZ", "223-FZ"})
_CATEGORY = frozenset({"goods", "works", "services"})
_K = FieldKind


def _fields(group: Group, **kinds: FieldKind | tuple[FieldKind, frozenset[str]]) -> dict[str, FieldSpec]:
    made = {}
    for name, kind in kinds.items():
        made[name] = FieldSpec(name, group, *kind) if isinstance(kind, tuple) else FieldSpec(name, group, kind)
    return made


FIELDS: dict[str, FieldSpec] = {
    **_fields(
        "procedure",
        procedure_id=_K.ID,
        tender_id=_K.ID,
        title=_K.TEXT,
        buyer_id=_K.ID,
        buyer_name=_K.TEXT,
        buyer_inn=_K.INN,
        entity_id=_K.ID,
        entity_name=_K.TEXT,
        method=(_K.CODE, _METHOD),
        method_details=_K.TEXT,
        category=(_K.CODE, _CATEGORY),
        law=(_K.CODE, _LAW),
        status=(_K.CODE, _TENDER),
        framework=_K.FLAG,
        unit_price=_K.FLAG,
        vat=(_K.CODE, _VAT),
        amount=_K.MONEY,
        currency=_K.CURRENCY,
        budget_amount=_K.MONEY,
        published_on=_K.DAY,
        opens=_K.MOMENT,
        closes=_K.MOMENT,
        declared_bidders=_K.COUNT,
        replaces=_K.ID,
        data_on=_K.DAY,
    ),
    **_fields("lot", lot_id=_K.ID, lot_status=(_K.CODE, _TENDER), lot_amount=_K.MONEY),
    **_fields(
        "award",
        award_id=_K.ID,
        award_status=(_K.CODE, _AWARD),
        award_amount=_K.MONEY,
        awarded_on=_K.DAY,
        supplier_id=_K.ID,
        supplier_name=_K.TEXT,
        supplier_inn=_K.INN,
    ),
    **_fields(
        "contract",
        contract_id=_K.ID,
        contract_status=(_K.CODE, _CONTRACT),
        contract_amount=_K.MONEY,
        contract_amended_amount=_K.MONEY,
        contract_signed_on=_K.DAY,
        contract_ended_on=_K.DAY,
        contract_amended_on=_K.DAY,
        contract_rationale=_K.TEXT,
    ),
    **_fields("bid", bid_id=_K.ID, bid_status=(_K.CODE, _BID), bid_amount=_K.MONEY, bid_submitted=_K.MOMENT, bidder_id=_K.ID, bidder_inn=_K.INN),
}
"""Every field by its name."""

GROUPS: dict[RowKind, frozenset[Group]] = {
    "procedure": frozenset({"procedure", "award", "contract"}),
    "lot": frozenset({"procedure", "lot", "award", "contract"}),
    "bid": frozenset({"procedure", "lot", "bid"}),
    "contract": frozenset({"procedure", "lot", "award", "contract"}),
}
"""What a row of a kind may speak of. Facts of the procedure are taken from its first row."""

NEEDED: dict[RowKind, tuple[tuple[str, ...], ...]] = {
    "procedure": (("procedure_id",),),
    "lot": (("procedure_id",), ("lot_id",)),
    "bid": (("procedure_id",), ("bid_id", "bidder_id", "bidder_inn")),
    "contract": (("procedure_id",), ("contract_id",)),
}
"""Fields that a row of a kind can't be used without; of several names one is enough."""

ROW_KINDS: tuple[RowKind, ...] = get_args(RowKind)
