"""The coach's answer while one types: `assess()` against one look at each of the record's days, and `POST goals/check`
against an empty Django POST.
"""

import datetime as dt
import http.client
import json
import time
from collections.abc import Callable
from decimal import Decimal
from random import Random

from django.utils import timezone

from api.actions import make_token
from api.models import Scope
from bench import company as companies
from bench import web
from bench.company import Company
from bench.options import Options
from bench.report import COMPARED, compared, doing, figures, finish, machine, say, table
from bench.stack import Stack
from bench.timing import Pair, alternately
from bench.web import Browser
from goals.coach import Draft, Item, Measure, Record, assess
from kpis.rollups import rebuild
from teams.models import Member
from teams.roles import Role
from teams.tenancy import tenant

DUE_PASS, DUE_POST = 30.0, 10.0
MOST_ROWS = 200_000  # recorded beforehand: a team's two years are some hundred days however many entries there are
EACH, EACH_QUICK = 20, 2
TODAY = dt.date(2026, 11, 23)
WIN_RATE = Measure("win_rate", "Win rate", "percent", aggregation=None, formula="won / (won + lost)")
GOAL = {"statement": "Raise our win rate by answering every lead within a day", "why": "More wins from the same leads"}
NUMBERS = {"baseline": "0.25", "target": "0.30"}
START, DEADLINE = dt.date(2027, 1, 1), dt.date(2027, 3, 31)


def run(stack: Stack, options: Options) -> None:
    each = EACH_QUICK if options.quick else EACH
    passes = {years: _assessed(years, options.runs * each) for years in (1, 3)}
    company = companies.found()
    recorded = min(options.rows, MOST_ROWS)
    companies.record(stack, company, recorded)
    rebuild(company.organization.pk)
    posts = _posted(stack, company, options.runs, each)
    say("the coach's answer to a goal for a quarter")
    say(machine(stack.addresses.description))
    rows = [compared(f"assess(), {years} y of two KPIs / one pass", pair, DUE_PASS) for years, pair in passes.items()]
    table(COMPARED, [*rows, compared("POST goals/check of a team / an empty POST", posts, DUE_POST)])
    named = {f"assess_{years}y": figures(pair, DUE_PASS) for years, pair in passes.items()}
    finish({"bench": "coach", "rows": recorded, **named} | figures(posts, DUE_POST))


def _record(years: int) -> dict[str, list[Item]]:
    """A working day's won and lost deals, one item each."""
    chance = Random(years)
    days = [TODAY - dt.timedelta(days=at) for at in range(years * 365)]
    return {
        code: [Item(day, Decimal(chance.randint(0, 3 * size))) for day in days if day.isoweekday() < 6]
        for code, size in (("won", 2), ("lost", 6))
    }


def _assessed(years: int, runs: int) -> Pair:
    items = _record(years)
    baseline, target = (Decimal(NUMBERS[key]) for key in ("baseline", "target"))
    draft = Draft(
        statement=GOAL["statement"],
        why=GOAL["why"],
        kpi=WIN_RATE,
        baseline=baseline,
        target=target,
        start=START,
        deadline=DEADLINE,
    )
    return alternately(
        lambda: assess(draft, Record(items, TODAY), TODAY),
        lambda: _one_pass(items),
        runs,
        clock=time.process_time,
    )


def _one_pass(items: dict[str, list[Item]]) -> dict[tuple[str, int, int], Decimal]:
    """The sums of each month: the least that anyone must do who has read the record at all."""
    sums: dict[tuple[str, int, int], Decimal] = {}
    for code, found in items.items():
        for item in found:
            key = code, item.day.year, item.day.month
            sums[key] = sums.get(key, Decimal(0)) + item.value
    return sums


def _posted(stack: Stack, company: Company, runs: int, each: int) -> Pair:
    user = companies.give_account(company, 0)
    doing("starting the web servers ...")
    ports = web.serve(stack, web.PRODUCT), web.serve(stack, web.EMPTY)
    check, browser = _checker(ports[0], company), Browser(ports[1], user)

    def checks() -> None:
        for _ in range(each):
            check()

    def nothing() -> None:
        for _ in range(each):
            browser.post("/nothing/", {}, 204)

    check()
    nothing()
    try:
        pair = alternately(checks, nothing, runs)
    finally:
        browser.close()
    return Pair(pair.product_s / each, pair.limit_s / each, pair.ratio, pair.runs)


def _checker(port: int, company: Company) -> Callable[[], None]:
    with tenant(company.organization.pk):
        Member.objects.filter(pk=company.members[0].pk).update(role=Role.ADMIN.value)
        _token, secret = make_token(
            member=company.members[0],
            name="bench",
            scopes=[Scope.CHECK_GOALS.value],
            lifetime=dt.timedelta(days=1),
            now=timezone.now(),
        )
    window = {"start": START.isoformat(), "deadline": DEADLINE.isoformat()}
    owner = {"owner": "team", "owner_id": company.team.pk, "kpi": {"code": "win_rate"}, "target_type": "increase_to"}
    body = json.dumps({**GOAL, **owner, **NUMBERS, **window})
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", "Host": "localhost"}

    def check() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/api/v1/goals/check", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200 or json.loads(text)["achievable"]["verdict"] == "unknown":
            raise SystemExit(f"goals/check answered {answer.status}: {text[:2000].decode(errors='replace')}")

    return check
