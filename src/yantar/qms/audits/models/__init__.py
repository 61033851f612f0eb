"""The year's programme, its plan, and the audits: preparation, work on the spot, report, follow-up."""

from .audit import EXTERNAL, Audit, AuditKind, AuditMethod, AuditState, AuditStep, MemberRole, TeamMember
from .checklist import Answer, AnswerGrade, BankQuestion, ChecklistLine, Evidence, EvidenceKind, LineOrigin
from .programme import PlanRun, Programme, ProgrammeState, RiskAssessment
from .records import AgendaItem, Meeting, MeetingKind, PersonMet, Report, ReportState

__all__ = [
    "EXTERNAL",
    "AgendaItem",
    "Answer",
    "AnswerGrade",
    "Audit",
    "AuditKind",
    "AuditMethod",
    "AuditState",
    "AuditStep",
    "BankQuestion",
    "ChecklistLine",
    "Evidence",
    "EvidenceKind",
    "LineOrigin",
    "Meeting",
    "MeetingKind",
    "MemberRole",
    "PersonMet",
    "PlanRun",
    "Programme",
    "ProgrammeState",
    "Report",
    "ReportState",
    "RiskAssessment",
    "TeamMember",
]
