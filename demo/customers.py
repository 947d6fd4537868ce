"""The customers of each rep, won and lost over the year. No database.

Before the goal on churn begins, 45 % of the customers at the start of each quarter are lost in it; since then the
trials are longer and fewer leave, week by week.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from demo.calendar import DAY
from demo.people import HEIR, LEAVER, Person
from demo.selling import Recorded, Workplace

AT_FIRST = 41  # customers of each rep
USUAL_CHURN = 0.45
CHURN_AT_START_OF_GOAL, CHURN_LESS_AT_ITS_END = 0.27, 0.16


@dataclass
class Book:
    """A rep's customers: those of today, those at the start of the quarter, and the part of one that is about to go."""

    stock: int
    opening: int
    going: float = 0.0


def customer_days(
    place: Workplace, people: Iterable[Person], gained: Mapping[tuple[str, dt.date], int]
) -> Iterator[Recorded]:
    """What is recorded of lost customers, and of all customers on Fridays and at the ends of months."""
    books = {person.key: Book(AT_FIRST - 3 * n % 7, 0) for n, person in enumerate(people)}
    openings = quarter_starts(place)
    day = place.days.first
    start = openings[0]
    while day <= place.days.today:
        if day in openings or day == place.days.first:
            start = day if day in openings else start
            for book in books.values():
                book.opening = book.stock
        if day == place.days.left_on:
            _hand_over(books)
        for key, book in books.items():
            book.stock += gained.get((key, day), 0)
            yield from _lost(place, key, book, start, day)
        if day.weekday() == 4 or (day + DAY).day == 1 or day == place.days.first:
            yield from (Recorded(key, "customers", day, Decimal(book.stock)) for key, book in books.items())
        day += DAY


def quarter_starts(place: Workplace) -> list[dt.date]:
    """The goal's own quarter, and those as long before it, back to the start of the record."""
    first, last = place.days.season
    length = last - first + DAY
    starts = [first]
    while starts[0] > place.days.first:
        starts.insert(0, starts[0] - length)
    return starts


def _hand_over(books: dict[str, Book]) -> None:
    left = books.pop(LEAVER.key)
    books[HEIR].stock += left.stock
    books[HEIR].opening += left.opening


def _lost(place: Workplace, key: str, book: Book, start: dt.date, day: dt.date) -> Iterator[Recorded]:
    if day.weekday() < 5:
        first, last = place.days.season
        week_days = (last - first).days * 5 / 7
        book.going += _churn(start == first, (day - start).days / (last - first).days) * book.opening / week_days
    if book.going >= 1 and place.is_working(key, day):
        lost = min(int(book.going), book.stock)
        book.going -= int(book.going)
        book.stock -= lost
        yield Recorded(key, "lost_customers", day, Decimal(lost))


def _churn(is_goal_running: bool, elapsed: float) -> float:
    return CHURN_AT_START_OF_GOAL - CHURN_LESS_AT_ITS_END * elapsed if is_goal_running else USUAL_CHURN
