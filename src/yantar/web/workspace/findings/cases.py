"""Government-wide cases: one cause found in several authorities, decided for all of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core.problems import Refused
from yantar.library.causes import load_causes
from yantar.qms.findings import actions
from yantar.qms.findings.models import CaseState
from yantar.qms.findings.queries import government_wide as queries
from yantar.qms.findings.queries.government_wide import CasePage
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import form_page, posted

from .forms import Decide
from .opening import METHODS, crumbs


def _category(code: str) -> str:
    return load_causes().title(code, get_language() or "ru")


def _way(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [*crumbs(None), (str(_("Government-wide cases")), reverse("workspace:cases") if more else ""), *more]


def _opened(request: HttpRequest, number: str) -> CasePage:
    page = queries.case_page(person(request), number)
    if page is None:
        raise Http404(_("There is no such case, or it does not concern your authority."))
    return page


@staff
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """All cases that this person sees."""
    rows = [(one, _category(one.case.cause_category)) for one in queries.cases(person(request))]
    return render(request, "workspace/findings/cases.html", {"rows": rows, "crumbs": _way()})


@staff
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: where the cause was found, what was decided, how far it is."""
    page = _opened(request, number)
    context = {
        "page": page,
        "case": page.case,
        "category": _category(page.case.cause_category),
        "may_decide": page.leads and page.case.state != CaseState.CLOSED,
        "may_close": page.leads and page.case.state == CaseState.DECIDED and not page.unfinished,
        "crumbs": _way((page.case.number, "")),
    }
    return render(request, "workspace/findings/case.html", context)


@staff
@require_http_methods(METHODS)
def case_decide(request: HttpRequest, number: str) -> HttpResponse:
    """Decide for all authorities."""
    page = _opened(request, number)
    demand(request, "findings.lead", page.case)
    form = Decide(**posted(request), initial={"title": page.case.title, "decision": page.case.decision})
    if request.method == "POST" and form.attempt(actions.decide_case, by=person(request), case=page.case) is not None:
        messages.success(request, _("Decided; the authorities are told."))
        return redirect("workspace:case", number)
    title = _("Decide for all")
    back = reverse("workspace:case", args=[number])
    way = _way((number, back), (title, ""))
    note = _("Everybody concerned is told. The findings go on in each authority.")
    return form_page(
        request, "workspace/findings/step.html", form, title=title, pretitle=number, crumbs=way, back=back, submit=_("Decide"), note=note
    )


@staff
@require_POST
def case_close(request: HttpRequest, number: str) -> HttpResponse:
    """Close a case when nothing is awaited any more."""
    page = _opened(request, number)
    demand(request, "findings.lead", page.case)
    try:
        actions.close_case(by=person(request), case=page.case)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The case is closed."))
    return redirect("workspace:case", number)
