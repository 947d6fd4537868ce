"""A page that follows what others do: what it says of itself when it asks again, and whether it is drawn anew."""

import datetime as dt
from typing import Any

from dashboards.board import Board, has_news
from dashboards.focus import Focus
from dashboards.period import Period
from teams.requests import MemberRequest

SINCE, DAY = "since", "day"
DIGITS_OF_A_TRANSACTION = 19  # 63 bits


def marks_of(board: Board, today: dt.date) -> dict[str, Any]:
    """The board must be the first that the page reads: what is written from then on is news."""
    return {SINCE: board.marks.since, DAY: today.isoformat()}


def has_changed(request: MemberRequest, focus: Focus, period: Period) -> bool:
    """Since the page was drawn, by what it says of itself. One that says nothing is drawn anew, and so is
    yesterday's: what is expected by today has moved.
    """
    since = request.GET.get(SINCE, "")
    if not (since.isascii() and since.isdigit() and len(since) < DIGITS_OF_A_TRANSACTION):
        return True
    return request.GET.get(DAY) != request.today.isoformat() or has_news(focus, period, request.reach, int(since))
