"""Templates of answers: the list, a new one, changing and retiring."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.qms.feedback.actions import appeals as actions
from yantar.qms.feedback.models import AnswerTemplate
from yantar.qms.feedback.queries import desk
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import form_page, posted

from .forms import TemplateForm, TemplateText
from .opening import METHODS, crumbs

FORM = "workspace/certification/form.html"


@staff
@require_safe
def answer_templates(request: HttpRequest) -> HttpResponse:
    """Templates of the authorities that one answers for, and of the whole government."""
    rows = desk.templates_seen(person(request))
    can = bool(desk.template_places(person(request))[0] or desk.template_places(person(request))[1])
    return render(request, "workspace/feedback/templates.html", {"rows": rows, "can_add": can, "crumbs": crumbs(None, _("Templates of answers"))})


def _context(title: str) -> dict[str, Any]:
    back = reverse("workspace:answer_templates")
    way = [*crumbs(None), (str(_("Templates of answers")), back), (title, "")]
    return {"title": title, "crumbs": way, "back": back, "submit": _("Keep")}


@staff
@require_http_methods(METHODS)
def answer_template_new(request: HttpRequest) -> HttpResponse:
    """A new template."""
    places, everybody = desk.template_places(person(request))
    if not places and not everybody:
        demand(request, "feedback.change_template")
    form = TemplateForm(**posted(request), authorities=places, everybody=everybody)
    if request.method == "POST" and form.attempt(actions.add_template, by=person(request)) is not None:
        messages.success(request, _("The template is kept."))
        return redirect("workspace:answer_templates")
    return form_page(request, FORM, form, **_context(_("New template")))


def _found(request: HttpRequest, pk: int) -> AnswerTemplate:
    found = next((one for one in desk.templates_seen(person(request)) if one.template.pk == pk), None)
    if found is None:
        raise Http404
    return found.template


@staff
@require_http_methods(METHODS)
def answer_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a template; answers given by it stay as they are."""
    template = _found(request, pk)
    demand(request, "feedback.change_template", template)
    initial = {name: getattr(template, name) for name in ("title", "kind", "text_ru", "text_en")}
    form = TemplateText(**posted(request), initial=initial)
    if request.method == "POST" and form.attempt(actions.change_template, by=person(request), template=template) is not None:
        messages.success(request, _("The template is kept."))
        return redirect("workspace:answer_templates")
    return form_page(request, FORM, form, **_context(_("Change the template")))


@staff
@require_POST
def answer_template_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a template no longer."""
    actions.retire_template(by=person(request), template=_found(request, pk))
    messages.success(request, _("The template is offered no longer."))
    return redirect("workspace:answer_templates")
