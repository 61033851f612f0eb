"""The one definition of the flat tables: SQL from readings of releases (`structure`) to the columns of `tables`.

The relation `rel` is that of `reading`. Every row gets `bad`: something in the reading can't be trusted, the record goes the careful way. Text
of the publisher is taken as it is; nothing is guessed here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..tables import TABLES, Kind
from .structure import ORGANISATION, STRUCTURE, VALUE

SQL_TYPES = {Kind.TEXT: "VARCHAR", Kind.MONEY: "DECIMAL(18,2)", Kind.COUNT: "BIGINT", Kind.FLAG: "BOOLEAN", Kind.DAY: "DATE"}
TITLE = 300
"""Characters of a title, a supplier's names or a rationale that are kept."""
FIRST_DAY, LAST_DAY = "DATE '1990-01-01'", "DATE '2100-12-31'"


@dataclass(frozen=True, slots=True)
class Flat:
    """How a table is filled: the relation its rows come from, the expression of each column, and what makes a row bad."""

    relation: str
    columns: dict[str, str]
    bad: tuple[str, ...]
    extra: tuple[tuple[str, str, str], ...] = ()
    """Columns that are needed on the way only: name, type, expression."""

    def select(self, name: str, first: int) -> str:
        """n, the columns of the table in its order and types (text never null), the extra ones, bad. `first`: number of the first record."""
        out = ["n"]
        for column in TABLES[name].columns:
            made = self.columns[column.name]
            if column.kind is Kind.TEXT:
                made = f"coalesce({made}, '')"
            elif column.kind is Kind.FLAG:
                made = f"coalesce({made}, false)"
            out.append(f'{made} AS "{column.name}"')
        out += [f"{expression} AS {extra}" for extra, _type, expression in self.extra]
        out.append(f"coalesce({' OR '.join(self.bad)}, false) AS bad" if self.bad else "false AS bad")
        return f"SELECT {', '.join(out)} FROM {self.relation.replace('$first', str(first))}"  # noqa: S608 - our own text, no input

    def create(self, name: str) -> str:
        """The table that `select` fills."""
        columns = ", ".join(f'"{column.name}" {SQL_TYPES[column.kind]}' for column in TABLES[name].columns)
        extra = "".join(f", {one} {type_}" for one, type_, _expression in self.extra)
        return f"CREATE TABLE {name} (n BIGINT, {columns}{extra}, bad BOOLEAN)"


def _hollow(path: str, structure: object) -> str:
    """Is an object there of which nothing was read?"""
    assert isinstance(structure, dict)
    return f"({path} IS NOT NULL AND " + " AND ".join(f'{path}."{name}" IS NULL' for name in structure) + ")"


def _nested(path: str) -> str:
    """A text in whose place an object or a list stood (or one that begins so). Compared as a range, which needs no new text."""
    return f"({path} >= '[' AND {path} < '\\') OR ({path} >= '{{' AND {path} < '|')"


def _code(path: str) -> str:
    return f"lower(trim({path}))"


def _amount(path: str) -> str:
    """Exact text to decimal; in quotes where the careful way wrote it."""
    return f"TRY_CAST({path}::VARCHAR AS DECIMAL(18,2))"


def _careful_amount(path: str) -> str:
    return f"coalesce({_amount(path)}, CASE WHEN starts_with({path}::VARCHAR, '\"') THEN {_amount(f'trim({path}::VARCHAR, chr(34))')} END)"


def _amount_bad(path: str) -> str:
    """Not plainly a number of at most 15 digits and 2 places (more digits have passed through a double)."""
    text = f"{path}::VARCHAR"
    return (
        f"({path} IS NOT NULL AND ({_amount(path)} IS NULL OR {_amount(path)} < 0 OR strlen({text}) > 16"
        f" OR (instr({text}, '.') > 0 AND instr({text}, '.') < strlen({text}) - 2)))"
    )


def _count_bad(path: str) -> str:
    return (
        f"({path} IS NOT NULL AND (TRY_CAST({path}::VARCHAR AS INTEGER) IS NULL OR strlen({path}::VARCHAR) > 9"
        f" OR instr({path}::VARCHAR, '.') > 0 OR {path}::VARCHAR < '0' OR {path}::VARCHAR >= ':'))"
    )


def _day(path: str) -> str:
    return f"TRY_CAST({path} AS DATE)"


def _day_bad(path: str) -> str:
    return f"({path} <> '' AND ({_day(path)} IS NULL OR {_day(path)} NOT BETWEEN {FIRST_DAY} AND {LAST_DAY} OR strlen({path}) < 10))"


def _moment(path: str) -> str:
    return f"epoch_ms(TRY_CAST({path} AS TIMESTAMPTZ)) // 1000"


def _moment_bad(path: str) -> str:
    made = f"TRY_CAST({path} AS TIMESTAMPTZ)"
    return (
        f"({path} <> '' AND ({made} IS NULL OR strlen({path}) < 10"
        f" OR {made} NOT BETWEEN TIMESTAMPTZ '1990-01-01 00:00:00+00' AND TIMESTAMPTZ '2100-12-31 00:00:00+00'))"
    )


def _vat(path: str) -> str:
    return f"CASE {path}.valueAddedTaxIncluded WHEN 'true' THEN 'with' WHEN 'false' THEN 'without' END"


def _currency(path: str, other: str = "") -> str:
    return f"coalesce(nullif({path}.currency, ''), {other})" if other else f"{path}.currency"


def _own_id(path: str) -> str:
    return (
        f"coalesce(nullif({path}.id, ''), CASE WHEN {path}.identifier.id <> '' THEN"
        f" concat_ws('-', nullif({path}.identifier.scheme, ''), {path}.identifier.id) END)"
    )


def _name(path: str) -> str:
    return f"coalesce(nullif({path}.name, ''), nullif({path}.identifier.legalName, ''))"


def _ids(path: str) -> str:
    """Ids of a list of organisations, sorted, each once, joined by |."""
    return (
        f"CASE WHEN len({path}) = 1 THEN {path}[1].id WHEN len({path}) > 1"
        f" THEN array_to_string(list_sort(list_distinct(list_transform({path}, lambda one: one.id))), '|') END"
    )


def _names(path: str) -> str:
    return (
        f"(CASE WHEN len({path}) = 1 THEN {path}[1].name WHEN len({path}) > 1"
        f" THEN array_to_string(list_transform({path}, lambda one: one.name), '|') END)[:{TITLE}]"
    )


def _members(path: str) -> str:
    return (
        f"CASE WHEN {path} IS NULL THEN 0 WHEN len({path}) < 2 THEN len({path})"
        f" ELSE len(list_distinct(list_transform({path}, lambda one: one.id))) END"
    )


def _members_bad(path: str) -> str:
    """Organisations of which one has no id, or an id or a name that is none."""

    def bad(one: str) -> str:
        return f"coalesce({one}.id IS NULL OR {one}.id = '' OR {_nested(f'{one}.id')} OR {_nested(f'{one}.name')}, false)"

    return (
        f"CASE WHEN len({path}) = 1 THEN {bad(f'{path}[1]')}"
        f" WHEN len({path}) > 1 THEN len(list_filter({path}, lambda one: {bad('one')})) > 0 ELSE false END"
    )


def _lot_list(path: str) -> str:
    """Ids of the lots that an element speaks of: relatedLots, else the older relatedLot; NULL where it names none."""
    return (
        f"CASE WHEN len({path}.relatedLots) = 1 THEN {path}.relatedLots WHEN len({path}.relatedLots) > 1 THEN list_distinct({path}.relatedLots)"
        f" WHEN {path}.relatedLot <> '' THEN [{path}.relatedLot] END"
    )


def law_of(path: str) -> str:
    """A Russian law as it is written, brought to 94-FZ, 44-FZ, 223-FZ; another text as published."""
    spelled = f"upper(replace(replace({path}, ' ', ''), '-', ''))"
    return (
        f"CASE WHEN {path} <> '' THEN CASE WHEN {spelled} IN ('44ФЗ', '44FZ', '44') THEN '44-FZ'"
        f" WHEN {spelled} IN ('223ФЗ', '223FZ', '223') THEN '223-FZ' WHEN {spelled} IN ('94ФЗ', '94FZ', '94') THEN '94-FZ' ELSE {path} END END"
    )


def _currency_bad(path: str, known: frozenset[str]) -> str:
    listed = "|" + "|".join(sorted(known)) + "|"
    known_one = f"strlen({path}) = 3 AND contains('{listed}', concat('|', {path}, '|'))"
    return f"CASE WHEN {path} IS NULL OR {path} IN ('', 'RUB', 'USD', 'EUR') THEN false ELSE NOT ({known_one}) END"


def _value_bad(path: str, known: frozenset[str]) -> tuple[str, ...]:
    return _hollow(path, VALUE), _amount_bad(f"{path}.amount"), _currency_bad(f"{path}.currency", known)


def _texts_bad(path: str, *names: str) -> tuple[str, ...]:
    return tuple(_nested(f"{path}.{name}") for name in names)


def _organisation_bad(path: str) -> tuple[str, ...]:
    return (
        _hollow(path, ORGANISATION),
        *_texts_bad(path, "id", "name"),
        _hollow(f"{path}.identifier", ORGANISATION["identifier"]),
        f"contains({path}.name, chr(0))",
    )


def _statistic(name: str) -> str:
    """A statistic of the whole procedure; `statistics` is read raw, it is seldom there."""
    return (
        '(list_filter(from_json(r.bids.statistics, \'[{"measure":"VARCHAR","value":"VARCHAR","relatedLot":"VARCHAR"}]\'),'
        f" lambda one: one.measure = '{name}' AND coalesce(one.relatedLot, '') = '')[1]).value"
    )


_RELATED = '\'[{"relationship":["VARCHAR"],"identifier":"VARCHAR"}]\''


def _procedures(law: str, known: frozenset[str]) -> Flat:
    tender, entity, buyer = "r.tender", "r.tender.procuringEntity", "r.buyer"
    structure = STRUCTURE["tender"]
    columns = {
        "procedure_id": "r.ocid",
        "source": "source",
        "line": "line",
        "offset": "start",
        "length": "length",
        "publisher": "split_part(r.ocid, '-', 1) || CASE WHEN contains(r.ocid, '-') THEN '-' || split_part(r.ocid, '-', 2) ELSE '' END",
        "tender_id": "r.tender.id",
        "title": f"r.tender.title[:{TITLE}]",
        "buyer_id": "coalesce(buyer_id, nullif(r.buyer.name, ''), r.tender.procuringEntity.name)",
        "buyer_name": f"coalesce(nullif(r.buyer.name, ''), nullif(party, ''), nullif(r.buyer.identifier.legalName, ''), {_name(entity)})",
        "buyer_inn": """CASE WHEN r.buyer.identifier.scheme = 'RU-INN' AND r.buyer.identifier.id <> '' THEN r.buyer.identifier.id
            WHEN starts_with(buyer_id, 'RU-INN-') THEN buyer_id[8:]
            WHEN r.buyer.id IS NULL AND r.tender.procuringEntity.identifier.scheme = 'RU-INN' THEN r.tender.procuringEntity.identifier.id
            ELSE inn END""",
        "entity_id": "entity_id",
        "entity_name": _name(entity),
        "method": _code("r.tender.procurementMethod"),
        "method_details": "r.tender.procurementMethodDetails",
        "category": _code("r.tender.mainProcurementCategory"),
        "law": f"coalesce({law_of('stated')}, {law})",
        "status": _code("r.tender.status"),
        "framework": "r.tender.techniques.hasFrameworkAgreement = 'true'",
        "unit_price": "r.tender.x_unitPrice = 'true'",
        "vat": _vat("r.tender.value"),
        "amount": _careful_amount("r.tender.value.amount"),
        "currency": _currency("r.tender.value"),
        "budget_amount": _careful_amount("r.planning.budget.amount.amount"),
        "budget_currency": _currency("r.planning.budget.amount"),
        "published_on": f"coalesce({_day('r.tender.tenderPeriod.startDate')}, {_day('r.tender.datePublished')}, {_day('r.date')})",
        "opens": _moment("r.tender.tenderPeriod.startDate"),
        "closes": _moment("r.tender.tenderPeriod.endDate"),
        "declared_bidders": "coalesce(TRY_CAST(r.tender.numberOfTenderers::VARCHAR AS BIGINT), CASE WHEN r.bids.statistics IS NOT NULL THEN"
        f" TRY_CAST(coalesce({_statistic('validBids')}, {_statistic('bids')}) AS BIGINT) END)",
        "replaces": f"""CASE WHEN r.relatedProcesses IS NOT NULL THEN (list_filter(from_json(r.relatedProcesses, {_RELATED}), lambda one:
            list_has_any(one.relationship, ['replacementProcess', 'unsuccessfulProcess']))[1]).identifier END""",
        "data_on": _day("r.date"),
    }
    bad = (
        "doubt",
        "r.ocid IS NULL OR r.ocid = ''",
        "r.tag IS NULL",  # a record of a record package has an ocid too, and its releases inside
        _nested("r.ocid"),
        _moment_bad("r.date"),
        *_organisation_bad(buyer),
        _hollow("r.planning.budget.amount", VALUE),
        _amount_bad("r.planning.budget.amount.amount"),
        _currency_bad("r.planning.budget.amount.currency", known),
        _hollow(tender, structure),
        *_texts_bad(tender, "id", "title", "status", "procurementMethod", "procurementMethodDetails", "mainProcurementCategory"),
        "contains(r.tender.title, chr(0))",
        *_value_bad("r.tender.value", known),
        _hollow("r.tender.tenderPeriod", structure["tenderPeriod"]),
        _moment_bad("r.tender.tenderPeriod.startDate"),
        _moment_bad("r.tender.tenderPeriod.endDate"),
        _day_bad("r.tender.datePublished"),
        _count_bad("r.tender.numberOfTenderers"),
        *_organisation_bad(entity),
        "(r.bids IS NOT NULL AND r.bids.details IS NULL AND r.bids.statistics IS NULL)",
        "(r.bids.statistics IS NOT NULL AND NOT starts_with(r.bids.statistics::VARCHAR, '['))",
        "(r.relatedProcesses IS NOT NULL AND NOT starts_with(r.relatedProcesses::VARCHAR, '['))",
    )
    relation = f"""(SELECT *, coalesce({_own_id(buyer)}, {_own_id(entity)}) AS buyer_id, {_own_id(entity)} AS entity_id,
        coalesce(nullif(r.tender.x_law, ''), nullif(r.x_law, ''), r.tender.legalBasis.id) AS stated FROM rel)"""  # noqa: S608
    return Flat(relation, columns, bad)


def _elements(path: str) -> str:
    return f"(SELECT n, r.ocid AS procedure_id, nullif(r.tender.value.currency, '') AS whole, unnest({path}) AS e FROM rel)"  # noqa: S608


def _valued(path: str = "e.value") -> dict[str, str]:
    return {"amount": _careful_amount(f"{path}.amount"), "currency": _currency(path, "whole"), "vat": _vat(path)}


def _element_bad(known: frozenset[str]) -> tuple[str, ...]:
    return ("e.id IS NULL", "e.id = ''", *_texts_bad("e", "id", "status"), *_value_bad("e.value", known))


def flats(law: str, known: frozenset[str]) -> dict[str, Flat]:
    """Every table made of readings, in the order in which they are filled. `law`: of procedures that state none, quoted for SQL."""
    element, valued = _element_bad(known), _valued()
    status = _code("e.status")
    lot_list = (("lot_list", "VARCHAR[]", _lot_list("e")),)
    lots_bad = "lot_id IS NULL", _nested("lot_id")
    return {
        "procedures": _procedures(law, known),
        "lots": Flat(_elements("r.tender.lots"), {"procedure_id": "procedure_id", "lot_id": "e.id", "status": status, **valued}, element),
        "bids": Flat(
            _elements("r.bids.details"),
            {
                "procedure_id": "procedure_id",
                "bid_id": "e.id",
                "status": status,
                **valued,
                "submitted": _moment("e.date"),
                "bidder_id": _ids("e.tenderers"),
                "members": _members("e.tenderers"),
                "lots": f"coalesce(len({_lot_list('e')}), 0)",
            },
            (*element, _moment_bad("e.date"), _nested("e.relatedLot"), _members_bad("e.tenderers")),
            lot_list,
        ),
        "bid_lots": Flat(
            "(SELECT n, procedure_id, bid_id, unnest(lot_list) AS lot_id FROM bids WHERE n >= $first)",
            {name: name for name in ("procedure_id", "bid_id", "lot_id")},
            lots_bad,
        ),
        "awards": Flat(
            _elements("r.awards"),
            {
                "procedure_id": "procedure_id",
                "award_id": "e.id",
                "status": status,
                **valued,
                "awarded_on": _day("e.date"),
                "supplier_id": _ids("e.suppliers"),
                "supplier_name": _names("e.suppliers"),
                "members": _members("e.suppliers"),
                "bid_id": "e.relatedBid",
                "lots": f"coalesce(len({_lot_list('e')}), 0)",
            },
            (*element, _day_bad("e.date"), *_texts_bad("e", "relatedLot", "relatedBid"), _members_bad("e.suppliers")),
            lot_list,
        ),
        "award_lots": Flat(
            "(SELECT n, procedure_id, award_id, unnest(lot_list) AS lot_id FROM awards WHERE n >= $first)",
            {name: name for name in ("procedure_id", "award_id", "lot_id")},
            lots_bad,
        ),
        "contracts": Flat(
            _elements("r.contracts"),
            {
                "procedure_id": "procedure_id",
                "contract_id": "e.id",
                "award_id": "e.awardID",
                "status": status,
                **valued,
                "signed_on": _day("e.dateSigned"),
                "ended_on": f"coalesce({_day('e.implementation.endDate')}, {_day('e.dateTerminated')}, {_day('e.period.endDate')})",
                "amendments": "coalesce(len(e.amendments), 0)",
            },
            (
                *element,
                _nested("e.awardID"),
                *(_day_bad(f"e.{name}") for name in ("dateSigned", "period.endDate", "implementation.endDate", "dateTerminated")),
            ),
        ),
        "amendments": Flat(
            f"(SELECT n, procedure_id, e.id AS contract_id, unnest(e.amendments) AS a FROM {_elements('r.contracts')} WHERE len(e.amendments) > 0)",  # noqa: S608
            {
                "procedure_id": "procedure_id",
                "contract_id": "contract_id",
                "amendment_id": "a.id",
                "amended_on": _day("a.date"),
                "amount": _careful_amount("a.value.amount"),
                "rationale": f"a.rationale[:{TITLE}]",
            },
            (
                "a.id IS NULL",
                "a.id = ''",
                *_texts_bad("a", "id", "rationale"),
                _day_bad("a.date"),
                *_value_bad("a.value", known),
            ),
        ),
    }
