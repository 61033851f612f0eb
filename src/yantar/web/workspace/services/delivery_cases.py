"""Cases of services: what was loaded, loading more, how far a load is, and the rows that were not taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from yantar.core import clock
from yantar.core.jobs import notes_of
from yantar.core.models import Job
from yantar.core.problems import Refused
from yantar.qms.services import actions, queries
from yantar.qms.services.cases import COLUMNS
from yantar.qms.services.models import CaseLoad
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, form_page, posted

LOAD = "services.load_cases"
LISTED = 50
RUNNING = (Job.State.WAITING, Job.State.RUNNING)
BROKEN_OFF = (Job.State.CANCELLED, Job.State.FAILED)


class LoadForm(ActionForm):
    """A file of cases and where it is from."""

    origin = forms.CharField(label=_("Where the cases come from"), max_length=200, help_text=_("E.g. “System of the registry office, 2026”."))
    upload = forms.FileField(
        label=_("File"),
        help_text=_("CSV, plain or packed by gzip; of any size. The first line names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.gz"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )


@staff
@require_safe
def loads(request: HttpRequest) -> HttpResponse:
    """What was loaded, the latest first."""
    demand(request, LOAD)
    page = Paginator(queries.case_loads(person(request)), LISTED).get_page(request.GET.get("page"))
    return render(request, "workspace/services/delivery_loads.html", {"page": page, "crumbs": _crumbs()})


def _crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    here = reverse("workspace:case_loads") if more else ""
    return [(_g("Services delivered"), reverse("workspace:deliveries")), (_g("Loaded cases"), here), *more]


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Choose a file and begin."""
    demand(request, LOAD)
    form = LoadForm(**posted(request))
    if request.method == "POST" and (made := form.attempt(actions.start_case_load, by=person(request))) is not None:
        return redirect("workspace:case_load", pk=made.pk)
    note = _g("Columns: %(names)s. Numbers and dates only: rows with anything like a name are rejected. Repeating a file is harmless.")
    return form_page(
        request,
        "workspace/services/form.html",
        form,
        title=_g("Load cases"),
        submit=_g("Load"),
        back=reverse("workspace:case_loads"),
        crumbs=_crumbs((_g("Load cases"), "")),
        note=note % {"names": ", ".join(COLUMNS)},
    )


def _opened(request: HttpRequest, pk: int) -> CaseLoad:
    demand(request, LOAD)
    found = queries.find_load(person(request), pk)
    if found is None:
        raise Http404(_g("There is no such load."))
    return found


def _progress(found: CaseLoad) -> dict[str, Any]:
    """How far a load is, with its speed in rows a second and the time that is left."""
    job = found.job
    if job is None or job.state not in RUNNING:
        return {"load": found, "job": job, "running": False, "broken_off": job is not None and job.state in BROKEN_OFF}
    rows = int(notes_of(job).get("rows", found.rows))
    seconds = max((clock.now() - job.created_at).total_seconds(), 0.1)
    left = int(seconds * (job.total - job.done) / job.done) if job.done and job.total else None
    return {
        "load": found,
        "job": job,
        "running": True,
        "rows": rows,
        "rate": int(rows / seconds),
        "percent": int(100 * job.done / job.total) if job.total else None,
        "left": left,
        "minutes": left // 60 if left is not None else None,
    }


@staff
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A load: how far it is, or what became of it and which rows were rejected."""
    found = _opened(request, pk)
    problems = [one["message"] for one in found.job.result.get("problems", ())] if found.job is not None else []
    context = {**_progress(found), "refused": problems, "crumbs": _crumbs((found.origin, "")), "title": found.origin}
    return render(request, "workspace/services/delivery_load.html", context)


@staff
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The piece that shows how far it is; when it has ended, the page is asked for anew."""
    shown = _progress(_opened(request, pk))
    return render(request, "workspace/services/parts/delivery_progress.html", shown) if shown["running"] else HttpResponseClientRefresh()


def _act(request: HttpRequest, pk: int, act: Any) -> HttpResponse:
    found = _opened(request, pk)
    try:
        act(by=person(request), load=found)
    except Refused as refused:
        for problem in refused.problems:
            messages.warning(request, str(problem.message))
    return redirect("workspace:case_load", pk=pk)


@staff
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a load; what was taken stays."""
    return _act(request, pk, actions.cancel_case_load)


@staff
@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a load that was stopped or broke off."""
    return _act(request, pk, actions.continue_case_load)
