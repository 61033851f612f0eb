"""What commands print, and the codes they end with."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from enum import IntEnum
from typing import Any, NoReturn, TextIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .texts import LANGUAGE
from .texts import gettext as _

WIDE = 140
"""Columns of what goes to a file or to another program: no figure is cut for a terminal that is not there."""


def _width(stream: TextIO) -> int | None:
    return None if stream.isatty() or os.environ.get("COLUMNS") else WIDE


out = Console(highlight=False, width=_width(sys.stdout))
err = Console(stderr=True, highlight=False, width=_width(sys.stderr))


class Exit(IntEnum):
    """How a command ends: done; checked and found wrong; wrongly called; its input was refused; something it stands on is not there;
    interrupted."""

    OK = 0
    WRONG = 1
    USAGE = 2
    REFUSED = 3
    ENVIRONMENT = 4
    STOPPED = 130


def say(text: str) -> None:
    """One line for the person."""
    out.print(text, markup=False, soft_wrap=True)


def stop(text: str, code: Exit) -> NoReturn:
    """Say why and end with a code."""
    err.print(text, markup=False, soft_wrap=True)
    raise typer.Exit(int(code))


def ask_password(file: TextIO | None) -> str:
    """The first line of the file, or what the person types twice. Ends the command where there is neither."""
    if file is not None:
        return file.readline().rstrip("\n")
    if not sys.stdin.isatty():
        stop(_("Give the password by --password-file."), Exit.USAGE)
    return str(typer.prompt(_("Password"), hide_input=True, confirmation_prompt=True))


def show_problems(problems: Iterable[Any], *, as_json: bool = False) -> None:
    """Everything that was wrong: a table by sheet, row and column, or JSON on standard output for programs."""
    listed = [problem.as_dict() for problem in problems]
    if as_json:
        print(json.dumps({"problems": listed}, ensure_ascii=False, indent=2))
        return
    if all(set(problem) <= {"message", "code"} for problem in listed):
        for problem in listed:
            err.print(problem["message"], markup=False, soft_wrap=True)
        return
    table = Table(_("Sheet"), _("Row"), _("Column"), _("What is wrong"), _("Value"), expand=False)
    for problem in listed:
        row = problem.get("row", "")
        cells = (problem.get("sheet", ""), str(row), problem.get("column") or problem.get("field", ""), problem["message"], problem.get("value", ""))
        table.add_row(*map(escape, cells))
    err.print(table)


def progress_bar() -> Progress:
    """A progress bar on the error stream, so that standard output stays clean."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


def open_django(settings: str = "yantar.config.settings.local") -> None:
    """Make the models and actions usable; the settings that the environment names win.

    Ends the command with code 4 and the reason where the database can't be had or a setting is missing.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.utils import translation

    from yantar.core.database import BadDatabaseUrl, EmbeddedUnavailable

    try:
        django.setup()
    except (ImproperlyConfigured, BadDatabaseUrl, EmbeddedUnavailable) as error:
        stop(str(error), Exit.ENVIRONMENT)
    translation.activate(LANGUAGE)
