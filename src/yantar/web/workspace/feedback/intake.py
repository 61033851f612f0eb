"""Taking in what came on paper or was said in person."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yantar.qms.feedback import captcha, stamps
from yantar.qms.feedback.models import Appeal
from yantar.qms.feedback.queries import desk
from yantar.qms.feedback.sending import take_paper
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import form_page, posted

from .forms import PaperForm
from .opening import METHODS, crumbs, page_of

PURPOSE = "paper appeal"


@sensitive_post_parameters()
@staff
@require_http_methods(METHODS)
def appeal_intake(request: HttpRequest) -> HttpResponse:
    """Enter a paper; its clock runs from the day on which it was received. The code goes to the citizen, on paper."""
    demand(request, "feedback.handle_some")
    form = PaperForm(**posted(request), authorities=desk.places(person(request)), services=desk.services(person(request)))
    title = _("Take in a paper")
    context = {
        "title": title,
        "crumbs": crumbs(None, title),
        "submit": _("Take the appeal in"),
        "back": reverse("workspace:appeals"),
        "stamp": request.POST.get("stamp") or stamps.issue(PURPOSE),
    }
    if request.FILES:
        context["note"] = _("Choose the files again, please: a browser does not keep them.")
    if request.method == "POST" and form.is_valid():
        if not _first(request):
            messages.info(request, _("This paper is entered already."))
            return redirect("workspace:appeals")
        taken = form.attempt(take_paper, by=person(request))
        if taken is not None:
            appeal, code = taken
            return _slip(request, appeal, code)
        context["stamp"] = stamps.issue(PURPOSE)
    return form_page(request, "workspace/feedback/intake.html", form, **context)


def _first(request: HttpRequest) -> bool:
    """Whether this very form comes for the first time; a form that lay open too long is simply taken."""
    try:
        stamp = stamps.read(PURPOSE, request.POST.get("stamp", ""))
    except stamps.Stale:
        return True
    return bool(captcha.spend([captcha.form_proof(stamp.nonce, stamp.expires_at)]))


def _slip(request: HttpRequest, appeal: Appeal, code: str) -> HttpResponse:
    """Number and code to hand to the citizen; shown once, in the answer to the form itself."""
    response = render(
        request, "workspace/feedback/slip.html", {"appeal": appeal, "code": code, "back": page_of(appeal), "crumbs": crumbs(appeal, _("Receipt"))}
    )
    response["Cache-Control"] = "no-store, private"
    return response
