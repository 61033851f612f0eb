"""The first page: what needs me now, by the roles I hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.qms.audits.dangers import dangers
from yantar.qms.certification import queries
from yantar.qms.certification.models import Status
from yantar.qms.certification.queries import CertificatePage, Duty, Needs
from yantar.qms.certification.queries.duties import ANSWERING
from yantar.qms.findings import duties as findings
from yantar.qms.organisation import queries as organisation
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.rules import Held, roles_held
from yantar.web.ui.cycle import CycleShown, cycle_shown
from yantar.web.ui.days import day_asked
from yantar.web.workspace.access import person, staff
from yantar.web.workspace.feedback.desk_card import desk_card
from yantar.web.workspace.findings.waiting import waiting_at

from .certificate import NEAR

SHOWN = 12
"""Obligations of one urgency on the first page; the rest is a link away."""
OWN = 3
"""Certificates drawn in full; an authority with more has the list."""
STANDING = (Status.ACTIVE, Status.SUSPENDED)
COUNTED = (Status.ACTIVE, Status.SUSPENDED, Status.EXPIRED)
"""What "in force N of M" counts: withdrawn and superseded certificates are history."""


@dataclass(frozen=True, slots=True)
class Group:
    """Obligations of one urgency."""

    tone: str
    title: str
    duties: tuple[Duty, ...]
    more: int
    url: str


@dataclass(frozen=True, slots=True)
class Own:
    """A certificate of the person's own authority with its line of dates."""

    page: CertificatePage
    cycle: CycleShown | None


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do first in a new Yantar, or a room an administrator looks after."""

    title: str
    text: str
    url: str
    done: bool = False


def _groups(needs: Needs, on: date) -> list[Group]:
    named = (
        ("danger", _("Late"), needs.late, reverse("workspace:late")),
        ("warning", _("Within 30 days"), needs.soon, f"{reverse('workspace:certificates')}?due_within=30"),
        ("secondary", _("Within 90 days"), needs.next, f"{reverse('workspace:certificates')}?due_within=90"),
    )
    return [Group(tone, title, duties[:SHOWN], max(len(duties) - SHOWN, 0), url) for tone, title, duties, url in named if duties]


def _address(name: str) -> str:
    """An address by name; empty where that part is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _first_steps(request: HttpRequest, total: int, on: date) -> list[Task]:
    """What to do first, as long as the register is empty."""
    if total:
        return []
    authorities = organisation.authorities(request.user, on).exists()
    bodies = queries.bodies().exists()
    imports, lists = _address("workspace:imports"), _address("workspace:authorities")
    return [
        Task(
            _("Enter the authorities"),
            _("Import them from a spreadsheet, or enter them one by one."),
            imports or lists,
            authorities,
        ),
        Task(_("Enter the certification body"), _("A certificate names the body that granted it."), reverse("workspace:bodies"), bodies),
        Task(_("Enter the certificates"), _("Import what you have, or enter the first one by hand."), imports or reverse("workspace:certificates")),
    ]


def _rooms(request: HttpRequest) -> list[Task]:
    """What an administrator looks after."""
    rooms = (
        ("organisation.give_role", "workspace:people", _("People and roles"), _("Give and take roles, per authority or for the whole government.")),
        (
            "organisation.import_organisation",
            "workspace:imports",
            _("Import and export"),
            _("Spreadsheets in and out."),
        ),
        ("organisation.view_journal", "workspace:journal", _("Journal"), _("Who changed what and when.")),
        ("organisation.change_government", "workspace:settings", _("Settings"), _("Name of the government, languages.")),
    )
    return [Task(title, text, _address(name)) for permission, name, title, text in rooms if request.user.has_perm(permission) and _address(name)]


def _own(request: HttpRequest, roles: tuple[Held, ...], on: date) -> tuple[list[Own], int]:
    """Certificates of the authorities that the person holds a role for, in force first, with all of their pages; and how many there are."""
    numbers: list[tuple[int, str]] = []
    ids = {held.authority_id for held in roles if held.authority_id is not None}
    for version in organisation.names_on(ids, on).values():
        for row in queries.listing(request.user, on=on, authority=version.authority.code):
            numbers.append((0 if row.status in STANDING else 1, row.number))
    numbers.sort()
    standing = [number for rank, number in numbers if rank == 0] or [number for _rank, number in numbers][:1]
    pages = [queries.certificate(request.user, number, on) for number in standing[:OWN]]
    return [Own(page, cycle_shown(page.line)) for page in pages if page is not None], len(numbers)


@staff
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Figures and what needs attention for the head of quality, the own certificates for an authority's people, rooms for an administrator."""
    on = day_asked(request)
    roles = roles_held(request.user)
    names = {held.role for held in roles}
    needs = queries.needs_me(request.user, on)
    endangered = dangers(request.user, on)
    waiting = findings.needs_me(person(request), on)
    counts = queries.counts(request.user, on)
    own, owned = _own(request, roles, on)
    ends = _last_days(request) if Role.CERTIFIER in names else []
    nearest = next(iter((*needs.soon, *needs.next)), None)
    return render(
        request,
        "workspace/certification/home.html",
        {
            "on": on,
            "counts": counts,
            "counted": sum(counts.by_status.get(status, 0) for status in COUNTED),
            "suspended": counts.by_status.get(Status.SUSPENDED, 0),
            "expired": counts.by_status.get(Status.EXPIRED, 0),
            "needs": needs,
            "dangers": endangered[:SHOWN],
            "more_dangers": max(len(endangered) - SHOWN, 0),
            "waiting": [(duty, waiting_at(duty)) for duty in waiting[:SHOWN]],
            "more_waiting": max(len(waiting) - SHOWN, 0),
            "nearest": nearest,
            "groups": _groups(needs, on),
            "shows_figures": needs.whole_government or bool(names & {Role.ADMINISTRATOR, Role.ANALYST}),
            "shows_needs": bool(names & set(ANSWERING)),
            "own": own,
            "owned": owned,
            "has_own": any(held.authority_id is not None for held in roles),
            "desk": desk_card(person(request)) if Role.CITIZENS_OFFICER in names else [],
            "first_steps": _first_steps(request, counts.total, on) if names & {Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY} else [],
            "rooms": _rooms(request) if Role.ADMINISTRATOR in names else [],
            "reads_until": min(ends) if ends else None,
            "certifier": Role.CERTIFIER in names,
            "year": on.year,
            "near": on + timedelta(days=NEAR),
        },
    )


def _last_days(request: HttpRequest) -> list[date]:
    """The first days on which the person's time as the certification body's auditor is over."""
    today = clock.today()
    held = organisation.roles_of(person(request))
    return [one.valid_to for one in held if one.role == Role.CERTIFIER and one.valid_to is not None and one.holds_on(today)]
