"""One entry by HTTP from each of eight people at once, against what it is made of: a transaction and an empty POST."""

import statistics
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
from django.utils import timezone

from bench import company as companies
from bench import web
from bench.company import Company
from bench.options import Options
from bench.report import doing, finish, machine, say, seconds, table
from bench.stack import Stack
from bench.timing import Pair, pair_of
from bench.web import Browser
from teams.models import User

DUE = 2.0
CLIENTS = 8
MOST_ROWS = 200_000  # recorded beforehand: more makes an index no deeper, and takes minutes
EACH, EACH_QUICK = 40, 4

_RAW = """
INSERT INTO kpis_entry (organization_id, kpi_id, member_id, date, value, note, is_split, source, request_id,
    created_by_id, created_at)
VALUES (%s, %s, %s, %s, %s, '', false, 'manual', %s, %s, now()) RETURNING id
"""


@dataclass(frozen=True)
class Times:
    """Seconds for one act, while all clients are at it: the time of the whole by their number."""

    product: float
    raw: float
    empty: float


def run(stack: Stack, options: Options) -> None:
    company = companies.found()
    recorded = min(options.rows, MOST_ROWS)
    companies.record(stack, company, recorded)
    users = [companies.give_account(company, n) for n in range(CLIENTS)]
    doing("starting the web servers ...")
    ports = web.serve(stack, web.PRODUCT), web.serve(stack, web.EMPTY)
    rounds = _measure(stack, company, users, ports, options)
    _must_be_stored(stack, (options.runs + 1) * (EACH_QUICK if options.quick else EACH) * CLIENTS * 2)
    pair = pair_of([(each.product, each.raw + each.empty) for each in rounds])
    _report(stack, recorded, rounds, pair)


def _measure(
    stack: Stack, company: Company, users: list[User], ports: tuple[int, int], options: Options
) -> list[Times]:
    """A round more than asked for, which warms up and is left out."""
    posts = [Browser(ports[0], user) for user in users]
    empties = [Browser(ports[1], user) for user in users]
    raws = [psycopg.connect(stack.addresses.database_url) for _ in users]
    each = EACH_QUICK if options.quick else EACH
    kpi, today = company.kpis["calls"].pk, company.organization.today(timezone.now())

    def log(n: int) -> None:
        fields = {"kpi": kpi, "value": "3", "date": today.isoformat(), "member": company.members[n].pk}
        posts[n].post("/bench/entries/log/", {**fields, "note": "", "request_id": uuid.uuid4()}, 302)

    def insert(n: int) -> None:
        with raws[n].transaction():
            raws[n].execute("SELECT set_config('app.organization', %s, true)", [str(company.organization.pk)])
            row = (company.organization.pk, kpi, company.members[n].pk, today, 3, uuid.uuid4(), users[n].pk)
            raws[n].execute(_RAW, row)

    def nothing(n: int) -> None:
        empties[n].post("/nothing/", {}, 204)

    def round_of_all() -> Times:
        for browser in (*posts, *empties):
            browser.close()  # the server has let go of what was idle; the next request opens it again
        return Times(_together(log, each), _together(insert, each), _together(nothing, each))

    doing("recording ...")
    try:
        rounds = [round_of_all() for _ in range(options.runs + 1)]
    finally:
        for browser in (*posts, *empties):
            browser.close()
        for connection in raws:
            connection.close()
    return rounds[1:]


def _together(act: Callable[[int], None], each: int) -> float:
    """All clients at once, each so many times."""

    def work(n: int) -> None:
        for _ in range(each):
            act(n)

    with ThreadPoolExecutor(CLIENTS) as pool:
        started = time.perf_counter()
        list(pool.map(work, range(CLIENTS)))
        return (time.perf_counter() - started) / (each * CLIENTS)


def _must_be_stored(stack: Stack, expected: int) -> None:
    with stack.owner() as owner:
        row = owner.execute("SELECT count(*) FROM kpis_entry WHERE request_id IS NOT NULL").fetchone()
    if row != (expected,):
        raise SystemExit(f"{row} entries were stored, not {expected}")


def _report(stack: Stack, recorded: int, rounds: list[Times], pair: Pair) -> None:
    raw, empty = (statistics.median(times) for times in zip(*((each.raw, each.empty) for each in rounds), strict=True))
    say(f"one entry, {CLIENTS} clients at once")
    say(machine(stack.addresses.description))
    rows = [
        ["product: form sent, entry stored, redirect", seconds(pair.product_s), f"{1 / pair.product_s:.0f}"],
        ["limit: the transaction alone, by psycopg", seconds(raw), f"{1 / raw:.0f}"],
        ["limit: an empty Django POST, signed in", seconds(empty), f"{1 / empty:.0f}"],
    ]
    table(("", "each", "a second"), rows)
    verdict = "met" if pair.ratio <= DUE else "MISSED"
    say(f"product to the sum of both: {pair.ratio:.2f}, due {DUE:g}: {verdict}")
    finish(
        {
            "bench": "entries",
            "rows": recorded,
            "clients": CLIENTS,
            "product_s": round(pair.product_s, 6),
            "limit_s": round(pair.limit_s, 6),
            "raw_s": round(raw, 6),
            "empty_s": round(empty, 6),
            "ratio": round(pair.ratio, 3),
            "due": DUE,
            "runs": pair.runs,
        }
    )
