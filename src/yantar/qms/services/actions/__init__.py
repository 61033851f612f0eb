"""Everything that changes maps of processes, services with their passports, and limits of the law."""

from .cases import cancel_case_load, continue_case_load, finish_case_load, load_cases, start_case_load, start_case_load_from_path, take_cases
from .delivery import record_month, remove_month
from .facts import record_facts
from .limits import change_limit, confirm_limit
from .moving import move_case_deadlines
from .parts import end_part, set_part
from .passports import agree_passport, call_back_passport, change_draft, draw_passport, drop_passport, enact_passport, turn_passports
from .processes import add_process, change_process, end_process
from .services import add_service, change_service, end_service, set_places
from .template import adopt_template, load_template, take_over_template, template_is_current

__all__ = [
    "add_process",
    "add_service",
    "adopt_template",
    "agree_passport",
    "call_back_passport",
    "cancel_case_load",
    "change_draft",
    "change_limit",
    "change_process",
    "change_service",
    "confirm_limit",
    "continue_case_load",
    "draw_passport",
    "drop_passport",
    "enact_passport",
    "end_part",
    "end_process",
    "end_service",
    "finish_case_load",
    "load_cases",
    "load_template",
    "move_case_deadlines",
    "record_facts",
    "record_month",
    "remove_month",
    "set_part",
    "set_places",
    "start_case_load",
    "start_case_load_from_path",
    "take_cases",
    "take_over_template",
    "template_is_current",
    "turn_passports",
]
