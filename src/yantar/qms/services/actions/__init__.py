"""Everything that changes maps of processes, services with their passports, and limits of the law."""

from .facts import record_facts
from .limits import change_limit, confirm_limit
from .parts import end_part, set_part
from .processes import add_process, change_process, end_process
from .template import adopt_template, load_template, take_over_template, template_is_current

__all__ = [
    "add_process",
    "adopt_template",
    "change_limit",
    "change_process",
    "confirm_limit",
    "end_part",
    "end_process",
    "load_template",
    "record_facts",
    "set_part",
    "take_over_template",
    "template_is_current",
]
