"""`yantar services …`: passports in and out by the rules of the workspace; cases from a file of this server, by the same job as an upload."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from .console import Exit, open_django, progress_bar, say, show_problems
from .exchange import give_out, take_in
from .texts import gettext as _

services = typer.Typer(no_args_is_help=True, help=_("Services to citizens and what was delivered."))
POLL = 0.5


EXCHANGE = "yantar.qms.services.exchange_services"
FORMATS = {".xlsx": "xlsx", ".zip": "csv", ".json": "json"}


@services.command(
    "import",
    help=_("Services and their passports from a file (XLSX, CSV or JSON). Without --apply it only says what would happen."),
)
def import_services(
    file: Annotated[Path, typer.Argument(help=_("The file: .xlsx, .csv or .json."), exists=True, dir_okay=False, readable=True)],
    apply: Annotated[bool, typer.Option("--apply", help=_("Take it in: all of it, or nothing when anything is wrong."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("The report as JSON on standard output."))] = False,
) -> None:
    """Exit code 0: nothing is wrong with the file, 3: it was refused."""
    take_in(EXCHANGE, file, not apply, as_json)


@services.command("export", help=_("Services and their passports in force today, in a file that the import reads."))
def export_services(
    file: Annotated[
        Path, typer.Argument(help=_("The file to write; its ending says the format: .xlsx, .json, or .zip with CSV files."), dir_okay=False)
    ],
) -> None:
    give_out(EXCHANGE, file, FORMATS)


@services.command(
    "load-cases", help=_("Load cases of services from a CSV file, plain or packed by gzip. Numbers and dates only. Repeating it is harmless.")
)
def load_cases(
    file: Annotated[Path, typer.Argument(help=_("The file."), exists=True, readable=True, dir_okay=False)],
    origin: Annotated[str, typer.Option(help=_("Where the cases come from; the name of the file unless told."))] = "",
    progress: Annotated[bool, typer.Option("--progress/--no-progress", help=_("Show how far it is."))] = True,
    as_json: Annotated[bool, typer.Option("--json", help=_("Rejected rows as JSON on standard output."))] = False,
) -> None:
    """Load and wait for the end. Exit code 0: all rows were taken, 1: some were rejected, 3: the file was refused."""
    open_django()
    from yantar.core.actions import System
    from yantar.core.models import Job
    from yantar.core.problems import Problem, Refused
    from yantar.qms.services.actions.cases import start_case_load_from_path

    try:
        load = start_case_load_from_path(by=System("operator"), path=file, origin=origin)
    except Refused as refused:
        show_problems(refused.problems, as_json=as_json)
        raise typer.Exit(int(Exit.REFUSED)) from None
    done = _carried_out(load, progress=progress)
    if done.job.state != Job.State.DONE:
        problems = [Problem(one["message"], code=one["code"], row=one.get("row")) for one in done.job.result.get("problems", ())]
        show_problems(problems or [Problem(_("The cases could not be loaded."), code=done.job.state)], as_json=as_json)
        raise typer.Exit(int(Exit.REFUSED))
    counted = {name: f"{getattr(done, name):,}".replace(",", " ") for name in ("rows", "added", "changed", "unchanged", "rejected")}
    if not as_json:
        say(_("Rows: %(rows)s. New: %(added)s, changed: %(changed)s, unchanged: %(unchanged)s, rejected: %(rejected)s.") % counted)
    if done.rejected:
        listed = [Problem(one["message"], code=one["code"], row=one["line"], column=one["field"], value=one["value"]) for one in done.rejects]
        show_problems(listed, as_json=as_json)
        raise typer.Exit(int(Exit.WRONG))


def _carried_out(load: Any, *, progress: bool) -> Any:
    """Do the job here, or wait for the worker that took it."""
    from yantar.core import jobs
    from yantar.core.models import Job
    from yantar.qms.services.models import CaseLoad

    over = threading.Event()
    shown = progress_bar()
    shown.disable = shown.disable or not progress
    with shown as bar:
        task = bar.add_task(_("Loading"), total=None)

        def look() -> Job:
            job = Job.objects.get(pk=load.job_id)
            if job.total:
                rows = f"{jobs.notes_of(job).get('rows', 0):,}".replace(",", " ")
                bar.update(task, completed=job.done, total=job.total, description=_("Loading: %(rows)s rows") % {"rows": rows})
            return job

        def watch() -> None:
            from django.db import connection

            try:
                while not over.wait(POLL):
                    look()
            finally:
                connection.close()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            jobs.carry_out(load.job_id)
        except jobs.StillRunning:
            while look().finished_at is None:
                over.wait(POLL)
        finally:
            over.set()
            watcher.join()
    return CaseLoad.objects.select_related("job").get(pk=load.pk)
