"""What is read of a loaded dataset: stored figures, pages of procedures, flags; and who may read it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from tests.factories import AuthorityFactory, UserFactory, with_role
from yantar.qms.organisation.models import Role
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.models import Dataset
from yantar.qms.procurement.queries import ProcedureFilters

from .support import BY, analyst, authority_of, confirmed, joined, ready, small, tender

pytestmark = pytest.mark.django_db


def ids(page: queries.ProcedurePage | None) -> list[str]:
    assert page is not None
    return [row.procedure_id for row in page.rows]


def test_the_glance_says_what_the_records_give() -> None:
    dataset = small()
    found = queries.glance(analyst(), dataset)
    assert found is not None
    assert (found.e1.procedures, found.e1.baseline, found.e1.saved) == (1, Decimal("1000.00"), Decimal("100.00"))
    assert (found.e2.procedures, found.e2.saved) == (2, Decimal("150.00"))
    assert {one["reason"]: one["procedures"] for one in found.result["excluded"] if one["procedures"]} == {"above_baseline": 1, "cancelled": 1}
    assert [(group.value, group.e2.procedures) for group in found.groups["year"]] == [("2025", 2)]
    assert [(group.value, group.e1.procedures, group.e2.procedures) for group in found.groups["bidders"]] == [("1", 0, 1), ("2", 1, 1)]
    assert [(one.start, one.procedures) for one in found.distribution if one.procedures] == [(Decimal("0.1"), 2)]
    assert {one.kind: one.procedures for one in found.outliers} == {"above_baseline": 1, "largest": 1}
    assert (found.buyers, found.currency, found.currencies) == (1, "RUB", {"RUB": 4})
    assert (dataset.first_on, dataset.last_on, dataset.data_on) == (date(2025, 3, 3), date(2025, 6, 1), date(2026, 11, 23))


def test_the_glance_asks_the_database_once_and_no_parquet(django_assert_num_queries, monkeypatch) -> None:
    dataset, viewer = small(), analyst()
    viewer.has_perm("procurement.view")
    monkeypatch.setattr("yantar.qms.procurement.reading.rows", None)
    with django_assert_num_queries(1):
        assert queries.glance(viewer, dataset) is not None


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["a", "b", "c", "d"]),
        ({"klass": "E1"}, ["a"]),
        ({"klass": "one_bid"}, ["b"]),
        ({"klass": "E2"}, ["a", "b"]),
        ({"klass": "excluded"}, ["c", "d"]),
        ({"reason": "cancelled"}, ["d"]),
        ({"bidders": "1"}, ["b"]),
        ({"year": "2025", "klass": "E1"}, ["a"]),
        ({"year": "2024"}, []),
        ({"year": "x"}, []),
        ({"outlier": "above_baseline"}, ["c"]),
        ({"outlier": "largest"}, ["a"]),
        ({"outlier": "any", "settled": "open"}, ["a", "c"]),
        ({"outlier": "nonsense"}, []),
        ({"q": "закупка B"}, ["b"]),
        ({"q": "'; DROP TABLE x; --"}, []),
        ({"flag": "R018"}, ["b"]),
    ],
)
def test_filters(filters: dict[str, str], found: list[str]) -> None:
    page = queries.procedures(analyst(), small(), ProcedureFilters(**filters), sort="procedure_id")
    assert ids(page) == found
    assert page is not None
    assert page.total == len(found)


def test_sorting_paging_and_the_sum_of_all_that_was_let_through() -> None:
    dataset, viewer = small(), analyst()
    page = queries.procedures(viewer, dataset, sort="-saved", size=2)
    assert page is not None
    assert (ids(page), page.pages, page.counted.saved) == (["a", "b"], 2, Decimal("150.00"))
    assert ids(queries.procedures(viewer, dataset, sort="-saved", page=99, size=2)) == ["c", "d"]
    assert ids(queries.procedures(viewer, dataset, sort="share"))[0] == "c"
    with pytest.raises(ValueError, match="nonsense"):
        queries.procedures(viewer, dataset, sort="nonsense")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_asks_the_database_as_often_whatever_its_length(rows: int, django_assert_num_queries) -> None:
    dataset, viewer = ready(**joined(*(tender(f"p{n}", 100, 130) for n in range(rows)))), analyst()
    actions.settle(by=BY, dataset=dataset, procedure_id="p0", choice="include", reason="Цена единицы выросла по решению суда")
    viewer.has_perm("procurement.view")
    with django_assert_num_queries(1):
        assert len(ids(queries.procedures(viewer, dataset))) == rows
    with django_assert_num_queries(1):
        queries.outliers(viewer, dataset)
    with django_assert_num_queries(1):
        queries.flags(viewer, dataset)


def test_a_row_in_words() -> None:
    page = queries.outliers(analyst(), small())
    assert page is not None
    assert page.rows[0].outliers == ("largest",)
    row = page.rows[1]
    assert (row.procedure_id, row.klass, row.reason, row.outliers) == ("c", "excluded", "above_baseline", ("above_baseline",))
    assert (row.baseline, row.awarded, row.saved, row.share) == (Decimal("100.00"), Decimal("130.00"), Decimal("-30.00"), Decimal("-0.3"))
    with override("en"):
        assert queries.outliers(analyst(), small()).rows[1].reason_words == "Award above the baseline"  # type: ignore[union-attr]


def test_a_procedure_with_everything_that_is_known_of_it() -> None:
    dataset, viewer = small(), analyst()
    authority = authority_of()
    confirmed(dataset, authority)
    found = queries.procedure(viewer, dataset, "b")
    assert found is not None
    assert found.authority is not None
    assert found.authority.authority == authority
    assert {name: len(rows) for name, rows in found.tables.items() if rows} == {"procedures": 1, "bids": 1, "awards": 1, "contracts": 1}
    assert "R018" in {flag.flag for flag in found.flags}
    assert found.has_record is False
    assert queries.procedure_record(viewer, dataset, "b") is None
    assert queries.procedure(viewer, dataset, "none") is None


def test_flags_with_their_words() -> None:
    page = queries.flags(analyst(), small(), flag="R018")
    assert page is not None
    row = page.rows[0]
    assert (page.total, row.procedure_id, row.procedure_title, row.raised) == (1, "b", "Закупка b", None)
    assert str(row.title)
    assert row.explained


def test_filters_by_authority_as_of_the_day() -> None:
    dataset, viewer = small(), analyst()
    before, after = authority_of(code="before"), authority_of(inn="", code="after")
    buyer = "RU-INN-3900000001"
    actions.match_buyer(by=BY, buyer_id=buyer, authority=before, valid_to=date(2025, 5, 1))
    actions.match_buyer(by=BY, buyer_id=buyer, authority=after, valid_from=date(2025, 5, 1))
    assert ids(queries.procedures(viewer, dataset, ProcedureFilters(authority="before"), sort="procedure_id")) == ["a", "c", "d"]
    assert ids(queries.procedures(viewer, dataset, ProcedureFilters(authority="after"))) == ["b"]
    assert ids(queries.procedures(viewer, dataset, ProcedureFilters(authority="nobody"))) == []
    compared = queries.comparison(viewer, dataset)
    assert compared is not None
    assert {one.authority.code: (one.n, one.e2.saved, one.rank) for one in compared.rows} == {
        "before": (1, Decimal("100.00"), None),
        "after": (1, Decimal("50.00"), None),
    }
    assert compared.unmatched.procedures == 0


def test_only_authorities_with_enough_procedures_are_ranked() -> None:
    low = [tender(f"l{n:02d}", 100, 98, buyer_id="low") for n in range(30)]
    high = [tender(f"h{n:02d}", 100, 80 if n % 2 else 90, buyer_id="high") for n in range(30)]
    few = [tender(f"f{n}", 100, 50, buyer_id="few") for n in range(29)]
    other = [tender("o", 100, 99, buyer_id="other")]
    dataset = ready(**joined(*low, *high, *few, *other))
    for code in ("low", "high", "few"):
        actions.match_buyer(by=BY, buyer_id=code, authority=AuthorityFactory(code=code))
    found = queries.comparison(analyst(), dataset)
    assert found is not None
    assert [(one.authority.code, one.rank, one.n, one.median) for one in found.rows] == [
        ("high", 1, 30, Decimal("0.150000")),
        ("low", 2, 30, Decimal("0.020000")),
        ("few", None, 29, Decimal("0.500000")),
    ]
    assert (found.rows[0].q1, found.rows[0].q3) == (Decimal("0.100000"), Decimal("0.200000"))
    assert found.unmatched.procedures == 1


def test_who_sees_nothing_is_given_nothing() -> None:
    dataset = small()
    for viewer in (UserFactory(), with_role(Role.COORDINATOR, AuthorityFactory())):
        assert list(queries.datasets(viewer)) == []
        assert queries.dataset(viewer, dataset.pk) is None
        for asked in (queries.glance, queries.procedures, queries.outliers, queries.flags, queries.buyers, queries.comparison):
            assert asked(viewer, dataset) is None
        assert queries.procedure(viewer, dataset, "a") is None
        assert queries.procedure_record(viewer, dataset, "a") is None
        assert (queries.figures(viewer), queries.claims(viewer), list(queries.settlements(viewer, dataset))) == ([], [], [])
        assert list(queries.mappings(viewer)) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_as_often_whatever_their_length(rows: int, django_assert_num_queries) -> None:
    for n in range(rows):
        Dataset.objects.create(title=f"{n}", origin="x", loaded_at="2026-11-23T10:00Z")
    viewer = analyst()
    viewer.has_perm("procurement.view")
    with django_assert_num_queries(1):
        assert [one.standing for one in queries.datasets(viewer)] == ["loading"] * rows
