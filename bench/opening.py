"""What somebody waits for who opens a page for the first time: in Chromium, with nothing in its cache."""

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench import company as companies
from bench import crowd, web
from bench.options import Options
from bench.pages import paths_of_a_rep
from bench.report import doing, finish, machine, say, seconds, table
from bench.stack import Stack
from smartgoals.launch.browser import find_chromium
from teams.models import User

MOST_ROWS, GOALS, QUICK_GOALS = 1_000_000, 1000, 100
BYTES_DUE, PAINT_DUE_S = 80_000, 0.5
# A tenth of what counts as good: letters that move by a pixel once their font is there.
SHIFT_DUE = 0.01
SETTLED_MS = 300
READ = """async settled => {
  await document.fonts.ready;
  await new Promise(done => setTimeout(done, settled));
  let shift = 0;
  const watch = new PerformanceObserver(list => list.getEntries().forEach(entry => shift += entry.value));
  watch.observe({type: 'layout-shift', buffered: true});
  await new Promise(done => setTimeout(done, 50));
  watch.disconnect();
  return {paint: performance.getEntriesByName('first-contentful-paint')[0].startTime, shift};
}"""


@dataclass(frozen=True)
class Opened:
    """`paint_s` from leaving the page before to the first words, `size` in bytes on the wire."""

    paint_s: float
    size: int
    shift: float

    @property
    def is_met(self) -> bool:
        return self.paint_s <= PAINT_DUE_S and self.size <= BYTES_DUE and self.shift <= SHIFT_DUE


def run(stack: Stack, options: Options) -> None:
    company = companies.found()
    companies.record(stack, company, min(options.rows, MOST_ROWS))
    boss = crowd.gather(company)
    crowd.promise(company, QUICK_GOALS if options.quick else GOALS, company.organization.today(timezone.now()))
    rep = companies.give_account(company, 0)
    crowd.settle(stack, company, company.organization.today(timezone.now()))
    doing("starting the web server ...")
    port = web.serve(stack, web.PRODUCT)
    tours = [(_session_of(boss), {"team page": "/bench/team/"}), (_session_of(rep), paths_of_a_rep(company))]
    found: dict[str, Opened] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(os.environ), args=["--no-sandbox"])
        for session, pages in tours:
            found |= _open_all(browser, port, session, pages, options.runs)
        browser.close()
    _report(stack, options, found)


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["session"].value


def _open_all(browser: Browser, port: int, session: str, pages: dict[str, str], runs: int) -> dict[str, Opened]:
    """Medians by page. The first opening is the server's first as well, and is left out."""
    context = browser.new_context(service_workers="block", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "session", "value": session, "url": f"http://localhost:{port}/"}])
    found = {}
    for name, path in pages.items():
        opened = [_open(context, f"http://localhost:{port}{path}") for _ in range(runs + 1)][1:]
        found[name] = _median(opened)
    context.close()
    return found


def _open(context: BrowserContext, address: str) -> Opened:
    page = context.new_page()
    wire, sizes = context.new_cdp_session(page), []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status if answer else 'nothing'}")
    read = page.evaluate(READ, SETTLED_MS)
    page.close()
    return Opened(read["paint"] / 1000, round(sum(sizes)), read["shift"])


def _median(opened: Sequence[Opened]) -> Opened:
    return Opened(
        statistics.median(each.paint_s for each in opened),
        round(statistics.median(each.size for each in opened)),
        statistics.median(each.shift for each in opened),
    )


def _report(stack: Stack, options: Options, found: dict[str, Opened]) -> None:
    say(f"first opening in Chromium, nothing in its cache, median of {options.runs}")
    say(machine(stack.addresses.description))
    rows = [
        [name, seconds(each.paint_s), f"{each.size:,}", f"{each.shift:.4f}", "met" if each.is_met else "MISSED"]
        for name, each in found.items()
    ]
    due = ["due", seconds(PAINT_DUE_S), f"{BYTES_DUE:,}", f"{SHIFT_DUE}", ""]
    table(("", "first paint", "bytes", "shift", ""), [*rows, due])
    pages: dict[str, Any] = {
        name: {"paint_s": round(each.paint_s, 3), "bytes": each.size, "shift": round(each.shift, 5)}
        for name, each in found.items()
    }
    is_met = all(each.is_met for each in found.values())
    finish({"bench": "opening", "pages": pages, "met": is_met, "runs": options.runs})
