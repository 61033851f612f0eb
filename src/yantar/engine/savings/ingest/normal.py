"""One release put into the form of the standard, field by field, as far as the flat tables need it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .quarantine import Action, Note, currency_names, load_reasons, publisher_of
from .values import Number, exact_amount, written_amount, written_count, written_date

Object = dict[str, Any]


class Normal:
    """Works through one release. `notes`: what was repaired or set aside."""

    def __init__(self, known: frozenset[str], source: int, line: int) -> None:
        self.known, self.source, self.line = known, source, line
        self.ocid = ""
        self.notes: list[Note] = []

    # What is noted

    def note(self, reason: str, path: str, value: object) -> None:
        """Something was repaired, set aside or rejected: the action is the reason's."""
        action: Action = load_reasons()[reason].action
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        publisher = publisher_of(self.ocid) if self.ocid else ""
        self.notes.append(Note(self.source, self.line, self.ocid, publisher, path, text.replace("\0", "")[:200], reason, action))

    # Single values

    def text(self, value: Any, path: str) -> str | None:
        """A text; numbers and truth values as they are written."""
        if value is None:
            return None
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            self.note("list_for_object", path, value)
            value = value[0]
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            if "\0" in value:
                self.note("nul", path, value)
                value = value.replace("\0", "")
            return str(value)
        self.note("wrong_type", path, value)
        return None

    def written(self, value: Any, path: str, read: Callable[[str], tuple[str | None, str | None]]) -> str | None:
        """A date or a count."""
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            self.note("list_for_object", path, value)
            value = value[0]
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str):
            self.note("wrong_type", path, value)
            return None
        made, reason = read(value)
        if reason:
            self.note(reason, path, value)
        elif read is written_count and made and not isinstance(value, Number):
            self.note("number_as_text", path, value)
        return made or None

    def day(self, value: Any, path: str) -> str | None:
        """A date."""
        return self.written(value, path, written_date)

    def amount(self, value: Any, path: str) -> str | None:
        """An amount of money as the text of a decimal."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str):
            self.note("wrong_type", path, value)
            return None
        made: str | None = str(value)
        if not isinstance(value, Number):
            made, reason = written_amount(value)
            if reason:
                self.note(reason, path, value)
            if not made:
                return None
            self.note("number_as_text", path, value)
        made, reason = exact_amount(made or "")
        if reason:
            self.note(reason, path, value)
        return made

    def money(self, value: Any, path: str) -> Object | None:
        """An amount with its currency. Without a known currency the amount says nothing and is not used."""
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            self.note("list_for_object", path, value)
            value = value[0]
        if value is None:
            return None
        if isinstance(value, str) and not isinstance(value, bool):
            if not value.strip():
                return None
            self.note("number_for_value", path, value)
            return {"amount": self.amount(value, path)}
        if not isinstance(value, dict):
            self.note("wrong_type", path, value)
            return None
        made: Object = {"amount": self.amount(value.get("amount"), f"{path}.amount")}
        tax = value.get("valueAddedTaxIncluded")
        if tax is not None:
            made["valueAddedTaxIncluded"] = self.text(tax, f"{path}.valueAddedTaxIncluded")
        written = self.text(value.get("currency"), f"{path}.currency")
        if written is not None and written.strip():
            currency = written.strip().upper()
            if currency not in self.known:
                currency = currency_names().get(written.lower().replace(" ", "").replace(".", ""), "")
            if not currency:
                self.note("currency_unknown", f"{path}.currency", written)
                return {**made, "amount": None}
            if currency != written:
                self.note("currency_spelling", f"{path}.currency", written)
            made["currency"] = currency
        return made

    # Objects and lists

    def object(self, value: Any, path: str) -> Object:
        """An object; empty where there is none."""
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            self.note("list_for_object", path, value)
            value = value[0]
        if isinstance(value, dict):
            if twice := getattr(value, "twice", ""):
                self.note("duplicate_key", f"{path}.{twice}" if path else twice, twice)
            return value
        if value not in (None, [], ""):
            self.note("wrong_type", path, value)
        return {}

    def elements(self, value: Any, path: str) -> list[tuple[Object, str]]:
        """The objects of a list, each with its path."""
        if value is None:
            return []
        if isinstance(value, dict):
            if not value:
                return []
            self.note("object_for_list", path, value)
            numbered = all(key.isdigit() for key in value) and all(isinstance(one, dict) for one in value.values())
            value = list(value.values()) if numbered else [value]
        if not isinstance(value, list):
            if value != "":
                self.note("wrong_type", path, value)
            return []
        found = []
        for place, one in enumerate(value):
            at = f"{path}[{place}]"
            if one is None or one in ({}, []):
                self.note("empty_element", at, one)
            elif isinstance(one, dict):
                found.append((self.object(one, at), at))
            else:
                self.note("wrong_type", at, one)
        return found

    def named(self, value: Any, path: str, read: Callable[[Object, str], Object]) -> list[Object] | None:
        """A list of elements with ids: each id there, and once."""
        if value is None:
            return None
        made: list[Object] = []
        seen: dict[str, list[Object]] = {}
        for place, (one, at) in enumerate(self.elements(value, path), 1):
            id_ = self.text(one.get("id"), f"{at}.id")
            if not id_ or not id_.strip():
                self.note("id_missing", f"{at}.id", id_ or "")
                id_ = f"#{place}"
            element = {"id": id_, **read(one, at)}
            same = seen.setdefault(id_, [])
            if any({**other, "id": id_} == element for other in same):
                self.note("repeated_whole", at, id_)
                continue
            same.append(element)
            if len(same) > 1:
                self.note("id_repeated", f"{at}.id", id_)
                element = {**element, "id": f"{id_}#{len(same)}"}
            made.append(element)
        return made

    def texts(self, value: Any, path: str) -> list[str] | None:
        """A list of texts; one alone is a list of one."""
        if value is None:
            return None
        if isinstance(value, str):
            if not value:
                return None
            self.note("text_as_list", path, value)
            value = [value]
        if not isinstance(value, list):
            self.note("wrong_type", path, value)
            return None
        return [one for one in (self.text(one, f"{path}[{place}]") for place, one in enumerate(value)) if one]

    def organisation(self, value: Any, path: str) -> Object | None:
        """An organisation, or a reference to one; a text in its place is its name."""
        if value is None:
            return None
        if isinstance(value, str):
            return {"name": str(value)} if value else None
        one = self.object(value, path)
        identifier = one.get("identifier")
        made: Object = {"id": self.text(one.get("id"), f"{path}.id"), "name": self.text(one.get("name"), f"{path}.name")}
        if isinstance(identifier, dict):
            made["identifier"] = {key: self.text(identifier.get(key), f"{path}.identifier.{key}") for key in ("scheme", "id", "legalName")}
        return made

    def organisations(self, value: Any, path: str) -> list[Object] | None:
        """A list of organisations that bid or supply; one without an id is known by its identifier, else by its name."""
        if value is None:
            return None
        made = [_member(self.organisation(one, at) or {}) for one, at in self.elements(value, path)]
        return [one for one in made if one["id"]]

    # The release

    def release(self, value: Any) -> Object | None:
        """The release in the form of the standard; None where it can't be used."""
        if not isinstance(value, dict):
            self.note("not_object", "", value)
            return None
        self.object(value, "")
        ocid = self.text(value.get("ocid"), "ocid")
        if not ocid or not ocid.strip():
            self.note("no_ocid", "", value)
            self.notes = [one for one in self.notes if one.action == "rejected"]
            return None
        self.ocid = ocid.strip()
        planning, bids = self.object(value.get("planning"), "planning"), self.object(value.get("bids"), "bids")
        budget = self.object(planning.get("budget"), "planning.budget")
        return {
            "ocid": self.ocid,
            "date": self.day(value.get("date"), "date"),
            "tag": self.texts(value.get("tag"), "tag"),
            "buyer": self.organisation(value.get("buyer"), "buyer"),
            "parties": _parties(value.get("parties")),
            "x_law": value.get("x_law") if isinstance(value.get("x_law"), str) else None,
            "planning": {"budget": {"amount": self.money(budget.get("amount"), "planning.budget.amount")}},
            "tender": self.tender(self.object(value.get("tender"), "tender")),
            "bids": {
                "statistics": [self.statistic(one, at) for one, at in self.elements(bids.get("statistics"), "bids.statistics")],
                "details": self.named(bids.get("details"), "bids.details", self.bid),
            },
            "awards": self.named(value.get("awards"), "awards", self.award),
            "contracts": self.named(value.get("contracts"), "contracts", self.contract),
            "relatedProcesses": [
                {
                    "relationship": self.texts(one.get("relationship"), f"{at}.relationship"),
                    "identifier": self.text(one.get("identifier"), f"{at}.id"),
                }
                for one, at in self.elements(value.get("relatedProcesses"), "relatedProcesses")
            ],
        }

    def fields(self, one: Object, at: str, *names: str) -> Object:
        """Some fields that are texts."""
        return {name: self.text(one.get(name), f"{at}.{name}") for name in names}

    def tender(self, one: Object) -> Object:
        """tender."""
        period, techniques, basis = one.get("tenderPeriod"), one.get("techniques"), one.get("legalBasis")
        span = self.object(period, "tender.tenderPeriod")
        return {
            **self.fields(one, "tender", "id", "title", "status", "procurementMethod", "procurementMethodDetails", "mainProcurementCategory"),
            **self.fields(one, "tender", "x_law", "x_unitPrice"),
            "value": self.money(one.get("value"), "tender.value"),
            "tenderPeriod": {name: self.day(span.get(name), f"tender.tenderPeriod.{name}") for name in ("startDate", "endDate")},
            "datePublished": self.day(one.get("datePublished"), "tender.datePublished"),
            "numberOfTenderers": self.count(one.get("numberOfTenderers"), "tender.numberOfTenderers"),
            "procuringEntity": self.organisation(one.get("procuringEntity"), "tender.procuringEntity"),
            "legalBasis": {"id": basis["id"]} if isinstance(basis, dict) and isinstance(basis.get("id"), str) else None,
            "techniques": {"hasFrameworkAgreement": techniques.get("hasFrameworkAgreement") is True} if isinstance(techniques, dict) else None,
            "lots": self.named(one.get("lots"), "tender.lots", self.lot),
        }

    def count(self, value: Any, path: str) -> int | None:
        """A whole number."""
        made = self.written(value, path, written_count)
        return None if made is None else int(made)

    def statistic(self, one: Object, at: str) -> Object:
        """A statistic of bids."""
        return {**self.fields(one, at, "measure", "relatedLot"), "value": self.count(one.get("value"), f"{at}.value")}

    def lot(self, one: Object, at: str) -> Object:
        """A lot."""
        return {**self.fields(one, at, "status"), "value": self.money(one.get("value"), f"{at}.value")}

    def bid(self, one: Object, at: str) -> Object:
        """A bid."""
        return {
            **self.fields(one, at, "status", "relatedLot"),
            "date": self.day(one.get("date"), f"{at}.date"),
            "tenderers": self.organisations(one.get("tenderers"), f"{at}.tenderers"),
            "value": self.money(one.get("value"), f"{at}.value"),
            "relatedLots": self.texts(one.get("relatedLots"), f"{at}.relatedLots"),
        }

    def award(self, one: Object, at: str) -> Object:
        """An award."""
        return {
            **self.fields(one, at, "status", "relatedLot", "relatedBid"),
            "date": self.day(one.get("date"), f"{at}.date"),
            "suppliers": self.organisations(one.get("suppliers"), f"{at}.suppliers"),
            "value": self.money(one.get("value"), f"{at}.value"),
            "relatedLots": self.texts(one.get("relatedLots"), f"{at}.relatedLots"),
        }

    def contract(self, one: Object, at: str) -> Object:
        """A contract."""
        made: Object = {
            **self.fields(one, at, "awardID", "status"),
            "value": self.money(one.get("value"), f"{at}.value"),
            "amendments": self.named(one.get("amendments"), f"{at}.amendments", self.amendment),
        }
        for name in ("dateSigned", "dateTerminated"):
            made[name] = self.day(one.get(name), f"{at}.{name}")
        for name in ("period", "implementation"):
            inner = one.get(name)
            if isinstance(inner, dict):
                made[name] = {"endDate": self.day(inner.get("endDate"), f"{at}.{name}.endDate")}
        return made

    def amendment(self, one: Object, at: str) -> Object:
        """An amendment of a contract."""
        return {
            **self.fields(one, at, "rationale"),
            "date": self.day(one.get("date"), f"{at}.date"),
            "value": self.money(one.get("value"), f"{at}.value"),
        }


def _member(one: Object) -> Object:
    identifier = one.get("identifier") or {}
    stated = "-".join(part for part in (identifier.get("scheme"), identifier.get("id")) if part) if identifier.get("id") else ""
    name = one.get("name") or identifier.get("legalName")
    return {"id": one.get("id") or stated or name, "name": name}


def _parties(value: Any) -> list[Object] | None:
    """As much of the parties as the fast reading takes."""
    if not isinstance(value, list):
        return None
    return [{name: one.get(name) for name in ("id", "name", "identifier")} for one in value if isinstance(one, dict)]
