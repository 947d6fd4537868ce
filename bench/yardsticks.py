"""The same grouping by programs made for nothing else, in memory: how far from the metal the database is."""

import statistics
from typing import Any

import duckdb
import polars
import psycopg

from bench.report import doing
from bench.stack import Stack
from bench.timing import timed

_COUNTED = """
    SELECT kpi_id, member_id, date AS day, id, value AS amount, 1::numeric AS share
    FROM kpis_entry WHERE voided_at IS NULL AND NOT is_split
    UNION ALL
    SELECT e.kpi_id, c.member_id, e.date, e.id, e.value * c.share, c.share
    FROM kpis_entry e JOIN kpis_credit c ON c.entry_id = e.id WHERE e.voided_at IS NULL AND e.is_split
"""
_GROUPED = """
CREATE OR REPLACE TABLE grouped AS
SELECT kpi_id, member_id, day, sum(amount) AS total, sum(share) AS weight, arg_max(amount, id) AS closing
FROM counted GROUP BY kpi_id, member_id, day
"""
_TYPES = {
    "kpi_id": "BIGINT", "member_id": "BIGINT", "day": "DATE", "id": "BIGINT",
    "amount": "DECIMAL(32, 14)", "share": "DECIMAL(16, 8)",
}  # fmt: skip


def measure(stack: Stack, owner: psycopg.Connection[Any], runs: int) -> dict[str, float]:
    """Median seconds of each. Reading the rows is not counted, nor is anything written down."""
    doing("yardsticks ...")
    file = stack.home / "counted.csv"
    with file.open("wb") as out, owner.cursor().copy(f"COPY ({_COUNTED}) TO STDOUT (FORMAT csv, HEADER)") as rows:
        for data in rows:
            out.write(data)
    return {"duckdb": _duckdb(str(file), runs), "polars": _polars(str(file), runs)}


def _duckdb(file: str, runs: int) -> float:
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE counted AS SELECT * FROM read_csv('{file}', columns = {_TYPES})")
        return statistics.median(timed(lambda: database.execute(_GROUPED)) for _ in range(runs))


def _polars(file: str, runs: int) -> float:
    decimals = {"amount": polars.Decimal(32, 14), "share": polars.Decimal(16, 8)}
    frame = polars.read_csv(file, schema_overrides=decimals, try_parse_dates=True)

    def group() -> polars.DataFrame:
        return frame.group_by("kpi_id", "member_id", "day").agg(
            polars.col("amount").sum(),
            polars.col("share").sum(),
            polars.col("amount").sort_by("id").last().alias("closing"),
        )

    return statistics.median(timed(group) for _ in range(runs))
