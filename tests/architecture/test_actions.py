"""Every change is an action, every action has a permission that a rule gives."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
import rules
from procrastinate.contrib.django import app

import yantar
from yantar.core.actions import REGISTRY, ActionInfo

PERMISSION_IN_THE_BODY = {
    "jobs.start": "the kind of work has its own permission, checked in the body",
    "files.store": "a file is kept as a part of another action, or is one's own",
    "files.look": "every exchange has its own permission, checked in the body",
    "digest.send": "only the scheduler calls it",
    "notifications.read": "one's own notifications",
    "organisation.new_calendar_token": "one's own calendar",
    "organisation.change_own_settings": "one's own language and mail",
    "findings.save_filter": "one's own searches",
    "findings.rename_filter": "one's own searches",
    "findings.delete_filter": "one's own searches",
    "feedback.rate_service": "the public rates without a sign-in: only parts of the system call it, checked in the body",
    "feedback.confirm_rating": "the secret out of the mail, checked in the body; only parts of the system call it",
    "feedback.sweep_limits": "only the scheduler calls it",
    "feedback.withdraw_appeal": "the citizen by number and code; only the portal calls it, checked in the body",
    "feedback.dispute_appeal": "the citizen by number and code; only the portal calls it, checked in the body",
    "feedback.add_template": "its permission is asked of the template to be, in the body",
}
"""Actions without a rule, and why."""


def _ours() -> dict[str, ActionInfo]:
    for module in pkgutil.walk_packages(yantar.__path__, "yantar."):
        if not module.name.startswith("yantar.config") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {name: info for name, info in REGISTRY.items() if info.function.__module__.startswith("yantar.")}


@pytest.fixture(scope="module")
def actions() -> dict[str, ActionInfo]:
    return _ours()


def test_every_action_has_a_permission_or_a_reason(actions: dict[str, ActionInfo]) -> None:
    without = {name for name, info in actions.items() if info.permission is None}
    assert without <= set(PERMISSION_IN_THE_BODY)


NOBODY = {"demo.build"}
"""Permissions that no rule gives, so that no person has them: only the operator's command builds the demonstration."""


def test_every_permission_is_given_by_a_rule(actions: dict[str, ActionInfo]) -> None:
    assert {info.permission for info in actions.values() if info.permission and not rules.perm_exists(info.permission)} <= NOBODY


def test_actions_are_named_after_their_capability(actions: dict[str, ActionInfo]) -> None:
    for name, info in actions.items():
        assert re.fullmatch(r"[a-z]+(\.[a-z_]+)+", name), name
        package = re.match(r"yantar\.qms\.(\w+)", info.function.__module__)
        if package:
            assert name.startswith(package[1] + "."), f"{name} lives in {package[1]}"


def test_every_action_says_what_it_does(actions: dict[str, ActionInfo]) -> None:
    assert [name for name, info in actions.items() if not (info.function.__doc__ or "").strip()] == []


def test_scheduled_work_never_piles_up() -> None:
    scheduled = [entry.task for entry in app.periodic_registry.periodic_tasks.values()]
    assert {"yantar.mend_queue", "yantar.digest"} <= {task.name for task in scheduled}
    assert [task.name for task in scheduled if not task.queueing_lock] == []
