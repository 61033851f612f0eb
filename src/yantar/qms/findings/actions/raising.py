"""The one entrance of findings, whatever their source; and what may still be changed before a finding is issued."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.models import User
from yantar.core.problems import Problem
from yantar.qms.findings import recurring
from yantar.qms.findings.models import Finding, Grade, OriginKind, State
from yantar.qms.findings.recording import NONCONFORMITIES, in_state, move, new_number, person, refuse, required, statement_problems
from yantar.qms.findings.telling import LEAD, RUNNING, tell
from yantar.qms.findings.timing import deadlines
from yantar.qms.organisation.lines import same_line
from yantar.qms.organisation.models import Authority, Site, Unit
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause


@action("findings.raise_finding", permission="findings.raise_finding", target="authority")
def raise_finding(
    *,
    by: Actor,
    authority: Authority,
    grade: str,
    gap: str,
    origin_kind: str,
    origin_id: str = "",
    origin_label: str = "",
    requirement: str = "",
    evidence: str = "",
    clause: Clause | None = None,
    regulation: str = "",
    unit: Unit | None = None,
    site: Site | None = None,
    process: Process | None = None,
    raised_on: date | None = None,
    raised_by: User | None = None,
    owner: User | None = None,
    repeats: Finding | None = None,
    shared: bool = False,
    opened: bool = True,
    body_days: int | None = None,
) -> Finding:
    """Raise a finding of any source and give it a number.

    With `opened` a nonconformity is issued at once (its statement is checked, its time limits begin, a recurrence is looked for) and
    anything else is noted; without, all stay drafts, e.g. while the audit is under way. `origin_kind`, `origin_id`: where it comes
    from; `body_days`: days that the certification body gives. `raised_by` counts only where a part of the system acts for a person.

    Raises Refused with everything that is wrong.
    """
    today = clock.today()
    finding = Finding(
        authority=authority,
        grade=grade,
        origin_kind=origin_kind,
        origin_id=str(origin_id).strip(),
        raised_on=raised_on or today,
        raised_by=person(by) or raised_by,
        owner=owner,
        repeats=repeats,
        shared=shared,
        body_days=body_days,
        clause=clause,
        unit=unit,
        site=site,
        process=process,
        state=State.DRAFT,
        state_since=today,
        recorded_at=clock.now(),
    )
    for name, value in {"requirement": requirement, "evidence": evidence, "gap": gap, "regulation": regulation, "origin_label": origin_label}.items():
        setattr(finding, name, value.strip())
    problems = _problems(finding, issue=opened)
    if origin_kind not in OriginKind.values:
        problems.append(Problem(_("Choose where the finding comes from."), "kind", "origin_kind", value=str(origin_kind)))
    refuse(problems)
    finding.number = new_number(finding.raised_on)
    finding.save()
    current().target = finding
    current().authority_id = authority.pk
    if opened:
        _issue(finding, by)
    return finding


@action("findings.open_finding", permission="findings.change_draft", target="finding")
def open_finding(*, by: Actor, finding: Finding) -> Finding:
    """Issue a draft: a nonconformity is opened and its time limits begin; a strength, a conformity or a remark is noted."""
    refuse([*in_state(finding, State.DRAFT), *_problems(finding, issue=True)])
    _issue(finding, by)
    return finding


@action("findings.correct_draft", permission="findings.change_draft", target="finding")
def correct_draft(
    *,
    by: Actor,
    finding: Finding,
    grade: str | None = None,
    gap: str | None = None,
    requirement: str | None = None,
    evidence: str | None = None,
    clause: Clause | None = None,
    regulation: str | None = None,
    unit: Unit | None = None,
    site: Site | None = None,
    process: Process | None = None,
    owner: User | None = None,
    repeats: Finding | None = None,
    shared: bool | None = None,
    body_days: int | None = None,
    raised_on: date | None = None,
    origin_label: str | None = None,
    clear: Iterable[str] = (),
) -> Finding:
    """Change what a draft says, by the same rules as when it was raised.

    None leaves a value as it is; `clear` names those of clause, unit, site, process, owner, repeats, body_days that are to be empty.
    """
    given: dict[str, Any] = {
        "grade": grade,
        "gap": gap,
        "requirement": requirement,
        "evidence": evidence,
        "clause": clause,
        "regulation": regulation,
        "unit": unit,
        "site": site,
        "process": process,
        "owner": owner,
        "repeats": repeats,
        "shared": shared,
        "body_days": body_days,
        "raised_on": raised_on,
        "origin_label": origin_label,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    clear = set(clear)
    if unknown := clear - CLEARABLE:
        raise TypeError(f"a draft has no {', '.join(sorted(unknown))} to empty")
    changes |= dict.fromkeys(clear)
    refuse(in_state(finding, State.DRAFT))
    for name, value in changes.items():
        setattr(finding, name, value.strip() if isinstance(value, str) else value)
    refuse(_problems(finding, issue=False))
    if changes:
        finding.save(update_fields=sorted(changes))
    return finding


@action("findings.drop_draft", permission="findings.change_draft", target="finding")
def drop_draft(*, by: Actor, finding: Finding, reason: str) -> Finding:
    """Drop a draft that is not to be issued; it stays as cancelled, its number is not given again."""
    refuse([*in_state(finding, State.DRAFT), *required(reason, "reason", _("Say why the finding is dropped."))])
    move(finding, "drop", by, comment=reason)
    return finding


@action("findings.take_up", permission="findings.set_owner", target="finding")
def take_up(*, by: Actor, finding: Finding) -> Finding:
    """Treat an observation or an opportunity that was only noted like a nonconformity: with a cause, actions and an effect."""
    problems = in_state(finding, State.NOTED)
    if not problems and finding.grade not in (Grade.OBSERVATION, Grade.OFI):
        problems.append(Problem(_("Only an observation or an opportunity for improvement can be taken up."), "grade"))
    refuse(problems)
    finding.opened_on = finding.counted_from = clock.today()
    move(finding, "take_up", by, fields=["opened_on", "counted_from"])
    tell(finding, "findings.taken_up", by, roles=RUNNING, people=[finding.owner])
    return finding


_ITSELF = frozenset({OriginKind.STAFF, OriginKind.PAST})
"""Sources without a record of their own to link: a person's own observation, and what is taken over from before."""
CLEARABLE = frozenset({"clause", "unit", "site", "process", "owner", "repeats", "body_days"})


def _problems(finding: Finding, *, issue: bool) -> list[Problem]:
    """What is wrong with a draft; with `issue` also what keeps it from being issued."""
    problems = []
    if finding.grade not in Grade.values:
        problems.append(Problem(_("Choose a grade."), "grade", "grade", value=str(finding.grade)))
    if issue:
        problems += statement_problems(
            grade=finding.grade,
            requirement=finding.requirement,
            evidence=finding.evidence,
            gap=finding.gap,
            clause=finding.clause_id,
            regulation=finding.regulation,
        )
    else:
        problems += required(finding.gap, "gap", _("Say in one sentence what is missing."))
    if issue and finding.origin_kind not in _ITSELF and not (finding.origin_id or finding.origin_label):
        problems.append(Problem(_("Say where it comes from, e.g. the number of the audit or of the appeal."), "required", "origin_label"))
    if finding.raised_on > clock.today():
        problems.append(Problem(_("A finding can't be raised in the future."), "future", "raised_on", value=finding.raised_on.isoformat()))
    if finding.body_days is not None and not 1 <= finding.body_days <= 1000:
        problems.append(Problem(_("The certification body's days are from 1 to 1000."), "range", "body_days", value=str(finding.body_days)))
    if finding.shared and finding.grade != Grade.STRENGTH:
        problems.append(Problem(_("Only strengths are shared with all."), "grade", "shared"))
    line = None
    for name in ("site", "process"):
        row = getattr(finding, name)
        if row is not None and row.authority_id != finding.authority_id:
            line = line if line is not None else same_line(finding.authority_id)
            if row.authority_id not in line:
                problems.append(Problem(_("This belongs to another authority."), "other_authority", name, value=str(row.pk)))
    if finding.unit is not None and not finding.unit.versions.filter(authority_id=finding.authority_id).exists():
        problems.append(Problem(_("This belongs to another authority."), "other_authority", "unit", value=str(finding.unit_id)))
    return problems


def _issue(finding: Finding, by: Actor) -> None:
    """A nonconformity is opened, its time limits begin; everything else is noted."""
    if finding.grade not in NONCONFORMITIES:
        move(finding, "note", by)
        tell(finding, "findings.noted", by, roles=RUNNING, grade=finding.grade, gap=finding.gap[:200])
        return
    finding.opened_on = finding.counted_from = clock.today()
    due = deadlines(finding)
    finding.overall_due_on = due.get("overall")
    move(finding, "open", by, due_on=due.get("acknowledge"), fields=["opened_on", "counted_from", "overall_due_on"])
    tell(
        finding,
        "findings.opened",
        by,
        roles=(*RUNNING, *LEAD),
        people=[finding.owner],
        grade=finding.grade,
        due_on=finding.due_on,
        gap=finding.gap[:200],
    )
    recurring.look_back(finding, by)
