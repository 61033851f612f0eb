"""Sealing: nothing is readable without the key, nothing damaged or of another purpose opens, keys can be replaced."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from yantar.core import secrecy

OLD, NEW = "old-" + "o" * 40, "new-" + "n" * 40
PLAIN = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(data=st.dictionaries(st.text(), JSON, max_size=6), purpose=st.text(min_size=1, max_size=20))
def test_what_was_sealed_opens_again(data: dict[str, object], purpose: str) -> None:
    assert secrecy.unseal(purpose, secrecy.seal(purpose, data)) == data


@given(content=st.binary(max_size=300), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_changed_bit_and_it_does_not_open(content: bytes, at: int, bit: int) -> None:
    blob = bytearray(secrecy.seal_bytes("file", content))
    assert len(blob) == len(content) + secrecy.OVERHEAD
    blob[at % len(blob)] ^= 1 << bit
    with pytest.raises(secrecy.Unreadable):
        secrecy.unseal_bytes("file", bytes(blob))


@given(cut=st.integers(min_value=0))
def test_a_shortened_blob_does_not_open(cut: int) -> None:
    blob = secrecy.seal("note", {"text": "слово"})
    with pytest.raises(secrecy.Unreadable):
        secrecy.unseal("note", blob[: len(blob) - 1 - cut % len(blob)])


def test_the_text_is_not_in_the_blob_and_no_two_blobs_are_alike() -> None:
    blobs = {secrecy.seal("appeal", {"email": "citizen@example.org"}) for _time in range(20)}
    assert len(blobs) == 20
    assert not any(b"citizen" in blob for blob in blobs)


def test_of_another_purpose_it_does_not_open() -> None:
    blob = secrecy.seal("note", {"text": "для своих"})
    with pytest.raises(secrecy.Unreadable, match="purpose"):
        secrecy.unseal("appeal", blob)


def test_a_memoryview_as_the_database_gives_it_opens() -> None:
    assert secrecy.unseal("note", memoryview(secrecy.seal("note", {"text": "a"}))) == {"text": "a"}


def test_bytes_that_hold_no_data_are_no_data() -> None:
    for content in (b"\xff\xfe", b"[1]", b"", b"nonsense"):
        with pytest.raises(secrecy.Unreadable):
            secrecy.unseal("note", secrecy.seal_bytes("note", content))


def test_keys_are_replaced_without_losing_anything(settings: Any) -> None:
    settings.PERSONAL_KEYS = [OLD]
    blob, mark, number = secrecy.seal("appeal", {"name": "Пример"}), secrecy.blind("sender", "a@example.org"), secrecy.blind_number("word", "дорог")
    settings.PERSONAL_KEYS = [NEW, OLD]
    assert secrecy.unseal("appeal", blob) == {"name": "Пример"}
    assert not secrecy.is_newest(blob)
    fresh = secrecy.seal("appeal", secrecy.unseal("appeal", blob))
    assert secrecy.is_newest(fresh)
    assert (secrecy.blind("sender", "a@example.org"), secrecy.blind_number("word", "дорог")) == (mark, number)
    settings.PERSONAL_KEYS = [NEW]
    assert secrecy.unseal("appeal", fresh) == {"name": "Пример"}
    with pytest.raises(secrecy.Unreadable, match="YANTAR_PERSONAL_KEYS"):
        secrecy.unseal("appeal", blob)


@pytest.mark.parametrize("keys", [[], ["short"], [NEW, "short"]])
def test_without_a_good_key_nothing_is_sealed(settings: Any, keys: list[str]) -> None:
    blob = secrecy.seal("appeal", {})
    settings.PERSONAL_KEYS = keys
    for attempt in (lambda: secrecy.seal("appeal", {}), lambda: secrecy.unseal("appeal", blob), lambda: secrecy.blind("sender", "a")):
        with pytest.raises(ImproperlyConfigured, match="YANTAR_PERSONAL_KEYS"):
            attempt()


@given(text=st.text(), other=st.text())
def test_prints_tell_texts_and_purposes_apart(text: str, other: str) -> None:
    mark = secrecy.blind("sender", text)
    assert len(mark) == 64 and int(mark, 16) >= 0
    assert (mark == secrecy.blind("sender", other)) == (text == other)
    assert mark != secrecy.blind("code", text)
    assert -(2**63) <= secrecy.blind_number("word", text) < 2**63
