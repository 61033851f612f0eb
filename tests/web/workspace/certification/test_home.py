"""What needs me now, by role; never empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.factories import with_role
from yantar.core.models import User
from yantar.qms.certification.models import Certificate
from yantar.qms.organisation.models import Authority, Role

from .conftest import queries_of

As = Callable[[User], Client]
QUERIES = (24, 20)
"""Just after a change, and without one."""


def test_the_head_of_quality_sees_figures_and_what_is_urgent(as_: As, head: User, certificate: Certificate, enter, health: Authority) -> None:
    enter(health, "YA-0002", decided_on=date(2024, 1, 10))
    answer = as_(head).get("/workspace/")
    context = answer.context
    assert (context["counts"].active, context["counted"]) == (2, 2)
    assert [(duty.number, duty.kind) for duty in context["needs"].late][0] == ("YA-0002", "surveillance")
    assert [group.tone for group in context["groups"]][0] == "danger"
    text = answer.content.decode()
    assert "Министерство здравоохранения" in text
    assert "/workspace/certificates/YA-0002/" in text
    english = as_(head).get("/en/workspace/").content.decode()
    assert "Confirmation of certificates in 2026" in english
    assert "Ministry of Health" in english


def test_a_coordinator_sees_the_own_certificate_with_its_line_of_dates(
    as_: As, coordinator: User, certificate: Certificate, enter, health: Authority
) -> None:
    enter(health, "YA-0002")
    answer = as_(coordinator).get("/workspace/")
    assert [one.page.public.number for one in answer.context["own"]] == ["YA-0001"]
    text = answer.content.decode()
    assert "line-of-dates" in text
    assert "YA-0002" not in text
    assert {duty.number for duty in (*answer.context["needs"].late, *answer.context["needs"].soon)} == {"YA-0001"}


def test_a_head_of_authority_records_nothing(as_: As, finance: Authority, certificate: Certificate) -> None:
    text = as_(with_role(Role.HEAD_OF_AUTHORITY, finance)).get("/workspace/").content.decode()
    assert "YA-0001" in text
    assert "decisions/new" not in text


def test_a_certifier_is_told_how_long_and_changes_nothing(as_: As, certifier: User, certificate: Certificate) -> None:
    answer = as_(certifier).get("/workspace/")
    assert answer.context["reads_until"] == date(2100, 1, 1)
    assert "decisions/new" not in answer.content.decode()


def test_an_administrator_sees_the_rooms_and_a_hint_of_backups(as_: As, certificate: Certificate) -> None:
    answer = as_(with_role(Role.ADMINISTRATOR)).get("/workspace/")
    assert answer.context["rooms"]
    assert "yantar backup FILE" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY])
def test_an_empty_yantar_says_what_to_do_first(as_: As, role: Role) -> None:
    answer = as_(with_role(role)).get("/workspace/")
    assert [task.done for task in answer.context["first_steps"]] == [False, False, False]
    assert 'href="/workspace/bodies/"' in answer.content.decode()


def test_an_authority_without_a_certificate_says_who_enters_it(as_: As, coordinator: User, finance: Authority) -> None:
    assert "/workspace/certificates/new/" in as_(coordinator).get("/workspace/").content.decode()
    text = as_(with_role(Role.STAFF, finance)).get("/workspace/").content.decode()
    assert "/workspace/certificates/new/" not in text
    assert "empty-state" in text


def test_a_role_without_tasks_is_not_left_before_an_empty_page(as_: As, certificate: Certificate) -> None:
    assert as_(with_role(Role.ANALYST)).get("/workspace/").context["shows_figures"]


def test_another_day(as_: As, head: User, certificate: Certificate) -> None:
    answer = as_(head).get("/workspace/?on=2025-06-01")
    assert answer.context["on"] == date(2025, 6, 1)
    assert not answer.context["needs"].late
    assert "01.06.2025" in answer.content.decode()


def test_as_many_queries_for_three_as_for_one(as_: As, head: User, enter, finance: Authority) -> None:
    client = as_(head)
    enter(finance, "YA-0001")
    one = queries_of(client, "/workspace/")
    enter(finance, "YA-0002")
    enter(finance, "YA-0003")
    assert queries_of(client, "/workspace/") == one == QUERIES
