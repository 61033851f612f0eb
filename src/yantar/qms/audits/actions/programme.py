"""The programme of a year: opened, its risks assessed, its audits wanted, approved, its dates sent out, its result reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from pydantic import ValidationError

from yantar.core import clock
from yantar.core.actions import Actor, User, action, current
from yantar.core.problems import Problem, Refused
from yantar.engine.planner.forms import Weights
from yantar.qms.certification.models import Certificate, Status
from yantar.qms.certification.queries.register import standing
from yantar.qms.organisation.models import Authority, Government
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause, Edition

from .. import planning, programme_telling, risk
from ..instance import MOVABLE, PUT_OFF
from ..models import Audit, AuditKind, AuditMethod, AuditState, Programme, ProgrammeState, RiskAssessment
from ..numbering import next_numbers
from ..wants import BY_HAND, Want, replaceable, wants

FIRST_YEAR, LAST_YEAR = 2000, 2100
TEXTS = ("goals", "scope", "risks", "criteria", "methods", "resources")
NEEDED = ("goals", "scope", "criteria", "methods")
"""Texts without which a programme is not approved."""
SUGGESTED = {
    "goals": _(
        "Make sure that the quality management system of every authority conforms to the standard and works;"
        " find what is weak before the certification body does; spread what is done well."
    ),
    "scope": _("All authorities of the government that hold a certificate or describe their processes; their sites and processes."),
    "risks": _(
        "Too few auditors for a field: members of other authorities are sent. Absences: the plan is made anew with the fewest changes."
        " Work from afar fails: the day on site is kept free."
    ),
    "criteria": _("The edition of ISO 9001 on the certificate; laws and regulations of the services; the authority's own documents."),
    "methods": _("On site: interviews, observation, samples of records. From afar: records and interviews where the risk is low."),
    "resources": _("Internal auditors of the government by their days in a month; travel by the authority that is audited."),
}


def suggested_texts() -> dict[str, str]:
    """What the texts of a programme usually say, in the government's first language whoever asks; a start, to be changed."""
    languages = Government.objects.values_list("languages", flat=True).first()
    with override(languages[0] if languages else "ru"):
        return {name: str(text) for name, text in SUGGESTED.items()}


@action("audits.open_programme", permission="audits.change_programme")
def open_programme(*, by: Actor, year: int) -> Programme:
    """Open the programme of a calendar year. Its texts and weights are those of the year before; without one, suggestions.

    Raises Refused for a year out of range or one that has a programme already.
    """
    problems = []
    if not FIRST_YEAR <= year <= LAST_YEAR:
        problems.append(Problem(_("A year between 2000 and 2100 is expected."), "range", "year", value=str(year)))
    if Programme.objects.filter(year=year).exists():
        problems.append(Problem(_("There is a programme of this year already."), "exists", "year", value=str(year)))
    if problems:
        raise Refused(problems)
    before = Programme.objects.filter(year__lt=year).order_by("-year").first()
    texts = {name: getattr(before, name) for name in TEXTS} if before is not None else suggested_texts()
    return Programme.objects.create(year=year, weights=before.weights if before is not None else {}, created_at=clock.now(), **texts)


@action("audits.prepare_year", permission="audits.change_programme")
def prepare_year(*, by: Actor, year: int) -> Programme:
    """Open the programme of a year, assess the risks and list the audits it needs: everything up to planning, or nothing."""
    programme: Programme = open_programme(by=by, year=year)
    assess_risks(by=by, year=year)
    want_audits(by=by, programme=programme)
    return programme


@action("audits.change_programme", permission="audits.change_programme", target="programme")
def change_programme(
    *,
    by: Actor,
    programme: Programme,
    goals: str,
    scope: str,
    risks: str,
    criteria: str,
    methods: str,
    resources: str,
    weights: Mapping[str, int] | None = None,
) -> Programme:
    """Change the texts, and the weights of the planner where they are given. Refused once the programme is approved."""
    problems = [*_in_draft(programme)]
    if weights is not None:
        try:
            kept = Weights(**weights)
        except ValidationError as error:
            for one in error.errors():
                field = str(one["loc"][-1]) if one["loc"] else ""
                problems.append(Problem(_("A whole number within the bounds is expected."), "range", f"weight_{field}", value=str(one["input"])))
        else:
            programme.weights = kept.model_dump()
    if problems:
        raise Refused(problems)
    texts = (goals, scope, risks, criteria, methods, resources)
    for name, text in zip(TEXTS, texts, strict=True):
        setattr(programme, name, text.strip())
    programme.save(update_fields=[*TEXTS, "weights"])
    return programme


def _in_draft(programme: Programme) -> list[Problem]:
    if programme.state == ProgrammeState.DRAFT:
        return []
    return [Problem(_("The programme is approved. Take the approval back first."), "approved")]


@action("audits.assess_risks", permission="audits.change_programme", summary=lambda given, result: {"year": given["year"], "rows": result})
def assess_risks(*, by: Actor, year: int) -> int:
    """Compute the risk of every authority and process as of today and keep it with its inputs. Done again on the same day it replaces that day's.

    `year`: the programme it is for; recorded with the action. Returns how many rows were kept.
    """
    on, table = clock.today(), risk.risk_table()
    rows = [one.row(on, table) for one in risk.assess(on)]
    RiskAssessment.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["authority", "process", "assessed_on"],
        update_fields=["score", "band", "factors", "table", "next_due_on"],
    )
    return len(rows)


@action(
    "audits.want_audits",
    permission="audits.change_programme",
    target="programme",
    summary=lambda given, result: {"wanted": len(result)},
)
def want_audits(*, by: Actor, programme: Programme) -> list[Audit]:
    """List the audits that the year needs by the rules of coverage and risk; those listed before and not yet fixed or prepared are replaced.

    What somebody added by hand stays. Returns the audits made. Refused once the programme is approved, and when no risk was ever assessed.
    """
    problems = _in_draft(programme)
    if not RiskAssessment.objects.filter(assessed_on__lte=clock.today()).exists():
        problems.append(Problem(_("Assess the risks first."), "no_risks"))
    if problems:
        raise Refused(problems)
    wanted_before = list(programme.audits.filter(kind=AuditKind.INTERNAL).exclude(state__in=PUT_OFF))
    begun = set(programme.audits.filter(Q(steps__isnull=False) | Q(lines__isnull=False)).values_list("pk", flat=True))
    replaced = {one.pk for one in replaceable(wanted_before)} - begun
    wanted, without = wants(programme, clock.today(), [one for one in wanted_before if one.pk not in replaced])
    Audit.objects.filter(pk__in=replaced).delete()
    if without:
        current().decided["no_edition"] = without
    numbers = next_numbers(programme.year, len(wanted))
    return _create(programme, zip(numbers, wanted, strict=True))


def _create(programme: Programme, wanted: Iterable[tuple[str, Want]]) -> list[Audit]:
    now, today = clock.now(), clock.today()
    pairs = list(wanted)
    made = Audit.objects.bulk_create(
        Audit(
            number=number,
            state_since=today,
            programme=programme,
            authority_id=want.authority_id,
            certificate_id=want.certificate_id,
            edition_id=want.edition_id,
            fields=list(want.fields),
            person_days=want.person_days,
            auditors_wanted=want.auditors,
            trainees_wanted=1 if want.auditors > 1 else 0,
            window_first=want.first,
            window_last=want.last,
            risk=want.risk,
            why=list(want.why),
            recorded_at=now,
        )
        for number, want in pairs
    )
    clauses, processes = Audit.clauses.through, Audit.processes.through
    clauses.objects.bulk_create(
        (clauses(audit_id=one.pk, clause_id=pk) for one, (_n, want) in zip(made, pairs, strict=True) for pk in want.clauses), batch_size=5000
    )
    processes.objects.bulk_create(
        (processes(audit_id=one.pk, process_id=pk) for one, (_n, want) in zip(made, pairs, strict=True) for pk in want.processes), batch_size=5000
    )
    return made


@action("audits.add_audit", permission="audits.change_programme", target="programme")
def add_audit(
    *,
    by: Actor,
    programme: Programme,
    authority: Authority,
    edition: Edition,
    window_first: date,
    window_last: date,
    person_days: int,
    auditors_wanted: int = 1,
    trainees_wanted: int = 0,
    clauses: Sequence[Clause] = (),
    processes: Sequence[Process] = (),
    fields: Sequence[str] = (),
    method: str = AuditMethod.ON_SITE,
    language: str = "ru",
    objective: str = "",
) -> Audit:
    """Want one more internal audit, in whatever state the programme is; only a reviewed one is over."""
    problems = [Problem(_("The programme is reviewed and over."), "reviewed")] if programme.state == ProgrammeState.REVIEWED else []
    problems += _wanted_problems(programme, authority, edition, window_first, window_last, person_days, auditors_wanted, clauses, processes)
    if problems:
        raise Refused(problems)
    known = risk.latest([authority.pk], on=clock.today())
    own = [row for one in processes if (row := known.get((authority.pk, one.pk))) is not None]
    worst = max(own, key=lambda one: one.score, default=known.get((authority.pk, None)))
    audit = Audit.objects.create(
        number=next_numbers(programme.year, 1)[0],
        state_since=clock.today(),
        programme=programme,
        authority=authority,
        certificate=_certificate_of(authority, edition),
        edition=edition,
        fields=list(dict.fromkeys(fields)),
        objective=objective.strip(),
        method=method,
        language=language,
        person_days=person_days,
        auditors_wanted=auditors_wanted,
        trainees_wanted=trainees_wanted,
        window_first=window_first,
        window_last=window_last,
        risk=worst.score if worst is not None else 0,
        why=[{"code": BY_HAND}],
        recorded_at=clock.now(),
    )
    audit.clauses.set(clauses)
    audit.processes.set(processes)
    current().authority_id = authority.pk
    return audit


def _certificate_of(authority: Authority, edition: Edition) -> Certificate | None:
    today = clock.today()
    # The one in force to this edition; an audit by another edition is of no certificate.
    found = Certificate.objects.annotate(now=standing(today)).filter(authority=authority, now__edition=edition, now__status=Status.ACTIVE)
    result: Certificate | None = found.order_by("pk").first()
    return result


def _wanted_problems(
    programme: Programme,
    authority: Authority,
    edition: Edition,
    window_first: date,
    window_last: date,
    person_days: int,
    auditors_wanted: int,
    clauses: Sequence[Clause],
    processes: Sequence[Process],
) -> list[Problem]:
    problems = []
    if window_last < window_first:
        problems.append(Problem(_("The last day is before the first."), "order", "window_last"))
    if window_first.year != programme.year or window_last.year != programme.year:
        problems.append(Problem(_("The window lies in the year of the programme."), "range", "window_first"))
    if not 1 <= person_days <= 200:
        problems.append(Problem(_("Between 1 and 200 person-days."), "range", "person_days", value=str(person_days)))
    if not 1 <= auditors_wanted <= 10:
        problems.append(Problem(_("Between 1 and 10 auditors."), "range", "auditors_wanted", value=str(auditors_wanted)))
    if any(one.edition_id != edition.pk for one in clauses):
        problems.append(Problem(_("A clause is of another edition."), "edition", "clauses"))
    if any(one.authority_id != authority.pk for one in processes):
        problems.append(Problem(_("A process is of another authority."), "authority", "processes"))
    if not clauses and not processes:
        problems.append(Problem(_("Name clauses or processes to be audited."), "required", "clauses"))
    return problems


@action("audits.change_wanted", permission="audits.change_programme", target="audit")
def change_wanted(
    *,
    by: Actor,
    audit: Audit,
    window_first: date,
    window_last: date,
    person_days: int,
    auditors_wanted: int,
    trainees_wanted: int,
    method: str,
    language: str,
    clauses: Sequence[Clause],
    processes: Sequence[Process],
    fields: Sequence[str] = (),
    objective: str = "",
) -> Audit:
    """Change what is wanted of an audit that is not prepared yet. It stays when the list is made anew."""
    programme = audit.programme
    problems = []
    if audit.state != AuditState.PLANNED or audit.kind != AuditKind.INTERNAL or programme is None:
        problems.append(Problem(_("Only an internal audit that is planned and not yet prepared can be changed."), "state"))
    else:
        problems += _wanted_problems(
            programme, audit.authority, audit.edition, window_first, window_last, person_days, auditors_wanted, clauses, processes
        )
    if problems:
        raise Refused(problems)
    audit.window_first, audit.window_last = window_first, window_last
    audit.person_days, audit.auditors_wanted, audit.trainees_wanted = person_days, auditors_wanted, trainees_wanted
    audit.method, audit.language, audit.objective = method, language, objective.strip()
    audit.fields = list(dict.fromkeys(fields))
    if not any(isinstance(one, dict) and one.get("code") == BY_HAND for one in audit.why):
        audit.why = [{"code": BY_HAND}, *audit.why]
    audit.save()
    audit.clauses.set(clauses)
    audit.processes.set(processes)
    return audit


@action("audits.remove_wanted", permission="audits.change_programme", target="audit")
def remove_wanted(*, by: Actor, audit: Audit) -> None:
    """Take a wanted audit off the list of a draft. An audit of an approved programme is cancelled with a reason instead."""
    programme = audit.programme
    if programme is None or programme.state != ProgrammeState.DRAFT or audit.state not in MOVABLE or audit.kind != AuditKind.INTERNAL:
        raise Refused(Problem(_("Only a planned audit of a programme that is not approved can be taken off; others are cancelled."), "state"))
    current().decided["number"] = audit.number
    current().authority_id = audit.authority_id
    audit.delete()


@action("audits.approve_programme", permission="audits.approve_programme", target="programme")
def approve_programme(*, by: Actor, programme: Programme) -> Programme:
    """Approve the programme: its texts are there, every audit has days and a team, and nothing breaks a rule as things stand now."""
    problems = _in_draft(programme)
    for name in NEEDED:
        if not getattr(programme, name).strip():
            problems.append(Problem(_("This part of the programme is empty."), "required", name))
    state = planning.state_of(programme)
    if not state.audits:
        problems.append(Problem(_("The programme has no audits."), "no_audits"))
    if state.unplanned:
        numbers = ", ".join(one.number for one in state.unplanned[:20])
        message = _("Without days or a lead: %(numbers)s. Plan them, or take them off the list.") % {"numbers": numbers}
        problems.append(Problem(message, "unplanned"))
    problems += [Problem(planning.sentence(one, state.names), one.code) for one in state.broken]
    if problems:
        raise Refused(problems)
    programme.state, programme.approved_on = ProgrammeState.APPROVED, clock.today()
    programme.approved_by = by if isinstance(by, User) else None
    programme.save(update_fields=["state", "approved_on", "approved_by"])
    return programme


@action("audits.take_back_approval", permission="audits.approve_programme", target="programme")
def take_back_approval(*, by: Actor, programme: Programme) -> Programme:
    """Back to the draft, before the dates were sent."""
    if programme.state != ProgrammeState.APPROVED:
        raise Refused(Problem(_("Only an approved programme whose dates were not sent yet goes back to the draft."), "state"))
    programme.state, programme.approved_on, programme.approved_by = ProgrammeState.DRAFT, None, None
    programme.save(update_fields=["state", "approved_on", "approved_by"])
    return programme


@action("audits.publish_dates", permission="audits.change_programme", target="programme")
def publish_dates(*, by: Actor, programme: Programme) -> Programme:
    """Send every authority the dates of its audits, and every member of a team theirs. From then on they see them, and every change is told."""
    if programme.state != ProgrammeState.APPROVED:
        raise Refused(Problem(_("Only an approved programme can be sent out."), "state"))
    programme.state, programme.published_on = ProgrammeState.PUBLISHED, clock.today()
    programme.save(update_fields=["state", "published_on"])
    programme_telling.tell_dates(programme, by)
    return programme


@action("audits.review_programme", permission="audits.change_programme", target="programme")
def review_programme(*, by: Actor, programme: Programme, review_result: str) -> Programme:
    """Write down how the programme went, when its year is ending; then it is over."""
    problems = []
    if programme.state != ProgrammeState.PUBLISHED:
        problems.append(Problem(_("Only a programme whose dates were sent is reviewed."), "state"))
    if clock.today() < date(programme.year, 12, 1):
        problems.append(Problem(_("A programme is reviewed from December of its year on."), "early"))
    if not review_result.strip():
        problems.append(Problem(_("Write down the result of the review."), "required", "review_result"))
    if problems:
        raise Refused(problems)
    programme.state, programme.reviewed_on, programme.review_result = ProgrammeState.REVIEWED, clock.today(), review_result.strip()
    programme.save(update_fields=["state", "reviewed_on", "review_result"])
    return programme
