"""Arrow columns made of buffers: `pyarrow.array` would import pandas, which takes longer than a small ingest."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def integers(values: Iterable[int]) -> pa.Array:
    """A column of 64-bit integers."""
    import pyarrow as pa

    held = values if isinstance(values, array) else array("q", values)
    return pa.Array.from_buffers(pa.int64(), len(held), [None, pa.py_buffer(held)])


def texts(values: Sequence[bytes]) -> pa.Array:
    """A column of texts in UTF-8."""
    import pyarrow as pa

    ends, at = array("q", [0]), 0
    for value in values:
        at += len(value)
        ends.append(at)
    return pa.Array.from_buffers(pa.large_string(), len(values), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(values))])
