"""The only code that changes anything about audits and their programme."""

from .answering import AnswerEntry, Conflict, Outcome, save_answers
from .evidence import add_evidence, remove_evidence
from .lifecycle import begin, cancel, close, finish_on_the_spot, finish_preparation, plan_again, postpone, prepare_again, resume
from .meeting import propose_agenda, record_meeting, record_person_met, remove_agenda_item, remove_person_met, save_agenda_item
from .preparing import (
    add_question,
    assign_lines,
    correct_line,
    drop_lines,
    move_line,
    prepare,
    take_back_lines,
    withdraw_bank_question,
)

__all__ = [
    "AnswerEntry",
    "Conflict",
    "Outcome",
    "add_evidence",
    "add_question",
    "assign_lines",
    "begin",
    "cancel",
    "close",
    "correct_line",
    "drop_lines",
    "finish_on_the_spot",
    "finish_preparation",
    "move_line",
    "plan_again",
    "postpone",
    "prepare",
    "prepare_again",
    "propose_agenda",
    "record_meeting",
    "record_person_met",
    "remove_agenda_item",
    "remove_evidence",
    "remove_person_met",
    "resume",
    "save_agenda_item",
    "save_answers",
    "take_back_lines",
    "withdraw_bank_question",
]
