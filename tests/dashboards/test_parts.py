"""The small rules of the dashboard's parts, by tables of cases; no database."""

from datetime import date
from decimal import Decimal

import pytest
from django.template import Context
from django.utils import translation

from dashboards.attention import Kind, Reason
from dashboards.board import Row
from dashboards.pace import height
from dashboards.period import period_on
from dashboards.rhythm import shade, weeks_before
from dashboards.sentences import SENTENCES, Style, gone_text, reason_text
from dashboards.templatetags.dashboards import tile_change
from dashboards.tiles import Tile, likeness
from goals.models import Goal
from goals.progress import Status
from goals.reading import Standing
from kpis.models import Kpi
from kpis.periods import PeriodRules, Window
from kpis.scopes import Scope
from teams.models import Organization
from web.charts import Point

D = Decimal
RULES = PeriodRules()
TODAY = date(2026, 11, 23)
CALLS = Kpi(organization_id=1, code="calls", name="Calls made", unit="count", decimals=0, aggregation="sum")
REVENUE = Kpi(organization_id=1, code="revenue", name="Revenue", unit="money", decimals=2, aggregation="sum")
CHURN = Kpi(
    organization_id=1, code="churn", name="Churn", unit="percent", decimals=1, aggregation="average", direction="lower"
)

OF_NORTH = Scope.team(1), Window(date(2026, 10, 1), TODAY)


FELL = Reason(Kind.WORSE, share=D("-0.154"), before=D("0.02"))


@pytest.mark.parametrize(
    ("reason", "kpi", "english"),
    [
        (Reason(Kind.TOO_SLOW, needed=D(146_000), doing=D("41400.5")), REVENUE, "Needs ฿146k a week, doing ฿41.4k"),
        (Reason(Kind.TOO_SLOW, needed=D("1.08"), doing=D("0.25")), CALLS, "Needs 1.1 a week, doing 0.3"),
        (Reason(Kind.TOO_FAST, needed=D(0), doing=D(12)), CALLS, "May use 0 a week, using 12"),
        (Reason(Kind.SILENT, 12), CALLS, "No entry for 12 days"),
        (Reason(Kind.SILENT, 1), CALLS, "No entry for 1 day"),
        (Reason(Kind.ACTIONS, 2, 5), CALLS, "2 of 5 actions overdue"),
        (Reason(Kind.ACTIONS, 1, 1), CALLS, "1 of 1 action overdue"),
        (
            Reason(Kind.WORSE, share=D("-0.154"), before=D("0.02")),
            CALLS,
            "Fell from +2% to −15% against pace within a week",
        ),
        (Reason(Kind.BEHIND, share=D("-0.42")), CALLS, "−42% against what was expected by today"),
        (Reason(Kind.UNLIKELY, share=D("0.21")), CALLS, "On pace, but by the forecast only 21% likely to be met"),
        (Reason(Kind.BEHIND), CALLS, "Behind what was expected by today"),
        (Reason(Kind.BROKEN, 2, 7), CHURN, "Held in 2 of 7 full periods"),
        (Reason(Kind.CHECK_IN, 9), CALLS, "The check-in is 9 days overdue"),
        (Reason(Kind.OVER, 1), CALLS, "The deadline passed 1 day ago"),
    ],
)
def test_reasons_in_words(reason: Reason, kpi: Kpi, english: str) -> None:
    with translation.override("en"):
        assert reason_text(reason, Style(kpi, "en", "THB")) == english


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Kind)


@pytest.mark.parametrize(
    ("kind", "today", "text"),
    [
        ("quarter", TODAY, "59% of the quarter gone"),
        ("month", TODAY, "77% of the month gone"),
        ("year", date(2027, 5, 1), "100% of the year gone"),
        ("month", date(2026, 10, 31), "Begins on 1 Nov 2026"),
    ],
)
def test_how_much_has_gone(kind: str, today: date, text: str) -> None:
    with translation.override("en"):
        assert gone_text(period_on(kind, "2026-11-23", RULES, today), "en") == text


@pytest.mark.parametrize(
    ("kind", "on", "today", "window"),
    [
        ("quarter", "", TODAY, Window(date(2026, 7, 1), date(2026, 8, 23))),
        ("quarter", "2026-08-08", TODAY, Window(date(2026, 4, 1), date(2026, 6, 30))),
        # 30 and 31 March have no partner in February.
        ("month", "", date(2026, 3, 30), Window(date(2026, 2, 1), date(2026, 2, 28))),
        ("month", "", date(2026, 3, 31), Window(date(2026, 2, 1), date(2026, 2, 28))),
        # On its last day November is still running: 30 days against 30 days of October.
        ("month", "", date(2026, 11, 30), Window(date(2026, 10, 1), date(2026, 10, 30))),
        ("month", "2026-11-30", date(2026, 12, 1), Window(date(2026, 10, 1), date(2026, 10, 31))),
        ("year", "", date(2026, 1, 1), Window(date(2025, 1, 1), date(2025, 1, 1))),
        ("quarter", "2027-01-01", TODAY, None),
        ("year", "0001-01-01", TODAY, None),
    ],
)
def test_the_same_days_of_the_period_before(kind: str, on: str, today: date, window: Window | None) -> None:
    assert period_on(kind, on, RULES, today).days_before == window


@pytest.mark.parametrize(
    ("start", "deadline", "share"),
    [
        ("2026-10-01", "2026-12-31", D(1)),
        ("2026-10-01", "2026-12-30", D(91) / 92),
        ("2026-09-01", "2026-12-31", D(92) / 122),
        ("2026-01-01", "2026-12-31", D(92) / 365),
        ("2026-01-01", "2026-09-30", D(0)),
    ],
)
def test_likeness_of_a_goal_and_a_period(start: str, deadline: str, share: Decimal) -> None:
    goal = Goal(organization_id=1, start=date.fromisoformat(start), deadline=date.fromisoformat(deadline))
    assert likeness(goal, Window(date(2026, 10, 1), date(2026, 12, 31))) == share


@pytest.mark.parametrize(
    ("kpi", "value", "expected", "pace", "ahead"),
    [
        (CALLS, D(190), D(230), D("-0.174"), D("-0.174")),
        (CALLS, D(0), None, None, None),
        # Below is better: 40 % where 32.7 % were expected is 7.3 points behind.
        (CHURN, D("0.4"), D("0.327"), D("-0.22"), D("-0.073")),
        (CHURN, D("0.3"), D("0.327"), D("0.08"), D("0.027")),
    ],
)
def test_how_far_ahead(
    kpi: Kpi, value: Decimal, expected: Decimal | None, pace: Decimal | None, ahead: Decimal | None
) -> None:
    standing = Standing(Status.ON_TRACK, value=value, expected=expected, pace=pace)
    assert Tile(kpi, value, Goal(organization_id=1), standing, None, [], *OF_NORTH).ahead == ahead


@pytest.mark.parametrize(
    ("kpi", "value", "before", "text"),
    [
        (CALLS, D(30), D(24), "<b>25%</b> more than in Q3 2026 by the same day"),
        (CALLS, D(24), D(30), "<b>20%</b> less than in Q3 2026 by the same day"),
        (CALLS, D(30), D(30), "As much as in Q3 2026"),
        (CALLS, D(30), None, "No target for this period"),
        (CALLS, None, D(30), "No target for this period"),
        # As on the KPI's own page: the difference itself where a share of nothing or less would say nothing.
        (CALLS, D(30), D(0), "<b>30</b> more than in Q3 2026 by the same day"),
        (REVENUE, D(-50), D(-100), "<b>฿50</b> more than in Q3 2026 by the same day"),
        (CHURN, D("0.3"), D("0.4"), "<b>10.0 pts</b> less than in Q3 2026 by the same day"),
        (CHURN, D("0.3"), D(0), "<b>30.0 pts</b> more than in Q3 2026 by the same day"),
    ],
)
def test_change_on_the_period_before(kpi: Kpi, value: Decimal | None, before: Decimal | None, text: str) -> None:
    context = Context({"organization": Organization(currency="THB")})
    tile = Tile(kpi, value, None, None, before, [], *OF_NORTH)
    with translation.override("en"):
        assert tile_change(context, tile, period_on("quarter", "", RULES, TODAY)) == text


@pytest.mark.parametrize(
    ("count", "busiest", "expected"), [(0, 0, 0), (0, 9, 0), (1, 9, 1), (3, 12, 1), (4, 12, 2), (9, 9, 4), (1, 1, 4)]
)
def test_shades(count: int, busiest: int, expected: int) -> None:
    assert shade(count, busiest) == expected


def test_weeks_end_with_today() -> None:
    weeks = weeks_before(date(2026, 11, 25), PeriodRules(week_start=7))
    assert len(weeks) == 8
    assert weeks[-1] == Window(date(2026, 11, 22), date(2026, 11, 25))
    assert weeks[0] == Window(date(2026, 10, 4), date(2026, 10, 10))


LINE = [Point(D(0), D(0)), Point(D("0.5"), D(10)), Point(D("0.5"), D(20)), Point(D(1), D(40))]


@pytest.mark.parametrize(
    ("at", "value"),
    [(D(0), D(0)), (D("0.25"), D(5)), (D("0.5"), D(10)), (D("0.75"), D(30)), (D(1), D(40)), (D("1.1"), None)],
)
def test_the_height_of_a_line(at: Decimal, value: Decimal | None) -> None:
    assert height(LINE, at) == value
    assert height([], at) is None


def test_search_reads_sentence_owner_and_kpi_without_case() -> None:
    row = Row(Goal(organization_id=1, statement="Reopen Dormant accounts", kpi=CALLS), Standing(Status.ON_TRACK))
    with translation.override("en"):
        assert all(row.says(words) for words in ("", "dormant", "CALLS", "organization"))
        assert not row.says("hotels")
