"""What the goal stories share: KPIs, entries and goals of Acme, as their tenant."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from goals.models import Goal
from goals.talk import Voice
from kpis.models import Entry, Kpi
from teams.models import Member
from teams.reach import reach_of
from tests.cast import NOW, TODAY, Cast


def make_kpi(code: str, **fields: Any) -> Kpi:
    """A sum of counts, unless said otherwise."""
    plain = {"name": code.replace("_", " ").capitalize(), "aggregation": "" if fields.get("formula") else "sum"}
    return Kpi.objects.create(code=code, **{**plain, **fields})


def make_win_rate() -> Kpi:
    make_kpi("won")
    make_kpi("lost", direction="lower")
    return make_kpi("win_rate", unit="percent", decimals=1, formula="won / (won + lost)")


def record(kpi: Kpi, member: Member, day: dt.date, value: Decimal | int | str) -> Entry:
    return Entry.objects.create(kpi=kpi, member=member, date=day, value=Decimal(value))


def make_goal(kpi: Kpi | None, **fields: Any) -> Goal:
    """Running in the fourth quarter, from nothing to 100."""
    plain = {
        "statement": "Call every dormant account",
        "target_type": "increase_to",
        "target": Decimal(100),
        "start": dt.date(2026, 10, 1),
        "deadline": dt.date(2026, 12, 31),
        "state": Goal.State.RUNNING,
        "request_id": uuid.uuid4(),
    }
    return Goal.objects.create(kpi=kpi, **{**plain, **fields})


def voice_of(cast: Cast, member: Member, words: str = "", today: dt.date = TODAY) -> Voice:
    """The member speaks, at ten in the morning of `today`."""
    now = NOW + (today - TODAY)
    return Voice(member, reach_of(member, cast.acme, today), today, now, uuid.uuid4(), words)


def days_ago(number: int) -> dt.date:
    return TODAY - dt.timedelta(days=number)
