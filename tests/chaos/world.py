"""A small organization in the stack's database, made by the product's own code."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.chaos.stack import Stack


@dataclass(frozen=True)
class World:
    """Acme as in every test story; Bob is signed in with `session`, and `goal` is his, on the KPI `kpi`."""

    cast: Any
    session: str
    kpi: int
    goal: int
    today: dt.date


_worlds: dict[int, World] = {}


def world_of(stack: Stack) -> World:
    if id(stack) not in _worlds:
        _worlds.clear()
        _worlds[id(stack)] = _make()
    return _worlds[id(stack)]


def _make() -> World:
    from django.db import connection

    connection.close()
    from teams.tenancy import tenant
    from tests.cast import make_cast
    from tests.goals.stage import make_goal, make_kpi

    cast = make_cast()
    # Whatever day it is, mail may come on it.
    cast.acme.working_days = list(range(1, 8))
    cast.acme.save()
    today = cast.acme.today(dt.datetime.now(dt.UTC))
    with tenant(cast.acme.pk):
        calls = make_kpi("calls", name="Calls made")
        month = dt.timedelta(days=30)
        goal = make_goal(calls, member=cast.bob, start=today - month, deadline=today + month)
    session = str(cast.client(cast.bob).session.session_key)
    connection.close()
    return World(cast, session, calls.pk, goal.pk, today)
