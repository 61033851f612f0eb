"""Ratings for those who work with them: what waits for a moderator, single ratings, services to make posters for."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from yantar.qms.organisation.models import Authority, Role, Site
from yantar.qms.organisation.queries import internal_authority_ids, line_of
from yantar.qms.organisation.rules import leads_quality, roles_held, succession_known
from yantar.qms.services.models import Service, ServiceSite

from ..models import Rating, RatingState
from .ratings import names

MODERATED = {RatingState.QUARANTINED, RatingState.REJECTED, RatingState.COUNTED}


def moderated_authority_ids(viewer: Any) -> set[int] | None:
    """Authorities whose ratings the viewer moderates; None: all of them. The same as the rule `feedback.moderate`, as a set."""
    if leads_quality(viewer):
        return None
    roles = (Role.CITIZENS_OFFICER, Role.HEAD_OF_AUTHORITY)
    held = [one.authority_id for one in roles_held(viewer) if one.role in roles]
    if None in held:
        return None
    return line_of({one for one in held if one is not None}, succession_known(viewer)) if held else set()


def _of(ids: set[int] | None) -> Q:
    return Q() if ids is None else Q(authority_id__in=ids)


def queue(viewer: Any, state: str = RatingState.QUARANTINED) -> QuerySet[Rating]:
    """Ratings in a state that the viewer moderates, the newest first. Unconfirmed ones wait for their mail, not for a moderator."""
    if state not in MODERATED:
        return Rating.objects.none()
    return Rating.objects.filter(_of(moderated_authority_ids(viewer)), state=state).select_related("service", "site", "authority").order_by("-pk")


def waiting(viewer: Any) -> int:
    """How many wait for this moderator."""
    return queue(viewer).order_by().count()


class RatedService(NamedTuple):
    """A service with its name in the reader's language and the places where it is provided."""

    service: Service
    name: str
    sites: list[Site]


def services_of(viewer: Any, on: date, authority: Authority | None = None) -> list[RatedService]:
    """Services of a day of the authorities whose internals the viewer sees (of one of them), by code. Four queries."""
    rows = Service.objects.on(on).filter(_of(internal_authority_ids(viewer))).select_related("authority").order_by("code")
    if authority is not None:
        rows = rows.filter(authority=authority)
    services = list(rows)
    named = names([one.pk for one in services])
    sites: dict[int, list[Site]] = {}
    for place in ServiceSite.objects.on(on).filter(service__in=services).select_related("site").order_by("site__code"):
        sites.setdefault(place.service_id, []).append(place.site)
    return [RatedService(one, named[one.pk], sites.get(one.pk, [])) for one in services]


def service_of(viewer: Any, code: str, on: date) -> RatedService | None:
    """One of them; None where there is none or it is another authority's."""
    service = Service.objects.on(on).filter(_of(internal_authority_ids(viewer)), code=code).select_related("authority").first()
    if service is None:
        return None
    places = ServiceSite.objects.on(on).filter(service=service).select_related("site").order_by("site__code")
    return RatedService(service, names([service.pk])[service.pk], [place.site for place in places])
