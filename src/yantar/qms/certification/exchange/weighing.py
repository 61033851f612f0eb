"""The rules of the certification cycle, asked of all decisions of a file at once: what breaks one goes in marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yantar.core.canonical import plain
from yantar.core.tabular.messages import said
from yantar.core.tabular.parsing import MAX_PROBLEMS
from yantar.core.tabular.progress import EVERY, Progress
from yantar.core.tabular.report import Report
from yantar.engine.certification import facts as engine
from yantar.engine.certification.breaches import Breach, breaches, check_decision
from yantar.engine.certification.status import proposed_expiry

from ..facts import edition_facts, gather, limits_of
from ..messages import breach_sentence
from ..models import DecisionKind
from ..recording import STATES_TERM
from .state import CertificateItem, DecisionItem, chunks, fact_of

_AT_ONCE = 500


class _Sentence:
    """What a decision breaks, in the language of the moment it is shown."""

    def __init__(self, breach: Breach) -> None:
        self._breach = breach

    def __str__(self) -> str:
        return str(breach_sentence(self._breach.code, self._breach.rule, self._breach.values))


class Weighing:
    """Finds the usual expiry where none is stated, and the rules that decisions break."""

    def __init__(self, report: Report, today: date) -> None:
        self.report = report
        self.today = today
        self.reason = gettext("Imported as recorded in the source.")
        self.editions = edition_facts()

    def run(self, items: Iterable[CertificateItem], progress: Progress) -> None:
        """Weigh the new decisions of the certificates."""
        concerned = [item for item in items if item.decisions]
        new = [item for item in concerned if item.is_new or not item.recorded]
        old = [item for item in concerned if not (item.is_new or not item.recorded)]
        done = 0
        for item in new:
            if done % EVERY == 0:
                progress.at(done, len(concerned))
            done += 1
            self._whole(item)
        for batch in chunks(old, _AT_ONCE):
            gathered = gather([item.certificate for item in batch], whole=False)
            for item in batch:
                if done % EVERY == 0:
                    progress.at(done, len(concerned))
                done += 1
                self._added(item, gathered.facts[item.certificate.pk])

    def _facts(self, item: CertificateItem) -> engine.CertificateFacts:
        certificate = item.certificate
        return engine.CertificateFacts(
            number=certificate.number,
            decisions=(),
            audits=(*self._audits(item), *_recorded_audits(item)),
            editions=self.editions,
            limits=limits_of(item.body.body),
            superseded_on=certificate.superseded_on,
            covid_extension=certificate.covid_extension,
        )

    def _audits(self, item: CertificateItem) -> tuple[engine.AuditFact, ...]:
        return tuple(engine.AuditFact(engine.AuditKind(audit.kind), audit.ended_on) for audit in item.audits)

    def _whole(self, item: CertificateItem) -> None:
        """A certificate of which nothing was decided so far: all its decisions are weighed together."""
        facts = self._facts(item)
        decisions: list[engine.Decision] = []
        entries = ordered(item)
        for number, entry in enumerate(entries, 1):
            self._expiry(entry, facts, decisions)
            decisions.append(fact_of(entry, number))
        found: dict[int, list[Breach]] = {}
        for one in breaches(replace(facts, decisions=tuple(decisions))):
            if one.decision_id is not None and one.severity == "breach":
                found.setdefault(one.decision_id, []).append(one)
        for number, entry in enumerate(entries, 1):
            self._mark(entry, found.get(number, []))

    def _added(self, item: CertificateItem, facts: engine.CertificateFacts) -> None:
        """A certificate with a history: each new decision is weighed on top of it, in the order of time."""
        facts = replace(facts, audits=(*facts.audits, *self._audits(item)))
        number = max((decision.id for decision in facts.decisions), default=0)
        for entry in ordered(item):
            number += 1
            self._expiry(entry, facts, facts.decisions)
            decision = fact_of(entry, number)
            self._mark(entry, [one for one in check_decision(facts, decision) if one.severity == "breach"])
            facts = replace(facts, decisions=(*facts.decisions, decision))

    def _expiry(self, entry: DecisionItem, facts: engine.CertificateFacts, decisions: Sequence[engine.Decision]) -> None:
        if entry.expires_on is None and entry.kind in STATES_TERM:
            so_far = replace(facts, decisions=tuple(decisions))
            entry.expires_on = proposed_expiry(so_far, engine.DecisionKind(entry.kind), entry.decided_on)

    def _mark(self, entry: DecisionItem, broken: list[Breach]) -> None:
        if entry.decided_on > self.today:
            params = (("decided_on", entry.decided_on), ("today", self.today))
            broken = [Breach("decided_in_future", "D2", entry.decided_on, None, params), *broken]
        once: dict[tuple[str, Any], Breach] = {}
        for one in broken:
            once.setdefault((one.code, one.params), one)
        entry.breaches = [{"code": one.code, "rule": one.rule, "params": plain(one.values)} for one in once.values()]
        if not once:
            entry.breach_reason = ""
            return
        entry.breach_reason = entry.breach_reason or self.reason
        self.report.flagged += 1
        for one in once.values():
            if len(self.report.warnings) < MAX_PROBLEMS:
                message = said(_("%(breach)s It goes in marked, with the reason: %(reason)s"), breach=_Sentence(one), reason=entry.breach_reason)
                key = "kind" if "kind" in entry.row.layout.positions else "granted_on"
                self.report.warnings.append(entry.row.problem(key, message, "decision.breach", entry.decided_on))


def _recorded_audits(item: CertificateItem) -> list[engine.AuditFact]:
    return [
        engine.AuditFact(engine.AuditKind(kind), day)
        for (kind, day), found in item.recorded_audits.items()
        if any(not one.is_reversed for one in found)
    ]


def ordered(item: CertificateItem) -> list[DecisionItem]:
    """New decisions in the order of time; on one day a grant comes first, then the order of the file."""
    return sorted(item.decisions, key=lambda one: (one.decided_on, one.kind != DecisionKind.GRANT, one.row.number))
