"""The two commands, as another program would call them: no settings, no database, one answer a line."""

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from goals import coach, forecast
from goals.lines import LineError, Reader

ROOT = Path(__file__).resolve().parents[2]
DRAFT: dict[str, Any] = {
    "today": "2026-11-23",
    "language": "en",
    "statement": "Raise our win rate by answering every lead within a day",
    "means": ["Answer every lead within a day"],
    "why": "More wins from the leads we have",
    "owner": "member",
    "kpi": {
        "code": "win_rate",
        "name": "Win rate",
        "unit": "percent",
        "direction": "higher",
        "aggregation": None,
        "formula": "won / (won + lost)",
        "parts": {"won": "sum", "lost": "sum"},
        "cadence": "daily",
    },
    "target_type": "increase_to",
    "baseline": "0.25",
    "target": "0.30",
    "start": "2026-11-23",
    "deadline": "2026-11-29",
    "record": {
        "won": [["2026-11-02", "10"], ["2026-11-09", "10"], ["2026-11-16", "10"]],
        "lost": [["2026-11-02", "30"], ["2026-11-09", "30"], ["2026-11-16", "30"]],
    },
    "calendar": {"working_days": [1, 2, 3, 4, 5], "holidays": ["2026-12-05"], "leave": []},
    "parent": {
        "kpi": "win_rate",
        "uses": ["won", "lost"],
        "target_type": "increase_to",
        "target": "0.33",
        "start": "2026-10-01",
        "deadline": "2026-12-31",
        "siblings_value": None,
    },
    "load": {"capacity_hours": "40", "committed_hours": "22"},
}
GOAL_KEYS = ("today", "kpi", "record", "calendar", "target_type", "baseline", "target", "start", "deadline")
GOAL = {key: DRAFT[key] for key in GOAL_KEYS}


def run(command: str, *lines: object) -> tuple[list[dict[str, Any]], int]:
    source = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-m", command], cwd=ROOT, env=environment, input=source, capture_output=True, timeout=60
    )
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.decode().splitlines()], done.returncode


def test_coach_answers_in_the_agreed_shape() -> None:
    (found,), status = run("goals.coach", DRAFT)
    assert status == 0
    assert list(found) == ["specific", "measurable", "achievable", "relevant", "time_bound"]
    for name, letter in found.items():
        extra = {"probability", "evidence"} if name == "achievable" else set()
        assert set(letter) == {"verdict", "reason", "suggestion"} | extra
    assert found["achievable"]["verdict"] == "sound"
    assert found["achievable"]["evidence"] == {"windows": 3, "typical": "0.25", "best": "0.25"}
    assert {found[name]["verdict"] for name in found if name != "achievable"} == {"met"}


def test_suggestions_are_typed_as_the_field_takes_them() -> None:
    drafts = [DRAFT | {"target": "0.50"}, DRAFT | {"deadline": "2027-01-15"}, DRAFT | {"baseline": None}]
    found, _ = run("goals.coach", *drafts)
    assert found[0]["achievable"]["verdict"] == "overreach"
    assert found[0]["achievable"]["suggestion"]["field"] == "target"
    assert 0.25 < float(found[0]["achievable"]["suggestion"]["value"]) < 0.4
    assert found[1]["relevant"]["suggestion"] == {
        "field": "deadline",
        "value": "2026-12-31",
        "label": "End with the larger goal, on 31 Dec 2026",
    }
    assert found[2]["measurable"]["suggestion"]["value"] == "0.25"


def test_bad_lines_are_answered_in_their_place() -> None:
    lines = [DRAFT, b"{", b"", b"\xff\xfe", b"[1]", DRAFT | {"colour": "red"}, b"[" * 100_000, DRAFT]
    found, status = run("goals.coach", *lines)
    assert status == 1
    assert [list(line) == ["error"] for line in found] == [False, True, True, True, True, True, True, False]
    assert "colour" in found[5]["error"]
    assert found[0] == found[7]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kpi": DRAFT["kpi"] | {"shape": "round"}}, "kpi.shape"),
    ({"parent": DRAFT["parent"] | {"x": 1, "y": 2}}, "parent.x, parent.y"),
    ({"calendar": {"weekdays": []}}, "calendar.weekdays"),
    ({"load": {"capacity_hours": "40"}}, "load.committed_hours"),
    ({"target": 0.3}, "target"),
    ({"target": "NaN"}, "target"),
    ({"target": "1e400"}, "target"),
    ({"target": "1_000"}, "target"),
    ({"start": "2026-02-30"}, "start"),
    ({"start": "20261123"}, "start"),
    ({"today": None}, "today"),
    ({"target_type": "double"}, "target_type"),
    ({"language": "fr"}, "language"),
    ({"statement": 5}, "statement"),
    ({"means": [1]}, "means"),
    ({"calendar": {"working_days": [0]}}, "calendar.working_days"),
    ({"record": {"won": [["2026-11-02"]]}}, "record.won[0]"),
    ({"record": {"won": [["2026-11-02", "1", "-1"]]}}, "record.won[0]"),
    ({"record": []}, "record"),
    ({"kpi": DRAFT["kpi"] | {"formula": "won /"}}, "kpi.formula"),
    ({"kpi": DRAFT["kpi"] | {"formula": "__import__('os')"}}, "kpi.formula"),
    ({"kpi": DRAFT["kpi"] | {"aggregation": "sum"}}, "kpi.formula"),
    ({"kpi": DRAFT["kpi"] | {"parts": {"won": "median"}}}, "kpi.formula"),
    ({"kpi": {"name": "Win rate"}}, "kpi.code"),
]


def test_errors_name_the_key() -> None:
    found, status = run("goals.coach", *(DRAFT | changes for changes, _ in REFUSED))
    assert status == 1
    for line, (changes, named) in zip(found, REFUSED, strict=True):
        assert named in line["error"], changes


def test_an_empty_draft_is_judged_too() -> None:
    (found,), status = run("goals.coach", {"today": "2026-11-23"})
    assert status == 0
    verdicts = [letter["verdict"] for letter in found.values()]
    assert verdicts == ["missing", "missing", "unknown", "missing", "missing"]


def test_thai_is_answered_in_thai_dates() -> None:
    (found,), status = run("goals.coach", DRAFT | {"language": "th", "statement": "ตอบลูกค้าทุกรายภายในหนึ่งวัน"})
    assert status == 0
    assert found["specific"]["verdict"] == "met"
    assert "2569" in found["time_bound"]["reason"]


def test_forecast_answers_in_the_agreed_shape() -> None:
    (found, thin), status = run("goals.forecast", GOAL | {"today": "2026-11-25"}, GOAL | {"record": None})
    assert status == 0
    keys = "value expected low high probability expected_by_now needed_per_working_day status"
    assert " ".join(found) == " ".join(thin) == keys
    assert found["expected_by_now"] == "0.28"
    assert float(found["low"]) < float(found["expected"]) < float(found["high"])
    assert 0 < float(found["probability"]) < 0.5
    assert found["needed_per_working_day"] is None
    assert (thin["value"], thin["expected"], thin["probability"], thin["status"]) == (None, None, None, "outdated")


def test_forecast_errors_name_the_key() -> None:
    refused: list[tuple[dict[str, Any], str]] = [
        ({"statement": "words"}, "statement"),
        ({"deadline": "2026-11-01"}, "deadline"),
        ({"target": None}, "target"),
        ({"deadline": None}, "deadline"),
    ]
    found, status = run("goals.forecast", *(GOAL | changes for changes, _ in refused))
    assert status == 1
    for line, (changes, named) in zip(found, refused, strict=True):
        assert named in line["error"], changes


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("deadline", "9999-12-31", "deadline"),
        ("start", "0001-01-01", "start"),
        ("target", "1e-999999", "target"),
        ("target", "1e31", "target"),
        ("target", "NaN", "target"),
        ("record", {"won": [["1066-10-14", "1"]]}, "record.won[0]"),
    ],
)
def test_what_no_calendar_and_no_reckoning_holds_is_named(key: str, value: object, named: str) -> None:
    for answer in (coach.answer, forecast.answer):
        with pytest.raises(LineError, match=re.escape(f"{named} must be")):
            answer(Reader((DRAFT if answer is coach.answer else GOAL) | {key: value}))


def test_odd_numbers_are_reckoned_with() -> None:
    """Zeros with an exponent, numbers at both ends of what is read, and days that began a century ago."""
    for target in ("0E-500", "0e50", "-0", "1e30", "-1e30", "1e-30"):
        won = [["1900-01-01", "5"], *DRAFT["record"]["won"], ["2026-11-20", "1e30"]]
        changes = {"target": target, "record": DRAFT["record"] | {"won": won}}
        assert coach.answer(Reader(DRAFT | changes)).keys() == coach.answer(Reader(DRAFT)).keys()
        told = forecast.answer(Reader(GOAL | changes))
        assert all(value is None or math.isfinite(float(value)) for key, value in told.items() if key != "status")
