from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from goals.coach import Achievable, Draft, Item, Load, Measure, Record, assess
from goals.progress import TargetType
from goals.record import Series
from teams.calendar import WorkCalendar
from tests.goals.drafts import CALLS, TODAY, WIN_RATE, daily_record, draft, win_record

NO_RECORD = Record({}, TODAY)
VERDICTS = ["too_easy", "sound", "stretch", "overreach"]


def achievable(given: Draft, record: Record) -> Achievable:
    return assess(given, record, TODAY).achievable


@pytest.mark.parametrize("opportunities", [20, 24, 32, 40, 48, 60])
@pytest.mark.parametrize("rates", [(0.25, 0.25, 0.25), (0.2, 0.25, 0.3), (0.3, 0.25, 0.2), (0.21, 0.29, 0.25)])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_close_rate_of_the_source(opportunities: int, rates: tuple[float, ...], seed: int | None) -> None:
    """R3: about 25 % over the last three weeks makes 30 % next week a sound goal and 50 % an overreach."""
    record = win_record(opportunities, rates, seed)
    sound, overreach = (achievable(draft(target=target), record) for target in ("0.30", "0.50"))
    assert sound.verdict == "sound"
    assert sound.suggestion is None
    assert overreach.verdict == "overreach"
    assert sound.evidence is not None
    assert sound.evidence.windows == 3
    assert sound.evidence.typical == pytest.approx(Decimal("0.25"), abs=Decimal("0.011"))
    assert overreach.suggestion is not None
    assert Decimal("0.25") < Decimal(str(overreach.suggestion.value)) < Decimal("0.4")
    assert achievable(draft(target=overreach.suggestion.value), record).verdict == "sound"


def test_evidence_holds_the_best_of_the_windows() -> None:
    found = achievable(draft(), win_record(20, (0.2, 0.25, 0.3)))
    assert found.evidence is not None
    assert (found.evidence.typical, found.evidence.best) == (Decimal("0.25"), Decimal("0.3"))
    assert "25%" in found.reason
    assert "30%" in found.reason


def test_sample_size_counts() -> None:
    """The same rates and the same target: out of few deals a lift may be luck, out of many it is a change."""
    verdicts = [achievable(draft(target="0.42"), win_record(deals)).verdict for deals in (8, 60, 800)]
    assert verdicts == ["sound", "overreach", "overreach"]
    chances = [achievable(draft(), win_record(deals)).probability for deals in (8, 60, 800)]
    assert chances == sorted(chances, reverse=True)  # type: ignore[type-var]


@pytest.mark.parametrize("kind", [TargetType.INCREASE_TO, TargetType.DECREASE_TO])
def test_more_is_never_easier(kind: TargetType) -> None:
    record = daily_record("calls", [18, 22, 20, 25, 15], 12)
    targets = range(60, 141, 5) if kind is TargetType.INCREASE_TO else range(140, 59, -5)
    verdicts = [
        achievable(draft(kpi=CALLS, target_type=kind, baseline=None, target=str(n)), record).verdict for n in targets
    ]
    assert [VERDICTS.index(verdict) for verdict in verdicts] == sorted(map(VERDICTS.index, verdicts))
    assert set(verdicts) == set(VERDICTS)


@pytest.mark.parametrize(
    ("target", "verdict"),
    [("300", "too_easy"), ("400", "sound"), ("440", "sound"), ("500", "stretch"), ("600", "overreach")],
)
def test_total_over_four_weeks(target: str, verdict: str) -> None:
    record = daily_record("calls", [18, 22, 20, 25, 15], 26)
    goal = draft(kpi=CALLS, baseline=None, target=target, deadline=date(2026, 12, 20))
    found = achievable(goal, record)
    assert found.verdict == verdict
    assert found.evidence is not None
    assert (found.evidence.windows, found.evidence.typical) == (6, Decimal(400))
    if found.suggestion:
        assert achievable(draft(**(vars(goal) | {"target": found.suggestion.value})), record).verdict == "sound"


def test_decrease_of_a_budget_points_down() -> None:
    record = daily_record("cost", [100, 100, 100, 100, 100], 12)
    cost = Measure("cost", "Cost", "money", direction="lower")
    found = achievable(draft(kpi=cost, target_type=TargetType.DECREASE_TO, baseline="500", target="300"), record)
    assert found.verdict == "overreach"
    assert found.suggestion is not None
    assert Decimal(300) < Decimal(str(found.suggestion.value)) < Decimal(500)


@pytest.mark.parametrize(
    ("level", "cadence", "verdict"),
    [("50", "weekly", "too_easy"), ("90", "weekly", "sound"), ("120", "weekly", "overreach")],
)
def test_stay_is_judged_by_holding_in_every_period(level: str, cadence: str, verdict: str) -> None:
    calls = Measure("calls", "Calls", cadence=cadence)
    goal = draft(kpi=calls, target_type=TargetType.STAY_AT_OR_ABOVE, baseline=None, target=level, deadline="2026-12-20")
    found = achievable(goal, daily_record("calls", [20, 20, 20, 20, 20], 26))
    assert found.verdict == verdict
    assert found.evidence is not None
    assert found.evidence.held == (0 if verdict == "overreach" else found.evidence.windows)


@pytest.mark.parametrize(
    "record",
    [
        NO_RECORD,
        win_record(2),  # six deals in all
        Record({"won": [Item(date(2026, 11, 20), Decimal(9))], "lost": []}, TODAY),
        Record({"won": [Item(date(2026, 11, 20), Decimal(0))], "lost": [Item(date(2026, 10, 1), Decimal(0))]}, TODAY),
    ],
)
def test_too_little_record_is_unknown_and_a_new_owner_borrows_the_teams(record: Record) -> None:
    alone = achievable(draft(), record)
    assert (alone.verdict, alone.probability, alone.evidence) == ("unknown", None, None)
    borrowed = achievable(draft(team_record=win_record(40)), record)
    assert borrowed.verdict == "sound"
    assert "team" in borrowed.reason
    assert "team" not in achievable(draft(team_record=win_record(40)), win_record(40)).reason


def test_long_goal_on_a_short_record_is_scaled() -> None:
    record = daily_record("calls", [18, 22, 20, 25, 15], 8)
    found = achievable(draft(kpi=CALLS, baseline=None, target="1350", deadline="2027-02-21"), record)
    assert found.verdict == "sound"
    assert found.evidence is not None
    assert found.evidence.typical == 1300
    assert found.reason.startswith("Scaled up from the last 8 weeks")


def test_overload_lowers_the_reach() -> None:
    record = daily_record("calls", [18, 22, 20, 25, 15], 26)
    loads = [None, Load(Decimal(40), Decimal(22)), Load(Decimal(40), Decimal(38)), Load(Decimal(40), Decimal(60))]
    goals = [draft(kpi=CALLS, baseline=None, target="113", load=load) for load in loads]
    found = [achievable(goal, record) for goal in goals]
    assert [one.verdict for one in found] == ["sound", "sound", "stretch", "overreach"]
    assert "60 of 40 hours" in found[3].reason
    assert "hours" not in found[1].reason


def test_leave_lowers_the_reach() -> None:
    record = daily_record("calls", [18, 22, 20, 25, 15], 26)
    away = WorkCalendar(frozenset(range(1, 6)), frozenset(), frozenset({date(2026, 11, 24), date(2026, 11, 25)}))
    present, absent = (
        achievable(draft(kpi=CALLS, baseline=None, target="100", calendar=calendar), record)
        for calendar in (draft().calendar, away)
    )
    assert (present.verdict, absent.verdict) == ("sound", "overreach")
    assert "2 days of leave" in absent.reason
    rates = [
        achievable(draft(target="0.31", calendar=calendar), win_record(60)) for calendar in (draft().calendar, away)
    ]
    assert VERDICTS.index(rates[1].verdict) > VERDICTS.index(rates[0].verdict)


def test_stock_is_judged_from_its_present_level() -> None:
    days = [date(2026, 5, 4) + timedelta(days=n) for n in range(203)]
    items = [Item(day, Decimal(400 + n // 7 * 2 + n % 3)) for n, day in enumerate(days)]
    customers = Measure("customers", "Customers", aggregation="last")
    record = Record({"customers": items}, TODAY)
    goals = [
        draft(kpi=customers, baseline="456", target=target, deadline="2026-12-20") for target in ("458", "468", "560")
    ]
    assert [achievable(goal, record).verdict for goal in goals] == ["too_easy", "sound", "overreach"]


@pytest.mark.parametrize("changes", [{"kpi": None}, {"target": None}, {"start": None}, {"deadline": "2026-11-01"}])
def test_incomplete_drafts_are_unknown_with_a_reason(changes: dict[str, object]) -> None:
    found = achievable(draft(**changes), win_record(40))
    assert found.verdict == "unknown"
    assert found.reason.endswith(".")


def test_same_draft_same_verdict() -> None:
    long_record = Record(
        {
            code: [
                Item(date(2023, 11, 23) + timedelta(days=n), Decimal(n * 7 % 5 + (code == "lost"))) for n in range(1096)
            ]
            for code in ("won", "lost")
        },
        TODAY,
    )
    given = draft(deadline="2027-11-22")
    verdicts = [assess(given, long_record, TODAY) for _ in range(9)]
    assert all(a == b for a, b in pairwise(verdicts))


def test_record_is_left_as_it_was() -> None:
    record = win_record(40)
    before = {code: list(series.items) for code, series in record.series.items()}
    assess(draft(target="0.5"), record, TODAY)
    assert {code: series.items for code, series in record.series.items()} == before
    assert isinstance(record.series["won"], Series)
    assert WIN_RATE.codes == {"won", "lost"}
