"""The certification cycle as pure functions: what a certificate's facts mean on any day.

Sources: ISO/IEC 17021-1:2015 and the IAF documents named in `RULES`. No function here knows today's date, a database or a language.
"""

from yantar.engine.certification.breaches import Breach, breaches, breaches_on, breaches_until, check_decision
from yantar.engine.certification.decisions import ALLOWED
from yantar.engine.certification.facts import (
    IAF_STATUS,
    SUSPENSION_REASONS,
    AuditFact,
    AuditKind,
    BodyLimits,
    CertificateFacts,
    Decision,
    DecisionKind,
    EditionFact,
    NonconformityFact,
    SiteFact,
    Status,
)
from yantar.engine.certification.obligations import Obligation, all_obligations, next_obligation, obligations
from yantar.engine.certification.rules import RULES, Rule
from yantar.engine.certification.status import StatusPeriod, period_on, proposed_expiry, status, timeline
from yantar.engine.certification.transitions import effective_expiry, successor, transition_opens

__all__ = [
    "ALLOWED",
    "IAF_STATUS",
    "RULES",
    "SUSPENSION_REASONS",
    "AuditFact",
    "AuditKind",
    "BodyLimits",
    "Breach",
    "CertificateFacts",
    "Decision",
    "DecisionKind",
    "EditionFact",
    "NonconformityFact",
    "Obligation",
    "Rule",
    "SiteFact",
    "Status",
    "StatusPeriod",
    "all_obligations",
    "breaches",
    "breaches_on",
    "breaches_until",
    "check_decision",
    "effective_expiry",
    "next_obligation",
    "obligations",
    "period_on",
    "proposed_expiry",
    "status",
    "successor",
    "timeline",
    "transition_opens",
]
