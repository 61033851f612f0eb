"""The line of dates: labels apart, nothing outside the picture, everything told in words too."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from yantar.web.ui.charts.line_of_dates import STATES, WIDE, Milestone, _marks, _place, line_of_dates_html

BEGIN, END = date(2024, 3, 15), date(2027, 3, 14)
TODAY = date(2026, 11, 23)
days = st.integers(0, (END - BEGIN).days).map(lambda n: BEGIN + timedelta(days=n))
labels = st.sampled_from(["Решение", "1-й контроль пройден", "Ресертификационный аудит органа по сертификации", "Срок"])
milestones = st.lists(st.builds(Milestone, st.just("x"), st.sampled_from(STATES), days, labels), max_size=12)


@settings(max_examples=150, deadline=None)
@given(milestones)
def test_labels_never_overlap(given_milestones: list[Milestone]) -> None:
    marks = [mark for _day, mark in _marks(given_milestones, TODAY, BEGIN, END, 190)]
    _place(marks)
    for n, one in enumerate(marks):
        assert one.left >= 0 and one.left + one.width <= WIDE + 0.01
        for other in marks[:n]:
            same_place = (one.side, one.level) == (other.side, other.level)
            assert not same_place or one.left + one.width <= other.left or other.left + other.width <= one.left


def test_both_pictures_are_well_formed_and_tell_everything_in_words() -> None:
    line = [
        Milestone("decision", "done", date(2024, 3, 15), "Granted & <sealed>"),
        Milestone("audit", "late", date(2026, 10, 1), "Surveillance", "by 1 Oct"),
    ]
    with override("en"):
        html = line_of_dates_html(line, TODAY, BEGIN, END)
    pictures = list(ElementTree.fromstring(html))
    assert len(pictures) == 2
    for picture in pictures:
        told = picture.find("desc").text
        assert "15 Mar 2024: Granted & <sealed> (done)" in told and "1 Oct 2026: Surveillance (late)" in told
        assert picture.find("title").text == "Line of dates from 15 Mar 2024 to 14 Mar 2027"
        words = [text.text for text in picture.iter("text")]
        assert "Today" in words and "by 1 Oct" in words and "style" not in picture.attrib
    ids = [element.get("id") for picture in pictures for element in picture.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 4


def test_today_outside_the_line_is_not_drawn_and_an_empty_line_is_no_failure() -> None:
    assert "lod-today" not in line_of_dates_html([], END + timedelta(days=9), BEGIN, END)
    assert "lod-today" in line_of_dates_html([], TODAY, BEGIN, END)


def test_an_event_outside_the_cycle_widens_the_line() -> None:
    with override("en"):
        html = line_of_dates_html([Milestone("x", "missed", date(2023, 1, 1), "Before")], TODAY, BEGIN, END)
    assert "Line of dates from 1 Jan 2023" in html
