"""Which fields of an OCDS release are read by DuckDB's `json_transform`, at the speed of memory.

What does not fit becomes NULL there without a word, so every place where something could have been lost is looked at (`flatten`), and a
line with such a place goes the careful way (`careful`). What was seen of `json_transform` (DuckDB 2.0): an object that is absent or null
is NULL, anything else in its place an object of NULLs; anything else in the place of a list is NULL; a JSON leaf keeps its quotes, so a
number in quotes is seen; numbers pass through a double, so text of more than 15 digits is not exact.
"""

from __future__ import annotations

import json
from typing import Any

TEXT, RAW = "VARCHAR", "JSON"

VALUE: dict[str, Any] = {"amount": RAW, "currency": TEXT, "valueAddedTaxIncluded": TEXT}
ORGANISATION: dict[str, Any] = {"id": TEXT, "name": TEXT, "identifier": {"scheme": TEXT, "id": TEXT, "legalName": TEXT}}
MEMBER: dict[str, Any] = {"id": TEXT, "name": TEXT}
"""A tenderer or a supplier; one without an id goes the careful way, which looks for its identifier or takes its name."""

STRUCTURE: dict[str, Any] = {
    "ocid": TEXT,
    "date": TEXT,
    "tag": [TEXT],
    "buyer": ORGANISATION,
    "x_law": TEXT,
    "planning": {"budget": {"amount": VALUE}},
    "tender": {
        "id": TEXT,
        "title": TEXT,
        "status": TEXT,
        "procurementMethod": TEXT,
        "procurementMethodDetails": TEXT,
        "mainProcurementCategory": TEXT,
        "value": VALUE,
        "tenderPeriod": {"startDate": TEXT, "endDate": TEXT},
        "datePublished": TEXT,
        "numberOfTenderers": RAW,
        "procuringEntity": ORGANISATION,
        "x_law": TEXT,
        "legalBasis": {"id": TEXT},
        "techniques": {"hasFrameworkAgreement": TEXT},
        "x_unitPrice": TEXT,
        "lots": [{"id": TEXT, "status": TEXT, "value": VALUE}],
    },
    "bids": {
        "statistics": RAW,
        "details": [
            {
                "id": TEXT,
                "date": TEXT,
                "status": TEXT,
                "tenderers": [MEMBER],
                "value": VALUE,
                "relatedLots": [TEXT],
                "relatedLot": TEXT,
            }
        ],
    },
    "awards": [
        {
            "id": TEXT,
            "status": TEXT,
            "date": TEXT,
            "value": VALUE,
            "suppliers": [MEMBER],
            "relatedLots": [TEXT],
            "relatedLot": TEXT,
            "relatedBid": TEXT,
        }
    ],
    "contracts": [
        {
            "id": TEXT,
            "awardID": TEXT,
            "status": TEXT,
            "dateSigned": TEXT,
            "value": VALUE,
            "period": {"endDate": TEXT},
            "dateTerminated": TEXT,
            "implementation": {"endDate": TEXT},
            "amendments": [{"id": TEXT, "date": TEXT, "rationale": TEXT, "value": VALUE}],
        }
    ],
    "relatedProcesses": RAW,
}
"""The part of a release that the flat tables need. Beyond OCDS 1.1: the lots and bids extensions (with relatedLot, the older form),
techniques, legalBasis, contract's dateTerminated, and two of our own, x_law and x_unitPrice."""

PARTIES: dict[str, Any] = {"parties": [{"id": TEXT, "name": TEXT, "identifier": {"scheme": TEXT, "id": TEXT}}]}
"""Read only where the buyer's own object does not say enough."""

PROBE: dict[str, Any] = {
    "tag": RAW,
    "tender": {"lots": RAW},
    "bids": {"details": RAW},
    "awards": RAW,
    "contracts": RAW,
}
PROBE_INNER: dict[str, Any] = {
    "bids": {"details": [{"tenderers": RAW, "relatedLots": RAW}]},
    "awards": [{"suppliers": RAW, "relatedLots": RAW}],
    "contracts": [{"amendments": RAW}],
}
"""Lists read raw, for lines where one was not read: is it absent, or does something else stand there?"""


def as_json(structure: object) -> str:
    """A structure as the constant that `json_transform` takes."""
    return json.dumps(structure, separators=(",", ":"))


def sql_type(structure: Any) -> str:
    """The type of what `json_transform` returns."""
    if isinstance(structure, str):
        return structure
    if isinstance(structure, list):
        return sql_type(structure[0]) + "[]"
    return "STRUCT(" + ", ".join(f'"{name}" {sql_type(inner)}' for name, inner in structure.items()) + ")"


UNREAD = (
    "r.tag IS NULL OR r.awards IS NULL OR r.contracts IS NULL OR (r.tender IS NOT NULL AND r.tender.lots IS NULL)"
    " OR (r.bids IS NOT NULL AND r.bids.details IS NULL)"
)
"""A list of which nothing was read: absent, or something else in its place. PROBE tells."""

_INNER = {"bids.details": ("tenderers", "relatedLots"), "awards": ("suppliers", "relatedLots"), "contracts": ("amendments",)}


def _some_element(path: str, condition: str) -> str:
    return f"coalesce(len(list_filter({path}, lambda one: {condition})) > 0, false)"


UNREAD_INNER = " OR ".join(_some_element(f"r.{path}", " OR ".join(f"one.{name} IS NULL" for name in names)) for path, names in _INNER.items())
"""The same of lists within the elements of lists. PROBE_INNER tells."""


def probe_doubt(read: str) -> str:
    """Condition on a reading by PROBE: something that is no list stands in the place of one."""
    paths = ("tag", "tender.lots", "bids.details", "awards", "contracts")
    outer = [f"({read}.{path} IS NOT NULL AND NOT starts_with({read}.{path}::VARCHAR, '['))" for path in paths]
    return "coalesce(" + " OR ".join(outer) + ", false)"


def inner_doubt(read: str) -> str:
    """The same by PROBE_INNER."""
    bad = {
        path: " OR ".join(f"(one.{name} IS NOT NULL AND NOT starts_with(one.{name}::VARCHAR, '['))" for name in names)
        for path, names in _INNER.items()
    }
    return " OR ".join(_some_element(f"{read}.{path}", condition) for path, condition in bad.items())
