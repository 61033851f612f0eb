"""The first minutes of a government's own Yantar, in one step: the government and its first administrator."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from yantar.core import clock
from yantar.core.actions import Actor, System, action
from yantar.core.models import User
from yantar.core.problems import Problem, Refused

from ..models import Government, Role
from .government import LANGUAGES, open_government
from .people import add_person, give_role


@action("organisation.set_up", permission="organisation.change_government", private=("email", "full_name", "password"))
def set_up(
    *,
    by: Actor,
    name_ru: str,
    name_en: str,
    email: str,
    full_name: str,
    password: str,
    languages: Sequence[str] = LANGUAGES,
    inhabitants: int | None = None,
) -> User:
    """Open the government and make its first administrator, who is head of quality too until somebody else is named.

    Only the set-up itself (System) may do so. Raises Refused with everything that is wrong with the names, the person and the
    password at once; then nothing exists.
    """
    if not isinstance(by, System):
        raise PermissionDenied("organisation.set_up")
    problems: list[Problem] = []
    user: User | None = None
    try:
        with transaction.atomic():
            open_government(by=by, name_ru=name_ru, name_en=name_en, languages=languages, inhabitants=inhabitants)
    except Refused as refused:
        problems += refused.problems
    try:
        with transaction.atomic():
            user = add_person(by=by, email=email, full_name=full_name, password=password)
    except Refused as refused:
        problems += refused.problems
    if problems or user is None:
        raise Refused(problems)
    for role in (Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY):
        give_role(by=by, user=user, role=role, valid_from=clock.today())
    return user


def is_set_up() -> bool:
    """Whether a government exists here."""
    return Government.objects.exists()
