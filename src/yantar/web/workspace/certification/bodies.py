"""Certification bodies: who they are and the time limits they set themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yantar.core import clock
from yantar.qms.certification import queries
from yantar.qms.certification.actions import add_body, correct_body
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import form_page, posted

from .forms.body import BodyForm

PERMISSION = "certification.change_body"


@staff
@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """All of them, with how many certificates each answers for today."""
    today = clock.today()
    return render(
        request,
        "workspace/certification/bodies.html",
        {"bodies": queries.bodies(today), "may_change": request.user.has_perm(PERMISSION), "today": today},
    )


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def body_new(request: HttpRequest) -> HttpResponse:
    demand(request, PERMISSION)
    form = BodyForm(**posted(request))
    if request.method == "POST" and (body := form.attempt(add_body, by=request.user)):
        messages.success(request, _("“%(name)s” is entered.") % {"name": body.name})
        return redirect("workspace:bodies")
    return _page(request, form, _("New certification body"))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def body_correct(request: HttpRequest, code: str) -> HttpResponse:
    demand(request, PERMISSION)
    body = queries.find_body(code)
    if body is None:
        raise Http404
    form = BodyForm(**posted(request), body=body)
    if request.method == "POST" and (changed := form.attempt(correct_body, by=request.user, body=body)):
        messages.success(request, _("“%(name)s” is corrected.") % {"name": changed.name})
        return redirect("workspace:bodies")
    return _page(request, form, body.name, note=_("New time limits move the deadlines of all certificates of this body."))


def _page(request: HttpRequest, form: BodyForm, title: str, note: str = "") -> HttpResponse:
    crumbs = [(_("Certification bodies"), reverse("workspace:bodies")), (title, "")]
    return form_page(
        request,
        "workspace/certification/form.html",
        form,
        title=title,
        crumbs=crumbs,
        submit=_("Save"),
        back=reverse("workspace:bodies"),
        note=note,
    )
