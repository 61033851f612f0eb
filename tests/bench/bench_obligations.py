"""Time to work out timeline, obligations and breaches of 10,000 certificates with fifteen years of decisions each.

Run as `python -m tests.bench.bench_obligations`. The facts are built before the clock starts, afresh for every repetition.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from datetime import date, timedelta
from typing import Any

from yantar.engine.certification import (
    AuditFact,
    AuditKind,
    CertificateFacts,
    Decision,
    DecisionKind,
    EditionFact,
    all_obligations,
    breaches,
    timeline,
)

CERTIFICATES = 10_000
YEARS = 15
TARGET_SECONDS = 1.0
REPEATS = 5

EDITIONS = {
    "2008": EditionFact("2008", date(2008, 11, 14), date(2018, 9, 15), date(2018, 9, 15)),
    "2015": EditionFact("2015", date(2015, 9, 15), date(2029, 9, 30), confirmed=False),
    "2026": EditionFact("2026", date(2026, 9, 30), None, confirmed=False),
}


def one_certificate(number: int, rng: random.Random) -> CertificateFacts:
    """Fifteen years of a certificate, some 20 decisions: yearly confirmations, renewals, the move to the 2015 edition, now and then a
    suspension, a late or missing surveillance, a renewal after expiry."""
    decided_on = date(2010, 1, 1) + timedelta(days=rng.randrange(700))
    decisions: list[Decision] = []
    audits = [
        AuditFact(AuditKind.STAGE1, decided_on - timedelta(days=90)),
        AuditFact(AuditKind.STAGE2, decided_on - timedelta(days=30)),
    ]

    def add(kind: DecisionKind, day: date, **more: Any) -> None:
        decisions.append(Decision(len(decisions) + 1, kind, day, **more))

    add(DecisionKind.GRANT, decided_on, edition="2008")
    expires_on = decided_on + timedelta(days=1095)
    moved = False
    for year in range(decided_on.year + 1, decided_on.year + YEARS + 1):
        renewed = False
        while expires_on - timedelta(days=90) <= date(year, 12, 31):
            late = rng.random() < 0.03
            day = expires_on + timedelta(days=rng.randrange(1, 150) if late else -rng.randrange(5, 60))
            audits.append(AuditFact(AuditKind.RECERTIFICATION, day - timedelta(days=rng.randrange(30, 100))))
            add(DecisionKind.RENEW, day)
            expires_on = date(expires_on.year + 3, expires_on.month, min(expires_on.day, 28))
            renewed = True
        if not renewed and rng.random() < 0.96:
            day = date(year, rng.randrange(1, 3), rng.randrange(1, 29))
            if len(decisions) > 1:
                day += timedelta(days=rng.randrange(250))
            audits.append(AuditFact(AuditKind.SURVEILLANCE, day))
            add(DecisionKind.CONFIRM, day + timedelta(days=10), audit_on=day)
        if year >= 2016 and not moved and (rng.random() < 0.6 or year == 2018) and (year < 2018 or rng.random() < 0.8):
            moved = True
            add(DecisionKind.MOVE_EDITION, date(year, 6, rng.randrange(1, 29)), edition="2015")
        if rng.random() < 0.12:
            day = date(year, 5, rng.randrange(1, 29))
            add(DecisionKind.SUSPEND, day, reason="S2")
            add(DecisionKind.RESTORE, day + timedelta(days=rng.randrange(30, 200)))
        if rng.random() < 0.1:
            add(DecisionKind.TRANSFER if rng.random() < 0.5 else DecisionKind.REDUCE_SCOPE, date(year, 12, rng.randrange(1, 29)))
    return CertificateFacts(f"YA-{number:05}", tuple(decisions), tuple(audits), EDITIONS)


def population(certificates: int, seed: int) -> list[CertificateFacts]:
    """So many certificates, the same ones for the same seed."""
    rng = random.Random(seed)
    return [one_certificate(number, rng) for number in range(certificates)]


def measure(certificates: int = CERTIFICATES, repeats: int = REPEATS, seed: int = 2010) -> dict[str, Any]:
    """Median wall time in seconds of the three questions asked of every certificate, processor time (less disturbed by neighbours on a busy
    machine), and what was counted on the way."""
    seconds: list[float] = []
    cpu_seconds: list[float] = []
    decisions = found = broken = 0
    for _ in range(repeats):
        facts = population(certificates, seed)
        decisions = sum(len(one.decisions) for one in facts)
        found = broken = 0
        gc.collect()
        start, cpu_start = time.perf_counter(), time.process_time()
        for one in facts:
            timeline(one)
            found += len(all_obligations(one))
            broken += len(breaches(one))
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(time.process_time() - cpu_start)
    return {
        "name": "obligations of certificates",
        "seconds": statistics.median(seconds),
        "cpu_seconds": statistics.median(cpu_seconds),
        "certificates": certificates,
        "target": TARGET_SECONDS * certificates / CERTIFICATES,
        "decisions_each": decisions / certificates,
        "obligations_each": found / certificates,
        "breaches_each": broken / certificates,
        "all_seconds": seconds,
    }


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
