"""Setting many targets on one page: adding up, filling, pasting, storing all or nothing."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from goals.models import Goal, TargetRevision, Turn
from kpis.models import Kpi
from teams.models import Member, Organization, TeamMembership
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import NOW, Cast, make_member
from tests.goals.stage import make_goal, make_kpi, make_win_rate, record
from tests.goals.test_writing import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

DECEMBER = dt.date(2026, 12, 1)


@pytest.fixture
def calls(cast: Cast) -> Kpi:
    """A year ago Bob made 100 calls in December and 300 in January, Alice 50 and 50."""
    with tenant(cast.acme.pk):
        kpi = make_kpi("calls")
        for member, first, second in ((cast.bob, 100, 300), (cast.alice, 50, 50)):
            record(kpi, member, dt.date(2025, 12, 10), first)
            record(kpi, member, dt.date(2026, 1, 10), second)
            record(kpi, member, dt.date(2026, 11, 2), 40)
    return kpi


def address(kpi: Kpi, **query: object) -> str:
    asked = {"kpi": kpi.pk, "kind": "month", "start": "2026-12-01", "count": 2, **query}
    return "/acme/goals/grid/?" + "&".join(f"{name}={value}" for name, value in asked.items())


def cells(cast: Cast, bob: str, alice: str) -> dict[str, str]:
    """The texts of both rows' cells, parted by spaces; - is empty."""
    return {
        f"member:{member.pk}-{column}": "" if text == "-" else text
        for member, texts in ((cast.bob, bob), (cast.alice, alice))
        for column, text in enumerate(texts.split())
    }


def seen_in(page: HttpResponse) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page.content.decode())
    assert found
    return found[1]


def post(client: Client, url: str, said: dict[str, str], **more: str) -> HttpResponse:
    page: HttpResponse = client.get(url)  # type: ignore[assignment]
    fields: dict[str, Any] = {"request_id": str(uuid.uuid4()), "seen": seen_in(page), **said, **more}
    return client.post(url, fields)  # type: ignore[return-value]


def shown(response: HttpResponse, member: Member) -> list[str]:
    return re.findall(rf'name="member:{member.pk}-\d+" value="([^"]*)"', response.content.decode())


def test_sums_follow_what_is_typed(cast: Cast, calls: Kpi) -> None:
    page = post(cast.client(cast.alice), address(calls), cells(cast, "1,000 ๒๐๐", "5 -"))
    assert page.status_code == 200
    assert "Together 1,005 200 1,205" in words(page)
    wrong = post(cast.client(cast.alice), address(calls), cells(cast, "12,5 x", "5 -"))
    assert "Use a point for decimals: write 12.5." in words(wrong)
    assert shown(wrong, cast.bob) == ["12,5", "x"]
    with tenant(cast.acme.pk):
        assert not Goal.objects.exists()


@pytest.mark.parametrize(
    ("said", "bob", "alice"),
    [
        ({"fill": "last_year", "change": "10"}, ["110", "330"], ["55", "55"]),
        ({"fill": "equal", "total": "1000", "season-0": "25", "season-1": "75"}, ["125", "375"], ["125", "375"]),
        ({"fill": "share", "total": "1,000", "season-0": "50", "season-1": "50"}, ["400", "400"], ["100", "100"]),
        ({"fill": "previous", "change": "50%", "season-0": "50", "season-1": "50"}, ["30", "30"], ["30", "30"]),
        ({"fill": "last_year", "change": "", "keep": "on"}, ["7", "300"], ["50", "50"]),
        ({"fill": "equal"}, ["7", ""], ["", ""]),
    ],
)
def test_filling(cast: Cast, calls: Kpi, said: dict[str, str], bob: list[str], alice: list[str]) -> None:
    page = post(cast.client(cast.alice), address(calls), cells(cast, "7 -", "- -"), do="fill", **said)
    assert (shown(page, cast.bob), shown(page, cast.alice)) == (bob, alice)
    assert ("Enter the total" in words(page)) == (bob == ["7", ""])


def test_a_block_of_a_spreadsheet(cast: Cast, calls: Kpi) -> None:
    block = "Rep\tDec\tJan\nBob\t1,200\t๙๐๐\nZoe\t1\t2"
    page = post(cast.client(cast.alice), address(calls), cells(cast, "- -", "5 6"), do="paste", paste=block)
    assert (shown(page, cast.bob), shown(page, cast.alice)) == (["1,200", "๙๐๐"], ["5", "6"])
    assert "No row is called: Zoe." in words(page)


def test_new_cells_are_proposed_and_those_of_goals_change_as_goals_do(cast: Cast, calls: Kpi) -> None:
    alice, url = cast.client(cast.alice), address(calls)
    request_id = str(uuid.uuid4())
    for _ in range(2):
        saved = post(alice, url, cells(cast, "120 -", "60 -"), do="save", statement="Call", request_id=request_id)
        assert saved.status_code == 302
    with tenant(cast.acme.pk):
        goals = {goal.owner_name: goal for goal in Goal.objects.with_names()}
        assert {name: (goal.state, goal.waits_for, goal.target) for name, goal in goals.items()} == {
            "Bob": ("proposed", "owner", 120),
            "Alice": ("proposed", "leader", 60),
        }
        assert (goals["Bob"].start, goals["Bob"].deadline) == (DECEMBER, dt.date(2026, 12, 31))
        Goal.objects.filter(member=cast.bob).update(state="agreed", waits_for="", waits_since=None)
    without = post(alice, url, cells(cast, "130 90", "70 -"), do="save")
    assert (without.status_code, "say below why its target changes" in words(without)) == (422, True)
    with tenant(cast.acme.pk):
        assert [goal.target for goal in Goal.objects.order_by("target")] == [60, 120]  # all or nothing
    assert post(alice, url, cells(cast, "130 90", "70 -"), do="save", reason="Two more reps").status_code == 302
    with tenant(cast.acme.pk):
        assert sorted(goal.target for goal in Goal.objects.all() if goal.target) == [70, 90, 130]
        revision = Goal.objects.get(target=130).revisions.get()
        assert (revision.old_target, revision.reason, revision.effective_on) == (120, "Two more reps", DECEMBER)
        turns = [(turn.kind, int(turn.target or 0)) for turn in Goal.objects.get(target=70).turns.all()]
        assert turns == [("proposed", 60), ("proposed", 70)]
    emptied = post(alice, url, cells(cast, "130 -", "70 -"), do="save")
    assert (emptied.status_code, "drop or withdraw it on its own page" in words(emptied)) == (422, True)


def test_the_second_of_two_editors_sees_both_and_chooses(cast: Cast, calls: Kpi) -> None:
    alice, url = cast.client(cast.alice), address(calls)
    assert post(alice, url, cells(cast, "120 -", "- -"), do="save").status_code == 302
    seen = seen_in(alice.get(url))  # type: ignore[arg-type]
    assert post(alice, url, cells(cast, "150 -", "- -"), do="save").status_code == 302
    late = post(alice, url, cells(cast, "130 -", "- -"), do="save", seen=seen)
    assert late.status_code == 409
    assert "Stored now: 150." in words(late)
    assert shown(late, cast.bob)[0] == "130"
    assert post(alice, url, cells(cast, "130 -", "- -"), do="save", seen=seen_in(late)).status_code == 302
    with tenant(cast.acme.pk):
        assert Goal.objects.get().target == 130


def test_versions_that_no_goal_can_have_are_read_as_none(cast: Cast, calls: Kpi) -> None:
    alice, url = cast.client(cast.alice), address(calls)
    seen = f"{'9' * 9000}:1,1:{'9' * 9000},:,x:y"
    assert post(alice, url, cells(cast, "150 -", "- -"), do="save", seen=seen).status_code == 302


def test_a_goal_is_shared_out_to_the_team(cast: Cast, calls: Kpi) -> None:
    with tenant(cast.acme.pk):
        top = make_goal(calls, team=cast.north, target=Decimal(500), start=DECEMBER, deadline=dt.date(2027, 1, 31))
    alice, url = cast.client(cast.alice), f"/acme/goals/grid/?parent={top.pk}"
    page = post(alice, url, {}, do="fill", fill="share", **{"season-0": "100"})
    assert (shown(page, cast.bob), shown(page, cast.alice)) == (["400"], ["100"])
    assert "The targets below come to 500: that covers 500" in words(page)
    by_hand = {f"member:{cast.bob.pk}-0": "300", f"member:{cast.alice.pk}-0": "100"}
    assert "come to 400 of 500: 100 is missing" in words(post(alice, url, by_hand))
    assert post(alice, url, by_hand, do="save").status_code == 302
    with tenant(cast.acme.pk):
        assert [goal.target for goal in top.children.order_by("target")] == [100, 300]


def test_new_members_are_held_to_less_by_the_ramp(cast: Cast, calls: Kpi) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(ramp=[50])
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.bob.pk).update(joined_on=DECEMBER)
    said = {"fill": "last_year", "ramp": "on"}
    page = post(cast.client(cast.alice), address(calls), cells(cast, "- -", "- -"), do="fill", **said)
    assert (shown(page, cast.bob), shown(page, cast.alice)) == (["50", "300"], ["50", "50"])


def test_a_rate_comes_to_the_mean_by_volume(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        rate = make_win_rate()
        won, lost = Kpi.objects.get(code="won"), Kpi.objects.get(code="lost")
        for member, wins, losses in ((cast.bob, 10, 10), (cast.alice, 20, 60)):
            record(won, member, dt.date(2026, 11, 10), wins)
            record(lost, member, dt.date(2026, 11, 10), losses)
    page = post(cast.client(cast.alice), address(rate, count=1), cells(cast, "60", "40%"))
    assert "What they come to 44.0%" in words(page)
    saved = post(cast.client(cast.alice), address(rate, count=1), cells(cast, "60", "40%"), do="save")
    assert saved.status_code == 302
    with tenant(cast.acme.pk):
        assert [(goal.baseline, goal.target) for goal in Goal.objects.order_by("target")] == [
            (Decimal("0.25"), Decimal("0.4")),
            (Decimal("0.5"), Decimal("0.6")),
        ]


def test_who_may_set_targets_and_for_whom(cast: Cast, calls: Kpi) -> None:
    people = (cast.bob, cast.vera, cast.charlie, cast.alice, cast.dan)
    assert [cast.client(who).get(address(calls)).status_code for who in people] == [403, 403, 404, 200, 200]
    foreign = f"/acme/goals/grid/?kpi={calls.pk}&of={cast.south.pk}&start=9999-12-31&count=99&kind=?&parent=x"
    assert "Carol" not in words(cast.client(cast.alice).get(foreign))
    assert "Carol" in words(cast.client(cast.dan).get(f"/acme/goals/grid/?of={cast.south.pk}"))
    said = {f"member:{cast.carol.pk}-0": "5"}
    assert post(cast.client(cast.alice), address(calls), said, do="save").status_code == 302
    with tenant(cast.acme.pk):
        assert not Goal.objects.exists()


def test_the_number_of_queries_does_not_depend_on_the_size_of_the_grid(cast: Cast, calls: Kpi) -> None:
    alice = cast.client(cast.alice)
    alice.get("/acme/goals/")
    seen: list[int] = []
    for number in range(2):
        with tenant(cast.acme.pk):
            for person in range(3):
                member = make_member(f"New{number}{person}", Role.REP, account=False)
                TeamMembership.objects.create(member=member, team=cast.north)
                make_goal(calls, member=member, start=DECEMBER, deadline=dt.date(2026, 12, 31))
        with CaptureQueriesContext(connection) as queries:
            assert alice.get(address(calls, count=12 if number else 2)).status_code == 200
        seen.append(len(queries))
    assert seen[0] == seen[1]


def test_saving_takes_as_many_statements_for_few_cells_as_for_many(cast: Cast, calls: Kpi) -> None:
    alice, asked = cast.client(cast.alice), []
    for size in (1, 8):
        with tenant(cast.acme.pk):
            Turn.objects.all().delete()
            Goal.objects.all().delete()
            for person in range(size):
                member = make_member(f"New{size}{person}", Role.REP)
                TeamMembership.objects.create(member=member, team=cast.north)
            rows = list(Member.objects.filter(name__startswith=f"New{size}"))
        url = address(calls, count=size + 1)
        for target, state in (("100", ""), ("110", "proposed"), ("120", "agreed"), ("130", "draft")):
            with tenant(cast.acme.pk):
                if state:
                    waits = {"waits_for": "owner", "waits_since": NOW} if state == "proposed" else {}
                    Goal.objects.update(state=state, **{"waits_for": "", "waits_since": None, **waits})
            said = {f"member:{row.pk}-{column}": target for row in rows for column in range(size + 1)}
            fields = {"request_id": str(uuid.uuid4()), "seen": seen_in(alice.get(url)), "reason": "More", **said}  # type: ignore[arg-type]
            with CaptureQueriesContext(connection) as queries:
                assert alice.post(url, {**fields, "do": "save"}).status_code == 302
            asked.append(len(queries))
        with tenant(cast.acme.pk):
            goals = list(Goal.objects.all())
            assert {goal.target for goal in goals} == {130}
            assert len(goals) == len(rows) * (size + 1)
            assert Turn.objects.count() == 2 * len(goals)
            assert [revision.old_target for revision in TargetRevision.objects.all()] == [110] * len(goals)
            events = apps.get_model("goals", "GoalEvent")._default_manager.filter(pgh_obj_id=goals[0].pk)
            kept = events.order_by("pgh_id").values_list("target", flat=True)
            assert list(dict.fromkeys(kept)) == [100, 110, 120, 130]
    assert asked[:4] == asked[4:]


def test_who_goes_back_and_saves_the_same_form_again_is_heard(cast: Cast, calls: Kpi) -> None:
    alice, url, again = cast.client(cast.alice), address(calls), {"request_id": str(uuid.uuid4()), "do": "save"}
    for first, second in (("100 -", "- -"), ("110 -", "- 7"), ("120 -", "- 8")):
        assert post(alice, url, cells(cast, first, second), **again).status_code == 302
    with tenant(cast.acme.pk):
        assert sorted(goal.target for goal in Goal.objects.all() if goal.target) == [8, 120]
        dropped = Goal.objects.get(target=8)
        Goal.objects.filter(pk=dropped.pk).update(
            state="closed", outcome="dropped", closed_at=NOW, waits_for="", waits_since=None
        )
    # What this very form has made once it does not make again.
    assert post(alice, url, cells(cast, "120 -", "- 8"), **again).status_code == 302
    with tenant(cast.acme.pk):
        assert Goal.objects.count() == 2
