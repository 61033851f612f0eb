"""One appeal: its clock and why that day binds, what to do next, everything that happened. What is personal is shown on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core.problems import Refused
from yantar.qms.feedback.actions import personal
from yantar.qms.feedback.complaint_grounds import ground_said
from yantar.qms.feedback.models import Appeal, AppealState, Attachment
from yantar.qms.feedback.queries.appeals import Facts, find_visible, one, related
from yantar.web.portal.maps import with_tiles
from yantar.web.ui.counted_days import counted_days
from yantar.web.workspace.access import demand, person, staff

from .opening import crumbs, opened, page_of
from .steps import BESIDE, MAIN, STEPS, offered
from .words import WORDS


@dataclass(frozen=True, slots=True)
class Offer:
    """A step as a button: what it says, what comes of it, where it leads."""

    name: str
    button: Any
    note: Any
    url: str
    danger: bool = False


def _offer(appeal: Appeal, name: str) -> Offer:
    url = (
        reverse("workspace:appeal_answer", args=[appeal.number]) if name == "answer" else reverse("workspace:appeal_step", args=[appeal.number, name])
    )
    return Offer(name, WORDS[name].button, WORDS[name].note, url, name in STEPS and STEPS[name].danger)


def _offers(facts: Facts) -> dict[str, Any]:
    """The next step, those beside it, the others."""
    appeal = facts.appeal
    can = offered(appeal, facts.may)
    main = MAIN.get(appeal.state, "")
    near = [name for name in BESIDE.get(appeal.state, ()) if name in can]
    return {
        "next": _offer(appeal, main) if main in can else None,
        "near": [_offer(appeal, name) for name in near],
        "further": [_offer(appeal, name) for name in can if name != main and name not in near],
    }


def _page(request: HttpRequest, facts: Facts, **more: Any) -> HttpResponse:
    appeal, viewer = facts.appeal, person(request)
    seen = {part.number for part in facts.parts if find_visible(viewer, part.number) is not None} if facts.parts else set()
    context = {
        "facts": facts,
        "appeal": appeal,
        "crumbs": crumbs(appeal),
        # The explanation is of the answer's day; what was disputed is bound by another.
        "days": counted_days(facts.explanation) if facts.explanation is not None and appeal.state == AppealState.REGISTERED else [],
        "limit_source": facts.limit.source(get_language() or "ru") if facts.limit is not None else "",
        "steps": [(step, facts.names.get(step.authority_id), facts.names.get(step.to_authority_id or 0)) for step in facts.steps],
        "parts": [(part, facts.names.get(part.authority_id), part.number in seen) for part in facts.parts],
        "related": related(viewer, appeal),
        "ground": ground_said(appeal),
        "reads": "feedback.read_personal" in facts.may,
        **_offers(facts),
        **more,
    }
    response = render(request, "workspace/feedback/appeal.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


def _facts(request: HttpRequest, number: str) -> Facts:
    facts = one(person(request), number)
    if facts is None:
        raise Http404(_("There is no such appeal, or it is not yours to see."))
    return facts


@with_tiles
@staff
@require_safe
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """The page without anything personal."""
    return _page(request, _facts(request, number))


@with_tiles
@staff
@require_POST
def appeal_personal(request: HttpRequest, number: str) -> HttpResponse:
    """The page with what the citizen wrote, answers and notes; the reading is in the journal."""
    facts = _facts(request, number)
    by = person(request)
    return _page(
        request,
        facts,
        person=personal.read_person(by=by, appeal=facts.appeal),
        notes=personal.read_notes(by=by, appeal=facts.appeal),
        answers=personal.read_answers(by=by, appeal=facts.appeal),
        shown=True,
    )


@staff
@require_http_methods(["POST"])
def appeal_file(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A file that came with the appeal, as a download; the reading is in the journal, so it takes a button."""
    found = opened(request, number)
    demand(request, "feedback.read_personal", found)
    attachment = Attachment.objects.select_related("appeal", "file").filter(appeal=found, pk=pk).first()
    if attachment is None:
        raise Http404
    try:
        name, content = personal.read_attachment(by=person(request), attachment=attachment)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
        return redirect(page_of(found, "files"))
    except FileNotFoundError as error:
        raise Http404(_("The file is lost.")) from error
    return download(name, content, attachment.content_type)


@staff
@require_http_methods(["POST"])
def appeal_answer_file(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The paper of an answer, as it went to the citizen."""
    found = opened(request, number)
    demand(request, "feedback.read_personal", found)
    answer = next((one for one, _text in personal.read_answers(by=person(request), appeal=found) if one.pk == pk), None)
    if answer is None or answer.document is None:
        raise Http404
    from yantar.qms.feedback.files import read_file

    name, content = read_file(answer.document)
    return download(name, content, "application/pdf")


def download(name: str, content: bytes, content_type: str) -> HttpResponse:
    """Content as a download: never shown inside a page, never taken for another type, kept by no cache."""
    from django.utils.http import content_disposition_header

    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response
