"""Names in the order in which Thai readers look for them."""

import random

import pytest

from web.collation import thai_key

ORDERS = {
    "a vowel before its consonant sorts after it": ["กา", "เก", "แก", "โก", "ใก", "ไก", "ขา", "เข"],
    "names": ["กฤต", "เกศรา", "ชาญ", "เดช", "ทอม", "แพรว", "ไพลิน", "มายา", "อนันต์", "โอภาส"],
    "the letter after the first one decides": ["กลอย", "เกลือ", "เกษม", "เขียน"],
    "tone marks break ties only": ["ปา", "ป่า", "ป้า", "ปี"],
    "a mark weighs less than a later letter": ["ไก", "ไก่", "ไกล"],
    "Latin before Thai, without case": ["anan", "Bee", "charlie", "ก", "เอ"],
    "no name first": ["", "a", "ก"],
}


@pytest.mark.parametrize("names", ORDERS.values(), ids=list(ORDERS))
def test_order(names: list[str]) -> None:
    shuffled = names[:]
    random.Random(7).shuffle(shuffled)
    assert sorted(shuffled, key=thai_key) == names


@pytest.mark.parametrize(("text", "letters"), [("กเ", "กเ"), ("เเก", "เกเ"), ("เ1", "เ1"), ("  ใจ ", "จใ")])
def test_a_vowel_without_a_consonant_is_kept(text: str, letters: str) -> None:
    assert thai_key(text).letters == letters


def test_different_names_never_share_a_key() -> None:
    names = ["กา", "ก่า", "เกา", "เก่า", "Anan", "anan", " anan"]
    assert len({thai_key(name) for name in names}) == len(names)
