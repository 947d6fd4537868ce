from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.periods import (
    KINDS,
    SHIFTS,
    PeriodRules,
    Window,
    finest_kind,
    kind_of,
    next_period,
    period_of,
    previous_period,
    shift,
    shifted,
    split,
)

PLAIN = PeriodRules()
OCTOBER = PeriodRules(week_start=7, fiscal_year_start=10)
WEEKS = PeriodRules(in_weeks=True)
SUNDAYS = PeriodRules(week_start=7, fiscal_year_start=2, in_weeks=True)
ONE_DAY = timedelta(days=1)

days = st.dates(date(1950, 1, 1), date(2150, 12, 31))
rules = st.builds(PeriodRules, st.integers(1, 7), st.integers(1, 12), st.booleans())
in_weeks = st.builds(PeriodRules, st.integers(1, 7), st.integers(1, 12), st.just(True))
kinds = st.sampled_from(KINDS)
windows = st.tuples(days, st.integers(0, 1000)).map(lambda pair: Window(pair[0], pair[0] + timedelta(pair[1])))


def window(text: str) -> Window:
    start, _, end = text.partition("..")
    return Window(date.fromisoformat(start), date.fromisoformat(end or start))


@pytest.mark.parametrize(
    ("kind", "day", "rules", "expected"),
    [
        ("day", "2026-11-23", PLAIN, "2026-11-23"),
        ("week", "2026-11-23", PLAIN, "2026-11-23..2026-11-29"),
        ("week", "2026-11-29", PLAIN, "2026-11-23..2026-11-29"),
        ("week", "2026-11-23", OCTOBER, "2026-11-22..2026-11-28"),
        ("week", "2027-01-01", PLAIN, "2026-12-28..2027-01-03"),
        ("month", "2028-02-10", PLAIN, "2028-02-01..2028-02-29"),
        ("quarter", "2026-11-23", PLAIN, "2026-10-01..2026-12-31"),
        ("quarter", "2026-11-23", PeriodRules(fiscal_year_start=2), "2026-11-01..2027-01-31"),
        ("year", "2026-11-23", PLAIN, "2026-01-01..2026-12-31"),
        ("year", "2026-11-23", OCTOBER, "2026-10-01..2027-09-30"),
        ("year", "2026-09-30", OCTOBER, "2025-10-01..2026-09-30"),
        ("year", "9999-12-31", PLAIN, "9999-01-01..9999-12-31"),
        # 2026 has 53 weeks, as ISO 8601 has it; the last month has six.
        ("year", "2026-11-23", WEEKS, "2025-12-29..2027-01-03"),
        ("year", "2027-01-04", WEEKS, "2027-01-04..2028-01-02"),
        ("month", "2026-01-25", WEEKS, "2025-12-29..2026-01-25"),
        ("month", "2026-01-26", WEEKS, "2026-01-26..2026-02-22"),
        ("month", "2026-03-29", WEEKS, "2026-02-23..2026-03-29"),
        ("month", "2027-01-03", WEEKS, "2026-11-23..2027-01-03"),
        ("quarter", "2026-11-23", WEEKS, "2026-09-28..2027-01-03"),
        ("quarter", "2025-11-23", WEEKS, "2025-09-29..2025-12-28"),
        ("week", "2027-01-01", WEEKS, "2026-12-28..2027-01-03"),
        # Sundays nearest 1 February: the years of the National Retail Federation, 53 weeks in 2023.
        ("year", "2024-01-15", SUNDAYS, "2023-01-29..2024-02-03"),
        ("year", "2022-02-01", SUNDAYS, "2022-01-30..2023-01-28"),
    ],
)
def test_period_of(kind: str, day: str, rules: PeriodRules, expected: str) -> None:
    assert period_of(kind, date.fromisoformat(day), rules) == window(expected)


@pytest.mark.parametrize(
    ("name", "asked", "rules", "expected"),
    [
        ("previous", "2026-11-23", PLAIN, "2026-11-22"),
        ("previous", "2026-11-23..2026-11-29", PLAIN, "2026-11-16..2026-11-22"),
        ("previous", "2026-03-01..2026-03-31", PLAIN, "2026-02-01..2026-02-28"),
        ("previous", "2026-01-01..2026-03-31", PLAIN, "2025-10-01..2025-12-31"),
        ("previous", "2026-01-01..2026-12-31", PLAIN, "2025-01-01..2025-12-31"),
        ("previous", "2026-10-01..2027-09-30", OCTOBER, "2025-10-01..2026-09-30"),
        ("previous", "2026-11-01..2026-11-23", PLAIN, "2026-10-09..2026-10-31"),
        ("previous", "2026-02-01..2026-04-30", PLAIN, "2025-11-04..2026-01-31"),
        ("last_year", "2026-11-01..2026-11-23", PLAIN, "2025-11-01..2025-11-23"),
        ("last_year", "2028-02-29", PLAIN, "2027-02-28"),
        ("last_year", "2028-02-01..2028-02-29", PLAIN, "2027-02-01..2027-02-28"),
        ("last_year", "2029-02-01..2029-02-28", PLAIN, "2028-02-01..2028-02-29"),
        ("last_year", "2029-01-01..2029-02-28", PLAIN, "2028-01-01..2028-02-29"),
        ("last_year", "2029-02-28", PLAIN, "2028-02-28"),
        ("last_year", "2028-02-29..2028-03-31", PLAIN, "2027-02-28..2027-03-31"),
        ("last_year", "2026-01-01..2026-12-31", PLAIN, "2025-01-01..2025-12-31"),
        ("year_to_date", "2026-11-01..2026-11-30", PLAIN, "2026-01-01..2026-11-30"),
        ("year_to_date", "2026-11-01..2026-11-30", OCTOBER, "2026-10-01..2026-11-30"),
        ("year_to_date", "2026-12-15..2027-01-15", PLAIN, "2027-01-01..2027-01-15"),
        ("opening", "2026-10-01..2026-12-31", PLAIN, "2026-09-30"),
        ("previous", "2026-02-23..2026-03-29", WEEKS, "2026-01-26..2026-02-22"),
        ("previous", "2025-12-29..2026-03-29", WEEKS, "2025-09-29..2025-12-28"),
        ("previous", "2025-12-29..2027-01-03", WEEKS, "2024-12-30..2025-12-28"),
        ("last_year", "2025-12-29..2027-01-03", WEEKS, "2024-12-30..2025-12-28"),
        ("last_year", "2026-11-23..2027-01-03", WEEKS, "2025-11-24..2025-12-28"),
        ("last_year", "2027-01-04..2027-01-31", WEEKS, "2025-12-29..2026-01-25"),
        ("last_year", "2026-11-23..2026-11-29", WEEKS, "2025-11-24..2025-11-30"),
        ("last_year", "2026-12-28..2027-01-03", WEEKS, "2025-12-29..2026-01-04"),
        ("last_year", "2027-01-04..2027-01-10", WEEKS, "2025-12-29..2026-01-04"),
        ("last_year", "2025-12-29..2026-11-23", WEEKS, "2024-12-30..2025-11-24"),
        ("last_year", "2026-12-28..2027-01-05", WEEKS, "2025-12-22..2025-12-30"),
        ("year_to_date", "2026-11-23..2027-01-03", WEEKS, "2025-12-29..2027-01-03"),
    ],
)
def test_shift(name: str, asked: str, rules: PeriodRules, expected: str) -> None:
    assert shift(window(asked), name, rules) == window(expected)


@pytest.mark.parametrize(
    ("kind", "asked", "full_only", "expected"),
    [
        (
            "month",
            "2026-10-15..2026-12-05",
            False,
            "2026-10-15..2026-10-31 2026-11-01..2026-11-30 2026-12-01..2026-12-05",
        ),
        ("month", "2026-10-15..2026-12-05", True, "2026-11-01..2026-11-30"),
        ("month", "2026-10-02..2026-10-30", True, ""),
        ("month", "2026-10-01..2026-10-31", True, "2026-10-01..2026-10-31"),
        ("week", "2026-11-23..2026-11-29", True, "2026-11-23..2026-11-29"),
        ("day", "2026-11-23..2026-11-24", True, "2026-11-23 2026-11-24"),
    ],
)
def test_split(kind: str, asked: str, full_only: bool, expected: str) -> None:
    assert split(kind, window(asked), PLAIN, full_only=full_only) == [window(text) for text in expected.split()]


@given(kinds, days, rules)
def test_periods_tile_time(kind: str, day: date, rules: PeriodRules) -> None:
    period = period_of(kind, day, rules)
    assert day in period
    assert period_of(kind, period.start, rules) == period_of(kind, period.end, rules) == period
    following = next_period(kind, period, rules)
    assert following.start == period.end + ONE_DAY
    assert previous_period(kind, following, rules) == period


@given(kinds, windows, rules)
def test_split_covers_the_window_once(kind: str, asked: Window, rules: PeriodRules) -> None:
    pieces = split(kind, asked, rules)
    assert (pieces[0].start, pieces[-1].end) == (asked.start, asked.end)
    assert all(after.start == before.end + ONE_DAY for before, after in pairwise(pieces))
    full = split(kind, asked, rules, full_only=True)
    assert full == [piece for piece in pieces if piece == period_of(kind, piece.start, rules)]


@given(kinds, days, rules)
def test_previous_of_a_period_is_the_period_before(kind: str, day: date, rules: PeriodRules) -> None:
    period = period_of(kind, day, rules)
    assert kind_of(period, rules) == kind
    assert next_period(kind, shift(period, "previous", rules), rules) == period


@given(windows, rules)
def test_previous_ends_right_before_the_window(asked: Window, rules: PeriodRules) -> None:
    assert shift(asked, "previous", rules).end == shift(asked, "opening", rules).end == asked.start - ONE_DAY


@given(days, rules)
def test_months_a_year_earlier_tile_that_year(day: date, rules: PeriodRules) -> None:
    months = split("month", period_of("year", day, rules), rules)
    shifted = [shift(month, "last_year", rules) for month in months]
    assert [period_of("month", month.start, rules) for month in shifted] == shifted
    assert shifted == split("month", previous_period("year", period_of("year", day, rules), rules), rules)


@given(days, st.integers(1, 12))
def test_years_of_weeks_on_mondays_are_those_of_iso_8601(day: date, fiscal_year_start: int) -> None:
    rules = PeriodRules(1, fiscal_year_start, in_weeks=True)
    year = period_of("year", day, rules)
    assert year.days in (52 * 7, 53 * 7)
    assert min(abs((year.start - date(year.start.year + more, fiscal_year_start, 1)).days) for more in (0, 1)) <= 3
    if fiscal_year_start == 1:
        iso = day.isocalendar()
        assert year.start == date.fromisocalendar(iso.year, 1, 1)
        assert (day - year.start).days // 7 + 1 == iso.week


@given(days, in_weeks)
def test_a_year_of_weeks_is_four_times_4_4_5(day: date, rules: PeriodRules) -> None:
    year = period_of("year", day, rules)
    nearest_end = min(abs((year.end - last).days) for last in _last_days_before(rules, year.end))
    assert nearest_end <= 3
    lengths = [month.days // 7 for month in split("month", year, rules)]
    assert lengths in ([4, 4, 5] * 4, [*([4, 4, 5] * 3), 4, 4, 6])
    quarters = split("quarter", year, rules)
    assert [quarter.days // 7 for quarter in quarters][:3] == [13, 13, 13]


def _last_days_before(rules: PeriodRules, around: date) -> list[date]:
    """The days before the fiscal month's first, in the years around the day."""
    return [date(year, rules.fiscal_year_start, 1) - ONE_DAY for year in (around.year, around.year + 1)]


@given(windows, in_weeks)
def test_last_year_keeps_weekdays_and_length_of_what_is_no_period(asked: Window, rules: PeriodRules) -> None:
    before = shift(asked, "last_year", rules)
    assert before.start.isoweekday() == asked.start.isoweekday()
    if kind_of(asked, rules) in (None, "day", "week"):
        assert before.days == asked.days
    assert 51 <= (asked.end - before.end).days // 7 <= 53


@given(windows, rules, st.integers(1, 60))
def test_the_finest_kind_cuts_into_few_enough_pieces(asked: Window, rules: PeriodRules, most: int) -> None:
    kind = finest_kind(asked, rules, most)
    assert kind == "year" or len(split(kind, asked, rules)) <= most
    finer = KINDS[: KINDS.index(kind)]
    assert all(len(split(each, asked, rules)) > most for each in finer)


def test_the_finest_kind_is_found_without_cutting_all(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(kind: str, day: date, rules: PeriodRules) -> Window:
        asked.append(kind)
        return period_of(kind, day, rules)

    monkeypatch.setattr("kpis.periods.period_of", counted)
    assert finest_kind(window("2001-01-01..2025-12-31"), PLAIN, 31) == "year"
    assert len(asked) <= len(KINDS) * 32


@given(windows, rules, st.lists(st.sampled_from(SHIFTS), max_size=3))
def test_shifts_follow_one_another(asked: Window, rules: PeriodRules, names: list[str]) -> None:
    expected = asked
    for name in names:
        expected = shift(expected, name, rules)
    assert shifted(asked, names, rules) == expected


@pytest.mark.parametrize(
    ("names", "asked", "rules"),
    [
        (["previous"], "0001-01-01..0001-01-31", PLAIN),
        (["previous"], "0001-01-01..0001-01-30", PLAIN),
        (["last_year"], "0001-05-01..0001-05-31", PLAIN),
        (["last_year"], "0001-05-01..0001-05-31", WEEKS),
        (["year_to_date"], "0001-05-01..0001-05-31", OCTOBER),
        (["opening"], "0001-01-01..0001-05-31", PLAIN),
        (["last_year", "last_year", "opening"], "0002-05-01..0002-05-31", PLAIN),
    ],
)
def test_before_the_first_day_there_is_no_window(names: list[str], asked: str, rules: PeriodRules) -> None:
    assert shifted(window(asked), names, rules) is None


@given(windows, rules, st.sampled_from(SHIFTS))
def test_shifts_never_look_ahead(asked: Window, rules: PeriodRules, name: str) -> None:
    assert shift(asked, name, rules).end <= asked.end


def test_windows() -> None:
    october = window("2026-10-01..2026-10-31")
    assert october.days == 31
    assert date(2026, 10, 31) in october
    assert date(2026, 11, 1) not in october
    assert october.overlap(window("2026-10-31..2026-12-31")) == window("2026-10-31")
    assert october.overlap(window("2026-11-01..2026-12-31")) is None
    with pytest.raises(ValueError, match="before its start"):
        window("2026-10-02..2026-10-01")


def test_mistakes_of_the_program_are_errors() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        period_of("fortnight", date(2026, 1, 1), PLAIN)
    with pytest.raises(ValueError, match="unknown shift"):
        shifted(window("2026-01-01"), ["next"], PLAIN)
    with pytest.raises(ValueError, match="week_start"):
        PeriodRules(week_start=0)
    with pytest.raises(ValueError, match="fiscal_year_start"):
        PeriodRules(fiscal_year_start=13)
    for rules in (OCTOBER, WEEKS):
        with pytest.raises(OverflowError):
            period_of("year", date(9999, 12, 31), rules)
    for kind in KINDS:
        with suppress(OverflowError):
            period_of(kind, date.min, WEEKS)
