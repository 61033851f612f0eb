"""Check digits of INN, OGRN, OGRNIP. All numbers are made up; the check digits were computed by hand."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yantar.engine.requisites import inn_check_digits, inn_problem, ogrn_check_digit, ogrn_problem


def _digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


@pytest.mark.parametrize(
    ("inn", "problem"),
    [
        # 2·1+4·2+10·3+3·4+5·5+9·6+4·7+6·8+8·9 = 279; 279 mod 11 = 4.
        ("1234567894", None),
        ("1234567890", "check_digit"),
        # 6·2+1·10 = 22 and so on: the remainder 10 is written 0, see below.
        ("0000000000", None),
        # 3900000000: 3·2+9·4 = 42; 42 mod 11 = 9.
        ("3900000009", None),
        ("3900000008", "check_digit"),
        # 0500000000: 5·4 = 20; 20 mod 11 = 9. 0000500000: 5·5 = 25 → 3. 0010000000: 10 mod 11 = 10, written 0.
        ("0010000000", None),
        # A person's, 12 digits: 7·5 = 35 mod 11 = 2; 3·5+8·2 = 31 mod 11 = 9.
        ("500000000029", None),
        ("500000000028", "check_digit"),
        ("500000000039", "check_digit"),
        ("123", "length"),
        ("12345678901", "length"),
        ("12345678 4", "digits"),
        ("١٢٣٤٥٦٧٨٩٤", "digits"),
        ("", "digits"),
    ],
)
def test_inn(inn: str, problem: str | None) -> None:
    assert inn_problem(inn) == problem


@pytest.mark.parametrize(
    ("ogrn", "problem"),
    [
        # 100000000000 mod 11 = 10 (ten to an odd power is −1), written 0.
        ("1000000000000", None),
        ("1000000000001", "check_digit"),
        # 100000000001 mod 11 = 0; 100000000002 mod 11 = 1.
        ("1000000000010", None),
        ("1000000000021", None),
        # 14 digits: 26 = 2·13, so 00000000000026 leaves 0 and ...027 leaves 1.
        ("000000000000260", None),
        ("000000000000271", None),
        ("000000000000272", "check_digit"),
        ("10000000000000", "length"),
        ("100000000000x", "digits"),
        ("", "digits"),
    ],
)
def test_ogrn(ogrn: str, problem: str | None) -> None:
    assert ogrn_problem(ogrn) == problem


@given(st.one_of(_digits(9), _digits(10)))
def test_an_inn_with_its_check_digits_is_right(body: str) -> None:
    assert inn_problem(body + inn_check_digits(body)) is None


@given(st.one_of(_digits(12), _digits(14)))
def test_an_ogrn_with_its_check_digit_is_right(body: str) -> None:
    assert ogrn_problem(body + ogrn_check_digit(body)) is None


def _with_digit(number: str, place: int, shift: int) -> str:
    changed = str((int(number[place]) + shift) % 10)
    return number[:place] + changed + number[place + 1 :]


@given(_digits(9), st.integers(0, 9), st.integers(1, 9))
def test_one_changed_digit_of_an_inn_is_seen(body: str, place: int, shift: int) -> None:
    changed = _with_digit(body + inn_check_digits(body), place, shift)
    # The remainders 0 and 10 share the check digit 0, so a change from one to the other can't be seen.
    assume(changed[-1] != "0")
    assert inn_problem(changed) == "check_digit"


@given(_digits(12), st.integers(0, 12), st.integers(1, 9))
def test_one_changed_digit_of_an_ogrn_is_seen(body: str, place: int, shift: int) -> None:
    changed = _with_digit(body + ogrn_check_digit(body), place, shift)
    assume(changed[-1] != "0")
    assert ogrn_problem(changed) == "check_digit"


@given(_digits(14), st.integers(0, 14), st.integers(1, 9))
def test_one_changed_digit_of_an_ogrnip_is_seen(body: str, place: int, shift: int) -> None:
    changed = _with_digit(body + ogrn_check_digit(body), place, shift)
    # Modulo 13 the digits 0, 1 and 2 stand for two remainders each.
    assume(changed[-1] not in "012")
    assert ogrn_problem(changed) == "check_digit"


@pytest.mark.parametrize("body", ["", "12345678", "12345678901", "12345678x"])
def test_a_wrong_body_has_no_check_digits(body: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        inn_check_digits(body)
    with pytest.raises(ValueError, match="digits"):
        ogrn_check_digit(body)
