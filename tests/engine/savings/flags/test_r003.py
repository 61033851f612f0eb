"""Short submission period."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .asking import Answer

DAY = 86_400


def period(id_: str, seconds: int | None, **more: Any) -> dict[str, Any]:
    return {"procedure_id": id_, "opens": 1_000_000, "closes": None if seconds is None else 1_000_000 + seconds, **more}


def test_fifteen_days_where_no_law_is_stated(tmp_path: Path) -> None:
    answer = Answer(
        tmp_path,
        "R003",
        {
            "procedures": [
                period("a second short", 15 * DAY - 1),
                period("just enough", 15 * DAY),
                period("no end stated", None),
                period("not open", DAY, method="selective"),
                period("ends before it begins", -DAY),
                period("cancelled", DAY, status="cancelled"),
            ]
        },
    )
    assert answer.found == [("a second short", "", "a second short", "14", "15")]
    assert answer.examined == 2


@pytest.mark.parametrize(
    ("published", "method", "amount", "days"),
    [
        (date(2021, 12, 31), "Открытый конкурс", 100, 20),
        (date(2022, 1, 1), "Открытый конкурс в электронной форме", 100, 15),
        (date(2019, 6, 30), "Электронный аукцион", 3_000_000, 7),
        (date(2019, 6, 30), "Электронный аукцион", "3000000.01", 15),
        (date(2019, 7, 1), "Электронный аукцион", 300_000_000, 7),
        (date(2025, 3, 3), "ЭЛЕКТРОННЫЙ АУКЦИОН", "300000000.01", 15),
        (date(2025, 3, 3), "Запрос котировок", 100, 4),
    ],
)
def test_44_fz_by_day_method_and_value(tmp_path: Path, published: date, method: str, amount: Any, days: int) -> None:
    same = {"law": "44-FZ", "published_on": published, "method_details": method, "amount": amount}
    answer = Answer(tmp_path, "R003", {"procedures": [period("short", days * DAY - 1, **same), period("enough", days * DAY, **same)]})
    assert answer.found == [("short", "", "short", str(days - 1), str(days))]


def test_a_law_with_values_of_its_own_takes_none_of_the_others(tmp_path: Path) -> None:
    procedures = [
        period("method without a value", DAY, law="44-FZ", method_details="Иной способ"),
        period("before the law", DAY, law="44-FZ", method_details="Электронный аукцион", published_on=date(2013, 12, 31), amount=100),
        period("day not stated", DAY, law="44-FZ", method_details="Электронный аукцион", published_on=None, amount=100),
        period("value not stated", DAY, law="44-FZ", method_details="Электронный аукцион"),
    ]
    assert Answer(tmp_path, "R003", {"procedures": procedures}).examined == 0


def test_sessions_of_a_portal_have_no_least_period(tmp_path: Path) -> None:
    procedures = [period("session", 3600, method_details="Котировочная сессия"), period("other", 3600, method_details="Иное")]
    answer = Answer(tmp_path, "R003", {"procedures": procedures})
    assert ([row[0] for row in answer.found], answer.examined) == (["other"], 1)


def test_the_law_of_those_that_state_none_and_the_day_of_those_that_state_none(tmp_path: Path) -> None:
    procedures = [period("a", 10 * DAY, method_details="Электронный аукцион", amount=100, published_on=None)]
    assert Answer(tmp_path / "any", "R003", {"procedures": procedures}).found == [("a", "", "a", "10", "15")]
    told = Answer(tmp_path / "told", "R003", {"procedures": procedures}, law="44-FZ", on=date(2025, 1, 1))
    assert (told.found, told.examined) == ([], 1)


def test_a_threshold_of_the_users(tmp_path: Path) -> None:
    procedures = [period("a", 10 * DAY), period("b", 10 * DAY, law="223-FZ", method_details="что угодно")]
    answer = Answer(tmp_path / "one", "R003", {"procedures": procedures}, thresholds={"R003": {"days": "11"}})
    assert [row[0] for row in answer.found] == ["a", "b"]
    answer = Answer(tmp_path / "by law", "R003", {"procedures": procedures}, thresholds={"R003": {"days": {"223-FZ": 11, "any": 10}}})
    assert answer.found == [("b", "", "b", "10", "11")]
