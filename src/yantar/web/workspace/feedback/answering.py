"""Answering: a template to begin with, a look at how it will read, one paper for several where they ask the same."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yantar.qms.feedback.actions import appeals as actions
from yantar.qms.feedback.models import AnswerTemplate, Appeal
from yantar.qms.feedback.queries import appeals as queries
from yantar.qms.feedback.states import transition
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import form_page

from .forms import AnswerForm
from .opening import METHODS, about, opened, page_of
from .words import WORDS


def _begun(templates: list[AnswerTemplate], data: Any) -> Any:
    """The form's data with the text of the chosen template; what was typed stays above it."""
    chosen = next((one for one in templates if str(one.pk) == data.get("template")), None)
    if chosen is None:
        return data
    text = chosen.text_en if data.get("language") == "en" and chosen.text_en else chosen.text_ru
    changed = data.copy()
    typed = (data.get("text") or "").strip()
    changed["text"] = f"{typed}\n\n{text}" if typed and text not in typed else typed or text
    return changed


@sensitive_post_parameters()
@staff
@require_http_methods(METHODS)
def appeal_answer(request: HttpRequest, number: str) -> HttpResponse:
    """Write the answer, look at it, give it."""
    appeal = opened(request, number)
    demand(request, "feedback.answer", appeal)
    if request.method != "POST" and transition("answer", appeal.state) is None:
        messages.info(request, _("“%(step)s” is not possible now: somebody may have gone on.") % {"step": WORDS["answer"].button})
        return redirect(page_of(appeal))
    templates = queries.templates_for(person(request), appeal)
    form = AnswerForm(**_bound(request, templates), appeal=appeal, viewer=person(request), templates=templates, others=_others(request, appeal))
    wanted = request.POST.get("do", "give")
    preview = None
    if request.method == "POST" and wanted == "preview" and form.is_valid():
        preview = form.cleaned_data
    elif request.method == "POST" and wanted == "give":
        answer = form.attempt(actions.answer_appeals, by=person(request))
        if answer is not None:
            messages.success(request, _("The answer is given, number %(number)s. The citizen is told.") % {"number": answer.number})
            return redirect(page_of(appeal, "answers"))
    words = WORDS["answer"]
    context = about(appeal, str(words.button), submit=words.button, note=words.note, preview=preview, step="answer")
    if request.method == "POST" and wanted == "begin":
        # Only the text was filled in: what is still empty is no mistake yet.
        form.errors.clear()
    response = form_page(request, "workspace/feedback/answer.html", form, **context)
    if preview is not None or wanted == "begin":
        response.status_code = 200
    return response


def _bound(request: HttpRequest, templates: list[AnswerTemplate]) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    return {"data": _begun(templates, request.POST) if request.POST.get("do") == "begin" else request.POST}


def _others(request: HttpRequest, appeal: Appeal) -> list[tuple[Appeal, str]]:
    """Registered appeals of the same authority that are like this one; their texts are not shown here."""
    rows = queries.related(person(request), appeal)
    return [
        (one.appeal, f"{one.appeal.number}, {one.appeal.get_kind_display()}")
        for one in rows
        if one.appeal.authority_id == appeal.authority_id and transition("answer", one.appeal.state) is not None
    ]
