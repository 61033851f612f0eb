"""Time to take in a whole government from one workbook: 1,000 authorities and 20,000 units; and its certificates.

Run as `python -m tests.bench.bench_import`. Needs the database of the tests: a new one is made and taken away again.
"""

from __future__ import annotations

import gc
import io
import json
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

AUTHORITIES = 1_000
UNITS = 20_000
TARGET_SECONDS = 30.0
ON = date(2026, 11, 23)


@contextmanager
def fresh_database() -> Iterator[None]:
    """A migrated, empty database for the time of the block."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yantar.config.settings.test")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from django.test.utils import setup_databases, teardown_databases

    old = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(old, verbosity=0)


def organisation_file(authorities: int, units: int, seed: int = 2010) -> io.BytesIO:
    """A workbook of so many authorities and units, five levels deep, as the export writes it."""
    from yantar.core.tabular import Sheet, write
    from yantar.qms.organisation.exchange import AUTHORITIES as AUTHORITY_TABLE
    from yantar.qms.organisation.exchange import UNITS as UNIT_TABLE

    rng = random.Random(seed)
    kinds = ("ministry", "agency", "service", "institution")
    above = [
        {
            "code": f"authority-{n}",
            "name_ru": f"Министерство образцовых дел № {n}",
            "name_en": f"Ministry of Exemplary Affairs No {n}",
            "kind": kinds[n % 4],
            "supervisor": f"authority-{n // 4}" if n % 4 == 3 and n > 4 else None,
            "head_post_ru": "Министр",
            "head_post_en": "Minister",
            "personnel": rng.randrange(20, 900),
            "legal_basis": f"Постановление от 15.03.2010 № {n}",
        }
        for n in range(1, authorities + 1)
    ]
    beneath = []
    own: dict[int, list[int]] = {}
    for n in range(1, units + 1):
        of = rng.randrange(1, authorities + 1)
        siblings = own.setdefault(of, [])
        beneath.append(
            {
                "code": f"unit-{n}",
                "name_ru": f"Отдел образцовой работы № {n}",
                "name_en": f"Unit of Exemplary Work No {n}",
                "authority": f"authority-{of}",
                "parent": f"unit-{rng.choice(siblings)}" if siblings and rng.random() < 0.7 else None,
                "personnel": rng.randrange(1, 60),
            }
        )
        siblings.append(n)
    rng.shuffle(beneath)
    target = io.BytesIO()
    write([Sheet(AUTHORITY_TABLE, above), Sheet(UNIT_TABLE, beneath)], "xlsx", target)
    return target


def measure(authorities: int = AUTHORITIES, units: int = UNITS) -> dict[str, Any]:
    """Wall seconds of the look, of taking the file in, and of taking it in once more."""
    with fresh_database():
        return _measure(authorities, units)


def _measure(authorities: int, units: int) -> dict[str, Any]:
    from yantar.core.actions import System
    from yantar.qms.organisation import exchange

    by = System("bench")
    file = organisation_file(authorities, units)
    seconds = {}
    gc.collect()
    start = time.perf_counter()
    looked = exchange.dry_run(file, "bench.xlsx", by, ON)
    seconds["look"] = time.perf_counter() - start
    start = time.perf_counter()
    applied = exchange.apply(by=by, file=file, filename="bench.xlsx", on=ON)
    seconds["apply"] = time.perf_counter() - start
    start = time.perf_counter()
    again = exchange.apply(by=by, file=file, filename="bench.xlsx", on=ON)
    seconds["again"] = time.perf_counter() - start
    assert looked.ok and applied.applied and again.nothing_new
    return {
        "name": "import of an organisation",
        "seconds": seconds["look"] + seconds["apply"],
        "target": TARGET_SECONDS,
        "authorities": authorities,
        "units": units,
        "file_bytes": len(file.getvalue()),
        "counts": applied.counts,
        "all_seconds": seconds,
    }


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
