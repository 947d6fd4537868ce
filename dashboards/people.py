"""Who is in a focus, and what the dashboard says of each: entries by week, promised hours, what they were asked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, JSONArray, JSONObject

from dashboards.focus import Focus
from goals.load import Work
from goals.workload import promised_rows
from kpis.models import Entry
from kpis.periods import Window
from reminders.nudges import asked_today
from teams.models import Member
from teams.reach import Reach


@dataclass(frozen=True)
class Person:
    """`counts` are the entries of each week, the oldest first; `works` what they have promised; `asked` by whom they
    were asked today, by goal.
    """

    member: Member
    counts: tuple[int, ...]
    works: tuple[Work, ...]
    asked: Mapping[int, int]


def read_people(
    focus: Focus, reach: Reach, *, day: dt.date, weeks: Sequence[Window], ahead: Window, today: dt.date
) -> list[Person]:
    """Who was here on that day and may be seen. `weeks` are those before it; hours count `ahead`. One query."""
    actions, goals = promised_rows(OuterRef("pk"), ahead)
    members = (
        Member.objects.visible_to(reach)
        .active(day)
        .filter(focus.members(Window(day, day)))
        .annotate(
            weeks=ArraySubquery(_counts(weeks)),
            acts=ArraySubquery(_works(actions, "hours", "first", "last")),
            efforts=ArraySubquery(_works(goals, "effort_hours", "start", "deadline")),
            asked=ArraySubquery(asked_today(OuterRef("pk"), today)),
        )
    )
    return [_person(member, vars(member), len(weeks)) for member in members]


def _person(member: Member, found: Mapping[str, Any], weeks: int) -> Person:
    return Person(
        member=member,
        counts=tuple(found["weeks"][0]) if found["weeks"] else (0,) * weeks,
        works=tuple(_work(work) for work in (*found["acts"], *found["efforts"])),
        asked={nudge["goal"]: nudge["by"] for nudge in found["asked"]},
    )


def _work(found: Mapping[str, str]) -> Work:
    first, last = (dt.date.fromisoformat(found[name]) for name in ("first", "last"))
    return Work(Decimal(found["hours"]), min(first, last), max(first, last))


def _counts(weeks: Sequence[Window]) -> QuerySet[Any, Any]:
    """Of one member, who has any: how many entries each week has."""
    days = Q(date__gte=weeks[0].start, date__lte=weeks[-1].end)
    of_member = Entry.objects.counted().filter(days, member=OuterRef("pk")).order_by().values("member")
    counts = (Count("pk", filter=Q(date__gte=week.start, date__lte=week.end)) for week in weeks)
    return of_member.annotate(found=JSONArray(*counts)).values("found")


def _works(rows: QuerySet[Any, Any], hours: str, first: str, last: str) -> QuerySet[Any, Any]:
    """As text: JSON would make floats of the hours."""
    found = JSONObject(hours=Cast(hours, TextField()), first=F(first), last=F(last))
    return rows.order_by().values(found=found)
