"""`yantar setup`: a government's own Yantar opened on a server, where no page may do it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .console import Exit, ask_password, open_django, say, show_problems, stop
from .texts import gettext as _


def setup(
    name_ru: Annotated[str, typer.Option(help=_("Name of the government in Russian."))] = "",
    name_en: Annotated[str, typer.Option(help=_("Name of the government in English."))] = "",
    email: Annotated[str, typer.Option(help=_("The address the first administrator signs in with."))] = "",
    full_name: Annotated[str, typer.Option(help=_("The first administrator's family name, first name."))] = "",
    password_from: Annotated[
        typer.FileText | None, typer.Option("--password-file", help=_("Read the password from a file (- is standard input)."))
    ] = None,
) -> None:
    """Open the government and make its first administrator; in a terminal it asks for what was not given."""
    open_django()
    from yantar.core.actions import System
    from yantar.core.problems import Refused
    from yantar.qms.organisation.actions.setup import is_set_up, set_up

    from . import preparing

    preparing.migrate()
    preparing.load_standards()
    if is_set_up():
        stop(_("The government is already set up."), Exit.REFUSED)
    wanted = {
        "name_ru": (_("Name of the government in Russian"), name_ru),
        "name_en": (_("Name of the government in English"), name_en),
        "email": (_("The first administrator's e-mail"), email),
        "full_name": (_("The first administrator's name"), full_name),
    }
    missing = ["--" + key.replace("_", "-") for key, (_question, said) in wanted.items() if not said]
    if missing and not sys.stdin.isatty():
        stop(_("Missing: %(options)s") % {"options": ", ".join(missing)}, Exit.USAGE)
    given = {key: said or typer.prompt(question) for key, (question, said) in wanted.items()}
    password = ask_password(password_from)
    try:
        set_up(
            by=System("operator"),
            name_ru=given["name_ru"],
            name_en=given["name_en"],
            email=given["email"],
            full_name=given["full_name"],
            password=password,
        )
    except Refused as refused:
        show_problems(refused.problems)
        raise typer.Exit(int(Exit.REFUSED)) from None
    say(_("The government is open; %(email)s is its first administrator.") % {"email": given["email"]})
