"""Builds static/icons/icons.svg, a sprite of the icons in use: `python tools/front/icons.py TABLER_FOLDER`.

The folder is the unpacked npm package @tabler/icons (the one that holds icons/outline/).
"""

import re
import sys
from pathlib import Path

OUTPUT = Path(__file__).resolve().parents[2] / "static" / "icons" / "icons.svg"

ICONS = [
    "alert-triangle",
    "arrow-back-up",
    "arrow-down-right",
    "arrow-left",
    "arrow-up-right",
    "bell",
    "building",
    "calendar-event",
    "chart-bar",
    "chart-line",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle-check",
    "clock",
    "copy",
    "device-desktop",
    "dots",
    "download",
    "edit",
    "external-link",
    "filter",
    "fingerprint",
    "flag",
    "info-circle",
    "key",
    "language",
    "layout-dashboard",
    "list-check",
    "lock",
    "logout",
    "mail",
    "message-circle",
    "minus",
    "moon",
    "plus",
    "search",
    "send",
    "settings",
    "shield-check",
    "sparkles",
    "sun",
    "target-arrow",
    "trash",
    "trending-down",
    "trending-up",
    "upload",
    "user",
    "user-plus",
    "users",
    "users-group",
    "x",
]

OUTLINE = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
STROKE = 'stroke="var(--mark,#fff)" stroke-width="1.7" stroke-linecap="round"'

# Status marks differ by shape, so that they are told apart without colour; ours, like the logo.
OWN = f"""
<symbol id="st-ok" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="currentColor"/>
<path d="M4.9 8.3 7.1 10.4 11.2 5.9" fill="none" {STROKE} stroke-linejoin="round"/></symbol>
<symbol id="st-warn" viewBox="0 0 16 16">
<path d="M8 1.2c.5 0 .9.25 1.15.67l5.6 10.2c.5.9-.13 1.93-1.15 1.93H2.4c-1.02 0-1.65-1.03-1.15-1.93l5.6-10.2
C7.1 1.45 7.5 1.2 8 1.2Z" fill="currentColor"/><path d="M8 5.6v3.5M8 11.4v.1" {STROKE}/></symbol>
<symbol id="st-bad" viewBox="0 0 16 16">
<rect x="2.1" y="2.1" width="11.8" height="11.8" rx="2.2" fill="currentColor" transform="rotate(45 8 8)"/>
<path d="M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2" {STROKE}/></symbol>
<symbol id="st-none" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor"
 stroke-width="1.6" stroke-dasharray="2.4 2.4"/></symbol>
<symbol id="logo" viewBox="0 0 24 24"><path d="M3 20.5h18" stroke="currentColor" stroke-width="2"
 stroke-linecap="round"/><path d="M5.5 20v-4.5M10 20v-7.5M14.5 20V9.5M19 20V3.5" stroke="currentColor"
 stroke-width="2.6" stroke-linecap="round"/></symbol>
"""


def symbol(name: str, source: str) -> str:
    found = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if found is None:
        raise ValueError(f"{name} is not an SVG file")
    body = re.sub(r"\s+", " ", found[1]).replace("> <", "><").strip()
    # Every Tabler icon starts with an invisible square; in a sprite it is only weight.
    body = body.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
    return f'<symbol id="{name}" {OUTLINE}>{body}</symbol>'


def main(package: Path) -> None:
    outlines = package / "icons" / "outline"
    symbols = "".join(symbol(name, (outlines / f"{name}.svg").read_text()) for name in ICONS)
    own = OWN.replace("\n<", "<").replace("\n", " ").strip()
    OUTPUT.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}{own}</svg>\n')


if __name__ == "__main__":
    main(Path(sys.argv[1]))
