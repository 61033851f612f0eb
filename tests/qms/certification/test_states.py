"""The one table of transitions, held against what the engine does and says."""

from __future__ import annotations

from datetime import date

import pytest

from yantar.engine import certification as engine
from yantar.qms.certification import states
from yantar.qms.certification.models import DecisionKind, Status

EDITIONS = {
    "old": engine.EditionFact("old", date(2008, 1, 1), ends_on=date(2020, 3, 1)),
    "new": engine.EditionFact("new", date(2015, 1, 1)),
}
ON = date(2020, 6, 1)


def reached(status: str, by_edition: bool = False) -> engine.CertificateFacts:
    """A certificate that is in a status on ON."""
    begun = date(2017, 3, 1) if status == "expired" and not by_edition else date(2019, 3, 1)
    decisions = [engine.Decision(1, engine.DecisionKind.GRANT, begun, edition="old" if by_edition else "new")]
    if status == "suspended":
        decisions.append(engine.Decision(2, engine.DecisionKind.SUSPEND, date(2020, 4, 1), reason="S1"))
    if status == "withdrawn":
        decisions.append(engine.Decision(2, engine.DecisionKind.WITHDRAW, date(2020, 4, 1)))
    facts = engine.CertificateFacts(
        number="A",
        decisions=() if status == "draft" else tuple(decisions),
        audits=(engine.AuditFact(engine.AuditKind.STAGE1, date(2020, 4, 20)), engine.AuditFact(engine.AuditKind.STAGE2, date(2020, 5, 1))),
        editions=EDITIONS,
        superseded_on=date(2020, 5, 1) if status == "superseded" else None,
    )
    assert engine.status(facts, ON).value == status
    return facts


@pytest.mark.parametrize("kind", DecisionKind.values)
@pytest.mark.parametrize("status", Status.values)
def test_the_engine_agrees_with_the_table(status: str, kind: str) -> None:
    facts = reached(status, by_edition=kind == "move_edition" and status == "expired")
    decision = engine.Decision(9, engine.DecisionKind(kind), ON, edition="new", audit_on=date(2020, 5, 20), reason="S1" if kind == "suspend" else "")
    broken = {one.code for one in engine.check_decision(facts, decision) if one.severity == "breach"}
    after = states.TRANSITIONS.get((Status(status), DecisionKind(kind)))
    if after is None:
        assert broken & {"decision_not_allowed", "transfer_of_invalid"}
    else:
        assert not broken & {"decision_not_allowed", "transfer_of_invalid"}
        together = engine.CertificateFacts(
            number="A", decisions=(*facts.decisions, decision), audits=facts.audits, editions=EDITIONS, superseded_on=facts.superseded_on
        )
        assert engine.status(together, ON).value == after.value


def test_what_a_status_foresees() -> None:
    assert states.possible("suspended") == (DecisionKind.RESTORE, DecisionKind.REDUCE_SCOPE, DecisionKind.WITHDRAW)
    assert states.possible("superseded") == ()


def test_the_diagram_has_every_transition_once() -> None:
    lines = states.mermaid().splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert len(lines) == len(set(lines)) == 2 + len(states.TRANSITIONS) + len(states.BY_TIME)
    assert "    suspended --> active: restore" in lines
