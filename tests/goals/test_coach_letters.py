from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from goals.coach import Item, Letter, Record, Suggestion, assess
from goals.progress import TargetType
from tests.goals.drafts import CALLS, TODAY, WIN_RATE, YEAR_END, daily_record, draft, win_record

RECORD = win_record(40)
STAY = TargetType.STAY_AT_OR_ABOVE
DOWN = TargetType.DECREASE_TO
MONTHLY = replace(WIN_RATE, cadence="monthly")


def letter(name: str, changes: dict[str, Any], record: Record = RECORD) -> Letter:
    found: Letter = getattr(assess(draft(**changes), record, TODAY), name)
    return found


@pytest.mark.parametrize(
    ("changes", "verdict", "says"),
    [
        ({}, "met", "who answers"),
        ({"statement": "ตอบลูกค้าทุกรายภายในหนึ่งวัน"}, "met", "who answers"),
        ({"statement": "more sales"}, "weak", "“more sales” is a wish"),
        ({"statement": "send more emails"}, "weak", "is a wish"),
        ({"statement": "We want " + "more and more and " * 5 + "more sales"}, "weak", "what is wished for"),
        ({"statement": "เพิ่มยอดขาย"}, "weak", "“เพิ่มยอดขาย” is a wish"),
        ({"kpi": None}, "weak", "no KPI"),
        ({"target": None}, "weak", "no number"),
        ({"owner": None}, "weak", "no owner"),
        ({"kpi": None, "target": None}, "missing", "only words"),
        ({"statement": "more sales", "owner": None}, "missing", "Too much"),
        ({"statement": ""}, "missing", "few words"),
        ({"statement": "asdf"}, "missing", "few words"),
    ],
)
def test_specific(changes: dict[str, Any], verdict: str, says: str) -> None:
    found = letter("specific", changes)
    assert found.verdict == verdict
    assert says in found.reason


@pytest.mark.parametrize(
    ("changes", "verdict", "says"),
    [
        ({}, "met", "from 25% to 30%"),
        ({"target_type": STAY, "baseline": None}, "met", "holds 30%"),
        ({"target_type": DOWN, "target": "0.2"}, "met", "from 25% to 20%"),
        ({"baseline": None}, "weak", "stands today"),
        ({"target": "0.25"}, "weak", "same"),
        ({"target": "0.2"}, "weak", "below the 25%"),
        ({"target_type": DOWN}, "weak", "above the 25%"),
        ({"kpi": CALLS, "baseline": "0", "target": "5"}, "weak", "Nothing has been recorded"),
        ({"kpi": None}, "missing", "Choose the KPI"),
        ({"target": None}, "missing", "Set a target"),
    ],
)
def test_measurable(changes: dict[str, Any], verdict: str, says: str) -> None:
    found = letter("measurable", changes)
    assert found.verdict == verdict
    assert says in found.reason


def test_missing_baseline_is_offered_from_the_record() -> None:
    found = letter("measurable", {"baseline": None})
    assert found.suggestion == Suggestion("baseline", Decimal("0.25"), "Start from 25%, as recorded")
    calls = daily_record("calls", [20, 20, 20, 20, 20], 6)
    total = letter("measurable", {"kpi": CALLS, "baseline": None, "target": "120"}, calls)
    assert total.suggestion == Suggestion("baseline", Decimal(100), "Start from 100, as recorded")
    beyond = letter("measurable", {"kpi": CALLS, "baseline": None, "target": "80"}, calls)
    assert beyond.suggestion is None


@pytest.mark.parametrize("weekday", range(5))
def test_a_day_that_is_not_over_does_not_lower_where_it_starts(weekday: int) -> None:
    """Twenty calls each working day up to yesterday, and none today so far; a goal for next week."""
    monday = date(2026, 11, 23)
    today = monday + timedelta(days=weekday)
    days = [day for n in range(42) if (day := today - timedelta(days=1 + n)).weekday() < 5]
    calls = Record({"calls": [Item(day, Decimal(20)) for day in days]}, today)
    start = monday + timedelta(days=7)
    asked = draft(kpi=CALLS, baseline=None, target="120", start=start, deadline=start + timedelta(days=6))
    found = assess(asked, calls, today).measurable
    assert found.suggestion == Suggestion("baseline", Decimal(100), "Start from 100, as recorded")


@pytest.mark.parametrize(
    ("changes", "parent", "verdict", "says"),
    [
        ({}, {}, "met", "feeds"),
        ({"why": ""}, {}, "met", "feeds"),
        ({"kpi": replace(CALLS, code="won")}, {}, "met", "feeds"),
        ({"kpi": CALLS}, {}, "weak", "does not feed"),
        ({"kpi": None}, {}, "weak", "Choose a KPI"),
        ({"target_type": DOWN, "target": "0.2"}, {}, "weak", "opposite"),
        ({"deadline": "2027-01-10"}, {}, "weak", "outside"),
        ({"start": "2026-09-01"}, {}, "weak", "outside"),
        ({"deadline": None}, {}, "weak", "set start and deadline"),
        ({"parent": None}, None, "weak", "larger goal"),
        ({"parent": None, "owner": "organization"}, None, "met", "whole organization"),
        ({"parent": None, "why": ""}, None, "missing", "why"),
        ({"parent": None, "why": "--", "owner": "organization"}, None, "missing", "why"),
    ],
)
def test_relevant(changes: dict[str, Any], parent: dict[str, Any] | None, verdict: str, says: str) -> None:
    given = changes if parent is None else changes | {"parent": replace(YEAR_END, **parent)}
    found = letter("relevant", given)
    assert found.verdict == verdict
    assert says in found.reason


@pytest.mark.parametrize(
    ("changes", "suggestion"),
    [
        ({"deadline": "2027-01-10"}, ("deadline", date(2026, 12, 31))),
        ({"start": "2026-09-01"}, ("start", date(2026, 10, 1))),
        ({"start": "2027-02-01", "deadline": "2027-02-28"}, None),
    ],
)
def test_window_outside_the_parents_is_offered_its_edge(
    changes: dict[str, Any], suggestion: tuple[str, date] | None
) -> None:
    found = letter("relevant", changes).suggestion
    assert (found and (found.field, found.value)) == suggestion


@pytest.mark.parametrize(
    ("kind", "siblings", "says"),
    [
        (TargetType.INCREASE_TO, "600", "makes 700 of the 1,000 wanted, so 300 are"),
        (TargetType.INCREASE_TO, "950", "fully covered: 1,050"),
        (TargetType.INCREASE_TO, None, "feeds the larger goal and lies"),
        (DOWN, "950", "allows 1,050, against a limit of 1,000"),
    ],
)
def test_coverage_of_the_parent_is_said(kind: TargetType, siblings: str | None, says: str) -> None:
    parent = replace(
        YEAR_END,
        kpi="calls",
        target_type=kind,
        target=Decimal(1000),
        siblings_value=None if siblings is None else Decimal(siblings),
    )
    direction = "higher" if kind is TargetType.INCREASE_TO else "lower"
    calls = replace(CALLS, direction=direction)
    found = letter("relevant", {"kpi": calls, "target_type": kind, "target": "100", "parent": parent})
    assert found.verdict == "met"
    assert says in found.reason


@pytest.mark.parametrize(
    ("changes", "verdict", "says", "suggestion"),
    [
        ({}, "met", "7 days, from 23 Nov 2026 to 29 Nov 2026", None),
        ({"deadline": "2026-11-23"}, "met", "1 day,", None),
        ({"start": "2026-11-01"}, "met", "29 days", None),
        ({"start": "2026-11-30"}, "weak", "before the start", ("deadline", date(2026, 12, 31))),
        ({"start": "2026-11-02", "deadline": "2026-11-22"}, "weak", "already past", ("deadline", date(2026, 12, 31))),
        (
            {"start": "2026-11-02", "deadline": "2026-11-22", "parent": None},
            "weak",
            "past",
            ("deadline", date(2026, 11, 30)),
        ),
        ({"start": "2026-05-01", "deadline": "2026-11-22"}, "weak", "already past", None),
        ({"start": "2026-11-28", "deadline": "2026-11-29"}, "weak", "no working day", ("deadline", date(2026, 12, 31))),
        ({"kpi": MONTHLY}, "weak", "shorter", ("deadline", date(2026, 12, 20))),
        ({"kpi": MONTHLY, "start": "2027-02-01", "deadline": "2027-02-28"}, "met", "28 days", None),
        ({"start": None, "deadline": None}, "missing", "wish", None),
        ({"deadline": None}, "missing", "by when", ("deadline", date(2026, 12, 31))),
        ({"start": None}, "missing", "Set a start", ("start", TODAY)),
    ],
)
def test_time_bound(changes: dict[str, Any], verdict: str, says: str, suggestion: tuple[str, date] | None) -> None:
    found = letter("time_bound", changes)
    assert found.verdict == verdict
    assert says in found.reason
    assert (found.suggestion and (found.suggestion.field, found.suggestion.value)) == suggestion


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("changes", [{}, {"kpi": None}, {"target": "0.5"}, {"statement": ""}, {"start": None}])
def test_every_reason_is_one_filled_sentence(language: str, changes: dict[str, Any]) -> None:
    for found in vars(assess(draft(language=language, **changes), RECORD, TODAY)).values():
        assert found.reason
        assert "%(" not in found.reason
        assert "\n" not in found.reason


def test_dates_and_numbers_follow_the_language() -> None:
    assert "2569" in letter("time_bound", {"language": "th"}).reason
