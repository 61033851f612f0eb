"""Fills an empty data folder with fifteen years of findings, for the bench only: rows are copied in, no action runs.

Run by `bench_findings` in a process of its own: `python -m tests.bench.filling_findings 100000 300`.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

TODAY = date(2026, 11, 23)
YEARS = 15
PASSWORD = "bench-of-findings-2026"  # noqa: S105 - of a made-up person in a folder that is thrown away
READERS = ("head@example.org", "coordinator@example.org")

SUBJECTS = (
    "журнал регистрации",
    "план внутреннего контроля",
    "договор с исполнителем",
    "уведомление заявителю",
    "протокол совещания",
    "перечень рисков",
    "паспорт услуги",
    "реестр документов",
    "отчёт о достижении целей",
    "график обучения",
    "акт приёмки",
    "карточка обращения",
    "лист ознакомления",
    "инструкция по делопроизводству",
    "резервная копия базы",
    "положение об отделе",
    "матрица ответственности",
    "анкета удовлетворённости",
    "калибровка прибора",
    "расчёт субсидии",
)
FLAWS = (
    "не подписан уполномоченным лицом",
    "не обновлялся более двенадцати месяцев",
    "не содержит даты и исполнителя",
    "оформлен с нарушением срока",
    "утрачен при передаче дел",
    "не согласован с юридическим отделом",
    "заполнен не полностью",
    "хранится вне архива",
    "противоречит регламенту",
    "не доведён до сотрудников",
    "направлен с опозданием",
    "не пересматривался после изменения закона",
)
PLACES = (
    "в отделе лицензирования",
    "в приёмной",
    "в филиале",
    "в бухгалтерии",
    "на портале услуг",
    "в архиве",
    "в районном отделении",
    "в кадровой службе",
    "в контактном центре",
    "в лаборатории",
)
RARE = ("аквакультура", "янтарная палата", "маяк", "паромная переправа", "дендропарк", "архивный фонд", "ветеринарный надзор", "соляная шахта")
GRADES = (("major", 4), ("minor", 30), ("observation", 25), ("ofi", 20), ("conform", 5), ("strength", 16))
ORIGINS = (
    ("audit", 60),
    ("external_audit", 10),
    ("staff", 9),
    ("appeal", 8),
    ("indicator", 5),
    ("procurement", 3),
    ("self_assessment", 3),
    ("review", 2),
)
LIFE = ("open", "containment", "analysis", "plan", "approval", "implementation", "verification", "waiting_effect", "closed")
LIMITS = {"open": 4, "containment": 7, "analysis": 21, "plan": 28, "approval": 28}
CATEGORIES = ("people", "rules", "process", "systems", "premises", "exchange", "leadership")

STEP = ["finding_id", "before", "after", "on", "at", "days", "late", "comment"]


def _pick(rng: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]


def _texts(rng: random.Random) -> tuple[str, str, str]:
    """Gap, requirement, evidence."""
    subject, flaw, place = rng.choice(SUBJECTS), rng.choice(FLAWS), rng.choice(PLACES)
    more = f" Объект: {rng.choice(RARE)}." if rng.random() < 0.02 else ""
    gap = f"{subject.capitalize()} {place} {flaw}.{more}"
    requirement = f"{rng.choice(SUBJECTS).capitalize()} ведётся по утверждённой форме и хранится не менее пяти лет."
    cases = rng.randint(1, 9)
    evidence = (
        f"Проверено дел: {cases * 5}, из них {cases} с отклонениями; дело № {rng.randint(100, 99_999)}, {rng.choice(SUBJECTS)} {rng.choice(PLACES)}, "
        f"запись от {rng.randint(1, 28)} числа, кабинет {rng.randint(1, 499)}."
    )
    return gap, requirement, evidence


def lives(number: int, rng: random.Random, ground: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Findings, oldest first, each with the steps that it has made by TODAY."""
    first = date(TODAY.year - YEARS, TODAY.month, TODAY.day)
    days = sorted(rng.randrange((TODAY - first).days) for _ in range(number))
    counted: dict[int, int] = {}
    for key, ago in enumerate(days, start=1):
        day = first + timedelta(days=ago)
        counted[day.year] = counted.get(day.year, 0) + 1
        authority = rng.randrange(len(ground["authorities"]))
        grade, origin = _pick(rng, GRADES), _pick(rng, ORIGINS)
        gap, requirement, evidence = _texts(rng)
        row: dict[str, Any] = {
            **ground["blank"],
            "id": key,
            "number": f"{day.year}-{counted[day.year]:05d}",
            "authority_id": ground["authorities"][authority],
            "unit_id": rng.choice(ground["units"][authority]),
            "process_id": rng.choice(ground["processes"][authority]),
            "grade": grade,
            "clause_id": ground["clauses"][min(int(rng.paretovariate(0.7)), len(ground["clauses"])) - 1],
            "requirement": requirement,
            "evidence": evidence,
            "gap": gap,
            "origin_kind": origin,
            "origin_id": str(key // 9),
            "origin_label": f"А-{day.year}-{key // 9}",
            "raised_on": day,
            "shared": grade == "strength" and rng.random() < 0.3,
            "recorded_at": datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
            "state": "noted",
            "state_since": day,
        }
        steps: list[dict[str, Any]] = []
        if grade in ("major", "minor"):
            _live(row, steps, rng, ground["owners"][authority], ground["verifier"])
        yield row, steps


def _live(row: dict[str, Any], steps: list[dict[str, Any]], rng: random.Random, owner: int, verifier: int) -> None:
    now: date = row["raised_on"]
    row |= {"owner_id": owner, "verifier_id": verifier, "opened_on": now, "counted_from": now, "acknowledged_on": now}
    row["overall_due_on"] = now + timedelta(days=90 if row["grade"] == "major" else 180)
    if rng.random() < 0.06 and row["id"] > 100:
        row["repeats_id"] = row["id"] - rng.randrange(1, 100)
    state, since = "open", now
    while state != "closed":
        days = min(int(rng.expovariate(1 / (80 if state == "waiting_effect" else 9))), 400)
        if since + timedelta(days=days) > TODAY or (rng.random() < 0.002):
            break
        now = since + timedelta(days=days)
        after = LIFE[LIFE.index(state) + 1]
        if state == "waiting_effect" and not row["reopened"] and rng.random() < 0.08:
            after, row["reopened"] = "analysis", 1
        steps.append(
            {
                "finding_id": row["id"],
                "before": state,
                "after": after,
                "on": now,
                "at": datetime(now.year, now.month, now.day, 10, tzinfo=UTC),
                "days": days,
                "late": days > LIMITS.get(state, 60),
                "comment": "",
            }
        )
        state, since = after, now
    passed = LIFE.index(state)
    row |= {"state": state, "state_since": since}
    if state == "closed":
        row["closed_on"] = since
    else:
        row["due_on"] = since + timedelta(days=LIMITS.get(state, 60))
    if passed > 1:
        row |= {"corrected_on": now, "correction": f"{rng.choice(SUBJECTS).capitalize()} приведён в порядок {rng.choice(PLACES)}."}
    if passed > 2:
        row |= {"cause_category": rng.choices(CATEGORIES, (30, 22, 16, 12, 4, 10, 6))[0], "elsewhere": "Проверены соседние отделы."}


def fill(findings: int, authorities: int) -> None:
    """So many findings over so many authorities; the people of READERS can sign in with PASSWORD."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", interactive=False, verbosity=0)
    rng = random.Random(2026)  # noqa: S311
    ground = _ground(authorities)
    with connection.cursor() as cursor:
        # No history of what nobody did: triggers and foreign keys rest for the copying.
        cursor.execute("SET session_replication_role = 'replica'")
        kept: list[dict[str, Any]] = []
        names = [*ground["blank"]]
        with cursor.copy(f"COPY findings_finding ({', '.join(names)}) FROM STDIN") as copy:
            for row, steps in lives(findings, rng, ground):
                copy.write_row([row[name] for name in names])
                kept += steps
        with cursor.copy(f'COPY findings_findingstep ({", ".join(f""""{name}" """ for name in STEP)}) FROM STDIN') as copy:
            for step in kept:
                copy.write_row([step[name] for name in STEP])
        cursor.execute("SET session_replication_role = 'origin'")
        cursor.execute(
            "INSERT INTO findings_findingnumber (year, last) SELECT left(number, 4)::int, max(right(number, 5)::int) FROM findings_finding GROUP BY 1"
        )
        cursor.execute("SELECT setval(pg_get_serial_sequence('findings_finding', 'id'), %s)", [findings])
        cursor.execute("VACUUM ANALYZE")


def _ground(authorities: int) -> dict[str, Any]:
    from yantar.core.actions import System
    from yantar.core.models import User
    from yantar.qms.findings.models import Finding
    from yantar.qms.organisation import actions as organisation
    from yantar.qms.organisation.models import Authority, AuthorityVersion, Role, RoleHolding, Unit, UnitVersion
    from yantar.qms.organisation.models.validity import BEGINNING
    from yantar.qms.services.models import Process
    from yantar.qms.standards.actions import load_library
    from yantar.qms.standards.models import Clause

    by = System("bench")
    load_library(by=by)
    organisation.open_government(by=by, name_ru="Правительство образца", name_en="Government of the Sample")
    rows = Authority.objects.bulk_create([Authority(code=f"authority-{n}", valid_from=BEGINNING) for n in range(authorities)])
    AuthorityVersion.objects.bulk_create(
        AuthorityVersion(
            authority=row,
            valid_from=BEGINNING,
            kind=("ministry", "agency", "service", "inspectorate")[n % 4],
            name_ru=f"Министерство образцовых дел № {n}",
            name_en=f"Ministry of Exemplary Affairs No {n}",
            personnel=20 + n % 500,
        )
        for n, row in enumerate(rows)
    )
    units, processes = [], []
    for row in rows:
        made = Unit.objects.bulk_create([Unit(code=f"{row.code}-unit-{n}", valid_from=BEGINNING) for n in range(10)])
        UnitVersion.objects.bulk_create(
            UnitVersion(unit=unit, authority=row, valid_from=BEGINNING, name_ru=f"Отдел № {n}", name_en=f"Unit No {n}") for n, unit in enumerate(made)
        )
        units.append([unit.pk for unit in made])
        map_of_it = Process.objects.bulk_create(
            [
                Process(authority=row, code=f"p{n}", kind="core", name_ru=f"Процесс № {n}", name_en=f"Process No {n}", valid_from=BEGINNING)
                for n in range(8)
            ]
        )
        processes.append([process.pk for process in map_of_it])
    people = [User(email=f"owner-{n}@example.org", full_name=f"Пример Примерович {n}") for n in range(authorities)]
    readers = [User(email=email, full_name=email.partition("@")[0]) for email in READERS]
    for one in readers:
        one.set_password(PASSWORD)
    people = User.objects.bulk_create([*people, *readers])
    head, coordinator = people[-2:]
    RoleHolding.objects.bulk_create(
        [
            RoleHolding(user=head, role=Role.HEAD_OF_QUALITY, valid_from=BEGINNING),
            RoleHolding(user=coordinator, role=Role.COORDINATOR, authority=rows[0], valid_from=BEGINNING),
            *(RoleHolding(user=one, role=Role.COORDINATOR, authority=row, valid_from=BEGINNING) for one, row in zip(people, rows, strict=False)),
        ]
    )
    return {
        # Whatever columns a finding gets, they are filled as a new one has them.
        "blank": {field.attname: field.get_default() for field in Finding._meta.concrete_fields if not field.generated},
        "authorities": [row.pk for row in rows],
        "units": units,
        "processes": processes,
        "owners": [one.pk for one in people],
        "verifier": head.pk,
        "clauses": list(Clause.objects.filter(edition__key="2015", audited=True).order_by("order").values_list("pk", flat=True)),
    }


def session_of(user: Any) -> str:
    """A session of somebody, as a browser sends it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    known = {SESSION_KEY: str(user.pk), HASH_SESSION_KEY: user.get_session_auth_hash()}
    session.update({**known, BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1]})
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def cookies() -> list[str]:
    """A session of each reader."""
    from yantar.core.models import User

    return [session_of(User.objects.get(email=email)) for email in READERS]


def steps(rounds: int, pause: float = 0) -> list[float]:
    """Milliseconds of each step through the actions: a finding is raised, given to its owner, corrected, `rounds` times over."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    from yantar.core.models import User
    from yantar.qms.findings import actions
    from yantar.qms.organisation.models import Authority
    from yantar.qms.standards.models import Clause

    clause = Clause.objects.filter(edition__key="2015", number="8.5.1").get()
    taken: list[float] = []

    def timed(act: Any, **given: Any) -> Any:
        began = time.perf_counter()
        result = act(**given)
        taken.append(1000 * (time.perf_counter() - began))
        time.sleep(pause)
        return result

    for number in range(rounds):
        authority = Authority.objects.get(code=f"authority-{number % 300}")
        owner = User.objects.get(email=f"owner-{number % 300}@example.org")
        facts = {
            "gap": f"Ответ № {number} дан на {number + 31}-й день вместо 30-го",
            "evidence": f"Журнал обращений, запись {number + 100} от 12.03.2026",
        }
        finding = timed(
            actions.raise_finding,
            by=owner,
            authority=authority,
            grade="minor",
            clause=clause,
            origin_kind="audit",
            origin_id=f"bench-{number}",
            **facts,
        )
        finding = timed(actions.assign, by=owner, finding=finding, owner=owner)
        timed(actions.record_correction, by=owner, finding=finding, correction="Ответы отправлены, заявители извещены.")
    return taken


if __name__ == "__main__":
    if sys.argv[1] == "steps":
        print(json.dumps(steps(int(sys.argv[2]), float(sys.argv[3]))))
    else:
        fill(int(sys.argv[1]), int(sys.argv[2]))
        print(json.dumps(cookies()))
