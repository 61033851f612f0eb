"""Following an appeal: number and code in a form, then a page without either in its address, until it is left."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yantar.core.problems import Problem, Refused
from yantar.qms.feedback import admission
from yantar.qms.feedback.actions import appeals as actions
from yantar.qms.feedback.actions.personal import read_answers
from yantar.qms.feedback.files import read_file
from yantar.qms.feedback.models import Answer, AppealState
from yantar.qms.feedback.queries.following import Followed, FollowedPart, follow, followed_appeal
from yantar.qms.feedback.sending import PORTAL
from yantar.web.ui.counted_days import counted_days
from yantar.web.workspace.feedback.appeal import download
from yantar.web.workspace.forms import posted

from . import own
from .doors import button, read_only, with_form
from .forms import FollowForm, NotSolvedForm


@with_form
def ask(request: HttpRequest) -> HttpResponse:
    """Number and code. A wrong pair is told apart from nothing: not whether there is such a number, nor which of the two is wrong."""
    form = FollowForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            found = follow(form.cleaned_data["number"], form.cleaned_data["code"], client=admission.client_print(request))
        except Refused as refused:
            form.refuse(refused.problems)
            return _asking(request, form, 429)
        if found is not None:
            own.remember(request, found.appeal)
            return redirect("portal:appeal_mine")
        form.refuse([Problem(_("Number and code don't fit together. Look at both once more."), code="wrong")])
    return _asking(request, form, 422 if form.is_bound else 200)


def _asking(request: HttpRequest, form: FollowForm, status: int) -> HttpResponse:
    context = {"form": form, "problems": form.problems, "left": "left" in request.GET}
    return render(request, "portal/appeals/follow.html", context, status=status)


def _mine(request: HttpRequest) -> Followed | None:
    pk = own.followed(request)
    return followed_appeal(pk) if pk is not None else None


@read_only
def mine(request: HttpRequest) -> HttpResponse:
    """The page of the appeal that the code opened."""
    followed = _mine(request)
    return redirect("portal:appeal_follow") if followed is None else _shown(request, followed)


def _shown(request: HttpRequest, followed: Followed, dispute: tuple[str, NotSolvedForm] | None = None) -> HttpResponse:
    parts = [_part(part, dispute) for part in followed.parts]
    context: dict[str, Any] = {"followed": followed, "parts": parts, "several": len(parts) > 1}
    return render(request, "portal/appeals/mine.html", context, status=422 if dispute is not None else 200)


def _part(part: FollowedPart, dispute: tuple[str, NotSolvedForm] | None) -> dict[str, Any]:
    form = dispute[1] if dispute is not None and dispute[0] == part.appeal.number else NotSolvedForm(prefix=f"p{part.appeal.pk}")
    return {
        "part": part,
        "limit_source": part.limit.source(get_language() or "ru") if part.limit is not None else "",
        "days": counted_days(part.explanation) if part.explanation is not None and part.appeal.state == AppealState.REGISTERED else [],
        # The citizen's own reading is in the journal like any other.
        "answers": read_answers(by=PORTAL, appeal=part.appeal) if part.answers else [],
        "form": form,
    }


@button
def not_solved(request: HttpRequest) -> HttpResponse:
    """Answered, but not solved."""
    followed = _mine(request)
    if followed is None:
        return redirect("portal:appeal_follow")
    part = followed.part(request.POST.get("part", ""))
    if part is None:
        raise Http404
    form = NotSolvedForm(request.POST, prefix=f"p{part.appeal.pk}")
    if form.attempt(actions.dispute_appeal, by=PORTAL, appeal=part.appeal) is None:
        return _shown(request, followed, (part.appeal.number, form))
    messages.success(request, _("The authority is told that it is not solved. It takes it up again, or says why the answer stands."))
    return redirect("portal:appeal_mine")


@button
def withdraw(request: HttpRequest) -> HttpResponse:
    """Taken back by the citizen; nobody answers it then."""
    followed = _mine(request)
    if followed is None:
        return redirect("portal:appeal_follow")
    if not request.POST.get("sure"):
        messages.warning(request, _("Tick that you are sure, then press once more."))
        return redirect("portal:appeal_mine")
    try:
        actions.withdraw_appeal(by=PORTAL, appeal=followed.appeal)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, _("It is withdrawn. Nobody answers it any more."))
    return redirect("portal:appeal_mine")


@read_only
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of an answer to this very appeal, as a download."""
    followed = _mine(request)
    if followed is None:
        return redirect(f"{reverse('portal:appeal_follow')}")
    known = {one.pk for part in followed.parts for one in part.answers}
    answer = Answer.objects.select_related("document").filter(pk=pk).first() if pk in known else None
    if answer is None or answer.document is None:
        raise Http404
    try:
        name, content = read_file(answer.document)
    except FileNotFoundError as error:
        raise Http404 from error
    return download(name, content, "application/pdf")
