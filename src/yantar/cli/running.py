"""`yantar run`: everything of one machine in one foreground process."""

from __future__ import annotations

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from yantar.core.database import leave_embedded
from yantar.core.places import data_folder

from . import preparing
from .children import Child, end
from .console import Exit, open_django, say, stop
from .folder import AlreadyRunning, FolderLock, port_is_free
from .texts import gettext as _

WEB_WORKERS = 2
START_PATIENCE = 60.0
"""Seconds that the first page may take to answer."""


class Stopped(Exception):
    """Somebody asked the process to end."""


def _on_signal(*_args: Any) -> None:
    # A second Ctrl-C must not leave half of it running.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


def wanted_port() -> int:
    """`YANTAR_PORT`, 8000 where it is not set. Ends the command where it is no port."""
    said = os.environ.get("YANTAR_PORT") or "8000"
    if not said.isdecimal() or not 0 < int(said) < 65_536:
        stop(_("YANTAR_PORT must be a number from 1 to 65535, not “%(said)s”.") % {"said": said}, Exit.ENVIRONMENT)
    return int(said)


def run() -> None:
    """Lock the folder, prepare the database, serve, and end everything that was started."""
    host = os.environ.get("YANTAR_BIND") or "127.0.0.1"
    port = wanted_port()
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/"  # noqa: S104
    folder = data_folder()
    try:
        lock = FolderLock(folder)
    except AlreadyRunning as running:
        say(_("Yantar already runs at %(address)s with the data folder %(folder)s.") % {"address": running.address or "…", "folder": folder})
        return
    except OSError as error:
        stop(_("The data folder %(folder)s can't be used: %(reason)s") % {"folder": folder, "reason": error}, Exit.ENVIRONMENT)
    if not port_is_free(host, port):
        lock.release()
        stop(_("Port %(port)s is taken. Choose another: YANTAR_PORT=%(other)s make run") % {"port": port, "other": port + 1}, Exit.ENVIRONMENT)
    lock.write(address=address)
    children: list[Child] = []
    signal.signal(signal.SIGTERM, _on_signal)
    signal.signal(signal.SIGINT, _on_signal)
    try:
        if not os.environ.get("DATABASE_URL"):
            say(_("Starting PostgreSQL …"))
        open_django()
        demo = _prepare()
        children.extend(_children(host, port))
        _serve(children, address, demo)
    except Stopped:
        say("\n" + _("Stopping …"))
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end(children)
        leave_embedded()
        lock.release()
    say(_("Yantar has stopped. Your data is in %(folder)s.") % {"folder": folder})


def _prepare() -> bool:
    """The database made ready. Returns whether the government is a demonstration."""
    from django.db import connection

    from yantar.qms.organisation.queries import government

    preparing.migrate()
    preparing.load_standards()
    if os.environ.get("YANTAR_DEMO", "1") != "0":
        preparing.demonstration()
    found = government()
    connection.close()
    return found is not None and found.is_demo


def _children(host: str, port: int) -> list[Child]:
    from django.conf import settings

    environment = {**os.environ, "YANTAR_BIND": host, "YANTAR_PORT": str(port), "DATABASE_URL": _database_url(settings.DATABASES["default"])}
    command = [sys.executable, "-m", "yantar.cli"]
    return [
        Child("web", [*command, "web", "--workers", str(WEB_WORKERS)], environment),
        Child("worker", [*command, "worker"], environment),
    ]


def _database_url(database: dict[str, Any]) -> str:
    """The server this process has joined; the children need not join it again."""
    if os.environ.get("DATABASE_URL"):
        return os.environ["DATABASE_URL"]
    return f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address + "healthz", timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _serve(children: list[Child], address: str, demo: bool) -> None:
    web, worker = children
    web.start()
    deadline = time.monotonic() + START_PATIENCE
    while not _answers(address):
        if not web.alive or time.monotonic() > deadline:
            stop(_("The web server did not start; its reason is above."), Exit.ENVIRONMENT)
        time.sleep(0.1)
    _welcome(address, demo)
    # The worker comes second: the first page should not wait for it.
    worker.start()
    while True:
        for child in children:
            if not child.alive:
                if not child.fell():
                    stop(_("The %(name)s process ends again and again; its reason is above.") % {"name": child.name}, Exit.ENVIRONMENT)
                say(_("The %(name)s process ended unexpectedly and is started again.") % {"name": child.name})
                child.start()
        time.sleep(0.5)


def _welcome(address: str, demo: bool) -> None:
    say("")
    say(_("Yantar is open at %(address)s (in English: %(english)s).") % {"address": address, "english": address + "en/"})
    if demo:
        from yantar.demo.build import PASSWORD, SIGN_INS

        say(_("Demonstration sign-ins, all with the password %(password)s:") % {"password": PASSWORD})
        for one in SIGN_INS:
            say(f"  {one.email:<30} {one.role.label}")
        say(_("Your own government: YANTAR_DEMO=0 YANTAR_DATA=my-data make run"))
    else:
        say(_("Staff sign in at %(address)s") % {"address": address + "workspace/"})
    say(_("Ctrl-C stops everything.") + "\n")
