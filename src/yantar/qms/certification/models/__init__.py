"""Certificates: who holds them, what the certification body decided, what follows from it."""

from .body import CertificationBody
from .certificate import Certificate, CertificateExclusion, CertificateSite
from .facts import Decision, DecisionKind, ExternalAudit, ExternalAuditKind
from .projections import Obligation, Status, StatusPeriod

__all__ = [
    "Certificate",
    "CertificateExclusion",
    "CertificateSite",
    "CertificationBody",
    "Decision",
    "DecisionKind",
    "ExternalAudit",
    "ExternalAuditKind",
    "Obligation",
    "Status",
    "StatusPeriod",
]
