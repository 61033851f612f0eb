"""Import and export: choose what, upload, see everything that is wrong and what would change, then take it in."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from yantar.core import clock
from yantar.core.exchanges import EXCHANGES, Exchange, exchange_of, is_look, look_at_file, take_in_file
from yantar.core.files import XLSX
from yantar.core.jobs import cancel_job
from yantar.core.models import Job
from yantar.core.problems import Refused
from yantar.core.queries import job_for, jobs_of
from yantar.core.tabular.writing import safe
from yantar.web.portal.days import day_or_refuse
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, form_page

from . import import_pages as pages

WORDS: dict[str, tuple[Any, Any]] = {
    "organisation": (_("Authorities, units and sites"), _("A typed list of names is enough to begin with; codes, INN and numbers may come later.")),
    "certificates": (
        _("Certificates and decisions"),
        _("Certificates with what the certification bodies decided about them, as many years back as you have."),
    ),
    "findings": (
        _("Past findings"),
        _("What audits and checks found before, with the day on which each was closed; it is searched and counted with the rest."),
    ),
    "auditors": (_("Auditors"), _("Who audits, with proofs of competence and days of absence.")),
    "services": (
        _("Services and their passports"),
        _("Promises with variants, documents, grounds, steps, indicators and places; XLSX, CSV or JSON."),
    ),
    "processes": (_("Maps of processes"), _("What each authority does, who owns it, which clauses it answers, and the facts for its risk.")),
    "deliveries": (_("Services delivered, by month"), _("How many requests came, ended, on time and late; as many months back as you have.")),
    "appeals": (_("Appeals of an earlier register"), _("When they came and were answered; what they say is sealed. The same file is taken in once.")),
    "ratings": (_("Ratings of services"), _("From paper forms, terminals and surveys; the same file is taken in once.")),
}
FORMATS = {"xlsx": (XLSX, "xlsx"), "csv": ("application/zip", "zip"), "json": ("application/json", "json")}
LATEST = 5


class UploadForm(ActionForm):
    """The file to look at."""

    upload = forms.FileField(
        label=_("File"),
        help_text=_("XLSX, CSV, or a ZIP of CSV files as the export makes it; at most 50 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.txt,.zip,.json"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )


def _exchange(request: HttpRequest, what: str) -> Exchange:
    exchange = EXCHANGES.get(what)
    if exchange is None:
        raise Http404
    demand(request, exchange.permission)
    return exchange


def _page(request: HttpRequest, bound: UploadForm | None = None, what: str = "") -> HttpResponse:
    allowed = [one for one in EXCHANGES.values() if request.user.has_perm(one.permission)]
    if not allowed:
        raise PermissionDenied("organisation.import_organisation")
    form = bound or UploadForm()
    offered = []
    for one in allowed:
        own = form if one.name == what else UploadForm(auto_id=f"{one.name}-%s")
        offered.append((one, *WORDS.get(one.name, (one.name, "")), own))
    kinds = {kind for one in allowed for kind in (one.look_kind, one.apply_kind)}
    context = {
        "offered": offered,
        "steps": pages.next_steps(request.user),
        "jobs": [pages.titled(job, WORDS) for job in jobs_of(request.user, kinds)[:LATEST]],
        "today": clock.today(),
    }
    return form_page(request, "workspace/organisation/imports.html", form, **context)


@staff
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """What can be taken in and given out, what is still to do, what was done last."""
    return _page(request)


@staff
@require_POST
def upload(request: HttpRequest, what: str) -> HttpResponse:
    """Keep the file and begin the look at it."""
    _exchange(request, what)
    form = UploadForm(request.POST, request.FILES, auto_id=f"{what}-%s")
    job = form.attempt(look_at_file, by=request.user, what=what, on=clock.today())
    if job is None:
        return _page(request, form, what)
    return redirect("workspace:import_job", pk=job.pk)


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@staff
@require_safe
def template(request: HttpRequest, what: str) -> HttpResponse:
    """An empty workbook with explanations and an example."""
    exchange = _exchange(request, what)
    return _download(exchange.template(), XLSX, f"yantar-{what}-template.xlsx")


@staff
@require_safe
def export(request: HttpRequest, what: str) -> HttpResponse:
    """What is recorded, as it was on a day, in the very tables that the import reads."""
    exchange = _exchange(request, what)
    on = day_or_refuse(request)
    wanted = request.GET.get("format", "xlsx")
    if wanted not in FORMATS or (wanted == "json" and not exchange.json):
        raise Http404
    content_type, ending = FORMATS[wanted]
    return _download(exchange.export(request.user, on, wanted), content_type, f"yantar-{what}-{on.isoformat()}.{ending}")


def _job(request: HttpRequest, pk: UUID) -> tuple[Job, Exchange]:
    """A look or an import that the person started; anybody else's does not exist for them."""
    job = job_for(request.user, pk)
    exchange = exchange_of(job) if job is not None else None
    if job is None or exchange is None:
        raise Http404
    demand(request, exchange.permission)
    return job, exchange


def _progress(job: Job) -> dict[str, Any]:
    return {
        "job": job,
        "poll_url": reverse("workspace:import_progress", args=[job.pk]),
        "cancel_url": reverse("workspace:import_cancel", args=[job.pk]),
    }


@staff
@require_safe
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the work is; afterwards what it found or did."""
    one, exchange = _job(request, pk)
    context = {
        **_progress(one),
        "what": exchange.name,
        "exchange_title": WORDS.get(exchange.name, (exchange.name, ""))[0],
        "filename": one.params.get("filename", ""),
        "looked": is_look(one),
        "running": one.finished_at is None,
    }
    if one.finished_at is not None:
        context["report"] = pages.report_of(one, exchange, request)
        if not context["looked"]:
            context["steps"] = pages.next_steps(request.user)
    return render(request, "workspace/organisation/import_job.html", context)


@staff
@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The piece of the page that shows how far the work is; when it has ended, the page is asked for anew."""
    one, _exchange_of_it = _job(request, pk)
    if one.finished_at is not None:
        return HttpResponseClientRefresh()
    return render(request, "ui/job.html", _progress(one))


@staff
@require_POST
def take_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take in what was looked at."""
    one, _exchange_of_it = _job(request, pk)
    try:
        started = take_in_file(by=person(request), looked=one)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
        return redirect("workspace:import_job", pk=pk)
    return redirect("workspace:import_job", pk=started.pk)


@staff
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop the work; nothing of it remains."""
    one, _exchange_of_it = _job(request, pk)
    try:
        cancel_job(by=person(request), job=one)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    return redirect("workspace:import_job", pk=pk)


@staff
@require_http_methods(["GET", "HEAD"])
def problems(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that is wrong or deserves a look, as a table to work through in an office program."""
    one, _exchange_of_it = _job(request, pk)
    russian = request.LANGUAGE_CODE == "ru"  # type: ignore[attr-defined]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";" if russian else ",", lineterminator="\r\n")
    writer.writerow([_g("Kind"), _g("Sheet"), _g("Row"), _g("Column"), _g("Value"), _g("What is wrong")])
    for kind, found in pages.listed(one):
        for problem in found:
            places = [str(problem.get(name, "")) for name in ("sheet", "row", "column", "value", "message")]
            writer.writerow([kind, *(safe(text) for text in places)])
    return _download(stream.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", "yantar-problems.csv")
