"""Certificates, decisions and audits in and out as a file: a look at what a file would do, taking it in, giving it out, an empty template."""

from __future__ import annotations

from yantar.core.exchanges import Intake

from .actions import import_certificates
from .exporting import export
from .planning import plan
from .specs import SPECS

__all__ = ["SPECS", "apply", "dry_run", "export", "import_certificates", "template"]

PERMISSION = "certification.import_certificates"

_intake = Intake(PERMISSION, SPECS, plan, import_certificates)
template, dry_run, apply = _intake.template, _intake.dry_run, _intake.apply
