"""The government, its authorities and how they changed, the roles people hold."""

from .authority import Authority, AuthorityKind, AuthorityVersion, Site, Unit, UnitVersion
from .calendar import CalendarDay, DayChange
from .government import Government
from .reorganisation import Reorganisation, ReorganisationKind, Succession
from .roles import AUTHORITY_ONLY, WHOLE_GOVERNMENT_ONLY, Role, RoleHolding

__all__ = [
    "AUTHORITY_ONLY",
    "WHOLE_GOVERNMENT_ONLY",
    "Authority",
    "AuthorityKind",
    "AuthorityVersion",
    "CalendarDay",
    "DayChange",
    "Government",
    "Reorganisation",
    "ReorganisationKind",
    "Role",
    "RoleHolding",
    "Site",
    "Succession",
    "Unit",
    "UnitVersion",
]
