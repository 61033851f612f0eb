"""The one definition of the flat tables: SQL from readings of releases (`structure`) to the columns of `tables`.

The relation `rel` has n (number of the record in this ingest), source, line, start, length and r (the reading); the relation `said` has n,
inn and party: what the list of parties adds about the buyer, where the buyer's own object does not say it. Text of the publisher is taken as it is; nothing is guessed here, see `careful`.
"""

from __future__ import annotations

from ..tables import TABLES, Kind

SQL_TYPES = {Kind.TEXT: "VARCHAR", Kind.MONEY: "DECIMAL(18,2)", Kind.COUNT: "BIGINT", Kind.FLAG: "BOOLEAN", Kind.DAY: "DATE"}
TITLE = 300
"""Characters of a title, a supplier's names or a rationale that are kept."""


def _text(path: str) -> str:
    return f"coalesce({path}, '')"


def _code(path: str) -> str:
    return f"coalesce(lower(trim({path})), '')"


def _amount(path: str) -> str:
    """Exact text to decimal; in quotes where the careful way wrote it."""
    return f"coalesce(TRY_CAST({path}::VARCHAR AS DECIMAL(18,2)), TRY_CAST(trim({path}::VARCHAR, '\"') AS DECIMAL(18,2)))"


def _day(path: str) -> str:
    return f"TRY_CAST({path}[:10] AS DATE)"


def _moment(path: str) -> str:
    return f"floor(epoch(TRY_CAST({path} AS TIMESTAMPTZ)))::BIGINT"


def _vat(path: str) -> str:
    return f"CASE {path}.valueAddedTaxIncluded WHEN 'true' THEN 'with' WHEN 'false' THEN 'without' ELSE '' END"


def _currency(path: str, other: str = "") -> str:
    return f"coalesce(nullif({path}.currency, ''), {other + ', ' if other else ''}'')"


def _id(path: str) -> str:
    """An organisation's id; without one its identifier, without both its name."""
    return (
        f"coalesce(nullif({path}.id, ''), CASE WHEN {path}.identifier.id <> '' THEN"
        f" concat_ws('-', nullif({path}.identifier.scheme, ''), {path}.identifier.id) END, nullif({path}.name, ''), '')"
    )


def _own_id(path: str) -> str:
    return (
        f"nullif({path}.id, ''), CASE WHEN {path}.identifier.id <> '' THEN"
        f" concat_ws('-', nullif({path}.identifier.scheme, ''), {path}.identifier.id) END"
    )


def _name(path: str) -> str:
    return f"coalesce(nullif({path}.name, ''), nullif({path}.identifier.legalName, ''), '')"


def _ids(path: str) -> str:
    """Ids of a list of organisations, sorted, each once, joined by |."""
    return (
        f"CASE WHEN {path} IS NULL OR len({path}) = 0 THEN '' WHEN len({path}) = 1 THEN {_id(path + '[1]')}"
        f" ELSE array_to_string(list_sort(list_distinct(list_transform({path}, lambda one: {_id('one')}))), '|') END"
    )


def _names(path: str) -> str:
    return (
        f"CASE WHEN {path} IS NULL OR len({path}) = 0 THEN '' WHEN len({path}) = 1 THEN {_name(path + '[1]')}"
        f" ELSE array_to_string(list_transform({path}, lambda one: {_name('one')}), '|') END[:{TITLE}]"
    )


def _members(path: str) -> str:
    return (
        f"CASE WHEN {path} IS NULL THEN 0 WHEN len({path}) < 2 THEN len({path})"
        f" ELSE len(list_distinct(list_transform({path}, lambda one: {_id('one')}))) END"
    )


def _lot_list(path: str) -> str:
    """Ids of the lots that an element speaks of: relatedLots, else the older relatedLot; NULL where it names none."""
    return (
        f"CASE WHEN {path}.relatedLots IS NOT NULL AND {path}.relatedLots::VARCHAR <> '[]'"
        f" THEN list_distinct(from_json({path}.relatedLots, '[\"VARCHAR\"]'))"
        f" WHEN {path}.relatedLot <> '' THEN [{path}.relatedLot] END"
    )


_TENDER_CURRENCY = "nullif(r.tender.value.currency, '')"
_BUYER = (
    f"coalesce({_own_id('r.buyer')}, {_own_id('r.tender.procuringEntity')}, nullif(r.buyer.name, ''), nullif(r.tender.procuringEntity.name, ''), '')"
)


def _statistic(name: str) -> str:
    return (
        f"(list_filter(r.bids.statistics, lambda one: one.measure = '{name}' AND coalesce(one.relatedLot, '') = ''"
        f" AND regexp_full_match(one.value::VARCHAR, '[0-9]{{1,9}}'))[1]).value::VARCHAR"
    )


def law_of(path: str) -> str:
    """A Russian law as it is written, brought to 94-FZ, 44-FZ, 223-FZ; another text as published."""
    spelled = f"upper(replace(replace({path}, ' ', ''), '-', ''))"
    return (
        f"CASE WHEN {path} IS NULL OR {path} = '' THEN NULL WHEN {spelled} IN ('44ФЗ', '44FZ', '44') THEN '44-FZ'"
        f" WHEN {spelled} IN ('223ФЗ', '223FZ', '223') THEN '223-FZ' WHEN {spelled} IN ('94ФЗ', '94FZ', '94') THEN '94-FZ' ELSE {path} END"
    )


def procedures(law: str) -> str:
    """Rows of `procedures`. `law`: of those that state none, already quoted for SQL."""
    return f"""SELECT r.ocid AS procedure_id, source, line, start AS "offset", length,
        split_part(r.ocid, '-', 1) || CASE WHEN contains(r.ocid, '-') THEN '-' || split_part(r.ocid, '-', 2) ELSE '' END AS publisher,
        {_text("r.tender.id")} AS tender_id, {_text("r.tender.title")}[:{TITLE}] AS title,
        {_BUYER} AS buyer_id,
        coalesce(nullif(r.buyer.name, ''), nullif(party, ''), nullif(r.buyer.identifier.legalName, ''), {_name("r.tender.procuringEntity")})
            AS buyer_name,
        CASE WHEN r.buyer.identifier.scheme = 'RU-INN' AND r.buyer.identifier.id <> '' THEN r.buyer.identifier.id
            WHEN starts_with(coalesce({_own_id("r.buyer")}, {_own_id("r.tender.procuringEntity")}), 'RU-INN-')
            THEN coalesce({_own_id("r.buyer")}, {_own_id("r.tender.procuringEntity")})[8:]
            WHEN r.buyer.id IS NULL AND r.tender.procuringEntity.identifier.scheme = 'RU-INN' THEN r.tender.procuringEntity.identifier.id
            ELSE inn END AS buyer_inn,
        coalesce({_own_id("r.tender.procuringEntity")}, '') AS entity_id,
        {_name("r.tender.procuringEntity")} AS entity_name,
        {_code("r.tender.procurementMethod")} AS method, {_text("r.tender.procurementMethodDetails")} AS method_details,
        {_code("r.tender.mainProcurementCategory")} AS category,
        coalesce({law_of("r.tender.x_law")}, {law_of("r.x_law")}, {law_of("r.tender.legalBasis.id")}, {law}) AS law,
        {_code("r.tender.status")} AS status,
        r.tender.techniques.hasFrameworkAgreement = 'true' AS framework, r.tender.x_unitPrice = 'true' AS unit_price,
        {_vat("r.tender.value")} AS vat, {_amount("r.tender.value.amount")} AS amount, {_currency("r.tender.value")} AS currency,
        {_amount("r.planning.budget.amount.amount")} AS budget_amount, {_currency("r.planning.budget.amount")} AS budget_currency,
        coalesce({_day("r.tender.tenderPeriod.startDate")}, {_day("r.tender.datePublished")}, {_day("r.date")}) AS published_on,
        {_moment("r.tender.tenderPeriod.startDate")} AS opens, {_moment("r.tender.tenderPeriod.endDate")} AS closes,
        coalesce(TRY_CAST(r.tender.numberOfTenderers::VARCHAR AS BIGINT), CASE WHEN len(r.bids.statistics) > 0 THEN
            TRY_CAST(coalesce({_statistic("validBids")}, {_statistic("bids")}) AS BIGINT) END) AS declared_bidders,
        CASE WHEN len(r.relatedProcesses) > 0 THEN coalesce((list_filter(r.relatedProcesses, lambda one:
            contains(one.relationship::VARCHAR, '"replacementProcess"') OR contains(one.relationship::VARCHAR, '"unsuccessfulProcess"'))[1]).identifier,
            '') ELSE '' END AS replaces,
        {_day("r.date")} AS data_on FROM rel LEFT JOIN said USING (n)"""


def _elements(path: str) -> str:
    return f"(SELECT n, r.ocid AS procedure_id, {_TENDER_CURRENCY} AS whole, unnest({path}) AS e FROM rel)"


def selects(law: str = "''") -> dict[str, str]:
    """For each table made of readings its SELECT from `rel`, columns in the order and the types of `tables`."""
    found = {
        "procedures": procedures(law),
        "lots": f"""SELECT procedure_id, {_text("e.id")} AS lot_id, {_code("e.status")} AS status, {_amount("e.value.amount")} AS amount,
            {_currency("e.value", "whole")} AS currency, {_vat("e.value")} AS vat FROM {_elements("r.tender.lots")}""",
        "bids": f"""SELECT procedure_id, {_text("e.id")} AS bid_id, {_code("e.status")} AS status, {_amount("e.value.amount")} AS amount,
            {_currency("e.value", "whole")} AS currency, {_moment("e.date")} AS submitted, {_ids("e.tenderers")} AS bidder_id,
            {_members("e.tenderers")} AS members, coalesce(len({_lot_list("e")}), 0) AS lots FROM {_elements("r.bids.details")}""",
        "bid_lots": f"""SELECT procedure_id, {_text("e.id")} AS bid_id, unnest({_lot_list("e")}) AS lot_id FROM {_elements("r.bids.details")}""",
        "awards": f"""SELECT procedure_id, {_text("e.id")} AS award_id, {_code("e.status")} AS status, {_amount("e.value.amount")} AS amount,
            {_currency("e.value", "whole")} AS currency, {_vat("e.value")} AS vat, {_day("e.date")} AS awarded_on,
            {_ids("e.suppliers")} AS supplier_id, {_names("e.suppliers")} AS supplier_name, {_members("e.suppliers")} AS members,
            {_text("e.relatedBid")} AS bid_id, coalesce(len({_lot_list("e")}), 0) AS lots FROM {_elements("r.awards")}""",
        "award_lots": f"""SELECT procedure_id, {_text("e.id")} AS award_id, unnest({_lot_list("e")}) AS lot_id FROM {_elements("r.awards")}""",
        "contracts": f"""SELECT procedure_id, {_text("e.id")} AS contract_id, {_text("e.awardID")} AS award_id, {_code("e.status")} AS status,
            {_amount("e.value.amount")} AS amount, {_currency("e.value", "whole")} AS currency, {_vat("e.value")} AS vat,
            {_day("e.dateSigned")} AS signed_on, coalesce({_day("e.implementation.endDate")}, {_day("e.dateTerminated")},
            {_day("e.period.endDate")}) AS ended_on, coalesce(len(e.amendments), 0) AS amendments FROM {_elements("r.contracts")}""",
        "amendments": f"""SELECT procedure_id, contract_id, {_text("a.id")} AS amendment_id, {_day("a.date")} AS amended_on,
            {_amount("a.value.amount")} AS amount, {_text("a.rationale")}[:{TITLE}] AS rationale
            FROM (SELECT procedure_id, {_text("e.id")} AS contract_id, unnest(e.amendments) AS a FROM {_elements("r.contracts")}
            WHERE len(e.amendments) > 0)""",
    }
    return {name: typed(name, f"({sql})") for name, sql in found.items()}


def typed(name: str, relation: str) -> str:
    """A relation with the columns of a table, in its order and types: text never null."""
    columns = []
    for column in TABLES[name].columns:
        plain = f'CAST("{column.name}" AS {SQL_TYPES[column.kind]})'
        if column.kind is Kind.TEXT:
            plain = f"coalesce({plain}, '')"
        elif column.kind is Kind.FLAG:
            plain = f"coalesce({plain}, false)"
        columns.append(f'{plain} AS "{column.name}"')
    return f"SELECT {', '.join(columns)} FROM {relation}"
