"""Organizations in eight time zones, whose members each have a goal that is due on the same morning as all of their
zone's; and a far larger number of goals that are not due.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from bench.report import doing
from bench.stack import Stack
from goals.kept import refresh
from goals.models import Goal
from kpis.models import Kpi
from teams.models import Member, Organization, User
from teams.roles import Role
from teams.tenancy import tenant

ORGANIZATIONS, FEW, WAVES = 200, 16, 8  # few: where it is to be quick
DAYS_LEFT, FAR = 7, 200
AT_ONCE = 1000


@dataclass(frozen=True)
class Crowd:
    """`waves` are ids of organizations; in each it is between ten and six now, so that nine o'clock has passed."""

    waves: Sequence[Sequence[int]]
    organizations: int
    reminders: int

    @property
    def in_a_wave(self) -> int:
        return self.reminders // WAVES


def gather(reminders: int, organizations: int) -> Crowd:
    """As many as go evenly into the organizations, at least one each."""
    each = max(1, reminders // organizations)
    doing(f"{organizations} organizations of {each} members ...")
    now = timezone.now()
    waves: list[list[int]] = [[] for _ in range(WAVES)]
    for n in range(organizations):
        waves[n % WAVES].append(_found(n, each, now))
    return Crowd(waves, organizations, each * organizations)


def _found(n: int, size: int, now: dt.datetime) -> int:
    zone = _zone(10 + n % WAVES, now)
    organization = Organization.objects.create(
        name=f"Bench {n}", slug=f"bench-{n}", time_zone=zone, working_days=list(range(1, 8))
    )
    names = [f"m{k}.o{n}@bench.example" for k in range(size)]
    users = User.objects.bulk_create([User(email=name, name=name, language="en", password="!") for name in names])
    today, long_ago = organization.today(now), now - dt.timedelta(days=30)
    with tenant(organization.pk):
        kpi = Kpi.objects.create(code="calls", name="Calls", unit="count", aggregation="sum", cadence="quarterly")
        members = Member.objects.bulk_create(
            [Member(user=user, name=user.name, email=user.email, role=Role.REP.value) for user in users], AT_ONCE
        )
        goals = [
            Goal(
                statement=f"Call every one of the {20 + k % 30} customers who were silent this year",
                kpi=kpi,
                member=member,
                target=200,
                start=today - dt.timedelta(days=30),
                deadline=today + dt.timedelta(days=DAYS_LEFT),
                state=Goal.State.AGREED,
                agreed_at=long_ago,
                started_at=long_ago,
            )
            for k, member in enumerate(members)
        ]
        Goal.objects.bulk_create(goals, AT_ONCE)
    return int(organization.pk)


def _zone(hour: int, now: dt.datetime) -> str:
    """A zone in which it is about that hour now. The names of these zones have the sign of the other side."""
    offset = (hour - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


_BEGIN = "UPDATE goals_goal SET state = 'running' WHERE state = 'agreed' AND organization_id = ANY(%s)"


def begin(stack: Stack, organizations: Sequence[int]) -> None:
    """Their goals run from now on: nine o'clock has struck for them. Where they stand is stored, as it is by the worker
    that does nothing else.
    """
    with stack.owner() as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(_BEGIN, [list(organizations)])
    now = timezone.now()
    for organization in Organization.objects.filter(pk__in=organizations):
        with tenant(organization.pk):
            refresh(organization, organization.today(now))
    with stack.owner() as owner:
        owner.execute("VACUUM (ANALYZE) goals_goal, goals_storedstanding, reminders_message")


def spread_out(stack: Stack, goals: int, due: int) -> None:
    """Every member's goal is over; so many new ones run, of which so many are due now, spread evenly."""
    doing(f"{goals:,} goals, of which {due:,} are due ...")
    with stack.owner() as owner:
        owner.execute("SET session_replication_role = replica")
        columns = [row[0] for row in owner.execute(_COLUMNS).fetchall()]
        given = {
            "request_id": "gen_random_uuid()",
            "deadline": f"CASE WHEN n %% {goals // due} = 0 THEN deadline ELSE deadline + {FAR} END",
        }
        values = ", ".join(given.get(str(name), str(name)) for name in columns)
        names = ", ".join(map(str, columns))
        each = "SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM goals_goal WHERE state = 'running'"
        owner.execute(f"CREATE TEMP TABLE one AS {each}")
        members = owner.execute("SELECT count(*) FROM one").fetchone()
        owner.execute(_END)
        numbers = "generate_series(1, %(goals)s::int) n"
        owner.execute(
            f"INSERT INTO goals_goal ({names}) SELECT {values} FROM {numbers} JOIN one"
            # Those that are due go round all members too.
            f" ON place = (n + n / {goals // due}) %% %(members)s",
            {"goals": goals, "members": members[0] if members else 0},
        )
        owner.execute("VACUUM (ANALYZE) goals_goal")


_END = "UPDATE goals_goal SET state = 'closed', outcome = 'missed', closed_at = now() - interval '1 year'"
_COLUMNS = """
SELECT column_name FROM information_schema.columns WHERE table_name = 'goals_goal' AND column_name <> 'id'
ORDER BY ordinal_position
"""
