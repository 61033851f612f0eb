"""Lists that agencies keep (CSV, XLSX) read by a mapping: recognised by headings, every row accounted for.

`shipped()` and `read_mapping(text)` give mappings, `recognise(paths)` finds the one for given files, `suggest` drafts one, `preview` shows
what it makes of a file. The ingest reads with them: `ingest(paths, into, options=Options(mapping=…))`.
"""

from .forms import Column, ListFile, Mapping, Rule
from .previewing import Preview, preview
from .reading import MappingUnreadable, Misread, load_mapping, made_mapping, read_mapping, shipped
from .recognising import recognise
from .suggesting import Guess, Suggestion, suggest

__all__ = [
    "Column",
    "Guess",
    "ListFile",
    "Mapping",
    "MappingUnreadable",
    "Misread",
    "Preview",
    "Rule",
    "Suggestion",
    "load_mapping",
    "made_mapping",
    "preview",
    "read_mapping",
    "recognise",
    "shipped",
    "suggest",
]
