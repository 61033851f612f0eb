"""The certification cycle as pure functions: what a certificate's facts mean on any day.

Sources: ISO/IEC 17021-1:2015 and the IAF documents named in `RULES`. No function here knows today's date, a database or a language.
"""

from yantar.engine.certification.alarms import ALARM_CODES, Alarm, Level, alarm_level, alarms
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
    as_of,
)
from yantar.engine.certification.milestones import Milestone, MilestoneState, line_of_dates
from yantar.engine.certification.obligations import Obligation, all_obligations, next_obligation, obligations
from yantar.engine.certification.rules import RULES, Rule
from yantar.engine.certification.status import StatusPeriod, period_on, proposed_expiry, status, timeline
from yantar.engine.certification.transitions import effective_expiry, successor, transition_opens

__all__ = [
    "ALARM_CODES",
    "ALLOWED",
    "Alarm",
    "AuditFact",
    "AuditKind",
    "BodyLimits",
    "Breach",
    "CertificateFacts",
    "Decision",
    "DecisionKind",
    "EditionFact",
    "IAF_STATUS",
    "Level",
    "Milestone",
    "MilestoneState",
    "NonconformityFact",
    "Obligation",
    "RULES",
    "Rule",
    "SUSPENSION_REASONS",
    "SiteFact",
    "Status",
    "StatusPeriod",
    "alarm_level",
    "alarms",
    "all_obligations",
    "as_of",
    "breaches",
    "breaches_on",
    "breaches_until",
    "check_decision",
    "effective_expiry",
    "line_of_dates",
    "next_obligation",
    "obligations",
    "period_on",
    "proposed_expiry",
    "status",
    "successor",
    "timeline",
    "transition_opens",
]
