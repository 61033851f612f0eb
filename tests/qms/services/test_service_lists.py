"""Services for those who keep them: who sees which, filters, words in any form, versions and what differs between them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories import UserFactory, with_role
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.services import actions, queries
from yantar.qms.services.queries import Wanted

from .conftest import TODAY
from .promises import BY, SINCE, content, enacted, service_of

NEXT = date(2027, 1, 1)


def codes(viewer: Any, **wanted: str) -> list[str]:
    return [row.service.code for row in queries.services(viewer, TODAY, Wanted(**wanted)).rows]


def test_a_list_is_filtered(finance: Authority, health: Authority) -> None:
    income, tax = service_of(finance, "income"), service_of(finance, "tax", level="municipal")
    doctor = service_of(health, "doctor")
    enacted(income, SINCE)
    enacted(doctor, SINCE, name_ru="Запись к врачам", name_en="Seeing a doctor", purpose_ru="")
    actions.draw_passport(by=BY, service=tax, content={"name_ru": "Налоговые льготы", "limit_days": 5})
    head = with_role(Role.HEAD_OF_QUALITY)
    assert codes(head) == ["doctor", "income", "tax"]
    assert codes(head, level="municipal") == ["tax"] and codes(head, authority="minzdrav") == ["doctor"]
    assert codes(head, state="in_force") == ["doctor", "income"] and codes(head, state="none") == ["tax"] == codes(head, state="draft")
    # Words in any form, in either language; a part of a code.
    assert codes(head, text="врач") == ["doctor"] == codes(head, text="doctors") and codes(head, text="льгота") == ["tax"]
    assert codes(head, text="inco") == ["income"] and codes(head, text="космос\0") == []
    # What no stem finds, and slips, as the public search mends them.
    found = queries.services(head, TODAY, Wanted(text="справок"))
    assert ([row.service.code for row in found.rows], found.mended) == (["doctor", "income"], "справки")
    assert codes(head, text="дохдах") == ["income"] and queries.services(head, TODAY, Wanted(text="космодром")).mended == ""
    shown = {row.service.code: row for row in queries.services(head, TODAY).rows}
    assert shown["tax"].waiting is not None and not shown["tax"].in_force and shown["income"].waiting is None
    assert shown["income"].authority is not None and shown["income"].authority.name_ru == "Министерство финансов"


def test_another_authority_s_services_are_not_seen_from_within(finance: Authority, health: Authority) -> None:
    one = service_of(finance)
    enacted(one, SINCE)
    draft = actions.draw_passport(by=BY, service=one, content=content())
    own, other = with_role(Role.STAFF, finance), with_role(Role.COORDINATOR, health)
    assert codes(own) == ["income"] and codes(other) == [] == codes(UserFactory())
    assert queries.seen_service(own, "income") == one and queries.seen_service(other, "income") is None
    assert [row.version for row in queries.versions_for(own, one)] == [2, 1]
    assert [row.version for row in queries.versions_for(other, one)] == [1] == [row.version for row in queries.published_passports(one)]
    assert draft.state == "draft"


def test_the_version_of_a_day(finance: Authority) -> None:
    one = service_of(finance)
    first = enacted(one, date(2021, 1, 1))
    second = enacted(one, NEXT)
    assert [queries.passport_on(one, day) for day in (SINCE, TODAY, NEXT)] == [None, first, second]
    assert queries.passports_of_day([one.pk], TODAY) == {one.pk: first}
    assert queries.holds_on(queries.passport_on(one, TODAY), TODAY) and not queries.holds_on(second, TODAY)  # type: ignore[arg-type]


def test_what_differs_between_two_versions(finance: Authority) -> None:
    one = service_of(finance)
    first = enacted(one, SINCE)
    changed = {
        "limit_days": 8,
        "variants": [{"code": "family", "name_ru": "Семья с детьми", "limit_days": 4}],
        "documents": [{"name_ru": "Заявление", "source": "applicant"}, {"name_ru": "Паспорт", "name_en": "Passport", "source": "applicant"}],
    }
    second = actions.draw_passport(by=BY, service=one, base=first, content=changed)
    found = [(d.part, d.row, d.column, d.before, d.after) for d in queries.compare(first, second)]
    assert found == [
        ("limit_days", "", "", 10, 8),
        ("variants", "Семья с детьми", "limit_days", 5, 4),
        ("documents", "Сведения о доходах", "", "Сведения о доходах", None),
        ("documents", "Заявление", "", None, "Заявление"),
    ]
    assert queries.compare(second, second) == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_constant_number_of_queries(finance: Authority, number: int, django_assert_num_queries: Any) -> None:
    for n in range(number):
        one = service_of(finance, f"s{n}")
        enacted(one, SINCE)
        actions.draw_passport(by=BY, service=one, content=content())
    viewer = with_role(Role.HEAD_OF_QUALITY)
    viewer.has_perm("organisation.open_workspace")
    with django_assert_num_queries(4):
        assert len(queries.services(viewer, TODAY, Wanted(text="справка")).rows) == number
    service = queries.seen_service(viewer, "s0")
    assert service is not None
    with django_assert_num_queries(1):
        assert len([row.drawn_by for row in queries.versions_for(viewer, service)]) == 2
