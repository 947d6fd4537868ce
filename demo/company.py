"""The demo company's rows: organization, people, teams, days off, KPIs."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from demo.calendar import DAY, Days
from demo.people import EVERYONE, INVITED, LEAVER, OWNER, REPS, SIAM, SIGN_INS, TEAMS, Person
from demo.selling import Workplace
from demo.weekly import CONTENTMENT
from kpis.actions import add_from_catalogue, save_kpi
from kpis.catalogue import CATALOGUE
from kpis.models import Kpi
from teams.actions.invitations import invite_member
from teams.actions.members import add_leave, add_member, let_go, move_member
from teams.actions.organizations import add_holidays
from teams.calendars import calendar_of
from teams.models import Member, Organization, Team, TeamMembership, User
from teams.public_holidays import public_holidays

MORNING = dt.time(9, 0)
# Weeks from this one in which somebody is away; the one who signs in has been there lately.
LEAVES = {"kitti": (-9, -2), "sarah": (-14,), "suda": (-20, 1), "james": (-6,), "malee": (-11,), "kevin": (-3,)}
LEAVES |= {"narin": (-17,), "pim": (2,), "thanapol": (-25,)}


@dataclass
class Company:
    """One organization of the demo while it is being made; inside its tenant."""

    organization: Organization
    days: Days
    now: dt.datetime
    members: dict[str, Member] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)

    @cached_property
    def kpis(self) -> dict[str, Kpi]:
        return {kpi.code: kpi for kpi in Kpi.objects.all()}

    def moment(self, day: dt.date) -> dt.datetime:
        """The morning of a day; of today, now."""
        if day >= self.days.today:
            return self.now
        return dt.datetime.combine(day, MORNING, ZoneInfo(self.organization.time_zone))

    def workplace(self) -> Workplace:
        working = calendar_of(self.organization, [member.pk for member in self.members.values()])
        calendars = {key: working[member.pk] for key, member in self.members.items()}
        homes = {person.key: person.team for person in EVERYONE}

        def is_working(key: str, day: dt.date) -> bool:
            return calendars[key].is_working(day) and not (key == LEAVER.key and day >= self.days.left_on)

        def is_online(key: str, day: dt.date) -> bool:
            return homes[key] == "online" or (key == INVITED and day < self.days.moved_on)

        return Workplace(self.days, is_working, is_online)


def account(email: str, name: str, password: str | None) -> User:
    """The user of this address, made if need be; signs in with the password, and with nothing else."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email=email, name=name)
    user.set_password(password)
    user.save()
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def new_organization(name: str, slug: str) -> Organization:
    return Organization.objects.create(
        name=name, slug=slug, time_zone="Asia/Bangkok", language="en", currency="THB", week_start=1
    )


def hire(company: Company, people: Iterable[Person], password: str) -> None:
    """The owner, then everybody else through the same verb as on the pages."""
    boss = account(OWNER.email, OWNER.name, None)
    owner = Member.objects.create(name=OWNER.name, email=OWNER.email, role=OWNER.role, user=boss)
    company.members[OWNER.key] = owner
    for person in people:
        member, _is_new = add_member(name=person.name, email=person.email, role=person.role, by=owner)
        if person.has_account:
            member.user = account(person.email, person.name, password if person.email in SIGN_INS else None)
            member.save(update_fields=["user"])
        company.members[person.key] = member


def form_teams(company: Company) -> None:
    """Everybody in their team; one has moved, one has left."""
    days, members = company.days, company.members
    for group in TEAMS:
        parent = company.teams.get(group.parent)
        team = Team.objects.create(name=group.name, manager=members[group.manager], parent=parent)
        company.teams[group.key] = team
    TeamMembership.objects.bulk_create(
        TeamMembership(member=members[person.key], team=company.teams[person.team])
        for person in EVERYONE
        if person.team and person.key != INVITED
    )
    mover = members[INVITED]
    move_member(mover, team=company.teams["online"], starts_on=None, ends_on=days.moved_on - DAY)
    move_member(mover, team=company.teams["bangkok"], starts_on=days.moved_on)
    let_go(members[LEAVER.key], left_on=days.left_on, by=members[OWNER.key], now=company.now)
    invite_member(mover, email=mover.email, by=members["ploy"], now=company.now)


def give_days_off(company: Company) -> None:
    days = company.days
    for year in range(days.long_ago.year, days.today.year + 2):
        add_holidays(public_holidays("TH", year, "en"))
    for key, weeks in LEAVES.items():
        for number, week in enumerate(weeks):
            first = days.weeks(week, number)
            add_leave(company.members[key], starts_on=first, ends_on=first + (4 - number) * DAY)


def define_kpis() -> None:
    """All of the catalogue, and one of the company's own."""
    add_from_catalogue(CATALOGUE)
    save_kpi(
        Kpi(
            code=CONTENTMENT,
            name="ความพึงพอใจของลูกค้า (CSAT)",
            note="Mean score from 1 to 5 of the survey after delivery",
            unit=Kpi.Unit.RATIO,
            decimals=1,
            aggregation=Kpi.Aggregation.AVERAGE,
            cadence=Kpi.Cadence.WEEKLY,
        )
    )


def found(days: Days, now: dt.datetime) -> Company:
    return Company(new_organization("Siam Supply", SIAM), days, now)


def settle(company: Company, password: str) -> None:
    """People, teams, days off and KPIs, before anything is recorded."""
    hire(company, EVERYONE, password)
    form_teams(company)
    give_days_off(company)
    define_kpis()


def sellers() -> tuple[Person, ...]:
    return (*REPS, LEAVER)
