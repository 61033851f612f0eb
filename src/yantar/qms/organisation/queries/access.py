"""Whose internals a viewer sees."""

from __future__ import annotations

from typing import Any

from yantar.core.actions import System

from .. import rules
from ..lines import line_of


def internal_authority_ids(viewer: Any) -> set[int] | None:
    """Authorities whose internals the viewer may see; None means all of them (an operator's command sees all). Asked once per user object and day."""
    if isinstance(viewer, System) or rules.sees_all(viewer):
        return None
    mine = {held.authority_id for held in rules.roles_held(viewer) if held.authority_id is not None}
    return line_of(mine, rules.succession_known(viewer)) if mine else set()
