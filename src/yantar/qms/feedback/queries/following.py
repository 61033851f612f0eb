"""How a citizen follows an appeal: by number and secret code, without an account. Guesses are limited, by client and by number."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.problems import Problem, Refused
from yantar.core.secrecy import blind
from yantar.engine import deadlines as engine
from yantar.library.deadlines import LegalTerm
from yantar.qms.organisation.models import AuthorityVersion
from yantar.qms.organisation.queries import names_on, working_calendar

from .. import admission, clocks
from ..models import Answer, Appeal, AppealState, AppealStep
from ..numbers import code_print, tidy_number
from ..states import OPEN, transition
from .appeals.listing import service_names

OF_CLIENT, OF_NUMBER, IN_ALL = 60, 100, 20_000
"""Attempts in an hour: from one network, on one number, of all together."""


@dataclass(frozen=True, slots=True)
class FollowedStep:
    """A step that the citizen sees; `part`: the number of the part it belongs to, empty for the whole."""

    step: AppealStep
    authority: AuthorityVersion | None
    to_authority: AuthorityVersion | None
    part: str


@dataclass(frozen=True, slots=True)
class FollowedPart:
    """What one authority does with the appeal. `due_on`: the day that binds, None when nothing is awaited; `late`: it has passed.

    `explanation`: which days counted, None before registration.
    `limit`: what the law gives for the answer. `dispute_until`: the last day to say "not solved", None when it can't be.
    """

    appeal: Appeal
    authority: AuthorityVersion | None
    answers: Sequence[Answer]
    due_on: date | None
    late: bool
    explanation: engine.Explanation | None
    limit: LegalTerm | None
    dispute_until: date | None


@dataclass(frozen=True, slots=True)
class Followed:
    """An appeal as its citizen sees it: everything under one number, the steps in their order. No text and no name is in it."""

    appeal: Appeal
    service: str
    parts: Sequence[FollowedPart]
    steps: Sequence[FollowedStep]
    can_withdraw: bool

    @property
    def number(self) -> str:
        return self.appeal.number

    def part(self, number: str) -> FollowedPart | None:
        """The part of a number; the whole has the appeal's own."""
        return next((one for one in self.parts if one.appeal.number == number), None)


def follow(number: str, code: str, *, client: str) -> Followed | None:
    """The appeal of a number whose code is right; None alike for an unknown number and for a wrong code.

    client: print of the network (`admission.client_print`). To be called outside of a transaction, so that attempts stay counted.
    Raises Refused after too many attempts from one network or on one number.
    """
    tidy = tidy_number(number)
    within = admission.admitted("follow", client, OF_CLIENT, IN_ALL, admission.HOUR)
    if tidy is not None:
        within = admission.admitted("follow number", blind("follow", tidy), OF_NUMBER, IN_ALL, admission.HOUR) and within
    if not within:
        raise Refused(Problem(_("Too many attempts. Wait an hour, please."), "too_many"))
    # An unknown number costs the same work and time as a wrong code.
    appeal = Appeal.objects.filter(number=tidy or "", part_of__isnull=True).only("pk", "code_print").first()
    given = code_print(tidy or "-", code)
    known = appeal.code_print if appeal is not None else blind("appeal code", "nobody's")
    right = hmac.compare_digest(given, known) and given != ""
    return followed_appeal(appeal.pk) if appeal is not None and right else None


def followed_appeal(pk: int) -> Followed | None:
    """The appeal of a key as its citizen sees it; whoever calls has proved the code. A constant number of queries, whatever happened."""
    rows = list(
        Appeal.objects.filter(Q(pk=pk, part_of__isnull=True) | Q(part_of=pk))
        .select_related("service", "category")
        .defer("lexemes", "code_print", "sender_print")
        .order_by("id")
    )
    if not rows or rows[0].pk != pk:
        return None
    root = rows[0]
    numbers = {row.pk: row.number for row in rows}
    steps = list(AppealStep.objects.filter(appeal__in=rows, public=True).order_by("at", "id"))
    links = Answer.appeals.through.objects.filter(appeal__in=rows).select_related("answer").order_by("answer_id")
    answers: dict[int, list[Answer]] = defaultdict(list)
    for link in links.defer("answer__text"):
        answers[link.appeal_id].append(link.answer)
    ids = {row.authority_id for row in rows} | {key for step in steps for key in (step.authority_id, step.to_authority_id) if key}
    names = names_on(ids, clock.today())
    calendar, limits = working_calendar(), clocks.Limits()
    return Followed(
        appeal=root,
        service=service_names({root.service_id}).get(root.service_id, root.service.code) if root.service_id and root.service else "",
        parts=[
            FollowedPart(
                row,
                names.get(row.authority_id),
                answers[row.pk],
                row.due_on if row.state in (*OPEN, AppealState.SUSPECTED) else None,
                row.state in OPEN and row.due_on is not None and clock.today() > row.due_on,
                engine.explain(clocks.case_of(row), limits.of(row), calendar) if row.registered_on else None,
                limits.of(row).term("answer", row.variant) if row.registered_on else None,
                _dispute_until(row),
            )
            for row in rows
        ],
        steps=[
            FollowedStep(
                step,
                names.get(step.authority_id),
                names.get(step.to_authority_id) if step.to_authority_id else None,
                numbers[step.appeal_id] if step.appeal_id != root.pk else "",
            )
            for step in steps
        ],
        can_withdraw=transition("withdraw", root.state) is not None,
    )


def _dispute_until(appeal: Appeal) -> date | None:
    until = clocks.dispute_until(appeal)
    return until if until is not None and transition("dispute", appeal.state) is not None and clock.today() <= until else None
