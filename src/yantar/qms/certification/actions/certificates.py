"""Certificates themselves: granted, corrected in what no decision fixed, superseded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.files import SCANS, store_upload
from yantar.core.problems import Problem, Refused
from yantar.qms.certification import projections, recording
from yantar.qms.certification.facts import gather
from yantar.qms.certification.models import Certificate, CertificateSite, CertificationBody, DecisionKind, ExternalAudit, ExternalAuditKind
from yantar.qms.certification.models.certificate import CertificateType
from yantar.qms.certification.recording import DecisionEntry, ExclusionEntry, SiteEntry
from yantar.qms.certification.telling import tell_those_concerned
from yantar.qms.organisation.models import Authority, AuthorityVersion, Site
from yantar.qms.standards.models import Edition


@action("certification.grant_certificate", permission="certification.record_decision", target="authority")
def grant_certificate(
    *,
    by: Actor,
    authority: Authority,
    number: str,
    body: CertificationBody,
    edition: Edition,
    decided_on: date,
    effective_on: date | None = None,
    expires_on: date | None = None,
    audit_on: date | None = None,
    stage1_on: date | None = None,
    stage2_on: date | None = None,
    scope_ru: str = "",
    scope_en: str = "",
    identity_number: str = "",
    type: str = "",
    client_ru: str = "",
    client_en: str = "",
    address_ru: str = "",
    address_en: str = "",
    iaf_sector: str = "36",
    original_issue_on: date | None = None,
    covid_extension: bool = False,
    decision_number: str = "",
    note: str = "",
    sites: Sequence[SiteEntry] = (),
    exclusions: Sequence[ExclusionEntry] = (),
    breach_reason: str = "",
    source: str = "",
) -> Certificate:
    """Enter a certificate with the decision that granted it, and the two stages of its audit where their last days are given.

    Name and head office of the client, where not given, are those of the authority on the day of the decision. Raises Refused with all
    that is wrong at once; rules that the decision breaks are problems with code "breach" until a reason is given.
    """
    entry = DecisionEntry(
        kind=DecisionKind.GRANT,
        decided_on=decided_on,
        effective_on=effective_on,
        expires_on=expires_on,
        audit_on=audit_on or stage2_on,
        edition=edition,
        number=decision_number,
        note=note,
        breach_reason=breach_reason,
        source=source,
    )
    certificate = Certificate(
        number=" ".join(number.split()),
        identity_number=identity_number.strip(),
        type=type or (CertificateType.MULTI_SITE if sites else CertificateType.SINGLE),
        authority=authority,
        body=body,
        edition=edition,
        client_ru=client_ru.strip(),
        client_en=client_en.strip(),
        address_ru=address_ru.strip(),
        address_en=address_en.strip(),
        scope_ru=scope_ru.strip(),
        scope_en=scope_en.strip(),
        iaf_sector=iaf_sector.strip(),
        original_issue_on=original_issue_on,
        covid_extension=covid_extension,
        source=source.strip(),
        recorded_at=clock.now(),
    )
    problems = certificate_problems(certificate)
    problems += recording.day_problems(
        decided_on=decided_on, effective_on=effective_on, expires_on=expires_on, stage1_on=stage1_on, stage2_on=stage2_on
    )
    problems += recording.exclusion_problems(edition, exclusions)
    problems += _site_problems(certificate, sites)
    if not (certificate.scope_ru or certificate.scope_en):
        problems.append(Problem(_("Give the scope."), "required", "scope_ru"))
    if stage1_on and stage2_on and stage1_on > stage2_on:
        problems.append(Problem(_("Stage 1 comes before stage 2."), "order", "stage1_on"))
    if problems:
        raise Refused(problems)
    certificate.original_issue_on = original_issue_on or effective_on or decided_on
    _client_of(certificate, decided_on)
    try:
        with transaction.atomic():
            certificate.save()
    except IntegrityError as error:
        raise Refused(_taken(certificate.number)) from error
    running = current()
    running.target = certificate
    for kind, day in ((ExternalAuditKind.STAGE1, stage1_on), (ExternalAuditKind.STAGE2, stage2_on)):
        if day is not None:
            ExternalAudit.objects.create(certificate=certificate, kind=kind, ended_on=day, source=source.strip(), recorded_at=clock.now())
    for site in sites:
        CertificateSite.objects.create(
            certificate=certificate, site=site.site, scope_ru=site.scope_ru, scope_en=site.scope_en, is_central=site.is_central
        )
    if exclusions:
        recording.write_exclusions(certificate, exclusions)
    gathered = gather([certificate], whole=False)
    decision = recording.add_decision(by=by, certificate=certificate, entry=entry, gathered=gathered)
    running.decided["decision"] = decision.pk
    projections.settle([certificate], gathered)
    tell_those_concerned(certificate, "certification.decision", by, decision=decision.kind, decided_on=decided_on, flagged=bool(decision.breaches))
    return certificate


@action("certification.correct_certificate", permission="certification.change_certificate", target="certificate")
def correct_certificate(
    *,
    by: Actor,
    certificate: Certificate,
    reason: str,
    number: str | None = None,
    identity_number: str | None = None,
    type: str | None = None,
    client_ru: str | None = None,
    client_en: str | None = None,
    address_ru: str | None = None,
    address_en: str | None = None,
    scope_ru: str | None = None,
    scope_en: str | None = None,
    iaf_sector: str | None = None,
    original_issue_on: date | None = None,
    covid_extension: bool | None = None,
    source: str | None = None,
) -> Certificate:
    """Correct what was entered wrongly and no decision fixed; what is None stays. Before and after remain in the row's history."""
    given: dict[str, Any] = {
        "number": " ".join(number.split()) if number is not None else None,
        "identity_number": identity_number,
        "type": type,
        "client_ru": client_ru,
        "client_en": client_en,
        "address_ru": address_ru,
        "address_en": address_en,
        "scope_ru": scope_ru,
        "scope_en": scope_en,
        "iaf_sector": iaf_sector,
        "original_issue_on": original_issue_on,
        "covid_extension": covid_extension,
        "source": source,
    }
    for name, value in given.items():
        if value is not None:
            setattr(certificate, name, value.strip() if isinstance(value, str) else value)
    problems = certificate_problems(certificate)
    if not reason.strip():
        problems.append(Problem(_("Say why the entry is wrong."), "required", "reason"))
    if problems:
        raise Refused(problems)
    try:
        with transaction.atomic():
            certificate.save()
    except IntegrityError as error:
        raise Refused(_taken(certificate.number)) from error
    if covid_extension is not None:
        projections.refresh([certificate])
    return certificate


@action("certification.set_exclusions", permission="certification.change_certificate", target="certificate")
def set_exclusions(*, by: Actor, certificate: Certificate, exclusions: Sequence[ExclusionEntry]) -> Certificate:
    """Make these the clauses that the certificate leaves out, by the terms of the edition it is to today."""
    gathered = gather([certificate], whole=False)
    edition = Edition.objects.get(key=recording.current_edition(certificate, gathered, clock.today()))
    problems = recording.exclusion_problems(edition, exclusions)
    if problems:
        raise Refused(problems)
    recording.write_exclusions(certificate, exclusions)
    return certificate


@action("certification.attach_scan", permission="certification.change_certificate", target="certificate")
def attach_scan(*, by: Actor, certificate: Certificate, file: File[bytes]) -> Certificate:
    """Keep a scan of the certificate: a PDF or an image by its content. The former one stays in the row's history."""
    certificate.scan = store_upload(by=by, upload=file, allowed=SCANS)
    certificate.save(update_fields=["scan"])
    return certificate


@action("certification.supersede", permission="certification.change_certificate", target="certificate")
def supersede(*, by: Actor, certificate: Certificate, by_certificate: Certificate, on: date) -> Certificate:
    """From the day `on` another certificate stands in the place of this one, which stays visible. Raises Refused for a circle."""
    problems = recording.day_problems(on=on)
    if certificate.superseded_by_id is not None:
        problems.append(Problem(_("This is already recorded."), "already_recorded"))
    follower: Certificate | None = Certificate.objects.get(pk=by_certificate.pk)
    while follower is not None:
        if follower.pk == certificate.pk:
            problems.append(Problem(_("A certificate can't supersede itself, not even by way of others."), "circle", "by_certificate"))
            break
        follower = follower.superseded_by
    began = certificate.periods.order_by("begins_on").values_list("begins_on", flat=True).first()
    if began is not None and on <= began:
        problems.append(Problem(_("On that day the certificate was not yet granted."), "order", "on", value=on.isoformat()))
    if problems:
        raise Refused(problems)
    certificate.superseded_by, certificate.superseded_on = by_certificate, on
    certificate.save(update_fields=["superseded_by", "superseded_on"])
    projections.refresh([certificate])
    tell_those_concerned(certificate, "certification.superseded", by, follower=by_certificate.number, on=on)
    return certificate


@action("certification.take_back_supersession", permission="certification.change_certificate", target="certificate")
def take_back_supersession(*, by: Actor, certificate: Certificate, reason: str) -> Certificate:
    """The certificate was not superseded after all."""
    problems = []
    if not reason.strip():
        problems.append(Problem(_("Say why the entry is wrong."), "required", "reason"))
    if certificate.superseded_by_id is None:
        problems.append(Problem(_("The certificate is not superseded."), "not_superseded"))
    if problems:
        raise Refused(problems)
    certificate.superseded_by, certificate.superseded_on = None, None
    certificate.save(update_fields=["superseded_by", "superseded_on"])
    projections.refresh([certificate])
    return certificate


def certificate_problems(certificate: Certificate) -> list[Problem]:
    """What is wrong with the fields of a certificate, all at once; also for the import."""
    problems = []
    if not certificate.number:
        problems.append(Problem(_("Give the number of the certificate."), "required", "number"))
    elif not certificate.number.isprintable() or certificate.number in (".", ".."):
        problems.append(Problem(_("The number has characters that can't be shown."), "number", "number"))
    if Certificate.objects.filter(number__iexact=certificate.number).exclude(pk=certificate.pk).exists():
        problems.append(_taken(certificate.number))
    if certificate.type not in CertificateType.values:
        problems.append(Problem(_("Choose the type of certificate."), "type", "type", value=certificate.type))
    for name in ("number", "identity_number", "client_ru", "client_en", "address_ru", "address_en", "iaf_sector", "source"):
        longest = getattr(Certificate._meta.get_field(name), "max_length", None)
        if longest and len(getattr(certificate, name)) > longest:
            problems.append(Problem(_("At most %(count)s characters.") % {"count": longest}, "length", name))
    if certificate.original_issue_on:
        problems += recording.day_problems(original_issue_on=certificate.original_issue_on)
    return problems


def _taken(number: str) -> Problem:
    return Problem(_("A certificate with this number is recorded already."), "already_recorded", "number", value=number)


def _site_problems(certificate: Certificate, sites: Sequence[SiteEntry]) -> list[Problem]:
    problems = []
    if len({entry.site.pk for entry in sites}) != len(sites):
        problems.append(Problem(_("A site stands here twice."), "twice", "sites"))
    if certificate.type == CertificateType.MULTI_SITE and not any(entry.is_central for entry in sites):
        problems.append(Problem(_("Mark the site with the central function."), "central", "sites"))
    return problems


def _client_of(certificate: Certificate, on: date) -> None:
    """Fill the client's name and head office from the organisation as of the day."""
    if not (certificate.client_ru or certificate.client_en):
        version = AuthorityVersion.objects.on(on).filter(authority=certificate.authority).first()
        if version is not None:
            certificate.client_ru, certificate.client_en = version.name_ru, version.name_en
    if not (certificate.address_ru or certificate.address_en):
        office = Site.objects.on(on).filter(authority=certificate.authority, is_head_office=True).first()
        if office is not None:
            certificate.address_ru, certificate.address_en = office.address_ru, office.address_en
