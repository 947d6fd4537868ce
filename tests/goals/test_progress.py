from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from goals import progress
from goals.progress import Promise, Status, TargetType
from kpis.periods import Window
from teams.calendar import WorkCalendar

HOLIDAY = date(2026, 12, 7)
CALENDAR = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({HOLIDAY}), frozenset())
CASES = Path(__file__).with_name("progress_cases.txt")
CREDITS = Path(__file__).with_name("credit_cases.txt")
DOCS = Path(__file__).parents[2] / "docs" / "goals.md"


def number(text: str) -> Decimal | None:
    return None if text == "-" else Decimal(text)


def rounded(value: Decimal | None) -> Decimal | None:
    """Quotients without an end are written in the tables to four places, from ten upwards to two."""
    return None if value is None else round(value, 2 if abs(value) >= 10 else 4)


@dataclass(frozen=True)
class Case:
    name: str
    promise: Promise
    today: date
    value: Decimal | None
    held: tuple[int, int] | None
    calendar: WorkCalendar
    columns: dict[str, str]


def cases() -> Iterator[Case]:
    lines = [line for line in CASES.read_text().splitlines() if line.strip() and not line.startswith("#")]
    names = [name.strip() for name in lines[0].split("|")]
    for line in lines[1:]:
        row = dict(zip(names, (cell.strip() for cell in line.split("|")), strict=True))
        value, _, held = row["v"].partition(" ")
        also = [word.split() for word in row["also"].split(",") if word != "-"]
        leave = {day for kind, *span in also if kind == "off" for day in days_of(*span)}
        yield Case(
            name=row["case"],
            promise=Promise(
                target_type=TargetType(row["type"]),
                accruing=row["kpi"] == "total",
                baseline=number(row["b"]),
                target=Decimal(row["g"]),
                start=date.fromisoformat(row["start"]),
                deadline=date.fromisoformat(row["deadline"]),
                cadence="weekly",
                milestones=tuple(dated(word) for word in also if word[0] == "by"),
                revisions=tuple(dated(word) for word in also if word[0] == "from"),
            ),
            today=date.fromisoformat(row["today"]),
            value=number(value),
            held=(int(held.split("/")[0]), int(held.split("/")[1])) if held else None,
            calendar=WorkCalendar(CALENDAR.working_days, CALENDAR.holidays, frozenset(leave)),
            columns=row,
        )


def dated(words: list[str]) -> tuple[date, Decimal]:
    return date.fromisoformat(words[1]), Decimal(words[2])


def days_of(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_table(case: Case) -> None:
    calendar = case.calendar
    line = progress.expected(case.promise, calendar, case.today)
    found = {
        "expected": line,
        "progress": progress.progress(case.promise, case.value, calendar, case.today, case.held),
        "attainment": progress.attainment(case.promise, case.value, calendar, case.today, case.held),
        "needed": progress.needed_per_working_day(case.promise, case.value, calendar, case.today),
        "pace": progress.pace(case.value, line, case.promise),
    }
    for column, value in found.items():
        assert rounded(value) == rounded(number(case.columns[column])), column
    assert progress.is_met(case.promise, case.value, case.held) is (case.columns["met"] == "yes")
    window = progress.window_by(case.promise, calendar, case.today)
    assert f"{window.start} {window.end}" == case.columns["read over"]


def test_the_docs_show_the_tables() -> None:
    shown = DOCS.read_text()
    for table in (CASES, CREDITS):
        assert table.read_text() in shown, f"Copy {table.name} into {DOCS.name}"


def promise(target_type: str = "increase_to", *, accruing: bool = True, **changes: object) -> Promise:
    given = {
        "baseline": Decimal(0),
        "target": Decimal(2100),
        "start": date(2026, 11, 2),
        "deadline": date(2026, 11, 30),
        "cadence": "weekly",
    }
    return Promise(TargetType(target_type), accruing, **(given | changes))  # type: ignore[arg-type]


def test_level_at_the_target_from_day_one_walks_the_straight_line() -> None:
    """A trailing span holds e of the new level and 1 - e of the old, which is the expected line."""
    goal = promise(accruing=False, baseline=Decimal(40), target=Decimal(60), deadline=date(2026, 11, 29))
    all_days = WorkCalendar(frozenset(range(1, 8)), frozenset(), frozenset())
    for today in (date(2026, 11, 2), date(2026, 11, 15), date(2026, 11, 29)):
        window = progress.reading_window(goal, all_days, today)
        days = [window.start + timedelta(days=n) for n in range((window.end - window.start).days + 1)]
        assert len(days) == 28
        mean = sum((Decimal(60) if day >= goal.start else Decimal(40)) for day in days) / len(days)
        assert mean == pytest.approx(progress.expected(goal, all_days, today))


def test_past_days_keep_the_target_they_had() -> None:
    goal = promise(revisions=((date(2026, 11, 16), Decimal(4200)), (date(2026, 11, 23), Decimal(3150))))
    days = [date(2026, 11, 13), date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 23), date(2026, 12, 5)]
    assert progress.expected_line(goal, CALENDAR, days) == list(
        zip(days, [Decimal(n) for n in (1000, 2200, 3000, 2400, 3150)], strict=True)
    )


def test_line_of_a_level_without_baseline_is_empty() -> None:
    goal = promise(accruing=False, baseline=None)
    assert progress.expected_line(goal, CALENDAR, [date(2026, 11, 13)]) == []


@pytest.mark.parametrize(
    ("today", "line"),
    [
        ("2026-11-02", "40"),
        ("2026-11-06", "200"),  # the first milestone
        ("2026-11-13", "700"),  # half way in working days between the two
        ("2026-11-20", "1200"),
        ("2026-11-23", "1350"),
        ("2026-11-30", "2100"),
    ],
)
def test_milestones_bend_the_line(today: str, line: str) -> None:
    goal = promise(
        milestones=(
            (date(2026, 11, 20), Decimal(1200)),
            (date(2026, 11, 6), Decimal(200)),
            (date(2026, 11, 30), Decimal(9)),  # on the deadline: the target counts
            (date(2027, 1, 1), Decimal(9)),
        )
    )
    assert rounded(progress.expected(goal, CALENDAR, date.fromisoformat(today))) == Decimal(line)


def test_milestone_before_a_last_weekend_is_expected_until_the_deadline() -> None:
    goal = promise(deadline=date(2026, 11, 29), milestones=((date(2026, 11, 27), Decimal(2000)),))
    line = progress.expected_line(goal, CALENDAR, [date(2026, 11, day) for day in (27, 28, 29)])
    assert [value for _, value in line] == [2000, 2000, 2100]


@pytest.mark.parametrize(
    ("kind", "accruing", "cadence", "today", "window"),
    [
        ("increase_to", True, "daily", "2026-11-13", "2026-11-02 2026-11-13"),
        ("increase_to", True, "daily", "2026-10-01", "2026-11-02 2026-11-02"),
        ("increase_to", True, "daily", "2026-12-24", "2026-11-02 2026-11-30"),
        ("decrease_to", False, "daily", "2026-11-02", "2026-10-05 2026-11-02"),
        ("decrease_to", False, "daily", "2026-12-24", "2026-11-02 2026-11-30"),
        ("stay_at_or_above", False, "daily", "2026-11-13", "2026-10-16 2026-11-13"),
        ("stay_at_or_above", True, "daily", "2026-11-15", "2026-11-13 2026-11-13"),
        ("stay_at_or_above", True, "weekly", "2026-11-13", "2026-11-07 2026-11-13"),
        ("stay_at_or_above", True, "monthly", "2026-11-13", "2026-10-14 2026-11-13"),
        ("stay_at_or_below", True, "monthly", "2026-11-30", "2026-11-01 2026-11-30"),
        ("stay_at_or_below", True, "quarterly", "2026-11-30", "2026-09-01 2026-11-30"),
        ("stay_at_or_below", True, "yearly", "2026-11-29", "2025-11-30 2026-11-29"),
    ],
)
def test_reading_window(kind: str, accruing: bool, cadence: str, today: str, window: str) -> None:
    goal = promise(kind, accruing=accruing, cadence=cadence)
    start, end = map(date.fromisoformat, window.split())
    assert progress.reading_window(goal, CALENDAR, date.fromisoformat(today)) == Window(start, end)


@pytest.mark.parametrize(
    ("kind", "accruing", "today", "end"),
    [
        ("stay_at_or_above", True, "2026-11-13", "2026-11-12"),  # the day under way is not over
        ("stay_at_or_above", True, "2026-11-16", "2026-11-13"),  # on a Monday, Friday's
        ("stay_at_or_above", True, "2026-12-01", "2026-11-30"),  # the deadline has ended
        ("stay_at_or_above", False, "2026-11-13", "2026-11-13"),  # a level is always at something
        ("increase_to", True, "2026-11-13", "2026-11-13"),
    ],
)
def test_a_day_under_way_breaks_no_stay(kind: str, accruing: bool, today: str, end: str) -> None:
    goal = promise(kind, accruing=accruing, cadence="daily")
    assert progress.window_by(goal, CALENDAR, date.fromisoformat(today)).end == date.fromisoformat(end)


def test_only_full_periods_with_working_days_are_judged() -> None:
    goal = promise("stay_at_or_above", start=date(2026, 12, 4), deadline=date(2026, 12, 10), cadence="daily")
    days = [date(2026, 12, day) for day in range(1, 15)]
    periods = [Window(day, day) for day in days]
    judged = progress.full_periods(goal, periods, CALENDAR, date(2026, 12, 9))
    assert [period.start.day for period in judged] == [4, 8, 9]


def test_each_period_is_held_to_the_target_it_had() -> None:
    goal = promise("stay_at_or_above", target=Decimal(50), revisions=((date(2026, 11, 9), Decimal(60)),))
    weeks = [Window(date(2026, 11, day), date(2026, 11, day + 6)) for day in (2, 9, 16)]
    readings = list(zip(weeks, [Decimal(50), Decimal(59), None], strict=True))
    assert progress.count_held(goal, readings) == (1, 2)


FIRST_DAYS, LATER = date(2026, 11, 4), date(2026, 11, 13)


@pytest.mark.parametrize(
    ("today", "value", "probability", "facts", "status"),
    [
        (date(2026, 11, 1), None, None, {}, "not_started"),
        (LATER, "1000", None, {"is_running": False}, "not_started"),
        (LATER, "1000", None, {"closed_as": Status.DROPPED}, "dropped"),
        (date(2026, 12, 1), "5000", None, {"closed_as": Status.MISSED}, "missed"),
        (date(2026, 12, 1), "2100", None, {}, "achieved"),
        (date(2026, 12, 1), "2099", "0.9", {}, "missed"),
        (LATER, "1000", "0.60", {}, "on_track"),
        (LATER, "1000", "0.59", {}, "at_risk"),
        (LATER, "1000", "0.25", {}, "at_risk"),
        (LATER, "1000", "0.24", {}, "off_track"),
        (LATER, "2500", "1", {}, "on_track"),
        (LATER, "1000", "0.9", {"last_news": date(2026, 11, 5)}, "outdated"),
        (LATER, "1000", "0.9", {"last_news": date(2026, 11, 6)}, "on_track"),
        (LATER, "950", None, {}, "on_track"),
        (LATER, "949", None, {}, "at_risk"),
        (LATER, "800", None, {}, "at_risk"),
        (LATER, "799", None, {}, "off_track"),
        (FIRST_DAYS, "300", "0.01", {}, "on_track"),  # the forecast does not count before a fifth has passed
        (FIRST_DAYS, "200", "0.99", {}, "off_track"),
        (FIRST_DAYS, None, None, {}, "off_track"),
    ],
)
def test_status_of_a_total(
    today: date, value: str | None, probability: str | None, facts: dict[str, object], status: str
) -> None:
    given: dict[str, object] = {"last_news": today} | facts
    found = progress.status(
        promise(),
        CALENDAR,
        today,
        value=value and Decimal(value),  # type: ignore[arg-type]
        probability=probability and Decimal(probability),  # type: ignore[arg-type]
        **given,  # type: ignore[arg-type]
    )
    assert found == status


@pytest.mark.parametrize(
    ("kind", "accruing", "baseline", "target", "value", "held", "status"),
    [
        ("decrease_to", True, "4200", "2100", "1050", None, "on_track"),
        ("decrease_to", True, "4200", "2100", "1051", None, "at_risk"),
        ("decrease_to", True, "4200", "2100", "1201", None, "off_track"),
        ("decrease_to", False, "0.45", "0.24", "0.3675", None, "on_track"),  # 0.35 is expected
        ("decrease_to", False, "0.45", "0.24", "0.37", None, "at_risk"),
        ("decrease_to", False, "0.45", "0.24", "0.43", None, "off_track"),
        ("increase_to", False, "0.25", "0.25021", None, None, "outdated"),
        ("increase_to", False, None, "0.3", "0.3", None, "outdated"),
        ("stay_at_or_above", False, None, "0.9", "0.9", (1, 1), "on_track"),
        ("stay_at_or_above", False, None, "0.9", "0.84", (1, 1), "at_risk"),
        ("stay_at_or_above", False, None, "0.9", "0.95", (0, 1), "off_track"),
        ("stay_at_or_below", True, None, "0", "1", (1, 1), "off_track"),
        ("stay_at_or_below", True, None, "3", None, None, "on_track"),
    ],
)
def test_status_by_pace_of_the_other_types(
    kind: str,
    accruing: bool,
    baseline: str | None,
    target: str,
    value: str | None,
    held: tuple[int, int] | None,
    status: str,
) -> None:
    goal = promise(kind, accruing=accruing, baseline=baseline and Decimal(baseline), target=Decimal(target))
    reading = None if value is None else Decimal(value)
    assert status == progress.status(goal, CALENDAR, LATER, value=reading, periods_held=held, last_news=LATER)


@pytest.mark.parametrize(
    ("cadence", "last_news", "today", "outdated"),
    [
        ("daily", "2026-11-06", "2026-11-09", False),  # Friday's entry is fresh on Monday
        ("daily", "2026-11-06", "2026-11-10", True),
        ("daily", "2026-12-04", "2026-12-08", False),  # Monday was a holiday
        ("weekly", "2026-11-02", "2026-11-09", False),
        ("weekly", "2026-11-02", "2026-11-10", True),
        ("monthly", "2026-11-02", "2026-12-01", False),
        ("monthly", "2026-11-02", "2026-12-30", True),
        ("daily", None, "2026-11-02", False),  # the day of the start
        ("daily", None, "2026-11-03", True),
        ("daily", "2026-10-01", "2026-11-02", False),  # before the start nobody waits for news
        ("daily", "2026-11-20", "2026-11-09", False),
    ],
)
def test_outdated_is_silence_longer_than_the_cadence(
    cadence: str, last_news: str | None, today: str, outdated: bool
) -> None:
    news = date.fromisoformat(last_news) if last_news else None
    goal = promise(cadence=cadence, deadline=date(2026, 12, 31))
    assert progress.is_outdated(goal, CALENDAR, date.fromisoformat(today), news) is outdated


@pytest.mark.parametrize(
    ("baseline", "change", "in_points", "target"),
    [
        ("200", "0.25", False, "250"),
        ("0.25", "0.05", True, "0.30"),
        ("-100", "0.1", False, "-90"),
        ("45", "-0.2", False, "36"),
    ],
)
def test_relative_target(baseline: str, change: str, in_points: bool, target: str) -> None:
    assert progress.relative_target(Decimal(baseline), Decimal(change), in_points=in_points) == Decimal(target)


def test_impossible_promises_are_refused() -> None:
    with pytest.raises(ValueError, match="deadline"):
        promise(deadline=date(2026, 11, 1))
    with pytest.raises(ValueError, match="fortnightly"):
        promise(cadence="fortnightly")
