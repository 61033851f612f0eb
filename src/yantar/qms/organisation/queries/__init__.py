"""Reading the organisation. Everything that is somebody's view takes the viewer and the day."""

from ..lines import line_of, same_line, successor_map
from .access import internal_authority_ids
from .authorities import (
    AuthorityHistory,
    Link,
    authorities,
    authority_history,
    authority_on,
    find_authority,
    government,
    named,
    names_on,
    reorganisations,
    sites,
    supervisor_on,
)
from .calendar import CalendarYear, ShownDay, calendar_year, official_calendar, working_calendar
from .changes import PUBLIC_CHANGES, Change, JournalFilters, journal, last_changes
from .keys import key_of, keys
from .people import people, people_with_role, roles_of
from .units import UnitNode, subtree_unit_ids, units_tree

__all__ = [
    "PUBLIC_CHANGES",
    "AuthorityHistory",
    "CalendarYear",
    "Change",
    "JournalFilters",
    "Link",
    "ShownDay",
    "UnitNode",
    "authorities",
    "authority_history",
    "authority_on",
    "calendar_year",
    "find_authority",
    "government",
    "internal_authority_ids",
    "journal",
    "key_of",
    "keys",
    "last_changes",
    "line_of",
    "named",
    "names_on",
    "official_calendar",
    "people",
    "people_with_role",
    "reorganisations",
    "roles_of",
    "same_line",
    "sites",
    "subtree_unit_ids",
    "successor_map",
    "supervisor_on",
    "units_tree",
    "working_calendar",
]
