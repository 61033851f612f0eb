"""An authority with processes, an edition with clauses, an audit with a team, brought to any state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tests.factories import AuthorityFactory, CertificateFactory, EditionFactory, with_role
from yantar.core import clock
from yantar.core.models import User
from yantar.qms.audits import actions
from yantar.qms.audits.models import AgendaItem, Audit, AuditKind, AuditState, ChecklistLine, LineOrigin, MemberRole, TeamMember
from yantar.qms.audits.numbering import next_number
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.people.models import Auditor
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause, DocumentRequirement, Edition

TODAY = date(2026, 11, 23)
FIRST = date(2026, 11, 23)
LAST = date(2026, 11, 24)


def edition_with_clauses() -> Edition:
    """A small edition: 4 and 8 with clauses below them, one of them with a further question and a record."""
    edition = EditionFactory()
    if edition.clauses.exists():
        return edition
    rows = [("4", "", False), ("4.1", "Какие факторы важны?", True), ("8", "", False), ("8.5", "Как управляют работой?", True)]
    for order, (number, question, audited) in enumerate([*rows, ("8.5.1", "По каким условиям идёт работа?", True), ("9.2", "Что дал аудит?", True)]):
        Clause.objects.create(
            edition=edition,
            number=number,
            order=order,
            title_ru=f"Пункт {number}",
            title_en=f"Clause {number}",
            question_ru=question,
            question_en=f"Question of {number}?" if question else "",
            audited=audited,
            extra_questions=[{"question_ru": "А ещё?", "question_en": "What else?"}] if number == "8.5" else [],
        )
    DocumentRequirement.objects.create(edition=edition, kind="record", clause_number="9.2", text_ru="Отчёты об аудитах", text_en="Audit reports")
    return edition


def auditor(role: str = "lead", authority: Authority | None = None, **user: Any) -> Auditor:
    """An auditor who signs in, at home elsewhere."""
    person = with_role(Role.INTERNAL_AUDITOR, authority or AuthorityFactory(), **user)
    home = person.roles.get().authority
    return Auditor.objects.create(
        code=f"auditor-{person.pk}",
        name=person.full_name,
        user=person,
        authority=home,
        qualification="lead" if role == "lead" else "member",
        languages=["ru"],
        valid_from=date(2020, 1, 1),
    )


@dataclass
class Case:
    """An audit and those around it."""

    audit: Audit
    lead: User
    member: User
    trainee: User
    observer: User
    head_of_quality: User
    coordinator: User
    head: User

    @property
    def line(self) -> ChecklistLine:
        """The first question."""
        return self.audit.lines.filter(dropped_at__isnull=True).order_by("order")[0]

    def fresh(self) -> Audit:
        """The audit as it is recorded now."""
        self.audit = Audit.objects.get(pk=self.audit.pk)
        return self.audit


def process(authority: Authority, code: str = "licences", **kwargs: Any) -> Process:
    """A core process with an indicator and a risk."""
    values: dict[str, Any] = {
        "kind": "core",
        "name_ru": "Выдача лицензий",
        "name_en": "Licensing",
        "indicator_ru": "Доля лицензий в срок",
        "indicator_en": "Licences in time",
        "indicator_target": "98 %",
        "risk_ru": "Ошибка в реестре",
        "risk_en": "Error in the register",
        "valid_from": date(2020, 1, 1),
    } | kwargs
    return Process.objects.create(authority=authority, code=code, **values)


def case(kind: str = AuditKind.INTERNAL, **kwargs: Any) -> Case:
    """A planned audit of a fresh authority, with a lead, an auditor, a trainee and an observer."""
    authority = kwargs.pop("authority", None) or AuthorityFactory()
    edition = edition_with_clauses()
    certificate = kwargs.pop("certificate", None) or CertificateFactory(authority=authority, edition=edition)
    values: dict[str, Any] = {
        "number": next_number(2026),
        "kind": kind,
        "state_since": TODAY,
        "authority": authority,
        "certificate": certificate,
        "edition": edition,
        "window_first": FIRST,
        "window_last": LAST + timedelta(days=30),
        "first_day": FIRST,
        "last_day": LAST,
        "recorded_at": timezone.now(),
        "person_days": 4,
    } | kwargs
    audit = Audit.objects.create(**values)
    people = {}
    for role in (MemberRole.LEAD, MemberRole.AUDITOR, MemberRole.TRAINEE, MemberRole.OBSERVER):
        one = auditor(role)
        people[role] = one.user
        if not audit.external:
            TeamMember.objects.create(audit=audit, auditor=one, role=role, checked_on=TODAY)
    return Case(
        audit=audit,
        lead=people[MemberRole.LEAD],
        member=people[MemberRole.AUDITOR],
        trainee=people[MemberRole.TRAINEE],
        observer=people[MemberRole.OBSERVER],
        head_of_quality=with_role(Role.HEAD_OF_QUALITY),
        coordinator=with_role(Role.COORDINATOR, authority),
        head=with_role(Role.HEAD_OF_AUTHORITY, authority),
    )


def ready(given: Case) -> Case:
    """Everything that any step asks for is there: a checklist with answers, a plan of the day, both meetings, a report."""
    from yantar.qms.audits.models import Answer, Meeting, MeetingKind, Report

    audit = given.audit
    line = ChecklistLine.objects.create(audit=audit, order=1, origin=LineOrigin.OWN, text_ru="Как?", text_en="How?")
    Answer.objects.create(line=line, author=given.lead, grade="conform", revision=1, edited_at=clock.now(), saved_at=clock.now())
    AgendaItem.objects.create(audit=audit, day=FIRST, begins=time(9), ends=time(10), topic="Вступительное совещание")
    for kind in MeetingKind:
        Meeting.objects.create(audit=audit, kind=kind, held_at=clock.now())
    Report.objects.create(audit=audit, conclusion="Система действует.", fulfilment="Требования выполняются.")
    return given


def put_into(given: Case, state: str) -> Case:
    """Say that the audit is in a state, however it got there."""
    Audit.objects.filter(pk=given.audit.pk).update(state=state, state_reason="причина" if state in ("postponed", "cancelled") else "")
    given.fresh()
    return given


def under_way(given: Case | None = None) -> Case:
    """An audit that the real actions have brought to the spot."""
    given = given or case()
    actions.prepare(by=given.lead, audit=given.audit)
    actions.propose_agenda(by=given.lead, audit=given.audit)
    actions.finish_preparation(by=given.lead, audit=given.fresh())
    actions.record_meeting(by=given.lead, audit=given.fresh(), kind="opening", held_at=clock.now())
    actions.begin(by=given.lead, audit=given.fresh())
    given.fresh()
    assert given.audit.state == AuditState.UNDER_WAY
    return given


def moment(hour: int, minute: int = 0) -> datetime:
    """A moment of today's morning in the government's zone."""
    return timezone.make_aware(datetime.combine(TODAY, time(hour, minute)))


HOURS = Decimal("12.5")
