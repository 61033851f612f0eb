"""An authority with everybody whom an appeal concerns, and an appeal led to any state through the actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import User
from yantar.qms.feedback.actions import appeals
from yantar.qms.feedback.models import Appeal, AppealState
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.services.models import Service

PORTAL = System("portal")
NAME, EMAIL = "Планктонова Аграфена", "agrafena@example.org"
PERSON: dict[str, Any] = {
    "name": NAME,
    "email": EMAIL,
    "phone": "+7 900 000-00-11",
    "address": "Янтарный край, улица Тестовая, 7",
    "subject": "Не работает лифт",
    "text": "В поликлинике третью неделю не работает лифт, пожилые люди поднимаются пешком на пятый этаж.",
    "wants_mail": True,
}
ANSWER = "Лифт отремонтирован двадцатого ноября.\n\nПриносим извинения."


@dataclass
class Cast:
    """People around one authority, another one beside it and one above it."""

    authority: Authority
    other: Authority
    above: Authority
    service: Service
    officer: User
    colleague: User
    head: User
    other_officer: User
    lead: User
    coordinator: User
    staff: User


def cast() -> Cast:
    GovernmentFactory()
    above = AuthorityFactory(code="above", version__name_ru="Правительство края")
    authority, other = AuthorityFactory(code="health", supervisor=above), AuthorityFactory(code="roads", supervisor=above)
    return Cast(
        authority,
        other,
        above,
        Service.objects.create(code="clinic", authority=authority, valid_from=date(2020, 1, 1)),
        officer=with_role(Role.CITIZENS_OFFICER, authority, full_name="Отвечающий Пример"),
        colleague=with_role(Role.CITIZENS_OFFICER, authority),
        head=with_role(Role.HEAD_OF_AUTHORITY, authority),
        other_officer=with_role(Role.CITIZENS_OFFICER, other),
        lead=with_role(Role.HEAD_OF_QUALITY),
        coordinator=with_role(Role.COORDINATOR, authority),
        staff=with_role(Role.STAFF, authority),
    )


def receive(cast: Cast, kind: str = "appeal", **given: Any) -> tuple[Appeal, str]:
    """Received from the portal, with its code."""
    person = {**PERSON, **given.pop("person", {})}
    if kind == "service_complaint":
        given.setdefault("service", cast.service)
    return appeals.receive_appeal(by=PORTAL, kind=kind, person=person, **{"authority": cast.authority, **given})


def led(cast: Cast, state: str, kind: str = "appeal", **given: Any) -> Appeal:
    """An appeal in a state, made by the acts that lead there."""
    if state in ("suspected", "rejected"):
        appeal = receive(cast, kind, spam_score=90, **given)[0]
        return appeals.reject_appeal(by=cast.officer, appeal=appeal, reason="реклама") if state == "rejected" else appeal
    appeal = receive(cast, kind, **given)[0]
    if state == "received":
        return appeal
    if state == "withdrawn":
        return appeals.withdraw_appeal(by=PORTAL, appeal=appeal)
    if state == "declined":
        return appeals.decline_appeal(by=cast.officer, appeal=appeal, ground="abuse")
    appeal = appeals.register_appeal(by=cast.officer, appeal=appeal)
    if state == "registered":
        return appeal
    answer(cast, appeal)
    appeal.refresh_from_db()
    if state == "answered":
        return appeal
    appeal = appeals.dispute_appeal(by=PORTAL, appeal=appeal, reason="Лифт снова стоит")
    if state == "closed":
        appeal = appeals.keep_answer(by=cast.officer, appeal=appeal, reason="Лифт работает")
    assert appeal.state == AppealState(state)
    return appeal


def answer(cast: Cast, *given: Appeal, outcome: str = "upheld", by: User | None = None) -> Any:
    """One answer to one appeal or several."""
    return appeals.answer_appeals(by=by or cast.officer, appeals=list(given), outcome=outcome, text=ANSWER)


def on(day: str) -> Any:
    """Live on a day."""
    return clock.at(date.fromisoformat(day))
