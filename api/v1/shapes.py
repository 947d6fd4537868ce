"""What all of the API is made of: how numbers, dates, ids and pages are written."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from goals.lines import written
from kpis.conversion import is_currency
from kpis.models import Kpi

LARGEST_ID = 2**63 - 1
AMOUNT = r"^-?[0-9]{1,18}(\.[0-9]{1,6})?$"
SHARE = r"^(0\.[0-9]{1,8}|1)$"
CURRENCY = r"^[A-Z]{3}$"
NO_NUL = r"^[^\x00]*$"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


def _decimal(value: object, pattern: str, code: str) -> Decimal:
    if isinstance(value, Decimal):
        return value
    # Not `match`: its `$` would let a line break at the end pass.
    if not isinstance(value, str) or not re.fullmatch(pattern[1:-1], value, re.ASCII):
        raise PydanticCustomError(code, "not a number")
    return Decimal(value)


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "not a date")


def _uuid(value: object) -> UUID:
    if isinstance(value, UUID):
        return value
    if isinstance(value, str) and UUID_TEXT.fullmatch(value):
        return UUID(value)
    raise PydanticCustomError("uuid", "not a UUID")


def _currency(value: object) -> str:
    if isinstance(value, str) and is_currency(value):
        return value
    raise PydanticCustomError("currency", "not a currency")


def _whole(value: object, least: int, most: int) -> int:
    """In JSON 2.0 is a whole number as well."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or not least <= value <= most:
        raise PydanticCustomError("whole_number", "not a whole number", {"ge": least, "le": most})
    return value


def _whole_in_query(value: object, least: int, most: int) -> int:
    if isinstance(value, str) and DIGITS.fullmatch(value):
        value = int(value)
    return _whole(value, least, most)


def _truth_in_query(value: object) -> bool:
    if value in ("true", "false", True, False):
        return value in ("true", True)
    raise PydanticCustomError("truth", "neither true nor false")


def _integer(least: int, most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


Id = Annotated[int, BeforeValidator(lambda value: _whole(value, 1, LARGEST_ID)), _integer(1, LARGEST_ID)]
IdInQuery = Annotated[
    int, BeforeValidator(lambda value: _whole_in_query(value, 1, LARGEST_ID)), _integer(1, LARGEST_ID)
]
TruthInQuery = Annotated[bool, BeforeValidator(_truth_in_query), WithJsonSchema({"type": "boolean"})]
Limit = Annotated[int, BeforeValidator(lambda value: _whole_in_query(value, 1, 200)), _integer(1, 200)]
Weekday = Annotated[int, BeforeValidator(lambda value: _whole(value, 1, 7)), _integer(1, 7)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Uuid = Annotated[UUID, BeforeValidator(_uuid), WithJsonSchema({"type": "string", "format": "uuid"})]
Amount = Annotated[
    Decimal,
    BeforeValidator(lambda value: _decimal(value, AMOUNT, "amount")),
    PlainSerializer(written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": AMOUNT}),
]
Share = Annotated[
    Decimal,
    BeforeValidator(lambda value: _decimal(value, SHARE, "share")),
    PlainSerializer(written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": SHARE}),
]
# What is answered may have more digits than what may be sent: nothing is rounded.
Number = Annotated[
    Decimal,
    PlainSerializer(written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}),
]


def one_of(words: Iterable[str]) -> WithJsonSchema:
    """For columns that hold one of these words."""
    return WithJsonSchema({"type": "string", "enum": list(words)})


Currency = Annotated[
    str, BeforeValidator(_currency), WithJsonSchema({"type": "string", "pattern": CURRENCY, "examples": ["USD"]})
]
Unit = Annotated[str, one_of(Kpi.Unit.values)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", min_length=1, max_length=40)]
ExternalId = Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=500)]
Reason = Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=500)]


class Sent(BaseModel):
    """Something that a program sends. Keys that are not named here are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Given(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(extra="forbid")


T = TypeVar("T")


class Page(Given, Generic[T]):
    """A part of a list. `next`, where it is not null, is sent as `after` to get the part that follows."""

    items: list[T]
    next: int | None = Field(description="Send it as `after` for the next part; null at the end.")


def kpi_codes() -> dict[str, Kpi]:
    """Every KPI of the organization by code. One query."""
    return {kpi.code: kpi for kpi in Kpi.objects.all()}
