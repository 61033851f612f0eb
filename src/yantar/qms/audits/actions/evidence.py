"""Photos and files as evidence: known by content, pictures made anew without what a camera adds, sent twice and kept once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action
from yantar.core.files import CSV, JPEG, PDF, PNG, XLSX, store_upload
from yantar.core.models import User
from yantar.core.problems import Problem, Refused
from yantar.qms.audits import pictures
from yantar.qms.audits.models import Audit, AuditState, ChecklistLine, Evidence, EvidenceKind
from yantar.qms.audits.recording import in_state, refuse
from yantar.qms.audits.rules import leads_audit

ALLOWED = (JPEG, PNG, PDF, XLSX, CSV)
ON_THE_SPOT = (AuditState.UNDER_WAY, AuditState.REPORT_DRAFTED)
ASKS_PERMISSION = (EvidenceKind.PHOTO, EvidenceKind.SCREEN)


@action("audits.add_evidence", permission="audits.take_part", target="audit", private=("upload", "note", "source"))
def add_evidence(
    *,
    by: Actor,
    audit: Audit,
    line: ChecklistLine,
    key: str,
    upload: File[Any] | None = None,
    kind: str = EvidenceKind.RECORD,
    note: str = "",
    source: str = "",
    permitted: bool = False,
    taken_at: datetime | None = None,
) -> Evidence:
    """Keep a piece of evidence under the key that the device made for it; the same key again gives the same piece.

    Pictures are made anew: upright, without the place and whatever else the camera noted, at most `pictures.SIDE` pixels wide or high.
    Photos and screens need the permission of those audited. Raises Refused with everything that is wrong.
    """
    if not isinstance(by, User):
        raise Refused(Problem(_("Only people answer."), "who"))
    same = Evidence.objects.filter(key=key).first()
    if same is not None and same.added_by_id == by.pk and same.line_id == line.pk:
        return same
    problems = in_state(audit, *ON_THE_SPOT)
    if same is not None or not 8 <= len(key) <= 64:
        problems.append(Problem(_("The evidence has no key of its own."), "key", "key"))
    if line.audit_id != audit.pk or line.dropped_at is not None:
        problems.append(Problem(_("This question is not asked any more."), "line", "line"))
    if kind not in EvidenceKind.values:
        problems.append(Problem(_("Choose the kind of evidence."), "kind", "kind", value=str(kind)))
    if kind in ASKS_PERMISSION and not permitted:
        problems.append(Problem(_("Ask for permission before you take a picture, and tick that you did."), "permission", "permitted"))
    if upload is None and not note.strip():
        problems.append(Problem(_("Choose a file or say what was seen."), "required", "file"))
    if len(note) > 300 or len(source) > 300:
        problems.append(Problem(_("At most 300 characters."), "too_long", "note"))
    if upload is not None:
        problems += pictures.problems(upload)
    refuse(problems)
    stored = store_upload(by=by, upload=pictures.cleaned(upload), allowed=ALLOWED) if upload is not None else None
    now = clock.now()
    return Evidence.objects.create(
        line=line,
        kind=kind,
        key=key,
        file=stored,
        note=note.strip(),
        source=source.strip(),
        permitted=permitted,
        taken_at=min(taken_at or now, now),
        added_by=by,
    )


@action("audits.remove_evidence", permission="audits.take_part", target="audit")
def remove_evidence(*, by: Actor, audit: Audit, evidence: Evidence) -> Evidence:
    """Take back a piece of evidence that was added wrongly: one's own, or anybody's as the lead. It is no longer shown; the row stays."""
    problems = in_state(audit, *ON_THE_SPOT)
    if evidence.line.audit_id != audit.pk or evidence.removed_at is not None:
        problems.append(Problem(_("This evidence is not here any more."), "gone"))
    if isinstance(by, User) and evidence.added_by_id != by.pk and not leads_audit.test(by, audit):
        problems.append(Problem(_("Only who added it and the lead take evidence back."), "who"))
    refuse(problems)
    evidence.removed_at = clock.now()
    evidence.save(update_fields=["removed_at"])
    return evidence
