"""Records of procurement taken in: OCDS in all its wrappings, and the lists that agencies keep, into the flat tables of a dataset.

`ingest(inputs, into)` writes a dataset; `expand(path)` finds the inputs of a folder. Nothing aborts it and nothing disappears: what can't
be read stands in the table `quarantine` with its line, field, value and reason.
"""

from .forms import MESSAGES, IngestRefused, Options, Problem, Source, Stopped, Watch
from .run import ingest
from .sources import expand

__all__ = ["MESSAGES", "IngestRefused", "Options", "Problem", "Source", "Stopped", "Watch", "expand", "ingest"]
