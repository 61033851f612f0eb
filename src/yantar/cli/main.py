"""The `yantar` command. Exit codes: 0 done, 1 checked and wrong, 2 wrongly called, 3 input refused, 4 something it stands on is missing."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import rich_utils

from . import exchange, planning, procurement, savings, savings_flags, savings_profile, services, upkeep
from .console import Exit, open_django, say, show_problems
from .setup import setup
from .texts import gettext as _

rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
rich_utils.OPTIONS_PANEL_TITLE = _("Options")
rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
rich_utils.ERRORS_PANEL_TITLE = _("Error")

app = typer.Typer(
    name="yantar",
    help=_("Yantar: the quality management system of a whole government. Exit codes: 0 done, 1 wrong, 2 wrongly called, 3 refused, 4 environment."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(name="run", help=_("Open Yantar on this machine: database, web server and background jobs in one process."))
def run_command() -> None:
    from .running import run as run_everything

    run_everything()


@app.command(help=_("Only the web server (production: set DJANGO_SETTINGS_MODULE=yantar.config.settings.production)."))
def web(
    bind: Annotated[str, typer.Option(envvar="YANTAR_BIND", help=_("Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="YANTAR_PORT", help=_("Port to listen on."), min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help=_("Processes."), min=1)] = 2,
    threads: Annotated[int, typer.Option(help=_("Threads of each process."), min=1)] = 2,
) -> None:
    from .serving import serve_web

    open_django()
    serve_web(host=bind, port=port, workers=workers, threads=threads)


@app.command(help=_("Only the worker of background and scheduled jobs."))
def worker(once: Annotated[bool, typer.Option("--once", help=_("End when no job waits."))] = False) -> None:
    from .serving import serve_jobs

    open_django()
    serve_jobs(once=once)


@app.command(help=_("Bring the database's tables and the library of standards up to date."))
def migrate() -> None:
    from . import preparing

    open_django()
    changed = preparing.migrate()
    loaded = preparing.load_standards()
    say(_("The database is ready.") if changed or loaded else _("The database was up to date."))


app.command(name="setup", help=_("Open a government's own Yantar on a server: its names and its first administrator."))(setup)
app.command(name="backup", help=_("Keep database and files together in one file, proven by a test restore."))(upkeep.backup)
app.command(name="restore", help=_("Put a backup in the place of what is there. Damaged and newer backups are refused."))(upkeep.restore)
app.command(name="check", help=_("Whether everything Yantar stands on is in order."))(upkeep.check)
app.command(name="remind", help=_("Send the reminders and the day's digests now."))(upkeep.remind)
app.command(name="simulate", help=_("Play the history of a fictional government into an empty data folder."))(upkeep.simulate)
app.command(name="plan", help=_("Plan the audits of a year from a file; no database is needed. Or judge a plan (--check)."))(planning.plan)
app.command(name="savings", help=_("Savings of procurement records by a published method; no database is needed. Or repeat a figure (--repeat)."))(
    savings.savings
)
app.command(name="flags", help=_("Red flags of procurement records: questions to ask, no verdicts; no database is needed."))(savings_flags.flags)
app.command(name="profile", help=_("What procurement records hold and how good they are, by publisher and field; no database is needed."))(
    savings_profile.profile
)
app.add_typer(exchange.imports, name="import")
app.add_typer(exchange.exports, name="export")
app.add_typer(upkeep.admin, name="admin")
app.add_typer(upkeep.standards, name="standards")
app.add_typer(procurement.procurement, name="procurement")
app.add_typer(services.services, name="services")


def run() -> None:
    """The console script: refusals are said in plain words, everything else is a bug and shows where."""
    from yantar.core.problems import Refused

    try:
        app()
    except Refused as refused:
        show_problems(refused.problems)
        raise SystemExit(int(Exit.REFUSED)) from None
