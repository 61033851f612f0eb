"""Cases of services in bulk: read, checked, taken in, added up by month."""

from .checking import COLUMNS, Known, Reject, known_now
from .merging import Merged, merge
from .months import bring_in_line, median_days, p90_days
from .pieces import KEPT, SIZE, Chunk, chunk_of, chunks
from .reading import Counted, rows_of

__all__ = [
    "COLUMNS",
    "KEPT",
    "SIZE",
    "Chunk",
    "Counted",
    "Known",
    "Merged",
    "Reject",
    "bring_in_line",
    "chunk_of",
    "chunks",
    "known_now",
    "median_days",
    "merge",
    "p90_days",
    "rows_of",
]
