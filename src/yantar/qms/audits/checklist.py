"""What an audit asks, computed: questions of the clauses in scope, of the processes, of last findings, weak indicators and the bank.

Nothing is written here; `actions.preparing.prepare` keeps what is proposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from yantar.core import clock
from yantar.engine.sampling import sample_size
from yantar.library.audit_questions import QuestionTemplate, load_audit_questions
from yantar.qms.findings.models import FINAL, Finding, OriginKind
from yantar.qms.findings.models import State as FindingState
from yantar.qms.services.models import Process, ProcessFacts
from yantar.qms.standards.models import Clause, DocumentRequirement

from .models import Audit, AuditState, BankQuestion, ChecklistLine, LineOrigin

GAP_LENGTH = 240
"""Characters of a finding's gap that its question quotes."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question that the audit could ask. `group`: what is best asked by one auditor in one go."""

    origin: LineOrigin
    group: str
    text_ru: str
    text_en: str
    evidence_ru: str = ""
    evidence_en: str = ""
    sample: str = ""
    clause: Clause | None = None
    process: Process | None = None
    finding: Finding | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """The same question for the same thing is asked once."""
        return key_of(self)


def key_of(one: Any) -> tuple[Any, ...]:
    """What a question is known by: of a finding, the finding; of a process, its kind and words; else the words."""
    ids = tuple(getattr(part, "pk", None) for part in (one.clause, one.process, one.finding))
    return (ids[2],) if one.origin == LineOrigin.FINDING else (one.origin, ids, one.text_ru)


def propose(audit: Audit) -> list[Proposal]:
    """Every question that suggests itself, in the order in which it is best asked: last findings, processes, then clause by clause."""
    clauses = clauses_in_scope(audit)
    processes = processes_in_scope(audit)
    found = [*_of_findings(audit)]
    for process in processes:
        found += _of_process(audit, process)
    found += _of_clauses(audit, clauses, processes)
    unique: dict[tuple[Any, ...], Proposal] = {}
    for one in found:
        unique.setdefault(one.key, one)
    return list(unique.values())


def clauses_in_scope(audit: Audit) -> list[Clause]:
    """Audited clauses of the edition: those named for the audit with all below them, else those of its processes, else all of the edition;
    without the clauses that the certificate leaves out."""
    rows = [one for one in audit.edition.clauses.order_by("order") if one.audited]
    wanted = set(audit.clauses.values_list("number", flat=True))
    if not wanted:
        named = Clause.objects.filter(edition=audit.edition, processes__in=audit.processes.all())
        wanted = set(named.values_list("number", flat=True))
    if wanted:
        rows = [one for one in rows if _below(one.number, wanted)]
    left_out = set(audit.certificate.exclusions.values_list("clause_number", flat=True)) if audit.certificate is not None else set()
    return [one for one in rows if not _below(one.number, left_out)]


def _below(number: str, wanted: set[str]) -> bool:
    parts = number.split(".")
    return any(".".join(parts[:depth]) in wanted for depth in range(1, len(parts) + 1))


def processes_in_scope(audit: Audit) -> list[Process]:
    """Processes named for the audit, else all that the authority has on the day."""
    named = list(audit.processes.order_by("kind", "order", "pk"))
    if named:
        return named
    day = audit.first_day or audit.window_first
    return list(Process.objects.on(day).filter(authority_id=audit.authority_id).order_by("kind", "order", "pk"))


def _said(template: QuestionTemplate, values: Mapping[str, tuple[str, str]]) -> tuple[str, str, str, str]:
    """Russian and English text and evidence of a question; `values`: Russian and English of each named place."""
    ru = {name: pair[0] for name, pair in values.items()}
    en = {name: pair[1] or pair[0] for name, pair in values.items()}
    return template.question_ru % ru, template.question_en % en, template.evidence_ru, template.evidence_en


def _of_findings(audit: Audit) -> Iterator[Proposal]:
    questions = load_audit_questions()
    last = (
        Audit.objects.filter(authority_id=audit.authority_id, kind="internal", state__in=[AuditState.FOLLOW_UP, AuditState.CLOSED])
        .exclude(pk=audit.pk)
        .order_by("-ended_on", "-pk")
        .first()
    )
    of_last = Q(origin_kind=OriginKind.AUDIT, origin_id=str(last.pk)) if last is not None else Q(pk__in=[])
    still = ~Q(state__in=[*FINAL, FindingState.DRAFT])
    rows = Finding.objects.filter(still | of_last, authority_id=audit.authority_id, grade__in=["major", "minor", "observation"])
    rows = rows.exclude(state__in=[FindingState.DRAFT, FindingState.CANCELLED, FindingState.REJECTED])
    for row in rows.select_related("clause", "process").order_by("grade", "raised_on", "pk"):
        template = questions.template("findings", "last" if row.state in FINAL else "open")
        gap = row.gap.strip().rstrip(".")
        gap = gap if len(gap) <= GAP_LENGTH else gap[: GAP_LENGTH - 1].rstrip() + "…"
        said = _said(template, {"number": (row.number, row.number), "gap": (gap, gap)})
        yield Proposal(LineOrigin.FINDING, "findings", *said, clause=row.clause, process=row.process, finding=row)


def _of_process(audit: Audit, process: Process) -> Iterator[Proposal]:
    questions = load_audit_questions()
    group = f"process {process.pk}"
    facts = ProcessFacts.objects.filter(process=process, known_on__lte=clock.today()).order_by("-known_on").first()
    values = {
        "process": (process.name_ru, process.name_en),
        "indicator": (process.indicator_ru, process.indicator_en),
        "target": (process.indicator_target or "—", process.indicator_target or "—"),
        "risk": (process.risk_ru.strip().rstrip("."), process.risk_en.strip().rstrip(".")),
    }
    asked = {"owner": True, "indicator": bool(process.indicator_ru), "risk": bool(process.risk_ru), "cases": process.kind == "core"}
    for template in questions.process:
        if asked.get(template.key, True):
            sample = sample_of_cases(facts.cases_per_year if facts else None, audit.language) if template.key == "cases" else ""
            yield Proposal(LineOrigin.PROCESS, group, *_said(template, values), sample=sample, process=process)
    for template in questions.weak:
        value: Decimal | None = getattr(facts, template.key, None)
        if facts is not None and value is not None and value >= template.least:
            weak = {**values, "value": _both(value), "day": _both(facts.known_on)}
            sample = sample_of_cases(facts.cases_per_year, audit.language)
            yield Proposal(LineOrigin.INDICATOR, group, *_said(template, weak), sample=sample, process=process)


def _both(value: Any) -> tuple[str, str]:
    words = []
    for language in ("ru", "en"):
        with override(language):
            words.append(number_format(value.normalize(), use_l10n=True) if isinstance(value, Decimal) else date_format(value, "SHORT_DATE_FORMAT"))
    return words[0], words[1]


def sample_of_cases(cases: int | None, language: str) -> str:
    """How many cases to ask for, in the audit's language: the root of their number within the bounds of the library (engine/sampling)."""
    rule = load_audit_questions()
    with override(language):
        if not cases:
            return _("at least %(count)s cases of your own choice") % {"count": rule.sample_least}
        count = min(max(sample_size("initial", cases), rule.sample_least), rule.sample_most, cases)
        return _("%(count)s cases of some %(total)s a year, of your own choice") % {
            "count": count,
            "total": number_format(cases, force_grouping=True),
        }


def _of_clauses(audit: Audit, clauses: list[Clause], processes: list[Process]) -> Iterator[Proposal]:
    records: dict[str, list[DocumentRequirement]] = {}
    for row in DocumentRequirement.objects.filter(edition=audit.edition).order_by("order"):
        records.setdefault(row.clause_number, []).append(row)
    bank: dict[int | None, list[BankQuestion]] = {}
    fields = {one.field for one in processes if one.field} | {str(one) for one in audit.fields}
    questions = BankQuestion.objects.filter(Q(edition=audit.edition) | Q(edition__isnull=True), withdrawn_at__isnull=True)
    for question in questions.filter(Q(field="") | Q(field__in=fields)).select_related("clause").order_by("pk"):
        bank.setdefault(question.clause_id, []).append(question)
    for clause in clauses:
        group = f"clause {clause.number.partition('.')[0]}"
        wanted = records.get(clause.number, [])
        evidence_ru = "; ".join(dict.fromkeys(row.text_ru for row in wanted if row.text_ru))
        evidence_en = "; ".join(dict.fromkeys(row.text_en for row in wanted if row.text_en))
        sample = sample_of_cases(None, audit.language) if any(row.kind == "record" for row in wanted) else ""
        texts = [(clause.question_ru, clause.question_en), *((one["question_ru"], one["question_en"]) for one in clause.extra_questions)]
        for index, (ru, en) in enumerate(texts):
            if ru or en:
                asked = ("", "", "") if index else (evidence_ru, evidence_en, sample)
                yield Proposal(LineOrigin.CLAUSE, group, ru or en, en, *asked, clause=clause)
        yield from (_banked(one, group) for one in bank.get(clause.pk, []))
    yield from (_banked(one, "bank") for one in bank.get(None, []))


def _banked(one: BankQuestion, group: str) -> Proposal:
    return Proposal(LineOrigin.BANK, group, one.text_ru, one.text_en, one.evidence_ru, one.evidence_en, clause=one.clause)


def spread(proposals: list[Proposal], auditors: list[int]) -> dict[tuple[Any, ...], int]:
    """Who asks what: whole groups, the largest first, each to whoever has the fewest questions so far. Empty without auditors."""
    if not auditors:
        return {}
    groups: dict[str, list[Proposal]] = {}
    for one in proposals:
        groups.setdefault(one.group, []).append(one)
    load = dict.fromkeys(auditors, 0)
    assigned: dict[tuple[Any, ...], int] = {}
    for _name, members in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        chosen = min(auditors, key=lambda auditor: (load[auditor], auditors.index(auditor)))
        load[chosen] += len(members)
        assigned |= {one.key: chosen for one in members}
    return assigned


def existing_keys(audit: Audit) -> set[tuple[Any, ...]]:
    """Questions that the audit has already, dropped ones included: what was dropped is not proposed again."""
    rows = ChecklistLine.objects.filter(audit=audit).select_related("clause", "process", "finding")
    return {key_of(row) for row in rows}
