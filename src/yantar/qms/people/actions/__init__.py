"""Everything that changes auditors and what is recorded of them."""

from .auditors import add_auditor, change_auditor, end_auditor, link_user
from .competences import correct_competence, record_competence, withdraw_competence
from .days import cancel_absence, record_absence
from .judgement import declare_conflict, end_conflict, evaluate
from .reminders import remind

__all__ = [
    "add_auditor",
    "cancel_absence",
    "change_auditor",
    "correct_competence",
    "declare_conflict",
    "end_auditor",
    "end_conflict",
    "evaluate",
    "link_user",
    "record_absence",
    "record_competence",
    "remind",
    "withdraw_competence",
]
