"""What the job of a load computes, before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from yantar.engine.savings.dataset import Manifest


@dataclass(frozen=True, slots=True)
class Derived:
    """A finished ingest with what its pages need. `glance`: plain JSON, see `deriving`."""

    manifest: Manifest
    currency: str
    first_on: date | None
    last_on: date | None
    data_on: date | None
    glance: dict[str, Any]
