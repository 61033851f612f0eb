"""Sentences for what can make an ingest of procurement records impossible, for the command line and the workspace alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext

if TYPE_CHECKING:
    from yantar.engine.savings.ingest.forms import Problem


def gettext_noop(message: str) -> str:
    """Mark a message for translation. Django's own asks for settings, which the command line has not got here."""
    return message


SENTENCES: dict[str, str] = {
    "no_inputs": gettext_noop("There is nothing to take in."),
    "missing": gettext_noop("%(name)s is not there or can't be read."),
    "empty": gettext_noop("%(name)s holds no record."),
    "nothing_usable": gettext_noop("No record of the input can be used: %(records)s found, all rejected. The first reason: %(reason)s."),
    "folder_taken": gettext_noop("%(folder)s holds a finished dataset made of other inputs or with other options."),
    "folder_used": gettext_noop("%(folder)s holds files that are not of an ingest."),
    "other_ingest": gettext_noop("%(folder)s holds half an ingest of other inputs or with other options."),
    "input_changed": gettext_noop("%(name)s has changed since the ingest was interrupted; begin again in another folder."),
    "stream_again": gettext_noop("An ingest from a stream can't go on; begin again in another folder."),
    "no_room": gettext_noop("The disk is full: %(folder)s. Make room and start again, the ingest goes on where it was."),
    "not_known": gettext_noop("%(name)s is neither JSON nor a list that a mapping recognises."),
    "no_lists": gettext_noop("%(name)s is a list; lists are taken in by themselves, without OCDS records beside them."),
    "list_unknown": gettext_noop("No mapping recognises this list by its headings: %(names)s. Make a mapping for it, or name one."),
    "list_other": gettext_noop("None of these files has the headings that the mapping %(mapping)s speaks of: %(names)s."),
    "list_incomplete": gettext_noop("The list %(mapping)s is not whole: the file “%(files)s” is missing, and without it there are no procedures."),
}
"""By the code of `yantar.engine.savings.ingest.forms.MESSAGES`."""


def words(problems: Iterable[Problem], *, language: str, translate: Callable[[str], str] = gettext) -> list[str]:
    """A sentence for each problem in the language ("ru", "en"); `translate` gives the texts of that language."""
    return [translate(SENTENCES[problem.code]) % _params(problem, language) for problem in problems]


def _params(problem: Problem, language: str) -> dict[str, str]:
    """Where a reason of the quarantine is named, its words stand for its code."""
    found = dict(problem.params)
    if problem.code == "nothing_usable":
        from yantar.engine.savings.ingest.quarantine import load_reasons

        reason = load_reasons().get(found.get("reason", ""))
        if reason is not None:
            found["reason"] = reason.title.ru if language == "ru" else reason.title.en
    return found
