"""The way of a programme through its year as one list of steps: what is done, what comes now, what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yantar.core import clock
from yantar.qms.audits import planning
from yantar.qms.audits.models import PlanRun, Programme, ProgrammeState
from yantar.qms.audits.planning import PlanState
from yantar.qms.audits.queries import programme as queries

SENTENCES = 6
"""Broken rules that are listed in the flow; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `state` "done", "now" or "ahead"; `words` what there is to say; `wrong` what stands in the way."""

    key: str
    title: str
    state: str
    words: str = ""
    wrong: list[str] = field(default_factory=list)

    @property
    def tone(self) -> str:
        if self.wrong:
            return "danger"
        return {"done": "success", "now": "warning"}.get(self.state, "secondary")


@dataclass(frozen=True, slots=True)
class Flow:
    """The steps, the run that matters now (under way, or the last), and how the plan stands."""

    steps: list[Step]
    run: PlanRun | None
    running: bool
    state: PlanState


def flow_of(viewer: Any, programme: Programme) -> Flow:
    """How far a programme is. Reads the whole plan: a constant number of queries."""
    state = planning.state_of(programme)
    runs = queries.runs(viewer, programme)
    last = runs[0] if runs else None
    running = last is not None and last.job is not None and last.job.finished_at is None
    assessed = queries.assessed_on()
    audits, unplanned = len(state.audits), len(state.unplanned)
    draft = programme.state == ProgrammeState.DRAFT
    done = {
        "texts": bool(programme.goals and programme.criteria and programme.scope and programme.methods),
        "risks": assessed is not None,
        "wants": bool(audits),
        "plan": bool(audits) and not unplanned and not state.broken,
        "approve": not draft,
        "publish": programme.state in queries.SENT,
        "review": programme.state == ProgrammeState.REVIEWED,
    }
    words = {
        "texts": _("Goals, scope, risks of the programme, criteria, methods, resources."),
        "risks": _("Assessed on %(day)s.") % {"day": planning.shown_day(assessed)}
        if assessed
        else _("Each process by seven factors, with every input."),
        "wants": _wanted(audits),
        "plan": _planned(audits, unplanned),
        "approve": _since(_("Approved on %(day)s."), programme.approved_on),
        "publish": _since(_("Sent on %(day)s."), programme.published_on),
        "review": _since(_("Reviewed on %(day)s."), programme.reviewed_on) or _("From December of the year on."),
    }
    wrong = [planning.sentence(one, state.names) for one in state.broken]
    if len(wrong) > SENTENCES:
        more = len(wrong) - SENTENCES
        wrong = [*wrong[:SENTENCES], ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}]
    now = next((key for key in done if not done[key]), "")
    steps = [
        Step(key, title, "done" if done[key] else "now" if key == now else "ahead", words[key], wrong if key == "plan" else [])
        for key, title in (
            ("texts", _("What the programme is for")),
            ("risks", _("Risks")),
            ("wants", _("Wanted audits")),
            ("plan", _("Days and teams")),
            ("approve", _("Approval")),
            ("publish", _("Dates to the authorities")),
            ("review", _("Review")),
        )
    ]
    return Flow(steps, last, running, state)


def _wanted(audits: int) -> str:
    if not audits:
        return _("Which audits the year needs by risk, by the cycle's coverage and before each surveillance audit.")
    return ngettext("%(count)s audit wanted.", "%(count)s audits wanted.", audits) % {"count": audits}


def _planned(audits: int, unplanned: int) -> str:
    if not audits:
        return _("The planner finds days and a fair team for each; nobody audits their own work.")
    return _("%(planned)s of %(all)s audits have days and a team.") % {"planned": audits - unplanned, "all": audits}


def _since(text: str, day: date | None) -> str:
    return text % {"day": planning.shown_day(day)} if day is not None else ""


def may_review(programme: Programme) -> bool:
    """Whether the year is late enough for the review."""
    return clock.today() >= date(programme.year, 12, 1)
