"""`python -m bench.calibration`: how well forecasts held, on drawn records and on tables of real ones.

Prints a table by kind of record and, last, one JSON line.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.calibration import strangers, zoo
from bench.calibration.cases import Case, cases_of
from bench.calibration.picture import picture
from bench.calibration.score import Score, by_family, score
from bench.calibration.tables import described

HERE = Path(__file__).parent


def main() -> int:
    parser = ArgumentParser(prog="python -m bench.calibration", description=__doc__)
    parser.add_argument("--zoo", type=int, default=3, metavar="N", help="drawn records of each kind (0: none)")
    parser.add_argument("--strangers", type=int, default=0, metavar="N", help="of each kind of the second set")
    parser.add_argument("--seed", default="zoo", help="of the drawn records")
    parser.add_argument("--tables", nargs="*", default=[], metavar="TOML", help="descriptions of tables of records")
    parser.add_argument("--data", type=Path, default=Path(), help="the folder that these describe")
    parser.add_argument("--early", action="store_true", help="judge the months before those set apart")
    parser.add_argument("--picture", type=Path, help="write the reliability diagram and the histogram here (SVG)")
    asked = parser.parse_args()
    sets: list[tuple[str, list[Case]]] = []
    drawn = {"drawn records": (asked.zoo, zoo.KINDS), "strangers": (asked.strangers, strangers.KINDS)}
    for name, cases in _sets(drawn, asked.seed, asked.tables, asked.data, early=asked.early):
        sets.append((name, list(cases)))
        _print(sets[-1][1])
        if asked.picture:
            asked.picture.write_text(picture([(name, score(cases)) for name, cases in sets]))
    print(json.dumps({"bench": "calibration", **{name: _figures(cases) for name, cases in sets}}))
    return 0


def _sets(
    drawn: Mapping[str, tuple[int, zoo.Kinds]], seed: str, tables: list[str], folder: Path, *, early: bool
) -> Iterator[tuple[str, Iterator[Case]]]:
    for name, (number, kinds) in drawn.items():
        if number:
            yield name, _drawn(number, seed, kinds)
    for name in tables:
        path = Path(name) if Path(name).exists() else HERE / name
        yield path.stem, _tabled(path, folder, early=early)


def _drawn(number: int, seed: str, kinds: zoo.Kinds) -> Iterator[Case]:
    for sample in zoo.zoo(number, seed, kinds):
        yield from cases_of(sample)


def _tabled(path: Path, folder: Path, *, early: bool) -> Iterator[Case]:
    samples, since = described(path, folder)
    for sample in samples:
        for case in cases_of(sample):
            if (case.month < since) == early:
                yield case


def _print(cases: list[Case]) -> None:
    print(f"{'':38} forecasts  silent   Brier  run rate  ratio  inside  below  above")
    for family, found in [*by_family(cases).items(), ("all", score(cases))]:
        print(
            f"{family:38} {found.cases:9} {found.silent:7}  {found.brier:6.3f}  {found.run_rate:8.3f}"
            f"  {found.ratio:5.2f}  {found.inside:6.2f}  {found.below:5.2f}  {found.above:5.2f}"
        )
    sys.stdout.flush()


def _figures(cases: list[Case]) -> dict[str, float | int | str]:
    whole, families = score(cases), by_family(cases)
    told = {family: found for family, found in families.items() if found.run_rate}
    worst = max(told, key=lambda family: told[family].ratio)
    return {
        "forecasts": whole.cases,
        "brier_ratio": round(whole.ratio, 3),
        "inside": round(whole.inside, 3),
        "worst": worst,
        "worst_ratio": round(told[worst].ratio, 3),
        "families": len(families),
        "over_limit": sum(found.ratio > 0.75 for found in told.values()),
        "range_off": sum(not _holds(found) for found in families.values()),
    }


def _holds(found: Score) -> bool:
    return 0.7 <= found.inside <= 0.9


if __name__ == "__main__":
    sys.exit(main())
