"""Problems of a data file in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import gettext

from yantar.library import problems


class _Worded:
    """A problem whose sentence is made when it is shown."""

    def __init__(self, problem: problems.Problem) -> None:
        self.problem = problem

    def __str__(self) -> str:
        return gettext(problems.MESSAGES[self.problem.code]) % self.problem.params


def in_words(problem: problems.Problem) -> Any:
    """The sentence of a problem of the library, translated when it is shown."""
    return lazystr(_Worded(problem))
