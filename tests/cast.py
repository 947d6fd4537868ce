"""The people of every test story, and two organizations."""

import datetime as dt
from dataclasses import dataclass

from django.test import Client

from teams.models import Member, Organization, Team, TeamMembership, User
from teams.roles import Role
from teams.tenancy import tenant

TODAY = dt.date(2026, 11, 23)  # a Monday
NOW = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)  # ten in the morning of it in Bangkok
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Cast:
    """Acme: Dan owns it, Alice manages the north with Bob (rep) in it, Carol is a rep of the south, Vera only reads.

    Globex: Charlie owns it and is a stranger to Acme.
    """

    acme: Organization
    dan: Member
    alice: Member
    bob: Member
    carol: Member
    vera: Member
    north: Team
    south: Team
    globex: Organization
    charlie: Member

    def client(self, member: Member) -> Client:
        """A browser in which the member is signed in."""
        client = Client()
        assert member.user is not None
        client.force_login(member.user)
        return client


def make_member(name: str, role: Role, *, account: bool = True) -> Member:
    """In the current tenant."""
    email = f"{name.lower()}@example.com"
    user = User.objects.create_user(email=email, password=PASSWORD, name=name) if account else None
    return Member.objects.create(name=name, email=email, role=role.value, user=user)


def make_cast() -> Cast:
    acme = Organization.objects.create(name="Acme", slug="acme", time_zone="Asia/Bangkok")
    globex = Organization.objects.create(name="Globex", slug="globex", time_zone="Europe/Berlin")
    with tenant(acme.pk):
        dan, alice = make_member("Dan", Role.OWNER), make_member("Alice", Role.MANAGER)
        bob, carol = make_member("Bob", Role.REP), make_member("Carol", Role.REP)
        vera = make_member("Vera", Role.VIEWER)
        north = Team.objects.create(name="North", manager=alice)
        south = Team.objects.create(name="South")
        for member, team in ((alice, north), (bob, north), (vera, north), (carol, south)):
            TeamMembership.objects.create(member=member, team=team)
    with tenant(globex.pk):
        charlie = make_member("Charlie", Role.OWNER)
        TeamMembership.objects.create(member=charlie, team=Team.objects.create(name="West", manager=charlie))
    return Cast(acme, dan, alice, bob, carol, vera, north, south, globex, charlie)
