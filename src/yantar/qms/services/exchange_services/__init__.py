"""Services and their passports in and out as a file: tables or one JSON document; a look at what it would do, taking it in, giving it out."""

from __future__ import annotations

from yantar.core.exchanges import Intake

from .actions import import_services
from .exporting import export
from .json_form import read_json
from .planning import plan
from .specs import SPECS

__all__ = ["PERMISSION", "SPECS", "apply", "dry_run", "export", "import_services", "template"]

PERMISSION = "services.import_services"

_intake = Intake(PERMISSION, SPECS, lambda parsed, _filename, on, steps: plan(parsed, on, steps), import_services, other=read_json)
template, dry_run, apply = _intake.template, _intake.dry_run, _intake.apply
