"""A programme for other programs and on paper: iCalendar, XLSX, PDF."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yantar.core.calendar_feed import Deadline, feed
from yantar.core.files import XLSX
from yantar.core.models import User
from yantar.qms.audits import programme_paper
from yantar.qms.audits.queries import programme as queries
from yantar.qms.audits.queries.programme import Row
from yantar.web.workspace.access import person, staff

from .programmes import find, whole


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@staff
@require_safe
def xlsx(request: HttpRequest, year: int) -> HttpResponse:
    """The schedule, the auditors' days and the texts as a workbook."""
    one = whole(request, year)
    return _download(programme_paper.xlsx(person(request), one), XLSX, f"yantar-programme-{year}.xlsx")


@staff
@require_safe
def pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The programme on paper in the page's language."""
    one = whole(request, year)
    language = "en" if get_language() == "en" else "ru"
    return _download(programme_paper.pdf(person(request), one, language), "application/pdf", f"yantar-programme-{year}-{language}.pdf")


@staff
@require_safe
def ics(request: HttpRequest, year: int) -> HttpResponse:
    """Every audit of the programme that the person may see, for a calendar program."""
    one = find(request, year)
    rows = [row for row in queries.rows(person(request), one) if not row.put_off]
    body = feed(person(request), events(request, rows), host=request.get_host().partition(":")[0])
    return _download(body, "text/calendar; charset=utf-8", f"yantar-programme-{year}.ics")


def events(request: HttpRequest, rows: list[Row]) -> list[Deadline]:
    """Audits as entries of a calendar, in the language that is active; those without days are left out."""
    found = []
    for row in rows:
        audit = row.audit
        if audit.first_day is None or audit.last_day is None:
            continue
        lines = [row.lead.auditor.name if row.lead is not None else "", *(member.auditor.name for member in row.others)]
        found.append(
            Deadline(
                key=f"audit-{audit.number}",
                on=audit.first_day,
                last=audit.last_day,
                summary=_("Audit %(number)s: %(authority)s") % {"number": audit.number, "authority": row.name},
                description="\n".join(line for line in lines if line),
                url=_address(request, row),
                remind_days=7,
            )
        )
    return found


def _address(request: HttpRequest, row: Row) -> str:
    if row.audit.programme_id is None or row.audit.programme is None:
        return ""
    return request.build_absolute_uri(reverse("workspace:programme_audit", args=[row.audit.programme.year, row.audit.number]))


def own_events(request: HttpRequest, owner: User, since: date, until: date) -> list[Deadline]:
    """The audits that concern somebody personally: their own team's and those of their authority."""
    return events(request, queries.dates_of(owner, since, until))
