"""Fills an empty data folder with appeals, for the bench only: rows are copied in, no action runs.

Run by `bench_appeals` in a process of its own: `python -m tests.bench.filling_appeals 200000 60`.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .filling_findings import FLAWS, PLACES, SUBJECTS, session_of

TODAY = date(2026, 11, 23)
DAYS = 3 * 365
OPEN_DAYS = 40
"""What came longer ago is nearly always answered."""
KINDS = ("appeal", "appeal", "appeal", "service_complaint", "information_request", "remark", "remark")
MORE = tuple(f"улица{n} дом{n % 60} участок{n % 400}" for n in range(3_000))
"""Rare words: names of places."""


def words(rng: random.Random) -> list[str]:
    """The words of one text."""
    return [rng.choice(SUBJECTS), rng.choice(FLAWS), rng.choice(PLACES), rng.choice(SUBJECTS), rng.choice(MORE)]


def rows(count: int, rng: random.Random, ground: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Appeals one after another, as the columns of the table have them."""
    stems, authorities, officers = ground["stems"], ground["authorities"], ground["officers"]
    for number in range(count):
        received = TODAY - timedelta(days=DAYS - DAYS * number // count)
        kind, authority = rng.choice(KINDS), min(int(rng.expovariate(1 / 12)), len(authorities) - 1)
        due, days = received + timedelta(days=30), min(int(rng.expovariate(1 / 18)), 60)
        is_open = (TODAY - received).days < OPEN_DAYS and received + timedelta(days=days) > TODAY or rng.random() < 0.002
        state = rng.choice(("received", "registered", "registered", "registered", "disputed")) if is_open else rng.choice(("closed", "answered"))
        answered = None if state in ("received", "registered") else min(received + timedelta(days=days), TODAY)
        text = words(rng)
        yield {
            **ground["blank"],
            "id": number + 1,
            "number": f"{received.year % 100}-{number + 1:05d}-0",
            "kind": kind,
            "state": "rejected" if not is_open and rng.random() < 0.01 else state,
            "state_since": datetime(received.year, received.month, received.day, 10, tzinfo=UTC),
            "authority_id": authorities[authority],
            "service_id": rng.choice(ground["services"]) if kind == "service_complaint" else None,
            "attributes": "{}",
            "way": "web",
            "received_at": datetime(received.year, received.month, received.day, 9, tzinfo=UTC),
            "received_on": received,
            "registered_on": None if state == "received" else received,
            "due_on": due if state in ("received", "registered", "disputed") else None,
            "answered_on": answered,
            "outcome": "" if answered is None else rng.choice(("upheld", "refused", "explained")),
            "on_time": None if answered is None else days <= 30,
            "assigned_to_id": officers[authority] if rng.random() < 0.7 else None,
            "lexemes": sorted({stem for part in text for stem in stems[part]}),
        }


def fill(appeals: int, authorities: int) -> list[str]:
    """So many appeals over so many authorities; the sessions of the head of quality and of the officer of the busiest authority."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", interactive=False, verbosity=0)
    ground = _ground(authorities)
    names = [*ground["blank"]]
    with connection.cursor() as cursor:
        # No history of what nobody did: triggers and foreign keys rest for the copying.
        cursor.execute("SET session_replication_role = 'replica'")
        with cursor.copy(f"COPY feedback_appeal ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows(appeals, random.Random(2026), ground):  # noqa: S311
                copy.write_row([row[name] for name in names])
        cursor.execute("SET session_replication_role = 'origin'")
        cursor.execute("SELECT setval(pg_get_serial_sequence('feedback_appeal', 'id'), %s)", [appeals])
        cursor.execute("VACUUM ANALYZE feedback_appeal")
    return [session_of(one) for one in ground["readers"]]


def _ground(authorities: int) -> dict[str, Any]:
    from yantar.core.actions import System
    from yantar.core.models import User
    from yantar.qms.feedback.likeness import stems_of
    from yantar.qms.feedback.models import Appeal
    from yantar.qms.organisation import actions as organisation
    from yantar.qms.organisation.models import Authority, AuthorityVersion, Role, RoleHolding
    from yantar.qms.organisation.models.validity import BEGINNING
    from yantar.qms.services.models import Service

    organisation.open_government(by=System("bench"), name_ru="Правительство образца", name_en="Government of the Sample")
    made = Authority.objects.bulk_create([Authority(code=f"authority-{n}", valid_from=BEGINNING) for n in range(authorities)])
    AuthorityVersion.objects.bulk_create(
        AuthorityVersion(authority=row, valid_from=BEGINNING, kind="ministry", name_ru=f"Министерство № {n}", name_en=f"Ministry {n}", personnel=100)
        for n, row in enumerate(made)
    )
    services = Service.objects.bulk_create([Service(code=f"service-{n}", authority=row, valid_from=BEGINNING) for n, row in enumerate(made)])
    people = User.objects.bulk_create([User(email=f"officer-{n}@example.org", full_name=f"Пример {n}") for n in range(authorities)])
    head = User.objects.create(email="head@example.org", full_name="Пример главный")
    RoleHolding.objects.bulk_create(
        [
            RoleHolding(user=head, role=Role.HEAD_OF_QUALITY, valid_from=BEGINNING),
            *(RoleHolding(user=one, role=Role.CITIZENS_OFFICER, authority=row, valid_from=BEGINNING) for one, row in zip(people, made, strict=True)),
        ]
    )
    return {
        # Whatever columns an appeal gets, they are filled as a new one has them.
        "blank": {field.attname: field.get_default() for field in Appeal._meta.concrete_fields if not field.generated},
        "authorities": [row.pk for row in made],
        "services": [row.pk for row in services],
        "officers": [one.pk for one in people],
        "stems": {part: stems_of(part) for part in {*SUBJECTS, *FLAWS, *PLACES, *MORE}},
        "readers": [head, people[0]],
    }


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]))))
