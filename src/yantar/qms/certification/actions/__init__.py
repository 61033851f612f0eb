"""The only code that changes anything about certificates."""

from yantar.qms.certification.recording import DecisionEntry, ExclusionEntry, SiteEntry

from .audits import record_audit, take_back_audit
from .bodies import add_body, correct_body
from .certificates import attach_scan, correct_certificate, grant_certificate, set_exclusions, supersede, take_back_supersession
from .decisions import record_decision, reverse_decision
from .upkeep import change_transition, rebuild, refresh_after_standards_change, remind

__all__ = [
    "DecisionEntry",
    "ExclusionEntry",
    "SiteEntry",
    "add_body",
    "attach_scan",
    "change_transition",
    "correct_body",
    "correct_certificate",
    "grant_certificate",
    "rebuild",
    "record_audit",
    "record_decision",
    "refresh_after_standards_change",
    "remind",
    "reverse_decision",
    "set_exclusions",
    "supersede",
    "take_back_audit",
    "take_back_supersession",
]
