"""Doubtful procedures and what is decided about them; questions to authorities and their answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yantar.core import clock
from yantar.qms.organisation import queries as organisation
from yantar.qms.organisation.models import Authority
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.models import Choice
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, Lines, form_page, posted

from .doubts import doubt_words
from .opening import METHODS, glanced, opened, page_asked, procedure_asked, tabs
from .procedures import SETTLED, Pages, asked
from .steps import steps_of

SETTLE = "procurement.settle"
DAYS = 10
"""Working days that an authority is given for its answer unless told."""


class AuthorityChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An authority by its name of today."""

    names: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        return self.names.get(obj.pk, str(obj))


def authorities_of(field: forms.Field, request: HttpRequest) -> None:
    """Let a field offer the authorities of today."""
    assert isinstance(field, AuthorityChoice)
    versions = list(organisation.authorities(person(request), clock.today()))
    field.names = {one.authority_id: one.name for one in versions}
    field.queryset = Authority.objects.filter(pk__in=field.names).order_by("code")


class SettleForm(ActionForm):
    """A decision about one procedure."""

    choice = forms.ChoiceField(
        label=_("Decision"), choices=Choice.choices, widget=forms.RadioSelect, error_messages={"required": _("Choose what to do with it.")}
    )
    reason = Lines(label=_("Reason, or the question to the authority"), help_text=_("It stands beside the figure for everybody."), required=False)
    asked = AuthorityChoice(Authority.objects.none(), label=_("Ask which authority"), required=False, help_text=_("Only for a question."))
    days = forms.IntegerField(label=_("Working days for the answer"), min_value=1, max_value=90, initial=DAYS, required=False)
    layout = ("choice", "reason", ("asked", "days"))

    def parameters(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["days"] = given["days"] or DAYS
        return given if given["choice"] == Choice.ASK else {**given, "asked": None}


class ReasonForm(ActionForm):
    """Why."""

    reason = Lines(label=_("Reason"), rows=2, required=False)


@staff
@require_safe
def outliers(request: HttpRequest, pk: int) -> HttpResponse:
    """What asks for a decision, the largest difference first."""
    one = opened(request, pk)
    found = glanced(request, one)
    filters = asked(request)
    if "settled" not in request.GET:
        filters = replace(filters, settled="open")
    page = queries.outliers(person(request), one, filters, page=page_asked(request))
    if page is None:
        raise Http404
    context = {
        **tabs(one, "outliers", found),
        "page": page,
        "pages": Pages(page.page, page.pages),
        "filters": filters,
        "kinds": found.outliers,
        "shown": [(row, doubt_words(one, row.outliers)) for row in page.rows],
        "settled": SETTLED,
        "glance": found,
        "currency": found.currency,
        "figures": queries.figures(person(request), one.pk),
        "may_settle": person(request).has_perm(SETTLE),
        "may_publish": person(request).has_perm("procurement.publish"),
    }
    return render(request, "workspace/procurement/outliers.html", context)


@staff
@require_http_methods(METHODS)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide about one procedure: count it, leave it out with a reason, ask the authority."""
    one = opened(request, pk)
    demand(request, SETTLE)
    key = procedure_asked(request)
    found = queries.procedure(person(request), one, key)
    if found is None:
        raise Http404(_g("There is no such procedure."))
    choice = request.GET.get("choice", "")
    initial = {
        "choice": choice if choice in Choice.values else "",
        "asked": found.authority.authority_id if found.authority is not None else None,
        "days": DAYS,
    }
    form = SettleForm(**posted(request), initial=initial)
    authorities_of(form.fields["asked"], request)
    if request.method == "POST" and form.attempt(actions.settle, by=person(request), dataset=one, procedure_id=key) is not None:
        messages.success(request, _g("The decision is recorded."))
        return redirect(f"{reverse('workspace:savings_procedure', args=[pk])}?{_key(key)}")
    back = f"{reverse('workspace:savings_procedure', args=[pk])}?{_key(key)}"
    context = {
        **tabs(one, "outliers"),
        "found": found,
        "row": found.row,
        "steps": steps_of(found),
        "doubts": doubt_words(one, found.row.outliers),
        "back": back,
        "submit": _g("Record the decision"),
    }
    return form_page(request, "workspace/procurement/settle.html", form, **context)


def _key(procedure_id: str) -> str:
    return urlencode({"id": procedure_id})


@staff
@require_http_methods(METHODS)
def unsettle(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the decision that holds, with a reason."""
    one = opened(request, pk)
    demand(request, SETTLE)
    key = procedure_asked(request)
    held = queries.settlements(person(request), one).filter(procedure_id=key).first()
    back = f"{reverse('workspace:savings_procedure', args=[pk])}?{_key(key)}"
    if held is None:
        raise Http404(_g("No decision holds for this procedure."))
    form = ReasonForm(**posted(request))
    if request.method == "POST" and form.attempt(actions.withdraw_settlement, by=person(request), settlement=held) is not None:
        messages.success(request, _g("The decision is taken back."))
        return redirect(back)
    context = {**tabs(one, "outliers"), "held": held, "key": key, "back": back, "submit": _g("Take the decision back")}
    return form_page(request, "workspace/procurement/unsettle.html", form, **context)


class AnswerForm(ActionForm):
    """What the authority says."""

    answer = Lines(label=_("Answer"), rows=5, error_messages={"required": _("Write the answer.")})


@staff
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Questions that wait, and those that are answered: all of them for the analyst, one's own for an authority."""
    rows = queries.questions(person(request))
    context = {
        "waiting": [one for one in rows if not one.answered and one.settlement.ended_at is None],
        "overdue": sum(one.overdue for one in rows),
        "done": [one for one in rows if one.answered or one.settlement.ended_at is not None],
        "sees_all": request.user.has_perm("procurement.view"),
    }
    return render(request, "workspace/procurement/questions.html", context)


@staff
@require_http_methods(METHODS)
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: the authority's coordinator answers it."""
    found = queries.question(person(request), pk)
    if found is None:
        raise Http404(_g("There is no such question."))
    demand(request, "procurement.view_question", found.settlement)
    open_now = not found.answered and found.settlement.ended_at is None
    may_answer = open_now and request.user.has_perm("procurement.answer", found.settlement)
    if request.method == "POST":
        demand(request, "procurement.answer", found.settlement)
    form = AnswerForm(**posted(request))
    if request.method == "POST" and form.attempt(actions.answer_question, by=person(request), settlement=found.settlement) is not None:
        messages.success(request, _g("The answer is sent."))
        return redirect("workspace:savings_question", pk=pk)
    context = {"question": found, "may_answer": may_answer, "sees_all": request.user.has_perm("procurement.view"), "submit": _g("Send the answer")}
    return form_page(request, "workspace/procurement/question.html", form, **context)
