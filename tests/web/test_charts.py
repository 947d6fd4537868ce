"""Geometry and wording of the charts; no database."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.utils.safestring import SafeString

from web import charts
from web.charts import Cone, Lines, Point

D = Decimal


def parsed(chart: str) -> ElementTree.Element:
    """The chart as XML: an unescaped label or an unclosed tag fails here."""
    return ElementTree.fromstring(chart)


def of_class(chart: str, name: str) -> list[ElementTree.Element]:
    return [e for e in parsed(chart).iter() if e.get("class") == name]


def only(chart: str, name: str) -> ElementTree.Element:
    (found,) = of_class(chart, name)
    return found


def written(value: Decimal) -> str:
    return f"{value:f} <baht>"


GOAL = Lines(
    label='Revenue "Q4" & more',
    actual=(Point(D(0), D(0)), Point(D("0.5"), D(40), "1 <Nov>")),
    write=written,
    expected=(Point(D(0), D(0)), Point(D(1), D(100))),
    cone=Cone(D(70), D(80), D(95)),
    target=D(100),
    today=D("0.5"),
    marks=((D(0), "1 Oct"), (D("0.5"), "15 Nov"), (D(1), "31 Dec")),
)

EVERY_CHART = [
    charts.bar(D("0.4"), D("0.5"), "at_risk", '<b>"40 %"</b>'),
    charts.bar(None),
    charts.bullet(D(8), D(14), D(7), "on_track", "<8>"),
    charts.split([("on_track", 27), ("at_risk", 9), ("off_track", 6)], "<42>"),
    charts.split([]),
    charts.spark([D(1), D(3), D(2)], D(4), "<3>"),
    charts.ruler(D("0.59"), [(D(0), "Oct & co"), (D("0.34"), "<Nov>")]),
    charts.lines(GOAL),
    charts.lines(replace(GOAL, actual=(), cone=None, target=None)),
]


@pytest.mark.parametrize("chart", EVERY_CHART)
def test_charts_are_safe_well_formed_and_free_of_inline_style(chart: str) -> None:
    assert isinstance(chart, SafeString)
    for element in parsed(chart).iter():
        assert element.tag in {"svg", "rect", "line", "polyline", "polygon", "circle", "text", "title"}
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]


@pytest.mark.parametrize("chart", EVERY_CHART)
def test_every_coordinate_is_a_plain_number(chart: str) -> None:
    names = ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height", "points")
    for element in parsed(chart).iter():
        for name in names:
            for coordinate in re.split(r"[ ,]", element.get(name, "0")):
                assert re.fullmatch(r"-?\d+(\.\d{1,2})?%?", coordinate), (name, coordinate)


def test_a_chart_with_a_label_is_an_image_with_that_text() -> None:
    root = parsed(charts.bar(D("0.4"), label='"40 %" of <60>'))
    assert (root.get("role"), root.get("aria-label"), root.get("aria-hidden")) == ("img", '"40 %" of <60>', None)


def test_a_chart_without_a_label_is_silent() -> None:
    root = parsed(charts.bar(D("0.4")))
    assert (root.get("role"), root.get("aria-hidden")) == (None, "true")


@pytest.mark.parametrize(
    ("progress", "width"),
    [
        (D("0.7"), "70%"),
        (D(0), "0%"),
        (None, "0%"),
        (D("1.35"), "100%"),
        (D("-0.2"), "0%"),
        (D(1) / 3, "33.33%"),
        (D("1E-9"), "0%"),
    ],
)
def test_bar_is_as_wide_as_the_progress_and_stays_inside(progress: Decimal | None, width: str) -> None:
    assert only(charts.bar(progress), "fill").get("width") == width


def test_tick_stands_where_the_goal_should_be_today() -> None:
    tick = only(charts.bar(D("0.4"), D("0.585")), "tick")
    assert (tick.get("x1"), tick.get("x2")) == ("58.5%", "58.5%")
    assert of_class(charts.bar(D("0.4"), None), "tick") == []


@pytest.mark.parametrize(
    ("status", "shape"),
    [("on_track", "ok"), ("achieved", "ok"), ("at_risk", "warn"), ("off_track", "bad"), ("missed", "bad")],
)
def test_status_chooses_the_shape(status: str, shape: str) -> None:
    assert parsed(charts.bar(D(1), status=status)).get("data-s") == shape


def test_an_unknown_status_is_an_error() -> None:
    with pytest.raises(KeyError):
        charts.bar(D(1), status="on_trak")


@pytest.mark.parametrize(
    ("value", "target", "expected", "fill", "tick", "goal"),
    [
        (D(7), D(14), D(9), "50%", "64.29%", None),
        (D(28), D(14), D(7), "100%", "25%", "50%"),
        (None, D(14), D(7), "0%", "50%", None),
        (D(5), D(10), D(20), "25%", "100%", "50%"),
    ],
)
def test_bullet_ends_at_the_target_or_where_the_value_went_past_it(
    value: Decimal | None, target: Decimal, expected: Decimal, fill: str, tick: str, goal: str | None
) -> None:
    chart = charts.bullet(value, target, expected)
    assert only(chart, "fill").get("width") == fill
    assert only(chart, "tick").get("x1") == tick
    assert [line.get("x1") for line in of_class(chart, "goal")] == ([goal] if goal else [])


def test_bullet_of_a_target_of_nothing_does_not_divide_by_it() -> None:
    assert only(charts.bullet(D(0), D(0)), "fill").get("width") == "0%"


def test_split_gives_each_state_its_share() -> None:
    rects = list(parsed(charts.split([("on_track", 3), ("dropped", 0), ("off_track", 1)])))
    assert [(r.get("class"), r.get("x"), r.get("width")) for r in rects] == [
        ("ok", "0%", "74.4%"),
        ("bad", "75%", "24.4%"),
    ]


def test_split_of_nothing_is_an_empty_track() -> None:
    assert [r.get("class") for r in parsed(charts.split([("on_track", 0)]))] == ["none"]


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ([D(0), D(10)], "0,26 96,4"),
        ([D(10), D(5), D(0)], "0,4 48,15 96,26"),
        ([D(7), D(7)], "0,15 96,15"),
    ],
)
def test_spark_runs_from_its_lowest_to_its_highest_value(values: list[Decimal], points: str) -> None:
    assert only(charts.spark(values), "line").get("points") == points


@pytest.mark.parametrize("values", [[], [D(1)]])
def test_spark_of_less_than_two_values_is_nothing(values: list[Decimal]) -> None:
    assert charts.spark(values) == ""


def test_ruler_shows_what_has_gone_and_what_is_left() -> None:
    chart = charts.ruler(D("0.59"), [(D("0.34"), "Nov")], steps=4)
    past, rest, month = only(chart, "past"), only(chart, "rest"), only(chart, "m")
    assert (past.get("width"), rest.get("x"), rest.get("width")) == ("59%", "59%", "41%")
    assert month.get("x1") == "34%"
    assert [line.get("x1") for line in parsed(chart) if line.tag == "line" and not line.get("class")] == [
        "25%",
        "50%",
        "75%",
    ]


def test_ruler_of_a_period_that_is_over_ends_at_the_edge() -> None:
    chart = charts.ruler(D("1.4"))
    assert only(chart, "past").get("width") == "100%"
    assert only(chart, "rest").get("width") == "0%"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("0", "100", "0 25 50 75 100"),
        ("0", "15300000", "0 4000000 8000000 12000000 16000000"),
        ("0.25", "0.31", "0.240 0.260 0.280 0.300 0.320"),
        ("0", "0.9", "0.00 0.25 0.50 0.75 1.00"),
        ("-30", "50", "-40 -20 0 20 40 60"),
        ("7", "7", "6 8 10 12 14"),
        ("0", "0", "0.00 0.25 0.50 0.75 1.00"),
        ("0", "1E+12", "0 250000000000 500000000000 750000000000 1000000000000"),
    ],
)
def test_ticks_are_round_and_hold_the_range(low: str, high: str, expected: str) -> None:
    assert charts.ticks(D(low), D(high)) == tuple(D(value) for value in expected.split())


def test_line_chart_draws_actual_expected_forecast_and_today() -> None:
    chart = charts.lines(GOAL)
    # 0 lies at the bottom (224 - 26), 100 at the top (14).
    assert only(chart, "tgt").get("points") == "0,198 100,14"
    assert only(chart, "act").get("points") == "0,198 50,124.4"
    assert only(chart, "cone").get("points") == "50,124.4 100,23.2 100,69.2"
    assert only(chart, "proj").get("points") == "50,124.4 100,50.8"
    assert only(chart, "goal").get("y1") == "14"
    assert only(chart, "tick").get("x1") == "50%"
    assert (only(chart, "dot").get("cx"), only(chart, "dot").get("cy")) == ("50%", "124.4")


def test_line_chart_writes_values_and_dates() -> None:
    texts = [e.text for e in of_class(charts.lines(GOAL), "ax")]
    assert texts == ["25 <baht>", "50 <baht>", "75 <baht>", "100 <baht>", "1 Oct", "15 Nov", "31 Dec"]
    anchors = [e.get("text-anchor") for e in of_class(charts.lines(GOAL), "ax")[-3:]]
    assert anchors == ["start", "middle", "end"]


def test_line_chart_names_a_point_when_pointed_at() -> None:
    hit = only(charts.lines(GOAL), "hit")
    assert (hit.get("x"), hit.get("width")) == ("25%", "25%")
    assert [title.text for title in hit] == ["1 <Nov>: 40 <baht>"]


def test_of_a_period_that_is_not_over_the_line_is_told_from_what_is_known() -> None:
    known = [Point(Decimal(0), Decimal(2)), Point(Decimal("0.5"), Decimal(4))]
    begun = Point(Decimal(1), Decimal(1), is_over=False)
    drawn = charts.lines(Lines(label="", actual=[*known, begun], write=str))
    whole = charts.lines(Lines(label="", actual=[*known, Point(Decimal(1), Decimal(1))], write=str))
    assert (drawn.count('class="act"'), drawn.count('class="act open"'), drawn.count('class="dot open"')) == (1, 1, 1)
    assert (whole.count('class="act"'), whole.count("open")) == (1, 0)
    # No area below what is not known yet, and nothing but a way to it where only it follows.
    assert 'class="area" points="0,' in drawn
    assert " 50," in drawn.partition('class="area"')[2].partition("/>")[0]
    assert " 100," not in drawn.partition('class="area"')[2].partition("/>")[0]
    alone = charts.lines(Lines(label="", actual=[known[0], begun], write=str))
    assert (alone.count("area"), alone.count('class="act open"')) == (0, 1)


def test_line_chart_without_entries_has_no_line_no_dot_and_no_forecast() -> None:
    chart = charts.lines(replace(GOAL, actual=()))
    assert [of_class(chart, name) for name in ("act", "area", "dot", "cone", "proj", "hit")] == [[]] * 6
    assert only(chart, "tgt") is not None


def test_levels_use_the_height_for_their_own_range() -> None:
    chart = charts.lines(
        Lines(
            label="Win rate",
            actual=(Point(D(0), D("0.25")), Point(D(1), D("0.31"))),
            write=lambda value: f"{value:%}",
            from_zero=False,
        )
    )
    assert [e.text for e in of_class(chart, "ax")] == ["26%", "28%", "30%", "32%"]
