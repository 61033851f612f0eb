"""The pages of the yearly cycle in the demonstration, as those who work on them see them; the pictures of docs/yearly-cycle.md."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from yantar.core import clock, jobs
from yantar.core.models import User
from yantar.qms.audits import actions
from yantar.qms.audits.models import Audit, AuditKind, AuditState, MemberRole, PlanRun, Programme
from yantar.qms.findings.models import Finding, GovernmentCase, State

from .conftest import DESK, PHONE, NewPage, axe, fits, shot

TALLEST = 1400
"""Pixels of a picture; what is below is left to the page."""
PLANNING = 10
"""Seconds that the planner is given."""
LANGUAGES = (("ru", ""), ("en", "/en"))


@dataclass(frozen=True, slots=True)
class View:
    """A page of the cycle: the name of its picture, its address, who opens it; `part`: what of it is shown, "" for the top of the page."""

    name: str
    path: str
    who: str
    part: str = ""


def _under_way() -> Audit:
    """An audit on the spot. Where the day of the demonstration has none, one that is prepared is begun."""
    found = Audit.objects.filter(kind=AuditKind.INTERNAL, state=AuditState.UNDER_WAY).order_by("-first_day").first()
    if found is not None:
        return found
    found = Audit.objects.filter(kind=AuditKind.INTERNAL, state=AuditState.PREPARED, first_day__isnull=False).earliest("first_day")
    assert found.first_day is not None
    lead = _lead(found)
    with clock.at(timezone.make_aware(datetime.combine(found.first_day, time(9)))):
        actions.record_meeting(by=lead, audit=found, kind="opening", held_at=clock.now(), notes="")
        actions.begin(by=lead, audit=Audit.objects.get(pk=found.pk))
    return Audit.objects.get(pk=found.pk)


def _lead(audit: Audit) -> User:
    user = audit.team.select_related("auditor__user").get(role=MemberRole.LEAD).auditor.user
    assert user is not None
    return user


def _told() -> Finding:
    """A closed nonconformity with causes and an effect; one that came through a failed effect before any other."""
    found = Finding.objects.filter(state=State.CLOSED, causes__is_root=True, effects__verdict="effective")
    return found.annotate(thoughts=Count("causes", distinct=True)).order_by("-reopened", "-thoughts", "pk")[0]


def _planned_by_one_press(page: Page, year: int) -> PlanRun:
    """The head of quality presses the button, the worker computes, the plan is shown."""
    page.goto("/workspace/programmes/")
    page.get_by_role("button", name=str(year)).click()
    expect(page.locator(".job")).to_be_visible()
    run = PlanRun.objects.select_related("job").get(programme__year=year)
    assert run.job is not None
    run.job.params["seconds"] = PLANNING
    run.job.save()

    key = run.job.pk

    def carry() -> None:
        jobs.carry_out(key)
        connection.close()

    thread = threading.Thread(target=carry)
    thread.start()
    thread.join()
    # The page stops asking before it is left.
    expect(page.locator("form[action$='/apply/'] button")).to_be_visible(timeout=30_000)
    run.refresh_from_db()
    assert run.plan is not None and run.violations == []
    return run


def _views(head: User, today_year: int, run: PlanRun | None) -> list[View]:
    year = Programme.objects.filter(year__lte=today_year).latest("year").year
    reported = Audit.objects.filter(kind=AuditKind.INTERNAL, state__in=(AuditState.FOLLOW_UP, AuditState.CLOSED)).latest("first_day").number
    case = GovernmentCase.objects.order_by("pk").first()
    views = [
        View("programme", f"programmes/{year}/", head.email),
        View("programme-calendar", f"programmes/{year}/calendar/", head.email),
        View("programme-chart", f"programmes/{year}/chart/", head.email),
        View("programme-risks", f"programmes/{year}/risks/", head.email),
        View("audit", f"audits/{reported}/", head.email),
        View("audit-report", f"audits/{reported}/", head.email, part="#report"),
        View("finding", f"findings/{_told().number}/", head.email),
        View("finding-causes", f"findings/{_told().number}/", head.email, part="#causes"),
        View("finding-effect", f"findings/{_told().number}/", head.email, part="#effect"),
        View("finding-figures", "findings/figures/", head.email),
        View("cases", f"findings/cases/{case.number}/" if case is not None else "findings/cases/", head.email),
        View("processes", "processes/of/konkurs/", "coordinator@demo.example"),
        View("auditors", "auditors/", head.email),
        View("needs-me", "", "coordinator@demo.example"),
    ]
    if run is not None:
        views.append(View("plan", f"programmes/{run.programme.year}/runs/{run.pk}/", head.email))
    return views


def _taken(page: Page, name: str, part: str) -> Path:
    """The top of the page, or a part of it, as `tests/shots/<name>.png`."""
    path = shot(page, name)
    if part:
        page.locator(part).screenshot(path=path, animations="disabled")
    else:
        whole = Image.open(path)
        whole.crop((0, 0, whole.width, min(whole.height, TALLEST))).save(path)
    return path


def walk(new_page: NewPage, sign_in: Callable[[Page, User], None], picture: Callable[[Path, str], None]) -> None:
    """Open every page of the cycle in both languages, take its picture, and see that nobody is kept out by colours, widths or words."""
    head = User.objects.get(email="head@demo.example")
    pages: dict[str, Page] = {}

    def page_of(email: str) -> Page:
        if email not in pages:
            pages[email] = new_page(viewport=DESK)
            sign_in(pages[email], User.objects.get(email=email))
        return pages[email]

    year = clock.today().year
    run = PlanRun.objects.filter(programme__year=year + 1).order_by("-pk").first()
    if not Programme.objects.filter(year=year + 1).exists():
        run = _planned_by_one_press(page_of(head.email), year + 1)
    for view in _views(head, year, run):
        page = page_of(view.who)
        for language, prefix in LANGUAGES:
            answer = page.goto(f"{prefix}/workspace/{view.path}")
            assert answer is not None and answer.status == 200, f"{view.path}: {answer and answer.status}"
            fits(page)
            if language == "ru":
                axe(page)
            picture(_taken(page, f"cycle-{view.name}-{language}-desk", view.part), f"{view.name}-{language}")
    _on_the_spot(new_page(viewport=PHONE, has_touch=True, is_mobile=True), sign_in, picture)


def _on_the_spot(phone: Page, sign_in: Callable[[Page, User], None], picture: Callable[[Path, str], None]) -> None:
    """One question a screen, on the phone of the lead auditor."""
    audit = _under_way()
    sign_in(phone, _lead(audit))
    for language, prefix in LANGUAGES:
        phone.goto(f"{prefix}/workspace/audits/{audit.number}/spot/")
        expect(phone.locator("#spot-app")).to_be_visible()
        expect(phone.locator("#spot-text")).not_to_be_empty()
        fits(phone)
        axe(phone)
        picture(shot(phone, f"cycle-spot-{language}-phone"), f"spot-{language}-phone")
