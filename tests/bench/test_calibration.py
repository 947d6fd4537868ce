"""Forecasts of drawn records of every kind: do probability and range hold? docs/forecast.md has the whole report."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bench.calibration import strangers
from bench.calibration.cases import Case, cases_of
from bench.calibration.picture import picture
from bench.calibration.score import Score, by_family, score
from bench.calibration.zoo import KINDS, zoo

ALL_KINDS = (*KINDS, *strangers.KINDS)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    year = timedelta(days=400)
    return [case for sample in zoo(1, "tests", ALL_KINDS) for case in cases_of(sample, until=sample.first + year)]


@pytest.fixture(scope="module")
def found(cases: list[Case]) -> Score:
    return score(cases)


def holds(found: Score) -> bool:
    """The bounds within which forecasts of so many months are called good."""
    probability = found.ratio <= 0.65 and all(
        abs(given - met) <= 0.15 for number, given, met in found.reliability if number >= 40
    )
    return probability and 0.73 <= found.inside <= 0.87 and max(found.pit) <= 0.2 * found.cases


def test_all_kinds_are_asked(cases: list[Case]) -> None:
    assert by_family(cases).keys() == {kind.__name__ for kind in ALL_KINDS}
    assert len(cases) > 1000


def test_probability_and_range_hold(found: Score) -> None:
    assert holds(found), found


def test_beside_the_run_rate_on_every_kind(cases: list[Case]) -> None:
    """One record of a kind says little of the kind; a ratio far beyond 1 would still be a fault."""
    poor = {family: found.ratio for family, found in by_family(cases).items() if found.run_rate > 0.05}
    assert max(poor.values()) < 1.5, poor


@pytest.mark.parametrize("shift", [-0.25, 0.25])
def test_a_biased_probability_would_be_noticed(cases: list[Case], shift: float) -> None:
    moved = [
        replace(case, chances=tuple((min(1, max(0, p + shift)), rate, met) for p, rate, met in case.chances or ()))
        for case in cases
    ]
    assert not holds(score(moved))


def test_a_narrow_range_would_be_noticed(cases: list[Case]) -> None:
    narrow = [replace(case, is_inside=0.25 < case.pit < 0.75) for case in cases]
    assert not holds(score(narrow))


def test_the_picture_shows_every_set(found: Score) -> None:
    drawn = picture([("drawn records", found), ("others", found)])
    assert drawn.startswith("<svg")
    assert "others" in drawn
