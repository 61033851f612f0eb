"""Services: entered, changed, ended; the places where they are provided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, action, current
from yantar.core.problems import Problem
from yantar.qms.organisation.actions.checks import clean_text, day_text, field_problems, living_problems, refuse_if, span_problems
from yantar.qms.organisation.lines import edges, line_of, same_line
from yantar.qms.organisation.models import Authority, AuthorityKind, AuthorityVersion, Site

from ..models import PassportState, Process, Service, ServicePassport, ServiceSite


def service_problems(service: Service) -> list[Problem]:
    """Everything wrong with a service by itself: code, level, a taken code, a process of another authority."""
    found = field_problems(service)
    if Service.objects.filter(code__iexact=service.code).exclude(pk=service.pk).exists():
        found.append(Problem(_("Another service already has this code."), code="taken", field="code", value=service.code))
    process = service.process
    if process is not None and process.authority_id not in line_of([service.authority_id]) | same_line(service.authority_id):
        found.append(Problem(_("This process belongs to another authority."), code="process_elsewhere", field="process"))
    return found


@action("services.add_service", permission="services.change_service", target="authority")
def add_service(
    *, by: Actor, authority: Authority, code: str, level: str = "state", process: Process | None = None, valid_from: date | None = None
) -> Service:
    """Enter a public service of an authority from a day (today) on; what it promises is said by its passports.

    code: Latin letters, digits and hyphens, part of its public address; it never changes. level: "state" or "municipal".
    Raises Refused with everything wrong.
    """
    service = Service(authority=authority, code=clean_text(code), level=level, process=process, valid_from=valid_from or clock.today())
    refuse_if([*service_problems(service), *living_problems(authority, service.valid_from, "valid_from")])
    service.save()
    current().target = service
    return service


def _ended(service: Service) -> list[Problem]:
    if service.valid_to is None or service.valid_to > clock.today():
        return []
    message: Any = _("This service ended on %(day)s.")
    return [Problem(message % {"day": day_text(service.valid_to)}, code="ended")]


@action("services.change_service", permission="services.change_service", target="service")
def change_service(*, by: Actor, service: Service, level: str | None = None, process: Process | None = None, no_process: bool = False) -> Service:
    """Change the level of a service, or the process that it is provided by; None leaves it as it is. Raises Refused."""
    if level is not None:
        service.level = level
    if process is not None or no_process:
        service.process = process
    refuse_if([*_ended(service), *service_problems(service)])
    service.save(update_fields=["level", "process"])
    return service


@action("services.end_service", permission="services.change_service", target="service")
def end_service(*, by: Actor, service: Service, effective_on: date) -> Service:
    """Say from which day on a service is no longer provided: its passport in force and its places end with it, drafts are dropped.

    Raises Refused when it has ended, or when a version is to come into force on that day or later.
    """
    found = span_problems(service.valid_from, effective_on, "effective_on")
    if service.valid_to is not None:
        message: Any = _("This service ended on %(day)s.")
        found.append(Problem(message % {"day": day_text(service.valid_to)}, code="ended", field="effective_on"))
    later = service.passports.filter(state__in=(PassportState.IN_FORCE, PassportState.REPLACED), valid_from__gte=effective_on)
    if later.exists():
        found.append(Problem(_("A version of its passport begins on that day or later."), code="passport_later", field="effective_on"))
    refuse_if(found)
    service.valid_to = effective_on
    service.save(update_fields=["valid_to"])
    for passport in service.passports.filter(state=PassportState.IN_FORCE, valid_to=None):
        passport.valid_to = effective_on
        passport.state = PassportState.REPLACED if effective_on <= clock.today() else passport.state
        passport.save(update_fields=["valid_to", "state"])
    for passport in service.passports.filter(state__in=(PassportState.DRAFT, PassportState.AGREED)):
        passport.state = PassportState.DROPPED
        passport.save(update_fields=["state"])
    for place in service.places.filter(valid_to=None):
        _end_place(place, effective_on)
    return service


def _end_place(place: ServiceSite, day: date) -> None:
    if place.valid_from >= day:
        place.delete()
    else:
        place.valid_to = day
        place.save(update_fields=["valid_to"])


def place_problems(service: Service, sites: Iterable[Site], day: date) -> list[Problem]:
    """Sites where a service can't be provided from a day on: not there then, or neither of the authority's line nor of a service centre.

    A service centre is a site of a subordinate institution, whoever it serves.
    """
    chosen = list(sites)
    if not chosen:
        return []
    known = edges(clock.today())
    own = line_of([service.authority_id], known) | same_line(service.authority_id, known)
    others = {site.authority_id for site in chosen} - own
    institutions = AuthorityVersion.objects.on(day).filter(authority_id__in=others, kind=AuthorityKind.INSTITUTION)
    centres = set(institutions.values_list("authority_id", flat=True))
    found = []
    for site in chosen:
        if not site.holds_on(day):
            message: Any = _("The site %(code)s does not exist on this day.")
            found.append(Problem(message % {"code": site.code}, code="site_closed", field="sites", value=site.code))
        if site.authority_id not in own | centres:
            message = _("The site %(code)s belongs to another authority.")
            found.append(Problem(message % {"code": site.code}, code="site_elsewhere", field="sites", value=site.code))
    return found


@action("services.set_places", permission="services.change_service", target="service")
def set_places(*, by: Actor, service: Service, sites: Iterable[Site], valid_from: date | None = None) -> list[ServiceSite]:
    """Say at which sites a service is provided from a day (today) on: all of them; those it has and that are not named end on that day.

    Returns the places that hold from then on. Raises Refused with everything wrong.
    """
    day, chosen = valid_from or clock.today(), list({site.pk: site for site in sites}.values())
    found = [*_ended(service), *place_problems(service, chosen, day)]
    if not service.holds_on(day):
        message: Any = _("The service does not exist on %(day)s.")
        found.append(Problem(message % {"day": day_text(day)}, code="service_not_valid", field="valid_from"))
    refuse_if(found)
    places = put_places(service, chosen, day)
    current().decided["sites"] = [site.code for site in chosen]
    return places


def put_places(service: Service, chosen: Iterable[Site], day: date) -> list[ServiceSite]:
    """Write the places that hold from a day on; for actions that have checked them."""
    sites = list(chosen)
    have = list(service.places.filter(valid_to=None).select_related("site"))
    wanted = {site.pk for site in sites}
    kept = [place for place in have if place.site_id in wanted]
    for place in have:
        if place.site_id not in wanted:
            _end_place(place, day)
    for place in kept:
        if place.valid_from > day:
            place.valid_from = day
            place.save(update_fields=["valid_from"])
    missing = [site for site in sites if site.pk not in {place.site_id for place in kept}]
    made = [ServiceSite.objects.create(service=service, site=site, valid_from=day, valid_to=service.valid_to) for site in missing]
    return sorted([*kept, *made], key=lambda place: place.site.code)


def lock_service(passport: ServicePassport) -> Service:
    """The service of a passport as it is now, locked until the end of the transaction: its versions are changed by one at a time."""
    return Service.objects.select_for_update(no_key=True, of=("self",)).get(pk=passport.service_id)
