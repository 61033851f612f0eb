"""What the certification bodies decided lately: public facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yantar.qms.certification.models import Decision, DecisionKind

from .holders import Holder, holders


@dataclass(frozen=True, slots=True)
class LatestDecision:
    """A decision in a list of what changed. `reversed_later`: the entry was taken back, and is shown so."""

    number: str
    kind: str
    decided_on: date
    holder: Holder | None
    reversed_later: bool

    @property
    def words(self) -> str:
        """What was decided, in the reader's language."""
        return str(DecisionKind(self.kind).label)


def latest_decisions(on: date, limit: int) -> list[LatestDecision]:
    """The latest decisions taken by a day, newest first; three queries."""
    rows = list(
        Decision.objects.filter(decided_on__lte=on, reverses__isnull=True)
        .order_by("-decided_on", "-pk")
        .values_list("certificate__number", "kind", "decided_on", "certificate__authority_id", "reversed_by")[:limit]
    )
    held = holders((row[3] for row in rows), on)
    return [LatestDecision(number, kind, day, held.get(authority), undone is not None) for number, kind, day, authority, undone in rows]
