"""What an officer works with beside the appeals: the authorities they act for, and templates of answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q

from yantar.core import clock
from yantar.core.models import User
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.organisation.queries import line_of, names_on
from yantar.qms.organisation.rules import roles_held, succession_known
from yantar.qms.services.queries.public import passports_on

from ..models import AnswerTemplate
from .choices import authorities_by_name

DEALING = (Role.CITIZENS_OFFICER, Role.HEAD_OF_AUTHORITY)


def _own(viewer: User, roles: Sequence[str]) -> set[int] | None:
    """Authorities that the person holds one of the roles for; None: for the whole government."""
    held = [one for one in roles_held(viewer) if one.role in roles]
    if any(one.authority_id is None for one in held):
        return None
    return {one.authority_id for one in held if one.authority_id is not None}


def places(viewer: User) -> Sequence[tuple[Authority, str]]:
    """Authorities of today for which the person takes in appeals, by name. One query."""
    own = _own(viewer, DEALING)
    return [(one, name) for one, name in authorities_by_name() if own is None or one.pk in own]


def services(viewer: User) -> list[tuple[str, str]]:
    """Codes and names of the services of today of the authorities for which the person takes in appeals, by name. One query."""
    own = _own(viewer, DEALING)
    rows = passports_on(clock.today()).only("service__code", "name_ru", "name_en")
    if own is not None:
        rows = rows.filter(service__authority__in=line_of(own, succession_known(viewer)) if own else [])
    return sorted(((one.service.code, one.name) for one in rows), key=lambda pair: pair[1].casefold())


class SeenTemplate(NamedTuple):
    """A template and for whom it is: the name of an authority, "" for the whole government."""

    template: AnswerTemplate
    place: str
    may_change: bool


def _templates(viewer: User) -> list[AnswerTemplate]:
    own = _own(viewer, [role for role in Role.values if role not in (Role.CERTIFIER, Role.STAFF)])
    rows = AnswerTemplate.objects.filter(retired_on__isnull=True).select_related("authority")
    if own is not None:
        rows = rows.filter(Q(authority__isnull=True) | Q(authority__in=own))
    return list(rows)


def templates_seen(viewer: User) -> list[SeenTemplate]:
    """Templates in use of the person's authorities and of the whole government, by title. Two queries."""
    rows = _templates(viewer)
    names = names_on([one.authority_id for one in rows if one.authority_id], clock.today())
    return [
        SeenTemplate(
            one,
            names[one.authority_id].name if one.authority_id in names else one.authority.code if one.authority else "",
            viewer.has_perm("feedback.change_template", one),
        )
        for one in rows
    ]


def template_places(viewer: User) -> tuple[Sequence[tuple[Authority, str]], bool]:
    """For which authorities the person may write templates, and whether for the whole government."""
    everybody = viewer.has_perm("feedback.change_template", AnswerTemplate())
    return [pair for pair in authorities_by_name() if everybody or viewer.has_perm("feedback.change_template", pair[0])], everybody
