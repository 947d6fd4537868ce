"""Stays in teams, by tables."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.stays import ONE_DAY, Stay, place, team_on

NORTH, SOUTH = 1, 2


def day(number: int) -> dt.date:
    return dt.date(2026, 1, number)


def stay(team: int, first: int | None, last: int | None) -> Stay:
    return Stay(team, day(first) if first else None, day(last) if last else None)


@pytest.mark.parametrize(
    ("before", "team", "first", "last", "after"),
    [
        ([], NORTH, 5, None, [stay(NORTH, 5, None)]),
        ([stay(NORTH, None, None)], SOUTH, 5, None, [stay(NORTH, None, 4), stay(SOUTH, 5, None)]),
        (
            [stay(NORTH, None, None)],
            SOUTH,
            5,
            9,
            [stay(NORTH, None, 4), stay(SOUTH, 5, 9), stay(NORTH, 10, None)],
        ),
        ([stay(NORTH, 3, None)], SOUTH, 3, None, [stay(SOUTH, 3, None)]),
        ([stay(NORTH, 3, 8), stay(SOUTH, 9, None)], SOUTH, 5, None, [stay(NORTH, 3, 4), stay(SOUTH, 5, None)]),
        ([stay(NORTH, 1, 4), stay(SOUTH, 5, 9)], NORTH, 5, 9, [stay(NORTH, 1, 9)]),
        ([stay(NORTH, 1, None)], NORTH, 5, None, [stay(NORTH, 1, None)]),
        ([stay(NORTH, 1, 4)], NORTH, 6, None, [stay(NORTH, 1, 4), stay(NORTH, 6, None)]),
        ([stay(NORTH, None, None)], None, 5, None, [stay(NORTH, None, 4)]),
        ([stay(NORTH, 5, None)], None, 5, None, []),
        ([stay(NORTH, 5, None)], SOUTH, None, None, [stay(SOUTH, None, None)]),
    ],
)
def test_place(before: list[Stay], team: int | None, first: int | None, last: int | None, after: list[Stay]) -> None:
    assert place(before, team, day(first) if first else None, day(last) if last else None) == after


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="before its start"):
        place([], NORTH, day(5), day(4))


moves = st.lists(
    st.tuples(
        st.sampled_from([NORTH, SOUTH, None]),
        st.integers(1, 28),
        st.none() | st.integers(0, 10),
    ),
    max_size=8,
)


@given(moves)
def test_each_day_has_the_team_of_the_last_move_that_covers_it(moved: list[tuple[int | None, int, int | None]]) -> None:
    stays: list[Stay] = []
    said: dict[dt.date, int | None] = {}
    for team, first, length in moved:
        start = day(first)
        end = None if length is None else start + length * ONE_DAY
        stays = place(stays, team, start, end)
        said |= {start + n * ONE_DAY: team for n in range(60 if length is None else length + 1)}
    for number in range(1, 32):
        assert team_on(stays, day(number)) == said.get(day(number))
    for earlier, later in itertools.pairwise(stays):
        assert earlier.last < later.first
        assert earlier.team != later.team or earlier.last + ONE_DAY < later.first
