"""Looks up what the coach needs to know about a draft: the owner's record, days off, load, and the goal it serves."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import get_language

from goals.coach import Verdict, assess
from goals.draft import Draft, Load, Parent
from goals.measures import KpiBook
from goals.models import Goal
from goals.plan import GoalPlan
from goals.progress import TargetType
from goals.record import Item, Record
from goals.tree import counted, coverages, seen_families
from goals.workload import hours_of
from goals.worst import worst_of
from kpis.models import Kpi
from kpis.numbers import DayFigures, Scope, daily
from kpis.periods import Window
from teams.calendar import WorkCalendar
from teams.calendars import calendar_of
from teams.models import Organization, TeamMembership
from teams.reach import Reach, placed_on

# The coach reads at most twelve windows like the goal's own; two years show a quarter eight times.
RECORD_DAYS = 731
LANGUAGES = ("en", "th")


@dataclass(frozen=True)
class Coach:
    organization: Organization
    book: KpiBook
    today: dt.date
    reach: Reach  # the writer's: what they do not see is not told

    def verdict(self, plan: GoalPlan, means: Sequence[str] = (), apart_from: Goal | None = None) -> Verdict:
        """A constant number of queries for each KPI. `apart_from` is the goal itself while it is edited."""
        own = self._verdict(plan, means, apart_from)
        lines = [(line, self._verdict(line, means, apart_from)) for line in plan.lines()]
        return worst_of(own, lines) if lines else own

    def _verdict(self, plan: GoalPlan, means: Sequence[str], apart_from: Goal | None) -> Verdict:
        draft = Draft(
            language=_language(),
            statement=plan.statement,
            means=tuple(means),
            why=plan.why,
            owner="member" if plan.member else "team" if plan.team else "organization",
            kpi=self.book.measure(plan.kpi) if plan.kpi else None,
            target_type=plan.target_type,
            baseline=plan.baseline,
            target=plan.target,
            start=plan.start,
            deadline=plan.deadline,
            calendar=self.calendar(plan),
            parent=self._parent(plan, apart_from),
        )
        return self.assessed(draft, plan, apart_from)

    def assessed(self, draft: Draft, plan: GoalPlan, apart_from: Goal | None = None) -> Verdict:
        """The verdict on a draft whose load and record are looked up here; `plan` says whose they are."""
        draft = replace(draft, load=self._load(plan, draft.calendar, apart_from))
        if draft.kpi is None or plan.kpi is None:
            return assess(draft, Record({}, self.today), self.today)
        scopes = self._scopes(plan)
        records = self._records(plan.kpi, scopes)
        return assess(replace(draft, team_record=records[1] if scopes[1:] else None), records[0], self.today)

    def calendar(self, plan: GoalPlan) -> WorkCalendar:
        owner = plan.member.pk if plan.member else None
        return calendar_of(self.organization, [owner] if owner else [])[owner]

    def _scopes(self, plan: GoalPlan) -> list[tuple[Scope, int]]:
        """The owner's, then for a member the team's, with the number of people that it is the record of."""
        if plan.team is not None:
            return [(Scope.team(plan.team.pk), 1)]
        if plan.member is None:
            return [(Scope.organization(), 1)]
        own = [(Scope.member(plan.member.pk), 1)]
        current = TeamMembership.objects.filter(placed_on(self.today))
        team = current.filter(member=plan.member).values_list("team_id", flat=True).first()
        return own if team is None else [*own, (Scope.team(team), current.filter(team=team).count())]

    def _records(self, kpi: Kpi, scopes: Sequence[tuple[Scope, int]]) -> list[Record]:
        window = Window(self.today - dt.timedelta(days=RECORD_DAYS), self.today)
        parts = self.book.parts(kpi)
        days = daily((part, scope, window) for part in parts for scope, _people in scopes)
        return [
            Record(
                {part.code: items_of(part, days.get((part, scope, window), {}), people) for part in parts}, self.today
            )
            for scope, people in scopes
        ]

    def _parent(self, plan: GoalPlan, apart_from: Goal | None) -> Parent | None:
        goal = plan.parent
        if goal is None or goal.kpi is None or goal.target is None or goal.start is None or goal.deadline is None:
            return None
        formula = self.book.definitions.formulas.get(goal.kpi.code)
        return Parent(
            kpi=goal.kpi.code,
            target_type=TargetType(goal.target_type),
            target=goal.target,
            start=goal.start,
            deadline=goal.deadline,
            uses=tuple(
                sorted((formula.codes if formula else set()) | {part.code for part in self.book.parts(goal.kpi)})
            ),
            siblings_value=self._siblings_value(goal, plan, apart_from) if goal.kpi.is_accruing else None,
        )

    def _siblings_value(self, parent: Goal, plan: GoalPlan, apart_from: Goal | None) -> Decimal | None:
        """What the other children add to a total that they share with their parent, as the tree counts them.

        None where the plan would not count among them, or some of them are hidden from the writer.
        """
        own = Goal(state=Goal.State.AGREED)
        plan.write_to(own)
        for _parent, children in seen_families([parent], self.reach):
            held = counted(parent, [own, *(child for child in children if child != apart_from)])
            if own in held:
                held.remove(own)
                found = coverages([(parent, held)], self.book, self.today).get(parent.pk)
                return found.value if found else Decimal(0)
        return None

    def _load(self, plan: GoalPlan, calendar: WorkCalendar, apart_from: Goal | None) -> Load | None:
        """Hours of the owner in the goal's time: those they work, and those promised, this goal's effort among them."""
        if plan.member is None or plan.start is None or plan.deadline is None or plan.deadline < plan.start:
            return None
        capacity, committed = hours_of(plan, calendar, self.organization, apart_from)
        return Load(round(capacity, 1), round(committed, 1))


def items_of(kpi: Kpi, days: dict[dt.date, DayFigures], people: int = 1) -> list[Item]:
    """A stored KPI's days for the record; with `people`, what one of so many had on the average."""
    items = []
    for day, figures in days.items():
        if kpi.aggregation == Kpi.Aggregation.LAST:
            if figures.closing is not None:
                items.append(Item(day, figures.closing / people))
        elif kpi.aggregation == Kpi.Aggregation.AVERAGE:
            if figures.weight:
                items.append(Item(day, figures.total / figures.weight, figures.weight / people))
        else:
            items.append(Item(day, figures.total / people))
    return items


def _language() -> str:
    language = (get_language() or "en")[:2]
    return language if language in LANGUAGES else "en"
