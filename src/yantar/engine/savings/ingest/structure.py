"""Which fields of an OCDS release are read, and which rows of the fast reading can't be trusted.

`json_transform` of DuckDB reads a line at the speed of memory, and what does not fit becomes NULL without a word. So every place where
something could have been lost is looked at, and a line with such a place goes the careful way (`careful`). What was seen of
`json_transform` (DuckDB 2.0): an object that is absent or null is NULL, anything else in its place an object of NULLs; anything else in
the place of a list is NULL; a JSON leaf keeps its quotes, so a number in quotes is seen; numbers pass through a double, so text of more
than 15 digits is not exact.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

TEXT, RAW = "VARCHAR", "JSON"

VALUE = {"amount": RAW, "currency": TEXT, "valueAddedTaxIncluded": TEXT}
ORGANISATION = {"id": TEXT, "name": TEXT, "identifier": {"scheme": TEXT, "id": TEXT, "legalName": TEXT}}

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
        "statistics": [{"measure": TEXT, "value": RAW, "relatedLot": TEXT}],
        "details": [
            {
                "id": TEXT,
                "date": TEXT,
                "status": TEXT,
                "tenderers": [ORGANISATION],
                "value": VALUE,
                "relatedLots": RAW,
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
            "suppliers": [ORGANISATION],
            "relatedLots": RAW,
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
    "relatedProcesses": [{"relationship": RAW, "identifier": TEXT}],
}
"""The part of a release that the flat tables need. Beyond OCDS 1.1: the lots and bids extensions (with relatedLot, the older form),
techniques, legalBasis, contract's dateTerminated, and two of our own, x_law and x_unitPrice."""

PARTIES = {"parties": [{"id": TEXT, "name": TEXT, "identifier": {"scheme": TEXT, "id": TEXT}}]}
"""Read only where the buyer's own object does not say enough."""


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


def _hollow(path: str, structure: dict[str, Any]) -> str:
    """Is an object there of which nothing was read?"""
    return f"({path} IS NOT NULL AND " + " AND ".join(f'{path}."{name}" IS NULL' for name in structure) + ")"


def amount_doubt(path: str) -> str:
    """An amount that is not plainly a number of at most 15 digits and 2 places."""
    return (
        f"({path} IS NOT NULL AND (length({path}::VARCHAR) > 16 OR TRY_CAST({path}::VARCHAR AS DECIMAL(18,2)) IS NULL"
        f" OR ({path}::VARCHAR)[1] = '-' OR contains({path}::VARCHAR, 'e') OR contains({path}::VARCHAR, '_')"
        f" OR (instr({path}::VARCHAR, '.') > 0 AND instr({path}::VARCHAR, '.') < length({path}::VARCHAR) - 2)))"
    )


def count_doubt(path: str) -> str:
    """A count that is not plainly a whole number."""
    return f"({path} IS NOT NULL AND NOT regexp_full_match({path}::VARCHAR, '[0-9]{{1,9}}'))"


def date_doubt(path: str) -> str:
    """A date that is not plainly YYYY-MM-DD, alone or with a time, of our days."""
    return (
        f"({path} IS NOT NULL AND (length({path}) < 10 OR {path}[5] <> '-' OR {path}[8] <> '-' OR {path} < '1990' OR {path} >= '2101'"
        f" OR TRY_CAST({path} AS TIMESTAMPTZ) IS NULL))"
    )


def nested_doubt(path: str) -> str:
    """A text in whose place an object or a list stood (or one that looks so), or one with NUL."""
    return f"({path} IS NOT NULL AND ({path}[1] = '{{' OR {path}[1] = '[' OR contains({path}, chr(0))))"


def list_doubt(path: str) -> str:
    """A list of texts, read raw, that is no list of plain texts."""
    return f"""({path} IS NOT NULL AND (({path}::VARCHAR)[1] <> '[' OR contains({path}::VARCHAR, '{{') OR contains({path}::VARCHAR, 'null')
        OR ({path}::VARCHAR)[2] = '[' OR contains({path}::VARCHAR, '\\u0000')))"""


def currency_doubt(path: str, known: frozenset[str]) -> str:
    """A currency that is none of the list, written so."""
    return f"({path} IS NOT NULL AND {path} NOT IN ({', '.join(repr(code) for code in sorted(known))}))"


def _value_doubts(path: str, known: frozenset[str]) -> list[str]:
    return [_hollow(path, VALUE), amount_doubt(f"{path}.amount"), currency_doubt(f"{path}.currency", known)]


def _texts(path: str, *names: str) -> list[str]:
    return [nested_doubt(f"{path}.{name}") for name in names]


def _organisation_doubts(path: str) -> list[str]:
    return [_hollow(path, ORGANISATION), *_texts(path, "id", "name"), _hollow(f"{path}.identifier", ORGANISATION["identifier"])]  # type: ignore[arg-type]


def row_doubt(known: frozenset[str]) -> str:
    """Condition on `r` (the reading) and `line` (the text) of one record: there may be more in the line than was read."""
    tender = STRUCTURE["tender"]
    doubts = [
        "r IS NULL",
        "r.ocid IS NULL OR r.ocid = ''",
        nested_doubt("r.ocid"),
        date_doubt("r.date"),
        "(r.tag IS NULL AND contains(line, '\"tag\"'))",
        *_organisation_doubts("r.buyer"),
        _hollow("r.planning.budget.amount", VALUE),
        amount_doubt("r.planning.budget.amount.amount"),
        currency_doubt("r.planning.budget.amount.currency", known),
        "(r.planning IS NOT NULL AND r.planning.budget IS NULL AND contains(line, '\"budget\"'))",
        _hollow("r.tender", tender),
        "(r.tender IS NULL AND contains(line, '\"tender\"'))",
        *_texts("r.tender", "id", "title", "status", "procurementMethod", "procurementMethodDetails", "mainProcurementCategory"),
        *_value_doubts("r.tender.value", known),
        _hollow("r.tender.tenderPeriod", tender["tenderPeriod"]),
        date_doubt("r.tender.tenderPeriod.startDate"),
        date_doubt("r.tender.tenderPeriod.endDate"),
        date_doubt("r.tender.datePublished"),
        count_doubt("r.tender.numberOfTenderers"),
        *_organisation_doubts("r.tender.procuringEntity"),
        "(r.tender.lots IS NULL AND contains(line, '\"lots\"'))",
        "(r.bids IS NULL AND contains(line, '\"bids\"'))",
        "(r.bids IS NOT NULL AND r.bids.details IS NULL AND contains(line, '\"details\"'))",
        "(r.bids IS NOT NULL AND r.bids.statistics IS NULL AND contains(line, '\"statistics\"'))",
        "(r.awards IS NULL AND contains(line, '\"awards\"'))",
        "(r.contracts IS NULL AND contains(line, '\"contracts\"'))",
        "(r.relatedProcesses IS NULL AND contains(line, '\"relatedProcesses\"'))",
    ]
    return "coalesce(" + "\n OR ".join(doubts) + ", false)"


def _members_doubt(path: str) -> str:
    """Organisations of which one says nothing, or has an id or a name that is none."""

    def bad(one: str) -> str:
        return f"coalesce({one} IS NULL OR {_hollow(one, ORGANISATION)} OR " + " OR ".join(_texts(one, "id", "name")) + ", false)"

    return f"(len({path}) > 0 AND {bad(path + '[1]')}) OR (len({path}) > 1 AND len(list_filter({path}, lambda one: {bad('one')})) > 0)"


@lru_cache(maxsize=4)
def element_doubts(known: frozenset[str]) -> dict[str, tuple[str, str]]:
    """For each list of elements with an id: how it is unnested as `e` from `r`, and the condition on `e` that makes its record doubtful."""

    def of(*doubts: str) -> str:
        return "coalesce(" + " OR ".join(("e IS NULL", "e.id IS NULL", "e.id = ''", *doubts)) + ", false)"

    value = _value_doubts("e.value", known)
    return {
        "r.tender.lots": ("unnest(r.tender.lots)", of(*_texts("e", "id", "status"), *value)),
        "r.bids.details": (
            "unnest(r.bids.details)",
            of(
                *_texts("e", "id", "status", "relatedLot"),
                date_doubt("e.date"),
                *value,
                list_doubt("e.relatedLots"),
                _members_doubt("e.tenderers"),
            ),
        ),
        "r.awards": (
            "unnest(r.awards)",
            of(
                *_texts("e", "id", "status", "relatedLot", "relatedBid"),
                date_doubt("e.date"),
                *value,
                list_doubt("e.relatedLots"),
                _members_doubt("e.suppliers"),
            ),
        ),
        "r.contracts": (
            "unnest(r.contracts)",
            of(
                *_texts("e", "id", "awardID", "status"),
                date_doubt("e.dateSigned"),
                date_doubt("e.period.endDate"),
                date_doubt("e.implementation.endDate"),
                date_doubt("e.dateTerminated"),
                *value,
                "len(list_filter(e.amendments, lambda one: "
                + "coalesce(one IS NULL OR one.id IS NULL OR one.id = '' OR "
                + " OR ".join([*_texts("one", "id", "rationale"), date_doubt("one.date"), *_value_doubts("one.value", known)])
                + ", false))) > 0",
            ),
        ),
    }


INNER_LISTS = {"r.bids.details": "tenderers", "r.awards": "suppliers", "r.contracts": "amendments"}
"""Lists inside of elements: NULL where absent and where something else stands there; `PROBE` tells which."""

PROBE: dict[str, Any] = {
    "bids": {"details": [{"tenderers": RAW}]},
    "awards": [{"suppliers": RAW}],
    "contracts": [{"amendments": RAW}],
}


def probe_doubt() -> str:
    """Condition on `r`, read by PROBE: something that is no list stands in the place of one."""
    parts = [
        f"len(list_filter({path}, lambda one: one.{name} IS NOT NULL AND (one.{name}::VARCHAR)[1] <> '[')) > 0" for path, name in INNER_LISTS.items()
    ]
    return "coalesce(" + ", false) OR coalesce(".join(parts) + ", false)"
