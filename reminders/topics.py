"""Which organizations may have something to tell, and about what: one question over all of them, about ids alone.

A topic is a kind of row that messages are made of. It is found where a row lies within the bounds, which are a little
wider than what is due, because nobody asks here whose morning it is; what has no such row has nothing due.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from django.db import connection

from reminders.moments import ACTION_DAYS_BEFORE, DAYS_BEFORE, MILESTONE_DAYS_BEFORE, MOVES_DAYS, ONE_DAY

# An offer waits for its answer; what was given to somebody is soon no news any more.
OFFER_LASTS = dt.timedelta(days=30)
GIVEN_LASTS = dt.timedelta(days=7)
TURN_LASTS = dt.timedelta(days=7)
# The longest that a check-in can have been made ago without being due, less a day for mornings that begin early.
CHECK_IN_DAYS = {"daily": 1, "weekly": 7, "monthly": 28, "quarterly": 89}


class Topic(StrEnum):
    """As the database names them."""

    INVITATIONS = auto()
    WEEK = auto()
    GOALS = auto()
    MILESTONES = auto()
    ACTIONS = auto()
    OFFERS = auto()
    AGREED = auto()
    GIVEN = auto()
    ANSWERS = auto()
    TURNED = auto()
    FOLDED = auto()


EVERYTHING = frozenset(Topic)


@dataclass(frozen=True)
class Bounds:
    """Which rows may matter. `quiet_since` is by cadence the last day on which something may have been said of a goal
    whose check-in is due.
    """

    now: dt.datetime
    goals_by: dt.date
    milestones_from: dt.date
    milestones_by: dt.date
    actions_by: dt.date
    quiet_since: Mapping[str, dt.date]

    @classmethod
    def of(cls, first: dt.date, last: dt.date, now: dt.datetime) -> "Bounds":
        """For organizations whose day it is between these two."""
        return cls(
            now=now,
            goals_by=_before(last, DAYS_BEFORE),
            milestones_from=first - ONE_DAY,
            milestones_by=_before(last, MILESTONE_DAYS_BEFORE),
            actions_by=_before(last, ACTION_DAYS_BEFORE),
            quiet_since={cadence: last + ONE_DAY - dt.timedelta(days=days) for cadence, days in CHECK_IN_DAYS.items()},
        )


def _before(day: dt.date, steps: tuple[int, ...]) -> dt.date:
    """The last day of which a first step may come now. A day more: a morning may begin before the organization's."""
    return day + dt.timedelta(days=steps[0] + MOVES_DAYS + 1)


_ASK = """
SELECT organization_id, topics FROM organizations_with_topics(
    %(now)s, %(goals_by)s, %(milestones_from)s, %(milestones_by)s, %(actions_by)s, %(quiet_since)s,
    %(offered)s, %(given)s, %(turned)s
)
"""


def topics_to_tell(now: dt.datetime) -> dict[int, frozenset[Topic]]:
    """By organization; without those that have nothing to tell. Asked outside a tenant."""
    day = now.astimezone(dt.UTC).date()
    bounds = Bounds.of(day - ONE_DAY, day + ONE_DAY, now)
    given = {
        **vars(bounds),
        "quiet_since": json.dumps(bounds.quiet_since, default=str),
        "offered": now - OFFER_LASTS,
        "given": now - GIVEN_LASTS,
        "turned": now - TURN_LASTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASK, given)
        return {pk: frozenset(map(Topic, topics)) for pk, topics in cursor.fetchall()}
