"""The two long-running processes: the web server and the worker of background jobs."""

from __future__ import annotations

import importlib
import logging
import os
from typing import Any

from .console import Exit, stop
from .texts import gettext as _


def _load(dotted: str) -> Any:
    module, name = dotted.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)


def _refuse_what_is_not_ready() -> None:
    """Ends the command where the tables are not there, or a real government's database holds the demonstration."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import ProgrammingError

    from yantar.core.accounts import refuse_demonstration

    from .preparing import check_database

    check_database()
    try:
        refuse_demonstration()
    except ImproperlyConfigured as error:
        stop(str(error), Exit.ENVIRONMENT)
    except ProgrammingError:
        stop(_("The tables are not up to date: run 'yantar migrate'."), Exit.ENVIRONMENT)


def serve_web(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve pages until told to end.

    Django is imported once; the workers are forked from it where the system can fork.
    """
    from django.conf import settings
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _refuse_what_is_not_ready()
    _load(settings.WSGI_APPLICATION)
    # Addresses and templates are loaded before the fork, so that the first page of each worker is quick.
    importlib.import_module(settings.ROOT_URLCONF)
    connections.close_all()
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    server = Granian(
        settings.WSGI_APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
        websockets=False,
    )
    server.serve(target_loader=_load)


def serve_jobs(*, once: bool = False) -> None:
    """Carry out background jobs until told to end (`once`: until there are none).

    A job that is running when the process is told to end has some seconds to finish; what is cut off is carried out again.
    """
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from yantar.core import jobs

    _refuse_what_is_not_ready()
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(
            name="yantar",
            wait=not once,
            concurrency=2,
            shutdown_graceful_timeout=8,
            update_heartbeat_interval=jobs.HEARTBEAT,
            stalled_worker_timeout=jobs.STALLED_AFTER,
            delete_jobs="successful",
        )
