"""The one order in which the organisation is locked: authorities, then units, then sites, each by key.

An action on one unit or one site locks that row alone and waits for nothing else; whoever works on more takes
the locks in this order. So two actions can wait for each other in one direction only and never in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem, Refused

from ..models import Authority, Site, Unit


def lock_authorities(ids: Iterable[int]) -> dict[int, Authority]:
    """The authorities as they are now, locked until the end of the transaction, by key. Raises Refused if one is gone."""
    wanted = set(ids)
    found = {a.pk: a for a in Authority.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=wanted).order_by("pk")}
    if set(found) != wanted:
        raise Refused(Problem(_("This no longer exists. Reload the page."), code="gone"))
    return found


def lock_units(ids: Iterable[int]) -> dict[int, Unit]:
    """The units as they are now, locked until the end of the transaction, by key. Lock their authorities first."""
    return {u.pk: u for u in Unit.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=set(ids)).order_by("pk")}


def lock_sites(authority_ids: Iterable[int]) -> list[Site]:
    """All sites the authorities ever had, locked until the end of the transaction. Lock authorities and units first."""
    return list(Site.objects.select_for_update(no_key=True, of=("self",)).filter(authority_id__in=set(authority_ids)).order_by("pk"))


def one_at_a_time(matter: str) -> None:
    """Wait until nobody else is at this matter (of the whole government) and keep it until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"organisation.{matter}"])
