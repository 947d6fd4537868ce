"""The company that is measured: 200 members in teams of 50, 12 recorded KPIs, five years of entries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bench.report import doing
from bench.stack import Stack
from kpis import actions
from kpis.models import Kpi
from teams.models import Member, Organization, Team, TeamMembership, User
from teams.roles import Role
from teams.tenancy import tenant

MEMBERS, TEAM_SIZE, SUB_TEAM_SIZE = 200, 50, 20
LAST = dt.date(2026, 11, 20)
FIRST = LAST.replace(year=LAST.year - 5) + dt.timedelta(days=1)
RECORDED = (
    "revenue", "cost_of_goods", "won", "lost", "customers", "lost_customers", "new_customers", "acquisition_spend",
    "sales_cycle", "calls", "emails", "meetings",
)  # fmt: skip
FORMULAS = ("win_rate", "gross_margin", "sales_growth", "churn_rate", "acquisition_cost")


@dataclass(frozen=True)
class Company:
    organization: Organization
    members: Sequence[Member]
    team: Team  # 50 people, 20 of them in a team below it
    kpis: dict[str, Kpi]

    @property
    def recorded(self) -> list[Kpi]:
        return [self.kpis[code] for code in RECORDED]


def found() -> Company:
    """Everything but the entries."""
    organization = Organization.objects.create(name="Bench", slug="bench")
    with tenant(organization.pk):
        people = Member.objects.bulk_create(
            Member(name=f"Member {n}", email=f"member{n}@bench.example", role=Role.REP.value)
            for n in range(1, MEMBERS + 1)
        )
        teams = [Team.objects.create(name=f"Team {n}") for n in range(1, MEMBERS // TEAM_SIZE + 1)]
        below = Team.objects.create(name="Below", parent=teams[0])
        TeamMembership.objects.bulk_create(
            TeamMembership(member=member, team=below if n < SUB_TEAM_SIZE else teams[n // TEAM_SIZE])
            for n, member in enumerate(people)
        )
        actions.add_from_catalogue([*RECORDED, *FORMULAS])
        kpis = {kpi.code: kpi for kpi in Kpi.objects.all()}
    return Company(organization, people, teams[0], kpis)


def give_account(company: Company, n: int) -> User:
    """The n-th member's sign-in, without a password."""
    user = User.objects.create_user(email=f"member{n}@bench.example", name=f"Member {n}", language="en")
    with tenant(company.organization.pk):
        Member.objects.filter(pk=company.members[n].pk).update(user=user)
    return user


# Row n is made from n alone, so that every run measures the same. Ids follow the days, as they do when people record.
# One in a hundred is shared by two members, one in a thousand was withdrawn.
_ENTRIES = """
INSERT INTO kpis_entry (
    organization_id, kpi_id, member_id, date, value, note, is_split, source, external_id, created_at, voided_at
)
SELECT %(organization)s, (%(kpis)s::bigint[])[1 + mod(abs(hashint8(n * 7))::bigint, %(kpi_count)s)],
    (%(members)s::bigint[])[1 + mod(abs(hashint8(n * 13))::bigint, %(member_count)s)],
    (%(days)s::date[])[1 + (n - %(first)s) * %(day_count)s / (%(last)s - %(first)s + 1)],
    mod(abs(hashint8(n * 31))::bigint, 100000)::numeric / 100, '', n %% 100 = 0, 'manual', NULL, now(),
    CASE WHEN n %% 1000 = 1 THEN now() END
FROM generate_series(%(first)s::bigint, %(last)s) n
"""
_CREDITS = """
INSERT INTO kpis_credit (organization_id, entry_id, member_id, share)
SELECT e.organization_id, e.id, c.member_id, c.share FROM kpis_entry e CROSS JOIN LATERAL (
    VALUES (e.member_id, 0.7), (CASE WHEN e.member_id = %(one)s THEN %(other)s ELSE %(one)s END, 0.3)
) c(member_id, share)
WHERE e.is_split AND e.organization_id = %(organization)s AND NOT EXISTS (SELECT FROM kpis_credit WHERE entry_id = e.id)
"""


def working_days() -> list[dt.date]:
    days = (FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return [day for day in days if day.isoweekday() <= 5]


_LOOSE_INDEXES = """
SELECT format('DROP INDEX %I', indexname), indexdef FROM pg_indexes i
WHERE tablename = 'kpis_entry' AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)
"""


def record(stack: Stack, company: Company, last: int, first: int = 1) -> None:
    """Rows `first` to `last` past the triggers, over all five years: no key is marked stale, no rollup is made."""
    doing(f"recording entries {first:,} to {last:,} ...")
    days = working_days()
    parameters = {
        "organization": company.organization.pk,
        "kpis": [kpi.pk for kpi in company.recorded],
        "kpi_count": len(RECORDED),
        "members": [member.pk for member in company.members],
        "member_count": len(company.members),
        "one": company.members[0].pk,
        "other": company.members[1].pk,
        "days": days,
        "day_count": len(days),
        "first": first,
        "last": last,
    }
    with stack.owner() as connection:
        connection.execute("SET session_replication_role = replica")
        # An index that is built at once costs a fraction of one that grows row by row.
        indexes = connection.execute(_LOOSE_INDEXES).fetchall()
        for drop, _create in indexes:
            connection.execute(str(drop))
        for statement in (_ENTRIES, _CREDITS):
            connection.execute(statement, parameters)
        for _drop, create in indexes:
            connection.execute(str(create))
        connection.execute("VACUUM (ANALYZE) kpis_entry, kpis_credit")
        connection.execute("CHECKPOINT")
