"""Records that were loaded: the list, the form to load more, how far a load is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from yantar.core import clock
from yantar.core.jobs import notes_of
from yantar.core.problems import Problem, Refused
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.models import Dataset, DatasetState, ListMapping
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, Lines, form_page, posted

from .opening import METHODS, VIEW, opened

LOAD = "procurement.load"
LAWS = [("", _("as the records say")), ("44-FZ", _("44-FZ")), ("94-FZ", _("94-FZ")), ("223-FZ", _("223-FZ"))]


GIVEN = ("title", "origin", "mapping", "law", "currency")


@staff
@require_safe
def savings(request: HttpRequest) -> HttpResponse:
    """Datasets, figures, claims: where everything begins."""
    demand(request, VIEW)
    me = person(request)
    context = {
        "datasets": list(queries.datasets(me)),
        "figures": queries.figures(me),
        "claims": queries.claims(me),
        "waiting": len(queries.questions(me, waiting=True)),
        "may_load": me.has_perm(LOAD),
        "may_claim": me.has_perm("procurement.change_claim"),
    }
    return render(request, "workspace/procurement/savings.html", context)


class SeveralFiles(forms.ClearableFileInput):
    """A field of the browser that takes several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """One file or several."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(one, initial) for one in given]


class MappingChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A mapping by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class LoadForm(ActionForm):
    """What is loaded and from where it is."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("E.g. “Procurement of the region, 2026”."), error_messages={"required": _("Enter a title.")}
    )
    origin = Lines(
        label=_("Where the records come from"),
        rows=2,
        help_text=_("Publisher, address, day of download, licence."),
        error_messages={"required": _("Say where the records come from.")},
    )
    upload = FilesField(
        label=_("Files"),
        help_text=_("OCDS as JSON or JSON Lines, plain or as gzip or zip; or the lists you keep as CSV or XLSX. Several at once; any size."),
        widget=SeveralFiles(attrs={"accept": ".json,.jsonl,.ndjson,.gz,.zip,.csv,.txt,.xlsx"}),
        error_messages={"required": _("Choose at least one file."), "empty": _("The file is empty.")},
    )
    mapping = MappingChoice(ListMapping.objects.none(), label=_("How a list is read"), required=False, empty_label=_("recognise it"))
    law = forms.ChoiceField(label=_("Law"), choices=LAWS, required=False, help_text=_("For records that do not state it."))
    currency = forms.CharField(
        label=_("Currency of the figures"), max_length=3, required=False, help_text=_("E.g. RUB. Empty: the most frequent one.")
    )
    layout = ("title", "origin", "upload", ("mapping", "law", "currency"))

    def __init__(self, viewer: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["mapping"].queryset = ListMapping.objects.filter(pk__in=[one.pk for one in queries.mappings(viewer)])  # type: ignore[attr-defined]


def _keep(form: LoadForm, by: Any) -> list[Any] | None:
    """Keep every file; what is wrong with one is said with its name."""
    kept = []
    for upload in form.cleaned_data["upload"]:
        try:
            kept.append(actions.store_records(by=by, upload=upload))
        except Refused as refused:
            form.refuse(Problem(f"{upload.name}: {one.message}", one.code, "upload") for one in refused.problems)
    return None if form.errors else kept


@staff
@require_http_methods(METHODS)
def load(request: HttpRequest) -> HttpResponse:
    """Choose files and begin."""
    demand(request, VIEW)
    demand(request, LOAD)
    me = person(request)
    form = LoadForm(me, **posted(request), initial={"mapping": request.GET.get("mapping")})
    if request.method == "POST" and form.is_valid():
        kept = _keep(form, me)
        if kept is not None:
            try:
                made = actions.load_dataset(by=me, files=kept, **{name: form.cleaned_data[name] for name in GIVEN})
            except Refused as refused:
                form.refuse(replace(one, field="upload") if one.field == "files" else one for one in refused.problems)
            else:
                if made.mapping is not None and form.cleaned_data["mapping"] is None:
                    said = _g("The list is recognised: it is read by your mapping “%(title)s”, version %(version)s.")
                    messages.info(request, said % {"title": made.mapping.title, "version": made.mapping.version})
                return redirect("workspace:savings_loading", pk=made.pk)
    return form_page(request, "workspace/procurement/load.html", form, back=reverse("workspace:savings"), submit=_g("Load"))


def _progress(dataset: Dataset) -> dict[str, Any]:
    """How far the load is, in bytes, with its speed and the time that is left."""
    job = dataset.job
    if job is None:
        return {"dataset": dataset, "running": False}
    notes = notes_of(job)
    seconds = float(notes.get("seconds") or 0) or ((clock.now() - dataset.loaded_at).total_seconds())
    rate = float(notes.get("rate") or 0) or (job.done / seconds if seconds > 0 else 0)
    left = (job.total - job.done) / rate if rate > 0 and job.total > job.done else None
    return {
        "dataset": dataset,
        "job": job,
        "running": dataset.standing == DatasetState.LOADING,
        "percent": int(100 * job.done / job.total) if job.total else None,
        "rate": int(rate),
        "left": int(left) if left is not None else None,
        "minutes": int(left // 60) if left is not None else None,
        "records": notes.get("records"),
        "phase": PHASES.get(str(notes.get("phase", "")), ""),
    }


PHASES = {"reading": _("reads the records"), "figures": _("computes the figures")}
"""What the load is doing, in words."""


@staff
@require_safe
def loading(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a load is; a finished one leads to its figures."""
    one = opened(request, pk, ready=False)
    if one.state == DatasetState.READY:
        return redirect("workspace:savings_dataset", pk=pk)
    words: Sequence[str] = [line for line in one.failure.splitlines() if line.strip()]
    context = {**_progress(one), "failure": words, "may_load": person(request).has_perm(LOAD)}
    return render(request, "workspace/procurement/loading.html", context)


@staff
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The piece that shows how far it is; when it has ended, the page is asked for anew."""
    one = opened(request, pk, ready=False)
    shown = _progress(one)
    if not shown["running"]:
        return HttpResponseClientRefresh()
    return render(request, "workspace/procurement/parts/loading.html", {**shown, "may_load": person(request).has_perm(LOAD)})


def _act(request: HttpRequest, pk: int, act: Any) -> HttpResponse:
    one = opened(request, pk, ready=False)
    demand(request, LOAD)
    try:
        act(by=person(request), dataset=one)
    except Refused as refused:
        for problem in refused.problems:
            messages.warning(request, str(problem.message))
    return redirect("workspace:savings_loading", pk=pk)


@staff
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a load; nothing of it counts."""
    return _act(request, pk, actions.cancel_loading)


@staff
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more."""
    return _act(request, pk, actions.load_again)
