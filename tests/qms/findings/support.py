"""A government's corner with everybody whom a finding concerns, and a finding led to any state through the actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.factories import AuthorityFactory, EditionFactory, UserFactory, with_role
from yantar.core.actions import System
from yantar.core.models import User
from yantar.qms.findings import actions
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Authority, Role, RoleHolding
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause

HAND = System("test")
GAP = "Ответ дан на 41-й день вместо 30-го"
EVIDENCE = "Журнал обращений, запись 114 от 12.03.2026, отдел писем"


@dataclass
class Cast:
    """People around one authority."""

    authority: Authority
    clause: Clause
    process: Process
    lead: User
    head: User
    coordinator: User
    owner: User
    verifier: User
    author: User
    assignee: User
    staff: User
    stranger: User


def member(authority: Authority) -> User:
    """A member of staff of an authority."""
    return with_role(Role.STAFF, authority)


def clause(number: str = "8.5.1", edition: str = "2015") -> Clause:
    """A clause of an edition."""
    found, _made = Clause.objects.get_or_create(edition=EditionFactory(key=edition), number=number, defaults={"order": 1, "title_ru": "Пункт"})
    return found


def process(authority: Authority, code: str = "appeals") -> Process:
    """A process of an authority."""
    return Process.objects.create(authority=authority, code=code, kind="core", name_ru="Работа с обращениями", valid_from=date(2020, 1, 1))


def cast() -> Cast:
    """One authority with its people; the auditor who raises belongs to nobody's unit."""
    authority = AuthorityFactory()
    author = UserFactory()
    RoleHolding.objects.create(user=author, role=Role.INTERNAL_AUDITOR, valid_from=date(2000, 1, 1))
    return Cast(
        authority=authority,
        clause=clause(),
        process=process(authority),
        lead=with_role(Role.HEAD_OF_QUALITY),
        head=with_role(Role.HEAD_OF_AUTHORITY, authority),
        coordinator=with_role(Role.COORDINATOR, authority),
        owner=member(authority),
        verifier=member(authority),
        author=author,
        assignee=member(authority),
        staff=member(authority),
        stranger=with_role(Role.COORDINATOR, AuthorityFactory()),
    )


def raised(people: Cast, **kwargs: Any) -> Finding:
    """A minor nonconformity of the authority, opened."""
    values: dict[str, Any] = {
        "by": people.author,
        "authority": people.authority,
        "grade": "minor",
        "gap": GAP,
        "evidence": EVIDENCE,
        "clause": people.clause,
        "process": people.process,
        "origin_kind": "audit",
        "origin_id": "7",
        "origin_label": "2026-A-007",
    }
    finding: Finding = actions.raise_finding(**(values | kwargs))
    return finding
