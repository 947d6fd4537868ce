"""What the stories of the dashboards share: a team with goals that stand differently. Run as Acme's tenant."""

import datetime as dt
from decimal import Decimal
from typing import Any

import time_machine
from django.test import Client

from goals.models import Action, Goal
from kpis.models import Kpi
from teams.models import Member
from tests.cast import NOW, Cast
from tests.goals.stage import days_ago, make_goal, make_kpi, record

TEAM, HOME = "/acme/team/", "/acme/"


def at_ten() -> Any:
    """Ten in the morning of the cast's day, in Bangkok."""
    return time_machine.travel(NOW, tick=False)


def page(client: Client, path: str, *, fragment: str = "", **query: str | int) -> Any:
    headers = {"HX-Request": "true", "HX-Target": f"section#{fragment}"} if fragment else {}
    return client.get(path, query, headers=headers)


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def make_calls() -> Kpi:
    return make_kpi("calls", name="Calls made")


def make_north(cast: Cast) -> dict[str, Goal]:
    """Bob is off track, Alice on track, the north itself at risk; each day counts the same."""
    calls = make_calls()
    goals = {
        "bob": make_goal(calls, member=cast.bob, statement="Reopen dormant accounts", target=Decimal(1000)),
        "alice": make_goal(calls, member=cast.alice, statement="Call every new lead", target=Decimal(100)),
        "north": make_goal(calls, team=cast.north, statement="The north calls", target=Decimal(400)),
        "carol": make_goal(calls, member=cast.carol, statement="Southern calls"),
        "all": make_goal(calls, statement="All of Acme calls", target=Decimal(5000)),
    }
    spread(calls, cast.bob, 100)
    spread(calls, cast.alice, 90)
    spread(calls, cast.carol, 60)
    return goals


def spread(kpi: Kpi, member: Member, total: int) -> None:
    """Over the working days of the quarter so far, the last of them today."""
    days = [day for n in range(54) if (day := days_ago(n)).isoweekday() <= 5]
    for n, day in enumerate(days):
        record(kpi, member, day, total // len(days) + (n < total % len(days)))


def act(goal: Goal, title: str, *, ends_on: dt.date | None, **fields: Any) -> Action:
    return Action.objects.create(goal=goal, title=title, ends_on=ends_on, **fields)
