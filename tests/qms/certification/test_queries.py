"""Reading certificates: as of any day, by the right people, in a constant number of queries."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.factories import AuthorityFactory, BodyFactory, with_role
from tests.qms.certification.support import HAND, editions, granted
from yantar.core import clock
from yantar.qms.certification import queries
from yantar.qms.certification.actions import SiteEntry, record_audit, record_decision, reverse_decision
from yantar.qms.certification.models import Certificate
from yantar.qms.certification.models import DecisionKind as Kind
from yantar.qms.certification.queries.public import describe
from yantar.qms.certification.queries.register import count
from yantar.qms.organisation.actions import merge
from yantar.qms.organisation.models import Authority, Role, Site
from yantar.qms.standards.actions import load_library

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def numbers(**wanted: Any) -> list[str]:
    """What the public register finds, as a plain search and as a kept listing, which must agree."""
    on = wanted.pop("on", TODAY)
    found = [row.number for row in queries.rows(None, queries.register(None, on=on, **wanted), on)]
    assert [row.number for row in queries.listing(None, on=on, **wanted)] == found
    return found


def three(**kwargs: Any) -> list[Certificate]:
    return [granted(f"N-{n}", date(2024, 3, 10 + n), **kwargs) for n in range(3)]


@pytest.fixture
def story() -> dict[str, Any]:
    """Finance from 2010 (renewed, suspended and restored in 2025), health from 2024, tourism merged into health in 2025."""
    finance = AuthorityFactory(code="finance", version__name_ru="Министерство финансов", version__name_en="Ministry of Finance")
    health = AuthorityFactory(code="health", version__name_ru="Министерство здравоохранения", version__name_en="Ministry of Health")
    tourism = AuthorityFactory(
        code="tourism", version__kind="agency", version__name_ru="Агентство по туризму «Янтарь»", version__name_en="Agency for Tourism"
    )
    bodies = [BodyFactory(code=code) for code in ("east", "west")]
    a = granted("A-1", date(2022, 3, 15), authority=finance, body=bodies[0])
    for day in (date(2023, 3, 1), date(2024, 3, 1)):
        record_decision(by=HAND, certificate=a, kind=Kind.CONFIRM, decided_on=day)
    record_decision(by=HAND, certificate=a, kind=Kind.RENEW, decided_on=date(2025, 3, 1), audit_on=date(2025, 2, 1))
    record_decision(by=HAND, certificate=a, kind=Kind.SUSPEND, decided_on=date(2025, 6, 1), reason_code="S2")
    record_decision(by=HAND, certificate=a, kind=Kind.RESTORE, decided_on=date(2025, 8, 1))
    b = granted("B-2", date(2024, 6, 1), authority=health, body=bodies[0], scope_ru="Охрана здоровья граждан", scope_en="Health care of citizens")
    record_decision(by=HAND, certificate=b, kind=Kind.CONFIRM, decided_on=date(2025, 5, 1))
    record_decision(by=HAND, certificate=b, kind=Kind.TRANSFER, decided_on=date(2025, 7, 1), body=bodies[1])
    c = granted("C-3", date(2024, 6, 1), authority=tourism, body=bodies[1], scope_ru="Развитие туризма", scope_en="Tourism")
    merge(by=HAND, authorities=[tourism], into=health, effective_on=date(2025, 9, 1), legal_basis="Указ")
    return {"finance": finance, "health": health, "tourism": tourism, "a": a, "b": b, "c": c}


def test_the_register_on_any_day(story: dict[str, Any]) -> None:
    assert numbers(on=date(2022, 3, 14)) == []
    assert numbers(on=date(2022, 3, 15)) == ["A-1"]
    assert numbers() == ["A-1", "B-2", "C-3"]
    assert numbers(status="suspended", on=date(2025, 7, 31)) == ["A-1"]
    assert numbers(status="suspended") == []
    assert numbers(edition="2015") == ["A-1", "B-2", "C-3"]
    assert numbers(edition="2008") == []
    assert (numbers(body="west"), numbers(body="west", on=date(2025, 6, 30))) == (["B-2", "C-3"], ["C-3"])


def test_filters_follow_the_successor(story: dict[str, Any]) -> None:
    assert numbers(authority="health") == ["B-2", "C-3"]
    assert numbers(authority="health", on=date(2025, 8, 31)) == ["B-2"]
    assert numbers(authority="tourism") == ["C-3"]
    assert numbers(authority="nobody") == []
    assert (numbers(kind="agency", on=date(2025, 8, 31)), numbers(kind="agency")) == (["C-3"], [])
    assert numbers(kind="ministry") == ["A-1", "B-2", "C-3"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("b-2", ["B-2"]),
        ("финанс", ["A-1"]),
        ("ministry of finance", ["A-1"]),
        ("«Янтарь»", ["C-3"]),
        ("здоровью граждан", ["B-2"]),
        ("citizens", ["B-2"]),
        ("здравоохранения", ["B-2", "C-3"]),
        ("культура", []),
        ("…", []),
        ("100%", []),
        ("' or 1=1 --", []),
    ],
)
def test_search_in_both_languages(story: dict[str, Any], q: str, found: list[str]) -> None:
    assert numbers(q=q) == found


def test_orders(story: dict[str, Any]) -> None:
    with translation.override("ru"):
        assert numbers(order="authority") == ["B-2", "C-3", "A-1"]
    with translation.override("en"):
        assert numbers(order="-authority") == ["B-2", "C-3", "A-1"]
    assert numbers(order="-number") == ["C-3", "B-2", "A-1"]
    assert numbers(order="nonsense") == ["A-1", "B-2", "C-3"]
    due = [row.next_due for row in queries.listing(None, on=TODAY, order="due")]
    assert due == sorted(due, key=lambda day: day or date.max)
    assert numbers(order="expires") == ["B-2", "C-3", "A-1"]
    assert {frozenset(numbers(order=order)) for order in queries.ORDERS} == {frozenset({"A-1", "B-2", "C-3"})}


def test_a_row_says_who_holds_it_and_what_is_next(story: dict[str, Any]) -> None:
    before, after = (queries.listing(None, on=day, q="C-3")[:1][0] for day in (date(2025, 8, 31), date(2025, 9, 1)))
    assert before.holder is not None and after.holder is not None
    assert (before.holder.code, after.holder.code) == ("tourism", "health")
    assert (before.status, before.next_kind, before.next_due) == ("active", "surveillance", date(2025, 6, 1))


def test_what_is_due_soon(story: dict[str, Any]) -> None:
    assert numbers(due_within=30, on=date(2025, 5, 15)) == ["C-3"]
    assert numbers(due_within=0, on=date(2025, 5, 15)) == []
    assert numbers(due_within=0, on=date(2025, 6, 2)) == ["C-3"]


def test_counts(story: dict[str, Any]) -> None:
    before = queries.public_counts(date(2025, 7, 1))
    assert (before.by_status, before.total, before.active) == ({"active": 2, "suspended": 1}, 3, 2)
    assert (before.confirmed, before.overdue) == (2, 1)
    record_decision(by=HAND, certificate=story["c"], kind=Kind.CONFIRM, decided_on=date(2025, 6, 20), breach_reason="Поздно")
    after = queries.public_counts(date(2025, 7, 1))
    assert (after.confirmed, after.overdue) == (3, 0)


def test_a_listing_is_kept_until_something_changes(story: dict[str, Any]) -> None:
    page = Paginator(queries.listing(None, on=TODAY), 2).page(2)
    assert ([row.number for row in page.object_list], page.paginator.count) == (["C-3"], 3)
    with CaptureQueriesContext(connection) as asked:
        queries.listing(None, on=TODAY)
    assert len(asked) == 1
    granted("D-4")
    assert len(queries.listing(None, on=TODAY)) == 4


READERS: dict[str, Callable[[Any], Any]] = {
    "register": lambda viewer: queries.rows(viewer, queries.register(viewer, on=TODAY), TODAY),
    "count": lambda viewer: count(TODAY),
    "obligations": lambda viewer: queries.obligations(viewer, date(2024, 1, 1), date(2028, 1, 1)),
    "late": lambda viewer: queries.late(viewer, TODAY),
    "needs_me": lambda viewer: queries.needs_me(viewer, TODAY),
    "latest": lambda viewer: queries.latest_decisions(TODAY, 7),
    "bodies": lambda viewer: list(queries.bodies(TODAY)),
}


@pytest.mark.parametrize("name", READERS)
def test_lists_take_the_same_number_of_queries_for_one_row_and_for_three(name: str) -> None:
    viewer = with_role(Role.HEAD_OF_QUALITY)
    counted = []
    granted("N-0")
    for _ in range(2):
        viewer.refresh_from_db()
        viewer.__dict__.pop("_roles_held", None)
        with CaptureQueriesContext(connection) as asked:
            READERS[name](viewer)
        counted.append(len(asked))
        for number in ("N-1", "N-2"):
            if not Certificate.objects.filter(number=number).exists():
                granted(number)
    assert counted[0] == counted[1] <= 6


def test_a_page_takes_the_same_number_of_queries_for_one_decision_and_for_many() -> None:
    viewer = with_role(Role.HEAD_OF_QUALITY)
    certificate = granted(decided_on=date(2024, 3, 15))
    counted = []
    for year in (2025, 2026):
        with CaptureQueriesContext(connection) as asked:
            described = describe(certificate, TODAY)
        public = len(asked)
        with CaptureQueriesContext(connection) as asked:
            page = queries.certificate(viewer, certificate.number, TODAY)
        assert page is not None
        counted.append((public, len(asked), len(described.decisions)))
        with CaptureQueriesContext(connection) as asked:
            queries.certificate(viewer, certificate.number, TODAY)
        assert len(asked) <= 3  # kept while nothing changes
        wrong = record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(year, 2, 1))
        reverse_decision(by=HAND, decision=wrong, reason="Ошибка")
        record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=date(year, 2, 2))
        record_audit(by=HAND, certificate=certificate, kind="surveillance", ended_on=date(year, 2, 2))
    # A role is asked for once per person, so the second page may need one query less.
    assert counted[0][0] == counted[1][0] <= 9
    assert 0 <= counted[0][1] - counted[1][1] <= 1
    assert [row[2] for row in counted] == [1, 3]


def test_the_public_page_on_any_day() -> None:
    with clock.at(date(2024, 4, 1)):
        certificate = granted("P/1 А", date(2024, 3, 15), effective_on=date(2024, 3, 20), source="Письмо № 4")
    with clock.at(date(2025, 6, 1)):
        record_decision(
            by=HAND,
            certificate=certificate,
            kind=Kind.REDUCE_SCOPE,
            decided_on=date(2025, 5, 20),
            scope_ru="Бюджет",
            scope_en="Budget",
            source="Решение 17",
        )
        wrong = record_decision(by=HAND, certificate=certificate, kind=Kind.WITHDRAW, decided_on=date(2025, 5, 25))
        reverse_decision(by=HAND, decision=wrong, reason="Другой сертификат")
    draft = queries.public_certificate("P/1 А", date(2024, 3, 16))
    assert draft is not None and (draft.status, draft.iaf_status, draft.next_step, draft.history) == ("draft", "Draft", None, ())
    early = queries.public_certificate(" p/1  а ", date(2025, 1, 1))
    assert early is not None
    assert (early.status, early.scope_ru, len(early.decisions), early.expires_on) == ("active", "Управление финансами", 1, date(2027, 3, 14))
    assert (early.granted_on, early.effective_on, early.status_since) == (date(2024, 3, 15), date(2024, 3, 20), date(2024, 3, 20))
    assert early.next_step is not None and (early.next_step.kind, early.next_step.due_on) == ("surveillance", date(2025, 3, 15))
    now = queries.public_certificate("P/1 А", TODAY)
    assert now is not None
    assert (now.scope_ru, now.scope_en, now.status) == ("Бюджет", "Budget", "active")
    assert [(one.kind, one.reversed_at is not None) for one in now.decisions] == [
        ("grant", False),
        ("reduce_scope", False),
        ("withdraw", True),
    ]
    scope, number = now.source_of("scope"), now.source_of("number")
    assert scope is not None and number is not None
    assert (scope.source, scope.recorded_at.date(), number.source, number.recorded_at.date()) == (
        "Решение 17",
        date(2025, 6, 1),
        "Письмо № 4",
        date(2024, 4, 1),
    )
    text = json.dumps(now.as_json())
    assert json.loads(text)["status_since"] == "2024-03-20"
    assert "Другой сертификат" not in text


@pytest.mark.parametrize("number", ["", "нет такого", "x" * 61, "a\nb", "\x00"])
def test_an_unknown_number_is_nothing(number: str) -> None:
    granted("A")
    assert queries.public_certificate(number, TODAY) is None


def test_the_public_sees_no_internals(story: dict[str, Any]) -> None:
    record_decision(
        by=HAND, certificate=story["c"], kind=Kind.RENEW, decided_on=date(2026, 6, 1), breach_reason="Тайная причина", note="Внутренняя заметка"
    )
    public = queries.public_certificate("C-3", TODAY)
    assert public is not None and public.decisions[-1].flagged
    text = json.dumps(public.as_json(), ensure_ascii=False)
    assert "Тайная" not in text and "заметка" not in text


def test_internals_are_for_the_authority_and_its_successor(story: dict[str, Any]) -> None:
    health, finance = with_role(Role.COORDINATOR, story["health"]), with_role(Role.COORDINATOR, story["finance"])
    page = queries.certificate(health, "C-3", TODAY)
    assert page is not None and (page.may_record, page.may_change) == (True, True)
    assert queries.certificate(finance, "C-3", TODAY) is None
    assert queries.certificate(finance, "нет", TODAY) is None
    guest = with_role(Role.CERTIFIER)
    seen = queries.certificate(guest, "C-3", TODAY)
    assert seen is not None and (seen.may_record, seen.may_change) == (False, False)
    decision = story["c"].decisions.get()
    assert queries.find_decision(health, "c-3", decision.pk) == decision
    assert queries.find_decision(finance, "C-3", decision.pk) is None
    assert queries.find_decision(health, "A-1", decision.pk) is None
    assert [row.internal for row in queries.rows(finance, queries.register(finance, on=TODAY), TODAY)] == [True, False, False]
    mine = {duty.number for duty in queries.obligations(health, date(2024, 1, 1), date(2030, 1, 1))}
    assert mine == {"B-2", "C-3"}
    assert {duty.number for duty in queries.late(finance, TODAY)} <= {"A-1"}


def test_a_page_says_what_is_wrong_and_what_is_next(story: dict[str, Any]) -> None:
    on = date(2025, 7, 1)
    page = queries.certificate(with_role(Role.HEAD_OF_QUALITY), "C-3", on)
    assert page is not None
    assert [one.breach.code for one in page.breaches if not one.is_warning] == ["surveillance_late"]
    with translation.override("en"):
        assert any("R4: " in str(one.sentence) for one in page.breaches)
        assert any("Surveillance is due" in str(one.sentence) for one in page.alarms)
    assert [(one.kind, one.state.value) for one in page.line][:2] == [("grant", "done"), ("surveillance", "late")]
    assert [(duty.kind, duty.state) for duty in page.obligations][0] == ("surveillance", "late")
    assert Kind.CONFIRM in page.foreseen and Kind.RESTORE not in page.foreseen


def test_obligations_of_a_span(story: dict[str, Any]) -> None:
    viewer = with_role(Role.HEAD_OF_QUALITY)
    found = queries.obligations(viewer, date(2025, 1, 1), date(2025, 12, 31), on=date(2025, 7, 1))
    assert [(duty.number, duty.kind, duty.due_on, duty.state, duty.days_left) for duty in found if duty.kind == "surveillance"] == [
        ("B-2", "surveillance", date(2025, 6, 1), "met", -30),
        ("C-3", "surveillance", date(2025, 6, 1), "late", -30),
    ]
    # What happened after the day is not known on it.
    early = queries.obligations(viewer, date(2025, 6, 1), date(2025, 6, 1), on=date(2025, 4, 1))
    assert [(duty.number, duty.state, duty.met_on) for duty in early] == [("B-2", "open", None), ("C-3", "open", None)]
    assert {duty.number for duty in queries.obligations(viewer, date(2025, 1, 1), date(2025, 12, 31), authority="finance")} == {"A-1"}


def test_what_needs_whom(story: dict[str, Any]) -> None:
    on = date(2025, 6, 20)
    leader = queries.needs_me(with_role(Role.HEAD_OF_QUALITY), on)
    assert (leader.whole_government, leader.may_record) == (True, True)
    assert [(duty.number, duty.kind) for duty in leader.late] == [("C-3", "surveillance")]
    assert [holder.code for holder, _duties in leader.by_holder() if holder] == ["tourism"]
    health = queries.needs_me(with_role(Role.COORDINATOR, story["health"]), on)
    # Tourism belongs to health today, so its people answer for the history too.
    assert [duty.number for duty in health.late] == ["C-3"]
    finance = queries.needs_me(with_role(Role.HEAD_OF_AUTHORITY, story["finance"]), date(2025, 6, 20))
    assert (finance.nothing, finance.may_record) == (True, False)
    assert queries.needs_me(with_role(Role.STAFF, story["tourism"]), on).nothing
    reader = queries.needs_me(with_role(Role.CERTIFIER), on)
    assert (len(reader.late), reader.may_record) == (1, False)


def test_who_may_enter_certificates(story: dict[str, Any]) -> None:
    assert queries.may_grant_for(with_role(Role.HEAD_OF_QUALITY)) is None
    assert queries.may_grant_for(with_role(Role.COORDINATOR, story["health"])) == {story["health"].pk, story["tourism"].pk}
    assert queries.may_grant_for(with_role(Role.CERTIFIER)) == set()


def test_expected_days_by_the_personnel_of_the_day() -> None:
    load_library(by=HAND)
    certificate = granted(authority=AuthorityFactory(version__personnel=180), decided_on=date(2024, 3, 15))
    found = queries.expected_audit_days(certificate, date(2025, 1, 1))
    assert found is not None
    assert (found.kind, str(found.days), str(found.initial)) == ("surveillance", "3", "9")
    with translation.override("en"):
        assert found.parts[0].steps[0].startswith("Effective personnel 180")
    assert queries.expected_sample(certificate, date(2025, 1, 1)) is None
    for day in (date(2025, 3, 1), date(2026, 3, 1)):
        record_decision(by=HAND, certificate=certificate, kind=Kind.CONFIRM, decided_on=day)
    later = queries.expected_audit_days(certificate, TODAY)
    assert later is not None and (later.kind, str(later.days)) == ("recertification", "6")


def test_days_are_not_guessed_where_the_personnel_is_unknown() -> None:
    load_library(by=HAND)
    certificate = granted(authority=AuthorityFactory(version__personnel=None))
    assert queries.expected_audit_days(certificate, TODAY) is None


def sites_of(authority: Authority, count: int) -> list[SiteEntry]:
    rows = [
        Site.objects.create(
            code=f"s{n}", authority=authority, name_ru=f"Отделение {n}", address_ru="Адрес", valid_from=date(2005, 1, 1), personnel=10 + n
        )
        for n in range(count)
    ]
    return [SiteEntry(row, is_central=index == 0) for index, row in enumerate(rows)]


def test_the_expected_sample_of_several_sites_can_be_repeated() -> None:
    load_library(by=HAND)
    authority = AuthorityFactory()
    certificate = granted(authority=authority, sites=sites_of(authority, 27), decided_on=date(2024, 3, 15))
    on = date(2025, 1, 1)
    found = queries.expected_sample(certificate, on)
    assert found is not None and found == queries.expected_sample(certificate, on)
    # ceil(0.6 × √26) = 4 sites and the central function.
    assert (found.kind, len(found.chosen), found.chosen[0]) == ("surveillance", 5, "Отделение 0")
    assert any("YA-1/2025" in step for step in found.steps)
    days = queries.expected_audit_days(certificate, on)
    assert days is not None and [part.name for part in days.parts] == found.chosen
    visited = list(certificate.certificate_sites.filter(pk__in=[int(one) for one in found.sample.chosen]))
    record_audit(by=HAND, certificate=certificate, kind="surveillance", ended_on=date(2025, 2, 1), sites=visited)
    after = queries.expected_sample(certificate, date(2026, 2, 1))
    assert after is not None and not set(after.sample.by_difference) & set(found.sample.by_difference)


def test_without_sampling_the_second_surveillance_goes_elsewhere() -> None:
    authority = AuthorityFactory()
    certificate = granted(authority=authority, sites=sites_of(authority, 5), type="no_sampling", decided_on=date(2024, 3, 15))
    first = queries.expected_sample(certificate, date(2025, 1, 1))
    assert first is not None and len(first.chosen) == 3
    record_audit(
        by=HAND,
        certificate=certificate,
        kind="surveillance",
        ended_on=date(2025, 2, 1),
        sites=list(certificate.certificate_sites.filter(pk__in=[int(one) for one in first.sample.chosen])),
    )
    second = queries.expected_sample(certificate, date(2026, 2, 1))
    assert second is not None
    assert set(second.sample.chosen) & set(first.sample.chosen) == set(first.sample.central)


def test_before_the_library_is_loaded_there_is_no_table() -> None:
    editions()
    assert queries.expected_audit_days(granted(), TODAY) is None
