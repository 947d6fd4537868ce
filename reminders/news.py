"""What has just happened and somebody should know: goals offered, agreed on, given away, and turned for the worse."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform

from goals.agreement import answerers
from goals.models import Action, Goal, Turn
from reminders.models import Kind, LastStatus, Message
from reminders.moments import Notice, at_once, morning_after
from reminders.outbox import Draft
from reminders.people import Owners, Person
from reminders.topics import GIVEN_LASTS, OFFER_LASTS, TURN_LASTS, Topic
from reminders.watch import WORSE
from teams.models import Member

OPEN_ACTIONS = (Action.State.TODO, Action.State.DOING)


@dataclass(frozen=True)
class Given:
    """An action that became somebody's: when, and by which user (None: by the clock or a command)."""

    action: Action
    at: dt.datetime
    by_user: int | None


@dataclass(frozen=True)
class Answer:
    """A turn that ended a talk: an offer accepted or declined; `asker` is the member who had made it."""

    turn: Turn
    asker: int | None


@dataclass(frozen=True)
class News:
    """The rows that this is about, read in a constant number of queries before anybody is asked for."""

    offers: list[Goal]
    asked: dict[int, list[Member]]  # by goal that is offered
    agreed: list[Goal]
    given: list[Given]
    answers: list[Answer]
    turned: list[LastStatus]

    @classmethod
    def read(cls, topics: Set[Topic], now: dt.datetime, today: dt.date) -> "News":
        """Nine queries at most."""
        offers = list(_offers(now)) if Topic.OFFERS in topics else []
        return cls(
            offers,
            answerers(offers, today) if offers else {},
            list(_newly_agreed(now)) if Topic.AGREED in topics else [],
            _given(now) if Topic.GIVEN in topics else [],
            _answers(now) if Topic.ANSWERS in topics else [],
            list(_worse(now)) if Topic.TURNED in topics else [],
        )

    def __bool__(self) -> bool:
        return bool(self.offers or self.agreed or self.given or self.answers or self.turned)

    def goals(self) -> list[Goal]:
        """Whose owners are told."""
        return [*self.agreed, *(answer.turn.goal for answer in self.answers), *(row.goal for row in self.turned)]

    def members(self) -> set[int | None]:
        """Who is told beside the owners."""
        asked = {member.pk for members in self.asked.values() for member in members}
        return asked | {given.action.member_id for given in self.given} | {answer.asker for answer in self.answers}


def _offers(now: dt.datetime) -> QuerySet[Goal]:
    offered = Goal.objects.filter(state=Goal.State.PROPOSED, waits_since__gt=now - OFFER_LASTS)
    return offered.select_related("member", "team__manager").order_by("pk")


def _newly_agreed(now: dt.datetime) -> QuerySet[Goal]:
    agreed = Goal.objects.promised().filter(agreed_at__gt=now - GIVEN_LASTS, agreed_at__lte=now)
    return agreed.select_related("team").order_by("pk")


def _worse(now: dt.datetime) -> QuerySet[LastStatus]:
    turned = LastStatus.objects.filter(status__in=WORSE, worse_at__gt=now - TURN_LASTS, goal__state="running")
    return turned.select_related("goal__team").order_by("goal")


def _answers(now: dt.datetime) -> list[Answer]:
    """One query."""
    offers = Turn.objects.filter(
        goal=OuterRef("goal"), kind__in=(Turn.Kind.PROPOSED, Turn.Kind.COUNTERED), made_at__lte=OuterRef("made_at")
    )
    ended = Turn.objects.filter(
        kind__in=(Turn.Kind.ACCEPTED, Turn.Kind.DECLINED), made_at__gt=now - GIVEN_LASTS, made_at__lte=now
    )
    asked = ended.annotate(asker=Subquery(offers.order_by("-made_at", "-pk").values("member")[:1]))
    return [Answer(turn, vars(turn)["asker"]) for turn in asked.select_related("goal__team").order_by("pk")]


def _given(now: dt.datetime) -> list[Given]:
    """Open actions whose member changed of late, by the audit's own records. Two queries."""
    event = apps.get_model("goals", "ActionEvent")
    recently = (now - GIVEN_LASTS, now)
    touched = event._default_manager.filter(pgh_created_at__range=recently, member__isnull=False)
    actions = Action.objects.filter(pk__in=touched.values("pgh_obj_id"), state__in=OPEN_ACTIONS, member__isnull=False)
    found = {action.pk: action for action in actions.filter(goal__state__in=Goal.PROMISED).select_related("goal")}
    rows = event._default_manager.filter(pgh_obj_id__in=found).order_by("pgh_id")
    latest: dict[int, Given] = {}
    owner: dict[int, int | None] = {}
    for row in rows:
        if row.member_id != owner.get(row.pgh_obj_id):
            by_user = (row.pgh_context or {}).get("user")
            latest[row.pgh_obj_id] = Given(found[row.pgh_obj_id], row.pgh_created_at, by_user)
        owner[row.pgh_obj_id] = row.member_id
    return [given for given in latest.values() if recently[0] < given.at <= now]


def news_drafts(news: News, owners: Owners, now: dt.datetime) -> Iterator[Draft]:
    """Two queries at most."""
    talked = [*news.offers, *news.agreed]
    last = _last_turns(talked) if talked else {}
    for goal in news.offers:
        yield from _offer(goal, news.asked[goal.pk], last.get(goal.pk), owners, now)
    for goal in news.agreed:
        yield from _agreed(goal, last.get(goal.pk), owners, now)
    for given in news.given:
        yield from _action(given, owners.person(given.action.member_id), now)
    for answer in news.answers:
        yield from _answered(answer, owners, now)
    yield from _turned(news.turned, owners, now)


def _last_turns(goals: Iterable[Goal]) -> dict[int, Turn]:
    turns = Turn.objects.filter(goal__in=list(goals)).exclude(kind=Turn.Kind.SAID)
    return {turn.goal_id: turn for turn in turns.order_by("goal", "-made_at", "-pk").distinct("goal")}


def _offer(goal: Goal, asked: Iterable[Member], turn: Turn | None, owners: Owners, now: dt.datetime) -> Iterator[Draft]:
    """To whoever is the one to answer."""
    assert goal.waits_since is not None
    kind = Kind.COUNTERED if turn is not None and turn.kind == Turn.Kind.COUNTERED else Kind.PROPOSED
    payload: dict[str, object] = {"goal": goal.pk, "turn": turn.pk if turn else None}
    about = f"{goal.pk}:{turn.pk if turn else 0}"
    for member in asked:
        person = owners.person(member.pk)
        if person and not (turn and turn.member_id == member.pk):
            yield from person.told(kind, about, at_once(goal.waits_since, person.clock, OFFER_LASTS), payload, now)


def _agreed(goal: Goal, turn: Turn | None, owners: Owners, now: dt.datetime) -> Iterator[Draft]:
    """To the goal's owner, unless the last word was theirs, or they made it without asking anybody."""
    assert goal.agreed_at is not None
    payload: dict[str, object] = {"goal": goal.pk}
    for person in owners.of(goal):
        is_own_word = turn.member_id == person.member.pk if turn else False
        is_own_making = turn is None and goal.previous_id is None and goal.created_by_id == person.user_id
        if not (is_own_word or is_own_making):
            notice = at_once(goal.agreed_at, person.clock, GIVEN_LASTS)
            yield from person.told(Kind.ASSIGNED, f"goal-{goal.pk}", notice, payload, now)


def _answered(answer: Answer, owners: Owners, now: dt.datetime) -> Iterator[Draft]:
    """To who made the offer, but for an owner whose goal it is by that: they are told so."""
    turn, person = answer.turn, owners.person(answer.asker)
    if person is None or turn.member_id == answer.asker:
        return
    is_theirs = any(each.member.pk == answer.asker for each in owners.of(turn.goal))
    if turn.kind == Turn.Kind.DECLINED or not is_theirs:
        payload: dict[str, object] = {"goal": turn.goal_id, "turn": turn.pk}
        notice = at_once(turn.made_at, person.clock, GIVEN_LASTS)
        yield from person.told(Kind.ANSWERED, f"{turn.goal_id}:{turn.pk}", notice, payload, now)


def _action(given: Given, person: Person | None, now: dt.datetime) -> Iterator[Draft]:
    if person and given.by_user != person.user_id:
        payload: dict[str, object] = {"action": given.action.pk, "goal": given.action.goal_id}
        notice = at_once(given.at, person.clock, GIVEN_LASTS)
        yield from person.told(Kind.ASSIGNED, f"action-{given.action.pk}", notice, payload, now)


def _turned(rows: Iterable[LastStatus], owners: Owners, now: dt.datetime) -> Iterator[Draft]:
    """One message a person and morning, about all goals that turned since the last one. Each turn is told once."""
    found: dict[int, list[tuple[LastStatus, Notice]]] = defaultdict(list)
    for row in rows:
        assert row.worse_at is not None
        for person in owners.of(row.goal):
            notice = morning_after(row.worse_at, person.clock, person.calendar)
            if notice.at <= now < notice.until:
                found[person.member.pk].append((row, notice))
    told = _last_told(found) if found else {}
    for member_id, turns in found.items():
        new = [(row, notice) for row, notice in turns if str(notice.day) > told.get(member_id, "")]
        told_to = owners.person(member_id)
        if new and told_to:
            latest = max((notice for _row, notice in new), key=lambda notice: notice.day)
            payload: dict[str, object] = {"goals": [row.goal_id for row, _notice in new], "day": str(latest.day)}
            yield from told_to.told(Kind.AT_RISK, "goals", latest, payload, now)


def _last_told(members: Mapping[int, Any]) -> dict[int, str]:
    """The morning of the last alert to each, as a day in ISO form."""
    rows = Message.objects.filter(kind=Kind.AT_RISK, member__in=list(members)).order_by()
    return dict(rows.values_list("member").annotate(last=Max(KeyTextTransform("day", "payload"))))
