"""Building blocks of the actions that record facts: one entry checked, written and weighed by the rules.

Used by `actions` one entry at a time and by the import many at a time; both run inside an action.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, current
from yantar.core.canonical import plain
from yantar.core.models import User
from yantar.core.problems import Problem, Refused
from yantar.engine.certification.breaches import Breach, check_decision
from yantar.engine.certification.status import period_on, proposed_expiry
from yantar.qms.organisation.models import Site
from yantar.qms.standards.models import Clause, Edition

from .facts import Gathered, decision_fact, limits_of
from .messages import breach_sentence
from .models import Certificate, CertificateExclusion, CertificationBody, Decision, DecisionKind
from .models.facts import SuspensionReason

EARLIEST, LATEST = date(1987, 1, 1), date(2150, 12, 31)
"""The first ISO 9000 standards are of 1987. A day outside these bounds is a slip of the pen."""

STATES_TERM = (DecisionKind.GRANT, DecisionKind.RENEW, DecisionKind.RESTORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEntry:
    """What somebody wants to record: fields as in the model `Decision`, empty where not said."""

    kind: str
    decided_on: date
    effective_on: date | None = None
    expires_on: date | None = None
    audit_on: date | None = None
    edition: Edition | None = None
    body: CertificationBody | None = None
    scope_ru: str = ""
    scope_en: str = ""
    reason_code: str = ""
    number: str = ""
    note: str = ""
    breach_reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """A site of a certificate with the scope it has there."""

    site: Site
    scope_ru: str = ""
    scope_en: str = ""
    is_central: bool = False


@dataclass(frozen=True, slots=True)
class ExclusionEntry:
    """A clause left out, with its reasons and who approved them, by post, and when."""

    clause_number: str
    justification: str
    approved_by: str
    approved_on: date | None


def current_edition(certificate: Certificate, gathered: Gathered, on: date) -> str:
    """Key of the edition the certificate is to on a day."""
    period = period_on(gathered.facts[certificate.pk], on)
    return period.edition if period is not None and period.edition else certificate.edition.key


def current_body_id(certificate: Certificate, gathered: Gathered, on: date) -> int:
    """Primary key of the body that answers for the certificate on a day."""
    body = certificate.body_id
    for day, taken_over_by in gathered.transfers.get(certificate.pk, []):
        if day <= on:
            body = taken_over_by
    return body


def add_decision(*, by: Actor, certificate: Certificate, entry: DecisionEntry, gathered: Gathered) -> Decision:
    """Write one decision of a locked certificate and take it into `gathered`; the caller stores the projections.

    Raises Refused with everything that makes the entry meaningless; or, without a reason, one problem with code "breach" for each rule
    the decision breaks.
    """
    facts = gathered.facts[certificate.pk]
    problems = entry_problems(certificate, entry, gathered)
    if problems:
        raise Refused(problems)
    _not_twice(certificate, entry, gathered)
    kind = DecisionKind(entry.kind)
    expires_on = entry.expires_on
    if expires_on is None and kind in STATES_TERM:
        expires_on = proposed_expiry(facts, kind.value, entry.decided_on)  # type: ignore[arg-type]
    edition = entry.edition
    if edition is None and kind is DecisionKind.GRANT:
        edition = certificate.edition
    row = Decision(
        certificate=certificate,
        kind=kind,
        number=entry.number.strip(),
        decided_on=entry.decided_on,
        effective_on=entry.effective_on or entry.decided_on,
        expires_on=expires_on,
        audit_on=entry.audit_on,
        edition=edition,
        body=entry.body,
        scope_ru=entry.scope_ru.strip(),
        scope_en=entry.scope_en.strip(),
        reason_code=entry.reason_code,
        note=entry.note.strip(),
        source=entry.source.strip(),
        recorded_at=clock.now(),
        recorded_by=by if isinstance(by, User) else None,
    )
    broken = weigh(gathered, certificate, row)
    reason = entry.breach_reason.strip()
    if broken and not reason:
        raise Refused([Problem(breach_sentence(one.code, one.rule, one.values), code="breach", field="breach_reason") for one in broken])
    row.breaches = [{"code": one.code, "rule": one.rule, "params": plain(one.values)} for one in broken]
    row.breach_reason = reason if broken else ""
    row.save()
    facts = replace(facts, decisions=(*facts.decisions, decision_fact(row)))
    if row.body is not None:
        taken_over = gathered.transfers.setdefault(certificate.pk, [])
        taken_over.append((max(row.effective_on, row.decided_on), row.body.pk))
        taken_over.sort(key=lambda pair: pair[0])
        if taken_over[-1][1] == row.body.pk:
            facts = replace(facts, limits=limits_of(row.body))
    gathered.facts[certificate.pk] = facts
    if broken:
        current().decided.setdefault("breaches", []).extend(one.code for one in broken)
    return row


def weigh(gathered: Gathered, certificate: Certificate, row: Decision) -> list[Breach]:
    """The rules that a decision would break (doubts left out), each named once."""
    found: dict[tuple[str, Any], Breach] = {}
    for one in check_decision(gathered.facts[certificate.pk], decision_fact(row), clock.today()):
        if one.severity == "breach":
            found.setdefault((one.code, one.params), one)
    return list(found.values())


def entry_problems(certificate: Certificate, entry: DecisionEntry, gathered: Gathered) -> list[Problem]:
    """What makes an entry meaningless, all at once. A decision against the rules is none of it."""
    problems = day_problems(decided_on=entry.decided_on, effective_on=entry.effective_on, expires_on=entry.expires_on, audit_on=entry.audit_on)
    if entry.kind not in DecisionKind.values:
        problems.append(Problem(_("Choose what the certification body decided."), code="kind", field="kind", value=str(entry.kind)))
    if entry.kind == DecisionKind.SUSPEND and entry.reason_code not in SuspensionReason.values:
        problems.append(Problem(_("Say on what ground it was suspended."), code="required", field="reason_code"))
    if entry.kind != DecisionKind.SUSPEND and entry.reason_code:
        problems.append(Problem(_("Only a suspension has a ground."), code="not_here", field="reason_code"))
    if entry.kind == DecisionKind.MOVE_EDITION and entry.edition is None:
        problems.append(Problem(_("Say which edition the certificate is to from now on."), code="required", field="edition"))
    if entry.kind == DecisionKind.TRANSFER:
        if entry.body is None:
            problems.append(Problem(_("Say which certification body took the certificate over."), code="required", field="body"))
        elif entry.body.pk == current_body_id(certificate, gathered, entry.effective_on or entry.decided_on):
            problems.append(Problem(_("The certificate is with this certification body already."), code="same_body", field="body"))
    elif entry.body is not None and entry.kind != DecisionKind.GRANT:
        problems.append(Problem(_("Only a transfer changes the certification body."), code="not_here", field="body"))
    if entry.kind == DecisionKind.REDUCE_SCOPE and not (entry.scope_ru.strip() or entry.scope_en.strip()):
        problems.append(Problem(_("Give the scope that remains."), code="required", field="scope_ru"))
    return problems


def day_problems(**days: date | None) -> list[Problem]:
    """Days that can't be meant: before the first ISO 9000 or far in the future."""
    return [
        Problem(_("Check the year."), code="year", field=name, value=day.isoformat())
        for name, day in days.items()
        if day is not None and not EARLIEST <= day <= LATEST
    ]


def _not_twice(certificate: Certificate, entry: DecisionEntry, gathered: Gathered) -> None:
    """The same decision sent twice is recorded once. Two of one kind on one day are told apart by their numbers."""
    same = [one for one in gathered.facts[certificate.pk].decisions if one.kind == entry.kind and one.decided_on == entry.decided_on]
    if not same:
        return
    number = entry.number.strip()
    numbers = Decision.objects.filter(pk__in=[one.id for one in same]).values_list("number", flat=True)
    if any(not number or not other or other == number for other in numbers):
        raise Refused(Problem(_("This decision is already recorded."), code="already_recorded", field="decided_on"))


def exclusion_problems(edition: Edition, entries: Iterable[ExclusionEntry]) -> list[Problem]:
    """Whether each clause may be left out by the edition's own terms, with reasons and approval (rule of the register, ISO 9001 1.2 or 4.3)."""
    problems = []
    terms = edition.exclusions or {}
    sections = terms.get("sections")
    known = set(Clause.objects.filter(edition=edition).values_list("number", flat=True))
    seen = set()
    for place, entry in enumerate(entries, start=1):
        number = entry.clause_number.strip()
        if not number or (known and number not in known):
            problems.append(
                Problem(_("%(edition)s has no clause “%(clause)s”.") % {"edition": edition, "clause": number}, "clause", "clause_number", row=place)
            )
        elif sections is not None and not any(number == section or number.startswith(f"{section}.") for section in sections):
            problems.append(
                Problem(
                    _("By %(edition)s clause %(clause)s may not be left out; only these sections may: %(sections)s.")
                    % {"edition": edition, "clause": number, "sections": ", ".join(sections)},
                    "not_excludable",
                    "clause_number",
                    row=place,
                )
            )
        if number in seen:
            problems.append(Problem(_("Clause %(clause)s stands here twice.") % {"clause": number}, "twice", "clause_number", row=place))
        seen.add(number)
        if not entry.justification.strip():
            problems.append(Problem(_("Give the reasons for leaving the clause out."), "required", "justification", row=place))
        if not entry.approved_by.strip():
            problems.append(Problem(_("Say by post who approved it."), "required", "approved_by", row=place))
        if entry.approved_on is None:
            problems.append(Problem(_("Say when it was approved."), "required", "approved_on", row=place))
    return problems


def write_exclusions(certificate: Certificate, entries: Iterable[ExclusionEntry]) -> None:
    """Make the exclusions of a certificate these and no others."""
    entries = [replace(entry, clause_number=entry.clause_number.strip()) for entry in entries]
    certificate.exclusions.exclude(clause_number__in=[entry.clause_number for entry in entries]).delete()
    for entry in entries:
        CertificateExclusion.objects.update_or_create(
            certificate=certificate,
            clause_number=entry.clause_number,
            defaults={
                "justification": entry.justification.strip(),
                "approved_by": entry.approved_by.strip(),
                "approved_on": entry.approved_on or clock.today(),
            },
        )
