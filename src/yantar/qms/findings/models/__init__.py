"""Findings of every source, and what was done about them until the effect was proven."""

from .case import CaseState, ElsewhereAnswer, ElsewhereQuestion, GovernmentCase
from .cause import Cause, CauseMethod
from .effect import Direction, Effect, Verdict
from .finding import FINAL, Finding, FindingNumber, FindingStep, Grade, OriginKind, State
from .handling import ActionKind, Attachment, Escalation, PlannedAction, Recurrence, SavedFilter

__all__ = [
    "FINAL",
    "ActionKind",
    "Attachment",
    "CaseState",
    "Cause",
    "CauseMethod",
    "Direction",
    "Effect",
    "ElsewhereAnswer",
    "ElsewhereQuestion",
    "Escalation",
    "Finding",
    "FindingNumber",
    "FindingStep",
    "GovernmentCase",
    "Grade",
    "OriginKind",
    "PlannedAction",
    "Recurrence",
    "SavedFilter",
    "State",
    "Verdict",
]
