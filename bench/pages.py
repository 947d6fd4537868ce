"""The pages that people open most, each against its rows by psycopg and as many constant bytes."""

from typing import Any

from django.utils import timezone

from bench import company as companies
from bench import crowd
from bench.company import Company, give_account
from bench.dashboard import DUE, MANY, MOST_ROWS, ONCE, QUICK, measure, read
from bench.options import Options
from bench.report import COMPARED, compared, figures, finish, machine, say, table
from bench.stack import Stack
from goals.models import Goal
from teams.tenancy import tenant

MOST_QUERIES = 10


def run(stack: Stack, options: Options) -> None:
    company = companies.found()
    companies.record(stack, company, min(options.rows, MOST_ROWS))
    crowd.gather(company)
    crowd.promise(company, QUICK if options.quick else MANY, company.organization.today(timezone.now()))
    rep = give_account(company, 0)  # before all is settled: who becomes somebody's account marks where goals stand
    crowd.settle(stack, company, company.organization.today(timezone.now()))
    names = paths_of_a_rep(company)
    pages = [read(rep, path) for path in names.values()]
    pairs = measure(stack, rep, pages, options)
    say(f"pages of a rep, {ONCE} requests in a round")
    say(machine(stack.addresses.description))
    table(COMPARED, [compared(name, pair, DUE) for name, pair in zip(names, pairs, strict=True)])
    asked = [[name, str(len(page.statements)), str(MOST_QUERIES)] for name, page in zip(names, pages, strict=True)]
    table(("statements", "is", "due"), asked)
    found: dict[str, Any] = {
        name: {"statements": len(page.statements), "bytes": page.size, **figures(pair, DUE)}
        for name, page, pair in zip(names, pages, pairs, strict=True)
    }
    worst = max(pair.ratio for pair in pairs)
    finish({"bench": "pages", "pages": found, "ratio": round(worst, 3), "due": DUE, "runs": options.runs})


def paths_of_a_rep(company: Company) -> dict[str, str]:
    with tenant(company.organization.pk):
        goal = Goal.objects.filter(member=company.members[0]).order_by("pk")[0].pk
    kpi = company.kpis["revenue"].pk
    return {
        "own page": "/bench/",
        "list of goals": "/bench/goals/",
        "a goal": f"/bench/goals/{goal}/",
        "a KPI": f"/bench/kpis/{kpi}/",
    }
