"""A small government whose year can be planned: certified authorities with processes, and auditors from all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.factories import AuthorityFactory, CertificateFactory, EditionFactory, with_role
from yantar.core import jobs
from yantar.core.models import User
from yantar.qms.audits import actions
from yantar.qms.audits.models import Audit, PlanRun, Programme
from yantar.qms.certification.models import Certificate, Obligation, StatusPeriod
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.people.models import Auditor, Competence
from yantar.qms.services.models import Process, ProcessFacts
from yantar.qms.standards.models import Clause, Edition

YEAR = 2027
NUMBERS = ("4", "4.1", "4.2", "5", "5.1", "5.2", "6", "6.1", "7", "7.1", "8", "8.1", "8.2", "9", "9.1", "9.2", "9.3", "10", "10.2")


def edition() -> Edition:
    """An edition of a dozen clauses."""
    found = EditionFactory()
    parents: dict[str, Clause] = {}
    for order, number in enumerate(NUMBERS):
        parent = parents.get(number.partition(".")[0]) if "." in number else None
        parents[number] = Clause.objects.create(edition=found, number=number, order=order, parent=parent, title_ru=f"П {number}", title_en=number)
    return found


def certificate(authority: Authority, expires_on: date = date(2028, 9, 14), surveillance_on: date | None = date(2027, 9, 15)) -> Certificate:
    """A certificate in force with its next surveillance, as the projections would have it."""
    one = CertificateFactory(authority=authority)
    begins = date(expires_on.year - 3, expires_on.month, expires_on.day)
    StatusPeriod.objects.create(certificate=one, status="active", begins_on=begins, edition=one.edition, body=one.body, expires_on=expires_on)
    if surveillance_on is not None:
        Obligation.objects.create(
            certificate=one, kind="surveillance", rule="R3", year=surveillance_on.year, opens_on=date(2027, 1, 1), due_on=surveillance_on
        )
    return one


def process(authority: Authority, code: str, kind: str = "core", field: str = "", facts: dict[str, Any] | None = None) -> Process:
    one = Process.objects.create(
        authority=authority, code=code, kind=kind, name_ru=f"Процесс {code}", name_en=f"Process {code}", field=field, valid_from=date(2024, 1, 1)
    )
    if facts is not None:
        ProcessFacts.objects.create(process=one, known_on=date(2026, 10, 1), **facts)
    return one


def auditor(home: Authority, edition: Edition, code: str, qualification: str = "lead", **kwargs: Any) -> Auditor:
    """Somebody who may audit everything, at home in an authority."""
    one = Auditor.objects.create(
        code=code,
        name=f"Имярек {code}",
        authority=home,
        qualification=qualification,
        languages=["ru"],
        days_per_month=kwargs.pop("days_per_month", 6),
        audits_before=5,
        valid_from=date(2024, 1, 1),
        **kwargs,
    )
    if qualification != "trainee":
        Competence.objects.create(auditor=one, kind="edition", edition=edition, field="*", evidence="Удостоверение", obtained_on=date(2025, 1, 10))
    return one


@dataclass
class World:
    """Three authorities, two of them certified; a lead and a member at home in each."""

    edition: Edition
    authorities: list[Authority]
    auditors: list[Auditor]
    head: User

    def programme(self) -> Programme:
        """The year's programme with risks assessed and audits wanted."""
        programme: Programme = actions.open_programme(by=self.head, year=YEAR)
        actions.assess_risks(by=self.head, year=YEAR)
        actions.want_audits(by=self.head, programme=programme)
        return programme


def world() -> World:
    """The small government."""
    base = edition()
    authorities = [AuthorityFactory(code=code, version__personnel=60) for code in ("health", "roads", "social")]
    for one in authorities:
        process(one, "services", facts={"cases_per_year": 60_000, "legal_weight": 3, "complaints_per_1000": 2, "breaches_percent": 1, "changes": 0})
        process(one, "staff", "support", facts={"cases_per_year": 50, "legal_weight": 0, "changes": 0})
    for one in authorities[:2]:
        certificate(one)
    people = [auditor(one, base, f"{kind}-{one.code}", kind) for one in authorities for kind in ("lead", "member")]
    return World(base, authorities, people, with_role(Role.HEAD_OF_QUALITY))


def planned(given: World, programme: Programme | None = None, *, seconds: int = 2) -> tuple[Programme, PlanRun]:
    """A programme with a plan that was computed by the worker and applied."""
    programme = programme or given.programme()
    run = computed(given, programme, seconds=seconds)
    actions.apply_plan(by=given.head, run=run)
    run.refresh_from_db()
    programme.refresh_from_db()
    return programme, run


def computed(given: World, programme: Programme, *, seconds: int = 2, **kwargs: Any) -> PlanRun:
    """A run that the worker carried out."""
    run: PlanRun = actions.start_planning(by=given.head, programme=programme, seconds=seconds, **kwargs)
    assert run.job is not None
    jobs.carry_out(run.job.pk)
    run.refresh_from_db()
    return run


def audits(programme: Programme) -> list[Audit]:
    return list(programme.audits.order_by("number"))
