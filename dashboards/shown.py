"""Dashboards to be looked at and not worked with: on a screen on the wall, and by people outside. No link leads on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboards.board import Board, read_board, tally
from dashboards.focus import Focus
from dashboards.following import marks_of
from dashboards.overview import Branch, Overview, main_kpis, read_overview
from dashboards.pace import main_plan
from dashboards.period import Period
from dashboards.team import period_context
from dashboards.tiles import Tile, plan_tiles
from kpis.numbers import values
from teams.models import Organization
from teams.reach import Reach
from web.templatetags.web import language

MOST_GOALS = 20


def shown(
    focus: Focus, period: Period, reach: Reach, organization: Organization, today: dt.date, *, with_people: bool
) -> dict[str, Any]:
    """The context of `dashboards/show.html`. Without people, only goals of teams and of the organization are named."""
    if focus.scope.kind == "organization" and not focus.is_alone:
        overview = read_overview(organization, reach, period, today)
        board, found = overview.board, {"overview": overview if with_people else _without_people(overview)}
        tiles = list(overview.tiles)
    else:
        board = read_board(focus, period, reach, organization, today)
        tiles, found = _of_team(board, with_people=with_people)
    return {
        **period_context(period),
        **found,
        "organization": organization,
        "focus": focus,
        "tiles": tiles,
        "tally": tally(board.rows),
        "on_pace": board.on_pace,
        "goal_count": len(board.goals),
        "following": marks_of(board, today),
        "is_updating": board.is_updating,
        "shared": True,
    }


def _of_team(board: Board, *, with_people: bool) -> tuple[list[Tile], dict[str, Any]]:
    plans = plan_tiles(board, [] if board.focus.is_alone else main_kpis())
    main = main_plan(board, plans)
    numbers = values([*(cell for plan in plans for cell in plan.cells), *(main.cells if main else [])])
    named = [row for row in board.rows if with_people or row.goal.member_id is None]
    tiles = [plan.tile(numbers, board.standings[plan.goal.pk] if plan.goal else None) for plan in plans]
    pace = main.pace(numbers, language()) if main else None
    return tiles, {"pace": pace, "rows": named[:MOST_GOALS], "rows_left_out": len(board.rows) - len(named[:MOST_GOALS])}


def _without_people(overview: Overview) -> Overview:
    return replace(overview, branches=_nameless(overview.branches))


def _nameless(branches: Sequence[Branch]) -> list[Branch]:
    """Goals of people are only counted."""
    kept = []
    for branch in branches:
        if branch.row.goal.member_id is None:
            below = _nameless(branch.below)
            kept.append(Branch(branch.row, branch.covered, below, branch.more + len(branch.below) - len(below)))
    return kept
