"""Components say the same thing in the manner of each language, and never by colour alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from yantar.qms.certification.models import Status
from yantar.web.ui.templatetags.ui import STATUS_LOOK


def render(source: str, language: str = "ru", **values: Any) -> str:
    with override(language):
        return Template(source).render(Context(values))


def test_dates_and_numbers_follow_the_language() -> None:
    source = "{% day d %}|{% number 12345.5 %}|{% money 123450 %}|{% money r %}"
    values = {"d": date(2024, 3, 15), "r": Decimal("-1234.5")}
    assert render(source, "ru", **values) == (
        '<time class="day" datetime="2024-03-15">15.03.2024</time>|12\u202f345,5|1\u202f234,50\u00a0₽|-1\u202f234,50\u00a0₽'
    )
    assert render(source, "en", **values) == ('<time class="day" datetime="2024-03-15">15 Mar 2024</time>|12,345.5|1,234.50\u00a0₽|-1,234.50\u00a0₽')


def test_a_moment_is_in_the_government_s_zone() -> None:
    at = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert render("{% moment at %}", at=at) == '<time class="day" datetime="2026-11-24T00:30:00+02:00">24.11.2026 00:30</time>'
    assert ">24.11.2026<" in render("{% day at %}", at=at)


@pytest.mark.parametrize("tag", ["day", "moment", "number", "money", "due", "person"])
def test_nothing_is_shown_as_a_dash(tag: str) -> None:
    assert render(f"{{% {tag} nothing_here %}}", nothing_here=None) == "—"


def test_every_status_has_a_look_and_no_two_are_told_apart_by_colour_alone() -> None:
    assert set(STATUS_LOOK) == set(Status.values)
    assert len({icon for _tone, icon in STATUS_LOOK.values()}) == len(STATUS_LOOK)
    shown = render("{% status c %}", "en", c=SimpleNamespace(status="suspended"))
    assert "tone-danger" in shown and "<svg" in shown and "Suspended" in shown


def test_how_near_a_deadline_is() -> None:
    today = date(2026, 11, 23)
    source = "{% due d today %}"
    assert "tone-danger" in render(source, d=date(2026, 11, 22), today=today)
    assert "tone-warning" in render(source, d=date(2027, 2, 21), today=today)
    assert "tone-secondary" in render(source, d=date(2027, 2, 22), today=today)
    assert "2 days late" in render(source, "en", d=date(2026, 11, 21), today=today)
    assert "1 day left" in render(source, "en", d=date(2026, 11, 24), today=today)


def test_what_is_shown_is_escaped() -> None:
    bad = "<script>"
    source = "{% badge x %}{% row x x %}{% person p %}{% figure x x x %}{% definition_list rows %}{% breadcrumbs x x x %}"
    assert bad not in render(source, x=bad, p=bad, rows=[(bad, bad)])


@pytest.mark.parametrize(
    ("path", "russian", "english"),
    [
        ("/", "/", "/en/"),
        ("/en/", "/", "/en/"),
        ("/en", "/", "/en/"),
        ("/certificates/?q=a%20b&page=2", "/certificates/?q=a%20b&page=2", "/en/certificates/?q=a%20b&page=2"),
        ("/en/certificates/YA-1/?on=2024-01-01", "/certificates/YA-1/?on=2024-01-01", "/en/certificates/YA-1/?on=2024-01-01"),
        ("/english/", "/english/", "/en/english/"),
    ],
)
def test_the_same_page_in_the_other_language(path: str, russian: str, english: str) -> None:
    request = RequestFactory().get(path)
    assert unescape(render("{% language_url 'ru' %} {% language_url 'en' %}", request=request)).split() == [russian, english]


def test_parameters_are_kept() -> None:
    request = RequestFactory().get("/x/?q=1&page=3")
    assert render("{% url_with page=4 %}", request=request) == "/x/?q=1&amp;page=4"
    assert render("{% url_with page=None q='' %}", request=request) == "/x/"
    assert render("{% url_with on=d %}", request=request, d=date(2024, 3, 15)) == "/x/?q=1&amp;page=3&amp;on=2024-03-15"


def test_a_bar_shows_its_parts_and_says_their_figures() -> None:
    shown = render("{% status_bar counts %}", "en", counts={"active": 23, "suspended": 1, "expired": 0})
    assert shown.count("<rect") == 3 and "Expired" not in shown
    assert "In force <strong>23</strong>" in shown and "Suspended <strong>1</strong>" in shown
    assert "<rect" in render("{% status_bar counts %}", counts={})


def test_a_page_without_a_request_still_renders() -> None:
    """The page that says that everything is broken."""
    from django.template.loader import get_template

    assert "<h1>" in get_template("500.html").render()
