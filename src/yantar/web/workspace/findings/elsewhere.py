"""Questions that other authorities put to mine: could it be with you too?"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yantar.qms.findings import actions
from yantar.qms.findings.queries import government_wide as queries
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import form_page, posted

from .forms import Answer
from .opening import METHODS, crumbs


@staff
@require_safe
def elsewhere(request: HttpRequest) -> HttpResponse:
    """What my authorities were asked: open questions first."""
    rows = queries.questions_put(person(request))
    context = {
        "open": [one for one in rows if not one.asked.answer],
        "answered": [one for one in rows if one.asked.answer],
        "crumbs": crumbs(None, _("Questions of others")),
    }
    return render(request, "workspace/findings/elsewhere.html", context)


@staff
@require_http_methods(METHODS)
def elsewhere_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one question; a yes raises a finding with us."""
    asked = queries.question_put(person(request), pk)
    if asked is None:
        raise Http404(_("There is no such question, or it was put to others."))
    demand(request, "findings.answer_elsewhere", asked)
    if asked.answer and request.method != "POST":
        messages.info(request, _("This question is answered already."))
        return redirect("workspace:elsewhere")
    form = Answer(**posted(request))
    done = form.attempt(actions.answer_elsewhere, by=person(request), asked=asked) if request.method == "POST" else None
    if done is not None:
        if done.raised is not None:
            messages.success(request, _("Answered. Finding %(number)s was raised with you.") % {"number": done.raised.number})
            return redirect("workspace:finding", done.raised.number)
        messages.success(request, _("Answered."))
        return redirect("workspace:elsewhere")
    title = _("Could it be with you too?")
    way = [*crumbs(None), (str(_("Questions of others")), reverse("workspace:elsewhere")), (title, "")]
    return form_page(
        request,
        "workspace/findings/step.html",
        form,
        title=title,
        crumbs=way,
        back=reverse("workspace:elsewhere"),
        submit=_("Answer"),
        question=asked.question,
    )
