"""Editions of a standard and what their end does to a certificate (rules T1 to T3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from yantar.engine.certification.facts import EditionFact
from yantar.engine.dates import add_months

TRANSITION_MONTHS = 36
"""Usual length of a transition, used for its start when the successor's publication date is not known."""


def effective_expiry(expires_on: date, edition: EditionFact | None) -> date:
    """The day validity really ends: the stated expiry, or the end of the edition where that is earlier (rule T1).

    An expected, unconfirmed end of an edition shortens nothing.
    """
    if edition is None or edition.ends_on is None or not edition.confirmed or expires_on <= edition.ends_on:
        return expires_on
    return edition.ends_on


def successor(edition: EditionFact, editions: Mapping[str, EditionFact]) -> EditionFact | None:
    """The next edition by publication that outlives this one, or None if none is known.

    Amendments that end together with the edition they amend are not successors.
    """
    best: EditionFact | None = None
    for other in editions.values():
        if other.published_on is None or other.key == edition.key:
            continue
        if edition.published_on is not None and other.published_on <= edition.published_on:
            continue
        if edition.ends_on is not None and other.ends_on is not None and other.ends_on <= edition.ends_on:
            continue
        if edition.ends_on is not None and other.published_on > edition.ends_on:
            continue
        if best is None or best.published_on is None or (other.published_on, other.key) < (best.published_on, best.key):
            best = other
    return best


def transition_opens(edition: EditionFact, editions: Mapping[str, EditionFact]) -> date | None:
    """The day from which a certificate may move on: publication of the successor; three years before the end when that is unknown.

    None when the edition has no end.
    """
    if edition.ends_on is None:
        return None
    following = successor(edition, editions)
    if following is not None and following.published_on is not None:
        return following.published_on
    return add_months(edition.ends_on, -TRANSITION_MONTHS)
