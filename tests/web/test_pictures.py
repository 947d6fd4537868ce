"""Charts as files of their own."""

import re
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from web import pictures
from web.charts import Cone, Lines, Point, lines
from web.columns import Column, Columns, columns
from web.pictures import Picture, drawn

ROOT = Path(__file__).resolve().parents[2]
CSS = "{http://www.w3.org/2000/svg}"


def write(value: Decimal) -> str:
    return f"<{value}>"


LINES = lines(
    Lines(
        label="Calls",
        actual=[Point(Decimal(0), Decimal(0)), Point(Decimal("0.5"), Decimal(40), "Mon")],
        write=write,
        expected=[Point(Decimal(0), Decimal(0)), Point(Decimal(1), Decimal(100))],
        cone=Cone(Decimal(70), Decimal(80), Decimal(95)),
        target=Decimal(100),
        today=Decimal("0.5"),
        marks=[(Decimal(0), "1 Oct")],
    )
)
COLUMNS = columns(
    Columns(
        label="Calls",
        columns=[Column("Oct", Decimal(4), Decimal(3)), Column("Nov", Decimal(2), None, is_over=False)],
        write=write,
    )
)


def picture(chart: str) -> Picture:
    return Picture("calls", "Calls & more", "North <team>", [("act", "Actual"), ("was", "ปีก่อน")], chart)


@pytest.mark.parametrize("chart", [LINES, COLUMNS])
def test_it_stands_alone(chart: str) -> None:
    text = drawn(picture(chart))
    root = ElementTree.fromstring(text)
    assert root.tag == f"{CSS}svg"
    assert root.findtext(f"{CSS}title") == "Calls & more"
    assert root.findtext(f"{CSS}desc") == "North <team>"
    for needed in ("class=", "%", "var(", "href", "url("):
        assert needed not in text
    # One drawing, without drawings inside, and nothing outside of its frame.
    assert len(root.findall(f".//{CSS}svg")) == 0
    for found in re.findall(r' (?:x|x1|x2|cx)="([^"]+)"', text):
        assert 0 <= float(found) <= pictures.WIDTH


def test_its_points_are_where_the_page_has_them() -> None:
    root = ElementTree.fromstring(drawn(picture(LINES)))
    width = pictures.WIDTH - 2 * pictures.EDGE
    (actual,) = [line for line in root.iter(f"{CSS}polyline") if line.get("stroke-width") == "2.5"]
    assert [point.split(",")[0] for point in (actual.get("points") or "").split()] == ["0", str(width // 2)]
    (cone,) = [shape for shape in root.iter(f"{CSS}polygon") if shape.get("fill") == pictures.ACCENT_SOFT]
    assert (cone.get("points") or "").split()[1].startswith(f"{width},")


def test_what_is_no_chart_is_refused() -> None:
    with pytest.raises(ValueError, match="not a chart"):
        drawn(picture('<svg class="spark"></svg>'))


def test_colours_are_those_of_the_light_theme() -> None:
    css = (ROOT / "static/css/tokens.css").read_text()
    light = dict(re.findall(r"--([a-z0-9-]+):light-dark\((#[0-9a-f]{6}),", css))
    names = ("SURFACE", "INK", "INK_2", "INK_3", "LINE", "LINE_STRONG", "DATA", "ACCENT_SOFT")
    assert {name: getattr(pictures, name) for name in names} == {
        name: light[name.lower().replace("_", "-")] for name in names
    }
