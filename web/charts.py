"""Charts as SVG from the server.

Every size is an attribute (the content security policy refuses style=""). Horizontal lengths are percentages, so that
charts follow the width of their place without a script while text and round corners keep their shape; curves lie in an
inner SVG of 100 units width that is stretched, with strokes that are not. Colours come from the stylesheet.

Shares are Decimals where 1 is the whole width; values are Decimals in any unit. A chart with a label is an image with
that text; without one it is decoration beside text that says the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from web.marks import mark_of

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(4), Decimal(5), Decimal(10))
SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 96, 30, 4
AXIS_TOP, AXIS_BOTTOM = 14, 26


@dataclass(frozen=True)
class Point:
    """A value at a share of the width. A point with a name shows it when pointed at. One whose period is not over is
    told from the others: it says little yet.
    """

    at: Decimal
    value: Decimal
    name: str = ""
    is_over: bool = True


@dataclass(frozen=True)
class Cone:
    """Where the value will probably be at the right edge."""

    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True)
class Lines:
    """A line chart over time: what happened, what was expected, what is likely.

    `marks` are the dates under the axis with their places; `write` puts a value in words for the scale; levels such as
    a rate are drawn without `from_zero`, so that small changes show.
    """

    label: str
    actual: Sequence[Point]
    write: Callable[[Decimal], str]
    expected: Sequence[Point] = ()
    cone: Cone | None = None
    target: Decimal | None = None
    today: Decimal | None = None
    marks: Sequence[tuple[Decimal, str]] = ()
    from_zero: bool = True
    height: int = 224


@dataclass(frozen=True)
class Scale:
    """Values to heights. `grid` holds the values that get a line."""

    low: Decimal
    high: Decimal
    top: int
    bottom: int
    grid: tuple[Decimal, ...] = ()

    def y(self, value: Decimal) -> str:
        share = (value - self.low) / (self.high - self.low)
        return number(self.bottom - share * (self.bottom - self.top))


def bar(progress: Decimal | None, tick: Decimal | None = None, status: str = "on_track", label: str = "") -> SafeString:
    """How far, as a share; the tick is where it should be today."""
    return format_html(
        '<svg class="bar" data-s="{}"{} height="14"><rect class="track" y="4" width="100%" height="6" rx="3"/>'
        '<rect class="fill" y="4" width="{}" height="6" rx="3"/>{}</svg>',
        mark_of(status),
        _alternative(label),
        percent(progress or ZERO),
        _tick(tick, 0, 14),
    )


def bullet(
    value: Decimal | None,
    target: Decimal,
    expected: Decimal | None = None,
    status: str = "on_track",
    label: str = "",
) -> SafeString:
    """A value on the way from 0 to its target, longer where it went past it; the tick is what was expected by now."""
    whole = max(target, value or ZERO, expected or ZERO)
    if whole <= 0:
        return bar(ZERO, None, status, label)
    return format_html(
        '<svg class="bullet" data-s="{}"{} height="18"><rect class="band" y="3" width="100%" height="12" rx="2"/>'
        '<rect class="fill" y="6" width="{}" height="6" rx="1.5"/>{}{}</svg>',
        mark_of(status),
        _alternative(label),
        percent((value or ZERO) / whole),
        _target_line(target / whole) if target < whole else "",
        _tick(None if expected is None else expected / whole, 0, 18),
    )


def split(parts: Iterable[tuple[str, int | Decimal]], label: str = "") -> SafeString:
    """How a whole divides among states, for example ("on_track", 27), ("at_risk", 9)."""
    shown = [(mark_of(status), Decimal(amount)) for status, amount in parts if amount > 0]
    whole = sum((amount for _status, amount in shown), ZERO)
    pieces, start = [], ZERO
    for shape, amount in shown:
        width = amount / whole
        pieces.append((shape, percent(start), percent(max(width - Decimal("0.006"), ZERO))))
        start += width
    drawn = format_html_join(
        "", '<rect class="{}" x="{}" y="4" width="{}" height="6" rx="1.5"/>', pieces or [("none", "0%", "100%")]
    )
    return format_html('<svg class="bar split"{} height="14">{}</svg>', _alternative(label), drawn)


def spark(values: Sequence[Decimal], target: Decimal | None = None, label: str = "") -> SafeString:
    """The course of a few values in a corner, with the target as a dotted line. Nothing for less than two."""
    if len(values) < 2:
        return mark_safe("")
    scale = _scale_of([*values, target] if target is not None else values)
    step = Decimal(SPARK_WIDTH) / (len(values) - 1)
    curve = " ".join(f"{number(i * step)},{scale.y(value)}" for i, value in enumerate(values))
    goal = ""
    if target is not None:
        y = scale.y(target)
        goal = format_html('<line class="target" x1="0" x2="100" y1="{}" y2="{}"/>', y, y)
    return format_html(
        '<svg class="spark"{} width="96" height="30"><svg viewBox="0 0 100 30" preserveAspectRatio="none" '
        'width="100%" height="30">{}<polygon class="area" points="0,30 {} 96,30"/><polyline class="line" '
        'points="{}"/></svg><circle class="dot" cx="96%" cy="{}" r="2.6"/></svg>',
        _alternative(label),
        goal,
        curve,
        curve,
        scale.y(values[-1]),
    )


def ruler(elapsed: Decimal, months: Sequence[tuple[Decimal, str]] = (), steps: int = 13) -> SafeString:
    """A period as a measure: what has gone, the months, and today. The same words must stand beside it."""
    minor = [percent(Decimal(i) / steps) for i in range(1, steps)]
    gone = percent(elapsed)
    return format_html(
        '<svg class="ruler" aria-hidden="true" height="30"><rect class="past" width="{}" y="20" height="4" rx="2"/>'
        '<rect class="rest" x="{}" width="{}" y="20" height="4" rx="2"/>{}{}{}</svg>',
        gone,
        gone,
        percent(ONE - clamped(elapsed)),
        format_html_join("", '<line x1="{}" x2="{}" y1="14" y2="20"/>', ((x, x) for x in minor)),
        format_html_join(
            "",
            '<line class="m" x1="{}" x2="{}" y1="4" y2="20"/><text x="{}" dx="6" y="12">{}</text>',
            ((percent(at), percent(at), percent(at), name) for at, name in months),
        ),
        _tick(elapsed, 4, 30),
    )


def lines(chart: Lines) -> SafeString:
    """The chart of a goal: actual, expected, target and, towards the right edge, the forecast."""
    scale = _scale_of_chart(chart)
    today = ""
    if chart.today is not None:
        x = percent(chart.today)
        today = format_html('<line class="tick" x1="{}" x2="{}" y1="{}" y2="{}"/>', x, x, scale.top, scale.bottom)
    return format_html(
        '<svg class="chart"{} height="{}">{}<svg viewBox="0 0 100 {}" preserveAspectRatio="none" width="100%" '
        'height="{}">{}{}{}</svg>{}{}{}{}</svg>',
        _alternative(chart.label),
        chart.height,
        _grid(chart, scale),
        chart.height,
        chart.height,
        _forecast(chart, scale),
        _curve("tgt", chart.expected, scale),
        _actual(chart.actual, scale),
        today,
        _end_dot(chart.actual, scale),
        _dates(chart),
        _hits(chart, scale),
    )


def ticks(low: Decimal, high: Decimal, count: int = 4) -> tuple[Decimal, ...]:
    """Round values from at most `low` to at least `high`, about `count` steps apart (1, 2, 2.5, 4 or 5 times 10^n)."""
    if high <= low:
        high = low + (abs(low) or ONE)
    rough = (high - low) / count
    magnitude = ONE.scaleb(rough.adjusted())
    step = next(factor * magnitude for factor in STEPS if factor * magnitude >= rough)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return tuple(step * n for n in range(int(first), int(last) + 1))


def number(value: Decimal) -> str:
    """A coordinate: at most two decimals, never an exponent."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def clamped(share: Decimal) -> Decimal:
    return max(ZERO, min(ONE, share))


def percent(share: Decimal) -> str:
    """A length or a place across the chart, held inside it."""
    return f"{number(clamped(share) * HUNDRED)}%"


def _alternative(label: str) -> SafeString:
    if not label:
        return mark_safe(' aria-hidden="true"')
    return format_html(' role="img" aria-label="{}"', label)


def _tick(share: Decimal | None, top: int, bottom: int) -> str:
    if share is None:
        return ""
    x = percent(share)
    return format_html('<line class="tick" x1="{}" x2="{}" y1="{}" y2="{}"/>', x, x, top, bottom)


def _target_line(share: Decimal) -> SafeString:
    x = percent(share)
    return format_html('<line class="goal" x1="{}" x2="{}" y1="3" y2="15"/>', x, x)


def _scale_of(values: Sequence[Decimal]) -> Scale:
    low, high = min(values), max(values)
    if low == high:
        low, high = low - 1, high + 1
    return Scale(low, high, SPARK_EDGE, SPARK_HEIGHT - SPARK_EDGE)


def _scale_of_chart(chart: Lines) -> Scale:
    values = [point.value for point in (*chart.actual, *chart.expected)]
    values += [ZERO] if chart.from_zero or not values else []
    values += [] if chart.target is None else [chart.target]
    values += [] if chart.cone is None else [chart.cone.low, chart.cone.high]
    grid = ticks(min(values), max(values))
    return Scale(grid[0], grid[-1], AXIS_TOP, chart.height - AXIS_BOTTOM, grid)


def _grid(chart: Lines, scale: Scale) -> SafeString:
    heights = [(scale.y(value), value) for value in scale.grid]
    drawn = format_html_join(
        "", '<line class="g" x1="0" x2="100%" y1="{}" y2="{}"/>', ((y, y) for y, _value in heights[1:])
    )
    named = format_html_join(
        "",
        '<text class="ax" x="0" y="{}">{}</text>',
        ((number(Decimal(y) - 4), chart.write(value)) for y, value in heights[1:]),
    )
    base = heights[0][0]
    goal = ""
    if chart.target is not None:
        y = scale.y(chart.target)
        goal = format_html('<line class="goal" x1="0" x2="100%" y1="{}" y2="{}"/>', y, y)
    return format_html('{}{}<line class="base" x1="0" x2="100%" y1="{}" y2="{}"/>{}', drawn, named, base, base, goal)


def _points(points: Iterable[Point], scale: Scale) -> str:
    return " ".join(f"{number(point.at * HUNDRED)},{scale.y(point.value)}" for point in points)


def _curve(name: str, points: Sequence[Point], scale: Scale) -> str:
    if len(points) < 2:
        return ""
    return format_html('<polyline class="{}" points="{}"/>', name, _points(points, scale))


def _actual(points: Sequence[Point], scale: Scale) -> str:
    if len(points) < 2:
        return ""
    over = [point for point in points if point.is_over]
    tail = "" if points[-1].is_over else _curve("act open", points[-2:], scale)
    if len(over) < 2:
        return tail
    left, right = number(over[0].at * HUNDRED), number(over[-1].at * HUNDRED)
    area = f"{left},{scale.bottom} {_points(over, scale)} {right},{scale.bottom}"
    return format_html('<polygon class="area" points="{}"/>{}{}', area, _curve("act", over, scale), tail)


def _forecast(chart: Lines, scale: Scale) -> str:
    if chart.cone is None or not chart.actual:
        return ""
    start = _points(chart.actual[-1:], scale)
    low, middle, high = (scale.y(value) for value in (chart.cone.low, chart.cone.middle, chart.cone.high))
    return format_html(
        '<polygon class="cone" points="{} 100,{} 100,{}"/><polyline class="proj" points="{} 100,{}"/>',
        start,
        high,
        low,
        start,
        middle,
    )


def _end_dot(points: Sequence[Point], scale: Scale) -> str:
    if not points:
        return ""
    last = points[-1]
    name = "dot" if last.is_over else "dot open"
    return format_html('<circle class="{}" cx="{}" cy="{}" r="4"/>', name, percent(last.at), scale.y(last.value))


def _dates(chart: Lines) -> SafeString:
    def anchor(at: Decimal) -> str:
        return "start" if at <= 0 else "end" if at >= 1 else "middle"

    return format_html_join(
        "",
        '<text class="ax" x="{}" y="{}" text-anchor="{}">{}</text>',
        ((percent(at), chart.height - 8, anchor(at), text) for at, text in chart.marks),
    )


def _hits(chart: Lines, scale: Scale) -> SafeString:
    """What is shown when a named point is pointed at: strips from half way before it to half way after."""
    places = [point.at for point in chart.actual]
    strips = []
    for i, point in enumerate(chart.actual):
        left = (places[i - 1] + point.at) / 2 if i else point.at
        right = (places[i + 1] + point.at) / 2 if i + 1 < len(places) else point.at
        if point.name and right > left:
            strips.append((percent(left), percent(right - left), point.name, chart.write(point.value)))
    return format_html_join(
        "",
        '<rect class="hit" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>',
        ((left, scale.top, width, scale.bottom - scale.top, name, value) for left, width, name, value in strips),
    )
