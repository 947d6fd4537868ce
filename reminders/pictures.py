"""The bar of a goal as a picture that travels within the mail: what is done, and the tick where it should be today.

A PNG with a palette of five, written by hand: three shapes need no drawing library. The ground is see-through and the
colours stand out on white and on dark alike, because a picture can't ask which of the two it lies on.
"""

import struct
import zlib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from web.formats import format_value

# Twice the size at which it is shown, for fine screens.
WIDTH, HEIGHT = 992, 28
THICK = 14
TICK_WIDTH, TICK_EDGE = 8, 3
ZERO, ONE = Decimal(0), Decimal(1)
TEXT_WIDTH = 20

NOTHING, TRACK, FILL, TICK, EDGE = range(5)
TRACK_COLOUR = (0x80, 0x8C, 0x9A, 0x55)  # red, green, blue, opacity
FILLS = {
    "ok": (0x45, 0x76, 0xD0, 0xFF),
    "none": (0x45, 0x76, 0xD0, 0xFF),
    "warn": (0xB9, 0x6C, 0x1E, 0xFF),
    "bad": (0xD5, 0x3C, 0x3D, 0xFF),
}
# One grey that stands out 4:1 on white and on dark; around it is a see-through gap, so that it touches no colour.
TICK_COLOUR, EDGE_COLOUR = (0x77, 0x80, 0x8C, 0xFF), (0, 0, 0, 0)


@dataclass(frozen=True)
class Picture:
    """`words` stand in where pictures are not shown, `text` in the plain letter. The same bar has the same `name`."""

    name: str
    words: str
    text: str
    png: bytes


def picture_of(progress: Decimal | None, tick: Decimal | None, mark: str, language: str) -> Picture:
    """Shares of one; a tick of None is none. The language must be the active one as well."""
    done, at = _hundredths(progress or ZERO), None if tick is None else _hundredths(tick)
    return Picture(
        name=f"bar-{mark}-{done}-{'none' if at is None else at}.png",
        words=_words(done, at, language),
        text=_text(done, at),
        png=bar_png(done, at, mark),
    )


def _hundredths(share: Decimal) -> int:
    return round(min(max(share, ZERO), ONE) * 100)


def _words(done: int, at: int | None, language: str) -> str:
    words = {
        "done": format_value(Decimal(done) / 100, "percent", 0, language),
        "expected": format_value(Decimal(at or 0) / 100, "percent", 0, language),
    }
    if at is None:
        return _("%(done)s of the way done") % words
    return _("%(done)s of the way done, %(expected)s expected by today") % words


def _text(done: int, at: int | None) -> str:
    cells = ["█" if (number + 1) * 100 <= done * TEXT_WIDTH else "░" for number in range(TEXT_WIDTH)]
    if at is not None:
        cells.insert(round(at * TEXT_WIDTH / 100), "│")
    return "".join(cells)


@lru_cache(maxsize=2048)
def bar_png(done: int, at: int | None, mark: str) -> bytes:
    """`done` and `at` in hundredths."""
    palette = [(0, 0, 0, 0), TRACK_COLOUR, FILLS[mark], TICK_COLOUR, EDGE_COLOUR]
    rows = b"".join(b"\0" + _row(y, done * WIDTH // 100, at) for y in range(HEIGHT))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
            (b"PLTE", bytes(part for colour in palette for part in colour[:3])),
            (b"tRNS", bytes(colour[3] for colour in palette)),
            (b"IDAT", zlib.compress(rows, 9)),
            (b"IEND", b""),
        )
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _row(y: int, done: int, at: int | None) -> bytes:
    """One line of the picture, an index of the palette for each point."""
    row = bytearray(WIDTH)
    inset = _inset(y)
    if inset is not None:
        row[inset : WIDTH - inset] = bytes([TRACK]) * (WIDTH - 2 * inset)
        end = min(done, WIDTH - inset)
        if end > inset:
            row[inset:end] = bytes([FILL]) * (end - inset)
    if at is not None:
        left = min(max(at * WIDTH // 100 - TICK_WIDTH // 2, TICK_EDGE), WIDTH - TICK_WIDTH - TICK_EDGE)
        row[left - TICK_EDGE : left + TICK_WIDTH + TICK_EDGE] = bytes([EDGE]) * (TICK_WIDTH + 2 * TICK_EDGE)
        if TICK_EDGE <= y < HEIGHT - TICK_EDGE:
            row[left : left + TICK_WIDTH] = bytes([TICK]) * TICK_WIDTH
    return bytes(row)


def _inset(y: int) -> int | None:
    """How far the round end leaves the line free on each side; None above and below the bar."""
    radius = THICK / 2
    off = abs(y + 0.5 - HEIGHT / 2)
    return round(radius - (radius**2 - off**2) ** 0.5) if off < radius else None
