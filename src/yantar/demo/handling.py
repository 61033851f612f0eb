"""The life of a finding in the demonstration: correction, causes, plan, approval, proof, effect. Some come late, some fail, one spreads."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from yantar.core import clock
from yantar.core.models import User
from yantar.qms.findings import actions as findings
from yantar.qms.findings.models import Cause, ElsewhereAnswer, Finding, GovernmentCase, PlannedAction, State
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import working_calendar

from .grounds import Cast
from .lessons import ELSEWHERE, Lesson

At = Callable[..., None]
STALLS = 0.16
"""Share of findings on which the work stops somewhere: they become late."""
LEAST = 92
"""Days that an effect is watched at least."""
DEEPER = ("Мера дошла не до всех отделов: ответственный за неё там не назван.", "Опрос в трёх отделах, приказ о мере")
SECOND_ACTION = "Назвать в каждом отделе ответственного за меру и показать её на рабочих местах."
FAILS = 0.2
"""Share of actions without effect at first."""


class Handling:
    """Knows what each finding is about, and lets its owner, approver and verifier act in time."""

    def __init__(self, rng: random.Random, cast: Cast, at: At, today: date) -> None:
        self.rng = rng
        self.cast = cast
        self.at = at
        self.today = today
        self.lesson: dict[int, Lesson] = {}
        self.asked = False
        self.calendar = working_calendar()

    def begin(self, finding: Finding, stalls: int | None = None) -> None:
        """Let the authority work on an open finding, step by step; from step `stalls` on (None: by chance, and seldom) nothing happens."""
        if stalls is None:
            stalls = self.rng.randrange(1, 7) if self.rng.random() < STALLS else 99
        for index, (days, step) in enumerate(
            ((1, self._take), (3, self._correct), (9, self._find_cause), (13, self._plan), (15, self._approve), (16, self._again)), 1
        ):
            if index >= stalls:
                return
            self._after(days + self.rng.randrange(2), step, finding.pk)
        self._after(38 + self.rng.randrange(10), self._done, finding.pk)

    def _after(self, days: int, step: Callable[[int], None], pk: int) -> None:
        self.at(self.calendar.add(clock.today(), days), lambda: step(pk), hour=10)

    def _row(self, pk: int) -> Finding:
        return Finding.objects.get(pk=pk)

    def _owner(self, row: Finding) -> User:
        return self.cast.coordinators[row.authority_id]

    def _take(self, pk: int) -> None:
        row = self._row(pk)
        findings.acknowledge(by=self._owner(row), finding=row)
        findings.assign(by=self._owner(row), finding=self._row(pk), owner=self._owner(row))

    def _correct(self, pk: int) -> None:
        row = self._row(pk)
        if row.state == State.CONTAINMENT:
            findings.record_correction(by=self._owner(row), finding=row, correction=self.lesson[pk].correction)

    def _find_cause(self, pk: int) -> None:
        row, lesson = self._row(pk), self.lesson[pk]
        if row.state != State.ANALYSIS:
            return
        owner = self._owner(row)
        parent = self._first_analysis(row, lesson) if row.reopened == 0 else self._deeper(row)
        findings.mark_root(by=owner, cause=parent, explains_all=True, would_prevent=True, category=lesson.category)
        findings.propose_plan(by=owner, finding=self._row(pk), elsewhere="Проверены остальные отделы органа; в двух порядок тот же, включены в план.")
        if lesson.key == ELSEWHERE and not self.asked and row.authority_id in self.cast.coordinators:
            self.asked = True
            self._ask(pk)

    def _first_analysis(self, row: Finding, lesson: Lesson) -> Cause:
        """A false lead that is rejected, and the chain of whys; returns its end."""
        owner = self._owner(row)
        wrong = findings.add_cause(by=owner, finding=row, text=lesson.false_lead[0])
        findings.reject_cause(by=owner, cause=wrong, reason=lesson.false_lead[1])
        parent: Cause | None = None
        for text, evidence in lesson.whys:
            parent = findings.add_cause(by=owner, finding=self._row(row.pk), text=text, evidence=evidence, parent=parent, controllable=True)
        assert parent is not None
        return parent

    def _deeper(self, row: Finding) -> Cause:
        """What was done did not work: one why more below the last answer."""
        last = row.causes.filter(rejected_on__isnull=True, removed_at__isnull=True, children__isnull=True).latest("pk")
        return findings.add_cause(by=self._owner(row), finding=row, text=DEEPER[0], evidence=DEEPER[1], parent=last, controllable=True)

    def _ask(self, pk: int) -> None:
        row = self._row(pk)
        others = list(Authority.objects.filter(pk__in=self.cast.coordinators).exclude(pk=row.authority_id).order_by("code")[:7])
        findings.ask_elsewhere(
            by=self.cast.head,
            finding=row,
            text="Есть ли у вас приказ о замещении начальника отдела приёма, и распределяются ли дела без него?",
            authorities=others,
            due_on=self.calendar.add(clock.today(), 10),
        )
        for index, _one in enumerate(others):
            self._after(3 + index, self._tell(index), pk)
        self._after(40, self._decide, pk)

    def _tell(self, index: int) -> Callable[[int], None]:
        def step(pk: int) -> None:
            asked = list(ElsewhereAnswer.objects.filter(question__finding=pk).select_related("authority").order_by("pk"))[index]
            if index == 5:
                return  # one never answers
            answer = "yes" if index in (1, 3) else "not_applicable" if index == 4 else "no"
            said = {
                "yes": "Приказа нет: при отсутствии начальника дела ждали до трёх дней.",
                "no": "Проверено: приказ есть, дела распределяет система.",
                "not_applicable": "Орган не ведёт приёма заявителей.",
            }[answer]
            findings.answer_elsewhere(
                by=self.cast.coordinators[asked.authority_id],
                asked=asked,
                answer=answer,
                comment=said,
                gap="Замещение начальника отдела приёма не назначено." if answer == "yes" else "",
                evidence="Приказы за год, отдел кадров: приказа о замещении нет; 4 дела ждали 3 дня." if answer == "yes" else "",
            )

        return step

    def _decide(self, pk: int) -> None:
        case = GovernmentCase.objects.filter(findings=pk).first()
        if case is not None and case.state == "open":
            findings.decide_case(
                by=self.cast.head,
                case=case,
                decision="Во всех органах до конца квартала назначить замещение и включить автоматическое распределение дел.",
                title="Дела ждут, когда начальник отдела отсутствует",
            )

    def _plan(self, pk: int) -> None:
        row, lesson = self._row(pk), self.lesson[pk]
        if row.state != State.PLAN:
            return
        owner, today = self._owner(row), clock.today()
        findings.add_action(
            by=owner,
            finding=row,
            text=lesson.action if row.reopened == 0 else SECOND_ACTION,
            assignee=owner,
            due_on=self.calendar.add(today, 30),
            measure=lesson.measure,
            target=f"{lesson.target} {lesson.unit}",
            cause=row.causes.filter(is_root=True).first(),
        )
        if not row.effects.filter(round=row.reopened).exists():
            findings.fix_effect(
                by=owner, finding=self._row(pk), measure=lesson.measure, unit=lesson.unit, baseline=lesson.before, target=lesson.target
            )
        findings.submit_for_approval(by=owner, finding=self._row(pk))

    def _approver(self, row: Finding) -> User:
        return self.cast.heads.get(row.authority_id, self.cast.head)

    def _approve(self, pk: int) -> None:
        row = self._row(pk)
        if row.state != State.APPROVAL:
            return
        if self.rng.random() < 0.2:
            findings.send_back(by=self._approver(row), finding=row, comment="Укажите, кто проверит результат в отделах, где порядок тот же.")
            return
        findings.approve(by=self._approver(row), finding=row, verifier=self._verifier(row))

    def _again(self, pk: int) -> None:
        """A plan that was sent back is submitted anew and approved."""
        row = self._row(pk)
        if row.state == State.PLAN and row.actions.exists():
            findings.submit_for_approval(by=self._owner(row), finding=row)
            findings.approve(by=self._approver(row), finding=self._row(pk), verifier=self._verifier(row))

    def _verifier(self, row: Finding) -> User:
        return row.raised_by if row.raised_by is not None and row.raised_by != self._owner(row) else self.cast.head

    def _done(self, pk: int) -> None:
        row = self._row(pk)
        if row.state != State.IMPLEMENTATION:
            return
        for action in PlannedAction.objects.filter(finding=row, done_on__isnull=True, withdrawn_at__isnull=True):
            findings.complete_action(by=self._owner(row), planned=action, proof="Приказ и запись в системе, показаны проверяющему.")
        findings.submit_for_verification(by=self._owner(row), finding=self._row(pk))
        self._after(3, self._verify, pk)

    def _verify(self, pk: int) -> None:
        row = self._row(pk)
        assert row.verifier is not None
        if self.rng.random() < 0.12 and row.state == State.VERIFICATION:
            findings.refuse_proof(by=row.verifier, finding=row, comment="Приказ есть, но на двух рабочих местах о нём не знают.")
            self._after(6, self._done, pk)
            return
        findings.accept_proof(by=row.verifier, finding=row)
        effect_on = self._row(pk).effect_on
        assert effect_on is not None
        judged = max(effect_on, clock.today() + timedelta(days=LEAST))
        self.at(self.calendar.next_working(judged), lambda: self._judge(pk), hour=11)

    def _judge(self, pk: int) -> None:
        row, lesson = self._row(pk), self.lesson[pk]
        if row.state != State.WAITING_EFFECT or row.verifier is None:
            return
        fails = row.reopened == 0 and self.rng.random() < FAILS
        findings.judge_effect(
            by=row.verifier,
            finding=row,
            observed=lesson.after_bad if fails else lesson.after,
            cases=40 + self.rng.randrange(60),
            check_first=row.state_since + timedelta(days=1),
            check_last=clock.today(),
            comment="Выборка за период проверки." if not fails else "Показатель улучшился мало: мера не дошла до всех отделов.",
        )
        if fails:
            for days, step in ((4, self._find_cause), (7, self._plan), (9, self._approve), (10, self._again), (40, self._done)):
                self._after(days, step, pk)
