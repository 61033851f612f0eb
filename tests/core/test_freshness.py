"""Answers are given again only while nothing has changed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from tests.factories import UserFactory
from yantar.core.actions import System, action
from yantar.core.freshness import Fresh, quiet
from yantar.core.models import User


@action("freshness.rename", permission=None, target="user")
def rename(*, by: System, user: User, name: str) -> User:
    """Changes something. Only a test of freshness."""
    user.full_name = name
    user.save()
    return user


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_kept_until_something_changes() -> None:
    user = UserFactory()
    rename(by=System("test"), user=user, name="one")
    asked: list[int] = []

    def compute() -> str:
        asked.append(1)
        return User.objects.get(pk=user.pk).full_name

    kept: Fresh[str] = Fresh(10)
    assert [kept.get("a", compute), kept.get("a", compute)] == ["one", "one"]
    assert len(asked) == 1
    rename(by=System("test"), user=user, name="two")
    assert kept.get("a", compute) == "two"
    assert len(asked) == 2


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_while_a_change_is_under_way(django_assert_num_queries: Any) -> None:
    user = UserFactory(full_name="one")
    kept: Fresh[str] = Fresh(10)
    began, go_on = threading.Event(), threading.Event()

    def slow_change() -> None:
        with transaction.atomic():
            rename(by=System("test"), user=user, name="two")
            began.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=slow_change)
    thread.start()
    began.wait(10)
    assert not quiet()
    assert kept.get("a", lambda: "early") == "early"
    go_on.set()
    thread.join()
    assert kept.get("a", lambda: "late") == "late"
    with django_assert_num_queries(1):
        assert kept.get("a", lambda: "never asked") == "late"


@pytest.mark.django_db(transaction=True)
def test_the_least_used_leaves_first_and_failures_are_not_kept() -> None:
    rename(by=System("test"), user=UserFactory(), name="one")
    kept: Fresh[int] = Fresh(2)
    for key in (1, 2, 1, 3):
        kept.get(key, lambda key=key: key)  # type: ignore[misc]
    with pytest.raises(LookupError):
        kept.get(9, lambda: (_ for _ in ()).throw(LookupError()))
    assert kept.get(1, lambda: -1) == 1
    assert kept.get(2, lambda: -2) == -2


@pytest.mark.django_db(transaction=True)
def test_what_no_action_made_has_no_version_and_is_not_kept() -> None:
    kept: Fresh[int] = Fresh(2)
    assert [kept.get("a", lambda: 1), kept.get("a", lambda: 2)] == [1, 2]
