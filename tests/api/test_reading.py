"""Numbers, people, goals and the coach through the API: what the pages say, as far as one may see it."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from goals import coach
from goals.lines import Reader
from goals.models import Goal
from kpis.actions import log_entry
from kpis.models import Kpi
from kpis.numbers import Scope, value
from kpis.periods import Window
from teams.tenancy import tenant
from tests.api.stage import TODAY, Stage, read

MONTH = dt.date(2026, 10, 1)


@pytest.fixture
def recorded(stage: Stage) -> Stage:
    """Won and lost deals of Bob and Carol in October, and 25 % of Bob's over twelve weeks before today."""
    cast = stage.cast
    with tenant(cast.acme.pk):
        for member, won, lost in ((cast.bob, 1, 3), (cast.carol, 3, 1)):
            for code, count in (("won", won), ("lost", lost)):
                for day in (MONTH, MONTH + dt.timedelta(days=20)):
                    log_entry(kpi=stage.kpis[code], member=member, date=day, value=Decimal(count), by=member.user)
    return stage


def number(stage: Stage, person: str, **query: Any) -> Any:
    answer = stage.program(getattr(stage.cast, person)).get("numbers", **query)
    return read(answer)["numbers"][0] if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize(
    ("person", "scope", "expected"),
    [
        ("bob", "", "0.25"),
        ("bob", "member-carol", 404),
        ("bob", "team-north", "0.25"),
        ("bob", "team-south", 404),
        ("bob", "organization", 404),
        ("alice", "member-bob", "0.25"),
        ("dan", "organization", "0.5"),
        ("dan", "team-south", "0.75"),
        ("dan", "member-charlie", 404),
        ("dan", "member-dan", None),
    ],
)
def test_whose_numbers_one_reads(recorded: Stage, person: str, scope: str, expected: object) -> None:
    kind, _dash, name = scope.partition("-")
    word = f"{kind}-{getattr(recorded.cast, name).pk}" if name else kind
    found = number(
        recorded, person, kpi="win_rate", from_="2026-10-01", to="2026-10-31", **({"scope": word} if word else {})
    )
    assert (found["value"] if isinstance(found, dict) else found) == expected


def test_numbers_are_those_of_the_pages_whole_and_by_period(recorded: Stage) -> None:
    found = number(recorded, "dan", kpi="won", from_="2026-09-15", to="2026-11-10", by="month", scope="organization")
    with tenant(recorded.cast.acme.pk):
        kpi = Kpi.objects.get(code="won")
        expected = value(kpi, Scope.organization(), Window(dt.date(2026, 9, 15), dt.date(2026, 11, 10)))
    assert Decimal(found["value"]) == expected == 8
    assert [(each["from"], each["to"], each["value"]) for each in found["periods"]] == [
        ("2026-09-15", "2026-09-30", None),
        ("2026-10-01", "2026-10-31", "8"),
        ("2026-11-01", "2026-11-10", None),
    ]


def test_many_numbers_take_no_more_queries_than_few(recorded: Stage) -> None:
    dan, counts = recorded.program(recorded.cast.dan), []
    for size in (2, 2, 100):  # the first reads the definitions, which are kept
        asked = [
            {"kpi": code, "scope": "organization", "from": f"20{n % 80 + 10}-10-01", "to": "2100-10-31"}
            for n in range(size // 2)
            for code in ("won", "win_rate")
        ]
        with CaptureQueriesContext(connection) as queries:
            answer = dan.post("numbers", {"numbers": asked})
        assert len(read(answer)["numbers"]) == size
        counts.append(len(queries))
    assert counts[1] == counts[2]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"kpi": "nothing"}, 404, "not_found"),
        ({"from": "2026-11-01"}, 409, "window_backwards"),
        ({"from": "1899-12-31"}, 409, "year_out_of_range"),
        ({"to": "9999-12-31"}, 409, "year_out_of_range"),
        ({"from": "2000-01-01", "by": "day"}, 409, "too_many_numbers"),
        ({"by": "decade"}, 422, "invalid"),
        ({"scope": "everyone"}, 422, "invalid"),
    ],
)
def test_what_cannot_be_asked(stage: Stage, change: dict[str, str], status: int, code: str) -> None:
    asked = {"kpi": "won", "from": "2026-10-01", "to": "2026-10-31"} | change
    answer = stage.program(stage.cast.dan).post("numbers", {"numbers": [asked]})
    assert (answer.status_code, read(answer)["code"]) == (status, code)
    assert read(answer)["errors"][0]["field"].startswith("numbers.0.")


def test_people_and_teams_as_far_as_one_sees_them(stage: Stage) -> None:
    for person, people, teams in (
        ("bob", {"Alice", "Bob", "Vera"}, {"North"}),
        ("dan", {"Dan", "Alice", "Bob", "Carol", "Vera"}, {"North", "South"}),
        ("charlie", {"Charlie"}, {"West"}),
    ):
        program = stage.program(getattr(stage.cast, person))
        assert {each["name"] for each in read(program.get("members"))["items"]} == people
        assert {each["name"] for each in read(program.get("teams"))["items"]} == teams
    page = read(stage.program(stage.cast.dan).get("members", limit=2))
    rest = read(stage.program(stage.cast.dan).get("members", after=page["next"]))
    assert len(page["items"]) + len(rest["items"]) == 5


def test_archived_kpis_are_listed_on_demand(stage: Stage) -> None:
    with tenant(stage.cast.acme.pk):
        Kpi.objects.filter(code="calls").update(archived_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    bob = stage.program(stage.cast.bob)
    assert "calls" not in {each["code"] for each in read(bob.get("kpis"))["items"]}
    assert "calls" in {each["code"] for each in read(bob.get("kpis", archived="true"))["items"]}
    thai = read(stage.program(stage.cast.bob, language="th").get("kpis"))["items"]
    assert next(each["name"] for each in thai if each["code"] == "win_rate") == "อัตราปิดการขาย"


def test_goals_with_where_they_stand(recorded: Stage) -> None:
    cast = recorded.cast
    with tenant(cast.acme.pk):
        running = {"state": Goal.State.RUNNING, "target": Decimal("0.3"), "baseline": Decimal("0.2"),
                   "start": TODAY - dt.timedelta(days=10), "deadline": TODAY + dt.timedelta(days=10)}  # fmt: skip
        goals = {
            "draft": Goal.objects.create(statement="A draft", member=cast.bob),
            "bob": Goal.objects.create(statement="Bob's", member=cast.bob, kpi=recorded.kpis["win_rate"], **running),
            "carol": Goal.objects.create(statement="Carol's", member=cast.carol, kpi=recorded.kpis["won"], **running),
        }
    for person, seen in (("bob", {"draft", "bob"}), ("vera", {"bob"}), ("carol", {"carol"}), ("dan", {*goals})):
        program = recorded.program(getattr(cast, person))
        found = {each["id"] for each in read(program.get("goals"))["items"]}
        assert found == {goals[name].pk for name in seen}
        for name, goal in goals.items():
            assert program.get(f"goals/{goal.pk}").status_code == (200 if name in seen else 404)
    shown = read(recorded.program(cast.bob).get("goals", state="running"))["items"]
    assert [(each["statement"], each["kpi"], each["target"]) for each in shown] == [("Bob's", "win_rate", "0.3")]
    assert shown[0]["standing"]["days_left"] in (9, 10)
    assert shown[0]["owner"] == {"kind": "member", "id": cast.bob.pk, "name": "Bob"}


@pytest.mark.parametrize("state", Goal.State.values)
def test_goals_of_each_state(recorded: Stage, state: str) -> None:
    bob = recorded.cast.bob
    with tenant(recorded.cast.acme.pk):
        whole = {"kpi": recorded.kpis["won"], "target": Decimal(3), "start": TODAY, "deadline": TODAY}
        also: dict[str, dict[str, Any]] = {
            "draft": {},
            "proposed": {"waits_for": Goal.Side.LEADER, "waits_since": timezone.now()},
            "closed": {"outcome": Goal.Outcome.MISSED, "closed_at": timezone.now()},
        }
        goals = {
            state: Goal.objects.create(statement=state, member=bob, state=state, **whole, **also.get(state, {}))
            for state in Goal.State.values
        }
    shown = read(recorded.program(bob).get("goals", state=state))["items"]
    assert [(each["id"], each["state"]) for each in shown] == [(goals[state].pk, state)]


def test_a_state_that_there_is_not(stage: Stage) -> None:
    answer = stage.program(stage.cast.bob).get("goals", state="open")
    assert (answer.status_code, read(answer)["errors"][0]["field"]) == (422, "state")
    assert "proposed" in read(answer)["errors"][0]["message"]


def test_as_many_numbers_as_are_promised(stage: Stage) -> None:
    """160 years have 1,920 months."""
    [number] = read(
        stage.program(stage.cast.bob).get("numbers", kpi="won", from_="1960-01-01", to="2119-12-31", by="month")
    )["numbers"]
    assert len(number["periods"]) == 1920


def test_too_many_numbers_are_refused_before_any_is_looked_up(stage: Stage) -> None:
    asked = {"kpi": "won", "from": "2026-01-01", "to": "2026-12-31", "by": "day"}
    dan = stage.program(stage.cast.dan)
    with CaptureQueriesContext(connection) as captured:
        answer = dan.post("numbers", {"numbers": [asked] * 200})
    assert (answer.status_code, read(answer)["errors"][0]["field"]) == (409, "numbers.5.by")
    assert not [found["sql"] for found in captured.captured_queries if "kpis_rollup" in found["sql"]]


DRAFT: dict[str, Any] = {
    "today": "2026-11-23", "language": "en", "statement": "Raise our win rate by answering every lead within a day",
    "means": ["Answer every lead within a day"], "why": "More wins from the leads we have", "owner": "member",
    "kpi": {"code": "win_rate", "name": "Win rate", "unit": "percent", "direction": "higher", "aggregation": None,
            "formula": "won / (won + lost)", "parts": {"won": "sum", "lost": "sum"}, "cadence": "weekly"},
    "target_type": "increase_to", "baseline": "0.25", "target": "0.30", "start": "2026-11-23", "deadline": "2026-11-29",
    "calendar": {"working_days": [1, 2, 3, 4, 5], "holidays": ["2026-12-05"], "leave": []},
    "parent": {"kpi": "win_rate", "uses": ["won", "lost"], "target_type": "increase_to", "target": "0.33",
               "start": "2026-10-01", "deadline": "2026-12-31", "siblings_value": None},
}  # fmt: skip


@pytest.mark.parametrize("target", ["0.26", "0.30", "0.50"])
def test_the_coach_says_what_the_command_says(stage: Stage, target: str) -> None:
    record: dict[str, list[list[str]]] = {"won": [], "lost": []}
    with tenant(stage.cast.acme.pk):
        for week in range(12):
            day = dt.date(2026, 11, 20) - dt.timedelta(weeks=week)
            for code, count in (("won", 5), ("lost", 15 + week % 3)):
                record[code].append([day.isoformat(), str(count)])
                log_entry(
                    kpi=stage.kpis[code], member=stage.cast.bob, date=day, value=Decimal(count), by=stage.cast.bob.user
                )
    draft = {**DRAFT, "target": target}
    answer = stage.program(stage.cast.bob).post("goals/check", draft)
    assert answer.status_code == 200, answer.content
    # North's record per member, which the page looks up as well; Bob's own is enough, so it plays no part.
    said = coach.answer(Reader({**draft, "record": record, "load": {"capacity_hours": "40", "committed_hours": "0"}}))
    assert judged(read(answer)) == judged(json.loads(json.dumps(said)))


def judged(verdict: dict[str, Any]) -> dict[str, Any]:
    """Without the sentences: the organization says how many decimals they show."""
    return {
        name: {
            key: value and value["value"] if key == "suggestion" else value
            for key, value in letter.items()
            if key != "reason"
        }
        for name, letter in verdict.items()
    }


def test_each_kpi_of_a_draft_is_judged_and_the_worst_is_named(stage: Stage) -> None:
    with tenant(stage.cast.acme.pk):
        for week in range(12):
            day = dt.date(2026, 11, 20) - dt.timedelta(weeks=week)
            for code, count in (("won", 5), ("lost", 15 + week % 3), ("calls", 20)):
                log_entry(
                    kpi=stage.kpis[code], member=stage.cast.bob, date=day, value=Decimal(count), by=stage.cast.bob.user
                )
    bob = stage.program(stage.cast.bob)
    calls = {"kpi": {"code": "calls"}, "target_type": "increase_to"}
    alone = read(bob.post("goals/check", DRAFT))["achievable"]
    # 20 calls a week have been usual, and nothing is easier to judge than the win rate beside them.
    easy = read(bob.post("goals/check", {**DRAFT, "further": [{**calls, "target": "1"}]}))["achievable"]
    assert (alone["verdict"], easy["verdict"]) == ("sound", "too_easy")
    much = read(bob.post("goals/check", {**DRAFT, "further": [{**calls, "target": "900"}]}))["achievable"]
    assert (much["verdict"], much["reason"].partition(":")[0]) == ("overreach", stage.kpis["calls"].label)
    assert much["suggestion"]["field"] == "further-0-target"
    bare = read(bob.post("goals/check", {**DRAFT, "further": [calls]}))["measurable"]
    assert bare["verdict"] == "missing"
    unknown = bob.post("goals/check", {**DRAFT, "further": [{"kpi": {"code": "no_such"}}]})
    assert unknown.status_code == 404


def test_a_draft_may_lack_everything_and_is_answered_in_thai(stage: Stage) -> None:
    answer = read(stage.program(stage.cast.bob, language="th").post("goals/check", {}))
    assert answer["specific"]["verdict"] == "missing"
    assert any("\u0e00" <= letter <= "\u0e7f" for letter in answer["specific"]["reason"])
    assert read(stage.program(stage.cast.bob).post("goals/check", {"language": "th"})) == answer
    with tenant(stage.cast.acme.pk):
        assert Goal.objects.count() == 0


PARENT = {"kpi": "calls", "target_type": "increase_to", "target": "9", "start": "2026-11-23", "deadline": "2026-12-31"}


@pytest.mark.parametrize(
    ("person", "fields", "status"),
    [
        ("bob", {"record": {}}, 422),
        ("bob", {"load": None}, 422),
        ("bob", {"kpi": {"code": "nothing"}}, 404),
        ("bob", {"owner": "organization"}, 403),
        ("bob", {"owner": "team"}, 403),
        ("alice", {"owner": "team"}, 200),
        ("dan", {"owner": "team"}, 409),
        ("dan", {"owner": "organization"}, 200),
        ("bob", {"owner": "member", "owner_id": 10**9}, 404),
        ("vera", {}, 403),
        ("bob", {"today": "0001-01-01"}, 409),
        ("bob", {"deadline": "9999-12-31"}, 409),
        ("bob", {"calendar": {"leave": ["2026-12-24", "0178-10-22"]}}, 409),
        ("bob", {"calendar": {"holidays": ["2962-10-03"]}}, 409),
        ("bob", {"parent": {**PARENT, "deadline": "0178-10-22"}}, 409),
        ("bob", {"parent": PARENT}, 200),
        ("bob", {"calendar": {"working_days": [1, 2.0, 5.0], "leave": ["2026-12-24"]}}, 200),
        ("bob", {"calendar": {"working_days": [1, 2.5]}}, 422),
        ("bob", {"calendar": {"working_days": [0]}}, 422),
        ("bob", {"start": "2026-12-31", "deadline": "2026-01-01"}, 200),
    ],
)
def test_for_whom_a_draft_is_checked(stage: Stage, person: str, fields: dict[str, Any], status: int) -> None:
    answer = stage.program(getattr(stage.cast, person)).post("goals/check", fields)
    assert answer.status_code == status, answer.content
    if fields.keys() & {"record", "load"}:
        assert next(iter(fields)) in read(answer)["detail"]
