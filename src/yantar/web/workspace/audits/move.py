"""One audit of a programme: why it is wanted, what its place costs, and a move by hand that is judged before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core.plan_words import PARTS
from yantar.core.problems import Refused
from yantar.engine.coverage import REASON_TEXTS
from yantar.engine.internal_time import STEP_TEXTS
from yantar.engine.planner.check_moves import Candidate
from yantar.engine.planner.forms import Assignment, Qualification
from yantar.qms.audits import actions, planning
from yantar.qms.audits.models import Audit, PlanRun, ProgrammeState
from yantar.qms.audits.moving import Board, Judged, may_move
from yantar.qms.audits.planning import Names
from yantar.qms.audits.queries import programme as queries
from yantar.qms.people.messages import reason_sentence
from yantar.qms.people.models import Auditor
from yantar.qms.people.standing import Reason, Weight
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, DayField, form_page, lines

from .programmes import CHANGE, STATES, find, heading, whole

OWN_WORDS = {
    "by_hand": _("added or changed by hand"),
    "personnel_unknown": _("the personnel is not recorded; %(personnel)s people are assumed"),
}
"""Reasons of a wanted audit that are not the engine's."""


def reasons_of(audit: Audit) -> tuple[list[str], list[str]]:
    """Why an audit is wanted, and the steps to its person-days, in the reader's language."""
    why, steps = [], []
    for one in audit.why:
        code, params = one.get("code", ""), one.get("params", {})
        if code in STEP_TEXTS:
            steps.append(_g(STEP_TEXTS[code]) % params)
        elif code in REASON_TEXTS:
            why.append(_g(REASON_TEXTS[code]))
        elif code in OWN_WORDS:
            (steps if params else why).append(str(OWN_WORDS[code]) % params)
    return why, steps


def warnings_of(row: queries.Row) -> list[tuple[str, str]]:
    """What the check of each member of the team warned of: (name, sentence)."""
    found = []
    for member in row.team:
        for one in member.warnings:
            if one["code"] == "led_last_year":
                text = _g("led the audit of this authority last year too")
            else:
                text = str(reason_sentence(Reason(one["code"], Weight.LATE, one.get("params", {}))))
            found.append((member.auditor.name, text))
    return found


def left_out(audit: Audit) -> list[str]:
    """Why the plan in force left an audit out, in the reader's language; empty when it did not."""
    run = PlanRun.objects.filter(programme=audit.programme, applied_at__isnull=False).order_by("-applied_at").first()
    if run is None or run.plan is None:
        return []
    names = Names(audit.window_first)
    reasons = [reason for one in run.plan["dropped"] if one["wish"] == audit.number for reason in one["reasons"]]
    return [planning.reason(one["code"], one["params"], names) for one in reasons]


def find_audit(request: HttpRequest, year: int, number: str) -> Audit:
    """An audit of the year's programme that the person may see; 404 otherwise."""
    one = queries.audit(person(request), year, number)
    if one is None:
        raise Http404
    return one


@staff
@require_safe
def audit(request: HttpRequest, year: int, number: str) -> HttpResponse:
    """What is planned of an audit; for whoever plans, why, and what it costs."""
    programme = find(request, year)
    one = find_audit(request, year, number)
    row = queries.shown([one], date(year, 1, 1))[0]
    sees = queries.sees_whole(person(request))
    why, steps = reasons_of(one)
    costs = [(_g(PARTS[name]), points) for name, points in one.costs.items() if name in PARTS and points]
    may_change = person(request).has_perm(CHANGE)
    context = {
        "programme": programme,
        "year": year,
        "audit": one,
        "row": row,
        "why": why if sees else [],
        "steps": steps if sees else [],
        "costs": costs if sees else [],
        "warnings": warnings_of(row) if sees else [],
        "left_out": left_out(one) if sees and one.first_day is None else [],
        "whole": sees,
        "may_move": may_change and may_move(one) and programme.state != ProgrammeState.REVIEWED,
        "may_change_wanted": may_change and one.state == "planned",
        "draft": programme.state == ProgrammeState.DRAFT,
        "state_look": STATES.get(one.state, ("secondary", "dot")),
    }
    return render(request, "workspace/audits/programme_audit.html", context)


class MoveForm(ActionForm):
    """First day, lead, and a field for each further place of the team."""

    first_day = DayField(label=_("First day"))
    lead = forms.ChoiceField(label=_("Lead auditor"))
    fixed = forms.BooleanField(label=_("It stands: the planner leaves it where it is"), required=False)

    def __init__(self, board: Board, *args: Any, choices: Mapping[str, list[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert board.wish is not None
        present = board.wish.present
        members = max(board.wish.auditors - 1, len(present.members) if present else 0)
        trainees = max(min(board.wish.trainees, board.wish.auditors), len(present.trainees) if present else 0)
        lead = self.fields["lead"]
        assert isinstance(lead, forms.ChoiceField)
        lead.choices = choices["lead"]
        self.places = {"members": [f"member_{place}" for place in range(members)], "trainees": [f"trainee_{place}" for place in range(trainees)]}
        for kind, label in (("members", _("Auditor")), ("trainees", _("Trainee"))):
            for name in self.places[kind]:
                self.fields[name] = forms.ChoiceField(label=label, required=False, choices=choices[kind])
        self.helper.layout = self._layout()

    def _layout(self) -> Any:
        return lines("first_day", "lead", *self.places["members"], *self.places["trainees"], "fixed")

    def codes(self, kind: str) -> tuple[str, ...]:
        """Codes of those who were chosen for the places of a kind."""
        return tuple(code for name in self.places[kind] if (code := self.cleaned_data.get(name)))

    def assignment(self) -> Assignment | None:
        """What was chosen; None as long as something is missing."""
        if not self.is_valid():
            return None
        return Assignment(
            first=self.cleaned_data["first_day"], lead=self.cleaned_data["lead"], members=self.codes("members"), trainees=self.codes("trainees")
        )

    def parameters(self) -> dict[str, Any]:
        people = {
            one.code: one for one in Auditor.objects.filter(code__in=[self.cleaned_data["lead"], *self.codes("members"), *self.codes("trainees")])
        }
        return {
            "first_day": self.cleaned_data["first_day"],
            "lead": people[self.cleaned_data["lead"]],
            "members": [people[code] for code in self.codes("members")],
            "trainees": [people[code] for code in self.codes("trainees")],
            "fixed": self.cleaned_data["fixed"],
        }

    def refuse(self, problems: Any) -> None:
        """Problems of the members and trainees have no single field: they stand at the top."""
        for problem in problems:
            if problem.field in self.fields:
                self.add_error(problem.field, ValidationError(str(problem.message), code=problem.code))
            else:
                self.problems.append(problem)


def _choices(board: Board, candidate: Candidate | None) -> dict[str, list[Any]]:
    """Whom to choose from: first those against whom nothing speaks on the day, then the rest."""
    free = {
        "lead": set(candidate.leads) if candidate else set(),
        "members": set(candidate.members) if candidate else set(),
        "trainees": set(candidate.trainees) if candidate else set(),
    }
    found: dict[str, list[Any]] = {}
    for kind in free:
        people = [one for one in board.instance.auditors if (one.qualification is Qualification.TRAINEE) == (kind == "trainees")]
        if kind == "lead":
            people = [one for one in people if one.qualification is Qualification.LEAD]
        named = sorted(
            ((one.id, f"{board.names('auditor', one.id)} · {board.names.authority(one.authority)}") for one in people), key=lambda pair: pair[1]
        )
        good = [pair for pair in named if pair[0] in free[kind]]
        rest = [pair for pair in named if pair[0] not in free[kind]]
        # An audit whose team stands may have somebody who is no longer what they were.
        groups = [(_g("Nothing speaks against"), good), (_g("Others"), rest)]
        found[kind] = [("", "—"), *(group for group in groups if group[1])]
    return found


def _asked(request: HttpRequest, board: Board) -> dict[str, Any]:
    """What the form begins with: the address, else what stands."""
    assert board.wish is not None
    present = board.wish.present
    initial: dict[str, Any] = {"fixed": True}
    if present is not None:
        initial |= _initial(present)
    chosen = request.GET.get("day", "")
    if chosen:
        try:
            first = date.fromisoformat(chosen)
        except ValueError:
            return initial
        found = board.candidates(first=first, limit=1)
        return {"fixed": True, **(_initial(found[0].assignment) if found else {**initial, "first_day": first})}
    return initial


def _initial(assignment: Assignment) -> dict[str, Any]:
    values: dict[str, Any] = {"first_day": assignment.first, "lead": assignment.lead}
    values |= {f"member_{place}": code for place, code in enumerate(assignment.members)}
    return values | {f"trainee_{place}": code for place, code in enumerate(assignment.trainees)}


def _form(request: HttpRequest, board: Board, initial: dict[str, Any], data: Any = None) -> MoveForm:
    day = initial.get("first_day")
    if data is not None:
        try:
            day = date.fromisoformat(data.get("first_day", ""))
        except ValueError:
            day = None
    candidate = next(iter(board.candidates(first=day, limit=1)), None) if day else None
    return MoveForm(board, data, choices=_choices(board, candidate), initial=initial)


def _board(request: HttpRequest, year: int, number: str) -> tuple[Audit, Board]:
    programme = whole(request, year)
    demand(request, CHANGE)
    one = find_audit(request, year, number)
    board = Board(programme, number)
    if board.wish is None or not may_move(one):
        raise Http404
    return one, board


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, year: int, number: str) -> HttpResponse:
    """Other days, another team: what breaks and what it costs is said before it is saved."""
    one, board = _board(request, year, number)
    initial = _asked(request, board)
    form = _form(request, board, initial, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.attempt(actions.move_audit, by=person(request), audit=one) is not None:
            messages.success(request, _g("The audit is moved."))
            return redirect("workspace:programme_audit", year=year, number=number)
        judged = _judged(board, form)
    else:
        judged = board.judge(_assignment(initial)) if "lead" in initial else None
    assert one.programme is not None
    near = board.candidates(near=initial.get("first_day"))
    context = {
        **heading(one.programme, _g("Move %(number)s") % {"number": number}, _g("Move it")),
        "audit": one,
        "judged": judged,
        "candidates": near,
        "board": board,
        "check_url": reverse("workspace:move_check", args=[year, number]),
        "back": reverse("workspace:programme_audit", args=[year, number]),
    }
    return form_page(request, "workspace/audits/move.html", form, **context)


def _assignment(initial: Mapping[str, Any]) -> Assignment:
    members = tuple(code for name, code in initial.items() if name.startswith("member_"))
    trainees = tuple(code for name, code in initial.items() if name.startswith("trainee_"))
    return Assignment(first=initial["first_day"], lead=initial["lead"], members=members, trainees=trainees)


def _judged(board: Board, form: MoveForm) -> Judged | None:
    form.errors  # noqa: B018 - what was typed is read once
    first, lead = form.cleaned_data.get("first_day"), form.cleaned_data.get("lead")
    if not first or not lead:
        return None
    return board.judge(Assignment(first=first, lead=lead, members=form.codes("members"), trainees=form.codes("trainees")))


@staff
@require_safe
def check(request: HttpRequest, year: int, number: str) -> HttpResponse:
    """The piece of the page that says what the chosen days and people would break and cost."""
    _one, board = _board(request, year, number)
    form = _form(request, board, {}, request.GET)
    return render(request, "workspace/audits/parts/verdict.html", {"judged": _judged(board, form), "form": form})


@staff
@require_POST
def hold(request: HttpRequest, year: int, number: str, what: str) -> HttpResponse:
    """Fix an audit, loosen it, or take its days: `what` "fix", "loosen", "unplan", "remove"."""
    demand(request, CHANGE)
    one = find_audit(request, year, number)
    try:
        if what == "fix":
            actions.fix_audit(by=person(request), audit=one)
        elif what == "loosen":
            actions.fix_audit(by=person(request), audit=one, fixed=False)
        elif what == "unplan":
            actions.unplan_audit(by=person(request), audit=one)
        elif what == "remove":
            actions.remove_wanted(by=person(request), audit=one)
            messages.success(request, _g("%(number)s is off the list.") % {"number": number})
            return redirect("workspace:programme", year=year)
        else:
            raise Http404
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    return redirect("workspace:programme_audit", year=year, number=number)
