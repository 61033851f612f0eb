"""Short ways to write down facts in the tests of the certification cycle."""

from __future__ import annotations

from datetime import date
from typing import Any

from yantar.engine.certification import AuditFact, AuditKind, CertificateFacts, Decision, DecisionKind, EditionFact

EDITIONS = {
    "2000": EditionFact("2000", date(2000, 12, 15), date(2010, 11, 14), date(2009, 11, 14)),
    "2008": EditionFact("2008", date(2008, 11, 14), date(2018, 9, 15), date(2017, 9, 15)),
    "2015": EditionFact("2015", date(2015, 9, 15), date(2029, 9, 30), confirmed=False),
    "2026": EditionFact("2026", date(2026, 9, 30), None, confirmed=False),
}


def day(text: str) -> date:
    """A date written as 2010-03-15."""
    return date.fromisoformat(text)


def decisions(*entries: str, **more: dict[str, Any]) -> tuple[Decision, ...]:
    """Decisions written as "2010-03-15 grant 2008": day, kind, and for some kinds an edition or a reason.

    Parts such as "effective=2010-04-01", "expires=2013-01-01", "audit=2011-02-01" set the other dates.
    """
    found = []
    for number, entry in enumerate(entries, start=1):
        decided_on, kind, *rest = entry.split()
        values: dict[str, Any] = {}
        for part in rest:
            name, _, value = part.rpartition("=")
            if name:
                values[f"{name}_on" if name != "expires" else "expires_on"] = day(value)
            elif value.startswith("S"):
                values["reason"] = value
            else:
                values["edition"] = value
        found.append(Decision(number, DecisionKind(kind), day(decided_on), **values))
    return tuple(found)


def facts(*entries: str, audits: str = "", **more: Any) -> CertificateFacts:
    """Facts of a certificate: decisions as in `decisions`, audits as "stage1 2010-01-20, stage2 2010-02-20"."""
    known = []
    for entry in filter(None, audits.split(",")):
        kind, ended_on = entry.split()
        known.append(AuditFact(AuditKind(kind), day(ended_on)))
    return CertificateFacts("YA-1", decisions(*entries), tuple(known), EDITIONS, **more)


INITIAL = "stage1 2010-01-20, stage2 2010-02-20"
"""The initial audit before the grant of 15 March 2010, used in most tables."""
