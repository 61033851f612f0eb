"""Tables from and for office programs: opened safely, understood as offices keep them, written so that they come back unchanged."""

from .books import Book, SheetRows, read
from .cells import CLEAR
from .parsing import Parsed, ParsedRow, parse
from .progress import Cancelled, Progress
from .tables import Choice, Column, TableSpec
from .writing import FORMATS, Sheet, template, write

__all__ = [
    "CLEAR",
    "FORMATS",
    "Book",
    "Cancelled",
    "Choice",
    "Column",
    "Parsed",
    "ParsedRow",
    "Progress",
    "Sheet",
    "SheetRows",
    "TableSpec",
    "parse",
    "read",
    "template",
    "write",
]
