"""What an operator does: backups, the standards, the first administrator, reminders, a look whether all is well."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from yantar.core.places import data_folder

from .console import Exit, ask_password, open_django, progress_bar, say, show_problems, stop
from .folder import AlreadyRunning, FolderLock
from .texts import gettext as _

OPERATOR = "operator"

admin = typer.Typer(no_args_is_help=True, help=_("People who look after Yantar."))
standards = typer.Typer(no_args_is_help=True, help=_("The library of standards."))


def backup(file: Annotated[Path, typer.Argument(help=_("The file to make. It is never overwritten."))]) -> None:
    """Database and uploaded files in one file."""
    open_django()
    from yantar.core import backup as backups
    from yantar.core.actions import System
    from yantar.core.backup.making import note_made

    made = backups.make(file.absolute(), say=say)
    note_made(by=System(OPERATOR), sha256=made.sha256, rows=made.rows, files=made.files)
    words = _("Kept: %(rows)s rows and %(files)s files, %(size).1f MB. Restored for a test: all the same.")
    say(words % {"rows": made.rows, "files": made.files, "size": made.size / 2**20})
    say(f"SHA-256 {made.sha256}")
    if made.missing:
        stop(
            _("The disk has lost or changed these uploaded files, so they are not in it: %(names)s") % {"names": ", ".join(made.missing)},
            Exit.ENVIRONMENT,
        )


def restore(
    file: Annotated[Path, typer.Argument(help=_("A backup."))],
    yes: Annotated[bool, typer.Option("--yes", help=_("Replace all data that are there."))] = False,
) -> None:
    """Put a backup in the place of what is there."""
    try:
        lock = FolderLock(data_folder())
    except AlreadyRunning as running:
        stop(_("Yantar runs at %(address)s with this data folder. Stop it first.") % {"address": running.address or "…"}, Exit.ENVIRONMENT)
    open_django()
    from yantar.core import backup as backups
    from yantar.core.actions import System
    from yantar.core.backup.restoring import holds_data

    from .preparing import check_database

    check_database()
    if holds_data() and not yes and sys.stdin.isatty():
        yes = typer.confirm(_("All data that are there will be replaced by the backup. Go on?"))
    try:
        said = backups.restore(file.absolute(), by=System(OPERATOR), replace_data=yes, say=say)
    finally:
        lock.release()
    say(_("Restored: the state of %(made_at)s, %(rows)s rows.") % {"made_at": said.made_at, "rows": sum(said.rows.values())})


def check() -> None:
    """Whether everything Yantar stands on is in order."""
    open_django()
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    from yantar.core.files import is_whole
    from yantar.core.models import StoredFile

    from . import preparing

    preparing.check_database()
    try:
        call_command("check", deploy=_is_production(), fail_level="WARNING", stdout=io.StringIO(), stderr=io.StringIO())
    except SystemCheckError as error:
        stop(str(error), Exit.ENVIRONMENT)
    if preparing.migrations_wait():
        stop(_("The tables are not up to date: run 'yantar migrate'."), Exit.ENVIRONMENT)
    lost = [stored.name for stored in StoredFile.objects.iterator() if not is_whole(stored)]
    if lost:
        stop(_("The disk has lost or changed these uploaded files: %(names)s") % {"names": ", ".join(lost)}, Exit.ENVIRONMENT)
    say(_("All is well."))


def _is_production() -> bool:
    from django.conf import settings

    return not settings.DEMO_ALLOWED


def remind() -> None:
    """Tell people now what is coming and what was missed, and mail today's digests."""
    open_django()
    from yantar.core import clock
    from yantar.core.actions import System
    from yantar.core.digest import send_digests
    from yantar.qms.certification.actions import remind as act

    told = act(by=System(OPERATOR), on=clock.today())
    mailed = send_digests(clock.today())
    say(_("Reminders: %(told)s; mails: %(mailed)s.") % {"told": told, "mailed": mailed})


def simulate(
    seed: Annotated[int, typer.Option(help=_("The same seed, day and size give the same history."))] = 2010,
    years: Annotated[int, typer.Option(help=_("How far back the history begins."), min=1, max=30)] = 18,
    authorities: Annotated[int, typer.Option(help=_("How many authorities."), min=1, max=10_000)] = 25,
) -> None:
    """Play the history of a fictional government into an empty data folder."""
    from . import preparing

    open_django()
    preparing.migrate()
    from yantar.core.actions import System
    from yantar.demo.build import build

    with progress_bar() as bar:
        task = bar.add_task(_("Demonstration"), total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        played: Any = build(by=System(OPERATOR), seed=seed, years=years, authorities=authorities, progress=tell)
    words = _("Authorities: %(authorities)s, certificates: %(certificates)s, decisions: %(decisions)s, audits: %(audits)s, findings: %(findings)s.")
    counted = ("authorities", "certificates", "decisions", "audits", "findings")
    say(words % {name: getattr(played, name) for name in counted})


@standards.command("load", help=_("Load the library of standards; what has not changed is left alone."))
def load_standards() -> None:
    from . import preparing

    open_django()
    preparing.check_database()
    say(_("Loaded.") if preparing.load_standards() else _("The library was up to date."))


@admin.command("create", help=_("Make the first administrator: a person who gives others their roles. Asks for a password."))
def create_administrator(
    email: Annotated[str, typer.Argument(help=_("The address this person signs in with."))],
    name: Annotated[str, typer.Option(help=_("Family name, first name."))] = "",
    password_from: Annotated[
        typer.FileText | None, typer.Option("--password-file", help=_("Read the password from a file (- is standard input)."))
    ] = None,
) -> None:
    open_django()
    from django.db import transaction

    from yantar.core import clock
    from yantar.core.actions import System
    from yantar.core.problems import Refused
    from yantar.qms.organisation import actions
    from yantar.qms.organisation.models import Role

    password = ask_password(password_from)
    operator = System(OPERATOR)
    try:
        with transaction.atomic():
            user = actions.add_person(by=operator, email=email, full_name=name or email.partition("@")[0], password=password)
            actions.give_role(by=operator, user=user, role=Role.ADMINISTRATOR, valid_from=clock.today())
    except Refused as refused:
        show_problems(refused.problems)
        raise typer.Exit(int(Exit.REFUSED)) from None
    say(_("%(email)s is an administrator now.") % {"email": email})
