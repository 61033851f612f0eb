"""Reading certificates for somebody. What the public may see is named so or says so; internals are filtered by the viewer."""

from .bodies import bodies, find_body
from .duties import Duty, Needs, late, may_grant_for, needs_me, obligations
from .holders import Holder, holders
from .latest import LatestDecision, latest_decisions
from .register import ORDERS, Counts, Listing, RegisterRow, counts, listing, public_counts, register, rows

__all__ = [
    "ORDERS",
    "Counts",
    "Duty",
    "Holder",
    "LatestDecision",
    "Listing",
    "Needs",
    "RegisterRow",
    "bodies",
    "counts",
    "find_body",
    "holders",
    "late",
    "latest_decisions",
    "listing",
    "may_grant_for",
    "needs_me",
    "obligations",
    "public_counts",
    "register",
    "rows",
]
