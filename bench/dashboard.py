"""Pages by HTTP through the real server, against the same rows by psycopg and as many constant bytes."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import company as companies
from bench import crowd, web
from bench.company import Company
from bench.options import Options
from bench.report import COMPARED, compared, doing, figures, finish, machine, say, table
from bench.stack import Stack
from bench.timing import Pair, alternately
from bench.web import Browser
from teams.models import Team, User
from teams.tenancy import tenant

DUE, MOST_QUERIES, MOST_BYTES = 3.0, 12, 150_000
MOST_ROWS = 1_000_000
FEW, MANY, QUICK = 10, 1000, 100
GROWTH_DUE = 3.0
LIMIT = "bench.rows:application"
ONCE = 5  # so many requests in each round: one is over too soon to be timed


@dataclass(frozen=True)
class Page:
    """What the product asks and answers for an address."""

    path: str
    statements: list[str]
    size: int


def run(stack: Stack, options: Options) -> None:
    company = companies.found()
    companies.record(stack, company, min(options.rows, MOST_ROWS))
    boss = crowd.gather(company)
    path = f"/bench/team/?team={_crowd_team(company)}"
    pairs = []
    for number in (FEW, QUICK if options.quick else MANY):
        crowd.promise(company, number, company.organization.today(timezone.now()))
        crowd.settle(stack, company, company.organization.today(timezone.now()))
        page = read(boss, path)
        pairs.append((number, page, measure(stack, boss, [page], options)[0]))
    _report(stack, options, pairs)


def read(user: User, path: str) -> Page:
    """The page once, in this process: which statements it runs, and how long it is."""
    client = Client()
    client.force_login(user)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    statements = [query["sql"] for query in captured.captured_queries if query["sql"] not in ("BEGIN", "COMMIT")]
    return Page(path, statements, len(answer.content))


def measure(stack: Stack, user: User, pages: Sequence[Page], options: Options) -> list[Pair]:
    """Product and limit by turns, for each page."""
    file = stack.home / "pages.json"
    named = {page.path: {"statements": page.statements, "size": page.size} for page in pages}
    file.write_text(json.dumps(named), encoding="utf-8")
    file.chmod(0o644)
    os.environ["BENCH_PAGES"] = str(file)
    doing("starting the web servers ...")
    product, limit = Browser(web.serve(stack, web.PRODUCT), user), Browser(web.serve(stack, LIMIT), user)
    try:
        return [_pair(product, limit, page, options) for page in pages]
    finally:
        product.close()
        limit.close()


def _pair(product: Browser, limit: Browser, page: Page, options: Options) -> Pair:
    def of(browser: Browser) -> Any:
        def act() -> None:
            for _ in range(ONCE):
                browser.get(page.path)

        return act

    doing(f"reading {page.path} ...")
    for browser in (product, limit):
        of(browser)()
    return alternately(of(product), of(limit), options.runs)


def _crowd_team(company: Company) -> int:
    with tenant(company.organization.pk):
        return int(Team.objects.get(name="Everyone here").pk)


def _report(stack: Stack, options: Options, pairs: Sequence[tuple[int, Page, Pair]]) -> None:
    _few, few = pairs[0][0], pairs[0][2]
    many, page, pair = pairs[-1]
    growth = pair.product_s / few.product_s
    say(f"the team's page, {crowd.PEOPLE} people, {ONCE} requests in a round")
    say(machine(stack.addresses.description))
    table(COMPARED, [compared(f"{number} goals", found, DUE) for number, _page, found in pairs])
    verdicts = [
        ["statements", str(len(page.statements)), str(MOST_QUERIES)],
        ["bytes, uncompressed", f"{page.size:,}", f"{MOST_BYTES:,}"],
        [f"time of {many} goals to that of {FEW}", f"{growth:.2f}", f"{GROWTH_DUE:g}"],
    ]
    table(("", "is", "due"), verdicts)
    finish(
        {
            "bench": "dashboard",
            "goals": many,
            "statements": len(page.statements),
            "statements_of_few": len(pairs[0][1].statements),
            "bytes": page.size,
            "growth": round(growth, 3),
            **figures(pair, DUE),
        }
    )
