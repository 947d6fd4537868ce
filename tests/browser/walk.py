"""What is asked of every page, in both themes, on a wide and a narrow screen."""

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.places import Place
from tests.browser.stack import ROOT
from tests.browser.surfer import Surfer

SCREENS = ROOT / "var" / "screens"
FIRST_LOAD_BYTES = 80_000
WIDE, NARROW, NARROWEST = 1440, 360, 320
# A theme changes colours and nothing else, so the dark one is asked about them alone.
RULES = {
    "light": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
# Both languages, themes and widths of a page come into the two screenshots.
PICTURED = {("en", "light", WIDE), ("th", "dark", NARROW)}
RUN_AXE = """async runOnly => {
  const {violations} = await axe.run(document, {runOnly, resultTypes: ['violations']});
  return violations.flatMap(({id, nodes}) => nodes.map(node => `${id}: ${node.target} ${node.failureSummary}`));
}"""
SET_THEME = """async theme => {
  document.documentElement.dataset.theme = theme;
  // Colours in transition are nobody's choice.
  await Promise.all(document.getAnimations().map(one => one.finished.catch(() => {})));
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
TOO_WIDE = """() => {
  const {clientWidth, scrollWidth} = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const out = [...document.querySelectorAll('main *, header *')].filter(one => {
    return one.getBoundingClientRect().right > clientWidth + 1;
  });
  const names = out.slice(0, 4).map(one => one.outerHTML.slice(0, 90));
  return [`scrolls to ${scrollWidth} px of ${clientWidth}: ${names.join(' | ')}`];
}"""


@cache
def axe_source() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()


def walk(surfer: Surfer, place: Place, path: str, language: str) -> list[str]:
    """Goes there as for the first time; everything that is wrong with the page."""
    surfer.speak(language)
    surfer.complaints()
    surfer.page.set_viewport_size({"width": WIDE, "height": 900})
    status, size = arrive(surfer, path)
    if "/reauthenticate/" in surfer.page.url and "reauthenticate" not in path:
        surfer.reauthenticate()
        status, size = arrive(surfer, path)
    faults = [] if status == place.status else [f"answers {status}"]
    if (lang := surfer.page.get_attribute("html", "lang")) != language:
        faults.append(f"speaks {lang}")
    if size > FIRST_LOAD_BYTES:
        faults.append(f"first load {size} bytes")
    faults += look(surfer.page, language, f"{place.name}-{place.who}")
    expected = f"status of {place.status}"
    return faults + [said for said in surfer.complaints() if place.status == 200 or expected not in said]


def arrive(surfer: Surfer, path: str) -> tuple[int, int]:
    """Status, and bytes on the wire with nothing in the cache."""
    wire = surfer.context.new_cdp_session(surfer.page)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    surfer.page.mouse.move(0, 0)  # off the links, which are read ahead where the pointer rests
    response = surfer.go(path)
    surfer.page.evaluate("document.fonts.ready.then(() => true)")
    wire.detach()
    return response.status, round(sum(sizes))


def look(page: Page, language: str, name: str) -> list[str]:
    """The page that is open: axe in both themes and widths, overflow, screenshots."""
    page.evaluate(axe_source())
    faults = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in RULES:
            page.evaluate(SET_THEME, theme)
            here = f"{language} {theme} {width}"
            faults += [f"{here} {fault}" for fault in _axe(page, theme)]
            if (language, theme, width) in PICTURED:
                _picture(page, f"{name}-{language}-{theme}-{width}")
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    return faults + [f"{language} {fault}" for fault in page.evaluate(TOO_WIDE)]


def _axe(page: Page, theme: str) -> list[str]:
    found: list[Any] = page.evaluate(RUN_AXE, RULES[theme])
    return [re.sub(r"\s+", " ", fault)[:400] for fault in found]


def _picture(page: Page, name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    file: Path = SCREENS / f"{re.sub(r'[^a-z0-9-]+', '_', name)}.jpg"
    page.screenshot(path=file, full_page=True, type="jpeg", quality=70)
