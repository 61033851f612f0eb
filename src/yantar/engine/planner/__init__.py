"""The planner of the year's audits: `make_plan` makes a plan, `check` (written apart from it) judges one.

The solver is loaded when it is first asked for: whoever only reads forms, reasons or the checker does without OR-Tools and its 50 MB.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yantar.engine.planner.consistency import Inconsistent, problems_of
    from yantar.engine.planner.solve import Progress, make_plan

__all__ = ["Inconsistent", "Progress", "make_plan", "problems_of"]

_HOMES = {"Inconsistent": "consistency", "problems_of": "consistency", "Progress": "solve", "make_plan": "solve"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
