"""What an auditor has before them on the spot: every question with one's own answer, the answers of the others beside it, the evidence."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from yantar.core.models import User
from yantar.qms.audits.models import Answer, AnswerGrade, Audit, ChecklistLine, Evidence
from yantar.qms.findings.models import State as FindingState


def answer_as_data(row: Answer) -> dict[str, Any]:
    """One answer, plainly."""
    return {
        "line": row.line_id,
        "grade": row.grade,
        "note": row.note,
        "sample": row.sample,
        "revision": row.revision,
        "edited_at": row.edited_at.isoformat(),
        "device": row.device,
    }


def state(viewer: User, audit: Audit) -> dict[str, Any]:
    """What changes while the audit goes on: own answers by line, the others' answers, evidence, numbers of findings raised. Four queries."""
    mine: dict[int, dict[str, Any]] = {}
    others: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in Answer.objects.filter(line__audit=audit).select_related("author").order_by("pk"):
        if row.author_id == viewer.pk:
            mine[row.line_id] = answer_as_data(row)
        elif row.grade or row.note:
            label = str(AnswerGrade(row.grade).label) if row.grade else ""
            others[row.line_id].append({"author": str(row.author), "grade": row.grade, "label": label, "note": row.note, "sample": row.sample})
    evidence: dict[int, list[dict[str, Any]]] = defaultdict(list)
    kept = Evidence.objects.filter(line__audit=audit, removed_at__isnull=True).select_related("file", "added_by")
    for piece in kept.order_by("pk"):
        evidence[piece.line_id].append(
            {
                "id": piece.pk,
                "key": piece.key,
                "kind": str(piece.get_kind_display()),
                "name": piece.file.name if piece.file is not None else "",
                "note": piece.note,
                "by": str(piece.added_by),
                "mine": piece.added_by_id == viewer.pk,
            }
        )
    raised: dict[int, list[str]] = defaultdict(list)
    through = ChecklistLine.raised.through.objects.filter(checklistline__audit=audit).exclude(finding__state=FindingState.CANCELLED)
    for line, number in through.values_list("checklistline_id", "finding__number"):
        raised[line].append(number)
    return {"state": audit.state, "mine": mine, "others": others, "evidence": evidence, "raised": raised}


def questions(viewer: User, audit: Audit) -> list[dict[str, Any]]:
    """The questions in order, in the reader's language. One query."""
    rows = audit.lines.filter(dropped_at__isnull=True).select_related("clause", "process", "finding", "assigned").order_by("order", "pk")
    return [
        {
            "id": line.pk,
            "order": number,
            "origin": str(line.get_origin_display()),
            "clause": f"{line.clause.number} {line.clause.title}".strip() if line.clause is not None else "",
            "process": line.process.name if line.process is not None else "",
            "text": line.text,
            "evidence": line.evidence,
            "sample": line.sample,
            "assigned": line.assigned.name if line.assigned is not None else "",
            "mine": line.assigned is not None and line.assigned.user_id == viewer.pk,
        }
        for number, line in enumerate(rows, 1)
    ]


def find_line(audit: Audit, pk: int) -> ChecklistLine | None:
    """A question of this audit."""
    return audit.lines.filter(pk=pk).first()


def find_evidence(audit: Audit, pk: int) -> Evidence | None:
    """A piece of evidence of this audit that was not taken back."""
    return Evidence.objects.filter(pk=pk, line__audit=audit, removed_at__isnull=True).select_related("file", "line").first()
