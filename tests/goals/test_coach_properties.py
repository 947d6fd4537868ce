"""What must hold for any draft: every line answered, the same in both languages, and no advice that the coach itself
would not take.
"""

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.coach import Draft, Item, Record, answer, as_json, assess
from goals.lines import LineError, Reader, answer_lines
from goals.progress import TargetType
from goals.record import Series
from tests.goals.cases import letters, reach, shapes
from tests.goals.drafts import CALLS, TODAY, WIN_RATE, draft, win_record

BANDS = ["too_easy", "sound", "stretch", "overreach"]
VERDICTS = {"met", "weak", "missing", *BANDS, "unknown"}
NOT_TOO_MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

day = st.dates(min_value=date(2025, 1, 1), max_value=date(2028, 12, 31)).map(str)
number = st.decimals(min_value=-(10**7), max_value=10**7, places=3).map(str)
amount = st.integers(0, 60).map(str)
words = st.one_of(st.text(max_size=60), st.sampled_from(["more sales", "โทรหาลูกค้าเก่า 10 รายทุกเช้า", "เพิ่มยอดขาย", ""]))
kpi = st.one_of(
    st.fixed_dictionaries(
        {"code": st.just("won"), "aggregation": st.sampled_from(["sum", "average", "last"])},
        optional={
            "unit": st.sampled_from(["money", "count", "percent", "ratio", "duration"]),
            "direction": st.sampled_from(["higher", "lower"]),
            "cadence": st.sampled_from(["daily", "weekly", "monthly", "quarterly", "yearly"]),
        },
    ),
    st.sampled_from(["won / (won + lost)", "won - lost", "won / last_year(won) - 1", "lost / opening(won)"]).map(
        lambda formula: {"code": "rate", "unit": "percent", "formula": formula}
    ),
)


@st.composite
def records(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    days = draw(st.integers(0, 130))
    first = TODAY - timedelta(days=days)
    values = draw(st.lists(amount, min_size=days, max_size=days))
    entries = [[str(first + timedelta(days=at)), value] for at, value in enumerate(values)]
    return {"won": entries, "lost": [[at, str(int(value) // 2)] for at, value in entries]}


drafts = st.fixed_dictionaries(
    {"today": st.just(str(TODAY)), "language": st.sampled_from(["en", "th"])},
    optional={
        "statement": words,
        "means": st.lists(words, max_size=3),
        "why": words,
        "owner": st.sampled_from(["member", "team", "organization"]),
        "kpi": kpi,
        "target_type": st.sampled_from([kind.value for kind in TargetType]),
        "baseline": number,
        "target": st.one_of(number, st.decimals(0, 1, places=2).map(str), amount),
        "start": day,
        "deadline": day,
        "record": records(),
        "load": st.fixed_dictionaries({"capacity_hours": amount, "committed_hours": amount}),
        "calendar": st.fixed_dictionaries(
            {"working_days": st.lists(st.integers(1, 7), unique=True), "leave": st.lists(day, max_size=5)}
        ),
    },
)


@NOT_TOO_MANY
@given(drafts)
def test_every_draft_is_answered_alike_in_both_languages(source: dict[str, Any]) -> None:
    verdicts = [answer(Reader(source | {"language": language})) for language in ("en", "th")]
    for name in ("specific", "measurable", "achievable", "relevant", "time_bound"):
        english, thai = (verdict[name] for verdict in verdicts)
        assert isinstance(english, dict)
        assert isinstance(thai, dict)
        assert english["verdict"] in VERDICTS
        assert english["verdict"] == thai["verdict"]
        assert str(english["reason"]).endswith((".", "?"))
        assert "%(" not in f"{english['reason']} {thai['reason']}"
        assert bool(english["suggestion"]) == bool(thai["suggestion"])


@NOT_TOO_MANY
@given(drafts)
def test_a_suggestion_taken_is_a_suggestion_followed(source: dict[str, Any]) -> None:
    """A suggested target is sound, a suggested day or statement clear."""
    for name, letter in answer(Reader(source)).items():
        assert isinstance(letter, dict)
        suggestion = letter["suggestion"]
        if not suggestion or suggestion["field"] == "baseline":
            continue
        again: Any = answer(Reader(source | {suggestion["field"]: suggestion["value"]}))
        judged = "achievable" if suggestion["field"] == "target" else name
        assert again[judged]["verdict"] in ("sound", "met"), (suggestion, letter)


@pytest.mark.parametrize("case", [*reach.CASES[::3], *reach.CIRCUMSTANCES[::2]], ids=lambda case: case.name)
def test_advice_is_sound(case: reach.Case) -> None:
    first = _judged(case.shape, case.target)
    if first.suggestion is not None:
        assert _judged(case.shape, Decimal(str(first.suggestion.value))).verdict == "sound"


@pytest.mark.parametrize("kind", TargetType)
@pytest.mark.parametrize("shape", [case.shape for case in reach.CASES[::9]])
def test_further_is_never_easier(shape: reach.Shape, kind: TargetType) -> None:
    targets = [Decimal(f"{shape.usual * percent / 100:.6g}") for percent in range(20, 260, 20)]
    targets = targets if kind.is_upward else targets[::-1]
    found = [_judged(replace(shape, kind=kind), target) for target in targets]
    order = [BANDS.index(one.verdict) for one in found if one.verdict != "unknown"]
    assert order == sorted(order)
    chances = [one.probability for one in found if one.probability is not None]
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize("scale", [Decimal("0.001"), Decimal(1000)])
def test_money_in_another_unit_is_judged_alike(scale: Decimal) -> None:
    record = shapes.sums("revenue", shapes.flat(20000), shapes.noisy, 30)
    items = [replace(item, value=item.value * scale) for item in record.series["revenue"].items]
    scaled = Record({"revenue": Series(items)}, TODAY)
    for target in (300000, 470000, 600000, 2000000):
        shape = reach.Shape(reach.REVENUE, record, reach.DECEMBER, 460000)
        plain = _judged(shape, Decimal(target))
        other = _judged(replace(shape, record=scaled), target * scale)
        assert (plain.verdict, plain.probability) == (other.verdict, other.probability)


def _judged(shape: reach.Shape, target: Decimal) -> Any:
    start, deadline = shape.window
    goal = draft(
        kpi=shape.kpi, target_type=shape.kind, target=str(target), start=start, deadline=deadline, **shape.changes
    )
    return assess(replace(goal, baseline=None), shape.record, TODAY).achievable


def test_a_sound_target_is_offered_before_one_is_set() -> None:
    found = assess(draft(target=None), win_record(40), TODAY).measurable
    assert found.verdict == "missing"
    assert found.suggestion is not None
    assert found.suggestion.field == "target"
    taken = draft(target=str(found.suggestion.value))
    assert assess(taken, win_record(40), TODAY).achievable.verdict == "sound"


def test_means_are_offered_where_the_words_only_wish() -> None:
    wish: Draft = draft(statement="More sales", means=("be better", "Call ten dealers a day"))
    found = assess(wish, win_record(40), TODAY).specific
    assert (found.verdict, found.suggestion and found.suggestion.value) == (
        "weak",
        "More sales: Call ten dealers a day",
    )
    empty = assess(replace(wish, statement=""), win_record(40), TODAY).specific
    assert (empty.verdict, empty.suggestion and empty.suggestion.value) == ("missing", "Call ten dealers a day")
    written = as_json(assess(wish, win_record(40), TODAY))["specific"]
    assert isinstance(written, dict)
    assert written["suggestion"]["field"] == "statement"


def test_unknown_keys_are_named_and_the_other_lines_answered() -> None:
    lines = [{"today": "2026-11-23"}, {"today": "2026-11-23", "targt": "5"}, {"today": "2026-11-23"}]
    source, out = io.BytesIO("\n".join(map(json.dumps, lines)).encode()), io.BytesIO()
    with pytest.raises(LineError, match="targt"):
        answer(Reader(lines[1]))
    assert answer_lines(answer, source, out) == 1
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert ["error" in line for line in answers] == [False, True, False]
    assert "targt" in answers[1]["error"]


def test_growth_alone_is_no_season_and_a_step_is_none() -> None:
    for level in (shapes.growing(20, 0.03), shapes.stepped(20, 30, date(2025, 12, 1))):
        found = _judged(
            reach.Shape(CALLS, shapes.sums("calls", level, shapes.steady, 70), reach.DECEMBER, 1), Decimal(600)
        )
        assert "a year ago" not in found.reason


def test_verdicts_by_item_order_do_not_differ() -> None:
    items = letters.CALLS_MADE.series["calls"].items
    turned = Record({"calls": [Item(item.day, item.value) for item in reversed(items)]}, TODAY)
    goal = draft(kpi=CALLS, baseline=None, target="110")
    assert assess(goal, letters.CALLS_MADE, TODAY) == assess(goal, turned, TODAY)
    assert WIN_RATE.codes == {"won", "lost"}
