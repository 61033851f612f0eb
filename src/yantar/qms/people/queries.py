"""Reading auditors. Every function takes the viewer; names are personal data and leave the home authority only to whole-government roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from yantar.core import clock
from yantar.qms.organisation.models import UnitVersion
from yantar.qms.organisation.queries import internal_authority_ids, successor_map

from .fields import ANY
from .models import Absence, Auditor, Competence, CompetenceKind, Conflict, Evaluation
from .standing import NEAR_DAYS, NONE, Experience, Standing, standing


@dataclass(frozen=True, slots=True)
class AuditorFilters:
    """Which auditors are wanted; what is not given is not asked. `authority`: code; `edition`: key; `field`: code (who may audit every
    field may audit it too); `expiring`: a competence for an edition ends within 90 days or has ended."""

    q: str = ""
    authority: str = ""
    edition: str = ""
    field: str = ""
    qualification: str = ""
    language: str = ""
    expiring: bool = False
    ended: bool = False


def _visible(viewer: Any) -> QuerySet[Auditor]:
    allowed = internal_authority_ids(viewer)
    rows = Auditor.objects.all()
    if allowed is None:
        return rows
    return rows.filter(Q(authority_id__in=allowed) | Q(user_id=getattr(viewer, "pk", None) or 0))


def _proofs(on: date) -> QuerySet[Competence]:
    """Proofs of an edition that are not withdrawn on a day."""
    valid = Competence.objects.filter(kind=CompetenceKind.EDITION, obtained_on__lte=on)
    return valid.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=on))


def auditors(viewer: Any, filters: AuditorFilters | None = None, on: date | None = None) -> QuerySet[Auditor]:
    """Auditors whom the viewer may see, by name, with competences, evaluations, home and conflicts at hand; four queries whatever the number.

    `on`: the day they are auditors on (today); with `filters.ended` those of other days too.
    """
    day, asked = on or clock.today(), filters or AuditorFilters()
    rows = _visible(viewer)
    if not asked.ended:
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    for word in asked.q.split():
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word))
    if asked.authority:
        rows = rows.filter(authority__code=asked.authority)
    if asked.qualification:
        rows = rows.filter(qualification=asked.qualification)
    if asked.language:
        rows = rows.filter(languages__contains=[asked.language])
    if asked.edition or asked.field:
        proof = _proofs(day).filter(Q(valid_until=None) | Q(valid_until__gte=day), auditor=OuterRef("pk"))
        if asked.edition:
            proof = proof.filter(edition__key=asked.edition)
        if asked.field:
            proof = proof.filter(field__in=[asked.field, ANY])
        rows = rows.filter(Exists(proof))
    if asked.expiring:
        own = _proofs(day).filter(auditor=OuterRef("pk"), valid_until__lte=day + timedelta(days=NEAR_DAYS))
        same = _proofs(day).filter(auditor=OuterRef("auditor"), edition=OuterRef("edition"), field=OuterRef("field"))
        later = same.filter(Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until")))
        rows = rows.filter(Exists(own.exclude(Exists(later))))
    return rows.select_related("authority", "unit", "site").prefetch_related(*_with()).order_by("name", "pk")


def _with() -> list[Any]:
    return [
        Prefetch("competences", Competence.objects.select_related("edition", "scan").order_by("-obtained_on", "pk")),
        Prefetch("evaluations", Evaluation.objects.select_related("evaluated_by").order_by("-evaluated_on", "-pk")),
    ]


def auditor(viewer: Any, code: str) -> Auditor | None:
    """One auditor whom the viewer may see, whatever the day, with everything recorded of them; None otherwise. Constant queries."""
    more = [
        Prefetch("absences", Absence.objects.order_by("-first_day", "-pk")),
        Prefetch("conflicts", Conflict.objects.select_related("authority").order_by("ended_on", "-declared_on")),
    ]
    rows = _visible(viewer).filter(code=code).select_related("authority", "unit", "site", "user")
    return rows.prefetch_related(*_with(), *more).first()


def competence(viewer: Any, pk: int) -> Competence | None:
    """One proof of an auditor whom the viewer may see, its auditor, edition and scan joined."""
    rows = Competence.objects.filter(pk=pk, auditor__in=_visible(viewer))
    return rows.select_related("auditor__authority", "edition", "scan").first()


def auditor_of(user: Any, on: date | None = None) -> Auditor | None:
    """The auditor that a person is on a day (today); None for everybody else."""
    if not getattr(user, "pk", None):
        return None
    return Auditor.objects.on(on or clock.today()).filter(user_id=user.pk).select_related("authority").first()


def standings(rows: Iterable[Auditor], on: date, experience: Mapping[int, Experience] | None = None) -> dict[int, Standing]:
    """What each of the auditors may be on a day, by key. Rows of `auditors` or `auditor`; no query. `experience`: by key, from qms/audits."""
    known = experience or {}
    return {row.pk: standing(row, row.competences.all(), row.evaluations.all(), on, known.get(row.pk, NONE)) for row in rows}


def counts(viewer: Any, on: date) -> dict[str, int]:
    """How many auditors of each recorded qualification the viewer may see on a day. One query."""
    found: dict[str, int] = {}
    for qualification in _visible(viewer).filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on).values_list("qualification", flat=True):
        found[qualification] = found.get(qualification, 0) + 1
    return found


@dataclass(frozen=True, slots=True)
class Proof:
    """A competence for an edition: `field` "*" is every field; `until` the last day on which it holds (None: without end)."""

    edition: str
    field: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class ForPlanning:
    """All that a planner needs of one auditor. `units`: keys of the home unit and every unit above it, from below to the top;
    `authority_id`: the home authority, or who followed it by the first day; `absences` within the days asked, with the days before the
    auditor begins and after they end; `conflicts`: keys of authorities. `auditor` has competences and evaluations at hand."""

    auditor: Auditor
    authority_id: int
    units: tuple[int, ...]
    site_id: int | None
    proofs: tuple[Proof, ...]
    languages: tuple[str, ...]
    days_per_month: int
    absences: tuple[Span, ...] = ()
    conflicts: tuple[int, ...] = ()
    parts: tuple[Any, ...] = field(default=())
    """Filled above, by services."""

    def standing(self, on: date, experience: Experience = NONE) -> Standing:
        """What the auditor may be on a day; no query."""
        return standing(self.auditor, self.auditor.competences.all(), self.auditor.evaluations.all(), on, experience)


def for_planning(day_first: date, day_last: date) -> list[ForPlanning]:
    """Everybody who is an auditor on some day of the span, in the order of their codes, for a planner who may know them all. Seven queries.

    Only for actions and queries that give the result to those who may see all auditors, or that show no names. Places are as of the first day
    of the span (of a unit that is closed by then, the last known).
    """
    held = Q(valid_to=None) | Q(valid_to__gt=day_first)
    more = [
        Prefetch("absences", Absence.objects.filter(cancelled_at=None, first_day__lte=day_last, last_day__gte=day_first)),
        Prefetch("conflicts", Conflict.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day_first))),
    ]
    rows = Auditor.objects.filter(held, valid_from__lte=day_last).select_related("authority", "unit", "site")
    found = list(rows.prefetch_related(*_with(), *more).order_by("code"))
    above = _above(day_first) if any(row.unit_id for row in found) else {}
    followed = successor_map(day_first)
    return [_for_planning(row, above, followed, day_first, day_last) for row in found]


def _for_planning(row: Auditor, above: Mapping[int, int | None], followed: Mapping[int, int], first: date, last: date) -> ForPlanning:
    absences = [Span(max(one.first_day, first), min(one.last_day, last)) for one in row.absences.all()]
    if row.valid_from > first:
        absences.append(Span(first, row.valid_from - timedelta(days=1)))
    if row.valid_to is not None and row.valid_to <= last:
        absences.append(Span(row.valid_to, last))
    proofs = [
        Proof(one.edition.key, one.field, _until(one))
        for one in row.competences.all()
        if one.kind == CompetenceKind.EDITION and one.edition is not None and (one.withdrawn_on is None or one.withdrawn_on > first)
    ]
    return ForPlanning(
        auditor=row,
        authority_id=followed.get(row.authority_id, row.authority_id),
        units=_path(row.unit_id, above),
        site_id=row.site_id,
        proofs=tuple(proof for proof in proofs if proof.until is None or proof.until >= first),
        languages=tuple(row.languages),
        days_per_month=row.days_per_month,
        absences=tuple(sorted(absences, key=lambda span: span.first)),
        conflicts=tuple(sorted(one.authority_id for one in row.conflicts.all())),
    )


def _until(proof: Competence) -> date | None:
    """The last day of a proof, its withdrawal thought of."""
    withdrawn = proof.withdrawn_on - timedelta(days=1) if proof.withdrawn_on else None
    return min((day for day in (proof.valid_until, withdrawn) if day is not None), default=None)


def _above(on: date) -> dict[int, int | None]:
    """Of every unit that one above it, as on a day; of what is over by then, as it was last."""
    rows = UnitVersion.objects.filter(valid_from__lte=on).order_by("valid_from").values_list("unit_id", "parent_id")
    return dict(rows)


def _path(unit: int | None, above: Mapping[int, int | None]) -> tuple[int, ...]:
    path: list[int] = []
    while unit is not None and unit not in path:
        path.append(unit)
        unit = above.get(unit)
    return tuple(path)


def unit_names(ids: Iterable[int], on: date) -> dict[int, UnitVersion]:
    """What units are called on a day, by key; of what is over by then, as it was last. One query, none for no unit."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {row.unit_id: row for row in UnitVersion.objects.filter(unit_id__in=wanted, valid_from__lte=on).order_by("valid_from")}
