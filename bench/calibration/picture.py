"""The two pictures of a calibration: what was promised beside what came true, and where the outcomes fell."""

from collections.abc import Iterator, Sequence

from bench.calibration.score import BINS, Score

SIDE, GAP, EDGE = 240, 90, 50
INK, FAINT, COLOURS = "#374151", "#d1d5db", ("#0f766e", "#b45309", "#6d28d9", "#be185d")


def picture(scores: Sequence[tuple[str, Score]]) -> str:
    """SVG with a reliability diagram (left) and the histogram of places (right), a colour for each set of records."""
    width, height = 2 * SIDE + GAP + 2 * EDGE, SIDE + 2 * EDGE + 20 * len(scores)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
            f' font-size="11" fill="{INK}" role="img" aria-label="Calibration of the forecasts">',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *_reliability(scores, EDGE, 30),
            *_places(scores, EDGE + SIDE + GAP, 30),
            *_legend(scores, EDGE, 30 + SIDE + 50),
            "</svg>",
            "",
        ]
    )


def _frame(left: int, top: int, title: str, across: str) -> Iterator[str]:
    yield f'<text x="{left}" y="{top - 10}" font-weight="bold">{title}</text>'
    yield f'<rect x="{left}" y="{top}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{FAINT}"/>'
    yield f'<text x="{left + SIDE / 2}" y="{top + SIDE + 28}" text-anchor="middle">{across}</text>'
    for share in (0, 0.5, 1):
        yield f'<text x="{left + share * SIDE}" y="{top + SIDE + 14}" text-anchor="middle">{share:g}</text>'


def _reliability(scores: Sequence[tuple[str, Score]], left: int, top: int) -> Iterator[str]:
    yield from _frame(left, top, "Share that was met", "probability that was given")
    yield f'<path d="M{left} {top + SIDE}L{left + SIDE} {top}" stroke="{FAINT}" stroke-dasharray="4 4"/>'
    for share in (0, 0.5, 1):
        yield f'<text x="{left - 6}" y="{top + SIDE * (1 - share) + 4}" text-anchor="end">{share:g}</text>'
    for colour, (_, found) in zip(COLOURS, scores, strict=False):
        points = [(left + p * SIDE, top + SIDE * (1 - met)) for number, p, met in found.reliability if number]
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        yield f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)


def _places(scores: Sequence[tuple[str, Score]], left: int, top: int) -> Iterator[str]:
    yield from _frame(left, top, "Share of outcomes by tenths", "place in the forecast")
    even = top + SIDE * (1 - 1 / BINS / 0.25)
    yield f'<path d="M{left} {even}H{left + SIDE}" stroke="{FAINT}" stroke-dasharray="4 4"/>'
    yield f'<text x="{left - 6}" y="{even + 4}" text-anchor="end">10 %</text>'
    bar = SIDE / BINS / (len(scores) + 1)
    for number, (colour, (_, found)) in enumerate(zip(COLOURS, scores, strict=False)):
        for place, times in enumerate(found.pit):
            tall = min(1.0, times / max(1, found.cases) / 0.25) * SIDE
            x = left + place * SIDE / BINS + (number + 0.5) * bar
            box = f'x="{x:.1f}" y="{top + SIDE - tall:.1f}" width="{bar:.1f}" height="{tall:.1f}"'
            yield f'<rect {box} fill="{colour}"/>'


def _legend(scores: Sequence[tuple[str, Score]], left: int, top: int) -> Iterator[str]:
    for number, (colour, (name, found)) in enumerate(zip(COLOURS, scores, strict=False)):
        y = top + 20 * number
        yield f'<rect x="{left}" y="{y - 9}" width="10" height="10" fill="{colour}"/>'
        yield (
            f'<text x="{left + 18}" y="{y}">{name}: {found.cases} forecasts, Brier score {found.ratio:.2f} of the run'
            f" rate's, {found.inside:.0%} inside the range</text>"
        )
