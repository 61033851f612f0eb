"""Raising a finding by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.factories import GovernmentFactory, UserFactory, with_role
from tests.qms.findings.support import EVIDENCE, GAP, Cast, cast
from yantar.core import clock
from yantar.qms.findings.models import Finding, State
from yantar.qms.organisation.models import Role

from .support import as_

TODAY = date(2026, 11, 23)
PATH = "/workspace/findings/new/"


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[None]:
    GovernmentFactory()
    with clock.at(TODAY):
        yield


@pytest.fixture
def people() -> Cast:
    return cast()


def given(people: Cast, **more: Any) -> dict[str, Any]:
    return {"grade": "minor", "gap": GAP, "evidence": EVIDENCE, "clause": people.clause.pk, "origin_kind": "staff"} | more


def test_who_may(people: Cast) -> None:
    assert Client().get(PATH).headers["Location"].startswith("/accounts/login/")
    assert as_(UserFactory()).get(PATH).status_code == 403
    assert as_(with_role(Role.CERTIFIER)).get(PATH).status_code == 403
    assert as_(people.lead).delete(PATH).status_code == 405
    assert as_(people.staff).get(PATH).status_code == 200
    assert len(as_(people.lead).get(PATH).context["versions"]) == 2
    # Another authority's code is simply none of one's own.
    choices = as_(people.stranger).get(f"{PATH}?authority={people.authority.code}")
    assert "form" not in choices.context
    assert [one.authority_id for one in choices.context["versions"]] != [people.authority.pk]


def test_a_member_of_staff_raises_one(people: Cast) -> None:
    for language in ("", "/en"):
        assert as_(people.staff).get(language + PATH).status_code == 200
    answer = as_(people.staff).post(PATH, given(people))
    one = Finding.objects.get()
    assert answer.headers["Location"] == f"/workspace/findings/{one.number}/"
    assert (one.state, one.raised_by, one.authority) == (State.OPEN, people.staff, people.authority)
    assert as_(people.staff).post(PATH, given(people)).headers["Location"] == f"/workspace/findings/{one.number}/"
    assert Finding.objects.count() == 1


def test_the_statement_is_checked_and_nothing_typed_is_lost(people: Cast) -> None:
    refused = as_(people.staff).post(PATH, given(people, gap="Ответы иногда опаздывают", evidence=""))
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"gap", "evidence"}
    assert "Ответы иногда опаздывают" in refused.content.decode()
    assert not Finding.objects.exists()


def test_the_helper_suggests_a_grade_to_be_confirmed(people: Cast) -> None:
    back = as_(people.staff).post(PATH, given(people, grade="", helper=["breach", "right_broken"]))
    assert back.status_code == 422
    assert back.context["form"]["grade"].value() == "major"
    assert back.context["why"]
    none = as_(people.staff).post(PATH, given(people, grade=""))
    assert (none.status_code, none.context["suggested"]) == (422, "")


def test_a_draft_is_kept_changed_and_seen_by_its_author(people: Cast) -> None:
    as_(people.staff).post(PATH, given(people, draft="on", evidence=""))
    one = Finding.objects.get()
    assert one.state == State.DRAFT
    address = f"/workspace/findings/{one.number}/correct-draft/"
    assert as_(people.stranger).get(address).status_code == 404
    assert as_(people.owner).get(address).status_code == 403
    assert as_(people.staff).get(address).status_code == 200
    assert address in as_(people.staff).get(f"/workspace/findings/{one.number}/").content.decode()
    changed = {"grade": "minor", "gap": GAP, "evidence": EVIDENCE, "regulation": "Закон № 59-ФЗ, статья 12"}
    assert as_(people.staff).post(address, changed).status_code == 302
    one.refresh_from_db()
    assert (one.clause, one.regulation, one.evidence) == (None, "Закон № 59-ФЗ, статья 12", EVIDENCE)
    assert as_(people.staff).post(address, changed | {"gap": ""}).status_code == 422
