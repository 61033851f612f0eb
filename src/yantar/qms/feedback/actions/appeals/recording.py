"""What every step of an appeal shares: the table is asked, a row is added to its life, the citizen is told. Runs inside actions only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, System, current
from yantar.core.models import User
from yantar.core.problems import Problem, Refused
from yantar.qms.organisation.models import Authority

from ...mails import mail_later
from ...models import Appeal, AppealState, AppealStep, InternalNote, StepKind, Way
from ...states import transition

REASON_LENGTH = 500
TEXT_LENGTH = 20_000


def person(by: Actor) -> User | None:
    """The person who acts; None for a part of the system, and so for a citizen."""
    return by if isinstance(by, User) else None


def refuse(problems: Iterable[Problem]) -> None:
    """Say no when anything is wrong."""
    if problems := list(problems):
        raise Refused(problems)


def required(value: str, field: str, message: Any, *, most: int = REASON_LENGTH) -> list[Problem]:
    """A problem when a text is empty or too long."""
    if not value.strip():
        return [Problem(message, "required", field)]
    if len(value.strip()) > most:
        return [Problem(_("At most %(most)s characters, please.") % {"most": most}, "too_long", field)]
    return []


def state_problems(appeal: Appeal, code: str) -> list[Problem]:
    """A problem when the table has no such act in the appeal's state."""
    if transition(code, appeal.state):
        return []
    message = _("This can't be done in the state “%(state)s”. Reload the page: somebody may have gone on.")
    return [Problem(message % {"state": AppealState(appeal.state).label}, "state")]


def only_portal(by: Actor) -> None:
    """A citizen's own acts come through the public pages, which proved the secret code: no person signed in does them.

    Raises PermissionDenied.
    """
    from django.core.exceptions import PermissionDenied

    if not isinstance(by, System):
        raise PermissionDenied("feedback.citizen")


def step(
    appeal: Appeal,
    kind: StepKind,
    by: Actor,
    *,
    reason: str = "",
    authority: Authority | None = None,
    to: Authority | None = None,
    public: bool = True,
    tell: bool = True,
) -> AppealStep:
    """Add a row to the life of an appeal as it stands now, and tell the citizen of what is public (unless it came with a file from before)."""
    row = AppealStep.objects.create(
        appeal=appeal,
        at=clock.now(),
        kind=kind,
        by=person(by),
        authority=authority or appeal.authority,
        to_authority=to,
        due_on=appeal.due_on,
        reason=reason.strip(),
        public=public,
    )
    running = current()
    running.decided.setdefault("number", appeal.number)
    if public and tell and not appeal.anonymous and appeal.way != Way.IMPORT:
        mail_later(row)
    return row


def go(appeal: Appeal, code: str, fields: Iterable[str] = ()) -> None:
    """Make the table's transition and save the appeal with the further `fields` that the caller has set. Raises Refused when there is none."""
    refuse(state_problems(appeal, code))
    row = transition(code, appeal.state)
    assert row is not None, "asked just before"
    changed = set(fields)
    if row.after is not None and row.after != appeal.state:
        current().decided.setdefault("before", appeal.state)
        current().decided.setdefault("after", row.after.value)
        appeal.state = row.after
        appeal.state_since = clock.now()
        changed |= {"state", "state_since"}
    if changed:
        appeal.save(update_fields=sorted(changed))


def seal_note(appeal: Appeal, by: Actor, text: str) -> InternalNote:
    """Keep a text beside an appeal, sealed; it is never seen by the citizen."""
    from yantar.core.secrecy import seal

    return InternalNote.objects.create(appeal=appeal, by=person(by), at=clock.now(), sealed=seal("note", {"text": text.strip()}))
