"""What is made up: reproducible, plausible, and on working days only. No database."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

import pytest

from demo.calendar import DAY, Days
from demo.customers import customer_days, quarter_starts
from demo.people import HEIR, LEAVER, REPS
from demo.promising import AT_RISK, OFF_TRACK, ON_TRACK, rounded
from demo.selling import Recorded, Workplace, days_of
from goals.forecast import Forecast
from goals.progress import Status

TODAY = dt.date(2026, 11, 23)
NARIN = REPS[0]


def place_on(today: dt.date) -> Workplace:
    days = Days(today)

    def is_working(key: str, day: dt.date) -> bool:
        return day.weekday() < 5 and not (key == LEAVER.key and day >= days.left_on)

    return Workplace(days, is_working, lambda key, day: key == "mint")


def total(record: list[Recorded], code: str, start: dt.date = dt.date.min, end: dt.date = dt.date.max) -> Decimal:
    return sum((item.value for item in record if item.code == code and start <= item.date <= end), Decimal(0))


def test_same_day_gives_the_same_record() -> None:
    assert list(days_of(place_on(TODAY), REPS[1])) == list(days_of(place_on(TODAY), REPS[1]))


def test_nothing_is_recorded_on_days_off_but_by_the_website() -> None:
    record = [item for person in REPS for item in days_of(place_on(TODAY), person)]
    assert {item.code for item in record if item.date.weekday() > 4} == {"email_signups", "onsite_signups"}


def test_nothing_is_recorded_after_today() -> None:
    assert max(item.date for person in REPS for item in days_of(place_on(TODAY), person)) <= TODAY


def test_the_rep_who_signs_in_has_the_day_still_ahead() -> None:
    assert all(item.date < TODAY for item in days_of(place_on(TODAY), NARIN))


@pytest.mark.parametrize("today", [TODAY, TODAY + 2 * DAY, dt.date(2027, 1, 4)])
def test_a_quarter_of_the_deals_was_won_in_the_last_three_weeks(today: dt.date) -> None:
    record = list(days_of(place_on(today), NARIN))
    since = Days(today).weeks(-3)
    won, lost = (total(record, code, since, Days(today).weeks(0) - DAY) for code in ("won", "lost"))
    assert abs(won / (won + lost) - Decimal("0.25")) < Decimal("0.01")


def test_december_sells_more_than_april() -> None:
    record = [item for person in REPS for item in days_of(place_on(dt.date(2026, 12, 31)), person)]
    april = total(record, "revenue", dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    december = total(record, "revenue", dt.date(2026, 12, 1), dt.date(2026, 12, 31))
    assert december > april * Decimal("1.3")


def test_45_percent_of_the_customers_leave_in_the_quarter_before_the_goal() -> None:
    place = place_on(TODAY)
    people = (*REPS, LEAVER)
    gained: dict[tuple[str, dt.date], int] = defaultdict(int)
    for person in people:
        for item in days_of(place, person):
            if item.code == "new_customers":
                gained[item.person, item.date] += int(item.value)
    record = list(customer_days(place, people, gained))
    first, start = quarter_starts(place)[-2:]
    opening = sum(_last(record, person.key, first - DAY) for person in people)
    lost = total(record, "lost_customers", first, start - DAY)
    assert abs(lost / opening - Decimal("0.45")) < Decimal("0.02")


def test_the_leavers_customers_are_taken_over() -> None:
    place = place_on(TODAY)
    record = list(customer_days(place, (*REPS, LEAVER), {}))
    left_on = place.days.left_on
    assert all(item.date < left_on for item in record if item.person == LEAVER.key)
    assert _last(record, HEIR, left_on + 7 * DAY) > _last(record, HEIR, left_on - DAY)


def _last(record: list[Recorded], person: str, day: dt.date) -> Decimal:
    known = [item for item in record if (item.code, item.person) == ("customers", person) and item.date <= day]
    return max(known, key=lambda item: item.date).value


@pytest.mark.parametrize(
    ("number", "target"),
    [("0.4", "1"), ("7.2", "7"), ("53.4", "53"), ("534", "535"), ("1234567", "1250000"), ("61900000", "62000000")],
)
def test_targets_are_round(number: str, target: str) -> None:
    assert rounded(Decimal(number)) == Decimal(target)


def test_targets_lie_where_the_forecast_gives_them_their_chance() -> None:
    made = Forecast(
        value=None, expected=Decimal(100), low=Decimal(90), high=Decimal(120), probability=None,
        expected_by_now=None, needed_per_working_day=None, status=Status.ON_TRACK,
    )  # fmt: skip
    assert [chance.target(made) for chance in (ON_TRACK, AT_RISK, OFF_TRACK)] == [93, 104, 136]


@pytest.mark.parametrize(
    ("today", "season"),
    [
        (TODAY, (dt.date(2026, 10, 1), dt.date(2026, 12, 31))),
        (dt.date(2027, 1, 1), (dt.date(2026, 12, 1), dt.date(2027, 2, 28))),
        (dt.date(2028, 2, 29), (dt.date(2028, 1, 1), dt.date(2028, 3, 31))),
    ],
)
def test_the_season_is_three_months_that_are_well_under_way(today: dt.date, season: tuple[dt.date, dt.date]) -> None:
    assert Days(today).season == season
