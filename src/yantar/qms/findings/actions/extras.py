"""Files that belong to a finding, its words in English, and strengths that others may learn from."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from yantar.core import clock, files
from yantar.core.actions import Actor, action
from yantar.core.problems import Problem
from yantar.qms.findings.models import Attachment, Finding, Grade, PlannedAction, State
from yantar.qms.findings.recording import person, refuse
from yantar.qms.findings.telling import LEAD, tell

ACCEPTED = (*files.SCANS, *files.TABLES)
"""What may be attached: scans, pictures, tables."""


@action("findings.add_attachment", permission="findings.attach", target="finding", private=("upload",))
def add_attachment(*, by: Actor, finding: Finding, upload: File[Any], note: str = "", planned: PlannedAction | None = None) -> Attachment:
    """Attach a file to a finding, or to one of its actions as proof. Raises Refused for a file that is not accepted."""
    problems = []
    if finding.state in (State.REJECTED, State.CANCELLED):
        problems.append(Problem(_("This finding was not issued, or was taken back."), "state"))
    if planned is not None and planned.finding_id != finding.pk:
        problems.append(Problem(_("The action belongs to another finding."), "action", "planned"))
    if len(note.strip()) > 300:
        problems.append(Problem(_("At most 300 characters."), "too_long", "note"))
    refuse(problems)
    stored = files.store_upload(by=by, upload=upload, allowed=ACCEPTED)
    return Attachment.objects.create(finding=finding, action=planned, file=stored, note=note.strip(), added_by=person(by), added_at=clock.now())


@action("findings.share_strength", permission="findings.share", target="finding")
def share_strength(*, by: Actor, finding: Finding, shared: bool = True) -> Finding:
    """Show a strength to all authorities, or to none but its own again."""
    problems = []
    if finding.grade != Grade.STRENGTH:
        problems.append(Problem(_("Only strengths are shared with all."), "grade", "shared"))
    if finding.state != State.NOTED:
        problems.append(Problem(_("A strength is shared once it is issued."), "state"))
    refuse(problems)
    changed = finding.shared != shared
    finding.shared = shared
    finding.save(update_fields=["shared"])
    if shared and changed:
        tell(finding, "findings.shared", by, roles=LEAD, people=[finding.raised_by], gap=finding.gap[:200])
    return finding


@action("findings.translate", permission="findings.attach", target="finding")
def translate(*, by: Actor, finding: Finding, requirement_en: str = "", evidence_en: str = "", gap_en: str = "") -> Finding:
    """Give the statement of a finding in English, for readers and reports in that language; what it says itself stays. Empty: no translation."""
    finding.requirement_en, finding.evidence_en, finding.gap_en = requirement_en.strip(), evidence_en.strip(), gap_en.strip()
    finding.save(update_fields=["requirement_en", "evidence_en", "gap_en"])
    return finding
