"""The spine: the only way to change anything.

An action opens the transaction, locks its target, checks the permission on the locked row, runs its
body, writes one journal row, and lets notifications out after the commit. A body that raises leaves
nothing behind.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from . import clock, freshness
from .canonical import canonical
from .middleware import request_id
from .models import JournalEntry, User
from .problems import Problem, Refused

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class System:
    """A part of Yantar that acts on its own: the scheduler, an operator's command, the set-up."""

    name: str


Actor = User | System


@dataclass(slots=True)
class Running:
    """The action that is running now; its body may add to what is recorded."""

    name: str
    by: Actor
    decided: dict[str, Any]
    target: models.Model | None = None
    authority_id: int | None = None
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    entry: JournalEntry | None = None
    told: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """What the registry knows of an action; tests walk it."""

    name: str
    permission: str | None
    target: str | None
    function: Callable[..., Any]


REGISTRY: dict[str, ActionInfo] = {}
_running: ContextVar[Running | None] = ContextVar("yantar_action", default=None)


def current() -> Running:
    """The running action. Raises RuntimeError outside of one: writing without an action is a mistake."""
    running = _running.get()
    if running is None:
        raise RuntimeError("no action is running")
    return running


def in_action() -> bool:
    """Whether the code runs inside an action."""
    return _running.get() is not None


def action(
    name: str,
    *,
    permission: str | None,
    target: str | None = None,
    private: tuple[str, ...] = (),
    summary: Callable[[dict[str, Any], Any], dict[str, Any]] | None = None,
) -> Callable[[F], F]:
    """Make a keyword-only function an action.

    name: "audits.close", unique. permission: the rule that `by` must pass on the locked target; None
    only for what a person does to their own things, and then the body checks. target: the parameter
    that is locked and checked (None where nothing exists yet; the rule then sees None). private:
    parameters that never reach the journal (names, passwords). summary: replaces the recorded
    parameters where they are too large, e.g. an import's rows.

    The wrapped function raises PermissionDenied, Refused, or what its body raises.
    """

    def decorate(function: F) -> F:
        parameters = inspect.signature(function).parameters
        if any(p.kind is not inspect.Parameter.KEYWORD_ONLY for p in parameters.values()) or "by" not in parameters:
            raise TypeError(f"{name}: an action takes keyword arguments only, and `by` among them")
        if target is not None and target not in parameters:
            raise TypeError(f"{name}: no parameter {target}")
        if name in REGISTRY and REGISTRY[name].function.__qualname__ != function.__qualname__:
            raise TypeError(f"{name}: two actions of one name")

        @functools.wraps(function)
        def run(*, by: Actor, **kwargs: Any) -> Any:
            try:
                return carry_out(by=by, **kwargs)
            except IntegrityError as error:
                # The checks of the body passed, and still somebody was first: two people at the same instant.
                if isinstance(error.__cause__, UniqueViolation):
                    raise Refused(Problem(_("Somebody recorded the same at this moment. Reload the page and look."), code="meanwhile")) from error
                raise

        def carry_out(*, by: Actor, **kwargs: Any) -> Any:
            with transaction.atomic(), pghistory.context(action=name) as context:
                if target is not None and kwargs.get(target) is not None:
                    kwargs[target] = _locked(kwargs[target])
                _check(by, permission, kwargs.get(target) if target else None)
                decided = {} if summary else {k: v for k, v in kwargs.items() if k not in private and v is not None}
                running = Running(name=name, by=by, decided=decided, target=kwargs.get(target) if target else None)
                token = _running.set(running)
                try:
                    result = function(by=by, **kwargs)
                finally:
                    _running.reset(token)
                if summary:
                    running.decided = {**summary(kwargs, result), **running.decided}
                if running.target is None and isinstance(result, models.Model):
                    running.target = result
                running.entry = _write(running, context)
                transaction.on_commit(freshness.forget)
                for notification in running.told:
                    notification.journal = running.entry
                _tell(running)
                for call in running.after_commit:
                    transaction.on_commit(call)
                return result

        run.action = ActionInfo(name, permission, target, run)  # type: ignore[attr-defined]
        REGISTRY[name] = run.action  # type: ignore[attr-defined]
        return run  # type: ignore[return-value]

    return decorate


def _locked(obj: models.Model) -> models.Model:
    # Without the key: rows that refer to the target can still be written while it is locked.
    locked = type(obj)._base_manager.select_for_update(no_key=True, of=("self",)).filter(pk=obj.pk).first()
    if locked is None:
        raise Refused(_("This no longer exists. Reload the page."))
    return locked


def _check(by: Actor, permission: str | None, obj: models.Model | None) -> None:
    if isinstance(by, System) or permission is None:
        return
    if not by.has_perm(permission, obj):
        raise PermissionDenied(permission)


def _write(running: Running, context: Any) -> JournalEntry:
    on = running.target
    authority = running.authority_id
    if authority is None and on is not None:
        authority = on.pk if on._meta.label_lower == "organisation.authority" else getattr(on, "authority_id", None)
    return JournalEntry.objects.create(
        at=clock.now(),
        actor=running.by if isinstance(running.by, User) else None,
        system=running.by.name if isinstance(running.by, System) else "",
        action=running.name,
        target_type=on._meta.label_lower if on is not None else "",
        target_id=str(on.pk) if on is not None else "",
        authority_id=authority,
        decided=canonical(running.decided),
        request_id=request_id.get(),
        history=getattr(context, "id", None),
    )


def _tell(running: Running) -> None:
    """Notification rows are part of the transaction: they appear with the change or not at all."""
    if running.told:
        from .models import Notification

        Notification.objects.bulk_create(running.told, ignore_conflicts=True)
