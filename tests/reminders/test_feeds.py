"""Calendar feeds, read back by the library that calendars are written with elsewhere."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from goals.models import Action, CheckIn, Goal, Milestone
from reminders.feeds import check_in_days
from reminders.models import Feed
from teams.actions.members import let_go, take_back
from teams.calendar import WorkCalendar
from teams.models import Member, Organization, Team
from teams.tenancy import tenant
from tests.cast import Cast
from tests.reminders.stories import DEADLINE, bangkok, make_goal, make_kpi

pytestmark = pytest.mark.django_db
NOW = bangkok("2026-11-23 10:00")  # a Monday
PAGE = "/acme/calendar/"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def make_feed(cast: Cast, member: Member, team: Team | None = None) -> str:
    """Its address, as the page shows it once."""
    page = cast.client(member).post(PAGE, {"team": team.pk if team else "", "request_id": uuid.uuid4()})
    assert page.status_code == 201
    found = re.search(r'class="secret">https?://[^/]+(/calendar/[\w-]+\.ics)<', page.content.decode())
    assert found
    return found.group(1)


def read(address: str) -> dict[str, Any]:
    """Events by the first part of the uid."""
    answer = Client().get(address)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert not calendar.errors
    events = list(calendar.walk("VEVENT"))
    assert not any(event.errors for event in events)
    found = {str(event["uid"]).partition("@")[0]: event for event in events}
    assert len(found) == len(events)
    return found


def titles(address: str) -> set[str]:
    return {str(event["summary"]) for event in read(address).values()}


def test_deadlines_milestones_actions_and_check_ins(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = make_goal(cast, statement="Win back ten customers", kpi=make_kpi(cadence="weekly"))
        stone = Milestone.objects.create(goal=goal, name="Half of them", date=dt.date(2026, 12, 1), value=500)
        action = Action.objects.create(goal=goal, title="Call the ten", member=cast.bob, ends_on=dt.date(2026, 11, 27))
        Action.objects.create(goal=goal, title="Whenever", member=cast.bob)
        Action.objects.create(goal=goal, title="Carol's part", member=cast.carol, ends_on=dt.date(2026, 11, 27))
        CheckIn.objects.create(goal=goal, date=dt.date(2026, 11, 19), confidence=7)
    found = read(make_feed(cast, cast.bob))
    deadline = found[f"goal-{goal.pk}"]
    assert deadline["summary"] == "Deadline: Win back ten customers"
    assert (deadline.start, deadline.end) == (DEADLINE, DEADLINE + dt.timedelta(days=1))
    assert deadline["status"] == "CONFIRMED"
    assert deadline["url"].endswith(f"/acme/goals/{goal.pk}/")
    assert found[f"milestone-{stone.pk}"]["summary"] == "Milestone: Half of them"
    assert found[f"action-{action.pk}"].start == dt.date(2026, 11, 27)
    check_ins = sorted(event.start for uid, event in found.items() if uid.startswith("check-in-"))
    # A week after the last one, and weekly on; as long as the deadline and four weeks allow.
    assert [at.date().day for at in check_ins] == [26, 3, 10, 17]
    assert len(found) == 3 + 4


@pytest.mark.parametrize(("zone", "clock"), [("", "09:00+07:00"), ("Europe/Berlin", "09:00+01:00")])
def test_check_ins_are_at_nine_where_the_reader_is(cast: Cast, zone: str, clock: str) -> None:
    assert cast.bob.user
    cast.bob.user.time_zone = zone
    cast.bob.user.save()
    with tenant(cast.acme.pk):
        goal = make_goal(cast, kpi=make_kpi(cadence="weekly"), start=dt.date(2026, 11, 19))
    address = make_feed(cast, cast.bob)
    event = read(address)[f"check-in-{goal.pk}-2026-11-26"]
    at = event.start
    assert at.isoformat() == f"2026-11-26T{clock.replace('+', ':00+')}"
    # The rules of the zone come along, for programs that do not know its name.
    calendar = Calendar.from_ical(Client().get(address).content)
    assert [str(part["tzid"]) for part in calendar.walk("VTIMEZONE")] == [zone or "Asia/Bangkok"]
    assert event["dtstart"].params["tzid"] == (zone or "Asia/Bangkok")
    assert at.astimezone(ZoneInfo("UTC")).hour == (8 if zone else 2)


def test_what_was_dropped_is_cancelled_under_the_same_uid(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = make_goal(cast)
        action = Action.objects.create(goal=goal, title="Call", member=cast.bob, ends_on=dt.date(2026, 11, 27))
        other = make_goal(cast, statement="Goes on")
        theirs = Action.objects.create(goal=other, title="Write", ends_on=dt.date(2026, 11, 27))
    address = make_feed(cast, cast.bob)
    before = read(address)
    with tenant(cast.acme.pk):
        dropped = {"state": Goal.State.CLOSED, "outcome": Goal.Outcome.DROPPED, "closed_at": NOW}
        Goal.objects.filter(pk=goal.pk).update(**dropped, version=2)
        Action.objects.filter(pk=theirs.pk).update(state=Action.State.DROPPED)
    after = read(address)
    gone = {f"goal-{goal.pk}", f"action-{action.pk}", f"action-{theirs.pk}"}
    assert {uid for uid, event in after.items() if event["status"] == "CANCELLED"} == gone
    assert gone < set(before)
    assert after[f"goal-{goal.pk}"]["sequence"] > before[f"goal-{goal.pk}"]["sequence"]


def test_a_moved_deadline_keeps_its_uid(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = make_goal(cast)
    address = make_feed(cast, cast.bob)
    with tenant(cast.acme.pk):
        Goal.objects.filter(pk=goal.pk).update(deadline=DEADLINE + dt.timedelta(days=3))
    assert read(address)[f"goal-{goal.pk}"].start == DEADLINE + dt.timedelta(days=3)


def test_unchanged_is_304(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        goal = make_goal(cast)
    address = make_feed(cast, cast.bob)
    first = Client().get(address)
    for _time in range(2):
        again = Client().get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    with tenant(cast.acme.pk):
        Goal.objects.filter(pk=goal.pk).update(statement="Sell more")
    changed = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert changed["Cache-Control"] == "private, no-cache"


def test_a_persons_feed_holds_their_own_and_a_teams_the_teams(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        make_goal(cast, statement="Bob's")
        make_goal(cast, statement="Alice's", member=cast.alice)
        make_goal(cast, statement="North's", team=cast.north)
        make_goal(cast, statement="South's", team=cast.south)
        make_goal(cast, statement="Carol's", member=cast.carol)
        make_goal(cast, statement="A draft", state=Goal.State.DRAFT, started_at=None)
    own = {title for title in titles(make_feed(cast, cast.bob)) if "Deadline" in title}
    assert own == {"Deadline: Bob's"}
    team = {title for title in titles(make_feed(cast, cast.bob, cast.north)) if "Deadline" in title}
    assert team == {"Deadline: Bob's", "Deadline: Alice's", "Deadline: North's"}


def test_a_team_that_may_not_be_seen_is_no_choice_and_no_feed_any_more(cast: Cast) -> None:
    assert cast.client(cast.bob).post(PAGE, {"team": cast.south.pk, "request_id": uuid.uuid4()}).status_code == 422
    address = make_feed(cast, cast.bob, cast.north)
    assert Client().get(address).status_code == 200
    Organization.objects.filter(pk=cast.acme.pk).update(visibility=Organization.Visibility.CLOSED)
    assert Client().get(address).status_code == 404


def test_the_secret_is_shown_once_and_stored_nowhere(cast: Cast) -> None:
    address = make_feed(cast, cast.bob)
    secret = address.split("/")[2].removesuffix(".ics")
    with tenant(cast.acme.pk):
        (row,) = Feed.objects.values()
    assert secret not in str(row)
    client = cast.client(cast.bob)
    assert secret not in client.get(PAGE).content.decode()
    given = {"team": "", "request_id": uuid.uuid4()}
    assert client.post(PAGE, given).status_code == 201
    assert client.post(PAGE, given).status_code == 302
    with tenant(cast.acme.pk):
        assert Feed.objects.count() == 2


@pytest.mark.parametrize("token", ["x", "ก", "x" * 500, "%00", "..%2f"])
def test_a_wrong_address_is_404(db: None, token: str) -> None:
    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_revoked(cast: Cast) -> None:
    address = make_feed(cast, cast.bob)
    with tenant(cast.acme.pk):
        feed = Feed.objects.get()
    assert cast.client(cast.alice).post(f"{PAGE}{feed.pk}/revoke/").status_code == 404
    for _time in range(2):
        assert cast.client(cast.bob).post(f"{PAGE}{feed.pk}/revoke/").status_code == 302
    assert Client().get(address).status_code == 404


def test_it_ends_with_the_membership_for_good(cast: Cast) -> None:
    address, other = make_feed(cast, cast.bob), make_feed(cast, cast.alice)
    with tenant(cast.acme.pk):
        let_go(cast.bob, left_on=dt.date(2026, 11, 23), by=cast.dan, now=NOW)
    assert Client().get(address).status_code == 404
    with tenant(cast.acme.pk):
        take_back(cast.bob, by=cast.dan)
    assert Client().get(address).status_code == 404
    assert Client().get(other).status_code == 200


def test_it_ends_with_the_account(cast: Cast) -> None:
    address = make_feed(cast, cast.bob)
    assert cast.bob.user
    cast.bob.user.is_active = False
    cast.bob.user.save()
    assert Client().get(address).status_code == 404


def test_in_the_readers_language(cast: Cast) -> None:
    assert cast.bob.user
    cast.bob.user.language = "th"
    cast.bob.user.save()
    with tenant(cast.acme.pk):
        make_goal(cast, statement="ขายให้ลูกค้าเก่า")
    address = make_feed(cast, cast.bob)
    assert any(title.startswith("วันครบกำหนด") for title in titles(address))
    assert Client().get(address)["Content-Language"] == "th"


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    address = make_feed(cast, cast.bob, cast.north)
    asked = []
    with tenant(cast.acme.pk):
        kpi = make_kpi(cadence="weekly")
    for more in (2, 20):
        with tenant(cast.acme.pk):
            for n in range(more):
                goal = make_goal(cast, kpi=kpi, member=(cast.bob, cast.alice)[n % 2])
                Milestone.objects.create(goal=goal, name="Half", date=dt.date(2026, 12, 1), value=500)
                Action.objects.create(goal=goal, title="Call", member=cast.bob, ends_on=dt.date(2026, 11, 27))
        with CaptureQueriesContext(connection) as captured:
            read(address)
        asked.append(len(captured))
    assert asked[0] == asked[1]


WORK = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({dt.date(2026, 11, 26)}))


@pytest.mark.parametrize(
    ("cadence", "since", "deadline", "days"),
    [
        ("weekly", "2026-11-19", "2026-12-18", ["2026-11-27", "2026-12-03", "2026-12-10", "2026-12-17"]),
        ("daily", "2026-11-20", "2026-11-27", ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-27"]),
        # Nothing before today, though the last one was long ago; each weekend's days are one Monday.
        ("daily", "2026-10-01", "2026-11-24", ["2026-11-23", "2026-11-24"]),
        ("monthly", "2026-10-31", "2026-12-31", ["2026-11-30"]),
        ("quarterly", "2026-11-01", "2026-12-31", []),
        ("weekly", "2026-11-19", "2026-11-20", []),
    ],
)
def test_check_in_days(cast: Cast, cadence: str, since: str, deadline: str, days: list[str]) -> None:
    day = dt.date.fromisoformat
    with tenant(cast.acme.pk):
        goal = make_goal(cast, kpi=make_kpi(cadence=cadence), start=day(since), deadline=day(deadline))
        found = list(check_in_days(goal, day(since), WORK, dt.date(2026, 11, 23)))
    assert [str(each) for each in found] == days
