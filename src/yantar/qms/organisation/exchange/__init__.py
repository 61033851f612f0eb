"""The whole organisation in and out as a file: a look at what a file would do, taking it in, giving it out, an empty template."""

from __future__ import annotations

from yantar.core.exchanges import Intake

from .actions import import_organisation
from .exporting import export
from .planning import plan
from .specs import AUTHORITIES, SITES, SPECS, UNITS

__all__ = ["AUTHORITIES", "SITES", "SPECS", "UNITS", "apply", "dry_run", "export", "import_organisation", "template"]

PERMISSION = "organisation.import_organisation"

_intake = Intake(PERMISSION, SPECS, lambda parsed, _filename, on, steps: plan(parsed, on, steps), import_organisation)
template, dry_run, apply = _intake.template, _intake.dry_run, _intake.apply
