"""`yantar import …` and `yantar export …`: files in and out under the same rules as in the workspace."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from .console import Exit, open_django, progress_bar, say, show_problems, stop
from .texts import gettext as _
from .texts import ngettext

imports = typer.Typer(no_args_is_help=True, help=_("Take in a file (XLSX or CSV). Everything that is wrong in it is listed at once."))
exports = typer.Typer(no_args_is_help=True, help=_("Give out a file that the import reads."))

ORGANISATION = "yantar.qms.organisation.exchange"
CERTIFICATES = "yantar.qms.certification.exchange"

File = Annotated[Path, typer.Argument(help=_("The file: .xlsx or .csv."), exists=True, dir_okay=False, readable=True)]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Only say what would happen."))]
AsJson = Annotated[bool, typer.Option("--json", help=_("The report as JSON on standard output."))]
Target = Annotated[Path, typer.Argument(help=_("The file to write; its ending says the format: .xlsx, or .zip with CSV files."), dir_okay=False)]


@imports.command("organisation", help=_("Authorities, units and sites."))
def import_organisation(file: File, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    take_in(ORGANISATION, file, dry_run, as_json)


@imports.command("certificates", help=_("Certificates and decisions of certification bodies."))
def import_certificates(file: File, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    take_in(CERTIFICATES, file, dry_run, as_json)


@exports.command("organisation", help=_("Authorities, units and sites as they are today."))
def export_organisation(file: Target) -> None:
    give_out(ORGANISATION, file)


@exports.command("certificates", help=_("Certificates and decisions."))
def export_certificates(file: Target) -> None:
    give_out(CERTIFICATES, file)


def take_in(module: str, path: Path, dry_run: bool, as_json: bool) -> None:
    """Look at a file, or take it in, by the exchange of a capability, and show the report. Exits with 3 where anything is wrong in it."""
    open_django()
    from yantar.core import clock
    from yantar.core.actions import System
    from yantar.core.problems import Refused
    from yantar.core.tabular.report import Report

    exchange = importlib.import_module(module)
    operator = System("operator")
    with path.open("rb") as file, progress_bar() as bar:
        task = bar.add_task(path.name, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        try:
            if dry_run:
                report: Report = exchange.dry_run(file, path.name, operator, clock.today(), progress=tell)
            else:
                report = exchange.apply(by=operator, file=file, filename=path.name, on=clock.today(), progress=tell)
        except Refused as refused:
            report = Report(problems=refused.problems)
    _show(report, {spec.key: spec.title for spec in exchange.SPECS}, as_json)
    if report.problems:
        raise typer.Exit(int(Exit.REFUSED))


def _show(report: Any, titles: dict[str, str], as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.as_dict(limit=100_000), ensure_ascii=False, indent=2))
        return
    if report.problems:
        show_problems(report.problems)
        count = len(report.problems)
        say(ngettext("%(count)s problem. Nothing was changed.", "%(count)s problems. Nothing was changed.", count) % {"count": count})
        return
    if report.warnings:
        show_problems(report.warnings)
    for table, counts in report.counts.items():
        words = _("%(table)s: %(created)s new, %(changed)s changed, %(unchanged)s as before")
        say(words % {"table": titles.get(table, table), **counts})
    say(_("Taken in.") if report.applied else _("Nothing was changed: this was only a look."))


FORMATS = {".xlsx": "xlsx", ".zip": "csv"}


def give_out(module: str, path: Path, formats: Mapping[str, str] = FORMATS) -> None:
    """Write what the exchange of a capability gives out; the ending of the name says the format. What exists is never written over."""
    if path.suffix.lower() not in formats:
        words = _("Name the file .xlsx, .json, or .zip for CSV files.") if ".json" in formats else _("Name the file .xlsx, or .zip for CSV files.")
        stop(words, Exit.USAGE)
    if path.exists():
        stop(_("%(path)s exists already.") % {"path": path}, Exit.REFUSED)
    open_django()
    from yantar.core import clock
    from yantar.core.actions import System

    content: bytes = importlib.import_module(module).export(System("operator"), clock.today(), formats[path.suffix.lower()])
    try:
        path.write_bytes(content)
    except OSError as error:
        stop(_("%(path)s can't be written: %(reason)s") % {"path": path, "reason": error.strerror or error}, Exit.ENVIRONMENT)
    say(_("Written to %(path)s.") % {"path": path})
