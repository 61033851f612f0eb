"""Reading certificates for somebody. What the public may see is named so or says so; internals are filtered by the viewer."""

from .bodies import bodies, find_body
from .duties import Duty, Needs, late, may_grant_for, needs_me, obligations
from .expected import ExpectedDays, ExpectedSample, expected_audit_days, expected_sample, step_words
from .holders import Holder, holders
from .latest import LatestDecision, latest_decisions
from .machine import certificate_json
from .page import CertificatePage, DecisionLine, certificate, decision_lines, find_audit, find_decision
from .public import find_certificate, public_certificate, public_line
from .register import ORDERS, Counts, Listing, RegisterRow, counts, listing, public_counts, register, rows
from .shapes import PublicCertificate
from .standing import AuthorityRow, authority_rows

__all__ = [
    "ORDERS",
    "AuthorityRow",
    "CertificatePage",
    "Counts",
    "DecisionLine",
    "Duty",
    "ExpectedDays",
    "ExpectedSample",
    "Holder",
    "LatestDecision",
    "Listing",
    "Needs",
    "PublicCertificate",
    "RegisterRow",
    "authority_rows",
    "bodies",
    "certificate",
    "certificate_json",
    "counts",
    "decision_lines",
    "expected_audit_days",
    "expected_sample",
    "find_audit",
    "find_body",
    "find_certificate",
    "find_decision",
    "holders",
    "late",
    "latest_decisions",
    "listing",
    "may_grant_for",
    "needs_me",
    "obligations",
    "public_certificate",
    "public_counts",
    "public_line",
    "register",
    "rows",
    "step_words",
]
