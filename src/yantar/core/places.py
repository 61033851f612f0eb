"""Where things lie on this machine. Known before the settings are read."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parents[1]


def data_folder() -> Path:
    """Everything that must survive: database, files, keys, outgoing mail. `YANTAR_DATA`, or `data/` in the checkout."""
    return Path(os.environ.get("YANTAR_DATA") or CHECKOUT / "data").expanduser().resolve()
