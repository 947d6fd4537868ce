"""A team to look at: so many people with so many goals, on the company's entries."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from bench.company import Company, give_account
from bench.report import doing
from bench.stack import Stack
from goals.kept import refresh
from goals.models import Action, CheckIn, Goal, Milestone
from goals.stored import GoalForecast
from kpis.periods import PeriodRules, period_of
from kpis.rollups import rebuild
from teams.models import Member, Team, TeamMembership, User
from teams.roles import Role
from teams.tenancy import tenant

PEOPLE = 100


def gather(company: Company) -> User:
    """The first hundred members in one team, and a manager who leads it: their sign-in."""
    with tenant(company.organization.pk):
        boss = company.members[-1]
        Member.objects.filter(pk=boss.pk).update(role=Role.MANAGER.value)
        crowd = Team.objects.create(name="Everyone here", manager=boss)
        TeamMembership.objects.filter(member__in=company.members[:PEOPLE]).update(team=crowd)
    return give_account(company, len(company.members) - 1)


def promise(company: Company, number: int, today: dt.date) -> None:
    """So many goals of this quarter in all, each with a milestone, a check-in, two actions and a forecast."""
    quarter = period_of("quarter", today, PeriodRules())
    with tenant(company.organization.pk):
        have = Goal.objects.count()
        goals = Goal.objects.bulk_create(
            Goal(
                statement=f"Goal {n} of what a person wants to get done by the end of the quarter",
                why="It matters",
                kpi=company.recorded[n % 12],
                member=company.members[n % PEOPLE],
                target=Decimal(1000 + 137 * (n % 29)),
                baseline=Decimal(0),
                start=quarter.start,
                deadline=quarter.end,
                state=Goal.State.RUNNING,
            )
            for n in range(have, number)
        )
        _furnish(goals, today)


def settle(stack: Stack, company: Company, today: dt.date) -> None:
    """As it is when the workers have done their work, and PostgreSQL has looked at what came in."""
    doing("making rollups and standings ...")
    rebuild(company.organization.pk)
    with tenant(company.organization.pk):
        refresh(company.organization, today)
    with stack.owner() as owner:
        owner.execute("VACUUM (ANALYZE)")


def _furnish(goals: Sequence[Goal], today: dt.date) -> None:
    soon = today + dt.timedelta(days=9)
    now = dt.datetime.combine(today, dt.time(3), dt.UTC)
    Milestone.objects.bulk_create(Milestone(goal=goal, name="Half", date=soon, value=Decimal(500)) for goal in goals)
    CheckIn.objects.bulk_create(
        CheckIn(goal=goal, date=today - dt.timedelta(days=n % 20), confidence=n % 11) for n, goal in enumerate(goals)
    )
    Action.objects.bulk_create(
        Action(goal=goal, title="Call", member_id=goal.member_id, ends_on=today + dt.timedelta(days=n % 9 - 4))
        for goal in goals
        for n in range(2)
    )
    GoalForecast.objects.bulk_create(
        GoalForecast(
            goal=goal, day=today, made_at=now, probability=Decimal(n % 10) / 10, expected=Decimal(900),
            low=Decimal(700), high=Decimal(1200),
        )
        for n, goal in enumerate(goals)
    )  # fmt: skip
