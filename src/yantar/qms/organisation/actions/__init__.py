"""The only code that changes the organisation, its people and their roles."""

from .authority import NewAuthority, change_personnel, correct_authority, create_authority
from .calendar import OFFICIAL, change_calendar
from .government import change_government, open_government
from .keys import give_key, revoke_key
from .people import (
    activate_person,
    add_person,
    change_own_settings,
    change_person,
    deactivate_person,
    give_role,
    new_calendar_token,
    take_role,
)
from .reorganisation import abolish, merge, move_unit, rename, split
from .sites import close_site, correct_site, create_site
from .units import NewUnit, close_unit, correct_unit, create_unit, create_units, rename_unit

__all__ = [
    "OFFICIAL",
    "NewAuthority",
    "NewUnit",
    "abolish",
    "activate_person",
    "add_person",
    "change_calendar",
    "change_government",
    "change_own_settings",
    "change_person",
    "change_personnel",
    "close_site",
    "close_unit",
    "correct_authority",
    "correct_site",
    "correct_unit",
    "create_authority",
    "create_site",
    "create_unit",
    "create_units",
    "deactivate_person",
    "give_key",
    "give_role",
    "merge",
    "move_unit",
    "new_calendar_token",
    "open_government",
    "rename",
    "rename_unit",
    "revoke_key",
    "split",
    "take_role",
]
