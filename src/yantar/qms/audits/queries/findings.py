"""What helps an auditor to state a finding: the answers it grows from, what repeats, the grade that suggests itself, hints."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from yantar.core.models import User
from yantar.engine import statements
from yantar.library import loader
from yantar.qms.audits import guards
from yantar.qms.audits.models import Answer, Audit, AuditKind, AuditState, ChecklistLine
from yantar.qms.findings import timing
from yantar.qms.findings.models import Finding, OriginKind
from yantar.qms.findings.models import State as FindingState


def find_draft(audit: Audit, number: str) -> Finding | None:
    """A draft of this audit by its number."""
    return guards.drafts(audit).filter(number=number).select_related("clause", "unit", "process").first()


def answers_of(viewer: User, line: ChecklistLine) -> list[Answer]:
    """What everybody answered to a question, one's own first."""
    rows = list(line.answers.select_related("author").order_by("pk"))
    return sorted(rows, key=lambda one: one.author_id != viewer.pk)


def initial(viewer: User, line: ChecklistLine) -> dict[str, Any]:
    """What a finding from a question begins with: its clause and process, one's own note as evidence."""
    mine = line.answers.filter(author=viewer).first()
    clause = line.clause
    evidence = "\n".join(part for part in (mine.note, mine.sample) if part) if mine is not None else ""
    grade = mine.grade if mine is not None and mine.grade in ("major", "minor", "observation", "ofi", "strength") else ""
    title = clause.title if clause is not None else ""
    return {"grade": grade, "clause": clause, "process": line.process, "evidence": evidence, "requirement": title}


def repeated(audit: Audit, line: ChecklistLine | None) -> list[Finding]:
    """Minor nonconformities of the same clause (and process) in the last audits of the authority before this one: as many audits as the rule
    looks back to, at most one finding counted an audit, the latest first."""
    if line is None or line.clause_id is None:
        return []
    rules = loader.load_timers()
    past = Audit.objects.filter(authority_id=audit.authority_id, kind=AuditKind.INTERNAL, state__in=[AuditState.FOLLOW_UP, AuditState.CLOSED])
    keys = [str(pk) for pk in past.exclude(pk=audit.pk).order_by("-ended_on", "-pk").values_list("pk", flat=True)[: rules.repeats_of]]
    rows = Finding.objects.filter(origin_kind=OriginKind.AUDIT, origin_id__in=keys, grade="minor", clause_id=line.clause_id)
    rows = rows.exclude(state__in=[FindingState.CANCELLED, FindingState.REJECTED, FindingState.DRAFT])
    if line.process_id is not None:
        rows = rows.filter(process_id=line.process_id)
    latest: dict[str, Finding] = {}
    for row in rows.order_by("-raised_on", "-pk"):
        latest.setdefault(row.origin_id, row)
    return list(latest.values())


def suggested(said: Collection[str], repeats: int) -> statements.GradeSuggestion:
    """The grade that suggests itself from what was ticked (engine/statements.suggest_grade)."""
    answers = statements.GradeAnswers(
        breach="breach" in said,
        not_applied_as_system="not_applied_as_system" in said,
        right_broken="right_broken" in said,
        certificate_at_risk="certificate_at_risk" in said,
        repeated=repeats,
        limited_effect="not_limited" not in said,
        risk="risk" in said,
        good_practice="good_practice" in said,
        can_be_better="can_be_better" in said,
    )
    return statements.suggest_grade(answers, loader.load_timers())


def hints(*, requirement: str, evidence: str, gap: str, grade: str, known: Collection[str] = ()) -> list[str]:
    """What is worth a second look in a statement, in the reader's language; what must be mended is said by the action."""
    found = statements.check(requirement, evidence, gap, grade=grade, words=timing.words(), known=known)
    return [_(statements.PROBLEM_TEXTS[one.code]) % {"word": one.word} for one in found if one.weight is statements.Weight.HINT]
