"""What children's targets make of their parent's KPI, by arithmetic alone."""

from decimal import Decimal

import pytest

from goals.coverage import Coverage, Feed, Share, by_weight, divisor, feed_of, implied
from kpis.formula import Part, parse

WIN_RATE = parse("won / (won + lost)")
CHURN = parse("lost_customers / opening(customers)")
MARGIN = parse("(revenue - cost) / revenue")
PROFIT = parse("revenue - cost")
BEFORE = {"won": "50", "lost": "150", "opening customers": "200", "revenue": "1000", "cost": "700"}


def before(part: Part) -> Decimal | None:
    known = BEFORE.get(" ".join([*part.shifts, part.code]))
    return None if known is None else Decimal(known)


def share(kpi: str, target: str, weight: str = "") -> Share:
    return Share(kpi, Decimal(target), Decimal(weight) if weight else None)


CASES = [
    # KPI of the parent, its formula, whether it adds up, children; what they come to
    ("revenue", None, True, [share("revenue", "300"), share("revenue", "450.5")], "750.5"),
    ("revenue", None, True, [share("revenue", "300"), share("calls", "900")], "300"),
    ("revenue", None, True, [share("calls", "900")], None),
    ("revenue", None, True, [], None),
    ("csat", None, False, [share("csat", "4"), share("csat", "5")], "4.5"),
    ("csat", None, False, [share("csat", "4", "30"), share("csat", "5", "10")], "4.25"),
    ("csat", None, False, [share("csat", "4", "30"), share("csat", "5")], "4.5"),  # a weight is missing
    ("csat", None, False, [share("csat", "4", "0"), share("csat", "5", "0")], "4.5"),
    # Ratios with the same formula: by what each divides by.
    ("win_rate", WIN_RATE, False, [share("win_rate", "0.3", "20"), share("win_rate", "0.4", "60")], "0.375"),
    ("win_rate", WIN_RATE, False, [share("win_rate", "0.3"), share("win_rate", "0.4")], "0.35"),
    # What only adds totals adds up itself.
    ("profit", PROFIT, True, [share("profit", "300"), share("profit", "200", "7")], "500"),
    ("profit", PROFIT, True, [share("revenue", "2000"), share("profit", "9")], "1300"),
    # Through the parts: 60 won of what is lost as before.
    ("win_rate", WIN_RATE, False, [share("won", "40"), share("won", "10")], "0.25"),
    ("win_rate", WIN_RATE, False, [share("won", "60"), share("lost", "60")], "0.5"),
    ("win_rate", WIN_RATE, False, [share("won", "60"), share("lost", "60"), share("win_rate", "0.9", "9")], "0.5"),
    ("churn", CHURN, False, [share("lost_customers", "30")], "0.15"),
    # No target of a child speaks for what was there at the opening.
    ("churn", CHURN, False, [share("customers", "400")], None),
    ("margin", MARGIN, False, [share("cost", "600")], "0.4"),
    ("margin", MARGIN, False, [share("revenue", "2000")], "0.65"),
    ("win_rate", WIN_RATE, False, [share("won", "-150")], None),  # divided by nothing
]


@pytest.mark.parametrize(("code", "formula", "adds_up", "shares", "expected"), CASES)
def test_what_children_come_to(code: str, formula: object, adds_up: bool, shares: list[Share], expected: str) -> None:
    found = implied(code, shares, adds_up=adds_up, formula=formula, as_before=before)  # type: ignore[arg-type]
    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("value", "target", "upward", "gap", "covered"),
    [
        ("750", "1000", True, "250", False),
        ("1200", "1000", True, "-200", True),
        ("0.15", "0.20", False, "-0.05", True),
        ("0.25", "0.20", False, "0.05", False),
        (None, "10", True, None, False),
    ],
)
def test_the_gap_is_what_is_missing(value: str, target: str, upward: bool, gap: str, covered: bool) -> None:
    found = Coverage(None if value is None else Decimal(value), Decimal(target), upward, 2)
    assert (found.gap, found.is_covered) == (None if gap is None else Decimal(gap), covered)


def test_how_a_child_feeds_its_parent() -> None:
    assert feed_of("revenue", ["revenue"], []) is Feed.SAME
    assert feed_of("won", ["win_rate"], ["won", "lost"]) is Feed.PART
    assert feed_of("calls", ["win_rate"], ["won", "lost"]) is Feed.NONE


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("won / (won + lost)", {"won", "lost"}),
        ("a / b / c", {"c"}),
        ("a - b", None),
        ("a / 2", None),
        ("revenue", None),
    ],
)
def test_what_a_ratio_divides_by(text: str, parts: set[str] | None) -> None:
    found = divisor(parse(text))
    assert (found and {part.code for part in found.parts}) == parts


@pytest.mark.parametrize(
    ("total", "weights", "step", "expected"),
    [
        ("100", "1 1 1", "1", "34 33 33"),
        ("100", "1 1 1", "0.01", "33.34 33.33 33.33"),
        ("10", "0 0", "1", "5 5"),
        ("10", "3 1", "1", "8 2"),
        ("7", "1 2 4", "1", "1 2 4"),
        ("0.5", "1 1", "1", "0.5 0"),
        ("1000", "0 5 5", "100", "0 500 500"),
        ("10.25", "1 1", "1", "5.25 5"),
    ],
)
def test_a_total_is_shared_out_to_the_last_step(total: str, weights: str, step: str, expected: str) -> None:
    parts = by_weight(Decimal(total), [Decimal(weight) for weight in weights.split()], Decimal(step))
    assert parts == [Decimal(part) for part in expected.split()]
    assert sum(parts) == Decimal(total)
