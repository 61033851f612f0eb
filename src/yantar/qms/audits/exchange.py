"""Findings of a certification body's report as a table: the template, and what a filled table says. Nothing is written here."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem, Refused
from yantar.core.tabular import Choice, Column, ParsedRow, TableSpec, parse
from yantar.core.tabular import read as read_book
from yantar.core.tabular import template as table_template
from yantar.qms.findings.models import Finding
from yantar.qms.findings.recording import statement_problems
from yantar.qms.organisation.models import Unit
from yantar.qms.standards.models import Clause

from .models import Audit

GRADES = (
    Choice("major", "Значительное несоответствие", "Major nonconformity", ("значительное", "major", "критическое")),
    Choice("minor", "Незначительное несоответствие", "Minor nonconformity", ("незначительное", "minor")),
    Choice("observation", "Замечание", "Observation", ("наблюдение",)),
    Choice("ofi", "Возможность улучшения", "Opportunity for improvement", ("рекомендация", "ofi")),
    Choice("strength", "Сильная сторона", "Strength"),
)
TABLE = TableSpec(
    "findings",
    "Несоответствия",
    "Findings",
    (
        Column(
            "grade",
            "Вид",
            "Grade",
            "choice",
            choices=GRADES,
            aliases=("категория",),
            required=True,
            width=30,
            example_ru=GRADES[1].ru,
            example_en=GRADES[1].en,
        ),
        Column("clause", "Пункт стандарта", "Clause", "code", aliases=("пункт", "clause number"), max_length=20, width=14, example_ru="8.5.1"),
        Column("requirement", "Требование", "Requirement", multiline=True, width=44),
        Column("evidence", "Свидетельство", "Evidence", aliases=("свидетельства", "обоснование"), multiline=True, width=44),
        Column(
            "gap",
            "Формулировка",
            "Gap",
            aliases=("несоответствие", "statement", "описание"),
            multiline=True,
            required=True,
            width=50,
            example_ru="В деле № 15 нет отметки о проверке сведений.",
            example_en="Case 15 carries no mark that the data were checked.",
        ),
        Column("unit", "Код подразделения", "Unit code", "code", aliases=("подразделение",), max_length=60, width=18),
        Column("raised_on", "Дата", "Raised on", "date", width=13, example_ru="12.10.2026", example_en="2026-10-12"),
    ),
    aliases=("Наблюдения", "Результаты аудита"),
)
MOST_ROWS = 500
SALT = "yantar.audits.findings"


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A row of the table, with the place where it stood. `clause` is a number of the audit's edition, `unit` a code."""

    row: int
    grade: str
    gap: str
    clause: str = ""
    requirement: str = ""
    evidence: str = ""
    unit: str = ""
    raised_on: str = ""

    @property
    def day(self) -> date | None:
        """The day on which it was raised."""
        return date.fromisoformat(self.raised_on) if self.raised_on else None


def template() -> bytes:
    """The empty table, with its explanations, as XLSX."""
    return table_template([TABLE])


def read(audit: Audit, content: bytes, filename: str) -> list[FindingRow]:
    """What a file says, checked against the audit. Raises Refused with everything that is wrong, each thing with its row."""
    parsed = parse(read_book(io.BytesIO(content), filename), [TABLE])
    rows = parsed.tables.get("findings", [])
    problems = list(parsed.problems)
    if not rows and not problems:
        problems.append(Problem(_("The file has no rows."), "empty"))
    if len(rows) > MOST_ROWS:
        problems.append(Problem(_("At most %(limit)s rows at once.") % {"limit": MOST_ROWS}, "too_many"))
    found = [_row(one) for one in rows[:MOST_ROWS]]
    problems += check(audit, found)
    if problems:
        raise Refused(problems)
    return found


def _row(one: ParsedRow) -> FindingRow:
    day = one.get("raised_on")
    texts = {name: str(one.get(name, "") or "").strip() for name in ("grade", "gap", "clause", "requirement", "evidence", "unit")}
    return FindingRow(row=one.number, raised_on=day.isoformat() if isinstance(day, date) else "", **texts)


def known(audit: Audit, rows: list[FindingRow]) -> tuple[dict[str, Clause], dict[str, Unit]]:
    """Clauses and units that the rows name, by number and code."""
    clauses = {one.number: one for one in audit.edition.clauses.filter(number__in={row.clause for row in rows})}
    units = Unit.objects.filter(code__in={row.unit for row in rows}, versions__authority_id=audit.authority_id).distinct()
    return clauses, {one.code: one for one in units}


def check(audit: Audit, rows: list[FindingRow]) -> list[Problem]:
    """Everything that is wrong with the rows, in order."""
    clauses, units = known(audit, rows)
    already = set(Finding.objects.filter(origin_kind="external_audit", origin_id=audit.origin).values_list("gap", flat=True))
    problems: list[Problem] = []
    for row in rows:
        clause = clauses.get(row.clause)
        if row.clause and clause is None:
            problems.append(_at(row, _("The edition of this audit has no such clause."), "clause", row.clause))
        if row.unit and row.unit not in units:
            problems.append(_at(row, _("The audited authority has no such unit."), "unit", row.unit))
        if row.gap and row.gap in already:
            problems.append(_at(row, _("This finding is entered already, or stands twice in the file."), "gap", row.gap))
        already.add(row.gap)
        if row.grade and row.gap:
            for one in statement_problems(
                grade=row.grade, requirement=row.requirement, evidence=row.evidence, gap=row.gap, clause=clause, regulation=""
            ):
                problems.append(_at(row, one.message, one.field, one.value, one.code))
    return problems


def _at(row: FindingRow, message: Any, field: str, value: str, code: str = "import") -> Problem:
    column = next((one.title for one in TABLE.columns if one.key == field), field)
    return Problem(message, code, row=row.row, column=str(column), value=value)


def sealed(audit: Audit, rows: list[FindingRow]) -> str:
    """The rows as text that only this house can have made, to be sent back by the second press."""
    return signing.dumps({"audit": audit.pk, "rows": [asdict(row) for row in rows]}, salt=SALT, compress=True)


def unsealed(audit: Audit, text: str) -> list[FindingRow]:
    """The rows again. Raises Refused when the text is not ours, not of this audit or older than an hour."""
    try:
        found = signing.loads(text, salt=SALT, max_age=3600)
        if found["audit"] == audit.pk:
            return [FindingRow(**row) for row in found["rows"]]
    except (signing.BadSignature, KeyError, TypeError):
        pass
    raise Refused(Problem(_("Too much time has passed. Choose the file again."), "stale"))
