"""Releases of one procedure merged by the rules of OCDS."""
from __future__ import annotations
from typing import Any

def merge(settling: Any, crew: Any, folder: Any) -> None:
    raise NotImplementedError
