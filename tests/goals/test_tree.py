"""The tree of goals: coverage from rows, moves that lose nothing, and the database's own guard."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from goals.actions import EditConflict, drop_goal, set_parent
from goals.coverage import Feed
from goals.further import GoalKpi
from goals.measures import book_of
from goals.models import CheckIn, Goal
from goals.tree import coverages, feeds, grown
from kpis.models import Kpi
from teams.models import Organization, TeamMembership
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.goals.stage import days_ago, make_goal, make_kpi, make_win_rate, record
from tests.goals.test_writing import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def covered(cast: Cast, parent: Goal) -> tuple[object, object]:
    goals = list(Goal.objects.with_names())
    parent = next(goal for goal in goals if goal.pk == parent.pk)
    found = coverages([(parent, [goal for goal in goals if goal.parent_id == parent.pk])], book_of(cast.acme), TODAY)
    coverage = found.get(parent.pk)
    return (coverage.value, coverage.gap) if coverage else (None, None)


def test_totals_of_those_who_share_it_add_up(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        top = make_goal(calls, team=cast.north, target=Decimal(100))
        assert covered(cast, top) == (None, None)
        # The team's own months say the same once more, unless nobody shares the goal.
        make_goal(calls, team=cast.north, target=Decimal(70), parent=top)
        assert covered(cast, top) == (70, 30)
        for member, target in ((cast.bob, 30), (cast.alice, 50)):
            make_goal(calls, member=member, target=Decimal(target), parent=top)
        make_goal(calls, member=cast.bob, target=Decimal(9), parent=top, state="draft")
        make_goal(calls, member=cast.bob, target=Decimal(8), target_type="stay_at_or_above", parent=top)
        dropped = make_goal(calls, member=cast.bob, target=Decimal(40), parent=top)
        drop_goal(dropped, note="", organization=cast.acme, today=TODAY, now=NOW)
        assert covered(cast, top) == (80, 20)


def test_a_rate_is_covered_by_who_closes_most_and_through_its_parts(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        rate = make_win_rate()
        won, lost = Kpi.objects.get(code="won"), Kpi.objects.get(code="lost")
        for member, wins, losses in ((cast.bob, 10, 10), (cast.alice, 20, 60)):
            record(won, member, days_ago(5), wins)
            record(lost, member, days_ago(5), losses)
        top = make_goal(rate, team=cast.north, baseline=Decimal("0.3"), target=Decimal("0.5"))
        make_goal(rate, member=cast.bob, baseline=Decimal("0.3"), target=Decimal("0.6"), parent=top)
        make_goal(rate, member=cast.alice, baseline=Decimal("0.3"), target=Decimal("0.4"), parent=top)
        # (20 x 0.6 + 80 x 0.4) / 100
        assert covered(cast, top) == (Decimal("0.44"), Decimal("0.06"))
        make_goal(won, member=cast.bob, target=Decimal(70), parent=top)
        assert covered(cast, top) == (Decimal("0.5"), 0)  # of 70 lost, as before
        (root,) = grown(list(Goal.objects.with_names().order_by("pk")))
        found = [feeds([child.goal], [root.goal], book_of(cast.acme)) for child in root.children]
        assert found == [{rate: Feed.SAME}, {rate: Feed.SAME}, {won: Feed.PART}]


def test_each_kpi_of_a_goal_is_fed_and_covered(cast: Cast) -> None:
    def add(goal: Goal, kpi: Kpi, target: str) -> None:
        levels = {"baseline": Decimal("0.1"), "target": Decimal(target)}
        GoalKpi.objects.create(goal=goal, kpi=kpi, target_type="increase_to", **levels)

    with tenant(cast.acme.pk):
        calls, emails, rate = make_kpi("calls"), make_kpi("emails"), make_win_rate()
        won = Kpi.objects.get(code="won")
        top = make_goal(calls, team=cast.north, target=Decimal(100), own_weight=1)
        make_goal(calls, member=cast.bob, target=Decimal(70), parent=top)
        below = make_goal(emails, member=cast.bob, target=Decimal(30), own_weight=1, parent=top)
        last = make_goal(emails, member=cast.bob, target=Decimal(30), own_weight=1, parent=below)
        for goal, kpi, target in ((top, rate, "0.5"), (below, rate, "0.4"), (last, won, "30")):
            add(goal, kpi, target)
    tree = cast.client(cast.alice).get("/acme/goals/tree/")
    branches = {branch.goal: branch for branch in tree.context["branches"]}
    covered = [(kpi, coverage.value, coverage.gap) for kpi, coverage in branches[top].covered]
    assert covered == [(calls, 70, 30), (rate, Decimal("0.4"), Decimal("0.1"))]
    assert (branches[below].parts, branches[last].parts) == ([], [won])
    seen = words(tree)
    assert "Calls: The targets below come to 70 of 100: 30 is missing" in seen
    assert "Win rate: The targets below come to 40.0% of 50.0%: 10.0% is missing" in seen
    assert f"{won.label} is a part of the formula above" in seen


def test_who_lost_nothing_of_late_weighs_with_what_they_won(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        rate = make_win_rate()
        won, lost = Kpi.objects.get(code="won"), Kpi.objects.get(code="lost")
        record(lost, cast.bob, days_ago(400), 3)
        record(won, cast.bob, days_ago(5), 20)
        record(won, cast.alice, days_ago(5), 20)
        record(lost, cast.alice, days_ago(5), 60)
        top = make_goal(rate, team=cast.north, baseline=Decimal("0.3"), target=Decimal("0.5"))
        for member, target in ((cast.bob, "0.6"), (cast.alice, "0.4")):
            make_goal(rate, member=member, baseline=Decimal("0.3"), target=Decimal(target), parent=top)
        # (20 x 0.6 + 80 x 0.4) / 100
        assert covered(cast, top) == (Decimal("0.44"), Decimal("0.06"))


def test_of_a_stock_an_owner_s_latest_target_counts(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        customers = make_kpi("customers", aggregation="last")
        top = make_goal(customers, team=cast.north, target=Decimal(100), baseline=Decimal(50))
        for end, target in ((dt.date(2026, 11, 30), 30), (dt.date(2026, 12, 31), 40)):
            make_goal(customers, member=cast.bob, target=Decimal(target), baseline=Decimal(5), deadline=end, parent=top)
        make_goal(customers, member=cast.alice, target=Decimal(55), baseline=Decimal(5), parent=top)
        assert covered(cast, top) == (95, 5)


def test_what_only_adds_totals_adds_up_and_of_it_an_owner_s_latest_counts(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        make_kpi("revenue"), make_kpi("cost", direction="lower")
        profit = make_kpi("profit", formula="(revenue - cost) / 2")
        top = make_goal(profit, team=cast.north, target=Decimal(500), baseline=Decimal(1))
        for end, target in ((dt.date(2026, 11, 30), 900), (dt.date(2026, 12, 31), 300)):
            make_goal(profit, member=cast.bob, target=Decimal(target), baseline=Decimal(1), deadline=end, parent=top)
        make_goal(profit, member=cast.alice, target=Decimal(120), baseline=Decimal(1), parent=top)
        assert covered(cast, top) == (420, 80)
    seen = words(cast.client(cast.alice).get(f"/acme/goals/grid/?parent={top.pk}"))
    assert "The targets below come to 420 of 500: 80 is missing" in seen


def test_a_move_keeps_all_that_is_the_goal_s(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        first, second = make_goal(calls, team=cast.north), make_goal(calls)
        goal = make_goal(calls, member=cast.bob, parent=first)
        below = make_goal(calls, member=cast.bob, parent=goal)
        CheckIn.objects.create(goal=goal, date=TODAY, confidence=5, made_by=cast.bob)
    alice = cast.client(cast.alice)
    address = f"/acme/goals/{goal.pk}/move/"
    said = {"parent": str(second.pk), "version_read": "1"}
    assert alice.post(address, said).status_code == 302
    late = cast.client(cast.bob).post(address, {"parent": "", "version_read": "1"})
    assert (late.status_code, "Somebody else changed this goal just now" in words(late)) == (409, True)
    version = re.search(r'name="version_read" value="(\d+)"', late.content.decode())
    assert version
    assert version[1] == "2"
    with tenant(cast.acme.pk):
        moved = Goal.objects.get(pk=goal.pk)
        assert (moved.parent, moved.check_ins.count(), list(moved.children.all())) == (second, 1, [below])
        with pytest.raises(EditConflict):
            set_parent(goal, first, version=1)


def test_what_may_not_be_above_is_refused_in_words(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        top = make_goal(calls, team=cast.north)
        below = make_goal(calls, team=cast.north, parent=top)
    with tenant(cast.globex.pk):
        theirs = make_goal(make_kpi("calls"))
    alice, address = cast.client(cast.alice), f"/acme/goals/{top.pk}/move/"
    cycle = alice.post(address, {"parent": str(below.pk), "version_read": "1"})
    assert (cycle.status_code, "A goal cannot serve itself, nor one that serves it." in words(cycle)) == (422, True)
    foreign = alice.post(address, {"parent": str(theirs.pk), "version_read": "1"})
    assert (foreign.status_code, "Select a valid choice" in words(foreign)) == (422, True)


def test_the_database_keeps_the_tree_a_tree_in_its_organization(cast: Cast) -> None:
    with tenant(cast.globex.pk):
        theirs = make_goal(make_kpi("calls"))
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        top, middle = make_goal(calls), make_goal(calls)
        Goal.objects.filter(pk=middle.pk).update(parent=top)
        for goal, parent in ((top, middle.pk), (top, top.pk), (top, theirs.pk)):
            with pytest.raises(IntegrityError), transaction.atomic():
                Goal.objects.filter(pk=goal.pk).update(parent_id=parent)
        with pytest.raises(IntegrityError), transaction.atomic():
            Goal.objects.create(statement="Foreign", parent_id=theirs.pk, request_id=uuid.uuid4())


def test_of_two_moves_that_cross_the_database_stops_the_second(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        top, low = make_goal(calls), make_goal(calls)
        Goal.objects.filter(pk=low.pk).update(parent=top)
        # As if the other move had come between our look and our writing.
        monkeypatch.setattr("goals.actions._refuse_cycle", lambda goal, parent: None)
        with pytest.raises(ValidationError) as refused:
            set_parent(top, low)
        assert list(refused.value.message_dict) == ["parent"]
        assert Goal.objects.get(pk=top.pk).parent is None


def test_the_tree_page_shows_what_serves_what_and_what_is_missing(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        top = make_goal(calls, statement="All of us", target=Decimal(500))
        team = make_goal(calls, statement="The north", team=cast.north, target=Decimal(300), parent=top)
        make_goal(calls, statement="Mine", member=cast.bob, target=Decimal(120), parent=team)
        make_goal(calls, statement="Alone", member=cast.carol)
    page = words(cast.client(cast.alice).get("/acme/goals/tree/"))
    first, second = "The targets below come to 300 of 500: 200 is missing", "come to 120 of 300: 180 is missing"
    assert re.search(f"All of us.*{first}.*The north.*{second}.*Mine", page)
    assert "Alone" not in page
    found = words(cast.client(cast.alice).get("/acme/goals/tree/?q=mine&state=all&page=x"))
    assert "All of us" in found
    assert "No goal matches these filters" in words(cast.client(cast.alice).get("/acme/goals/tree/?q=nobody+says+this"))
    detail = words(cast.client(cast.alice).get(f"/acme/goals/{team.pk}/"))
    assert "come to 120 of 300" in detail


def test_a_tree_of_sixty_goals_one_below_the_other_is_shown(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls, above = make_kpi("calls"), None
        for number in range(60):
            above = make_goal(calls, statement=f"Step {number}", parent=above)
        make_goal(calls, statement="Beside", parent=Goal.objects.get(statement="Step 58"))
    assert cast.client(cast.alice).get("/acme/goals/tree/?q=nothing+has+this").status_code == 200
    page = cast.client(cast.alice).get("/acme/goals/tree/?q=step+59")
    assert page.status_code == 200
    text = page.content.decode()
    tree = text[text.index('<ul class="tree">') :]
    tree = tree[: tree.index("</section>")]
    assert [tree.count(tag) for tag in ("<ul", "</ul>", "<li>", "</li>")] == [60, 60, 61, 61]
    assert tree.index("Step 59") < tree.index("Beside")


def test_a_sum_is_hidden_from_whom_a_part_of_it_is_hidden(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(visibility="closed")
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        top = make_goal(calls, statement="All of us", target=Decimal(500))
        make_goal(calls, statement="Hidden", member=cast.carol, target=Decimal(120), parent=top)
    assert "All of us" in words(cast.client(cast.bob).get("/acme/goals/tree/"))
    assert "come to" not in words(cast.client(cast.bob).get("/acme/goals/tree/"))
    assert "come to 120 of 500" in words(cast.client(cast.dan).get("/acme/goals/tree/"))


def test_the_number_of_queries_of_the_tree_does_not_depend_on_its_size(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        rate, won = make_win_rate(), Kpi.objects.get(code="won")
        csat = make_kpi("csat", aggregation="average")
        TeamMembership.objects.filter(member=cast.carol).update(team=cast.north)
    alice = cast.client(cast.alice)
    alice.get("/acme/goals/")
    seen: list[int] = []
    for _ in range(2):
        with tenant(cast.acme.pk):
            for kpi in (rate, csat, won):
                levels = {"baseline": Decimal("0.1"), "target": Decimal("0.9")}
                top = make_goal(kpi, team=cast.north, **levels)
                for member in (cast.bob, cast.alice, cast.carol):
                    child = make_goal(kpi, member=member, parent=top, **levels)
                    make_goal(kpi, member=member, parent=child, **levels)
        with CaptureQueriesContext(connection) as queries:
            assert alice.get("/acme/goals/tree/").status_code == 200
        seen.append(len(queries))
    assert seen[0] == seen[1]
