"""Builds static/css/tokens.css from colours in OKLCH and refuses colours that people could not read.

Run `python tools/front/tokens.py` after a change; add `--table` to print the contrast of every pair.
"""

import math
import sys
from pathlib import Path

OUTPUT = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"

Oklch = tuple[float, float, float]
Pair = tuple[str, str, float]

# Name: (light, dark), each as lightness 0-1, chroma, hue in degrees.
TOKENS: dict[str, tuple[Oklch, Oklch]] = {
    "bg": ((0.974, 0.004, 248), (0.182, 0.011, 258)),
    "surface": ((1, 0, 0), (0.218, 0.012, 258)),
    "raised": ((1, 0, 0), (0.252, 0.013, 258)),
    "sunken": ((0.962, 0.005, 248), (0.196, 0.011, 258)),
    "hover": ((0.968, 0.006, 250), (0.245, 0.014, 258)),
    "track": ((0.922, 0.008, 250), (0.335, 0.016, 258)),
    "line": ((0.918, 0.006, 250), (0.300, 0.013, 258)),
    "line-strong": ((0.615, 0.016, 252), (0.575, 0.016, 255)),
    "ink": ((0.235, 0.022, 260), (0.945, 0.006, 250)),
    "ink-2": ((0.425, 0.02, 257), (0.790, 0.012, 250)),
    "ink-3": ((0.515, 0.018, 255), (0.695, 0.014, 250)),
    "accent": ((0.445, 0.135, 264), (0.745, 0.108, 262)),
    "accent-hover": ((0.385, 0.13, 264), (0.80, 0.09, 262)),
    "on-accent": ((1, 0, 0), (0.17, 0.03, 262)),
    "accent-soft": ((0.955, 0.02, 264), (0.285, 0.052, 264)),
    "data": ((0.50, 0.12, 262), (0.70, 0.115, 260)),
    "ok": ((0.475, 0.105, 156), (0.775, 0.125, 156)),
    "ok-soft": ((0.958, 0.028, 156), (0.275, 0.04, 158)),
    "warn": ((0.505, 0.11, 66), (0.815, 0.125, 80)),
    "warn-soft": ((0.963, 0.038, 86), (0.295, 0.045, 75)),
    "warn-fill": ((0.605, 0.13, 60), (0.775, 0.14, 76)),
    "bad": ((0.49, 0.17, 25), (0.755, 0.125, 22)),
    "bad-soft": ((0.957, 0.02, 20), (0.295, 0.06, 22)),
    "bad-fill": ((0.585, 0.19, 25), (0.68, 0.165, 24)),
}

# WCAG 2.2: 4.5 for text (1.4.3), 3 for shapes that carry meaning (1.4.11).
READ: list[Pair] = [
    ("ink", "surface", 4.5),
    ("ink", "bg", 4.5),
    ("ink-2", "surface", 4.5),
    ("ink-2", "bg", 4.5),
    ("ink-2", "sunken", 4.5),
    ("ink-3", "surface", 4.5),
    ("ink-3", "bg", 4.5),
    ("ink-3", "sunken", 4.5),
    ("ink-3", "hover", 4.5),
    ("accent", "surface", 4.5),
    ("accent", "bg", 4.5),
    ("accent", "accent-soft", 4.5),
    ("on-accent", "accent", 4.5),
    ("ok", "surface", 4.5),
    ("ok", "ok-soft", 4.5),
    ("warn", "surface", 4.5),
    ("warn", "warn-soft", 4.5),
    ("bad", "surface", 4.5),
    ("bad", "bad-soft", 4.5),
    ("line-strong", "surface", 3),
    ("data", "track", 3),
    ("data", "surface", 3),
    ("warn-fill", "surface", 3),
    ("warn-fill", "track", 3),
    ("bad-fill", "surface", 3),
    ("bad-fill", "track", 3),
    ("ink", "track", 3),
]


def hex_colour(colour: Oklch) -> str:
    """sRGB of an OKLCH colour, cut to the gamut (matrices by Björn Ottosson, 2020)."""
    lightness, chroma, hue = colour
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{_channel(value):02x}" for value in linear)


def _channel(linear: float) -> int:
    value = max(0.0, linear)
    encoded = 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return max(0, min(255, round(encoded * 255)))


def luminance(colour: str) -> float:
    """Relative luminance 0-1 of "#rrggbb", as WCAG 2.2 defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def stylesheet(colours: dict[str, tuple[str, str]]) -> str:
    lines = [f"--{name}:light-dark({light},{dark});" for name, (light, dark) in colours.items()]
    return "\n".join(
        [
            "/* Written by tools/front/tokens.py. */",
            "@layer reset,tokens,base,layout,parts,util;",
            "@layer tokens{:root{color-scheme:light dark;",
            *lines,
            "}",
            "[data-theme=light]{color-scheme:light}[data-theme=dark]{color-scheme:dark}}",
            "",
        ]
    )


def main(arguments: list[str]) -> int:
    colours = {name: (hex_colour(light), hex_colour(dark)) for name, (light, dark) in TOKENS.items()}
    failed = 0
    for front, back, needed in READ:
        light, dark = (contrast(colours[front][i], colours[back][i]) for i in (0, 1))
        if min(light, dark) < needed:
            failed += 1
        if min(light, dark) < needed or "--table" in arguments:
            print(f"{front} on {back}: light {light:.2f}, dark {dark:.2f}, needs {needed}")
    if failed:
        return 1
    OUTPUT.write_text(stylesheet(colours))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
