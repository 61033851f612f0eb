"""What a citizen chooses from when writing: services in force and authorities of today. Nobody's secret, so there is no viewer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from yantar.core import clock
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import authorities
from yantar.qms.services.models import Service, ServicePassport
from yantar.qms.services.queries.public import ServiceFilters, passports_on, search_services

MOST = 30
"""Services shown of a search."""


class ChosenService(NamedTuple):
    """A service that is provided today, and the promise in force."""

    service: Service
    passport: ServicePassport


def service_named(code: str) -> ChosenService | None:
    """The service of a code, with its passport in force; None where there is no such promise today. One query."""
    found = passports_on(clock.today()).select_related("service__authority").filter(service__code=code[:60]).first()
    return ChosenService(found.service, found) if found is not None else None


def services_found(words: str) -> Sequence[ChosenService]:
    """Services whose promise has the words, the best first; without words the first by name."""
    rows = search_services(ServiceFilters(q=words), clock.today(), limit=MOST).rows
    return [ChosenService(one.service, one) for one in rows]


def authorities_by_name() -> Sequence[tuple[Authority, str]]:
    """Authorities of today and their names in the reader's language, by name. One query."""
    rows = authorities(None, clock.today()).select_related("authority")
    return sorted(((one.authority, one.name) for one in rows), key=lambda pair: pair[1].casefold())
