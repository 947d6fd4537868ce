"""How the demo's goals come about: through the verbs of the pages, each on its own day of the past."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from demo.calendar import DAY
from demo.company import Company
from demo.entries import request_id
from goals.actions import close_goal, create_goal, drop_goal, look_back, revise_target
from goals.following import repeat
from goals.forecast import Forecast
from goals.forecasting import forecasts_of
from goals.measures import scope_of_owner
from goals.models import Goal
from goals.plan import GoalPlan
from goals.progress import TargetType
from goals.standing import reckon
from goals.steps import add_action, add_milestone, check_in
from goals.talk import begin_agreed
from kpis.numbers import rules_of, value
from kpis.periods import Window
from teams.calendar import WorkCalendar
from teams.calendars import calendar_of
from teams.models import Member, Team

INCREASE, DECREASE = TargetType.INCREASE_TO, TargetType.DECREASE_TO
AT_LEAST, AT_MOST = TargetType.STAY_AT_OR_ABOVE, TargetType.STAY_AT_OR_BELOW
NOT_STORED = -1  # the key of a goal that is only tried
Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Words:
    """`by`: who writes the goal down, by key."""

    key: str
    statement: str
    why: str = ""
    means: tuple[str, ...] = ()
    by: str = "ploy"


@dataclass(frozen=True)
class Chance:
    """How a goal does by today: a target is set where the forecast gives it this chance.

    `place` is 0 at the forecast's low end, 1 at its median, 2 at its high end. `reached` is the part of what a total
    should have by today, for where there is no forecast yet.
    """

    place: Decimal
    reached: Decimal

    def target(self, made: Forecast) -> Decimal | None:
        if made.low is None or made.expected is None or made.high is None:
            return None
        if self.place <= 1:
            return made.low + (made.expected - made.low) * self.place
        return made.expected + (made.high - made.expected) * (self.place - 1)


ON_TRACK = Chance(Decimal("0.3"), Decimal("1.07"))
AT_RISK = Chance(Decimal("1.2"), Decimal("0.88"))
OFF_TRACK = Chance(Decimal("2.8"), Decimal("0.66"))


def rounded(number: Decimal) -> Decimal:
    """As people set targets: two digits, and a half or a whole of the next; never less than one."""
    step = max(Decimal(5).scaleb(number.adjusted() - 2), Decimal(1)) if number >= 1 else Decimal(1)
    return max((number / step).to_integral_value(ROUND_HALF_UP), Decimal(1)) * step


class Promises:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.goals: dict[str, Goal] = {}
        self._calendars: Mapping[int | None, WorkCalendar] = calendar_of(
            company.organization, [member.pk for member in company.members.values()]
        )

    def owner(self, key: str) -> tuple[Member | None, Team | None]:
        """A member's key, a team's, or none for the organization."""
        return self.company.members.get(key), self.company.teams.get(key)

    def total(self, code: str, owner: str, span: Span) -> Decimal:
        number = value(self.company.kpis[code], scope_of_owner(*self.owner(owner)), Window(*span))
        return number if number is not None else Decimal(0)

    def aim(self, code: str, owner: str, span: Span, chance: Chance) -> Decimal:
        """A target for a total that by today has this chance of being met."""
        member, team = self.owner(owner)
        goal = Goal(
            pk=NOT_STORED, kpi=self.company.kpis[code], member=member, team=team, target=Decimal(1),
            start=span[0], deadline=span[1], state=Goal.State.RUNNING,
        )  # fmt: skip
        today = self.company.days.today
        made = forecasts_of([goal], self.company.organization, today).get(NOT_STORED)
        target = chance.target(made) if made and span[0] < today else None
        return rounded(target) if target else self.aim_by_pace(code, owner, span, chance.reached)

    def aim_by_pace(self, code: str, owner: str, span: Span, reached: Decimal) -> Decimal:
        """A target for a total, of which `reached` has been reached by today (on the last day: of all)."""
        today = self.company.days.today
        last = min(today, span[1])
        member, _team = self.owner(owner)
        elapsed = self._calendars[member.pk if member else None].elapsed_share(*span, last)
        so_far = self.total(code, owner, (span[0], last)) if span[0] <= today else Decimal(0)
        if not elapsed or not so_far:
            length = span[1] - span[0]
            before = min(today, span[0]) - DAY
            elapsed, so_far = Decimal(1), self.total(code, owner, (before - length, before)) or Decimal(10)
        return rounded(so_far / elapsed / reached)

    def start(
        self, words: Words, code: str, owner: str, span: Span, target: Decimal | str, **more: Any
    ) -> Goal:  # fmt: skip
        """A running goal, agreed on some days before it began (or today)."""
        return self._make(words, code, owner, span, Decimal(target), start=True, **more)

    def draft(self, words: Words, code: str = "", owner: str = "", **more: Any) -> Goal:
        return self._make(words, code, owner, more.pop("span", (None, None)), more.pop("target", None), **more)

    def _make(
        self,
        words: Words,
        code: str,
        owner: str,
        span: tuple[dt.date | None, dt.date | None],
        target: Decimal | None,
        *,
        start: bool = False,
        parent: str = "",
        kind: TargetType = INCREASE,
        baseline: Decimal | str | None = None,
        **terms: Any,
    ) -> Goal:
        """`terms`: what else the plan says, by its own names."""
        member, team = self.owner(owner)
        plan = GoalPlan(
            statement=words.statement, why=words.why, kpi=self.company.kpis[code] if code else None, member=member,
            team=team, parent=self.goals[parent] if parent else None, target_type=kind,
            baseline=None if baseline is None else Decimal(baseline), target=target, start=span[0], deadline=span[1],
            **terms,
        )  # fmt: skip
        today = self.company.days.today
        day = min(today, span[0] - 3 * DAY) if span[0] else today
        goal, _is_new = create_goal(
            plan, means=words.means, start=start, by=self.company.members[words.by], today=day,
            now=self.company.moment(day), request_id=request_id(f"goal {words.key} {self.company.organization.slug}"),
        )  # fmt: skip
        if goal.start and goal.is_promised:
            first = min(today, goal.start)
            begin_agreed(goal, first, self.company.moment(first))
            goal.refresh_from_db()
        self.goals[words.key] = goal
        return goal

    def close(self, *keys: str) -> None:
        """As the clock would have done on the first day after the days of grace; those that are that old."""
        company = self.company
        for key in keys:
            goal = Goal.objects.with_names().get(pk=self.goals[key].pk)
            assert goal.deadline is not None
            grace = self._calendars[None].add_working_days(goal.deadline, company.organization.grace_days)
            day = grace + DAY
            if day <= company.days.today:
                standing = reckon([goal], company.organization, day)[goal.pk]
                close_goal(goal, standing, now=company.moment(day))

    def repeat(self, key: str, then: str) -> None:
        """The next goal of a series, as the clock makes it on the day after."""
        before = Goal.objects.with_names().get(pk=self.goals[key].pk)
        assert before.deadline is not None
        day = before.deadline + DAY
        made = repeat(before, rules_of(self.company.organization), day, self.company.moment(day))
        assert made is not None
        self.goals[then] = made

    def look_back(self, key: str, helped: str, hindered: str) -> None:
        """On the day after it was closed."""
        goal = Goal.objects.get(pk=self.goals[key].pk)
        assert goal.closed_at is not None
        look_back(goal, helped=helped, hindered=hindered, now=goal.closed_at + DAY)

    def drop(self, key: str, day: dt.date, note: str) -> None:
        drop_goal(
            self.goals[key], note=note, organization=self.company.organization, today=day, now=self.company.moment(day)
        )

    def say(self, key: str, by: str, *said: tuple[int, str]) -> None:
        """Check-ins, one a week, the last on this week's Monday or on the goal's first day."""
        goal = self.goals[key]
        assert goal.start is not None
        days = self.company.days
        for number, (confidence, note) in enumerate(reversed(said)):
            day = days.weeks(-number)
            if goal.start <= day <= days.today:
                check_in(
                    goal, by=self.company.members[by], confidence=confidence, note=note, today=day,
                    request_id=request_id(f"check-in {key} {number} {self.company.organization.slug}"),
                )  # fmt: skip

    def revise(self, key: str, target: Decimal, day: dt.date, reason: str, by: str) -> None:
        revise_target(
            self.goals[key], target=target, effective_on=day, reason=reason, by=self.company.members[by], today=day,
            request_id=request_id(f"revision {key}"),
        )  # fmt: skip

    def plan_steps(self, key: str, milestones: Iterable[tuple[str, dt.date, Decimal]]) -> None:
        for number, (name, date, number_by_then) in enumerate(milestones):
            fields = {"name": name, "date": date, "value": number_by_then}
            add_milestone(self.goals[key], fields, request_id=request_id(f"milestone {key} {number}"))

    def plan_means(self, key: str, actions: Iterable[Mapping[str, Any]]) -> None:
        """`who` is a member's key; the other fields are the action's."""
        for number, given in enumerate(actions):
            fields = dict(given)
            fields["member"] = self.company.members[fields.pop("who")]
            add_action(self.goals[key], fields, request_id=request_id(f"action {key} {number}"))
