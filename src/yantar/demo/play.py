"""Plays a story through the real actions, each under the clock of its day. Nothing is written any other way."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import User
from yantar.core.problems import Refused
from yantar.qms.audits import actions as audits
from yantar.qms.certification import actions as certification
from yantar.qms.certification.actions import SiteEntry
from yantar.qms.certification.models import Certificate, CertificationBody, DecisionKind, ExternalAuditKind
from yantar.qms.organisation import actions as organisation
from yantar.qms.organisation.models import Authority, Role, Site, Unit
from yantar.qms.organisation.queries import successor_map
from yantar.qms.standards.models import Edition

from . import cast
from .story import Event

SIMULATION = System("simulation")
RECORDED_LATE = "Аудит проведён с опозданием; решение внесено по письму органа по сертификации."
RENEWED_ALL_THE_SAME = "Орган по сертификации продлил сертификат, отметив пропуск инспекционного контроля."
BODY_REPORT = "Отчёт органа (вымысел) / report of the body (fictional)"
RECENT = 700
"""Days back in which the body's audits are played as audits, with their findings."""
RESTORED_LATE = "Приостановка длилась дольше шести месяцев: орган по сертификации перенёс специальный аудит."

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it."""

    authorities: int
    certificates: int
    decisions: int
    events: int
    audits: int = 0
    findings: int = 0


class Player:
    """Knows how each kind of event is done. One player plays one story."""

    def __init__(self, seed: int, today: date | None = None) -> None:
        self.today = today or clock.today()
        self.rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.authorities: dict[str, Authority] = {}
        self.certificates: dict[str, Certificate] = {}
        self.scopes: dict[str, tuple[str, str]] = {}
        self.bodies: dict[str, CertificationBody] = {}
        self.editions: dict[str, Edition] = {}
        self.number = 1
        self.decisions = 0

    def play(self, events: list[Event], progress: Progress = lambda done, total: None) -> Played:
        """Play every event in order. Raises whatever an action refuses: a story that breaks a rule must say so."""
        self.editions = {edition.key: edition for edition in Edition.objects.all()}
        self._bodies(events[0].on if events else clock.today())
        for index, event in enumerate(events):
            with clock.at(event.on):
                getattr(self, f"do_{event.what}")(event)
            progress(index + 1, len(events))
        return Played(len(self.authorities), self.number - 1, self.decisions, len(events))

    def _bodies(self, on: date) -> None:
        with clock.at(on):
            for body in cast.BODIES:
                self.bodies[body.code] = certification.add_body(
                    by=SIMULATION,
                    code=body.code,
                    name_ru=body.name_ru,
                    name_en=body.name_en,
                    country=body.country,
                    address=body.address,
                    accreditation_body=body.accreditation_body,
                    accreditation_number=body.accreditation_number,
                    major_days=body.major_days,
                )

    # --- the government -----------------------------------------------------------------------------------------------

    def do_authority(self, event: Event) -> None:
        one: cast.Cast = event.params["cast"]
        authority = organisation.create_authority(
            by=SIMULATION,
            code=one.code,
            kind=one.kind,
            name_ru=one.name_ru,
            name_en=one.name_en,
            short_ru=one.short_ru,
            short_en=one.short_en,
            valid_from=event.on,
            personnel=one.personnel,
            head_post_ru="Министр" if one.kind == "ministry" else "Руководитель",
            head_post_en="Minister" if one.kind == "ministry" else "Head",
            legal_basis="Закон края о системе исполнительных органов (вымышленный)",
        )
        self.authorities[one.code] = authority
        self.scopes[one.code] = (one.scope_ru, one.scope_en)
        self._units(authority, one, event.on)

    def _units(self, authority: Authority, one: cast.Cast, on: date) -> None:
        top: Unit | None = None
        for index, (name_ru, name_en) in enumerate((*one.units, *(cast.COMMON_UNITS if one.units else ())), 1):
            parent = top if index == 2 and "епартамент" in one.units[0][0] else None
            unit = organisation.create_unit(
                by=SIMULATION, authority=authority, code=f"{one.code}-{index:02d}", name_ru=name_ru, name_en=name_en, parent=parent, valid_from=on
            )
            top = top or unit
        street_ru, street_en = self.rng.choice(cast.STREETS)
        house = self.rng.randrange(1, 90)
        self._site(authority, f"{one.code}-main", street_ru, street_en, house, on, head=True)
        if one.code == "minsoc":
            for index in range(1, 9):
                self._site(authority, f"{one.code}-office-{index}", *cast.STREETS[index % len(cast.STREETS)], index * 7, on, head=False)

    def _site(self, authority: Authority, code: str, street_ru: str, street_en: str, house: int, on: date, *, head: bool) -> Site:
        number = code.rpartition("-")[2]
        return organisation.create_site(
            by=SIMULATION,
            authority=authority,
            code=code,
            name_ru="Главное здание" if head else f"Отделение № {number}",
            name_en="Main building" if head else f"Branch No {number}",
            address_ru=f"{cast.CITY[0]}, {street_ru}, {house}",
            address_en=f"{house} {street_en}, {cast.CITY[1]}",
            valid_from=on,
            is_head_office=head,
            personnel=12 + self.rng.randrange(20),
        )

    def do_rename(self, event: Event) -> None:
        organisation.rename(
            by=SIMULATION,
            authority=self.authorities[event.about],
            effective_on=event.on,
            name_ru=event.params["name_ru"],
            name_en=event.params["name_en"],
            kind=event.params.get("kind"),
            legal_basis=event.params["basis"],
        )

    do_promote = do_rename

    def do_merge(self, event: Event) -> None:
        organisation.merge(
            by=SIMULATION,
            authorities=[self.authorities[event.about]],
            into=self.authorities[event.params["into"]],
            effective_on=event.on,
            legal_basis=event.params["basis"],
        )

    def do_merge_new(self, event: Event) -> None:
        p = event.params
        made = organisation.merge(
            by=SIMULATION,
            authorities=[self.authorities[event.about], self.authorities[p["with"]]],
            new=organisation.NewAuthority(
                code=p["code"],
                kind="ministry",
                name_ru=p["name_ru"],
                name_en=p["name_en"],
                personnel=p["personnel"],
                head_post_ru="Министр",
                head_post_en="Minister",
            ),
            effective_on=event.on,
            legal_basis=p["basis"],
        )
        del made
        self.authorities[p["code"]] = Authority.objects.get(code=p["code"])

    def do_separate(self, event: Event) -> None:
        p = event.params
        organisation.split(
            by=SIMULATION,
            authority=self.authorities[event.about],
            parts=[
                organisation.NewAuthority(
                    code=p["code"],
                    kind=p["kind"],
                    name_ru=p["name_ru"],
                    name_en=p["name_en"],
                    personnel=p["personnel"],
                    head_post_ru="Руководитель",
                    head_post_en="Head",
                )
            ],
            keep=True,
            effective_on=event.on,
            legal_basis=p["basis"],
        )
        organisation.rename(
            by=SIMULATION,
            authority=self.authorities[event.about],
            effective_on=event.on + timedelta(days=1),
            name_ru=p["keep_ru"],
            name_en=p["keep_en"],
            legal_basis=p["basis"],
        )
        self.authorities[p["code"]] = Authority.objects.get(code=p["code"])
        self.scopes[p["code"]] = ("Регулирование рыболовства и аквакультуры", "Regulation of fishing and aquaculture")

    # --- certificates ---------------------------------------------------------------------------------------------------

    def do_grant(self, event: Event) -> None:
        p = event.params
        authority = self.authorities[event.about]
        before = self.certificates.get(event.about)
        scope_ru, scope_en = self.scopes[event.about]
        sites = list(Site.objects.filter(authority=authority).order_by("-is_head_office", "code"))
        number = p.get("number") or f"YA-{self.number + 1:04d}"
        name = authority.versions.order_by("-valid_from").first()
        certificate = certification.grant_certificate(
            by=SIMULATION,
            authority=authority,
            number=number,
            identity_number=f"DEMO-{number}",
            body=self.bodies[p["body"]],
            edition=self.editions[p["edition"]],
            decided_on=p["decided_on"],
            stage1_on=p["stage1"],
            stage2_on=p["stage2"],
            scope_ru=scope_ru,
            scope_en=scope_en,
            client_ru=name.name_ru if name else "",
            client_en=name.name_en if name else "",
            address_ru=sites[0].address_ru if sites else "",
            address_en=sites[0].address_en if sites else "",
            sites=[SiteEntry(site, is_central=site.is_head_office) for site in sites],
            type="multi_site" if len(sites) > 2 else "single",
            source="Выписка из реестра органа (вымысел) / extract from the body's register (fictional)",
        )
        self.number += 1
        self.decisions += 1
        self.certificates[event.about] = certificate
        if before is not None:
            certification.supersede(by=SIMULATION, certificate=before, by_certificate=certificate, on=p["decided_on"])

    def do_surveillance(self, event: Event) -> None:
        certificate = self.certificates[event.about]
        audit_on = event.on - timedelta(days=12)
        self._audited(certificate, ExternalAuditKind.SURVEILLANCE, audit_on)
        late = RECORDED_LATE if event.params.get("late") else ""
        self._decide(event, DecisionKind.CONFIRM, audit_on=audit_on, breach_reason=late)
        if event.params.get("move_to"):
            self._decide(event, DecisionKind.MOVE_EDITION, edition=self.editions[event.params["move_to"]], audit_on=audit_on)

    def do_recertification_audit(self, event: Event) -> None:
        self._audited(self.certificates[event.about], ExternalAuditKind.RECERTIFICATION, event.params.get("audit_on", event.on))

    def _audited(self, certificate: Certificate, kind: ExternalAuditKind, ended_on: date) -> None:
        """The body's audit took place. Of the last years it is an audit with its own page; of those before only the fact is known."""
        if (self.today - ended_on).days > RECENT:
            certification.record_audit(by=SIMULATION, certificate=certificate, kind=kind, ended_on=ended_on, source=BODY_REPORT)
            return
        began_on = ended_on - timedelta(days=1)
        audit = audits.plan_external(
            by=SIMULATION,
            certificate=certificate,
            kind=kind.value,
            window_first=ended_on - timedelta(days=10),
            window_last=ended_on + timedelta(days=5),
            first_day=began_on,
            last_day=ended_on,
            person_days=4,
        )
        audits.report_external(by=SIMULATION, audit=audit, began_on=began_on, ended_on=ended_on, days=Decimal(4), body_report=f"{audit.number}/О")

    def do_renew(self, event: Event) -> None:
        p = event.params
        self.do_recertification_audit(event)
        edition = self.editions[p["edition"]] if p.get("edition") else None
        known = {"audit_on": p["audit_on"], "edition": edition, "expires_on": p.get("expires_on")}
        try:
            self._decide(event, DecisionKind.RENEW, **known)
        except Refused:  # a year without surveillance lies behind: the body renewed all the same
            self._decide(event, DecisionKind.RENEW, breach_reason=RENEWED_ALL_THE_SAME, **known)

    def do_suspend(self, event: Event) -> None:
        self._decide(event, DecisionKind.SUSPEND, reason_code=event.params["reason"])

    def do_restore(self, event: Event) -> None:
        self._decide(event, DecisionKind.RESTORE, audit_on=event.on - timedelta(days=9), breach_reason=RESTORED_LATE)

    def do_withdraw(self, event: Event) -> None:
        self._decide(event, DecisionKind.WITHDRAW, note="Орган власти реорганизован, система вошла в систему преемника.")

    def do_transfer(self, event: Event) -> None:
        self._decide(event, DecisionKind.TRANSFER, body=self.bodies[event.params["to"]])

    def do_reduce_scope(self, event: Event) -> None:
        scope_ru, scope_en = self.scopes[event.about]
        self._decide(
            event,
            DecisionKind.REDUCE_SCOPE,
            scope_ru=f"{scope_ru}, кроме объектов вне края",
            scope_en=f"{scope_en}, except objects outside the territory",
        )

    def do_wrong_entry(self, event: Event) -> None:
        """Somebody recorded a suspension that was another authority's, and took it back the next day."""
        wrong = self._decide(event, DecisionKind.SUSPEND, reason_code="S3")
        with clock.at(event.on + timedelta(days=1)):
            certification.reverse_decision(by=SIMULATION, decision=wrong, reason="Решение относится к другому сертификату.")
        self.decisions += 1

    def _decide(self, event: Event, kind: DecisionKind, **more: Any) -> Any:
        self.decisions += 1
        return certification.record_decision(
            by=SIMULATION,
            certificate=self.certificates[event.about],
            kind=kind,
            decided_on=event.on,
            number=f"{self.decisions:04d}-{event.on.year}",
            source="Письмо органа (вымысел) / letter of the body (fictional)",
            **more,
        )

    # --- people ---------------------------------------------------------------------------------------------------------------

    def person(self, email: str, name: str, role: Role, authority: Authority | None, on: date, **more: Any) -> User:
        """Somebody with one role since a day."""
        until = more.pop("until", None)
        user = organisation.add_person(by=SIMULATION, email=email, full_name=name, is_demo=True, **more)
        organisation.give_role(by=SIMULATION, user=user, role=role, authority=authority, valid_from=on, valid_to=until)
        return user


def living(on: date) -> list[Authority]:
    """Authorities that exist on a day."""
    return [a for a in Authority.objects.order_by("code") if a.holds_on(on) and a.pk not in successor_map(on)]
