"""Pictures of savings: every one says in words what it shows, keeps its words apart, and stands in its frame."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.utils.translation import override

from yantar.qms.procurement.queries.shapes import Bin as Step
from yantar.qms.procurement.queries.shapes import Group, Sum
from yantar.web.ui import savings_charts as charts
from yantar.web.ui.charts.dumbbell import Move, dumbbell_svg
from yantar.web.ui.charts.frame import WIDE
from yantar.web.ui.charts.histogram import Bin, histogram_svg
from yantar.web.ui.charts.quartiles import Strip, quartiles_svg
from yantar.web.ui.charts.ranked import Ranked, ranked_svg
from yantar.web.ui.templatetags.savings import exact, said, share_said, shortened

LONG = "Министерство строительства, жилищно-коммунального хозяйства и благоустройства территорий <края> & городов"
PICTURES = {
    "ranked": lambda: ranked_svg([Ranked(LONG, 12.0, "12 ₽", "3 %"), Ranked("Б", -2.0, "−2 ₽")], "Экономия"),
    "histogram": lambda: histogram_svg([Bin(0, 5, 3), Bin(5, 10, 0), Bin(10, 15, 9)], "Распределение", marks=[(10.0, "порог")]),
    "quartiles": lambda: quartiles_svg([Strip(LONG, 40, 1, 5, 9), Strip("Б", 3, -4, 0, 60, weak=True)], "Разброс"),
    "dumbbell": lambda: dumbbell_svg(10.0, "10 ₽", [Move(LONG, 4.0, "−6 ₽"), Move("Б", 10.0, "0 ₽")], "Допущения"),
    "nothing moved": lambda: dumbbell_svg(10.0, "10 ₽", [Move("Б", 10.0, "0 ₽")], "Допущения"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_whole_and_says_what_it_shows(name: str) -> None:
    picture = ElementTree.fromstring(PICTURES[name]())  # noqa: S314 - our own
    told = {one.tag: one.text or "" for one in picture if one.tag in ("title", "desc")}
    assert told["title"] and told["desc"]
    assert picture.get("role") == "img" and len((picture.get("aria-labelledby") or "").split()) == 2
    _x, _y, wide, high = map(float, (picture.get("viewBox") or "").split())
    assert wide == WIDE
    for one in picture.iter():
        assert not one.get("style")
        if one.tag == "rect":
            left, width = float(one.get("x") or 0), float(one.get("width") or 0)
            assert left >= -0.5 and left + width <= WIDE + 0.5, ElementTree.tostring(one)
        if one.tag in ("rect", "text", "circle"):
            assert float(one.get("y") or one.get("cy") or 0) <= high


def group(value: str, procedures: int, baseline: int, awarded: int) -> Group:
    counted = Sum(procedures, Decimal(baseline), Decimal(awarded))
    return Group("buyer", value, "", counted, counted)


def test_the_largest_stand_first_and_the_rest_together() -> None:
    groups = [group(f"b{n}", 1, 100 + n, 90) for n in range(20)]
    chart = charts.by_dimension("buyer", groups, "RUB", "/list/")
    assert chart is not None and chart.rest == 10
    assert [line.label for line in chart.lines][:2] == ["b19", "b18"]
    assert chart.lines[0].url == "/list/?klass=E2&buyer=b19"
    assert chart.total == Sum(20, Decimal(2190), Decimal(1800))
    assert chart.picture.count("<rect") == 11
    assert charts.by_dimension("buyer", groups[:1], "RUB") is None


def test_a_distribution_without_its_empty_end() -> None:
    steps = [Step(Decimal(n) / 20, Decimal(n + 1) / 20, 4 if n in (0, 6) else 0, Decimal(1), Decimal(0)) for n in range(20)]
    found = charts.distribution(steps)
    assert found is not None
    assert [row.heavy for row in found.rows] == [False] * 5 + [True] * 3
    assert charts.distribution([]) is None


@pytest.mark.parametrize(
    ("value", "ru", "en"),
    [
        ("1822048442.46", "1,82 млрд ₽", "1.82 bn ₽"),
        ("-44026943.94", "−44,0 млн ₽", "−44.0 m ₽"),
        ("999999.99", "999 999,99 ₽", "999,999.99 ₽"),
        ("0.00", "0,00 ₽", "0.00 ₽"),
        (None, "—", "—"),
    ],
)
def test_amounts_in_short(value: str | None, ru: str, en: str) -> None:
    for language, words in (("ru", ru), ("en", en)):
        with override(language):
            assert re.sub(r"\s", " ", shortened(value)) == words


def test_amounts_and_shares_to_the_last_digit() -> None:
    with override("ru"):
        assert re.sub(r"\s", " ", exact("1822048442.46")) == "1 822 048 442,46 ₽"
        assert re.sub(r"\s", " ", exact("5.00", "MDL")) == "5,00 MDL"
        assert re.sub(r"\s", " ", share_said("0.121246")) == "12,12 %"
        assert shortened("5000000", signed=True).startswith("+")
        assert said({"ru": "да", "en": "yes"}) == "да"
    with override("en"):
        assert said({"ru": "да", "en": "yes"}) == "yes" and said(None) == ""
