"""The only code that changes anything about findings."""

from .beginning import acknowledge, assign, record_correction, reject, set_verifier
from .causes import add_cause, change_cause, mark_root, propose_plan, reject_cause, remove_cause, say_elsewhere
from .elsewhere import answer_elsewhere, ask_elsewhere, close_case, decide_case
from .ending import cancel, confirm_cancel, refuse_cancel, reopen, request_cancel
from .extras import add_attachment, share_strength, translate
from .planning import add_action, approve, change_action, fix_effect, send_back, submit_for_approval, withdraw_action
from .proving import accept_proof, complete_action, judge_effect, postpone_effect, refuse_proof, submit_for_verification
from .raising import correct_draft, drop_draft, open_finding, raise_finding, take_up
from .upkeep import remind

__all__ = [
    "accept_proof",
    "acknowledge",
    "add_action",
    "add_attachment",
    "add_cause",
    "answer_elsewhere",
    "approve",
    "ask_elsewhere",
    "assign",
    "cancel",
    "change_action",
    "change_cause",
    "close_case",
    "complete_action",
    "confirm_cancel",
    "correct_draft",
    "decide_case",
    "drop_draft",
    "fix_effect",
    "judge_effect",
    "mark_root",
    "open_finding",
    "postpone_effect",
    "propose_plan",
    "raise_finding",
    "record_correction",
    "refuse_cancel",
    "refuse_proof",
    "reject",
    "reject_cause",
    "remind",
    "remove_cause",
    "reopen",
    "request_cancel",
    "say_elsewhere",
    "send_back",
    "set_verifier",
    "share_strength",
    "submit_for_approval",
    "submit_for_verification",
    "take_up",
    "translate",
    "withdraw_action",
]
