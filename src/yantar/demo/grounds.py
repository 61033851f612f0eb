"""What the loop of audits stands on: auditors, the maps of processes and what is known of their risk. Plainly fictional."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from yantar.core import clock
from yantar.core.models import User
from yantar.qms.organisation import actions as organisation
from yantar.qms.organisation.models import Authority, Role, RoleHolding, Site, UnitVersion
from yantar.qms.people import actions as people
from yantar.qms.people.models import Auditor, Qualification
from yantar.qms.services import actions as services
from yantar.qms.services.models import PartKind, Process
from yantar.qms.services.queries import template
from yantar.qms.standards.models import Edition

from .play import SIMULATION

AUDITORS = 42
"""Internal auditors of the whole government; every third one may lead."""
SPEAK_ENGLISH = 4


@dataclass(slots=True)
class Cast:
    """Who acts in the loop: people by authority, auditors with the users they sign in as."""

    head: User
    coordinators: dict[int, User] = field(default_factory=dict)
    heads: dict[int, User] = field(default_factory=dict)
    auditors: list[Auditor] = field(default_factory=list)


def cast_of(on: date) -> Cast:
    """The people who hold the roles on a day."""
    held = RoleHolding.objects.on(on).select_related("user").order_by("pk")
    found = Cast(head=next(one.user for one in held if one.role == Role.HEAD_OF_QUALITY))
    for one in held:
        if one.authority_id is not None and one.role == Role.COORDINATOR:
            found.coordinators.setdefault(one.authority_id, one.user)
        if one.authority_id is not None and one.role == Role.HEAD_OF_AUTHORITY:
            found.heads.setdefault(one.authority_id, one.user)
    return found


def lay(rng: random.Random, authorities: list[Authority], names: Iterator[str], on: date) -> Cast:
    """Enter auditors, adopt the template everywhere, record facts of the processes; returns who acts."""
    with clock.at(on):
        found = cast_of(on)
        if not template(on).exists():
            services.load_template(by=SIMULATION)
        editions = list(Edition.objects.filter(standard="ISO 9001", key__in=["2015", "2026"]))
        units = {row.authority_id: row.unit for row in UnitVersion.objects.on(on).select_related("unit").order_by("-pk")}
        sites = {row.authority_id: row for row in Site.objects.on(on).order_by("is_head_office", "pk")}
        for number in range(AUDITORS):
            home = authorities[number % len(authorities)]
            found.auditors.append(_auditor(rng, number, home, next(names), editions, units, sites, on))
        for index, authority in enumerate(authorities):
            _processes(rng, authority, units, on)
            _parts(found, authority, index, on)
        return found


def _auditor(rng: random.Random, number: int, home: Authority, name: str, editions: list[Edition], units: dict, sites: dict, on: date) -> Auditor:  # type: ignore[type-arg]
    email = f"auditor.{number + 1:02d}@demo.example"
    known = User.objects.filter(email="auditor@demo.example").first() if number == 0 else None
    user = known or organisation.add_person(by=SIMULATION, email=email, full_name=name, is_demo=True)
    if known is None:
        organisation.give_role(by=SIMULATION, user=user, role=Role.INTERNAL_AUDITOR, authority=home, valid_from=on)
    leads = number % 3 == 0
    auditor = people.add_auditor(
        by=SIMULATION,
        authority=home,
        name=user.full_name,
        unit=units.get(home.pk),
        site=sites.get(home.pk),
        qualification=Qualification.LEAD if leads else Qualification.TRAINEE if number % 14 == 5 else Qualification.MEMBER,
        languages=["ru", "en"] if number < SPEAK_ENGLISH else ["ru"],
        days_per_month=6 if leads else 5,
        audits_before=rng.randrange(6, 20) if leads else rng.randrange(1, 5),
        user=user,
        valid_from=on,
    )
    for edition in editions:
        obtained = on - timedelta(days=rng.randrange(40, 500))
        people.record_competence(
            by=SIMULATION,
            auditor=auditor,
            edition=edition,
            evidence=f"Удостоверение № {100 + number}-{edition.key} (вымысел)",
            obtained_on=obtained,
            valid_until=obtained + timedelta(days=365 * 5),
        )
    people.evaluate(by=SIMULATION, auditor=auditor, score=rng.choice([4, 4, 5, 3]), evaluated_on=on)
    return auditor


def _processes(rng: random.Random, authority: Authority, units: dict, on: date) -> None:  # type: ignore[type-arg]
    wanted = [row for row in template(on) if row.code not in ("C2", "C3", "C5") or rng.random() < 0.55]
    adopted = services.adopt_template(by=SIMULATION, authority=authority, templates=wanted, valid_from=on)
    for process in adopted:
        if authority.pk in units:
            services.change_process(by=SIMULATION, process=process, owner_unit=units[authority.pk])
        core = process.kind == "core"
        services.record_facts(
            by=SIMULATION,
            process=process,
            known_on=on,
            cases_per_year=rng.choice([900, 4_000, 18_000, 64_000]) if core else rng.choice([60, 300, 1_200]),
            vulnerable=core and rng.random() < 0.2,
            legal_weight=rng.choice([2, 3]) if core else rng.choice([0, 1, 1]),
            complaints_per_1000=Decimal(rng.randrange(0, 120)) / 10 if core else Decimal(rng.randrange(0, 20)) / 10,
            breaches_percent=Decimal(rng.randrange(0, 70)) / 10 if core else Decimal(0),
            changes=rng.choice([0, 0, 1, 2, 3]),
            source="Отчётность органа (вымысел)",
        )


def _parts(found: Cast, authority: Authority, index: int, on: date) -> None:
    """Somebody at home in the authority owns one of its processes: they do not audit it."""
    owner = next((one for one in found.auditors if one.authority_id == authority.pk), None)
    process = Process.objects.filter(authority=authority, valid_to__isnull=True).order_by("code")[index % 5 : index % 5 + 1].first()
    if owner is not None and process is not None:
        services.set_part(by=SIMULATION, process=process, auditor=owner, part=PartKind.OWNER, valid_from=on)
