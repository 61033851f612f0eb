"""Ten million cases of services from a file to figures, and how quickly any share is told afterwards.

`--cases` tries it on fewer: `python -m tests.bench.bench_cases --cases 1000000`. Needs the database of the tests: a new one is made.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from .bench_import import fresh_database

CASES, SERVICES, AUTHORITIES = 10_000_000, 120, 40
RATE = 50_000
MOST_MILLISECONDS = 100
TODAY = date(2026, 11, 23)
FIRST = date(2024, 12, 1)
RUNS = 5
HEADING = "service,number,site,received,registered,suspended_days,done,outcome,waiting_minutes\n"


def promises(services: int = SERVICES, authorities: int = AUTHORITIES) -> None:
    """Services with a passport each, three sites an authority."""
    from tests.factories import AuthorityFactory
    from yantar.core import clock
    from yantar.qms.organisation.models import Site
    from yantar.qms.services.models import Service, ServicePassport

    AuthorityFactory.reset_sequence(0)
    known = AuthorityFactory.create_batch(authorities)
    for number, authority in enumerate(known):
        for place in range(3):
            Site.objects.create(
                code=f"site-{number}-{place}", authority=authority, name_ru="Центр", address_ru="Янтарная улица, 1", valid_from=date(2010, 1, 1)
            )
    for number in range(services):
        service = Service.objects.create(code=f"service-{number}", authority=known[number % authorities], valid_from=date(2010, 1, 1))
        ServicePassport.objects.create(
            service=service,
            version=1,
            state="in_force",
            valid_from=date(2010, 1, 1),
            authority=service.authority,
            name_ru=f"Образцовая услуга № {number}",
            legal_basis_ru="Закон",
            applicants_ru="Все",
            result_ru="Решение",
            complaint_ru="Жалоба",
            limit_days=(5, 10, 15, 20, 30)[number % 5],
            limit_unit="calendar" if number % 5 == 4 else "working",
            drawn_at=clock.now(),
        )


def cases_file(path: Path, cases: int, *, services: int = SERVICES, authorities: int = AUTHORITIES, seed: int = 2010) -> Path:
    """A file of cases over two years, in the order in which they were received, as an authority's system writes it."""
    rng = random.Random(seed)  # noqa: S311
    span = (TODAY - FIRST).days
    days = [(FIRST + timedelta(days=number)).isoformat() for number in range(span + 1)]
    tails = []
    for _number in range(5_000):
        took = min(int(rng.expovariate(1 / 9)) + 1, 90)
        suspended = 0 if rng.random() < 0.95 else rng.randrange(1, 20)
        outcome = rng.choices(("granted", "refused", "withdrawn"), (90, 8, 2))[0]
        tails.append((rng.random() < 0.3, suspended, took, outcome, "" if rng.random() < 0.4 else str(rng.randrange(1, 40))))
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADING)
        choice, below = rng.choices, rng.random
        for start in range(0, cases, 10_000):
            lines = []
            for number, tail in enumerate(choice(tails, k=min(10_000, cases - start)), start):
                next_day, suspended, took, outcome, waited = tail
                of = int(below() * services)
                received = number * span // cases
                registered = min(received + next_day, span)
                done = registered + took
                ended = days[done] if done <= span else ""
                site = f"site-{of % authorities}-{number % 3}"
                lines.append(
                    f"service-{of},{of % authorities}/{number:08d},{site},{days[received]},{days[registered]},{suspended},{ended},"
                    f"{outcome if ended else 'open'},{waited}\n"
                )
            file.writelines(lines)
    return path


def measure(cases: int = CASES) -> list[dict[str, Any]]:
    """Rows a second from the upload to the last month, the same file again, and the slowest median of the questions about shares."""
    from yantar.core import clock

    with fresh_database(), clock.at(TODAY), tempfile.TemporaryDirectory(prefix="yantar-bench-cases-") as folder:
        promises()
        return _measure(cases_file(Path(folder) / "cases.csv", cases), cases)


def _load(path: Path) -> tuple[float, Any]:
    from yantar.core import jobs
    from yantar.core.actions import System
    from yantar.qms.services.actions.cases import start_case_load_from_path
    from yantar.qms.services.models import CaseLoad

    start = time.perf_counter()
    load = start_case_load_from_path(by=System("bench"), path=path, origin="bench")
    assert load.job_id is not None
    jobs.carry_out(load.job_id)
    seconds = time.perf_counter() - start
    done = CaseLoad.objects.select_related("job").get(pk=load.pk)
    assert done.job is not None and done.job.state == "done", done.job and done.job.result
    return seconds, done


def _measure(path: Path, cases: int) -> list[dict[str, Any]]:
    first, load = _load(path)
    assert (load.rows, load.added, load.rejected) == (cases, cases, 0), (load.rows, load.added, load.rejects[:3])
    again, same = _load(path)
    assert same.unchanged == cases
    medians = _questions()
    slowest = max(medians, key=lambda name: medians[name])
    return [
        {"name": f"cases of services from a file to figures ({cases:,} cases)", "rows_per_second": cases / first, "target_at_least": RATE},
        {"name": "the same file once more, nothing new in it", "rows_per_second": cases / again, "target_at_least": RATE},
        {
            "name": f"on-time share over {cases:,} cases (the slowest: {slowest})",
            "milliseconds": medians[slowest],
            "target": MOST_MILLISECONDS,
            "all": medians,
            "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        },
    ]


def _questions() -> dict[str, float]:
    """Median milliseconds of each question, computed anew every time."""
    from yantar.qms.organisation.models import Authority, Site
    from yantar.qms.services import queries as asked
    from yantar.qms.services.models import Service

    service, authority, site = Service.objects.all()[7], Authority.objects.all()[3], Site.objects.all()[5]
    year, month = asked.year_of(2026), asked.month_of(date(2026, 9, 1))
    quarter = asked.quarter_before(TODAY)
    questions = {
        "one service, a month": lambda: asked.delivered(month, service=service),
        "one service, a quarter": lambda: asked.delivered(quarter, service=service),
        "one authority, a year": lambda: asked.delivered(year, authority=authority),
        "one site, a year": lambda: asked.delivered(year, site=site),
        "everything, a year": lambda: asked.delivered(year),
        "all services, a quarter": lambda: asked.delivered_by_service(quarter),
        "one service by month": lambda: asked.delivered_by_month(year, service=service),
        "everything by month": lambda: asked.delivered_by_month(year),
    }
    found = {}
    for name, ask in questions.items():
        ask()
        times = []
        for _run in range(RUNS):
            start = time.perf_counter()
            ask()
            times.append((time.perf_counter() - start) * 1000)
        found[name] = statistics.median(times)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=CASES)
    print(json.dumps(measure(parser.parse_args().cases), indent=1, default=str))
