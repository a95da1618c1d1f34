"""Counting as the network does, held against the tables of TS 23.038 and, for SMPP's octets, another's library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpplib import gsm as another

from bot.channels.sms.parts import IN_PARTS, alphabet_of, count, cut, decode, encode, units

CHINESE, EMOJI = "电", "😀"
TEXTS = st.text(alphabet=st.sampled_from(list("aZ9 é€[]{}~^\\|电费。\n" + EMOJI)), max_size=900)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the pair of escape and character does not fit at the border
        (CHINESE * 70, 1),
        (CHINESE * 71, 2),
        (CHINESE * 134, 2),
        (CHINESE * 135, 3),
        (EMOJI * 35, 1),
        (EMOJI * 36, 2),
        (EMOJI * 66, 2),
        (EMOJI * 67, 3),  # 33 in a part: 67 is odd
        (CHINESE * 66 + EMOJI + CHINESE * 66, 3),
    ],
)
def test_parts_are_counted(text: str, parts: int) -> None:
    assert count(text) == parts


@given(TEXTS)
def test_nothing_is_lost_torn_or_too_long(text: str) -> None:
    parts = cut(text)
    assert "".join(part.text for part in parts) == text
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    for part in parts:
        assert part.alphabet == alphabet_of(text)
        assert len(parts) == 1 or units(part.text, part.alphabet) <= IN_PARTS[part.alphabet]
        assert decode(encode(part.text, part.alphabet), part.alphabet) == part.text


@given(st.text(alphabet=st.sampled_from(list("aZ9 é€[]{}~^\\|@£\n")), max_size=200))
def test_septets_are_those_of_another_library(text: str) -> None:
    assert encode(text, "gsm7") == another.gsm_encode(text)


@given(st.binary(max_size=160))
def test_whatever_comes_in_is_read_somehow(data: bytes) -> None:
    assert isinstance(decode(data, "gsm7"), str)
    assert isinstance(decode(data, "ucs2"), str)
