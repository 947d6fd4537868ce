"""Two organizations in which every table has rows. Whatever can hold text in the first one holds its word."""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import CharField, EmailField, JSONField, Model, TextField
from django.test import Client
from django.utils import timezone

from api.models import Scope, Token, TokenUse
from dashboards.models import ShareLink, ShareView
from goals.further import GoalKpi
from goals.models import Action, CheckIn, Goal, Milestone, TargetRevision, Turn
from goals.progress import Status
from goals.stored import GoalForecast, StandingMark, StoredStanding
from goals.unfinished import Unfinished
from kpis.models import Credit, Entry, EntryChange, ExchangeRate, Kpi, Rollup, StaleRollup
from reminders.models import Feed, Hold, LastStatus, Message, OrganizationSwitch, Preference, RefusedAddress, Rhythm
from teams.models import Holiday, Invitation, Leave, Member, Organization, Team, TeamMembership, User
from teams.roles import Role
from teams.tenancy import tenant

WORD = "qzxcanary"
FIRST_ID = 5_000_000  # ids of the first organization cannot be met by accident
M = TypeVar("M", bound=Model)


@dataclass
class Planted:
    """An organization with its rows: the first of each model stands for it in addresses."""

    organization: Organization
    people: dict[str, Member]
    rows: dict[type[Model], list[Model]] = field(default_factory=dict)

    def first(self, model: type[Model]) -> Model:
        return self.rows[model][0]

    @property
    def slug(self) -> str:
        return self.organization.slug


class Planter:
    """Makes rows whose text columns all hold the word, with ids counted from `first_id` where one is given."""

    def __init__(self, word: str, first_id: int | None) -> None:
        self.word = word
        self.ids: Iterator[int | None] = itertools.count(first_id) if first_id else itertools.repeat(None)
        self.numbers = itertools.count(1)
        self.rows: dict[type[Model], list[Model]] = {}

    def plant(self, model: type[M], **fields: Any) -> M:
        row = model(pk=next(self.ids), **{**self._texts(model), **fields})
        row.save(force_insert=True)
        self.rows.setdefault(model, []).append(row)
        return row

    def _texts(self, model: type[Model]) -> dict[str, Any]:
        number = next(self.numbers)
        values: dict[str, Any] = {}
        for column in model._meta.concrete_fields:
            if column.name.endswith("currency"):  # three letters that say something about the amount beside them
                continue
            if isinstance(column, EmailField):
                values[column.name] = f"{self.word}{number}@example.com"
            elif isinstance(column, CharField | TextField) and not column.choices:
                values[column.name] = f"{self.word} {number}"[: column.max_length]
            elif isinstance(column, JSONField):
                values[column.name] = {"text": self.word}
        return values


def plant_organization(slug: str, word: str, first_id: int | None = None) -> Planted:
    planter = Planter(word, first_id)
    organization = planter.plant(
        Organization,
        slug=slug,
        time_zone="Asia/Bangkok",
        currency="THB",
        visibility=Organization.Visibility.OPEN,
    )
    with tenant(organization.pk):
        people = _plant_people(planter)
        _plant_numbers(planter, people)
        _plant_goals(planter, people)
        _plant_messages(planter, organization, people)
        _plant_tokens(planter, people)
    return Planted(organization, people, planter.rows)


def user_of(planter: Planter, **fields: Any) -> User:
    return planter.plant(User, time_zone="", password="!", **fields)


def _plant_people(planter: Planter) -> dict[str, Member]:
    people = {}
    for role in (Role.REP, Role.MANAGER, Role.ADMIN, Role.OWNER, Role.VIEWER):
        user = user_of(planter)
        people[role.value] = planter.plant(Member, user=user, role=role.value)
    team = planter.plant(Team, manager=people["manager"])
    below = planter.plant(Team, parent=team)
    for role_name, member in people.items():
        planter.plant(TeamMembership, member=member, team=below if role_name == "rep" else team)
    without_account = planter.plant(Member, role="rep")
    now = timezone.now()
    planter.plant(
        Invitation,
        member=without_account,
        invited_by=people["owner"],
        expires_at=now + dt.timedelta(days=7),
    )
    planter.plant(Holiday, date=now.date() + dt.timedelta(days=3))
    planter.plant(Leave, member=people["rep"], starts_on=now.date(), ends_on=now.date())
    return people


def _plant_numbers(planter: Planter, people: dict[str, Member]) -> None:
    today = timezone.now().date()
    code = planter.word.replace(" ", "_")
    kpi = planter.plant(Kpi, code=code, formula="", aggregation=Kpi.Aggregation.SUM)
    planter.plant(Kpi, code=f"{code}_rate", formula=f"{code} / previous({code})", unit=Kpi.Unit.PERCENT)
    rep = people["rep"]
    for currency, rate in (("USD", "35.2"), ("EUR", "38")):
        planter.plant(ExchangeRate, currency=currency, day=today - dt.timedelta(days=9), rate=Decimal(rate))
    for days in range(5):
        day = today - dt.timedelta(days=days)
        entry = planter.plant(Entry, kpi=kpi, member=rep, date=day, value=Decimal(7), created_by=rep.user)
        planter.plant(Rollup, kpi=kpi, member=rep, day=day, total=7, weight=1, closing=7)
        planter.plant(
            EntryChange,
            entry=entry,
            kind=EntryChange.Kind.CORRECTED,
            old_date=day,
            new_date=day,
            old_value=6,
            new_value=7,
            changed_by=rep.user,
        )
    # Corrected once, so that its history has a row.
    Entry.objects.filter(pk=entry.pk).update(value=Decimal(8))
    shared = planter.plant(Entry, kpi=kpi, member=rep, date=today, value=Decimal(10), is_split=True)
    for name in ("rep", "manager"):
        planter.plant(Credit, entry=shared, member=people[name], share=Decimal("0.5"))
    planter.plant(StaleRollup, kpi=kpi, member=rep, day=today)


def _plant_goals(planter: Planter, people: dict[str, Member]) -> None:
    today = timezone.now().date()
    kpi = planter.rows[Kpi][0]
    running = {
        "kpi": kpi,
        "target": 300,
        "baseline": 0,
        "start": today - dt.timedelta(days=20),
        "deadline": today + dt.timedelta(days=20),
        "state": Goal.State.RUNNING,
        "started_at": timezone.now(),
    }
    goal = planter.plant(Goal, member=people["rep"], created_by=people["rep"].user, **running)
    planter.plant(Goal, team=planter.rows[Team][0], **running)
    several = planter.plant(Goal, own_weight=2, **running)
    line = planter.plant(GoalKpi, goal=several, kpi=planter.rows[Kpi][-1], target_type="increase_to", target=5)
    planter.plant(GoalForecast, further=line, day=today, made_at=timezone.now())
    planter.plant(Goal, member=people["rep"], state=Goal.State.DRAFT)
    closed = running | {"state": Goal.State.CLOSED, "outcome": Goal.Outcome.MISSED, "closed_at": timezone.now()}
    planter.plant(Goal, member=people["rep"], **closed)
    proposed = running | {"state": Goal.State.PROPOSED, "started_at": None, "waits_since": timezone.now()}
    planter.plant(Goal, member=people["rep"], **proposed, waits_for=Goal.Side.LEADER)
    offer = {"target": 300, "deadline": running["deadline"], "made_at": timezone.now(), "further": {}}
    planter.plant(
        Unfinished,
        member=people["rep"],
        request_id=uuid.uuid4(),
        words={"statement": planter.word},
        saved_at=timezone.now(),
    )
    planter.plant(Turn, goal=goal, kind=Turn.Kind.PROPOSED, member=people["rep"], **offer)
    planter.plant(TargetRevision, goal=goal, effective_on=today, old_target=200, new_target=300)
    planter.plant(Milestone, goal=goal, date=today + dt.timedelta(days=5), value=150)
    planter.plant(CheckIn, goal=goal, date=today, confidence=7, made_by=people["rep"])
    planter.plant(GoalForecast, goal=goal, day=today, made_at=timezone.now())
    planter.plant(StoredStanding, goal=goal, day=today, status=Status.ON_TRACK.value, elapsed=1, spark=[])
    planter.plant(StoredStanding, further=line, day=today, status=Status.ON_TRACK.value, elapsed=1, spark=[])
    planter.plant(StandingMark, goal=goal)
    planter.plant(Action, goal=goal, member=people["rep"], cost_planned=5, hours=3)


def _plant_messages(planter: Planter, organization: Organization, people: dict[str, Member]) -> None:
    rep = people["rep"]
    for state in (Message.State.DEAD, Message.State.SENT):
        planter.plant(
            Message,
            organization=organization,
            kind="deadline",
            member=rep,
            user=rep.user,
            due_at=timezone.now(),
            state=state,
        )
    planter.plant(Preference, member=rep, kind="deadline", is_on=False)
    planter.plant(OrganizationSwitch, kind="overdue", is_on=False)
    planter.plant(Rhythm, member=rep, mails=Rhythm.Mails.DAILY)
    planter.plant(LastStatus, goal=planter.rows[Goal][0], status="on_track", looked_at=timezone.now())
    planter.plant(Hold, held_by=people["admin"])
    planter.plant(Feed, member=rep, team=planter.rows[Team][0])
    assert rep.user is not None
    planter.plant(RefusedAddress, address=rep.user.email)


def _plant_tokens(planter: Planter, people: dict[str, Member]) -> None:
    now = timezone.now()
    scopes = [scope.value for scope in Scope]
    token = planter.plant(Token, member=people["rep"], scopes=scopes, expires_at=now + dt.timedelta(days=7))
    planter.plant(TokenUse, token=token, day=now.date(), minute=now, last_at=now)
    owner, team = people["owner"], planter.rows[Team][0]
    shared = planter.plant(
        ShareLink, member=owner, team=team, kind="quarter", with_people=True, expires_at=now + dt.timedelta(days=7)
    )
    planter.plant(ShareView, link=shared, day=now.date(), minute=now, first_at=now, last_at=now)


@dataclass
class World:
    """`theirs` is the organization that must stay unseen and untouched; the people are strangers to it."""

    theirs: Planted
    own: Planted
    people: dict[str, User | None]

    def client(self, person: str) -> Client:
        """A browser in which the person is signed in, or nobody."""
        client = Client(raise_request_exception=False)
        self.sign_in(client, person)
        return client

    def sign_in(self, client: Client, person: str) -> None:
        user = self.people[person]
        if user is not None:
            client.force_login(user)


# An owner may do no more to strangers than an admin; owners try the forms.
PEOPLE = ("nobody", "rep", "manager", "admin", "left", "deactivated")


def plant_world() -> World:
    theirs = plant_organization("theirs", WORD, FIRST_ID)
    own = plant_organization("own", "plain", None)
    people: dict[str, User | None] = {"nobody": None}
    for role in ("rep", "manager", "admin", "owner"):
        people[role] = own.people[role].user
    people["left"] = _former(theirs, "left@example.com", left_on=timezone.now().date() - dt.timedelta(days=1))
    people["deactivated"] = _former(theirs, "off@example.com")
    return World(theirs, own, people)


def _former(theirs: Planted, email: str, **fields: Any) -> User:
    """Somebody who once was an admin there, and so knows their own name."""
    planter = Planter(WORD, FIRST_ID + 900_000 + len(email))
    user = user_of(planter, email=email, name="Former")
    with tenant(theirs.organization.pk):
        Member.objects.create(user=user, role="admin", name=WORD, **fields)
    return user


def texts_without_the_word(world: World, models: list[type[Model]], is_exempt: Callable[[str], bool]) -> list[str]:
    """Text columns of the first organization in which no row holds its word, and models without any row."""
    missing = []
    for model in models:
        rows = world.theirs.rows.get(model, [])
        if not rows:
            missing.append(f"{model._meta.label} has no row: plant one in tests/sweep/rows.py")
        for column in model._meta.concrete_fields:
            is_text = isinstance(column, CharField | TextField) and not column.choices
            name = f"{model._meta.label}.{column.name}"
            if (
                rows
                and is_text
                and not is_exempt(name)
                and not any(WORD in str(getattr(row, column.name)) for row in rows)
            ):
                missing.append(f"{name} holds no {WORD}")
    return missing
