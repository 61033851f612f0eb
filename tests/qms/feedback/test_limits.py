"""Limits counted in the database, proofs spent once, suspicion by named reasons."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from yantar.core import clock
from yantar.qms.feedback import admission, captcha, spam, stamps
from yantar.qms.feedback.models import Admission, SpentChallenge

MORNING = datetime.fromisoformat("2026-11-23T10:59:00+02:00")


@pytest.mark.django_db
def test_a_client_and_all_together_are_limited_in_a_window() -> None:
    with clock.at(MORNING):
        assert [admission.admitted("x", "a" * 64, 2, 3, admission.HOUR) for _time in range(3)] == [True, True, False]
        # Who floods uses nothing up: one more is left for all.
        assert admission.admitted("x", "b" * 64, 2, 3, admission.HOUR)
        assert not admission.admitted("x", "c" * 64, 2, 3, admission.HOUR)
        assert admission.admitted("y", "c" * 64, 2, 3, admission.HOUR)
    with clock.at(MORNING + timedelta(minutes=2)):
        assert admission.admitted("x", "a" * 64, 2, 3, admission.HOUR)


@pytest.mark.django_db
def test_a_client_is_a_print_of_the_day() -> None:
    request, neighbour = RequestFactory(REMOTE_ADDR="198.51.100.7").get("/"), RequestFactory(REMOTE_ADDR="198.51.100.8").get("/")
    with clock.at(MORNING):
        one, again, other = admission.client_print(request), admission.client_print(request), admission.client_print(neighbour)
    with clock.at(MORNING + timedelta(days=1)):
        tomorrow = admission.client_print(request)
    assert one == again and len({one, other, tomorrow}) == 3


@pytest.mark.parametrize("window", [timedelta(0), timedelta(days=2)])
def test_windows_have_bounds(window: timedelta) -> None:
    with pytest.raises(ValueError, match="window"):
        admission.window_start(window)


@pytest.mark.django_db(transaction=True)
def test_many_processes_count_as_one() -> None:
    let_in: list[bool] = []

    def come(number: int) -> None:
        try:
            for _time in range(10):
                let_in.append(admission.admitted("x", f"{number:064d}", 100, 25, admission.DAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(let_in) == 25 and len(let_in) == 40 and Admission.objects.get(who="").count == 40


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_spends_a_proof() -> None:
    proof, won = captcha.Proof("a" * 64, timezone.now()), []

    def spend() -> None:
        try:
            won.append(len(captcha.spend([proof])))
        finally:
            connection.close()

    threads = [threading.Thread(target=spend) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [0, 0, 0, 1] and SpentChallenge.objects.count() == 1 and captcha.spend([]) == set()


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("Спасибо, всё быстро и понятно.", set()),
        ("Ждал 3 часа в окне № 5, хотя запись была на 10:30.", set()),
        ("Сайт gosuslugi.ru/ не открылся", {"link"}),
        ("http://a.example www.b.example", {"links"}),
        ("<b>жирно</b>", {"markup"}),
        ("Звоните +7 (4012) 123-45-67", {"contacts"}),
        ("пишите на a@example.org", {"contacts"}),
        ("ВСЁ ОЧЕНЬ ПЛОХО И НИКТО НИЧЕГО НЕ ДЕЛАЕТ", {"capitals"}),
        ("плоооооооооохо", {"repeated"}),
        ("12345 !!!", {"no_words"}),
        ("привет\u202eмир", {"hidden_signs"}),
        ("ж" * 5 + "аб" * 40, {"long_word"}),
    ],
)
def test_reasons_have_names(text: str, reasons: set[str]) -> None:
    assert set(spam.judge(text).reasons) == reasons


@given(
    st.text(max_size=300),
    st.builds(
        spam.Circumstances,
        honeypot=st.booleans(),
        elapsed=st.none() | st.floats(0, 1e6),
        same_text=st.integers(1, 50),
        same_network=st.integers(1, 500),
    ),
)
def test_suspicion_is_always_0_to_100_with_its_reasons(text: str, around: spam.Circumstances) -> None:
    found = spam.judge(text, around)
    assert 0 <= found.score <= 100 and found.score == min(100, sum(spam.REASONS[code].points for code in found.reasons))
    assert len(spam.texts(list(found.reasons))) == len(found.reasons)
    assert spam.judge("", spam.Circumstances(elapsed=30)).score == 0


def test_stamps_are_of_one_form() -> None:
    stamp = stamps.read("x", stamps.issue("x", service="a"))
    assert stamp.data == {"service": "a"} and 0 <= stamp.elapsed < 60
    with pytest.raises(stamps.Stale):
        stamps.read("y", stamps.issue("x"))
    with clock.at(timezone.now() + timedelta(minutes=5)):
        early = stamps.issue("x")
    with pytest.raises(stamps.Stale):
        stamps.read("x", early)
