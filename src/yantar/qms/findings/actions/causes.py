"""The cause analysis: a branching tree of whys, bones of a cause-and-effect diagram, evidence for each answer, two questions before a root."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem
from yantar.library.causes import load_causes
from yantar.qms.findings import cases
from yantar.qms.findings.models import Cause, CauseMethod, Finding, State
from yantar.qms.findings.recording import in_state, locked, move, person, refuse, required, state_problem
from yantar.qms.findings.telling import tell

OPEN_TO_ANALYSIS = (State.ANALYSIS, State.PLAN)
"""A plan that is being made may still change its causes; one that waits for approval may not."""


@action("findings.add_cause", permission="findings.act_as_owner", target="finding")
def add_cause(
    *,
    by: Actor,
    finding: Finding,
    text: str,
    method: str = CauseMethod.WHY,
    parent: Cause | None = None,
    evidence: str = "",
    category: str = "",
    controllable: bool = False,
) -> Cause:
    """Add an answer to “why?” below `parent` (None: a first answer; more than one branch is allowed), or a cause on a bone.

    `category`: code of library/causes.yaml, for a bone required. Evidence may follow, but no root is marked without it.
    """
    problems = [*in_state(finding, *OPEN_TO_ANALYSIS), *_cause_problems(text, method, category)]
    if parent is not None and (parent.finding_id != finding.pk or parent.removed_at is not None or parent.method != method):
        problems.append(Problem(_("The answer above it belongs to another tree."), "parent", "parent"))
    refuse(problems)
    cause = Cause.objects.create(
        finding=finding,
        method=method,
        parent=parent,
        order=finding.causes.count(),
        text=text.strip(),
        evidence=evidence.strip(),
        category=category,
        controllable=controllable,
        author=person(by),
        recorded_at=clock.now(),
    )
    current().decided["cause"] = cause.pk
    return cause


@action("findings.change_cause", permission="findings.act_as_owner", target="cause")
def change_cause(
    *,
    by: Actor,
    cause: Cause,
    text: str | None = None,
    evidence: str | None = None,
    category: str | None = None,
    controllable: bool | None = None,
) -> Cause:
    """Change what an answer says (None: as it is). An answer that was marked as root has to be marked again."""
    finding = locked(cause.finding_id)
    cause.text = cause.text if text is None else text.strip()
    cause.evidence = cause.evidence if evidence is None else evidence.strip()
    cause.category = cause.category if category is None else category
    cause.controllable = cause.controllable if controllable is None else controllable
    refuse([*_alive(finding, cause), *_cause_problems(cause.text, cause.method, cause.category)])
    cause.author = person(by) or cause.author
    _unmark(cause)
    cause.save()
    _settle(finding)
    return cause


@action("findings.remove_cause", permission="findings.act_as_owner", target="cause")
def remove_cause(*, by: Actor, cause: Cause) -> Cause:
    """Take away an answer entered by mistake; one with answers below it stays until they are gone."""
    finding = locked(cause.finding_id)
    problems = _alive(finding, cause)
    if cause.children.filter(removed_at__isnull=True).exists():
        problems.append(Problem(_("Remove the answers below it first."), "children"))
    if finding.actions.filter(cause=cause, withdrawn_at__isnull=True).exists():
        problems.append(Problem(_("An action is planned against this cause."), "actions"))
    refuse(problems)
    cause.removed_at = clock.now()
    _unmark(cause)
    cause.save()
    _settle(finding)
    return cause


@action("findings.reject_cause", permission="findings.act_as_owner", target="cause")
def reject_cause(*, by: Actor, cause: Cause, reason: str) -> Cause:
    """A supposed cause that turned out to be none stays in the tree, crossed out, with the reason."""
    finding = locked(cause.finding_id)
    refuse([*_alive(finding, cause), *required(reason, "reason", _("Say what speaks against it."))])
    cause.rejected_on, cause.rejected_reason = clock.today(), reason.strip()
    _unmark(cause)
    cause.save()
    _settle(finding)
    return cause


@action("findings.mark_root", permission="findings.act_as_owner", target="cause")
def mark_root(*, by: Actor, cause: Cause, explains_all: bool, would_prevent: bool, category: str = "") -> Cause:
    """Mark the cause to be removed, after two questions: does it explain all the evidence, would the problem have been impossible without it?

    Asked for besides: evidence for every answer on the way, a chain of whys that is long enough, something the organisation can
    change, a category (here or before). A cause found in three authorities becomes a government-wide case.
    """
    finding = locked(cause.finding_id)
    table = load_causes()
    cause.category = category or cause.category
    problems = _alive(finding, cause)
    if not explains_all:
        problems.append(
            Problem(_("A cause that leaves evidence unexplained is not the root: look for another branch."), "explains_all", "explains_all")
        )
    if not would_prevent:
        message = _("The problem could have been without it too: ask why once more.")
        problems.append(Problem(message, "would_prevent", "would_prevent"))
    if cause.rejected_on is not None:
        problems.append(Problem(_("This cause was rejected."), "rejected"))
    if not cause.controllable:
        problems.append(Problem(_("Stop at a cause that you can change; ask why once more, or say that you can."), "controllable", "controllable"))
    if cause.category not in table.codes():
        problems.append(Problem(_("Choose a category."), "category", "category", value=cause.category))
    chain = _chain(finding, cause)
    if not all(one.evidence for one in chain):
        problems.append(Problem(_("Every answer on the way to the root needs its evidence."), "evidence", "evidence"))
    if cause.method == CauseMethod.WHY and len(chain) < table.least_whys:
        message = ngettext_lazy("Ask why at least %(least)d time.", "Ask why at least %(least)d times.", table.least_whys)
        problems.append(Problem(message % {"least": table.least_whys}, "too_few_whys", "parent"))
    refuse(problems)
    cause.is_root = cause.explains_all = cause.would_prevent = True
    cause.author = cause.author or person(by)
    cause.save()
    finding.cause_category, finding.cause_by = cause.category, person(by)
    finding.save(update_fields=["cause_category", "cause_by"])
    current().authority_id = finding.authority_id
    cases.look_around(finding, by)
    return cause


@action("findings.say_elsewhere", permission="findings.act_as_owner", target="finding")
def say_elsewhere(*, by: Actor, finding: Finding, elsewhere: str) -> Finding:
    """The owner's answer to “could it be elsewhere?”."""
    refuse([*in_state(finding, *OPEN_TO_ANALYSIS), *required(elsewhere, "elsewhere", _("Say whether it could be elsewhere, and where you looked."))])
    finding.elsewhere = elsewhere.strip()
    finding.save(update_fields=["elsewhere"])
    return finding


@action("findings.propose_plan", permission="findings.act_as_owner", target="finding")
def propose_plan(*, by: Actor, finding: Finding, elsewhere: str = "") -> Finding:
    """The analysis is done: a root cause with its evidence is marked and “could it be elsewhere?” is answered (here, or before)."""
    finding.elsewhere = elsewhere.strip() or finding.elsewhere
    refuse([*state_problem(finding, "plan"), *root_problems(finding), *elsewhere_problems(finding)])
    move(finding, "plan", by, fields=["elsewhere"])
    tell(finding, "findings.analysed", by, people=[finding.raised_by], category=finding.cause_category)
    return finding


def root_problems(finding: Finding) -> list[Problem]:
    """A problem when no root cause is marked."""
    if finding.causes.filter(is_root=True, removed_at__isnull=True, rejected_on__isnull=True).exists():
        return []
    return [Problem(_("Mark the cause that is to be removed."), "no_root", "cause")]


def elsewhere_problems(finding: Finding) -> list[Problem]:
    """A problem when “could it be elsewhere?” is not answered."""
    return required(finding.elsewhere, "elsewhere", _("Say whether it could be elsewhere, and where you looked."))


def _cause_problems(text: str, method: str, category: str) -> list[Problem]:
    problems = required(text, "text", _("Say what the cause is."))
    if method not in CauseMethod.values:
        problems.append(Problem(_("Choose a method."), "method", "method", value=str(method)))
    codes = load_causes().codes()
    if (category and category not in codes) or (method == CauseMethod.ISHIKAWA and not category):
        problems.append(Problem(_("Choose a category."), "category", "category", value=category))
    return problems


def _alive(finding: Finding, cause: Cause) -> list[Problem]:
    problems = in_state(finding, *OPEN_TO_ANALYSIS)
    if cause.removed_at is not None:
        problems.append(Problem(_("This answer was removed. Reload the page."), "removed"))
    return problems


def _chain(finding: Finding, cause: Cause) -> list[Cause]:
    """The answers from the first “why?” to the cause itself, the last as it is about to be saved."""
    rows = {row.pk: row for row in finding.causes.all()}
    rows[cause.pk] = cause
    chain = [cause]
    while (parent := chain[-1].parent_id) is not None:
        chain.append(rows[parent])
    return chain[::-1]


def _unmark(cause: Cause) -> None:
    cause.is_root = cause.explains_all = cause.would_prevent = False


def _settle(finding: Finding) -> None:
    """After a root was unmarked: the finding's category is that of another root, or none."""
    root = finding.causes.filter(is_root=True, removed_at__isnull=True).order_by("order").last()
    category = root.category if root else ""
    current().authority_id = finding.authority_id
    if category != finding.cause_category:
        finding.cause_category = category
        finding.save(update_fields=["cause_category"])
