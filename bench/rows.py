"""The limit of a page: its rows by psycopg, and as many constant bytes. A WSGI program for the product's own server.

`BENCH_PAGES` names a file: by path, the statements that the product runs for it, and the size of its answer.
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg

_PAGES: dict[str, Any] = json.loads(Path(os.environ["BENCH_PAGES"]).read_text(encoding="utf-8"))
_connections: list[psycopg.Connection[Any]] = []


def _connection() -> psycopg.Connection[Any]:
    """One for the process, as the product keeps its own."""
    if not _connections:
        _connections.append(psycopg.connect(os.environ["DATABASE_URL"]))
    return _connections[0]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    page = _PAGES[f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}".rstrip("?")]
    connection = _connection()
    with connection.transaction():
        for statement in page["statements"]:
            cursor = connection.execute(statement)
            if cursor.description:
                cursor.fetchall()
    body = b"x" * page["size"]
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
    return [body]
