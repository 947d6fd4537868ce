"""The order of names in lists, Thai and Latin, without the locale of the machine or of the database."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

LEADING_VOWELS = "เแโใไ"
_FIRST_CONSONANT, _LAST_CONSONANT = "ก", "ฮ"
# Shortener, tone marks, silencer and the like above the letters: they tell two words apart where nothing else does.
_MARKS = frozenset(chr(code) for code in range(0x0E47, 0x0E4F))


class ThaiKey(NamedTuple):
    letters: str
    marks: tuple[tuple[int, str], ...]
    text: str


@lru_cache(maxsize=8192)  # the same names and sentences are sorted again with each page
def thai_key(text: str) -> ThaiKey:
    """A key to sort by, as Thai dictionaries do: a vowel written before its consonant comes after it, tone marks
    count only between words that are otherwise the same. Latin letters sort without regard to case, before Thai.
    """
    letters: list[str] = []
    marks: list[tuple[int, str]] = []
    held = ""
    for character in text.casefold().strip():
        if character in _MARKS:
            marks.append((len(letters), character))
        elif character in LEADING_VOWELS:
            letters.extend(held)
            held = character
        else:
            is_consonant = _FIRST_CONSONANT <= character <= _LAST_CONSONANT
            letters.extend((character, held) if held and is_consonant else (held, character))
            held = ""
    return ThaiKey("".join((*letters, held)), tuple(marks), text)
