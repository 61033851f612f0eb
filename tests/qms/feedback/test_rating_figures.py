"""Figures of ratings: exact, hidden while too few, the same whichever way they are asked for."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.utils import translation

from tests.factories import AuthorityFactory
from yantar.core import clock
from yantar.engine.satisfaction import Direction
from yantar.qms.feedback.actions.ratings import reject_rating
from yantar.qms.feedback.models import RatingCount
from yantar.qms.feedback.queries import ratings as queries
from yantar.qms.services.models import Service

from .rating_things import PORTAL, START, a_service, rated

pytestmark = pytest.mark.django_db


def counted(service: Service, month: date, value: int, number: int, site: Any = None, criteria: tuple[str, ...] = ("time",)) -> None:
    """So many counted ratings that gave a value to each of these criteria."""
    for criterion in (*criteria, "overall"):
        row, _made = RatingCount.objects.get_or_create(
            service=service, authority=service.authority, site=site, month=month, criterion=criterion, value=value
        )
        row.count += number
        row.save()


def test_nothing_is_shown_below_five_and_nothing_ranked_below_thirty() -> None:
    service, _sites = a_service()
    for _time in range(4):
        rated(service)
    found = queries.by_service()[service.pk]
    assert (found.n, found.shown, found.overall.share, found.score.value) == (4, False, None, None)
    rated(service)
    found = queries.by_service()[service.pk]
    assert (found.n, found.overall.share, found.overall.mean) == (5, Fraction(1), Fraction(5))
    assert found.score.value == Fraction(23, 5) and not found.overall.ranked
    assert found.overall.interval is not None and round(float(found.overall.interval.low), 3) == 0.566
    assert queries.ranking({service.pk: found}).unranked == (service.pk,)


def test_a_person_counts_once_however_many_questions_are_answered() -> None:
    service, _sites = a_service()
    for _time in range(5):
        rated(service, {"time": 5})
        rated(service, {"time": 2, "queue": 2, "staff": 2, "premises": 2, "information": 2})
    found = queries.together(services=[service.pk])
    assert found.n == 10 and found.overall.share == Fraction(1, 2)
    assert found.criteria["time"].n == 10 and found.criteria["queue"].share == 0
    # 3.5 of time, 2 of the four others.
    assert found.score.value == Fraction(23, 10)
    assert [criterion.key for criterion, _figures in found.rows] == ["time", "queue", "staff", "premises", "information"]


def test_by_site_authority_month_quarter_and_trend() -> None:
    service, (one, other) = a_service(sites=2)
    second, _sites = a_service("second", authority=service.authority)
    third, _sites = a_service("third", authority=AuthorityFactory())
    counted(service, date(2026, 1, 1), 5, 20, one)
    counted(service, date(2026, 1, 1), 1, 20, other)
    counted(service, date(2026, 4, 1), 5, 40, one)
    counted(second, date(2026, 5, 1), 4, 40)
    counted(third, date(2026, 5, 1), 2, 10)
    assert {key: found.n for key, found in queries.by_service().items()} == {service.pk: 80, second.pk: 40, third.pk: 10}
    sites = queries.by_site(services=[service.pk])
    assert (sites[one.pk].overall.share, sites[other.pk].overall.share) == (1, 0)
    authorities = queries.by_authority()
    assert authorities[service.authority_id].n == 120 and authorities[third.authority_id].overall.share == 0
    # The head's score: (4 · 80 + 4 · 40) / 120.
    assert queries.head_scores()[service.authority_id].value == Fraction(4)
    assert [(one.month, one.figures.n) for one in queries.by_month(services=[service.pk])] == [(date(2026, 1, 1), 40), (date(2026, 4, 1), 40)]
    assert [(one.month, one.figures.n) for one in queries.by_quarter()] == [(date(2026, 1, 1), 40), (date(2026, 4, 1), 90)]
    found = queries.trend(date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), services=[service.pk])
    assert found.direction == Direction.RISING and found.difference == Fraction(1, 2)
    trends = queries.trends_by_service(date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1))
    assert trends[service.pk] == found and trends[second.pk].direction == Direction.UNKNOWN
    assert queries.together(first=date(2026, 4, 15), before=date(2026, 5, 1)).n == 40
    assert queries.together(site=other.pk).n == 20 and queries.span() == (date(2026, 1, 1), date(2026, 5, 1))
    assert queries.ranking(queries.by_service()).places[0].key == second.pk


def test_all_services_in_one_query(django_assert_num_queries: Any) -> None:
    for number in range(3):
        service, _sites = a_service(f"service-{number}")
        counted(service, date(2026, 1, 1), 5, 10)
        with django_assert_num_queries(1):
            assert len(queries.by_service()) == number + 1
        with django_assert_num_queries(2):
            assert queries.names([service.pk]) == {service.pk: f"Выдача билета service-{number}"}


def test_what_became_of_them_is_counted_in_public() -> None:
    service, _sites = a_service()
    kept = [rated(service) for _time in range(3)]
    rated(service, elapsed=1.0)
    rated(service, proof=None, email="a@example.org")
    reject_rating(by=PORTAL, rating=kept[0], reason="Реклама")
    found = queries.moderation(services=[service.pk])
    assert (found.counted, found.quarantined, found.rejected, found.unconfirmed, found.all) == (2, 1, 1, 1, 5)
    assert queries.moderation(authorities=[service.authority_id]) == found and queries.moderation(services=[0]).all == 0


def test_a_service_is_found_with_its_name_and_place() -> None:
    service, (site,) = a_service()
    found = queries.rateable("hunting-ticket", clock.today(), site.code)
    assert found is not None and found.name == "Выдача билета hunting-ticket" and found.site == site
    with translation.override("en"):
        assert found.name == "Issue of a ticket hunting-ticket"
        assert queries.names([service.pk]) == {service.pk: "Issue of a ticket hunting-ticket"}
    assert queries.rateable("hunting-ticket", date(2019, 1, 1)) is None and queries.rateable("hunting-ticket", START, "x") is None
