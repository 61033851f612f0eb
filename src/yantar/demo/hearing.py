"""How the appeals of the demonstration are dealt with: an agenda of days, played through the actions by the officers of the authorities."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import override

from yantar.core import clock
from yantar.core.actions import Actor, System
from yantar.core.models import User
from yantar.qms.feedback.actions import appeals as acts
from yantar.qms.feedback.models import Appeal, AppealKind, AppealState, RemarkCategory
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.organisation.queries import people_with_role
from yantar.qms.services.models import Service

from .play import SIMULATION
from .voices import Voice, words

PORTAL = System("portal")
PUBLISHED = 0.6
FINDING_EVERY = 25


class Hearing:
    """Plays voices in the order of days; nothing later than today happens."""

    def __init__(self, seed: int, today: date, services: Mapping[str, Service]) -> None:
        self.today, self.services = today, services
        self.rng = random.Random(f"{seed}-hearing")  # noqa: S311 - repeatable, not secret
        self.agenda: list[tuple[date, int, Callable[[], None]]] = []
        self.order = itertools.count()
        self.officers: dict[int, User] = {}
        self.categories = {one.code: one for one in RemarkCategory.objects.all()}
        self.upheld = 0

    def at(self, day: date, act: Callable[[], None]) -> None:
        """Do something on a day; what would be after today is left undone."""
        if day <= self.today:
            heapq.heappush(self.agenda, (day, next(self.order), act))

    def play(self, voices: list[Voice]) -> None:
        """Everything that the voices start, to its end or to today."""
        for one in voices:
            self.at(one.received, lambda one=one: self._receive(one))  # type: ignore[misc]
        with override("ru"):
            while self.agenda:
                day, _order, act = heapq.heappop(self.agenda)
                with clock.at(day):
                    act()

    def officer(self, authority: Authority) -> Actor:
        """Who deals with the appeals of an authority; the simulation where nobody does."""
        if authority.pk not in self.officers:
            found = people_with_role(Role.CITIZENS_OFFICER, authority.pk, self.today).first()
            if found is None:
                return SIMULATION
            self.officers[authority.pk] = found
        return self.officers[authority.pk]

    def _receive(self, one: Voice) -> None:
        person = {
            "name": one.name,
            "email": one.email,
            "address": one.address,
            "subject": one.subject,
            "text": one.text,
            "phone": "",
            "wants_mail": False,
        }
        came = timezone.make_aware(datetime.combine(one.received, time(9 + self.rng.randrange(9), self.rng.randrange(60))))
        appeal, _code = acts.receive_appeal(
            by=PORTAL,
            kind=one.kind,
            variant=one.variant,
            service=self.services.get(one.service),
            category=self.categories.get(one.category),
            person=person,
            place=one.place,
            latitude=one.latitude,
            longitude=one.longitude,
            received_at=min(came, clock.now()),
        )
        if one.fate != "received":
            self.at(one.received + timedelta(days=1), lambda: self._register(appeal, one))

    def _register(self, appeal: Appeal, one: Voice) -> None:
        officer = self.officer(appeal.authority)
        appeal = acts.register_appeal(by=officer, appeal=appeal)
        if isinstance(officer, User):
            appeal = acts.assign_appeal(by=officer, appeal=appeal, to=officer)
        registered = clock.today()
        match one.fate:
            case "forwarded":
                self.at(registered + timedelta(days=2), lambda: self._forward(appeal, one))
                return
            case "extended" if one.kind != AppealKind.SERVICE_COMPLAINT:
                self.at(registered + timedelta(days=4), lambda: self._extend(appeal))
            case "declined" if one.kind == AppealKind.APPEAL:
                self.at(registered + timedelta(days=3), lambda: self._decline(appeal))
                return
            case "withdrawn":
                self.at(registered + timedelta(days=2), lambda: self._withdraw(appeal))
                return
            case "open":
                return
        self.at(registered + timedelta(days=one.days), lambda: self._answer(appeal, one))

    def _forward(self, appeal: Appeal, one: Voice) -> None:
        others = [service.authority for service in self.services.values() if service.authority_id != appeal.authority_id]
        target = self.rng.choice(others)
        appeal = acts.forward_appeal(by=self.officer(appeal.authority), appeal=appeal, to=[target], reason=words()["forwards"])
        self.at(clock.today() + timedelta(days=1), lambda: self._take_in(appeal, one))

    def _take_in(self, appeal: Appeal, one: Voice) -> None:
        fresh = Appeal.objects.select_related("authority").get(pk=appeal.pk)
        registered = acts.register_appeal(by=self.officer(fresh.authority), appeal=fresh)
        self.at(clock.today() + timedelta(days=one.days), lambda: self._answer(registered, one))

    def _extend(self, appeal: Appeal) -> None:
        acts.extend_appeal(by=self.officer(appeal.authority), appeal=appeal, days=10, reason=words()["extensions"])

    def _decline(self, appeal: Appeal) -> None:
        acts.decline_appeal(by=self.officer(appeal.authority), appeal=appeal, ground="published")

    def _withdraw(self, appeal: Appeal) -> None:
        acts.withdraw_appeal(by=PORTAL, appeal=appeal)

    def _answer(self, appeal: Appeal, one: Voice) -> None:
        fresh = Appeal.objects.select_related("authority").get(pk=appeal.pk)
        outcome = one.outcome
        officer = self.officer(fresh.authority)
        acts.answer_appeals(by=officer, appeals=[fresh], outcome=outcome, text=words()["answers"][outcome])
        day = clock.today()
        if outcome in ("upheld", "partly"):
            self.at(day + timedelta(days=4), lambda: self._measures(fresh))
        if one.fate in ("disputed", "reopened"):
            self.at(day + timedelta(days=5), lambda: self._dispute(fresh, one))
        if one.kind == AppealKind.REMARK and self.rng.random() < PUBLISHED:
            acts.publish_remark(by=officer, appeal=Appeal.objects.get(pk=fresh.pk), public_text=f"{one.subject}: {one.place}.")

    def _measures(self, appeal: Appeal) -> None:
        fresh = Appeal.objects.select_related("authority").get(pk=appeal.pk)
        if fresh.state != AppealState.ANSWERED:
            return
        officer = self.officer(fresh.authority)
        acts.record_measures(by=officer, appeal=fresh, reason="Нарушение устранено, порядок приёма изменён.")
        if fresh.kind != AppealKind.SERVICE_COMPLAINT:
            return
        self.upheld += 1
        if self.upheld % FINDING_EVERY == 1:
            acts.raise_finding_from(
                by=officer,
                appeal=Appeal.objects.get(pk=fresh.pk),
                gap="Срок или порядок услуги не соблюдён, жалоба удовлетворена.",
                requirement="Услуга предоставляется в срок и по перечню документов своего паспорта.",
                evidence=f"Обращение {fresh.number}, решение по жалобе.",
                regulation="210-ФЗ, статья 11.2",
            )

    def _dispute(self, appeal: Appeal, one: Voice) -> None:
        fresh = Appeal.objects.select_related("authority").get(pk=appeal.pk)
        acts.dispute_appeal(by=PORTAL, appeal=fresh, reason=self.rng.choice(words()["disputes"]))
        if one.fate == "reopened":
            self.at(clock.today() + timedelta(days=2), lambda: self._reopen(fresh, one))
        else:
            self.at(clock.today() + timedelta(days=6), lambda: self._keep(fresh))

    def _reopen(self, appeal: Appeal, one: Voice) -> None:
        fresh = Appeal.objects.select_related("authority").get(pk=appeal.pk)
        again = acts.reopen_appeal(by=self.officer(fresh.authority), appeal=fresh, reason="Доводы требуют повторной проверки.")
        self.at(clock.today() + timedelta(days=8), lambda: self._answer_again(again))

    def _answer_again(self, appeal: Appeal) -> None:
        fresh = Appeal.objects.select_related("authority").get(pk=appeal.pk)
        acts.answer_appeals(by=self.officer(fresh.authority), appeals=[fresh], outcome="upheld", text=words()["answers"]["upheld"])
        self.at(clock.today() + timedelta(days=4), lambda: self._measures(fresh))

    def _keep(self, appeal: Appeal) -> None:
        fresh = Appeal.objects.select_related("authority").get(pk=appeal.pk)
        acts.keep_answer(by=self.officer(fresh.authority), appeal=fresh, reason="Новых доводов нет, ответ остаётся в силе.")
