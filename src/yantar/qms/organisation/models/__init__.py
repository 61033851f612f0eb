"""The government, its authorities and how they changed, the roles people hold."""

from .authority import Authority, AuthorityKind, AuthorityVersion, Site, Unit, UnitVersion
from .calendar import CalendarDay, DayChange
from .government import Government
from .keys import AccessKey, KeyPurpose
from .reorganisation import Reorganisation, ReorganisationKind, Succession
from .roles import AUTHORITY_ONLY, WHOLE_GOVERNMENT_ONLY, Role, RoleHolding

__all__ = [
    "AccessKey",
    "AUTHORITY_ONLY",
    "WHOLE_GOVERNMENT_ONLY",
    "Authority",
    "AuthorityKind",
    "AuthorityVersion",
    "CalendarDay",
    "DayChange",
    "Government",
    "KeyPurpose",
    "Reorganisation",
    "ReorganisationKind",
    "Role",
    "RoleHolding",
    "Site",
    "Succession",
    "Unit",
    "UnitVersion",
]
