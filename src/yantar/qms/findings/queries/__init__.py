"""The only code that reads findings for somebody: every function takes the viewer."""

from .access import find_visible, seen_by, visible
from .figures import REST, Asked, Bar, Figures, Share, figures, years_known
from .listing import OPEN, ORDERS, Page, Row, Wanted, all_rows, late, mine, page, processes_found_in
from .saved import saved_filters

__all__ = [
    "Share",
    "Figures",
    "Bar",
    "Asked",
    "REST",
    "OPEN",
    "ORDERS",
    "Page",
    "Row",
    "Wanted",
    "all_rows",
    "figures",
    "find_visible",
    "late",
    "mine",
    "page",
    "processes_found_in",
    "saved_filters",
    "seen_by",
    "visible",
    "years_known",
]
