"""The plan of the day, the opening and closing meetings, the people met."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from yantar.core import clock
from yantar.core.problems import Refused
from yantar.qms.audits import actions
from yantar.qms.audits.models import AgendaItem, Audit, MeetingKind, PersonMet
from yantar.qms.organisation.models import Unit, UnitVersion
from yantar.qms.people.models import Auditor
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, DayField, Lines, form_page, posted

from .opening import opened
from .prepare import FORM, METHODS, about, members


def units_of(audit: Audit) -> tuple[Any, dict[int, str]]:
    """Units of the audited authority and their names on the day of the audit."""
    day = audit.first_day or clock.today()
    names = {one.unit_id: one.name for one in UnitVersion.objects.on(day).filter(authority_id=audit.authority_id)}
    return Unit.objects.filter(pk__in=names), names


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit by its name on the day of the audit."""

    names: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        return self.names.get(obj.pk, str(obj))


def fill_units(form: forms.Form, audit: Audit) -> None:
    """Give the form's field `unit` its choices."""
    field = form.fields["unit"]
    assert isinstance(field, UnitField)
    rows, names = units_of(audit)
    field.names = names
    field.queryset = rows


class AgendaForm(ActionForm):
    """An item of the plan of the day."""

    day = DayField(label=gettext_lazy("Day"))
    begins = forms.TimeField(label=gettext_lazy("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=gettext_lazy("To"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    topic = forms.CharField(label=gettext_lazy("Topic"), max_length=300)
    unit = UnitField(Unit.objects.none(), label=gettext_lazy("Unit"), required=False)
    interviewee = forms.CharField(label=gettext_lazy("Post of whom we meet"), max_length=300, required=False)
    auditor = forms.ModelChoiceField(Auditor.objects.none(), label=gettext_lazy("Auditor"), required=False)
    layout = (("day", "begins", "ends"), "topic", ("unit", "auditor"), "interviewee")

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill_units(self, audit)
        self.fields["auditor"].queryset = members(audit)  # type: ignore[attr-defined]


@staff
@require_http_methods(METHODS)
def audit_agenda(request: HttpRequest, number: str) -> HttpResponse:
    """The plan of the day; one press proposes it."""
    audit = opened(request, number)
    demand(request, "audits.prepare_audit", audit)
    problems: list[Any] = []
    if request.method == "POST":
        try:
            count = actions.propose_agenda(by=person(request), audit=audit)
        except Refused as refused:
            problems = refused.problems
        else:
            messages.success(request, ngettext("The plan has %(n)s item.", "The plan has %(n)s items.", count) % {"n": count})
            return redirect("workspace:audit_agenda", number=audit.number)
    items = list(audit.agenda.select_related("auditor", "unit"))
    names = units_of(audit)[1]
    rows = [(one, names.get(one.unit_id or 0, "")) for one in items]
    context = {**about(audit, _("Plan of the day")), "rows": rows, "problems": problems}
    return render(request, "workspace/audits/agenda.html", context, status=422 if problems else 200)


@staff
@require_http_methods(METHODS)
def agenda_item(request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
    """Add an item to the plan, or change one."""
    audit = opened(request, number)
    demand(request, "audits.prepare_audit", audit)
    item = _item(audit, pk)
    names = ("day", "begins", "ends", "topic", "unit", "interviewee", "auditor")
    initial = {name: getattr(item, name) for name in names} if item else {"day": audit.first_day}
    form = AgendaForm(**posted(request), audit=audit, initial=initial)
    if request.method == "POST" and form.attempt(actions.save_agenda_item, by=person(request), audit=audit, item=item):
        messages.success(request, _("The plan is changed."))
        return redirect("workspace:audit_agenda", number=audit.number)
    title = _("Item of the plan") if item else _("New item of the plan")
    return form_page(request, FORM, form, **about(audit, title, submit=_("Save"), back=reverse("workspace:audit_agenda", args=[number])))


def _item(audit: Audit, pk: int | None) -> AgendaItem | None:
    if pk is None:
        return None
    item = audit.agenda.filter(pk=pk).first()
    if item is None:
        raise Http404(_("There is no such item."))
    return item


@staff
@require_POST
def agenda_remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take an item out of the plan."""
    audit = opened(request, number)
    demand(request, "audits.prepare_audit", audit)
    item = _item(audit, pk)
    assert item is not None
    _said(request, lambda: actions.remove_agenda_item(by=person(request), audit=audit, item=item), _("The item is taken out."))
    return redirect("workspace:audit_agenda", number=audit.number)


def _said(request: HttpRequest, act: Any, done: str) -> None:
    try:
        act()
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, done)


class MeetingForm(ActionForm):
    """An opening or closing meeting."""

    held_at = forms.DateTimeField(
        label=gettext_lazy("Held at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"],
    )
    notes = Lines(label=gettext_lazy("Record"), required=False, rows=6, help_text=gettext_lazy("What was said and agreed."))


@staff
@require_http_methods(METHODS)
def audit_meeting(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Record the opening or the closing meeting."""
    audit = opened(request, number)
    if kind not in MeetingKind.values:
        raise Http404(_("There is no such meeting."))
    demand(request, "audits.draft_report", audit)
    known = audit.meetings.filter(kind=kind).first()
    form = MeetingForm(**posted(request), initial={"held_at": known.held_at if known else clock.now(), "notes": known.notes if known else ""})
    if request.method == "POST" and form.attempt(actions.record_meeting, by=person(request), audit=audit, kind=kind):
        messages.success(request, _("The meeting is recorded."))
        return redirect("workspace:audit", number=audit.number)
    return form_page(request, FORM, form, **about(audit, str(MeetingKind(kind).label), submit=_("Save")))


class PersonMetForm(ActionForm):
    """Somebody who was met."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("Personal: only the team and the head of quality see it.")
    )
    post = forms.CharField(label=gettext_lazy("Post"), max_length=300, required=False)
    unit = UnitField(Unit.objects.none(), label=gettext_lazy("Unit"), required=False)
    at_opening = forms.BooleanField(label=gettext_lazy("At the opening meeting"), required=False)
    at_closing = forms.BooleanField(label=gettext_lazy("At the closing meeting"), required=False)

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill_units(self, audit)


@staff
@require_http_methods(METHODS)
def person_met_new(request: HttpRequest, number: str) -> HttpResponse:
    """Note somebody who was met."""
    audit = opened(request, number)
    demand(request, "audits.take_part", audit)
    form = PersonMetForm(**posted(request), audit=audit)
    if request.method == "POST" and form.attempt(actions.record_person_met, by=person(request), audit=audit):
        messages.success(request, _("The person is in the list."))
        return redirect(reverse("workspace:audit", args=[audit.number]) + "#people")
    return form_page(request, FORM, form, **about(audit, _("Person met"), submit=_("Add")))


@staff
@require_POST
def person_met_remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take somebody out of the list."""
    audit = opened(request, number)
    demand(request, "audits.take_part", audit)
    met = PersonMet.objects.filter(audit=audit, pk=pk).first()
    if met is None:
        raise Http404(_("There is no such person in the list."))
    _said(request, lambda: actions.remove_person_met(by=person(request), audit=audit, met=met), _("The person is taken out of the list."))
    return redirect(reverse("workspace:audit", args=[audit.number]) + "#people")
