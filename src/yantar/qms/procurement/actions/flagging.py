"""A flag of a procedure that becomes a finding: with its numbers as evidence, once."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from yantar.core import clock
from yantar.core.actions import Actor, System, action, current
from yantar.core.problems import Problem
from yantar.qms.findings.actions import raise_finding, translate
from yantar.qms.findings.models import Finding, Grade, OriginKind
from yantar.qms.findings.recording import person, refuse
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import government
from yantar.qms.standards.models import Clause

from ..flag_words import evidence
from ..folders import FLAGS, derived
from ..models import Dataset, DatasetState, RaisedFlag
from ..reading import outcome_of, rows

ITSELF = System("procurement")


def _summary(given: dict[str, Any], result: Finding) -> dict[str, Any]:
    names = ("procedure_id", "lot_id", "flag", "grade")
    return {"dataset": given["dataset"].pk, "finding": result.number, **{name: given[name] for name in names if given.get(name)}}


@action("procurement.raise_finding", permission="procurement.raise_finding", target="dataset", summary=_summary)
def raise_finding_from_flag(
    *,
    by: Actor,
    dataset: Dataset,
    procedure_id: str,
    flag: str,
    authority: Authority,
    gap: str,
    lot_id: str = "",
    grade: str = Grade.OBSERVATION,
    requirement: str = "",
    regulation: str = "",
    clause: Clause | None = None,
    gap_en: str = "",
    requirement_en: str = "",
) -> Finding:
    """Raise a finding of an authority from a flag, in the name of whoever does it; its evidence are the flag's numbers, in both languages.

    gap: what is wrong, in one sentence. Refused where the dataset has no such flag, where it became a finding before, and for all that
    findings refuse.
    """
    found = _flag(dataset, procedure_id, flag, lot_id) if dataset.state == DatasetState.READY else None
    problems = []
    if found is None:
        problems.append(Problem(_("The dataset has no such flag."), "unknown", "flag", value=flag))
    if (earlier := RaisedFlag.objects.filter(dataset=dataset, procedure_id=procedure_id, lot_id=lot_id, flag=flag).first()) is not None:
        problems.append(Problem(_("This flag became finding %(number)s already.") % {"number": earlier.finding.number}, "already"))
    refuse(problems)
    assert found is not None
    outcome = outcome_of(dataset, [procedure_id]).get(procedure_id, {})
    house = government()
    language = (house.languages or ["ru"])[0] if house is not None else "ru"
    with override(language):
        words = evidence(dataset, found, outcome)
    finding = raise_finding(
        by=ITSELF,
        authority=authority,
        grade=grade,
        gap=gap,
        origin_kind=OriginKind.PROCUREMENT,
        origin_id=f"{dataset.pk}/{procedure_id}"[:60],
        origin_label=procedure_id[:200],
        requirement=requirement,
        regulation=regulation,
        clause=clause,
        evidence=words,
        raised_by=person(by),
    )
    if language == "ru":
        with override("en"):
            translate(by=ITSELF, finding=finding, gap_en=gap_en, requirement_en=requirement_en, evidence_en=evidence(dataset, found, outcome))
    RaisedFlag.objects.create(
        dataset=dataset,
        procedure_id=procedure_id,
        lot_id=lot_id,
        flag=flag,
        finding=finding,
        raised_by=person(by),
        raised_at=clock.now(),
    )
    current().target = finding
    current().authority_id = authority.pk
    return finding


def _flag(dataset: Dataset, procedure_id: str, flag: str, lot_id: str) -> dict[str, Any] | None:
    sql = "SELECT * FROM read_parquet(?) WHERE procedure_id = ? AND flag = ? AND lot_id = ? ORDER BY subject LIMIT 1"
    found = rows(sql, [str(derived(dataset, FLAGS)), procedure_id, flag, lot_id])
    return found[0] if found else None
