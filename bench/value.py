"""The numbers of a team's page: 12 KPIs, 5 of them formulas, in 12 months, of 50 people."""

import datetime as dt
from decimal import Decimal
from typing import Any

import psycopg
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import company as companies
from bench.company import FORMULAS, Company
from bench.options import Options
from bench.report import COMPARED, compared, figures, finish, machine, say, table
from bench.stack import Stack
from bench.timing import Pair, alternately
from kpis.numbers import Cell, Scope, values
from kpis.periods import PeriodRules, period_of
from kpis.rollups import rebuild
from teams.tenancy import tenant

DUE, MOST_QUERIES = 2.0, 3
STORED = ("revenue", "won", "calls", "emails", "meetings", "customers", "sales_cycle")
CODES = (*STORED, *FORMULAS)
MONTHS = [period_of("month", dt.date(2025 + (n + 10) // 12, (n + 10) % 12 + 1, 1), PeriodRules()) for n in range(12)]
# The by-hand query cuts quotients off after fewer digits than we do.
CLOSE = Decimal("1e-12")

# By hand, over the same table: what a skilled person writes who wants this one answer and nothing else. One row a
# month, one column a KPI. A part without any entry would be NULL here as there; this data has no such month.
_BY_HAND = """
WITH RECURSIVE below AS (
    SELECT id FROM teams_team WHERE id = %(team)s
    UNION ALL
    SELECT t.id FROM teams_team t JOIN below b ON t.parent_id = b.id
),
people AS (
    SELECT s.member_id, coalesce(s.starts_on, '0001-01-01') AS since, coalesce(s.ends_on, '9999-12-31') AS until,
        m.left_on
    FROM teams_teammembership s JOIN teams_member m ON m.id = s.member_id
    WHERE s.team_id IN (SELECT id FROM below) AND s.organization_id = %(organization)s
),
sums AS (
    SELECT w.kpi_id, date_trunc('month', r.day)::date AS month, sum(r.total) AS total, sum(r.weight) AS weight
    FROM unnest(%(flows)s::bigint[], %(since)s::date[]) AS w(kpi_id, since) CROSS JOIN people p
    JOIN kpis_rollup r ON r.organization_id = %(organization)s AND r.kpi_id = w.kpi_id AND r.member_id = p.member_id
        AND r.day BETWEEN greatest(w.since, p.since) AND least(%(last)s, p.until)
    GROUP BY 1, 2
),
months AS (
    SELECT m::date AS month, (m + interval '1 month')::date - 1 AS last
    FROM generate_series(%(first_of_all)s::timestamp, %(last)s, interval '1 month') m
),
flows AS (
    SELECT m.month, m.last,
        max(total) FILTER (WHERE kpi_id = %(revenue)s) AS revenue,
        max(total) FILTER (WHERE kpi_id = %(cost_of_goods)s) AS cost_of_goods,
        max(total) FILTER (WHERE kpi_id = %(won)s) AS won,
        max(total) FILTER (WHERE kpi_id = %(lost)s) AS lost,
        max(total) FILTER (WHERE kpi_id = %(calls)s) AS calls,
        max(total) FILTER (WHERE kpi_id = %(emails)s) AS emails,
        max(total) FILTER (WHERE kpi_id = %(meetings)s) AS meetings,
        max(total) FILTER (WHERE kpi_id = %(lost_customers)s) AS lost_customers,
        max(total) FILTER (WHERE kpi_id = %(new_customers)s) AS new_customers,
        max(total) FILTER (WHERE kpi_id = %(acquisition_spend)s) AS acquisition_spend,
        max(total / weight) FILTER (WHERE kpi_id = %(sales_cycle)s) AS sales_cycle
    FROM months m JOIN sums s ON s.month = m.month GROUP BY 1, 2
),
grown AS (
    SELECT month, last, sum(revenue) OVER (PARTITION BY date_trunc('year', month) ORDER BY month) AS year_to_date
    FROM flows
),
stocks AS (
    SELECT d.day, sum(r.closing) AS customers
    FROM (SELECT last AS day FROM months WHERE month >= %(first)s UNION SELECT %(first)s - 1) d
    JOIN people p ON d.day BETWEEN p.since AND p.until AND (p.left_on IS NULL OR p.left_on > d.day)
    CROSS JOIN LATERAL (
        SELECT closing FROM kpis_rollup
        WHERE organization_id = %(organization)s AND kpi_id = %(customers)s AND member_id = p.member_id AND day <= d.day
        ORDER BY day DESC LIMIT 1
    ) r
    GROUP BY 1
)
SELECT f.month, f.revenue, f.won, f.calls, f.emails, f.meetings, s.customers, f.sales_cycle,
    f.won / nullif(f.won + f.lost, 0), (f.revenue - f.cost_of_goods) / nullif(f.revenue, 0),
    g.year_to_date / nullif(before.year_to_date, 0) - 1, f.lost_customers / nullif(opening.customers, 0),
    f.acquisition_spend / nullif(f.new_customers, 0)
FROM flows f
JOIN grown g USING (month)
JOIN grown before ON before.month = f.month - interval '1 year'
JOIN stocks s ON s.day = f.last
JOIN stocks opening ON opening.day = f.month - 1
WHERE f.month >= %(first)s
ORDER BY f.month
"""


def run(stack: Stack, options: Options) -> None:
    company = companies.found()
    companies.record(stack, company, options.rows)
    rebuild(company.organization.pk)
    with stack.owner() as owner:
        owner.execute("VACUUM (ANALYZE) kpis_rollup")
        cells = [Cell(company.kpis[code], Scope.team(company.team.pk), month) for month in MONTHS for code in CODES]
        queries = _check(owner, company, cells)
        pair = _measure(owner, company, cells, options.runs)
    say(f"{len(cells)} cells of a team of {companies.TEAM_SIZE} over {options.rows:,} entries")
    say(machine(stack.addresses.description))
    table(COMPARED, [compared("values()", pair, DUE)])
    say(f"{queries} queries; due: at most {MOST_QUERIES}")
    finish(
        {"bench": "value", "rows": options.rows, "cells": len(cells), "queries": queries, "most_queries": MOST_QUERIES}
        | figures(pair, DUE)
    )


def _measure(owner: psycopg.Connection[Any], company: Company, cells: list[Cell], runs: int) -> Pair:
    parameters = _parameters(company)
    with tenant(company.organization.pk):
        return alternately(
            lambda: values(cells),
            lambda: owner.execute(_BY_HAND, parameters).fetchall(),
            # Milliseconds each: many rounds cost nothing, and the first fills the caches.
            runs * 5,
        )


def _check(owner: psycopg.Connection[Any], company: Company, cells: list[Cell]) -> int:
    """Raises SystemExit unless both say the same; the number of queries that the product takes."""
    with tenant(company.organization.pk), CaptureQueriesContext(connection) as queries:
        said = values(cells)
    by_hand = {
        (month, code): figure
        for month, *row in owner.execute(_BY_HAND, _parameters(company)).fetchall()
        for code, figure in zip(CODES, row, strict=True)
    }
    for cell in cells:
        ours, theirs = said[cell], by_hand[cell.window.start, cell.kpi.code]
        if ours is None or theirs is None or abs(ours - theirs) > CLOSE * max(abs(theirs), 1):
            raise SystemExit(f"not the same number: {cell.kpi.code} in {cell.window}: {ours} against {theirs}")
    return len(queries)


def _parameters(company: Company) -> dict[str, Any]:
    ids = {code: kpi.pk for code, kpi in company.kpis.items()}
    first, first_of_all = MONTHS[0].start, dt.date(MONTHS[0].start.year - 1, 1, 1)
    flows = {pk: first for code, pk in ids.items() if code not in ("customers", *FORMULAS)}
    flows[ids["revenue"]] = first_of_all  # for its years to date, and those before
    return {
        **ids,
        "organization": company.organization.pk,
        "team": company.team.pk,
        "flows": list(flows),
        "since": list(flows.values()),
        "first": first,
        "last": MONTHS[-1].end,
        "first_of_all": first_of_all,
    }
