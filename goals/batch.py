"""Rows of several tables in one statement: a page of many small parts pays one journey to the database for them."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def fetch(asked: Mapping[str, QuerySet[Any, Any]]) -> dict[str, list[Any]]:
    """By name the rows of each query set, as instances of its model with its annotations, in its order. One query.

    Rows of other tables come as annotations: `select_related` is refused with ValueError.
    """
    parts, parameters, named = [], [], []
    for name, rows in asked.items():
        if rows.query.select_related:
            raise ValueError(f"{name} asks for rows of other tables")
        try:
            sql, values = rows.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        parts.append(f"(SELECT json_agg(t)::text FROM ({sql}) t)")  # noqa: S608 - Django's own statement
        parameters += values
        named.append(name)
    found: dict[str, list[Any]] = {name: [] for name in asked}
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        texts = cursor.fetchone() or ()
    for name, text in zip(named, texts, strict=True):
        # Numbers as they are written: a float would round them.
        rows = json.loads(text, parse_float=Decimal) if text else []
        found[name] = [_instance(asked[name], row) for row in rows]
    return found


def _instance(rows: QuerySet[Any, Any], row: Mapping[str, Any]) -> Any:
    fields = rows.model._meta.concrete_fields
    values = [field.to_python(row[field.column]) for field in fields]
    made = rows.model.from_db(connection.alias, [field.attname for field in fields], values)
    for name, expression in rows.query.annotation_select.items():
        setattr(made, name, expression.output_field.to_python(row[name]))
    return made
