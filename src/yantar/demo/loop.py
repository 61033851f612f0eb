"""The loop of the last two years, played through the actions: programme, audits, findings until their effect, what the certifier found.

Things happen on days; each may make others happen later. Whatever lies after today stays undone, so that every state can be seen.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import connection

from yantar.core import clock
from yantar.core.models import User
from yantar.engine.planner.forms import Assignment
from yantar.qms.audits import actions as audits
from yantar.qms.audits.actions import AnswerEntry
from yantar.qms.audits.models import Audit, AuditKind, AuditState, ChecklistLine, MemberRole, Programme
from yantar.qms.audits.moving import Board
from yantar.qms.findings import actions as findings
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import working_calendar
from yantar.qms.people.models import Auditor
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause

from .grounds import Cast, lay
from .handling import Handling
from .lessons import BODY_LESSON, LESSONS, Lesson
from .play import Progress
from .remarks import REMARKS, Remark

YEARS_BACK = 1
"""Programmes are played from so many years before this one."""
IN_DANGER = "konkurs"
"""Its certificate expires within a month, and the certification body found something major."""
PUT_OFF = "Руководитель органа в командировке; аудит переносится по согласованию."
SAID = "Система менеджмента качества действует и поддерживается в соответствии с требованиями; выявленные несоответствия не угрожают сертификату."
FULFILLED = "Требования в области аудита выполняются, кроме указанных в наблюдениях."


def look_again() -> None:
    """Let the database look at its tables anew: all is played in one transaction, whose rows its own bookkeeping does not see till the end."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class Loop:
    """A queue of what is to happen, in the order of days."""

    def __init__(self, rng: random.Random, today: date) -> None:
        self.rng = rng
        self.today = today
        self.queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self.count = 0
        self.cast: Cast
        self.handling: Handling
        self.used: set[tuple[int, str]] = set()

    def at(self, day: date, what: Callable[[], None], hour: int = 9) -> None:
        """Let something happen on a working day; what lies after today is forgotten."""
        when = datetime.combine(day, time(hour, self.count % 60), UTC)
        self.count += 1
        if day <= self.today:
            heapq.heappush(self.queue, (when, self.count, what))

    def play(self, authorities: list[Authority], names: Iterator[str], since: date, progress: Progress = lambda done, total: None) -> None:
        """Play everything from the day `since`, at the earliest, until today."""
        done = 0
        first = max(date(self.today.year - YEARS_BACK - 1, 12, 2), since)
        self.cast = lay(self.rng, authorities, names, first)
        look_again()
        self.handling = Handling(self.rng, self.cast, self.at, self.today)
        self.calendar = working_calendar()
        for year in range(self.today.year - YEARS_BACK, self.today.year + 1):
            opened = max(date(year - 1, 12, 10), first + timedelta(days=6))
            if opened.year <= year:
                self.at(opened, lambda year=year: self.plan(year))  # type: ignore[misc]
        self._certifiers(first)
        self.at(self.today - timedelta(days=15), self._one_under_way)
        while self.queue:
            when, _number, what = heapq.heappop(self.queue)
            with clock.at(when):
                what()
            done += 1
            if done % 150 == 0:
                look_again()
            progress(done, done + len(self.queue))

    # --- the programme of a year --------------------------------------------------------------------------------------

    def plan(self, year: int) -> None:
        """Risks, wants, days and teams, approval, dates sent."""
        head = self.cast.head
        programme = audits.prepare_year(by=head, year=year)
        for audit in list(Audit.objects.filter(programme=programme).order_by("window_last", "pk")):
            self._place(programme, audit)
        programme.refresh_from_db()
        if Audit.objects.filter(programme=programme, first_day__isnull=True).exclude(state=AuditState.CANCELLED).exists():
            for audit in Audit.objects.filter(programme=programme, first_day__isnull=True):
                audits.remove_wanted(by=head, audit=audit)
        if not Audit.objects.filter(programme=programme, first_day__isnull=False).exists():
            return  # nobody can be sent yet, or nothing is wanted: the programme stays a draft
        audits.approve_programme(by=head, programme=programme)
        audits.publish_dates(by=head, programme=Programme.objects.get(year=year))
        for audit in Audit.objects.filter(programme=programme).order_by("first_day", "pk"):
            self._schedule(audit)
        look_again()
        if year < self.today.year:
            self.at(date(year, 12, 28), lambda: self._review(year))

    def _review(self, year: int) -> None:
        audits.review_programme(
            by=self.cast.head,
            programme=Programme.objects.get(year=year),
            review_result="Программа выполнена. На следующий год: больше аудитов процессов оказания услуг, обучить двух ведущих аудиторов.",
        )

    def _place(self, programme: Programme, audit: Audit) -> None:
        board = Board(programme, audit.number)
        span = (audit.window_last - audit.window_first).days
        near = audit.window_first + timedelta(days=self.rng.randrange(max(span, 1)))
        found = board.candidates(near=near, limit=3)
        if not found:
            return
        choice: Assignment = found[0].assignment
        people = {one.code: one for one in Auditor.objects.filter(code__in=[choice.lead, *choice.members, *choice.trainees])}
        audits.move_audit(
            by=self.cast.head,
            audit=audit,
            first_day=choice.first,
            lead=people[choice.lead],
            members=[people[code] for code in choice.members],
            trainees=[people[code] for code in choice.trainees],
            fixed=False,
        )

    # --- one audit -----------------------------------------------------------------------------------------------------------

    def _schedule(self, audit: Audit, *, surely: bool = False) -> None:
        first, last = audit.first_day, audit.last_day
        assert first is not None and last is not None
        if not surely and self.rng.random() < 0.05:
            self.at(self.calendar.add(first, -12), lambda: self._postpone(audit.pk))
            return
        self.at(self.calendar.add(first, -10), lambda: self._prepare(audit.pk))
        self.at(first, lambda: self._spot(audit.pk))
        self.at(last, lambda: self._finish(audit.pk), hour=15)
        self.at(self.calendar.add(last, 4), lambda: self._report(audit.pk))

    def _audit(self, pk: int) -> Audit:
        return Audit.objects.get(pk=pk)

    def _lead(self, audit: Audit) -> User:
        user = audit.team.select_related("auditor__user").get(role=MemberRole.LEAD).auditor.user
        assert user is not None
        return user

    def _postpone(self, pk: int) -> None:
        audits.postpone(by=self.cast.head, audit=self._audit(pk), reason=PUT_OFF)

    def _prepare(self, pk: int) -> None:
        audit = self._audit(pk)
        lead = self._lead(audit)
        audits.prepare(by=lead, audit=audit)
        audits.propose_agenda(by=lead, audit=self._audit(pk))
        audits.finish_preparation(by=lead, audit=self._audit(pk))

    def _spot(self, pk: int) -> None:
        audit = self._audit(pk)
        lead = self._lead(audit)
        audits.record_meeting(by=lead, audit=audit, kind="opening", held_at=clock.now(), notes="Цель, область и порядок аудита согласованы.")
        audits.begin(by=lead, audit=self._audit(pk))
        if audit.last_day is not None and audit.last_day >= self.today:  # under way as somebody looks: half of the questions wait
            self._answer(self._audit(pk), part=0.5)
            return

    def _finish(self, pk: int) -> None:
        audit = self._audit(pk)
        if audit.state != AuditState.UNDER_WAY or audit.last_day is None or audit.last_day >= self.today:
            return
        lead = self._lead(audit)
        self._answer(audit)
        audits.record_person_met(by=lead, audit=audit, name="Пример Примеров", post="Начальник отдела", at_opening=True, at_closing=True)
        audits.record_meeting(by=lead, audit=audit, kind="closing", held_at=clock.now(), notes="Наблюдения объявлены, возражений нет.")
        audits.finish_on_the_spot(by=lead, audit=self._audit(pk))

    def _answer(self, audit: Audit, part: float = 1.0) -> None:
        """Every question answered; some of them lead to findings."""
        lead = self._lead(audit)
        lines = list(ChecklistLine.objects.filter(audit=audit, dropped_at__isnull=True).select_related("clause", "process").order_by("order"))
        lines = lines[: max(1, round(len(lines) * part))]
        picked = self._picked(audit, lines)
        entries = []
        for line in lines:
            lesson = picked.get(line.pk)
            grade = lesson.grade if lesson is not None else "conform"
            note = (
                lesson.evidence[0]
                if lesson is not None
                else self.rng.choice(("Показаны записи, выборка соответствует.", "Подтверждено беседой и записями.", ""))
            )
            entries.append(AnswerEntry(line=line.pk, grade=grade, note=note, revision=1, edited_at=clock.now(), device="demo"))
        audits.save_answers(by=lead, audit=audit, entries=entries)
        for line in lines:
            if line.pk in picked:
                self._raise(audit, line, picked[line.pk])

    def _picked(self, audit: Audit, lines: list[ChecklistLine]) -> dict[int, Lesson | Remark]:
        """Which questions lead to findings: up to two lessons that this authority has not been taught lately, and a remark."""
        found: dict[int, Lesson | Remark] = {}
        by_clause: dict[str, list[ChecklistLine]] = {}
        for line in lines:
            if line.clause is not None:
                by_clause.setdefault(line.clause.number, []).append(line)
        lessons = self.rng.sample(LESSONS, k=len(LESSONS))
        for lesson in lessons:
            if len(found) >= self.rng.choice((0, 1, 1, 2)):
                break
            if (audit.authority_id, lesson.key) not in self.used and by_clause.get(lesson.clause):
                self.used.add((audit.authority_id, lesson.key))
                found[by_clause[lesson.clause].pop().pk] = lesson
        remark = self.rng.choice(REMARKS)
        if by_clause.get(remark.clause) and (audit.authority_id, remark.key) not in self.used:
            self.used.add((audit.authority_id, remark.key))
            found[by_clause[remark.clause].pop().pk] = remark
        return found

    def _raise(self, audit: Audit, line: ChecklistLine, what: Lesson | Remark) -> None:
        lead = self._lead(audit)
        finding = audits.raise_finding(
            by=lead,
            audit=audit,
            grade=what.grade,
            requirement=what.requirement[0],
            evidence=what.evidence[0],
            gap=what.gap[0],
            line=line,
            clause=line.clause,
            process=process_of(audit.authority, what.process),
        )
        findings.translate(by=lead, finding=finding, requirement_en=what.requirement[1], evidence_en=what.evidence[1], gap_en=what.gap[1])
        if what.grade == "strength" and self.rng.random() < 0.6:
            audits.share_strength(by=lead, audit=audit, finding=Finding.objects.get(pk=finding.pk))
        if isinstance(what, Lesson):
            self.handling.lesson[finding.pk] = what

    def _report(self, pk: int) -> None:
        audit = self._audit(pk)
        if audit.state != AuditState.REPORT_DRAFTED:
            return
        lead = self._lead(audit)
        audits.draft_report(
            by=lead, audit=audit, conclusion=SAID, fulfilment=FULFILLED, distribution="Руководитель органа, координатор, правительство"
        )
        audits.sign_report(by=lead, audit=self._audit(pk))
        answered = self.calendar.add(clock.today(), self.rng.randrange(1, 4))
        self.at(answered, lambda: self._answered(pk))
        for finding in Finding.objects.filter(origin_kind="audit", origin_id=str(pk), grade__in=["major", "minor"]):
            self.handling.begin(finding)

    def _answered(self, pk: int) -> None:
        audit = self._audit(pk)
        head = self.cast.heads.get(audit.authority_id)
        if head is None:
            return
        if self.rng.random() < 0.06:
            audits.dispute_report(by=head, audit=audit, dispute="Два дела из выборки отозваны заявителями до истечения срока.")
            self.at(self.calendar.add(clock.today(), 3), lambda: self._settle(pk))
            return
        audits.acknowledge_report(by=head, audit=audit)
        self.at(clock.today() + timedelta(days=30), lambda: self._close(pk))

    def _settle(self, pk: int) -> None:
        audit = self._audit(pk)
        audits.answer_dispute(by=self._lead(audit), audit=audit, answer="Отозванные дела исключены, доля нарушений от этого не меняется.")
        self.at(clock.today() + timedelta(days=30), lambda: self._close(pk))

    def _close(self, pk: int) -> None:
        """Close the audit once its findings are closed; look again in a month."""
        audit = self._audit(pk)
        waiting = Finding.objects.filter(origin_kind="audit", origin_id=str(pk), grade__in=["major", "minor"])
        if waiting.exclude(state__in=["closed", "cancelled", "rejected"]).exists():
            self.at(clock.today() + timedelta(days=30), lambda: self._close(pk))
            return
        audits.close(by=self._lead(audit), audit=audit, hours_spent=Decimal(audit.person_days * 8), conclusion="Последующие действия завершены.")

    # --- what the certification body found ----------------------------------------------------------------------------

    def _certifiers(self, since: date) -> None:
        """Its audits since a day: some have findings, in one authority a major one that endangers the certificate now."""
        rows = Audit.objects.exclude(kind=AuditKind.INTERNAL).filter(state=AuditState.FOLLOW_UP, ended_on__gt=since)
        for audit in rows.select_related("authority").order_by("ended_on", "pk"):
            assert audit.ended_on is not None
            day, pk = self.calendar.add(audit.ended_on, 3), audit.pk
            urgent = audit.authority.code == IN_DANGER and audit.kind == AuditKind.RECERTIFICATION
            if urgent or self.rng.random() < 0.2:
                self.at(day, lambda pk=pk, urgent=urgent: self._found(pk, urgent), hour=12)  # type: ignore[misc]
            self.at(day + timedelta(days=30), lambda pk=pk: self._close_external(pk))  # type: ignore[misc]

    def _found(self, pk: int, urgent: bool) -> None:
        audit = self._audit(pk)
        if audit.authority_id not in self.cast.coordinators:
            return
        lesson = next(one for one in LESSONS if one.key == BODY_LESSON) if urgent else self.rng.choice(LESSONS)
        finding = audits.raise_external_finding(
            by=self.cast.coordinators[audit.authority_id],
            audit=audit,
            grade="major" if urgent else "minor",
            gap=lesson.gap[0],
            requirement=lesson.requirement[0],
            evidence=lesson.evidence[0],
            clause=clause_of(audit.edition.key, lesson.clause),
            process=process_of(audit.authority, lesson.process),
        )
        findings.translate(
            by=self.cast.coordinators[audit.authority_id],
            finding=finding,
            requirement_en=lesson.requirement[1],
            evidence_en=lesson.evidence[1],
            gap_en=lesson.gap[1],
        )
        self.handling.lesson[finding.pk] = lesson
        self.handling.begin(Finding.objects.get(pk=finding.pk), stalls=6 if urgent else None)

    def _close_external(self, pk: int) -> None:
        audit = self._audit(pk)
        if Finding.objects.filter(origin_kind="external_audit", origin_id=audit.origin).exclude(state__in=["closed", "cancelled"]).exists():
            self.at(clock.today() + timedelta(days=30), lambda: self._close_external(pk))
            return
        audits.close(by=self.cast.head, audit=audit, conclusion="Решение органа по сертификации внесено.")

    # --- an audit that is under way as somebody looks -----------------------------------------------------------------------

    def _one_under_way(self) -> None:
        """The auditor who signs in to the demonstration leads an audit that began yesterday."""
        lead = next(one for one in self.cast.auditors if one.user is not None and one.user.email == "auditor@demo.example")
        programme = Programme.objects.filter(year=self.today.year).first()
        first = self.calendar.add(self.today, -1)
        if programme is None or first.year != self.today.year:
            return
        for authority in Authority.objects.filter(pk__in=self.cast.heads).exclude(pk=lead.authority_id).order_by("code"):
            known = Audit.objects.filter(authority=authority, programme=programme).exclude(state=AuditState.CANCELLED).first()
            if known is None:
                continue
            audit = audits.add_audit(
                by=self.cast.head,
                programme=programme,
                authority=authority,
                edition=known.edition,
                window_first=first - timedelta(days=3),
                window_last=self.today + timedelta(days=6),
                person_days=3,
                auditors_wanted=1,
                clauses=list(known.clauses.all()[:12]),
                processes=list(known.processes.all()[:3]),
                objective="Проверить, что действия по прошлым наблюдениям держатся.",
            )
            judged = Board(programme, audit.number).judge(Assignment(first=first, lead=lead.code))
            if judged.hard:
                audits.cancel(by=self.cast.head, audit=audit, reason="Ведущий аудитор в эти дни занят.")
                continue
            audits.move_audit(by=self.cast.head, audit=audit, first_day=first, lead=lead)
            self._schedule(self._audit(audit.pk), surely=True)
            return


def process_of(authority: Authority, code: str) -> Process | None:
    """The process of an authority's map by its code; None where the authority has not adopted it."""
    return Process.objects.filter(authority=authority, code=code, valid_to__isnull=True).first()


def clause_of(edition: str, number: str) -> Clause | None:
    """A clause by edition and number."""
    return Clause.objects.filter(edition__key=edition, number=number).first()
