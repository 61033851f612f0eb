"""What must be in the database before anybody is served: tables, the library of standards, on first start the demonstration."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from .console import Exit, progress_bar, say, stop
from .texts import gettext as _

_ONE_AT_A_TIME = 7_284_109
"""The key of the database's lock under which tables change: several hosts may start at once."""


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def check_database() -> None:
    """Ends the command where the database does not answer or is too old (PostgreSQL 15 is the least)."""
    from django.db import OperationalError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            version = int(cursor.fetchone()[0])
    except OperationalError as error:
        stop(_("The database does not answer: %(reason)s") % {"reason": str(error).strip()}, Exit.ENVIRONMENT)
    if version < 150_000:
        stop(_("Yantar needs PostgreSQL 15 or later; this server is %(version)s.") % {"version": version // 10_000}, Exit.ENVIRONMENT)


def migrate() -> bool:
    """Bring the tables up to date; says whether there was anything to do.

    Ends the command where the database was made by a newer Yantar: an older one must not write to it.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    check_database()
    with _alone():
        executor = MigrationExecutor(connection)
        loader = executor.loader
        ours = {"core", *(app for app, _name in loader.disk_migrations)}
        unknown = sorted(f"{app}.{name}" for app, name in loader.applied_migrations if (app, name) not in loader.disk_migrations and app in ours)
        # A squashed history leaves the names of what it replaced.
        replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
        unknown = [name for name in unknown if tuple(name.split(".", 1)) not in replaced]
        if unknown:
            what = {"names": ", ".join(unknown[:3])}
            stop(
                _("This database was made by another, newer Yantar (%(names)s). Install that version, or restore a backup.") % what, Exit.ENVIRONMENT
            )
        if not executor.migration_plan(loader.graph.leaf_nodes()):
            return False
        say(_("Preparing the database …"))
        call_command("migrate", interactive=False, verbosity=0)
        return True


def migrations_wait() -> bool:
    """Whether tables are behind this version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def load_standards() -> bool:
    """Load the library of standards where its files have changed; says whether they had."""
    from yantar.core.actions import System
    from yantar.qms.standards.actions import library_is_current, load_library

    if library_is_current():
        return _load_processes()
    say(_("Loading the standards …"))
    loaded = load_library(by=System("setup"))
    if loaded.anything:
        # A changed date of an edition moves what certificates must do: computed anew in the same start.
        from yantar.qms.certification.actions import refresh_after_standards_change

        refresh_after_standards_change(by=System("setup"))
    _load_processes()
    return True


def _load_processes() -> bool:
    """Bring new processes and clauses of new editions into the government's template; says whether there were any."""
    from yantar.core.actions import System
    from yantar.qms.services.actions import load_template, template_is_current

    return not template_is_current() and bool(load_template(by=System("setup")))


def demonstration() -> bool:
    """Build the demonstration government in an empty database; all of it or nothing, so a broken attempt leaves no trace."""
    from django.conf import settings

    from yantar.core.actions import System
    from yantar.demo import certificate
    from yantar.demo.build import build
    from yantar.qms.organisation.queries import government

    found = government()
    if found is not None and found.is_demo and settings.DEMO_ALLOWED:
        # One that was made before or brought from a backup signs its answers too.
        certificate.make()
    if found is not None or not settings.DEMO_ALLOWED:
        return False
    say(_("Playing the history of the demonstration government (once, about a minute) …"))
    with progress_bar() as bar:
        task = bar.add_task(_("Demonstration"), total=None)
        build(by=System("setup"), progress=lambda done, total: bar.update(task, completed=done, total=total))
    return True
