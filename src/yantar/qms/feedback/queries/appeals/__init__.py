"""Reading appeals: for staff by the viewer, for the public aggregates alone. What is sealed is read by `actions.personal`."""

from .access import find_visible, may, visible
from .figures import AppealFigures, figures, figures_by_authority
from .listing import PER_PAGE, Counts, Page, Row, Wanted, counts, queue
from .one import Facts, Related, one, related, templates_for

__all__ = [
    "PER_PAGE",
    "AppealFigures",
    "Counts",
    "Facts",
    "Page",
    "Related",
    "Row",
    "Wanted",
    "counts",
    "figures",
    "figures_by_authority",
    "find_visible",
    "may",
    "one",
    "queue",
    "related",
    "templates_for",
    "visible",
]
