"""Preparation of an audit: its checklist, the bank of questions, who asks what."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem, Refused
from yantar.qms.audits import checklist
from yantar.qms.audits.models import Audit, AuditState, BankQuestion, ChecklistLine, LineOrigin
from yantar.qms.audits.recording import in_state, needed, person, refuse
from yantar.qms.audits.rules import ASKS, JUDGES
from yantar.qms.people.models import Auditor
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause

EDITABLE = (AuditState.PLANNED, AuditState.PREPARED)
ASKING = (*EDITABLE, AuditState.UNDER_WAY)


@action("audits.prepare", permission="audits.prepare_audit", target="audit")
def prepare(*, by: Actor, audit: Audit) -> int:
    """Make the checklist from the clauses in scope, the processes, last findings, weak indicators and the question bank; spread it over
    the auditors of the team. Repeated, it adds only what is new and leaves everything else as people have made it.

    Returns how many questions were added.
    """
    refuse(in_state(audit, *EDITABLE))
    known = checklist.existing_keys(audit)
    fresh = [one for one in checklist.propose(audit) if one.key not in known]
    auditors = list(audit.team.filter(role__in=JUDGES).order_by("pk").values_list("auditor_id", flat=True))
    assigned = checklist.spread(fresh, auditors)
    last = audit.lines.aggregate(last=Max("order"))["last"] or 0
    ChecklistLine.objects.bulk_create(
        [
            ChecklistLine(
                audit=audit,
                order=last + number,
                origin=one.origin,
                clause=one.clause,
                process=one.process,
                finding=one.finding,
                text_ru=one.text_ru,
                text_en=one.text_en,
                evidence_ru=one.evidence_ru,
                evidence_en=one.evidence_en,
                sample=one.sample,
                assigned_id=assigned.get(one.key),
            )
            for number, one in enumerate(fresh, 1)
        ]
    )
    current().decided["added"] = len(fresh)
    return len(fresh)


@action("audits.add_question", permission="audits.take_part", target="audit")
def add_question(
    *,
    by: Actor,
    audit: Audit,
    text: str,
    evidence: str = "",
    sample: str = "",
    clause: Clause | None = None,
    process: Process | None = None,
    assigned: Auditor | None = None,
    keep_in_bank: bool = False,
    text_en: str = "",
    evidence_en: str = "",
) -> ChecklistLine:
    """Ask something of one's own, during preparation or on the spot. `keep_in_bank`: other audits will ask it too, where its clause or
    the process's field comes up. Raises Refused with everything that is wrong."""
    problems = [*in_state(audit, *ASKING), *needed(text, "text", _("Write the question."))]
    if clause is not None and clause.edition_id != audit.edition_id:
        problems.append(Problem(_("The clause is of another edition."), "clause", "clause"))
    if process is not None and process.authority_id != audit.authority_id:
        problems.append(Problem(_("The process is not one of this authority."), "process", "process"))
    if assigned is not None and not audit.team.filter(auditor=assigned, role__in=ASKS).exists():
        problems.append(Problem(_("Only members of the team ask questions."), "assigned", "assigned"))
    if audit.lines.filter(text_ru=text.strip(), clause=clause, process=process, dropped_at__isnull=True).exists():
        problems.append(Problem(_("This question is in the checklist already."), "already", "text"))
    refuse(problems)
    line = ChecklistLine.objects.create(
        audit=audit,
        order=(audit.lines.aggregate(last=Max("order"))["last"] or 0) + 1,
        origin=LineOrigin.OWN,
        clause=clause,
        process=process,
        text_ru=text.strip(),
        text_en=text_en.strip(),
        evidence_ru=evidence.strip(),
        evidence_en=evidence_en.strip(),
        sample=sample.strip(),
        assigned=assigned,
    )
    current().decided["line"] = line.pk
    if keep_in_bank:
        BankQuestion.objects.create(
            edition=audit.edition if clause is not None else None,
            clause=clause,
            field=process.field if process is not None else "",
            text_ru=line.text_ru,
            text_en=line.text_en,
            evidence_ru=line.evidence_ru,
            evidence_en=line.evidence_en,
            added_by=person(by),
            added_at=clock.now(),
        )
    return line


@action("audits.withdraw_bank_question", permission="audits.change_bank", target="question")
def withdraw_bank_question(*, by: Actor, question: BankQuestion) -> BankQuestion:
    """Take a question out of the bank: audits to come no longer ask it; those that asked it keep it."""
    if question.withdrawn_at is not None:
        raise Refused(Problem(_("The question is withdrawn already."), "already"))
    question.withdrawn_at = clock.now()
    question.save(update_fields=["withdrawn_at"])
    return question


def _lines(audit: Audit, lines: Sequence[int]) -> list[ChecklistLine]:
    found = list(audit.lines.filter(pk__in=set(lines)))
    if len(found) != len(set(lines)) or not found:
        raise Refused(Problem(_("Choose questions of this audit."), "lines", "lines"))
    return found


@action("audits.assign_lines", permission="audits.prepare_audit", target="audit")
def assign_lines(*, by: Actor, audit: Audit, lines: Sequence[int], auditor: Auditor | None) -> int:
    """Say who of the team asks these questions (None: whoever comes to them). Returns how many changed."""
    problems = in_state(audit, *ASKING)
    if auditor is not None and not audit.team.filter(auditor=auditor, role__in=ASKS).exists():
        problems.append(Problem(_("Only members of the team ask questions."), "assigned", "auditor"))
    refuse(problems)
    changed = [line for line in _lines(audit, lines) if line.assigned_id != (auditor.pk if auditor else None)]
    for line in changed:
        line.assigned = auditor
    ChecklistLine.objects.bulk_update(changed, ["assigned"])
    return len(changed)


@action("audits.drop_lines", permission="audits.prepare_audit", target="audit")
def drop_lines(*, by: Actor, audit: Audit, lines: Sequence[int]) -> int:
    """Leave questions out of this audit; they are not proposed again and can be taken back. A question that was answered stays.

    Returns how many were dropped.
    """
    refuse(in_state(audit, *ASKING))
    found = [line for line in _lines(audit, lines) if line.dropped_at is None]
    answered = [line for line in found if line.answers.exclude(grade="").exists() or line.raised.exists()]
    if answered:
        numbers = ", ".join(str(line.order) for line in answered[:12])
        raise Refused(Problem(_("These questions are answered and can't be dropped."), "answered", "lines", value=numbers))
    for line in found:
        line.dropped_at = clock.now()
    ChecklistLine.objects.bulk_update(found, ["dropped_at"])
    return len(found)


@action("audits.take_back_lines", permission="audits.prepare_audit", target="audit")
def take_back_lines(*, by: Actor, audit: Audit, lines: Sequence[int]) -> int:
    """Ask dropped questions after all. Returns how many came back."""
    refuse(in_state(audit, *ASKING))
    found = [line for line in _lines(audit, lines) if line.dropped_at is not None]
    for line in found:
        line.dropped_at = None
    ChecklistLine.objects.bulk_update(found, ["dropped_at"])
    return len(found)


@action("audits.move_line", permission="audits.prepare_audit", target="audit")
def move_line(*, by: Actor, audit: Audit, line: int, before: int | None = None) -> int:
    """Put a question before another one (None: to the end); the rest keep their order. Returns its new place, from 1."""
    refuse(in_state(audit, *ASKING))
    (moved,) = _lines(audit, [line])
    rows = [one for one in audit.lines.order_by("order", "pk") if one.pk != moved.pk]
    place = len(rows)
    if before is not None:
        (target,) = _lines(audit, [before])
        place = next((index for index, one in enumerate(rows) if one.pk == target.pk), len(rows))
    rows.insert(place, moved)
    changed = []
    for number, row in enumerate(rows, 1):
        if row.order != number:
            row.order = number
            changed.append(row)
    ChecklistLine.objects.bulk_update(changed, ["order"])
    return place + 1


@action("audits.correct_line", permission="audits.prepare_audit", target="audit")
def correct_line(*, by: Actor, audit: Audit, line: int, text: str, evidence: str = "", sample: str = "") -> ChecklistLine:
    """Change the words of a question before it is asked, in the language of the audit; an answered one stays as it was asked."""
    (row,) = _lines(audit, [line])
    problems = [*in_state(audit, *ASKING), *needed(text, "text", _("Write the question."))]
    if row.answers.exclude(grade="").exists():
        problems.append(Problem(_("The question is answered; its words stay as they were asked."), "answered", "text"))
    refuse(problems)
    tongue = "en" if audit.language == "en" else "ru"
    values = {f"text_{tongue}": text.strip(), f"evidence_{tongue}": evidence.strip(), "sample": sample.strip()}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=sorted(values))
    return row
