"""Flags: what rules found, of how many they could judge, and what they do not prove."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yantar.qms.findings.models import Grade
from yantar.qms.organisation.models import Authority
from yantar.qms.procurement import actions, queries
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, Lines, form_page, posted

from .opening import METHODS, glanced, opened, page_asked, procedure_asked, tabs, words_asked
from .outliers import AuthorityChoice, authorities_of
from .procedures import Pages

RAISED = [(grade.value, grade.label) for grade in (Grade.MAJOR, Grade.MINOR, Grade.OBSERVATION, Grade.OFI)]


def _rule(flag: str, glance: queries.Glance) -> Any:
    """The words of a rule in the reader's language; None where the dataset was not looked at by such a rule."""
    from yantar.engine.savings.flags.data import load

    return load(flag).words(get_language() or "ru") if flag in {count.flag for count in glance.flags} else None


@staff
@require_safe
def flags(request: HttpRequest, pk: int) -> HttpResponse:
    """Rules and authorities with how often something was found; the procedures behind it."""
    one = opened(request, pk)
    found = glanced(request, one)
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:300].strip() for name in ("flag", "authority", "buyer")}
    flag, q = asked["flag"], words_asked(request)
    page = queries.flags(person(request), one, flag=flag, authority=asked["authority"], buyer=asked["buyer"], q=q, page=page_asked(request))
    by_authority = queries.flags_by_authority(person(request), one)
    if page is None or by_authority is None:
        raise Http404
    found_something = sorted((count for count in found.flags if count.procedures), key=lambda count: -count.procedures)
    context = {
        **tabs(one, "flags", found),
        "rules": found_something,
        "shares": [(count, Decimal(count.procedures) / count.examined if count.examined else None) for count in found_something],
        "silent": [count for count in found.flags if not count.procedures],
        "page": page,
        "pages": Pages(page.page, page.pages),
        "flag": flag,
        "chosen": _rule(flag, found),
        "asked": asked,
        "q": q,
        "by_authority": by_authority,
        "matched": [row for row in by_authority.rows if row.authority is not None],
        "authorities": [(row, row.cells(list(by_authority.flags))) for row in by_authority.rows],
        "may_raise": person(request).has_perm("procurement.raise_finding"),
    }
    return render(request, "workspace/procurement/flags.html", context)


class RaiseForm(ActionForm):
    """A flag becomes a finding: a person says what is wrong; the flag's numbers become its evidence."""

    authority = AuthorityChoice(Authority.objects.none(), label=_("Authority"), error_messages={"required": _("Choose an authority.")})
    gap = Lines(
        label=_("Gap"),
        rows=2,
        required=False,
        help_text=_("One sentence: what is wrong. The flag alone proves nothing; its numbers become the evidence."),
    )
    requirement = Lines(label=_("Requirement"), rows=2, required=False, help_text=_("What must be so, and where it is written."))
    regulation = forms.CharField(label=_("Other requirement"), max_length=500, required=False, help_text=_("Law, article."))
    grade = forms.ChoiceField(label=_("Grade"), choices=RAISED, initial=Grade.OBSERVATION.value)
    layout = ("authority", "gap", "requirement", ("regulation", "grade"))


def _flag(found: queries.ProcedureView, request: HttpRequest) -> queries.FlagRow:
    flag, lot = request.GET.get("flag", ""), request.GET.get("lot", "")
    row = next((one for one in found.flags if one.flag == flag and one.lot_id == lot), None)
    if row is None:
        raise Http404(_g("There is no such flag."))
    return row


@staff
@require_http_methods(METHODS)
def raise_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a finding of a flag; once."""
    one = opened(request, pk)
    demand(request, "procurement.raise_finding")
    key = procedure_asked(request)
    found = queries.procedure(person(request), one, key)
    if found is None:
        raise Http404(_g("There is no such procedure."))
    row = _flag(found, request)
    back = f"{reverse('workspace:savings_procedure', args=[pk])}?{urlencode({'id': key})}"
    if row.raised is not None:
        return redirect("workspace:finding", row.raised.finding.number)
    form = RaiseForm(**posted(request), initial={"authority": found.authority.authority_id if found.authority is not None else None})
    authorities_of(form.fields["authority"], request)
    given: Mapping[str, Any] = {"dataset": one, "procedure_id": key, "flag": row.flag, "lot_id": row.lot_id}
    if request.method == "POST":
        made = form.attempt(actions.raise_finding_from_flag, by=person(request), **given)
        if made is not None:
            messages.success(request, _g("Finding %(number)s is raised.") % {"number": made.number})
            return redirect("workspace:finding", made.number)
    context = {**tabs(one, "flags"), "found": found, "row": found.row, "flag": row, "back": back, "submit": _g("Raise the finding")}
    return form_page(request, "workspace/procurement/raise.html", form, **context)
