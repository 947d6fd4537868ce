"""How good forecasts were: Brier score against the run rate's, share of outcomes in the range, histogram of places."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bench.calibration.cases import Case

BINS = 10


@dataclass(frozen=True)
class Score:
    """`cases` counts forecasts that were made, `silent` months about which nothing was said. `reliability` holds, for
    each tenth of the probability, (forecasts, their mean, share that was met).
    """

    cases: int
    silent: int
    brier: float
    run_rate: float
    inside: float
    below: float
    above: float
    pit: tuple[int, ...]
    reliability: tuple[tuple[int, float, float], ...]

    @property
    def ratio(self) -> float:
        return self.brier / self.run_rate if self.run_rate else float(self.brier > 0)


def score(cases: Iterable[Case]) -> Score:
    asked = list(cases)
    made = [case for case in asked if case.chances is not None]
    chances = [chance for case in made for chance in case.chances or ()]
    number = max(1, len(chances))
    pit = [0] * BINS
    for case in made:
        pit[min(BINS - 1, int(case.pit * BINS))] += 1
    return Score(
        cases=len(made),
        silent=len(asked) - len(made),
        brier=sum((p - met) ** 2 for p, _, met in chances) / number,
        run_rate=sum((rate - met) ** 2 for _, rate, met in chances) / number,
        inside=sum(case.is_inside for case in made) / max(1, len(made)),
        below=sum(not case.is_inside and case.pit < 0.5 for case in made) / max(1, len(made)),
        above=sum(not case.is_inside and case.pit >= 0.5 for case in made) / max(1, len(made)),
        pit=tuple(pit),
        reliability=_reliability(chances),
    )


def _reliability(chances: list[tuple[float, float, float]]) -> tuple[tuple[int, float, float], ...]:
    bins: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for p, _, met in chances:
        bins[min(BINS - 1, int(p * BINS))].append((p, met))
    return tuple(
        (len(found), sum(p for p, _ in found) / len(found), sum(met for _, met in found) / len(found))
        if (found := bins[number])
        else (0, 0.0, 0.0)
        for number in range(BINS)
    )


def by_family(cases: Iterable[Case]) -> dict[str, Score]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        found[case.family].append(case)
    return {family: score(members) for family, members in found.items()}
