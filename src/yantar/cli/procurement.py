"""`yantar procurement load`: records that lie on the server into the workspace, by the same action and the same job as an upload."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from .console import Exit, open_django, progress_bar, say, show_problems, stop
from .texts import gettext as _
from .texts import ngettext

procurement = typer.Typer(no_args_is_help=True, help=_("Records of procurement in the workspace."))
POLL = 0.5


@procurement.callback()
def _group() -> None:
    """A group, though it has one command yet."""


@procurement.command("load", help=_("Load records that lie on this server: JSON, JSON Lines, packed or not, CSV, XLSX; a folder means its files."))
def load(
    paths: Annotated[list[Path], typer.Argument(help=_("Files or folders."), exists=True, readable=True)],
    title: Annotated[str, typer.Option(help=_("What the dataset is called."))],
    origin: Annotated[str, typer.Option(help=_("Publisher, address, day of download, licence."))],
    mapping: Annotated[str, typer.Option(help=_("Code of a mapping that the workspace keeps; lists that ship are recognised without it."))] = "",
    law: Annotated[str, typer.Option(help=_("For records that do not state it: 94-FZ, 44-FZ or 223-FZ."))] = "",
    currency: Annotated[str, typer.Option(help=_("Of the figures; the most frequent one unless told."))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("Problems as JSON on standard output."))] = False,
) -> None:
    """Load and wait for the end; a worker that is faster may do the work instead."""
    open_django()
    from yantar.core.actions import System
    from yantar.core.problems import Problem, Refused
    from yantar.qms.procurement import actions, queries

    operator = System("operator")
    kept = queries.mapping(operator, mapping) if mapping else None
    if mapping and kept is None:
        stop(_("There is no mapping %(code)s.") % {"code": mapping}, Exit.USAGE)
    try:
        dataset = actions.load_dataset_from_path(by=operator, title=title, origin=origin, paths=paths, mapping=kept, law=law, currency=currency)
    except Refused as refused:
        show_problems(refused.problems, as_json=as_json)
        raise typer.Exit(int(Exit.REFUSED)) from None
    done = _carried_out(dataset)
    if done.standing != "ready":
        words = done.failure.splitlines() or [_("The records could not be loaded.")]
        show_problems([Problem(one, code=done.standing) for one in words], as_json=as_json)
        raise typer.Exit(int(Exit.REFUSED))
    counted = ngettext("Loaded: %(count)s procedure.", "Loaded: %(count)s procedures.", done.procedures) % {"count": done.procedures}
    say(f"{counted} {_('Rejected records: %(count)s.') % {'count': done.rejected}} SHA-256 {done.sha256}")


def _carried_out(dataset: Any) -> Any:
    """Do the job here, or wait for the worker that took it."""
    from yantar.core import jobs
    from yantar.core.models import Job
    from yantar.qms.procurement.models import Dataset

    over = threading.Event()
    with progress_bar() as bar:
        task = bar.add_task(_("Loading"), total=None)

        def look() -> Job:
            job = Job.objects.get(pk=dataset.job_id)
            if job.total:
                bar.update(task, completed=job.done, total=job.total)
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
            jobs.carry_out(dataset.job_id)
        except jobs.StillRunning:
            while look().finished_at is None:
                over.wait(POLL)
        finally:
            over.set()
            watcher.join()
    return Dataset.objects.select_related("job").get(pk=dataset.pk)
