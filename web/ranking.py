"""Who stands where in a list of scores. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from web.collation import thai_key

LEAST = 3  # fewer people are no ranking: the own place would tell the other's
AROUND = 3


@dataclass(frozen=True)
class Score:
    """Of one person: more is better. None where it is not defined; `text` is how it is shown."""

    key: int
    name: str
    value: Decimal | None
    text: str = ""


@dataclass(frozen=True)
class Place:
    rank: int
    score: Score
    is_own: bool


@dataclass(frozen=True)
class Leaderboard:
    """`places` are those to show, best first; `ranked` people have one, `left_out` have nothing to be ranked by."""

    places: Sequence[Place]
    ranked: int
    left_out: int
    is_whole: bool


def leaderboard(scores: Iterable[Score], own: int, *, sees_all: bool) -> Leaderboard | None:
    """All places for those who see them all; else the own one with the two beside it, or none without an own score.

    Equal scores share a place, and the next one counts them all (1, 1, 3). None for fewer than three people with a
    score, and for a reader who is not among the people.
    """
    people = list(scores)
    places = _places(people, own)
    if len(places) < LEAST or not (sees_all or any(score.key == own for score in people)):
        return None
    shown = places if sees_all else _around(places)
    return Leaderboard(shown, len(places), len(people) - len(places), len(shown) == len(places))


def _places(scores: Iterable[Score], own: int) -> list[Place]:
    known = [(score.value, score) for score in scores if score.value is not None]
    ordered = sorted(known, key=lambda pair: (-pair[0], thai_key(pair[1].name), pair[1].key))
    places: list[Place] = []
    for n, (value, score) in enumerate(ordered, start=1):
        is_tied = bool(places) and places[-1].score.value == value
        places.append(Place(places[-1].rank if is_tied else n, score, score.key == own))
    return places


def _around(places: Sequence[Place]) -> Sequence[Place]:
    """At either end of the list both neighbours are on one side."""
    own = next((n for n, place in enumerate(places) if place.is_own), None)
    if own is None:
        return []
    first = max(0, min(own - 1, len(places) - AROUND))
    return places[first : first + AROUND]
