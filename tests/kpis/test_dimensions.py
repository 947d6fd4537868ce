"""Which units go together: one table of sums, one of products and quotients, one of what fits."""

import pytest
from django.utils import translation

from kpis.dimensions import UNITS, Dimension, Remark, UnitMismatch, check_units, examine, fitting_units
from kpis.formula import parse
from kpis.models import Kpi

# Two KPIs of each unit, named after it.
KNOWN = {f"{unit}{n}": unit for unit in UNITS for n in ("_a", "_b")} | {f"{unit}_a": unit for unit in UNITS}

MONEY, COUNT, HOURS, PLAIN = UNITS["money"], UNITS["count"], UNITS["duration"], UNITS["ratio"]


def test_every_unit_has_a_dimension() -> None:
    assert set(UNITS) == set(Kpi.Unit.values)


SUMS = [
    # left      right       money count percent ratio duration
    ("money_a", "money_b", "right"),
    ("money_a", "count_a", "refused"),
    ("money_a", "percent_a", "refused"),
    ("money_a", "ratio_a", "refused"),
    ("money_a", "duration_a", "refused"),
    ("count_a", "count_b", "right"),
    ("count_a", "percent_a", "refused"),
    ("count_a", "ratio_a", "asked"),
    ("count_a", "duration_a", "refused"),
    ("percent_a", "percent_b", "right"),
    ("percent_a", "ratio_a", "right"),
    ("percent_a", "duration_a", "refused"),
    ("ratio_a", "ratio_b", "right"),
    ("ratio_a", "duration_a", "refused"),
    ("duration_a", "duration_b", "right"),
    # What stands inside counts: quotients, products, functions, signs, bare numbers.
    ("money_a / count_a", "money_b", "asked"),
    ("count_a / count_b", "count_a", "asked"),
    ("count_a / count_b", "percent_a", "right"),
    ("count_a * percent_a", "count_b", "right"),
    ("count_a * percent_a", "percent_b", "refused"),
    ("money_a / money_b", "percent_a", "right"),
    ("money_a / duration_a", "money_b", "refused"),
    ("previous(money_a)", "-money_b", "right"),
    ("1 - percent_a", "percent_b", "right"),
    ("2 * percent_a", "count_a", "refused"),
    ("-percent_a", "count_a", "refused"),
    ("money_a", "1000", "right"),
    ("1", "percent_a", "right"),
    ("2 * 3", "duration_a", "right"),
    ("unknown", "money_a", "right"),
]


@pytest.mark.parametrize(("left", "right", "answer"), SUMS)
@pytest.mark.parametrize("sign", ["+", "-"])
def test_what_may_be_added(left: str, right: str, answer: str, sign: str) -> None:
    for text in (f"({left}) {sign} ({right})", f"({right}) {sign} ({left})"):
        found = examine(parse(text), KNOWN, "count")
        asked = [remark.code for remark in found.remarks if remark.code == "loose_units"]
        assert ("refused" if found.mismatch else "asked" if asked else "right") == answer, text


@pytest.mark.parametrize(
    ("text", "dimension", "fitting"),
    [
        ("money_a / count_a", Dimension(money=1, count=-1), ("money",)),  # cost per customer
        ("money_a / duration_a", Dimension(money=1, hours=-1), ("money",)),  # sales per hour
        ("count_a / count_b", PLAIN, ("percent", "ratio")),  # won of opened
        ("money_a / money_b", PLAIN, ("percent", "ratio")),  # margin
        ("money_a * percent_a", MONEY, ("money",)),  # commission
        ("count_a * percent_a", COUNT, ("count",)),  # expected wins
        ("count_a * ratio_a", COUNT, ("count",)),
        ("percent_a * percent_b", PLAIN, ("percent", "ratio")),  # stage after stage
        ("money_a / count_a * count_b", MONEY, ("money",)),  # deal size times deals
        ("count_a * (money_a / count_b) * percent_a / count_a", Dimension(money=1, count=-1), ("money",)),  # velocity
        ("duration_a / count_a", Dimension(hours=1, count=-1), ("duration",)),  # hours per deal
        ("count_a / duration_a", Dimension(count=1, hours=-1), ("ratio", "count")),  # calls per hour
        ("duration_a / duration_b", PLAIN, ("percent", "ratio")),  # share of selling time
        ("count_a / money_a", Dimension(count=1, money=-1), ("ratio",)),  # leads per baht
        ("money_a * money_b", Dimension(money=2), ("ratio",)),
        ("1 / count_a", Dimension(count=-1), ("ratio",)),
        ("money_a / 12", MONEY, ("money",)),
        ("1 - count_a / opening(count_b)", PLAIN, ("percent", "ratio")),  # retention
        ("year_to_date(money_a) / last_year(year_to_date(money_a)) - 1", PLAIN, ("percent", "ratio")),
        ("2 * 3", None, ()),
        ("unknown * 2", None, ()),
    ],
)
def test_products_and_quotients(text: str, dimension: Dimension | None, fitting: tuple[str, ...]) -> None:
    found = examine(parse(text), KNOWN, fitting[0] if fitting else "count")
    assert (found.dimension, found.units, found.mismatch, found.remarks) == (dimension, fitting, None, ())


@pytest.mark.parametrize(
    ("text", "unit", "remarks"),
    [
        ("count_a / count_b", "percent", []),
        ("count_a / count_b", "ratio", []),
        ("count_a / count_b", "count", ["unit"]),
        ("money_a / count_a", "percent", ["unit"]),
        ("money_a", "money", []),
        ("money_a", "ratio", ["unit"]),
        ("count_a / count_b * 100", "percent", ["times_hundred"]),
        ("100 * percent_a", "percent", ["times_hundred"]),
        ("count_a / count_b * 100", "ratio", []),
        ("count_a * 100", "count", []),
        ("100 - percent_a", "percent", ["hundred"]),
        ("100 - count_a", "count", []),
        ("2 * 3", "money", []),
    ],
)
def test_remarks(text: str, unit: str, remarks: list[str]) -> None:
    assert [remark.code for remark in examine(parse(text), KNOWN, unit).remarks] == remarks


def test_every_unit_fits_itself() -> None:
    for unit, dimension in UNITS.items():
        assert unit in fitting_units(dimension)


def test_a_mismatch_is_told_in_the_readers_language() -> None:
    with pytest.raises(UnitMismatch) as caught:
        check_units(parse("money_a + win"), {**KNOWN, "win": "percent"})
    assert caught.value.message == (
        "“money_a” is money and “win” is a percentage: these cannot be added or subtracted."
    )
    with translation.override("th"):
        assert "เปอร์เซ็นต์" in caught.value.message
        assert "%(" not in caught.value.message


def test_remarks_are_whole_sentences() -> None:
    for code, sentence in Remark.sentences.items():
        told = Remark(code, dict.fromkeys(("left", "right", "left_unit", "right_unit", "result"), "x")).message
        assert "%" not in sentence or "%(" not in told
