"""Time to take in a whole government from one workbook: 1,000 authorities and 20,000 units; and its certificates.

Run as `python -m tests.bench.bench_import`. Needs the database of the tests: a new one is made and taken away again.
"""

from __future__ import annotations

import gc
import io
import json
import os
import random
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

AUTHORITIES = 1_000
UNITS = 20_000
TARGET_SECONDS = 30.0
CERTIFICATES = 10_000
CERTIFICATES_TARGET_SECONDS = 90.0
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


def certificates_file(certificates: int, seed: int = 2010) -> io.BytesIO:
    """A workbook of so many certificates with their first sixteen decisions, and the audits before the grant."""
    from yantar.core.tabular import Sheet, write
    from yantar.qms.certification.exchange.specs import AUDIT_TABLE, CERTIFICATE_TABLE, DECISION_TABLE

    from .bench_obligations import population

    facts = population(certificates, seed)
    register = [
        {"number": one.number, "authority": f"authority-{index % 1000}", "body": "register", "edition": "2008", "scope_ru": "Образцовые дела"}
        for index, one in enumerate(facts)
    ]
    decisions = (
        {
            "certificate": one.number,
            "kind": decision.kind.value,
            "decided_on": decision.decided_on,
            "number": f"{one.number}/{decision.id}",
            "audit_on": decision.audit_on,
            "edition": decision.edition,
            "reason_code": decision.reason or None,
            "body": "other" if decision.kind == "transfer" else None,
            "scope_ru": "Меньше образцовых дел" if decision.kind == "reduce_scope" else None,
        }
        for one in facts
        for decision in one.decisions[:16]
    )
    audits = ({"certificate": one.number, "kind": audit.kind.value, "ended_on": audit.ended_on} for one in facts for audit in one.audits[:2])
    target = io.BytesIO()
    write([Sheet(CERTIFICATE_TABLE, register), Sheet(DECISION_TABLE, decisions), Sheet(AUDIT_TABLE, audits)], "xlsx", target)
    return target


def measure_certificates(certificates: int = CERTIFICATES) -> dict[str, Any]:
    """Wall seconds of taking a register in, and of taking it in once more."""
    from yantar.core import clock

    # Fifteen years from 2012 on reach to 2027.
    with fresh_database(), clock.at(date(2028, 1, 10)):
        return _measure_certificates(certificates)


def _measure_certificates(certificates: int) -> dict[str, Any]:
    from tests.factories import AuthorityFactory, BodyFactory, EditionFactory
    from yantar.core.actions import System
    from yantar.qms.certification import exchange

    by = System("bench")
    for key, published in (("2008", date(2008, 11, 14)), ("2015", date(2015, 9, 15))):
        EditionFactory(key=key, designation=f"ISO 9001:{key}", published_on=published)
    for code in ("register", "other"):
        BodyFactory(code=code)
    AuthorityFactory.reset_sequence(0)
    AuthorityFactory.create_batch(1000)
    file = certificates_file(certificates)
    seconds = {}
    gc.collect()
    start = time.perf_counter()
    applied = exchange.apply(by=by, file=file, filename="bench.xlsx", on=ON)
    seconds["apply"] = time.perf_counter() - start
    start = time.perf_counter()
    again = exchange.dry_run(file, "bench.xlsx", by, ON)
    seconds["look again"] = time.perf_counter() - start
    assert applied.applied and again.nothing_new, [str(problem.message) for problem in again.problems[:3]]
    return {
        "name": "import of certificates",
        "seconds": seconds["apply"],
        "target": CERTIFICATES_TARGET_SECONDS * certificates / CERTIFICATES,
        "certificates": certificates,
        "file_bytes": len(file.getvalue()),
        "counts": applied.counts,
        "flagged": applied.flagged,
        "all_seconds": seconds,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    print(json.dumps([measure(), measure_certificates()], indent=1))
