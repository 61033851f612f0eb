"""An audit added to a programme by hand, or what is wanted of one changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yantar.core import clock
from yantar.qms.audits import actions
from yantar.qms.audits.models import Audit, AuditMethod, Programme
from yantar.qms.audits.wants import Year
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import authorities, authority_on
from yantar.qms.people.fields import choices as field_choices
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause, Edition
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, DayField, Lines, form_page, posted

from .move import find_audit
from .programmes import CHANGE, find, heading

LANGUAGES = (("ru", _("Russian")), ("en", _("English")))


class WantedForm(ActionForm):
    """What is wanted of an audit."""

    window_first = DayField(label=_("Not before"))
    window_last = DayField(label=_("Not after"))
    person_days = forms.IntegerField(label=_("Person-days"), min_value=1, max_value=200)
    auditors_wanted = forms.IntegerField(label=_("Auditors"), min_value=1, max_value=10)
    trainees_wanted = forms.IntegerField(label=_("Trainees"), min_value=0, max_value=3, initial=0)
    method = forms.ChoiceField(label=_("Method"), choices=AuditMethod.choices)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    processes = forms.ModelMultipleChoiceField(
        label=_("Processes"), queryset=Process.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    clauses = forms.ModelMultipleChoiceField(
        label=_("Clauses"),
        queryset=Clause.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Several are chosen with Ctrl or Cmd held down."),
    )
    fields_of_work = forms.MultipleChoiceField(
        label=_("Fields the team must know"), required=False, widget=forms.SelectMultiple(attrs={"size": 6}), choices=()
    )
    objective = Lines(label=_("Objective"), rows=2, required=False)
    layout = (
        ("window_first", "window_last"),
        ("person_days", "auditors_wanted", "trainees_wanted"),
        ("method", "language"),
        "processes",
        "clauses",
        "fields_of_work",
        "objective",
    )

    def __init__(self, *args: Any, authority: Authority, edition: Edition | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        processes, clauses, fields = (self.fields[name] for name in ("processes", "clauses", "fields_of_work"))
        assert isinstance(processes, forms.ModelMultipleChoiceField)
        assert isinstance(clauses, forms.ModelMultipleChoiceField)
        assert isinstance(fields, forms.MultipleChoiceField)
        processes.queryset = Process.objects.on(clock.today()).filter(authority=authority).order_by("kind", "order", "pk")
        clauses.queryset = Clause.objects.filter(edition=edition, audited=True).order_by("order")
        fields.choices = field_choices()

    def parameters(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        values["fields"] = values.pop("fields_of_work")
        values["processes"], values["clauses"] = list(values["processes"]), list(values["clauses"])
        return values


def _edition(programme: Programme, authority: Authority) -> Edition | None:
    """The edition on the authority's certificate, else the newest published."""
    found = Year(programme, clock.today()).edition_of(authority.pk)
    return Edition.objects.filter(pk=found).first() if found is not None else None


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, year: int) -> HttpResponse:
    """First of which authority, then what is wanted."""
    programme = find(request, year)
    demand(request, CHANGE)
    code = request.GET.get("authority", "")
    version = authority_on(code, clock.today()) if code else None
    if version is None:
        if code:
            raise Http404
        return _which(request, programme)
    edition = _edition(programme, version.authority)
    initial = {
        "window_first": max(date(year, 1, 11), clock.today()),
        "window_last": date(year, 12, 20),
        "person_days": 2,
        "auditors_wanted": 1,
        "trainees_wanted": 0,
    }
    form = WantedForm(authority=version.authority, edition=edition, initial=initial, **posted(request))
    if request.method == "POST" and edition is not None:
        made = form.attempt(actions.add_audit, by=person(request), programme=programme, authority=version.authority, edition=edition)
        if made is not None:
            messages.success(request, _g("%(number)s is on the list.") % {"number": made.number})
            return redirect("workspace:programme_audit", year=year, number=made.number)
    title = _g("One more audit: %(authority)s") % {"authority": version.short}
    return form_page(request, "workspace/audits/programme_form.html", form, **heading(programme, title, _g("Add")))


def _which(request: HttpRequest, programme: Programme) -> HttpResponse:
    versions = sorted(authorities(person(request), clock.today()), key=lambda one: one.name.casefold())
    context = {**heading(programme, _g("One more audit")), "versions": versions}
    return render(request, "workspace/audits/choose_authority.html", context)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, year: int, number: str) -> HttpResponse:
    """Change what is wanted of an audit that is not prepared yet."""
    programme = find(request, year)
    demand(request, CHANGE)
    one = find_audit(request, year, number)
    form = WantedForm(authority=one.authority, edition=one.edition, initial=_initial(one), **posted(request))
    if request.method == "POST" and form.attempt(actions.change_wanted, by=person(request), audit=one) is not None:
        messages.success(request, _g("Saved."))
        return redirect("workspace:programme_audit", year=year, number=number)
    context = heading(programme, _g("What is wanted of %(number)s") % {"number": number})
    return form_page(
        request, "workspace/audits/programme_form.html", form, **{**context, "back": reverse("workspace:programme_audit", args=[year, number])}
    )


def _initial(one: Audit) -> dict[str, Any]:
    names = ("window_first", "window_last", "person_days", "auditors_wanted", "trainees_wanted", "method", "language", "objective")
    values: dict[str, Any] = {name: getattr(one, name) for name in names}
    return values | {"processes": one.processes.all(), "clauses": one.clauses.all(), "fields_of_work": one.fields}
