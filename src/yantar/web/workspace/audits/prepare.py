"""Preparation: the checklist made and mended, own questions, the question bank."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from yantar.core.problems import Refused
from yantar.qms.audits import actions
from yantar.qms.audits.models import Audit, LineOrigin
from yantar.qms.audits.queries import audits as queries
from yantar.qms.audits.queries.spot import find_line
from yantar.qms.audits.rules import ASKS
from yantar.qms.people.models import Auditor
from yantar.qms.services.models import Process
from yantar.qms.standards.models import Clause
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, Lines, form_page, posted

from .opening import crumbs, opened

FORM = "workspace/certification/form.html"
METHODS = ["GET", "HEAD", "POST"]


def members(audit: Audit) -> Any:
    """Auditors of the team who ask questions."""
    return Auditor.objects.filter(teams__audit=audit, teams__role__in=ASKS).order_by("teams__pk")


def about(audit: Audit, title: str, **more: Any) -> dict[str, Any]:
    """What every form of an audit shows around itself."""
    return {
        "title": title,
        "pretitle": audit.number,
        "crumbs": crumbs(audit, title),
        "back": reverse("workspace:audit", args=[audit.number]),
        "audit": audit,
        **more,
    }


@staff
@require_http_methods(METHODS)
def audit_prepare(request: HttpRequest, number: str) -> HttpResponse:
    """The checklist to work on: made by one press, then assigned, ordered, thinned out."""
    audit = opened(request, number)
    demand(request, "audits.prepare_audit", audit)
    problems: list[Any] = []
    if request.method == "POST":
        try:
            messages.success(request, _change(request, audit))
        except Refused as refused:
            problems = refused.problems
        else:
            return redirect("workspace:audit_prepare", number=audit.number)
    me = person(request)
    context = {
        **about(audit, _("Checklist")),
        "lines": queries.checklist(me, audit),
        "dropped": queries.checklist(me, audit, dropped=True),
        "members": list(members(audit)),
        "origins": LineOrigin.choices,
        "problems": problems,
    }
    return render(request, "workspace/audits/prepare.html", context, status=422 if problems else 200)


def _change(request: HttpRequest, audit: Audit) -> str:
    """Do what was pressed. Returns what to say; raises Refused."""
    by, pressed = person(request), request.POST.get("do", "")
    chosen = [int(one) for one in request.POST.getlist("line") if one.isdecimal()]
    if pressed == "make":
        count = actions.prepare(by=by, audit=audit)
        return ngettext("%(n)s question was added.", "%(n)s questions were added.", count) % {"n": count}
    if pressed.startswith("up:") and pressed[3:].isdecimal():
        _move_up(request, audit, int(pressed[3:]))
        return _("Moved.")
    if pressed == "assign":
        to = request.POST.get("auditor", "")
        auditor = members(audit).filter(pk=int(to)).first() if to.isdecimal() else None
        count = actions.assign_lines(by=by, audit=audit, lines=chosen, auditor=auditor)
        return ngettext("%(n)s question was assigned.", "%(n)s questions were assigned.", count) % {"n": count}
    if pressed == "drop":
        count = actions.drop_lines(by=by, audit=audit, lines=chosen)
        return ngettext("%(n)s question was dropped.", "%(n)s questions were dropped.", count) % {"n": count}
    if pressed == "take_back":
        count = actions.take_back_lines(by=by, audit=audit, lines=chosen)
        return ngettext("%(n)s question is asked after all.", "%(n)s questions are asked after all.", count) % {"n": count}
    raise Refused(_("Choose what to do."))


def _move_up(request: HttpRequest, audit: Audit, pk: int) -> None:
    order = [line.pk for line in queries.checklist(person(request), audit)]
    if pk in order and order.index(pk) > 0:
        actions.move_line(by=person(request), audit=audit, line=pk, before=order[order.index(pk) - 1])


class QuestionForm(ActionForm):
    """An own question."""

    text = Lines(label=gettext_lazy("Question"))
    text_en = Lines(label=gettext_lazy("Question in English"), required=False, rows=2)
    evidence = Lines(label=gettext_lazy("Records to ask for"), required=False, rows=2)
    sample = forms.CharField(label=gettext_lazy("Sample"), max_length=300, required=False)
    clause = forms.ModelChoiceField(Clause.objects.none(), label=gettext_lazy("Clause"), required=False)
    process = forms.ModelChoiceField(Process.objects.none(), label=gettext_lazy("Process"), required=False)
    assigned = forms.ModelChoiceField(Auditor.objects.none(), label=gettext_lazy("Asked by"), required=False)
    keep_in_bank = forms.BooleanField(label=gettext_lazy("Keep it in the question bank for other audits"), required=False)
    layout = ("text", "text_en", "evidence", "sample", ("clause", "process"), "assigned", "keep_in_bank")

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose: dict[str, Any] = {
            "clause": audit.edition.clauses.filter(audited=True).order_by("order"),
            "process": Process.objects.filter(authority_id=audit.authority_id).order_by("kind", "order"),
            "assigned": members(audit),
        }
        for name, rows in choose.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


@staff
@require_http_methods(METHODS)
def question_new(request: HttpRequest, number: str) -> HttpResponse:
    """Ask something of one's own."""
    audit = opened(request, number)
    demand(request, "audits.take_part", audit)
    form = QuestionForm(**posted(request), audit=audit)
    if request.method == "POST" and form.attempt(actions.add_question, by=person(request), audit=audit):
        messages.success(request, _("The question is in the checklist."))
        prepares = request.user.has_perm("audits.prepare_audit", audit)
        return redirect("workspace:audit_prepare" if prepares else "workspace:audit", number=audit.number)
    return form_page(request, FORM, form, **about(audit, _("Own question"), submit=_("Add the question")))


class LineForm(ActionForm):
    """The words of a question."""

    text = Lines(label=gettext_lazy("Question"))
    evidence = Lines(label=gettext_lazy("Records to ask for"), required=False, rows=2)
    sample = forms.CharField(label=gettext_lazy("Sample"), max_length=300, required=False)


@staff
@require_http_methods(METHODS)
def line_correct(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The words of one question, before it is asked."""
    audit = opened(request, number)
    demand(request, "audits.prepare_audit", audit)
    line = find_line(audit, pk)
    if line is None:
        raise Http404(_("There is no such question."))
    english = audit.language == "en"
    given = {
        "text": (line.text_en or line.text_ru) if english else line.text_ru,
        "evidence": (line.evidence_en or line.evidence_ru) if english else line.evidence_ru,
        "sample": line.sample,
    }
    form = LineForm(**posted(request), initial=given)
    if request.method == "POST" and form.attempt(actions.correct_line, by=person(request), audit=audit, line=line.pk):
        messages.success(request, _("The question is changed."))
        return redirect("workspace:audit_prepare", number=audit.number)
    return form_page(request, FORM, form, **about(audit, _("Question %(n)s") % {"n": line.order}, submit=_("Save")))


@staff
@require_http_methods(METHODS)
def question_bank(request: HttpRequest) -> HttpResponse:
    """The bank of questions; whoever may, withdraws one."""
    me = person(request)
    rows = queries.bank(me)
    if request.method == "POST":
        found = next((one for one in rows if str(one.pk) == request.POST.get("question")), None)
        if found is None:
            raise Http404(_("There is no such question."))
        demand(request, "audits.change_bank", None)
        try:
            actions.withdraw_bank_question(by=person(request), question=found)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The question is withdrawn from the bank."))
        return redirect("workspace:question_bank")
    context = {"rows": rows, "may_change": me.has_perm("audits.change_bank", None), "crumbs": crumbs(None, _("Question bank"))}
    return render(request, "workspace/audits/bank.html", context)
