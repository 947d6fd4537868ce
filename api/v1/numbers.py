"""Numbers: any KPI, of anybody or any team that one sees, over any window, whole or by period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import ConfigDict, Field, StringConstraints

from api.models import Scope as TokenScope
from api.problems import missing, refused
from api.requests import ApiRequest
from api.v1.operations import needs
from api.v1.shapes import Code, Day, Given, Number, Sent, Unit, kpi_codes
from kpis.access import Choice, Choices, choices_of
from kpis.models import Kpi
from kpis.numbers import Cell, is_updating, rules_of, values
from kpis.periods import Window, split
from teams.memory import remembering
from web.parsing import FIRST_YEAR, LAST_YEAR, InvalidInput

router = Router(tags=["numbers"])

MOST_QUESTIONS = 200
MOST_NUMBERS = 2000
# No period has more days, be it of a calendar of whole weeks: so many of them at least are in a window.
MOST_DAYS = {"day": 1, "week": 7, "month": 42, "quarter": 98, "year": 371}
ScopeWord = Annotated[str, StringConstraints(pattern=r"^(organization|(team|member)-[1-9][0-9]{0,17})$")]
Kind = Literal["day", "week", "month", "quarter", "year"]
QUESTION: dict[str, Any] = {
    "kpi": "win_rate",
    "scope": "team-3",
    "from": "2026-10-01",
    "to": "2026-12-31",
    "by": "month",
}


class NumberAsked(Sent):
    model_config = ConfigDict(json_schema_extra={"examples": [QUESTION]})

    kpi: Code
    scope: ScopeWord | None = Field(
        None, description="`organization`, `team-3` (with its sub-teams) or `member-12`; one's own where absent."
    )
    first: Day = Field(alias="from")
    last: Day = Field(alias="to", description="Both days are in.")
    by: Kind | None = Field(None, description="Also one number for each period, cut at the ends of the window.")


class NumbersAsked(Sent):
    model_config = ConfigDict(json_schema_extra={"examples": [{"numbers": [QUESTION]}]})

    numbers: list[NumberAsked] = Field(min_length=1, max_length=MOST_QUESTIONS)


class PeriodShape(Given):
    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    value: Number | None


class NumberShape(Given):
    kpi: str
    unit: Unit
    scope: str
    name: str = Field(description="Whose number it is, in words.")
    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    value: Number | None = Field(description="Null where nothing was recorded, or a formula is not defined.")
    periods: list[PeriodShape] | None


class NumbersShape(Given):
    numbers: list[NumberShape] = Field(description="One for each question, in order.")
    is_updating: bool = Field(description="A large import is under way: these are the numbers of a moment ago.")


@dataclass(frozen=True)
class Answerable:
    """A question whose KPI and scope are found."""

    kpi: Kpi
    choice: Choice
    whole: Window
    pieces: Sequence[Window] | None

    @property
    def cells(self) -> list[Cell]:
        return [self._cell(window) for window in (self.whole, *(self.pieces or ()))]

    def _cell(self, window: Window) -> Cell:
        return Cell(self.kpi, self.choice.scope, window)

    def shape(self, numbers: Mapping[Cell, Decimal | None]) -> NumberShape:
        periods = None
        if self.pieces is not None:
            periods = [
                PeriodShape(first=piece.start, last=piece.end, value=numbers[self._cell(piece)])
                for piece in self.pieces
            ]
        return NumberShape(
            kpi=self.kpi.code,
            unit=self.kpi.unit,
            scope=self.choice.key,
            name=self.choice.name,
            first=self.whole.start,
            last=self.whole.end,
            value=numbers[self._cell(self.whole)],
            periods=periods,
        )


@router.get("/numbers", response=NumbersShape, by_alias=True, summary="One number")
@needs(TokenScope.READ_NUMBERS, raises=(404, 409))
def read_number(
    request: ApiRequest,
    kpi: Code,
    first: Annotated[Day, Query(..., alias="from")],
    last: Annotated[Day, Query(..., alias="to")],
    scope: ScopeWord | None = None,
    by: Kind | None = None,
) -> NumbersShape:
    """The same as one question of `POST /numbers`."""
    asked = {"kpi": kpi, "scope": scope, "from": first, "to": last, "by": by}
    return _answer(request, [NumberAsked.model_validate(asked)], "")


@router.post("/numbers", response=NumbersShape, by_alias=True, summary="Many numbers")
@needs(TokenScope.READ_NUMBERS, raises=(404, 409))
def read_numbers(request: ApiRequest, body: NumbersAsked) -> NumbersShape:
    """Up to 200 questions with up to 2,000 numbers in all; nothing is stored."""
    return _answer(request, body.numbers, "numbers.%(index)s.")


def _answer(request: ApiRequest, asked: Sequence[NumberAsked], place: str) -> NumbersShape:
    with remembering({"organization": request.organization}):
        kpis, choices = kpi_codes(), choices_of(request)
        left = MOST_NUMBERS
        found = []
        for index, question in enumerate(asked):
            answerable = _find(request, question, kpis, choices, place % {"index": index} if place else "", left)
            left -= len(answerable.cells)
            found.append(answerable)
        numbers = values(cell for answerable in found for cell in answerable.cells)
        return NumbersShape(numbers=[each.shape(numbers) for each in found], is_updating=is_updating())


def _find(
    request: ApiRequest, asked: NumberAsked, kpis: Mapping[str, Kpi], choices: Choices, place: str, left: int
) -> Answerable:
    if asked.kpi not in kpis:
        raise missing(f"{place}kpi")
    try:
        choice = choices.named(asked.scope or "")
    except Http404:
        raise missing(f"{place}scope") from None
    window = _window(asked, place)
    pieces = None
    if asked.by is not None:
        if window.days / MOST_DAYS[asked.by] > left:
            raise _too_many(place)
        pieces = split(asked.by, window, rules_of(request.organization))
    if 1 + len(pieces or ()) > left:
        raise _too_many(place)
    return Answerable(kpis[asked.kpi], choice, window, pieces)


def _window(asked: NumberAsked, place: str) -> Window:
    if asked.last < asked.first:
        raise refused("window_backwards", _("The window ends before it begins."), f"{place}to")
    for name, day in (("from", asked.first), ("to", asked.last)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            error = InvalidInput("year_out_of_range", {"first": FIRST_YEAR, "last": LAST_YEAR})
            raise refused(error.code, error.message, f"{place}{name}")
    return Window(asked.first, asked.last)


def _too_many(place: str) -> Exception:
    detail = _("These are more than %(most)s numbers in all. Ask for fewer at once.") % {"most": f"{MOST_NUMBERS:,}"}
    return refused("too_many_numbers", detail, f"{place}by")
