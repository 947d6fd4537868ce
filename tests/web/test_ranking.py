"""Places in a list of scores."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from web.ranking import AROUND, LEAST, Score, leaderboard


def scores(*values: int | None) -> list[Score]:
    """Of people 1, 2, 3, ..."""
    return [
        Score(n, f"Person {n}", None if value is None else Decimal(value)) for n, value in enumerate(values, start=1)
    ]


def shown(*values: int | None, own: int = 1, sees_all: bool = True) -> list[tuple[int, int]]:
    """Ranks and people; nothing where there is no ranking."""
    board = leaderboard(scores(*values), own, sees_all=sees_all)
    return [(place.rank, place.score.key) for place in board.places] if board else []


def test_equal_scores_share_a_place_and_the_next_counts_them() -> None:
    assert shown(5, 9, 5, 1) == [(1, 2), (2, 1), (2, 3), (4, 4)]


def test_ties_stand_in_the_order_of_thai_names() -> None:
    people = [Score(1, "เกษม", Decimal(1)), Score(2, "กานดา", Decimal(1)), Score(3, "Zoe", Decimal(1))]
    board = leaderboard(people, 1, sees_all=True)
    assert board is not None
    assert [(place.rank, place.score.name) for place in board.places] == [(1, "Zoe"), (1, "กานดา"), (1, "เกษม")]


def test_who_has_no_score_is_left_out_and_counted() -> None:
    board = leaderboard(scores(1, None, 2, 3, None), 1, sees_all=True)
    assert board is not None
    assert (board.ranked, board.left_out) == (3, 2)


def test_others_see_their_own_place_and_the_two_beside_it() -> None:
    values = (50, 40, 30, 20, 10)
    assert shown(*values, own=3, sees_all=False) == [(2, 2), (3, 3), (4, 4)]
    assert shown(*values, own=1, sees_all=False) == [(1, 1), (2, 2), (3, 3)]
    assert shown(*values, own=5, sees_all=False) == [(3, 3), (4, 4), (5, 5)]


def test_without_an_own_score_no_places_are_seen() -> None:
    board = leaderboard(scores(3, 2, 1, None), 4, sees_all=False)
    assert board is not None
    assert (list(board.places), board.ranked, board.is_whole) == ([], 3, False)


def test_strangers_and_too_few_people_have_no_ranking() -> None:
    assert leaderboard(scores(3, 2, 1), 9, sees_all=False) is None
    assert leaderboard(scores(3, 2, None), 1, sees_all=True) is None


@given(st.lists(st.none() | st.integers(-5, 5), max_size=12), st.integers(1, 12))
def test_ranks_are_one_more_than_how_many_are_better(values: list[int | None], own: int) -> None:
    board = leaderboard(scores(*values), own, sees_all=True)
    known = [value for value in values if value is not None]
    assert (board is None) == (len(known) < LEAST)
    if board is None:
        return
    for place in board.places:
        assert place.rank == 1 + sum(value > (place.score.value or 0) for value in known)
    part = leaderboard(scores(*values), own, sees_all=False)
    if part is not None and part.places:
        assert len(part.places) == AROUND
        assert any(place.is_own for place in part.places)
        assert [place.score.key for place in part.places] == [
            place.score.key for place in board.places if place in part.places
        ]
