"""The coach against what a good sales manager would say: tables of cases in `tests/goals/cases`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from goals.coach import assess
from tests.goals.cases import letters, reach, reach_blind
from tests.goals.drafts import TODAY, draft, win_record

FOLDER = Path(__file__).parent / "cases"
RECORD = win_record(40)


def lines_of(name: str) -> Iterator[tuple[str, str]]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            verdict, _, text = line.partition(":")
            yield verdict, text.strip()


STATEMENTS = [case for name in ("", "_blind", "_third", "_fourth") for case in lines_of(f"statements{name}.txt")]


@pytest.mark.parametrize(("verdict", "text"), STATEMENTS)
def test_statement(verdict: str, text: str) -> None:
    assert assess(draft(statement=text), RECORD, TODAY).specific.verdict in verdict.split("/")


@pytest.mark.parametrize(("verdict", "text"), [*lines_of("reasons.txt"), *lines_of("reasons_blind.txt")])
def test_reason(verdict: str, text: str) -> None:
    assert assess(draft(parent=None, why=text), RECORD, TODAY).relevant.verdict in verdict.split("/")


@pytest.mark.parametrize("case", letters.MEASURABLE, ids=lambda case: case[0])
def test_measurable(case: letters.Case) -> None:
    _, changes, record, verdict = case
    assert assess(draft(**changes), record, TODAY).measurable.verdict in verdict.split("/")


@pytest.mark.parametrize("case", letters.RELEVANT, ids=lambda case: case[0])
def test_relevant(case: letters.Case) -> None:
    _, changes, record, verdict = case
    assert assess(draft(**changes), record, TODAY).relevant.verdict in verdict.split("/")


@pytest.mark.parametrize("case", letters.TIME_BOUND, ids=lambda case: case[0])
def test_time_bound(case: letters.Case) -> None:
    _, changes, record, verdict = case
    assert assess(draft(**changes), record, TODAY).time_bound.verdict in verdict.split("/")


BANDS = ["too_easy", "sound", "stretch", "overreach"]
REACH = [*reach.CASES, *reach.CIRCUMSTANCES, *reach_blind.SOURCES, *reach_blind.BLIND]


def found_for(case: reach.Case) -> str:
    shape = case.shape
    given = draft(
        kpi=shape.kpi,
        target_type=shape.kind,
        baseline=None,
        target=str(case.target),
        start=shape.window[0],
        deadline=shape.window[1],
        parent=None,
        **shape.changes,
    )
    return assess(given, shape.record, TODAY).achievable.verdict


@pytest.mark.parametrize("case", REACH, ids=lambda case: case.name)
def test_achievable_is_at_most_one_band_away(case: reach.Case) -> None:
    found, wanted = found_for(case), case.verdict.split("/")
    if found in wanted:
        return
    assert found in BANDS
    assert min(abs(BANDS.index(found) - BANDS.index(verdict)) for verdict in wanted if verdict in BANDS) == 1


def test_achievable_agrees_nearly_always() -> None:
    """Where a band begins is a matter of judgement, and the outlook is drawn from records with luck in them."""
    assert sum(found_for(case) in case.verdict.split("/") for case in REACH) >= len(REACH) * 0.95
