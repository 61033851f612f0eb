"""Buyers and authorities: suggested by INN and name as of the days, confirmed by a person."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import AuthorityFactory
from yantar.core.problems import Refused
from yantar.qms.organisation import actions as organisation
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.matching import Buyer, Known, normalised, overlap
from yantar.qms.procurement.models import BuyerMatch

from .support import BY, INN, analyst, authority_of, joined, ready, small, tender

pytestmark = pytest.mark.django_db


def buyer(name: str = "", inn: str = "", first: date | None = date(2025, 1, 1), last: date | None = date(2025, 12, 31)) -> Buyer:
    return Buyer(f"id-{name}{inn}", name, inn, first, last)


def found(one: Buyer) -> list[tuple[str, date | None, date | None]]:
    from yantar.qms.organisation.models import Authority

    codes = dict(Authority.objects.values_list("pk", "code"))
    return [(codes[s.authority_id], s.valid_from, s.valid_to) for s in Known().suggest(one)]


def test_names_are_compared_without_quotes_case_and_yo() -> None:
    assert normalised("  Министерство  «Ёлок» (край)") == normalised("МИНИСТЕРСТВО ЕЛОК КРАЙ")


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ((None, None), (date(2025, 1, 1), None), True),
        ((None, date(2025, 1, 1)), (date(2025, 1, 1), None), False),
        ((date(2025, 1, 1), date(2025, 1, 2)), (None, date(2025, 1, 2)), True),
    ],
)
def test_spans(one: tuple[date | None, date | None], other: tuple[date | None, date | None], common: bool) -> None:
    assert overlap(one, other) is overlap(other, one) is common


def test_by_inn_before_the_name() -> None:
    authority_of(INN, "minfin")
    AuthorityFactory(code="namesake", version__name_ru="Министерство финансов")
    assert found(buyer("Министерство финансов", INN)) == [("minfin", None, None)]
    assert found(buyer("Министерство финансов", "7700000000")) == [("namesake", None, None)]
    assert found(buyer("Чужое учреждение")) == []


def test_two_of_one_name_say_nothing() -> None:
    for code in ("one", "two"):
        AuthorityFactory(code=code, version__name_ru="Отдел")
    assert found(buyer("отдел")) == []


def test_a_reorganisation_splits_the_years_and_history_stays() -> None:
    old, new = authority_of(INN, "old"), AuthorityFactory(code="new")
    organisation.abolish(by=BY, authority=old, effective_on=date(2025, 7, 1), successor=new)
    assert found(buyer(inn=INN)) == [("old", None, date(2025, 7, 1)), ("new", date(2025, 7, 1), None)]
    assert found(buyer(inn=INN, last=date(2025, 6, 30))) == [("old", None, None)]
    assert found(buyer(inn=INN, first=date(2025, 8, 1))) == [("new", date(2025, 7, 1), None)]


def test_a_buyer_from_before_the_authority() -> None:
    AuthorityFactory(code="young", inn=INN, valid_from=date(2025, 3, 1))
    assert found(buyer(inn=INN)) == [("young", date(2025, 3, 1), None)]


def test_a_load_suggests_and_never_twice() -> None:
    authority = authority_of()
    dataset = small()
    assert actions.suggest_matches(by=BY, dataset=dataset) == 1
    assert actions.suggest_matches(by=BY, dataset=dataset) == 0
    match = BuyerMatch.objects.get()
    assert (match.authority, match.why, match.state, match.inn) == (authority, "inn", "suggested", INN)
    actions.reject_match(by=analyst(), match=match)
    assert actions.suggest_matches(by=BY, dataset=dataset) == 0
    actions.confirm_match(by=analyst(), match=match)
    match.refresh_from_db()
    assert match.state == "confirmed"
    with pytest.raises(Refused):
        actions.confirm_match(by=analyst(), match=match)


def test_a_buyer_is_one_authority_at_a_time() -> None:
    one, two = AuthorityFactory(), AuthorityFactory()
    actions.match_buyer(by=BY, buyer_id="x", authority=one, valid_to=date(2025, 7, 1))
    with pytest.raises(Refused) as refused:
        actions.match_buyer(by=BY, buyer_id="x", authority=two)
    assert refused.value.problems[0].code == "taken"
    actions.match_buyer(by=BY, buyer_id="x", authority=two, valid_from=date(2025, 7, 1))
    assert BuyerMatch.objects.filter(state="confirmed").count() == 2


def test_a_match_by_hand_says_what_is_wrong_with_its_days() -> None:
    with pytest.raises(Refused) as refused:
        actions.match_buyer(by=BY, buyer_id=" ", authority=AuthorityFactory(), valid_from=date(2001, 1, 1), valid_to=date(2001, 1, 1))
    assert [problem.code for problem in refused.value.problems] == ["required", "span", "life"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_buyers(count: int, django_assert_num_queries) -> None:
    dataset, viewer = ready(**joined(*(tender(f"p{n}", 1000 - n, 900, buyer_id=f"b{n}", buyer_name=f"Школа {n}") for n in range(count)))), analyst()
    actions.match_buyer(by=BY, buyer_id="b0", authority=AuthorityFactory())
    viewer.has_perm("procurement.view")
    with django_assert_num_queries(2):
        page = queries.buyers(viewer, dataset)
    assert page is not None
    assert [(row.buyer_id, row.state, row.procedures) for row in page.rows] == [(f"b{n}", "none" if n else "confirmed", 1) for n in range(count)]
    assert page.counts == {"confirmed": 1, "suggested": 0, "rejected": 0, "none": count - 1}
    assert [row.buyer_id for row in queries.buyers(viewer, dataset, state="confirmed").rows] == ["b0"]  # type: ignore[union-attr]
    assert [row.buyer_id for row in queries.buyers(viewer, dataset, q="ШКОЛА b0").rows] == ["b0"]  # type: ignore[union-attr]
