"""What a letter says before it is laid out, and the desk at which it is written: whose, when, with which numbers."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Max
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from goals.kept import standings
from goals.models import CheckIn, Goal
from goals.reading import Standing
from reminders.cards import Card, Teller, card_of
from reminders.readers import Reader
from web.formats import format_date

SUBJECT_LENGTH = 70


@dataclass(frozen=True)
class Line:
    """One of the things that a digest tells, with the way to its form."""

    text: str
    detail: str
    label: str
    url: str


@dataclass(frozen=True)
class Section:
    title: str
    lines: list[Line]
    more: str = ""  # what was left out


@dataclass(frozen=True)
class Content:
    subject: str
    headline: str
    paragraphs: list[str]
    reason: str  # why the reader gets it
    cards: list[Card] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    button: str = ""
    button_url: str = ""


@dataclass(frozen=True)
class Desk:
    """Writes for one reader at one moment. By goal, `known` are the standings that were read already, `running` the
    goals (None where they don't run), `said` the days of their last check-ins. Letters of one organization that are
    written together share them.
    """

    reader: Reader
    payload: dict[str, Any]
    now: dt.datetime
    known: dict[int, Standing] = field(default_factory=dict)
    running: dict[int, Goal | None] = field(default_factory=dict)
    said: dict[int, dt.date | None] = field(default_factory=dict)

    @cached_property
    def today(self) -> dt.date:
        """The organization's day."""
        return self.reader.organization.today(self.now)

    @property
    def language(self) -> str:
        return self.reader.language

    def for_reader(self, reader: Reader, payload: dict[str, Any]) -> "Desk":
        """The same moment and organization, another message; what is known stays known."""
        return Desk(reader, payload, self.now, self.known, self.running, self.said)

    def running_goals(self, pks: Iterable[int]) -> list[Goal]:
        """Those that still run, the nearest deadline first. Each is read once."""
        asked = set(pks)
        new = [pk for pk in asked if pk not in self.running]
        if new:
            found = Goal.objects.running().filter(pk__in=new).with_names()
            self.running.update({**dict.fromkeys(new), **{goal.pk: goal for goal in found}})
        goals = [goal for pk in asked if (goal := self.running[pk])]
        return sorted(goals, key=lambda goal: (goal.deadline or dt.date.max, goal.pk))

    def learn(self, goals: Iterable[Goal]) -> None:
        """Read the standings of all of them at once."""
        new = [goal for goal in goals if goal.pk not in self.known]
        if new:
            self.known.update(standings(new, self.reader.organization, self.today))

    def hear(self, pks: Iterable[int]) -> None:
        """Read the last check-ins of all of them at once."""
        new = [pk for pk in pks if pk not in self.said]
        if new:
            rows = CheckIn.objects.filter(goal__in=new).order_by().values("goal").annotate(last=Max("date"))
            self.said.update({**dict.fromkeys(new), **dict(rows.values_list("goal", "last"))})

    def is_heard_since(self, pk: int, day: dt.date) -> bool:
        """Whether somebody has checked in on the goal on that day or later."""
        self.hear([pk])
        last = self.said[pk]
        return last is not None and last >= day

    def standing(self, goal: Goal) -> Standing:
        self.learn([goal])
        return self.known[goal.pk]

    def date(self, day: dt.date) -> str:
        return format_date(day, self.language)

    @cached_property
    def teller(self) -> Teller:
        return Teller(self.language, self.reader.organization.currency)

    def goal_url(self, goal: Goal) -> str:
        return self.reader.address("goals:detail", pk=goal.pk)

    def card(self, goal: Goal, *, leads_to: str = "record") -> Card:
        """`leads_to`: record, check_in or goal. Where there is nothing to record, it is the check-in."""
        assert goal.kpi is not None
        button, url = _("Check in"), self.reader.address("goals:check_in", pk=goal.pk)
        if leads_to == "goal":
            button, url = _("See the goal"), self.goal_url(goal)
        elif leads_to == "record" and goal.kpi.aggregation and goal.member_id is not None:
            button = _("Record progress")
            url = self.reader.address("kpis:log", {"kpi": goal.kpi.pk, "member": goal.member_id})
        return card_of(goal, self.standing(goal), self.teller, url=self.goal_url(goal), button=button, button_url=url)


def goals_of(payloads: Iterable[dict[str, Any]]) -> set[int]:
    """The goals that the messages name."""
    named: set[int] = set()
    for payload in payloads:
        named.update(payload.get("goals", []), [payload["goal"]] if payload.get("goal") else [])
    return named


def short(statement: str) -> str:
    return Truncator(statement).chars(SUBJECT_LENGTH)
