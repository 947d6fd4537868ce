"""Charts as pictures of their own: an SVG file that needs no stylesheet, no font of ours and no page around it.

Drawn from what `web.charts` and `web.columns` draw for pages. Classes become attributes in the light colours and
shares of the width become pixels, because programs that show slides know neither our stylesheet nor stretched
drawings inside of drawings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe

from web.charts import number
from web.sheets import named

SVG, TYPE = "svg", "image/svg+xml; charset=utf-8"
WIDTH, EDGE, TOP, BOTTOM = 960, 32, 92, 24
FONTS = "Anuphan, 'Noto Sans Thai', 'Sukhumvit Set', 'Leelawadee UI', 'Segoe UI', Roboto, Arial, sans-serif"
SURFACE, INK, INK_2, INK_3 = "#ffffff", "#181e29", "#484f5a", "#616872"
LINE, LINE_STRONG, DATA, ACCENT_SOFT = "#e1e4e8", "#7e868e", "#3c61a7", "#e9f0fe"
ROUND = 'stroke-linejoin="round" stroke-linecap="round"'
# As static/css/app.css has them.
LOOKS = {
    "g": f'stroke="{LINE}"',
    "base": f'stroke="{LINE_STRONG}"',
    "ax": f'fill="{INK_3}" font-size="12"',
    "goal": f'stroke="{INK_2}" stroke-width="1.5"',
    "area": f'fill="{DATA}" fill-opacity="0.07"',
    "act": f'fill="none" stroke="{DATA}" stroke-width="2.5" {ROUND}',
    "act open": f'fill="none" stroke="{DATA}" stroke-width="2.5" stroke-dasharray="2 7" {ROUND}',
    "tgt": f'fill="none" stroke="{INK_3}" stroke-width="1.5" stroke-dasharray="5 5" {ROUND}',
    "proj": f'fill="none" stroke="{DATA}" stroke-width="2" stroke-dasharray="1 5" {ROUND}',
    "cone": f'fill="{ACCENT_SOFT}"',
    "tick": f'stroke="{INK}" stroke-opacity="0.35"',
    "dot": f'fill="{DATA}" stroke="{SURFACE}" stroke-width="2"',
    "dot open": f'fill="{SURFACE}" stroke="{DATA}" stroke-width="2"',
    "col": f'fill="{DATA}"',
    "col open": f'fill="{ACCENT_SOFT}" stroke="{DATA}"',
    "was": f'stroke="{INK}" stroke-width="2"',
}
_POINTED_AT = re.compile(r'<rect class="hit".*?</rect>', re.S)
_FRAME = re.compile(r"</?svg[^>]*>")
_CLASS = re.compile(r'class="([^"]*)"')
_SHARE = re.compile(r'"(-?[0-9.]+)%"')
_POINTS = re.compile(r'points="([^"]*)"')
_HEIGHT = re.compile(r'<svg class="chart[^>]*? height="(\d+)"')


@dataclass(frozen=True)
class Picture:
    """`name` is the file's, without what tells its kind. `legend` explains lines by their classes, as `act`."""

    name: str
    title: str
    about: str
    legend: Sequence[tuple[str, str]]
    chart: str


def picture_response(picture: Picture) -> HttpResponse:
    """A download."""
    response = HttpResponse(drawn(picture), content_type=TYPE)
    response["Content-Disposition"] = content_disposition_header(True, named(picture.name, SVG))
    return response


def drawn(picture: Picture) -> str:
    """The whole file. Raises ValueError for what is no chart of ours, KeyError for a part whose look is not known."""
    found = _HEIGHT.search(picture.chart)
    if found is None:
        raise ValueError("not a chart")
    height = int(found[1]) + TOP + BOTTOM
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" '
        'font-family="{fonts}"><title>{title}</title><desc>{about}</desc>'
        '<rect width="{w}" height="{h}" fill="{surface}"/>'
        '<text x="{edge}" y="38" font-size="20" font-weight="600" fill="{ink}">{title}</text>'
        '<text x="{edge}" y="62" font-size="13" fill="{ink_2}">{about}</text>{legend}'
        '<g transform="translate({edge} {top})">{chart}</g></svg>',
        w=WIDTH, h=height, fonts=FONTS, title=picture.title, about=picture.about, surface=SURFACE, edge=EDGE, top=TOP,
        ink=INK, ink_2=INK_2, legend=_legend(picture.legend), chart=_standing_alone(picture.chart),
    )  # fmt: skip


def _standing_alone(chart: str) -> SafeString:
    width = WIDTH - 2 * EDGE
    text = _FRAME.sub("", _POINTED_AT.sub("", chart))
    text = _POINTS.sub(lambda found: f'points="{_stretched(found[1], width)}"', text)
    text = _SHARE.sub(lambda found: f'"{number(Decimal(found[1]) * width / 100)}"', text)
    return mark_safe(_CLASS.sub(lambda found: LOOKS[found[1]], text))  # noqa: S308 - made of what was escaped


def _stretched(points: str, width: int) -> str:
    """From a drawing of 100 units width."""
    pairs = (pair.split(",") for pair in points.split())
    return " ".join(f"{number(Decimal(x) * width / 100)},{y}" for x, y in pairs)


def _legend(entries: Sequence[tuple[str, str]]) -> SafeString:
    """From the right edge, in their order; wide enough for words in either language."""
    step = 150
    start = WIDTH - EDGE - step * len(entries)
    return format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="33" y2="33" {}/><text x="{}" y="38" font-size="13" fill="{}">{}</text>',
        (
            (start + i * step, start + i * step + 22, mark_safe(_KEYS[look]), start + i * step + 30, INK_2, words)  # noqa: S308
            for i, (look, words) in enumerate(entries)
        ),
    )


# In the legend a column is a broad line.
_KEYS = {**LOOKS, "col": f'stroke="{DATA}" stroke-width="10"'}
