"""What is kept of a citizen: found by e-mail or number, given out for them, erased. For the data protection officer; never in an address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yantar.core import clock
from yantar.core.problems import Problem
from yantar.qms.feedback import personal
from yantar.qms.feedback.actions.personal import erase_person, export_person
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import ActionForm, Lines, form_page, posted


class FindForm(ActionForm):
    """Whose data: as the person says it."""

    email = forms.CharField(label=_("E-mail of the citizen"), max_length=254, required=False)
    number = forms.CharField(label=_("or number of an appeal"), max_length=30, required=False)

    layout = (("email", "number"),)

    def clean(self) -> dict[str, Any]:
        """One of both."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("email", "").strip() and not cleaned.get("number", "").strip():
            self.problems.append(Problem(_("Write the e-mail or the number.")))
            self.add_error("email", _("Write the e-mail or the number."))
        return cleaned


class EraseForm(FindForm):
    """The same, and why."""

    reason = Lines(label=_("Why it is erased, e.g. the request of the citizen and its date"), rows=2, max_length=500)


def _page(request: HttpRequest, form: FindForm, **more: Any) -> HttpResponse:
    found = None
    if form.is_bound and not form.errors.keys() & {"email", "number"}:
        found = personal.kept_of(form["email"].value() or "", form["number"].value() or "")
    response = form_page(request, "workspace/protection/data.html", form, found=found, **more)
    if found is not None:
        response.status_code = 422 if form.errors or form.problems else 200
    response["Cache-Control"] = "no-store, private"
    return response


@staff
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def find(request: HttpRequest) -> HttpResponse:
    """Ask by e-mail or number; what is found is shown without a word of its content."""
    demand(request, "feedback.protect_data")
    form = FindForm(**posted(request))
    if request.method == "POST":
        form.is_valid()
    return _page(request, form)


@staff
@require_POST
@sensitive_post_parameters()
def export(request: HttpRequest) -> HttpResponse:
    """Everything as a file, to be handed to the citizen."""
    demand(request, "feedback.protect_data")
    form = FindForm(**posted(request))
    packed = form.attempt(export_person, by=request.user)
    if packed is None:
        return _page(request, form)
    response = HttpResponse(packed, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="personal-data-{clock.today():%Y-%m-%d}.zip"'
    response["Cache-Control"] = "no-store, private"
    return response


@staff
@require_POST
@sensitive_post_parameters()
def erase(request: HttpRequest) -> HttpResponse:
    """Erase what has ended; what is open stays until it is answered."""
    demand(request, "feedback.protect_data")
    form = EraseForm(**posted(request))
    counts = form.attempt(erase_person, by=request.user)
    if counts is None:
        return _page(request, form, reason_errors=form.errors.get("reason"))
    done = counts["appeals"] + counts["ratings"]
    messages.success(request, ngettext("Erased: %(n)d paper.", "Erased: %(n)d papers.", done) % {"n": done})
    if counts["open"]:
        messages.warning(request, _g("Not erased, because still being dealt with: %(n)d.") % {"n": counts["open"]})
    return redirect("workspace:personal_data")
