"""The bar as a picture: read back point by point."""

import struct
import zlib
from decimal import Decimal
from itertools import groupby

import pytest

from reminders.pictures import EDGE, FILL, HEIGHT, NOTHING, TICK, TRACK, WIDTH, bar_png, picture_of


def chunks(png: bytes) -> dict[bytes, bytes]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + data),)
        found[name] = data
        at += 12 + length
    return found


def line(png: bytes, y: int) -> list[tuple[int, int]]:
    """(index of the palette, how many points) from left to right."""
    rows = zlib.decompress(chunks(png)[b"IDAT"])
    assert len(rows) == HEIGHT * (WIDTH + 1)
    row = rows[y * (WIDTH + 1) + 1 : (y + 1) * (WIDTH + 1)]
    return [(index, len(list(points))) for index, points in groupby(row)]


@pytest.mark.parametrize(
    ("progress", "tick", "expected"),
    [
        ("0.4", None, [(FILL, 396), (TRACK, 596)]),
        (None, None, [(TRACK, 992)]),
        ("0", None, [(TRACK, 992)]),
        ("1.2", None, [(FILL, 992)]),
        ("-0.1", None, [(TRACK, 992)]),
        ("0.25", "0.5", [(FILL, 248), (TRACK, 241), (EDGE, 3), (TICK, 8), (EDGE, 3), (TRACK, 489)]),
        ("0.75", "0.5", [(FILL, 489), (EDGE, 3), (TICK, 8), (EDGE, 3), (FILL, 241), (TRACK, 248)]),
        ("1", "1", [(FILL, 978), (EDGE, 3), (TICK, 8), (EDGE, 3)]),
        ("0.5", "0", [(EDGE, 3), (TICK, 8), (EDGE, 3), (FILL, 482), (TRACK, 496)]),
    ],
)
def test_the_middle_line(progress: str | None, tick: str | None, expected: list[tuple[int, int]]) -> None:
    picture = picture_of(Decimal(progress) if progress else None, Decimal(tick) if tick else None, "ok", "en")
    assert line(picture.png, HEIGHT // 2) == expected


def test_the_tick_is_higher_than_the_bar_and_the_ends_are_round() -> None:
    png = bar_png(50, 80, "bad")
    assert line(png, 0) == [(NOTHING, 786), (EDGE, 14), (NOTHING, 192)]
    (left, *_rest, right) = line(png, 7)
    assert left[0] == right[0] == NOTHING
    assert left[1] == right[1] > 0


@pytest.mark.parametrize("mark", ["ok", "none", "warn", "bad"])
def test_colours_stand_out_on_white_and_on_dark(mark: str) -> None:
    """3:1 on both grounds, as WCAG 1.4.11 asks of what is no text."""
    palette = chunks(bar_png(50, 80, mark))[b"PLTE"]
    for part in (FILL, TICK):
        colour = palette[part * 3 : part * 3 + 3]
        for ground in (b"\xff\xff\xff", b"\x17\x1a\x20"):
            assert contrast(colour, ground) >= 3


def test_the_gap_around_the_tick_is_see_through() -> None:
    assert chunks(bar_png(50, 80, "ok"))[b"tRNS"][EDGE] == 0


def contrast(one: bytes, other: bytes) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: bytes) -> float:
    parts = [part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_a_picture_is_small_and_the_same_bar_the_same_picture() -> None:
    first, second = (picture_of(Decimal(share), Decimal("0.6"), "warn", "en") for share in ("0.3301", "0.3299"))
    assert first == second
    assert len(first.png) < 500
    assert first.name == "bar-warn-33-60.png"


def test_text() -> None:
    assert picture_of(Decimal("0.5"), Decimal("0.75"), "ok", "en").text == "██████████░░░░░│░░░░░"
    assert picture_of(None, None, "ok", "en").text == "░" * 20
