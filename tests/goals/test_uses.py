"""Goals and the KPIs that they count on: what is refused, what is told, and what stays as it was."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from goals.actions import close_goal
from goals.models import Goal
from goals.standing import reckon
from kpis.models import Entry, Kpi
from teams.models import TeamMembership
from teams.tenancy import tenant
from tests.cast import NOW, TODAY, Cast
from tests.goals.stage import make_goal, make_kpi, make_win_rate, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

QUARTER = {"start": dt.date(2026, 7, 1), "deadline": dt.date(2026, 9, 30)}
AUGUST = dt.date(2026, 8, 12)


def closed(kpi: Kpi, **fields: object) -> Goal:
    goal = make_goal(kpi, **{**QUARTER, **fields})
    organization = goal.organization
    return close_goal(goal, reckon([goal], organization, TODAY)[goal.pk], now=NOW)


@pytest.mark.parametrize("verb", ["archive", "delete"])
@pytest.mark.parametrize("state", ["running", "draft"])
def test_a_kpi_that_goals_count_on_stays_and_the_goals_are_linked(cast: Cast, verb: str, state: str) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        first = make_goal(calls, member=cast.bob, statement="Call <every> account", state=state)
        second = make_goal(calls, team=cast.south, statement="Call the south")
    answer = cast.client(cast.dan).post(f"/acme/kpis/{calls.pk}/{verb}/")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="/acme/goals/{first.pk}/">Call &lt;every&gt; account</a>' in page
    assert f'href="/acme/goals/{second.pk}/">Call the south</a>' in page
    with tenant(cast.acme.pk):
        assert Kpi.objects.get(pk=calls.pk).archived_at is None


def test_closed_goals_let_a_kpi_be_archived_but_not_deleted(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        goal = closed(calls, member=cast.bob)
    dan = cast.client(cast.dan)
    answer = dan.post(f"/acme/kpis/{calls.pk}/delete/")
    assert answer.status_code == 422
    assert f"/acme/goals/{goal.pk}/" in answer.content.decode()
    assert dan.post(f"/acme/kpis/{calls.pk}/archive/").status_code == 302
    with tenant(cast.acme.pk):
        assert Kpi.objects.get(pk=calls.pk).archived_at is not None


def test_a_kpi_that_nothing_was_made_with_is_deleted(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        by_mistake, calls = make_kpi("by_mistake"), make_kpi("calls")
        record(calls, cast.bob, TODAY, 5)
    dan = cast.client(cast.dan)
    assert "Delete this KPI" in dan.get(f"/acme/kpis/{by_mistake.pk}/edit/").content.decode()
    assert "Delete this KPI" not in dan.get(f"/acme/kpis/{calls.pk}/edit/").content.decode()
    assert dan.post(f"/acme/kpis/{by_mistake.pk}/delete/")["Location"] == "/acme/kpis/"
    answer = dan.post(f"/acme/kpis/{calls.pk}/delete/")
    assert answer.status_code == 422
    assert "Archive it instead" in answer.content.decode()
    assert cast.client(cast.alice).post(f"/acme/kpis/{calls.pk}/delete/").status_code == 403
    with tenant(cast.acme.pk):
        assert list(Kpi.objects.values_list("code", flat=True)) == ["calls"]


def hint(cast: Cast, kpi: Kpi, day: dt.date = AUGUST) -> str:
    """What the form of an entry says beside the day, as the browser asks for it."""
    asked = {"HX-Request": "true", "HX-Target": "div#closed"}
    query: dict[str, str] = {"kpi": str(kpi.pk), "date": day.isoformat(), "member": str(cast.bob.pk)}
    answer = cast.client(cast.alice).get("/acme/entries/log/", query, headers=asked)
    assert "<html" not in answer.content.decode()
    return answer.content.decode()


@pytest.mark.parametrize(
    ("owner", "is_told"),
    [("bob", True), ("carol", False), ("north", True), ("south", False), ("organization", True)],
)
def test_the_form_says_which_closed_goals_an_entry_would_reach(cast: Cast, owner: str, is_told: bool) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        owners: dict[str, dict[str, object]] = {
            "bob": {"member": cast.bob}, "carol": {"member": cast.carol}, "organization": {},
            "north": {"team": cast.north}, "south": {"team": cast.south},
        }  # fmt: skip
        closed(calls, statement="Call them all", **owners[owner])
    assert ("Call them all" in hint(cast, calls)) == is_told
    assert "Call them all" not in hint(cast, calls, dt.date(2026, 10, 1))
    assert "Call them all" not in hint(cast, calls, dt.date(2026, 6, 30))


def test_a_goal_counts_for_the_team_that_one_was_in_on_that_day(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        closed(calls, statement="Of the south", team=cast.south)
        TeamMembership.objects.filter(member=cast.bob).update(starts_on=dt.date(2026, 9, 1))
        TeamMembership.objects.create(member=cast.bob, team=cast.south, ends_on=dt.date(2026, 8, 31))
        cast.acme.visibility = "open"
        cast.acme.save()
    assert "Of the south" in hint(cast, calls)
    assert "Of the south" not in hint(cast, calls, dt.date(2026, 9, 2))


def test_goals_of_formulas_are_reached_through_their_parts_and_dropped_ones_never(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        rate = make_win_rate()
        won = Kpi.objects.get(code="won")
        closed(rate, statement="Win more", member=cast.bob, target=Decimal("0.5"))
        dropped = closed(rate, statement="Given up", member=cast.bob, target=Decimal("0.5"))
        Goal.objects.filter(pk=dropped.pk).update(outcome="dropped")
    assert "Win more" in hint(cast, won)
    assert "Given up" not in hint(cast, won)


def test_an_entry_in_a_closed_window_is_stored_told_and_shown_as_a_correction(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        record(calls, cast.bob, AUGUST, 60)
        goal = closed(calls, statement="Call them all", member=cast.bob)
        assert (goal.outcome, goal.closing_value) == ("missed", Decimal(60))
    alice = cast.client(cast.alice)
    typed = {"kpi": calls.pk, "value": "50", "date": AUGUST.isoformat(), "member": cast.bob.pk}
    told = alice.post("/acme/entries/log/", {**typed, "request_id": str(uuid.uuid4())}, follow=True).content.decode()
    assert "The outcome of what is closed stays: Call them all" in told
    page = cast.client(cast.bob).get(f"/acme/goals/{goal.pk}/").content.decode()
    assert "would make it 110 instead of 60" in page
    with tenant(cast.acme.pk):
        goal.refresh_from_db()
        assert (goal.outcome, goal.closing_value) == ("missed", Decimal(60))
        entry = Entry.objects.latest("pk")
    form = alice.get(f"/acme/entries/{entry.pk}/correct/").content.decode()
    assert "Call them all" in form


@pytest.mark.parametrize(("first", "then"), [("2026-10-05", "2026-08-12"), ("2026-08-12", "2026-10-05")])
def test_an_entry_that_moves_into_a_closed_window_or_out_of_it_is_told(cast: Cast, first: str, then: str) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        record(calls, cast.bob, AUGUST, 60)
        closed(calls, statement="Call them all", member=cast.bob)
        record(calls, cast.bob, dt.date.fromisoformat(first), 5)
        entry = Entry.objects.latest("pk")
    alice, url = cast.client(cast.alice), f"/acme/entries/{entry.pk}/correct/"
    part = {"HX-Request": "true", "HX-Target": "div#closed"}
    for day, is_told in (("2026-10-06", first < "2026-10"), (then, True), ("", first < "2026-10")):
        answer = alice.get(url, {"date": day}, headers=part).content.decode()
        assert "<html" not in answer
        assert ("Call them all" in answer) == is_told, day
    typed = {"value": "5", "date": then, "reason": "typed wrongly"}
    assert "Call them all" in alice.post(url, {**typed, "reason": ""}).content.decode()
    told = alice.post(url, typed, follow=True).content.decode()
    assert told.count("The outcome of what is closed stays: Call them all") == 1


@pytest.mark.parametrize(("day", "is_told"), [(AUGUST, True), (dt.date(2026, 10, 5), False)])
def test_an_entry_of_a_closed_window_that_is_withdrawn_or_counted_again_is_told(
    cast: Cast, day: dt.date, is_told: bool
) -> None:
    with tenant(cast.acme.pk):
        calls = make_kpi("calls")
        record(calls, cast.bob, day, 60)
        closed(calls, statement="Call them all", member=cast.bob)
        entry = Entry.objects.get()
    for verb in ("withdraw", "restore"):
        told = cast.client(cast.alice).post(f"/acme/entries/{entry.pk}/{verb}/", follow=True).content.decode()
        assert ("The outcome of what is closed stays: Call them all" in told) == is_told


def test_a_changed_formula_is_in_the_goals_history_and_past_results_stay(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        rate = make_win_rate()
        won, lost = Kpi.objects.get(code="won"), Kpi.objects.get(code="lost")
        for kpi, amount in ((won, 3), (lost, 1)):
            record(kpi, cast.bob, AUGUST, amount)
            record(kpi, cast.bob, TODAY, amount)
        past = closed(rate, member=cast.bob, target=Decimal("0.5"))
        running = make_goal(rate, member=cast.bob, target=Decimal("0.9"), baseline=Decimal("0.5"), started_at=NOW)
        assert (past.outcome, past.closing_value) == ("achieved", Decimal("0.75"))
    dan = cast.client(cast.dan)
    definition = {
        "name": "Win rate", "code": "win_rate", "unit": "percent", "decimals": "1", "direction": "higher",
        "cadence": "daily", "aggregation": "", "formula": "won / (won + lost + lost)", "version": rate.version,
    }  # fmt: skip
    assert dan.post(f"/acme/kpis/{rate.pk}/edit/", definition).status_code == 302

    page = cast.client(cast.bob).get(f"/acme/goals/{running.pk}/").content.decode()
    assert "<b>Win rate – Formula:</b> won / (won + lost) → won / (won + lost + lost)" in page
    line = page[page.index("Win rate – Formula") :]
    assert ">Dan" in line[: line.index("</li>")]
    assert "60.0%" in page  # 3 of 5, as the formula now reads

    page = cast.client(cast.bob).get(f"/acme/goals/{past.pk}/").content.decode()
    with tenant(cast.acme.pk):
        past.refresh_from_db()
        assert (past.outcome, past.closing_value) == ("achieved", Decimal("0.75"))
    assert "would make it 60.0% instead of 75.0%" in page


def test_a_changed_part_of_the_formula_is_in_the_history_too_but_not_a_change_before_the_start(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        make_win_rate()
        nested = make_kpi("doubled", formula="win_rate * 2", unit="percent")
        Kpi.objects.filter(code="win_rate").update(formula="won / lost")
        later = NOW + dt.timedelta(days=36500)
        goal = make_goal(nested, member=cast.bob, baseline=Decimal(0), target=Decimal(2), started_at=later)
        page = cast.client(cast.bob).get(f"/acme/goals/{goal.pk}/").content.decode()
        assert "Win rate – Formula" not in page
        Goal.objects.filter(pk=goal.pk).update(started_at=NOW)
        Kpi.objects.filter(code="won").update(direction="lower")
    page = cast.client(cast.bob).get(f"/acme/goals/{goal.pk}/").content.decode()
    assert "<b>Won – Direction:</b> Higher is better → Lower is better" in page
