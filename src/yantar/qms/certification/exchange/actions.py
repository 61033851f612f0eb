"""The one action that takes a file of certificates in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.models import User
from yantar.core.problems import Problem, Refused
from yantar.core.tabular import Parsed, Progress
from yantar.core.tabular.report import Report

from .. import projections
from ..models import Certificate, Decision, DecisionKind, ExternalAudit
from .bodies import FIELDS as BODY_FIELDS
from .certificates import FIELDS
from .planning import Plan, plan
from .state import CertificateItem, chunks
from .weighing import ordered

BATCH = 2000


def _summary(given: dict[str, Any], report: Report) -> dict[str, Any]:
    return {"file": given["filename"], "sha256": report.sha256, "on": given["on"], "counts": report.counts, "flagged": report.flagged}


@action("certification.import_certificates", permission="certification.import_certificates", summary=_summary)
def import_certificates(*, by: Actor, parsed: Parsed, filename: str, on: date, progress: Progress | None = None) -> Report:
    """Write what the rows of a file say: all of it or nothing.

    The rows are compared again with what is recorded at this moment. A decision that breaks a rule goes in
    marked, with the reason its row gives or that it was recorded so in the source. Raises Refused with
    everything wrong, and Cancelled. The journal keeps the counts and the hash of the file, not its rows.
    """
    progress = progress or Progress()
    # Whoever records a decision locks its certificate: nothing of these changes until the end.
    list(Certificate.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    progress.stage(500)
    planned = plan(parsed, filename, on, progress)
    if planned.report.problems:
        raise Refused(planned.report.problems)
    try:
        _write(planned, by, progress)
    except IntegrityError as error:
        raise Refused(
            Problem(_("Something of this was recorded by somebody else at the same moment. Check the file once more."), code="import.meanwhile")
        ) from error
    planned.report.applied = True
    return planned.report


def _write(planned: Plan, by: Actor, progress: Progress) -> None:
    progress.stage(800)
    items = planned.certificates
    total = sum(1 + len(item.decisions) + len(item.audits) for item in items) or 1
    done = 0

    def wrote(count: int) -> None:
        nonlocal done
        done += count
        progress.at(done, total)

    moved = _write_bodies(planned)
    _write_certificates(items, wrote)
    _write_decisions(items, by, wrote)
    _write_audits(items, wrote)
    progress.stage(1000)
    touched = {item.certificate.pk: item.certificate for item in items}
    if moved:
        # New time limits of a body move the obligations of its certificates.
        for certificate in Certificate.objects.filter(body__in=moved).order_by("pk"):
            touched.setdefault(certificate.pk, certificate)
        for certificate in Certificate.objects.filter(decisions__body__in=moved).order_by("pk").distinct():
            touched.setdefault(certificate.pk, certificate)
    projections.refresh(touched.values(), progress=lambda count: progress.at(count, len(touched)))
    progress.at(1, 1)


def _write_bodies(planned: Plan) -> list[int]:
    """Returns the bodies whose limits changed."""
    for item in planned.bodies:
        if item.is_new:
            item.body.pk = None
            item.body.save(force_insert=True)
        elif item.changed:
            item.body.save(update_fields=sorted(item.changed & set(BODY_FIELDS)))
    return [item.body.pk for item in planned.bodies if "recert_start_days" in item.changed]


def _write_certificates(items: list[CertificateItem], wrote: Callable[[int], None]) -> None:
    now = clock.now()
    for batch in chunks((item for item in items if item.is_new), BATCH):
        rows = []
        for item in batch:
            row = item.certificate
            row.pk, row.body, row.recorded_at = None, item.body.body, now
            row.superseded_by, superseded_on = None, row.superseded_on
            grant = next((one for one in ordered(item) if one.kind == DecisionKind.GRANT), None)
            if row.original_issue_on is None and grant is not None:
                row.original_issue_on = grant.effective_on
            # Who stands in its place may not be written yet; both are said together below.
            row.superseded_on = None
            rows.append((row, superseded_on))
        Certificate.objects.bulk_create([row for row, _day in rows])
        for row, superseded_on in rows:
            row.superseded_on = superseded_on
        wrote(len(rows))
    groups: dict[tuple[str, ...], list[Certificate]] = {}
    for item in items:
        names = tuple(sorted(item.changed & set(FIELDS))) if not item.is_new else ()
        if "superseded_by" in item.changed and item.superseded_by is not None:
            item.certificate.superseded_by = item.superseded_by.certificate
            names = (*names, "superseded_by", "superseded_on")
        if names:
            groups.setdefault(names, []).append(item.certificate)
    for names, group in groups.items():
        for batch in chunks(group, BATCH):
            Certificate.objects.bulk_update(batch, names)


def _write_decisions(items: list[CertificateItem], by: Actor, wrote: Callable[[int], None]) -> None:
    now, person = clock.now(), by if isinstance(by, User) else None
    entries = ((item, entry) for item in items for entry in ordered(item))
    for batch in chunks(entries, BATCH):
        Decision.objects.bulk_create(
            [
                Decision(
                    certificate=item.certificate,
                    kind=entry.kind,
                    number=entry.number,
                    decided_on=entry.decided_on,
                    effective_on=entry.effective_on,
                    expires_on=entry.expires_on,
                    audit_on=entry.audit_on,
                    edition=entry.edition,
                    body=entry.body.body if entry.body else None,
                    scope_ru=entry.scope_ru,
                    scope_en=entry.scope_en,
                    reason_code=entry.reason_code,
                    note=entry.note,
                    breaches=entry.breaches,
                    breach_reason=entry.breach_reason,
                    source=entry.source,
                    recorded_at=now,
                    recorded_by=person,
                )
                for item, entry in batch
            ]
        )
        wrote(len(batch))


def _write_audits(items: list[CertificateItem], wrote: Callable[[int], None]) -> None:
    now = clock.now()
    for batch in chunks(((item, audit) for item in items for audit in item.audits), BATCH):
        ExternalAudit.objects.bulk_create(
            [
                ExternalAudit(
                    certificate=item.certificate,
                    kind=audit.kind,
                    began_on=audit.began_on,
                    ended_on=audit.ended_on,
                    days=audit.days,
                    report=audit.report,
                    source=audit.source,
                    recorded_at=now,
                )
                for item, audit in batch
            ]
        )
        wrote(len(batch))
