"""Days and teams as they are written down: by a plan or by hand, with what the check of each person warned of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from yantar.core import clock
from yantar.core.canonical import plain
from yantar.engine.planner import forms
from yantar.qms.people.models import Auditor, Competence
from yantar.qms.people.standing import Experience, Weight, standing

from .instance import experience
from .models import AgendaItem, Audit, MemberRole, TeamMember

PLANNED_ROLES = (MemberRole.LEAD, MemberRole.AUDITOR, MemberRole.TRAINEE)
"""Roles that planning fills; technical experts and observers are named by hand and stay."""


class Writer:
    """Writes assignments of audits down; who warned of what is asked once for all of them."""

    def __init__(self, instance: forms.Instance, codes: Iterable[str]) -> None:
        self.year = instance.year
        rows = Auditor.objects.filter(code__in=set(codes))
        self.auditors = {one.code: one for one in rows.prefetch_related("evaluations")}
        proofs: dict[int, list[Competence]] = {one.pk: [] for one in self.auditors.values()}
        for proof in Competence.objects.filter(auditor__in=proofs).select_related("edition"):
            proofs[proof.auditor_id].append(proof)
        self.proofs = proofs
        self.experience: Mapping[int, Experience] = experience()
        self.led_last_year = {(one.lead, one.authority) for one in instance.history if one.year == instance.year - 1}

    def write(self, audit: Audit, assignment: forms.Assignment, days: tuple[date, ...], authority: str, costs: Mapping[str, int]) -> bool:
        """Give an audit its days and its team. True when anything but the costs is another than before."""
        moved = (audit.first_day, audit.last_day) != (days[0], days[-1])
        if moved:
            self._move_agenda(audit, days)
        audit.first_day, audit.last_day, audit.costs = days[0], days[-1], dict(costs)
        audit.save(update_fields=["first_day", "last_day", "costs"])
        wanted = {assignment.lead: MemberRole.LEAD, **dict.fromkeys(assignment.members, MemberRole.AUDITOR)}
        wanted |= dict.fromkeys(assignment.trainees, MemberRole.TRAINEE)
        return self._team(audit, wanted, authority, days) or moved

    def clear(self, audit: Audit) -> bool:
        """Take days and team from an audit. True when it had any."""
        had = audit.first_day is not None
        audit.first_day = audit.last_day = None
        audit.costs = {}
        audit.save(update_fields=["first_day", "last_day", "costs"])
        gone, _by_kind = TeamMember.objects.filter(audit=audit, role__in=PLANNED_ROLES).delete()
        return had or bool(gone)

    def _team(self, audit: Audit, wanted: Mapping[str, MemberRole], authority: str, days: tuple[date, ...]) -> bool:
        present = {one.auditor.code: one for one in TeamMember.objects.filter(audit=audit).select_related("auditor")}
        gone = [one.pk for code, one in present.items() if one.role in PLANNED_ROLES and wanted.get(code) != one.role]
        TeamMember.objects.filter(pk__in=gone).delete()
        new = [code for code, role in wanted.items() if code not in present or present[code].pk in gone]
        # Whoever was an expert or observer and is now sent as an auditor has one part, the new one.
        TeamMember.objects.filter(audit=audit, auditor__code__in=new).delete()
        today = clock.today()
        for code, role in wanted.items():
            warnings = self.warnings(code, role, authority, days[0])
            if code in new:
                TeamMember.objects.create(audit=audit, auditor=self.auditors[code], role=role, checked_on=today, warnings=warnings)
            elif present[code].warnings != warnings:
                TeamMember.objects.filter(pk=present[code].pk).update(warnings=warnings, checked_on=today)
        return bool(gone or new)

    def warnings(self, code: str, role: str, authority: str, day: date) -> list[dict[str, Any]]:
        """What speaks against somebody without forbidding it: `people.standing`'s warnings of that day, and leading twice running."""
        auditor = self.auditors[code]
        found = standing(auditor, self.proofs[auditor.pk], auditor.evaluations.all(), day, self.experience.get(auditor.pk, Experience()))
        warnings = [{"code": one.code, "params": plain(one.params)} for one in found.warnings if one.weight != Weight.BLOCKS]
        if role == MemberRole.LEAD and (code, authority) in self.led_last_year:
            warnings.append({"code": "led_last_year", "params": {"year": self.year - 1}})
        return warnings

    def _move_agenda(self, audit: Audit, days: tuple[date, ...]) -> None:
        """The plan of the first day stays that of the first day, wherever it goes."""
        old = sorted(set(AgendaItem.objects.filter(audit=audit).values_list("day", flat=True)))
        moves = {day: days[min(place, len(days) - 1)] for place, day in enumerate(old)}
        items = list(AgendaItem.objects.filter(audit=audit))
        for item in items:
            item.day = moves[item.day]
        AgendaItem.objects.bulk_update(items, ["day"])
