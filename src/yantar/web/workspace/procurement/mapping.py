"""Lists that agencies keep, step by step: a file, its columns with samples, what each of them is, what comes out, saved as a version."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yantar.core.problems import Problem, Refused
from yantar.engine.savings.mapping.headings import key as heading_key
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.models import ListMapping
from yantar.qms.procurement.queries.lists import list_file, list_mapping, mapping_of, versions
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, form_page, posted

from .mapping_form import CODES, MappingForm, field_title, language
from .opening import METHODS, VIEW

LOAD = "procurement.load"
NOT_A_LIST = {
    "empty": _("The file is empty."),
    "not_a_table": _("This is no table. Save it as CSV or XLSX."),
    "encoding": _("The encoding of the text can't be told. Save the file as “CSV UTF-8” or as XLSX."),
    "damaged": _("The workbook is damaged. Save it again in the office program and take the new copy."),
    "encrypted": _("The workbook is protected by a password. Take it off and save it again."),
    "bomb": _("Unpacked, the file would be unreasonably large. It is not opened."),
    "hostile": _("The workbook contains declarations that no office program writes. It is not opened."),
    "old_format": _("This is a workbook of the old format (.xls). Save it as .xlsx or as CSV."),
}


class ListFileForm(ActionForm):
    """The list that a mapping is made from."""

    upload = forms.FileField(
        label=_("The list"),
        help_text=_("CSV or XLSX, as you keep it. A part of it with its headings is enough."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Whatever is wrong is wrong with the file."""
        super().refuse(Problem(one.message, one.code, "upload") for one in problems)


@staff
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Which lists are understood: those that ship and the government's own."""
    from yantar.engine.savings.mapping import shipped

    demand(request, VIEW)
    me = person(request)
    tongue = language()
    known = [
        {"id": one.id, "title": getattr(one.title, tongue), "publisher": one.publisher, "limits": [getattr(words, tongue) for words in one.limits]}
        for one in shipped().values()
    ]
    context = {"own": list(queries.mappings(me)), "known": known, "may_load": me.has_perm(LOAD)}
    return render(request, "workspace/procurement/lists.html", context)


def _base(request: HttpRequest) -> ListMapping | None:
    """The mapping that a new version is made of, by `?of=`."""
    told = request.GET.get("of", "")
    return list_mapping(person(request), int(told)) if told.isascii() and told.isdigit() and len(told) < 10 else None


@staff
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """Choose the list."""
    demand(request, VIEW)
    demand(request, LOAD)
    form = ListFileForm(**posted(request))
    if request.method == "POST" and (stored := form.attempt(actions.store_records, by=person(request))) is not None:
        wrong = _looked_problem(stored)
        if wrong is None:
            base = _base(request)
            place = reverse("workspace:savings_list_columns", args=[stored.pk])
            return redirect(f"{place}?of={base.pk}" if base else place)
        form.refuse([wrong])
    return form_page(request, "workspace/procurement/list_file.html", form, back=reverse("workspace:savings_lists"), submit=_g("Look at its columns"))


def _looked_problem(stored: Any) -> Problem | None:
    from yantar.core.files import place_of
    from yantar.engine.savings.mapping.sheets import NotAList
    from yantar.engine.savings.mapping.suggesting import look

    try:
        looked = look(place_of(stored))
    except NotAList as error:
        return Problem(NOT_A_LIST.get(error.code, NOT_A_LIST["not_a_table"]), error.code, "upload")
    if len([one for one in looked.headings if one]) < 2:
        return Problem(_("No row of headings was found: a list has at least two columns, each with a heading."), "headings", "upload")
    return None


def _initial(base: ListMapping, headings: tuple[str, ...]) -> dict[str, Any]:
    """What an earlier version says of columns with the same headings."""
    file = base.content["files"][0]
    known = {heading_key(heading): column["field"] for column in reversed(file["columns"]) for heading in column["headings"]}
    places = {f"c{place}": known.get(heading_key(heading), "") for place, heading in enumerate(headings)}
    constants = file.get("constants", {})
    facts = {name: constants.get(name, "") for name in ("currency", "law", "method")}
    limits = "\n".join(one["ru"] for one in base.content.get("limits", ()))
    dates = "mdy" if "mdy" in base.content.get("dates", ()) else "dmy"
    named = {"key": base.key, "title_ru": base.title_ru, "title_en": base.title_en, "rows": file["rows"]}
    failed = any(rule["when"].get("is") == "empty" for rule in file.get("rules", ()))
    return {**places, **facts, **named, "limits_ru": limits, "dates": dates, "decimals": base.content.get("decimals", "auto"), "failed": failed}


@staff
@require_http_methods(METHODS)
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What every column is; what comes out of it; save."""
    from yantar.engine.savings.mapping.suggesting import look, suggest

    demand(request, VIEW)
    demand(request, LOAD)
    me = person(request)
    found = list_file(me, pk)
    if found is None:
        raise Http404(_g("There is no such file."))
    stored, path = found
    if _looked_problem(stored) is not None:
        raise Http404(_g("This file is no list."))
    looked = look(path)
    known = mapping_of(me, path) if request.method != "POST" else None
    base = _base(request) or (known if "of" not in request.GET else None)
    data = request.POST if request.method == "POST" else None
    initial = _initial(base, looked.headings) if base else None
    form = MappingForm(looked, suggest(looked.headings, looked.rows).guesses, data=data, initial=initial)
    context: dict[str, Any] = {"file": stored, "back": reverse("workspace:savings_lists"), "base": base, "known": known}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") == "save":
            try:
                made = actions.add_mapping(by=me, **form.parameters())
            except Refused as refused:
                form.refuse(refused.problems)
            else:
                messages.success(request, _g("The mapping is saved as version %(version)s. Load records with it now.") % {"version": made.version})
                return redirect(f"{reverse('workspace:savings_load')}?mapping={made.pk}")
        if not form.errors and not form.problems:
            context |= _preview(form, path)
    return (
        form_page(request, "workspace/procurement/list_columns.html", form, **context)
        if form.errors or form.problems
        else _shown(request, form, context)
    )


def _shown(request: HttpRequest, form: MappingForm, context: dict[str, Any]) -> HttpResponse:
    return render(request, "workspace/procurement/list_columns.html", {"form": form, "problems": form.problems, **context})


def _preview(form: MappingForm, path: Path) -> dict[str, Any]:
    """What the mapping makes of the file, in words."""
    from yantar.engine.savings.mapping import MappingUnreadable, made_mapping, preview

    tongue = language()
    try:
        mapping = made_mapping(form.content())
    except MappingUnreadable as unreadable:
        form.refuse(Problem(f"{one.where or '—'}: {one.said(tongue)}", "mapping") for one in unreadable.problems)
        return {}
    seen = preview(mapping, path, 10)
    fields = [column.field for column in mapping.files[0].columns if any(column.field in row.values for row in seen.rows)]
    reasons = {one.reason: getattr(one.title, tongue) for one in seen.problems}
    return {
        "preview": seen,
        "fields": [field_title(name) for name in fields],
        "rows": [
            (row.line, [_said(name, row.values.get(name, "")) for name in fields], reasons.get(row.rejected, row.rejected)) for row in seen.rows
        ],
        "found": [(one.line, field_title(one.field) if one.field else "", one.value, getattr(one.title, tongue)) for one in seen.problems],
        "times": [(reasons.get(reason, reason), count) for reason, count in seen.counts.most_common()],
        "empty": [field_title(name) for name in seen.empty],
        "impossible": [getattr(words, tongue) for _id, words in seen.impossible],
    }


def _said(name: str, value: str) -> str:
    """A value in words, where it is a code."""
    return str(CODES.get(name, {}).get(value, value))


def _column(column: dict[str, Any]) -> tuple[str, str, dict[str, str]]:
    return ", ".join(column["headings"]), field_title(column["field"]), column.get("words", {})


@staff
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A version of a mapping: what it says of every column, and the other versions."""
    demand(request, VIEW)
    me = person(request)
    mapping = list_mapping(me, pk)
    if mapping is None:
        raise Http404(_g("There is no such mapping."))
    files = [{"rows": file["rows"], "columns": [_column(column) for column in file["columns"]]} for file in mapping.content["files"]]
    limits = [words[language()] for words in mapping.content.get("limits", ())]
    context = {"mapping": mapping, "files": files, "limits": limits, "versions": versions(me, mapping.key), "may_load": me.has_perm(LOAD)}
    return render(request, "workspace/procurement/list.html", context)


@staff
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The mapping as a file for `yantar savings --mapping`."""
    demand(request, VIEW)
    mapping = list_mapping(person(request), pk)
    if mapping is None:
        raise Http404(_g("There is no such mapping."))
    text = json.dumps(mapping.content, ensure_ascii=False, indent=2) + "\n"
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{mapping.key}-{mapping.version}.json"'
    return answer
