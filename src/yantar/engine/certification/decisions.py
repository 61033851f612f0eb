"""What is to be said of one decision, given the state in which it met the certificate.

A remark never stops a decision: it is a fact that the body decided so. Remarks become breaches with days in `breaches`.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import Any, Literal, NamedTuple

from yantar.engine.certification.facts import SUSPENSION_REASONS, AuditKind, CertificateFacts, Decision, DecisionKind, Status
from yantar.engine.certification.history import CYCLE_MONTHS, History, renewal_term
from yantar.engine.certification.records import Step
from yantar.engine.certification.transitions import successor
from yantar.engine.dates import add_days, add_months

STAGE_GAP_MONTHS = 6
"""After so many months stage 1 is doubtful (R14), and a major nonconformity of stage 2 asks for another stage 2 (N1)."""

_GRANT = DecisionKind.GRANT
_CONFIRM = DecisionKind.CONFIRM
_SUSPEND = DecisionKind.SUSPEND
_RESTORE = DecisionKind.RESTORE
_REDUCE_SCOPE = DecisionKind.REDUCE_SCOPE
_WITHDRAW = DecisionKind.WITHDRAW
_RENEW = DecisionKind.RENEW
_MOVE_EDITION = DecisionKind.MOVE_EDITION
_TRANSFER = DecisionKind.TRANSFER
_INITIAL = (AuditKind.STAGE1, AuditKind.STAGE2)
_SURVEYED = (AuditKind.SURVEILLANCE, AuditKind.SHORT_NOTICE, AuditKind.EXTENSION)
_RECERTIFICATION = (AuditKind.RECERTIFICATION,)
_ACTIVE = Status.ACTIVE
_EXPIRED = Status.EXPIRED

ALLOWED: dict[str, tuple[DecisionKind, ...]] = {
    Status.DRAFT.value: (_GRANT,),
    Status.ACTIVE.value: (_CONFIRM, _SUSPEND, _REDUCE_SCOPE, _WITHDRAW, _RENEW, _MOVE_EDITION, _TRANSFER),
    Status.SUSPENDED.value: (_RESTORE, _REDUCE_SCOPE, _WITHDRAW),
    Status.EXPIRED.value: (_GRANT, _RENEW, _RESTORE, _WITHDRAW, _MOVE_EDITION),
    Status.WITHDRAWN.value: (_GRANT,),
    Status.SUPERSEDED.value: (),
}
"""The state machine (D1): what can be decided about a certificate in each status. For an expired one time limits come on top (R7, T3)."""


class Remark(NamedTuple):
    """One thing wrong with a decision; fields as in `Breach`."""

    code: str
    rule: str
    params: tuple[tuple[str, Any], ...] = ()
    severity: Literal["breach", "warning"] = "breach"


def remarks(known: History, step: Step) -> list[Remark]:
    """Everything wrong with the decision of this step."""
    decision = step.decision
    kind = decision.kind
    decided_on = decision.decided_on
    found: list[Remark] = []
    if decision.effective_on is not None and decision.effective_on < decided_on:
        params = (("decided_on", decided_on), ("effective_on", decision.effective_on))
        found.append(Remark("effective_before_decision", "R6", params))
    if decision.audit_on is not None and decision.audit_on > decided_on:
        found.append(Remark("audit_after_decision", "D2", (("audit_on", decision.audit_on), ("decided_on", decided_on))))
    in_order = (kind is not _GRANT and kind is not _RESTORE) if step.status is _ACTIVE else _in_order(step)
    if kind is _CONFIRM and in_order:
        if known.facts.nonconformities:
            found += _of_surveillance(known, decision)
        return found
    if not in_order:
        rule, code = ("R16", "transfer_of_invalid") if kind is _TRANSFER else ("D1", "decision_not_allowed")
        found.append(Remark(code, rule, (("kind", kind.value), ("status", step.status.value))))
        return found if kind is not _GRANT else found + _of_grant(known, step)
    if kind is _GRANT:
        found += _of_grant(known, step)
    elif kind is _RENEW or (kind is _RESTORE and step.status is _EXPIRED and step.lapse is not None and not step.lapse.by_edition):
        found += _of_renewal(known, step)
    elif kind is _MOVE_EDITION or (kind is _RESTORE and step.status is _EXPIRED):
        found += _of_move(known, step)
    elif kind is _SUSPEND and decision.reason[:2] not in SUSPENSION_REASONS:
        found.append(Remark("suspension_reason_missing", "R10", (), "warning"))
    elif decision.expires_on is not None and step.cycle is not None and kind in (_RESTORE, _REDUCE_SCOPE, _TRANSFER):
        found += _of_expiry(decision, step.day, step.cycle.limit_on, step.cycle.limit_rule)
    return found


def _in_order(step: Step) -> bool:
    kind = step.decision.kind
    if kind is _MOVE_EDITION and step.status is _EXPIRED:
        return step.lapse is not None and step.lapse.by_edition
    return kind in ALLOWED[step.status.value]


def _of_expiry(decision: Decision, day: date, limit_on: date, rule: str) -> list[Remark]:
    expires_on = decision.expires_on
    if expires_on is None:
        return []
    if expires_on > limit_on:
        return [Remark("expiry_too_late", rule, (("expires_on", expires_on), ("limit_on", limit_on)))]
    if expires_on < day:
        return [Remark("expiry_before_effective", "R1", (("effective_on", day), ("expires_on", expires_on)))]
    return []


def _of_grant(known: History, step: Step) -> list[Remark]:
    decision = step.decision
    decided_on = decision.decided_on
    after = date.min if step.cycle is None else step.cycle.decided_on
    stage2_on = _last(known.stage2_on, after, decided_on) or decision.audit_on
    stage1_on = _last(known.stage1_on, after, stage2_on or decided_on)
    found = []
    if stage1_on is None:
        found.append(Remark("stage1_missing", "R2"))
    if stage2_on is None:
        found.append(Remark("stage2_missing", "R2"))
    elif stage1_on is not None and add_months(stage1_on, STAGE_GAP_MONTHS) < stage2_on:
        found.append(Remark("stage1_stale", "R14", (("stage1_on", stage1_on), ("stage2_on", stage2_on)), "warning"))
    found += _of_expiry(decision, step.day, add_months(decided_on, CYCLE_MONTHS), "R1")
    found += _of_edition(known.facts, step, decision.edition)
    if known.facts.nonconformities:
        found += _of_nonconformities(known, decision, after, _INITIAL, None)
    return found


def _of_renewal(known: History, step: Step) -> list[Remark]:
    decision, cycle = step.decision, step.cycle
    decided_on = decision.decided_on
    if cycle is None or step.expires_on is None:
        return []
    found = []
    last_day = step.expires_on if step.lapse is None else step.lapse.last_day
    after = cycle.decided_on
    window = known.window_months
    if decided_on > last_day:
        params: tuple[tuple[str, Any], ...] = (("decided_on", decided_on), ("expired_on", last_day))
        limit_on = add_months(last_day, window)
        if decided_on <= limit_on:
            found.append(Remark("renewal_after_expiry", "R5", params))
        elif decision.kind is _RESTORE or _last(known.stage2_on, last_day, decided_on) is None:
            found.append(Remark("restoration_too_late", "R7", (*params, ("limit_on", limit_on))))
        else:
            found.append(Remark("renewal_after_expiry", "R5", params, "warning"))
    if decision.audit_on is None and _last(known.recertified_on, after, decided_on) is None and _last(known.stage2_on, after, decided_on) is None:
        found.append(Remark("recertification_audit_missing", "R5", (), "warning"))
    changed_on = None
    for day in known.facts.reorganised_on:
        if after < day <= decided_on and (changed_on is None or day > changed_on):
            changed_on = day
    if changed_on is not None and _last(known.stage1_on, changed_on, decided_on) is None:
        found.append(Remark("renewed_without_stage1", "R17", (("reorganised_on", changed_on),), "warning"))
    if decision.expires_on is not None:
        _, limit_on, rule = renewal_term(step.expires_on, last_day, decided_on, window)
        found += _of_expiry(decision, step.day, limit_on, rule)
    found += _of_edition(known.facts, step, decision.edition or step.edition)
    if known.facts.nonconformities:
        found += _of_nonconformities(known, decision, after, _RECERTIFICATION, last_day)
    return found


def _of_move(known: History, step: Step) -> list[Remark]:
    decision, lapse = step.decision, step.lapse
    found = []
    if lapse is not None:
        limit_on = add_months(lapse.last_day, known.window_months)
        params = (("decided_on", decision.decided_on), ("expired_on", lapse.last_day), ("limit_on", limit_on))
        if decision.decided_on > limit_on:
            found.append(Remark("restoration_too_late", "T3", params))
        else:
            found.append(Remark("move_after_edition_end", "T3", params, "warning"))
    if decision.edition == step.edition:
        found.append(Remark("edition_unchanged", "T1", (("edition", step.edition),), "warning"))
    old, new = known.facts.editions.get(step.edition), known.facts.editions.get(decision.edition or "")
    if old is not None and new is not None and old.published_on and new.published_on and new.published_on < old.published_on:
        found.append(Remark("edition_backwards", "T1", (("edition", new.key), ("previous", old.key)), "warning"))
    if step.cycle is not None and decision.expires_on is not None:
        found += _of_expiry(decision, step.day, step.cycle.limit_on, step.cycle.limit_rule)
    found += _of_edition(known.facts, step, decision.edition)
    return found


def _of_edition(facts: CertificateFacts, step: Step, key: str | None) -> list[Remark]:
    decision = step.decision
    decided_on = decision.decided_on
    if not key:
        return [Remark("edition_missing", "T1", (), "warning")]
    edition = facts.editions.get(key)
    if edition is None:
        return [Remark("edition_unknown", "T1", (("edition", key),), "warning")] if facts.editions else []
    found = []
    if edition.published_on is not None and decided_on < edition.published_on:
        params: tuple[tuple[str, Any], ...] = (("edition", key), ("published_on", edition.published_on))
        found.append(Remark("edition_not_published", "T1", params, "breach" if edition.confirmed else "warning"))
    ends_on = edition.ends_on
    if not edition.confirmed:
        return found
    if ends_on is not None and step.day > ends_on:
        found.append(Remark("edition_ended", "T1", (("edition", key), ("ends_on", ends_on))))
    elif decision.kind is _GRANT and edition.new_until is not None and decided_on > edition.new_until:
        found.append(Remark("edition_closed_to_new", "T2", (("edition", key), ("new_until", edition.new_until))))
    elif ends_on is not None and decision.expires_on is not None and decision.expires_on > ends_on:
        following = successor(edition, facts.editions)
        if following is not None and following.published_on is not None and following.published_on <= decided_on:
            params = (("edition", key), ("ends_on", ends_on), ("expires_on", decision.expires_on))
            found.append(Remark("expiry_beyond_edition", "T1", params, "warning"))
    return found


def _of_nonconformities(known: History, decision: Decision, after: date, kinds: tuple[AuditKind, ...], expires_on: date | None) -> list[Remark]:
    """N1 and N2 before a grant; N4 and N2 before a renewal, for which `expires_on` is the old expiry."""
    found = []
    decided_on = decision.decided_on
    for one in sorted(known.facts.nonconformities, key=lambda fact: (fact.audit_ended_on, fact.id)):
        raised_on, closed_on = one.audit_ended_on, one.closed_on
        if one.audit not in kinds or not after < raised_on <= decided_on:
            continue
        params: tuple[tuple[str, Any], ...] = (("nonconformity", one.id), ("raised_on", raised_on))
        still_open = closed_on is None or closed_on > decided_on
        if one.grade == "minor":
            if still_open and (one.plan_accepted_on is None or one.plan_accepted_on > decided_on):
                found.append(Remark("minor_plan_missing", "N2", params))
        elif still_open:
            found.append(Remark("major_open_before_decision", "N1" if expires_on is None else "N4", params))
        elif closed_on is None:
            continue
        elif expires_on is not None:
            if closed_on > expires_on:
                found.append(Remark("major_closed_after_expiry", "N4", (("closed_on", closed_on), *params)))
        elif closed_on > add_months(raised_on, STAGE_GAP_MONTHS) and _last(known.stage2_on, raised_on, decided_on) is None:
            found.append(Remark("major_6m_after_stage2", "N1", (("closed_on", closed_on), *params)))
    return found


def _of_surveillance(known: History, decision: Decision) -> list[Remark]:
    """N3: confirmed while a major nonconformity of surveillance is open. Within the body's own limit that is a doubt, after it a breach."""
    limit = known.facts.limits.major_days
    return [
        Remark(
            "major_open_before_decision",
            "N3",
            (("nonconformity", one.id), ("raised_on", one.audit_ended_on)),
            "breach" if decision.decided_on > add_days(one.audit_ended_on, limit) else "warning",
        )
        for one in sorted(known.facts.nonconformities, key=lambda fact: (fact.audit_ended_on, fact.id))
        if one.grade == "major"
        and one.audit in _SURVEYED
        and one.audit_ended_on <= decision.decided_on
        and (one.closed_on is None or one.closed_on > decision.decided_on)
    ]


def _last(days: list[date], after: date, until: date) -> date | None:
    """The latest of the sorted days that is after `after` and not after `until`."""
    place = bisect_right(days, until)
    return days[place - 1] if place and days[place - 1] > after else None
