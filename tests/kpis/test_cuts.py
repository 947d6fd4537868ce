"""Windows read together are found again, each as the pieces that it is made of."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpis.cuts import GAP, stretches
from kpis.periods import Window

FIRST = date(2026, 1, 1)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


windows = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 60)).map(lambda pair: Window(day(pair[0]), day(sum(pair)))),
    max_size=8,
)


def piece_of(cuts: tuple[date, ...], when: date) -> int:
    """As PostgreSQL's width_bucket counts."""
    return sum(cut <= when for cut in cuts)


# That drawing takes long says something of the machine, nothing of the windows.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(windows)
def test_pieces_hold_exactly_the_days_of_their_window(asked: list[Window]) -> None:
    found = stretches(asked)
    assert set(found) == set(asked)
    for window, stretch in found.items():
        pieces = stretch.pieces(window)
        days = [stretch.first + timedelta(days=n) for n in range((stretch.last - stretch.first).days + 1)]
        assert [each for each in days if piece_of(stretch.cuts, each) in pieces] == [
            each for each in days if each in window
        ]
        assert stretch.first <= window.start <= window.end <= stretch.last


def test_only_near_windows_are_read_together() -> None:
    near, far = Window(day(0), day(9)), Window(day(10) + GAP, day(60))
    assert stretches([near, far])[near] != stretches([near, far])[far]
    middle = Window(day(5), day(20))
    assert len(set(stretches([near, far, middle]).values())) == 1
