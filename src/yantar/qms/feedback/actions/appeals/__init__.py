"""The only code that changes anything about appeals and remarks: `from yantar.qms.feedback.actions import appeals`."""

from .answering import answer_appeals, raise_finding_from, read_answer_paper, record_measures
from .ending import (
    add_note,
    close_appeal,
    decline_appeal,
    dispute_appeal,
    keep_answer,
    publish_remark,
    reopen_appeal,
    withdraw_appeal,
)
from .handling import assign_appeal, extend_appeal, forward_appeal, name_concerned, register_appeal
from .receiving import receive_appeal, reject_appeal, release_appeal
from .templates import add_template, change_template, retire_template
from .upkeep import apply_calendar, close_quiet, raise_alarms

__all__ = [
    "add_note",
    "add_template",
    "answer_appeals",
    "apply_calendar",
    "assign_appeal",
    "change_template",
    "close_appeal",
    "close_quiet",
    "decline_appeal",
    "dispute_appeal",
    "extend_appeal",
    "forward_appeal",
    "keep_answer",
    "name_concerned",
    "publish_remark",
    "raise_alarms",
    "raise_finding_from",
    "read_answer_paper",
    "receive_appeal",
    "record_measures",
    "register_appeal",
    "reject_appeal",
    "release_appeal",
    "reopen_appeal",
    "retire_template",
    "withdraw_appeal",
]
