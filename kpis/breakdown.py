"""A number by team and by person: where it comes from, and why a rate is what it is.

Every row is the one function's own number for that team or person, so a team's rate is sum over sum; of people
inside a team only their days in it count. What is missing to the whole (people who may not be seen, teams without a
name) is said as one more row where parts add up.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from kpis.access import Choice, Choices
from kpis.ledger import EXACT
from kpis.models import Kpi
from kpis.numbers import Cell, values
from kpis.parts import Ingredient, ingredients
from kpis.periods import PeriodRules, Window
from kpis.scopes import teams_of
from kpis.timeline import Step
from teams.models import TeamMembership
from teams.reach import placed_on
from web.collation import ThaiKey, thai_key

SORTS = ("value", "change", "name")
Numbers = Mapping[Cell, Decimal | None]


@dataclass(frozen=True)
class Part:
    """A part of a formula in one row, with the days in which it was read."""

    kpi: Kpi
    value: Decimal | None
    window: Window | None


@dataclass(frozen=True)
class Row:
    """None where nothing was recorded. `share` of the whole where parts add up to it."""

    choice: Choice | None  # None: what none of the rows hold
    value: Decimal | None
    previous: Decimal | None = None
    share: Decimal | None = None
    parts: Sequence[Part] = ()


@dataclass(frozen=True)
class Breakdown:
    """`whole` is the scope's own row, `rest` what the rows lack to it, None where nothing."""

    kpi: Kpi
    step: Step
    whole: Row
    rows: Sequence[Row]
    rest: Row | None


def is_additive(kpi: Kpi) -> bool:
    """Whether the numbers of parts add up to that of the whole."""
    return kpi.aggregation in (Kpi.Aggregation.SUM, Kpi.Aggregation.LAST)


def teams_inside(choices: Choices, chosen: Choice) -> list[Choice]:
    """The teams one step below, archived ones too."""
    scope = chosen.scope
    teams = [*choices.teams, *(choice for choice in choices.gone if choice.scope.kind == "team")]
    if scope.kind == "team":
        return [team for team in teams if team.parent == scope.id]
    known = {team.scope.id for team in teams}
    return [team for team in teams if team.parent not in known] if scope.kind == "organization" else []


def people_inside(choices: Choices, chosen: Choice, window: Window) -> list[Choice]:
    """Who was in it on any of the days, as far as one may see them. Of a team's people their days in it."""
    scope = chosen.scope
    people = [*choices.members, *(choice for choice in choices.gone if choice.scope.kind == "member")]
    if scope.kind == "organization":
        return people
    if scope.kind == "member":
        return []
    stays = TeamMembership.objects.filter(
        placed_on(window.start, window.end),
        team__in=teams_of(scope),
    ).values_list("member_id", "starts_on", "ends_on")
    days: dict[int, int] = defaultdict(int)
    for member, starts_on, ends_on in stays:
        first, last = max(starts_on or window.start, window.start), min(ends_on or window.end, window.end)
        days[member] += (last - first).days + 1
    return [
        choices.inside(person, chosen, is_partial=days[person.scope.id] < window.days)
        for person in people
        if person.scope.id in days
    ]


def cells_of(kpi: Kpi, whole: Choice, parts: Sequence[Choice], step: Step) -> list[Cell]:
    """What a breakdown reads."""
    windows = [window for window in (step.window, step.previous) if window]
    return [Cell(kpi, choice.scope, window) for choice in (whole, *parts) for window in windows]


def break_down(kpi: Kpi, whole: Choice, parts: Sequence[Choice], step: Step, numbers: Numbers) -> Breakdown:
    """Rows in the order of the parts, without those of the past that have no number."""
    top = _row(kpi, whole, step, numbers, None)
    rows = [_row(kpi, choice, step, numbers, top.value) for choice in parts]
    shown = [row for row in rows if row.value is not None or not (row.choice and row.choice.is_gone)]
    return Breakdown(kpi, step, replace(top, share=None), shown, _rest(kpi, top, rows))


def _row(kpi: Kpi, choice: Choice, step: Step, numbers: Numbers, whole: Decimal | None) -> Row:
    value = numbers[Cell(kpi, choice.scope, step.window)]
    previous = numbers[Cell(kpi, choice.scope, step.previous)] if step.previous else None
    return Row(choice, value, previous, _share(kpi, value, whole))


def _share(kpi: Kpi, value: Decimal | None, whole: Decimal | None) -> Decimal | None:
    if value is None or not whole or whole < 0 or not is_additive(kpi):
        return None
    return value / whole


def _rest(kpi: Kpi, whole: Row, rows: Sequence[Row]) -> Row | None:
    """What the rows together lack to the whole; None where they lack nothing, or where parts do not add up."""
    if not is_additive(kpi) or not rows or whole.value is None:
        return None
    with localcontext(EXACT):
        value = whole.value - sum((row.value for row in rows if row.value is not None), Decimal(0))
        previous = (whole.previous or 0) - sum((row.previous for row in rows if row.previous is not None), Decimal(0))
    if not value and not previous:
        return None
    return Row(None, value, previous, _share(kpi, value, whole.value))


def ordered(breakdown: Breakdown, sort: str) -> list[Row]:
    """The best first, by value or by the change since the period before, or by name. Without a number last."""
    if sort == "name":
        return sorted(breakdown.rows, key=_name)
    key = _change if sort == "change" else _value
    sign = 1 if breakdown.kpi.direction == Kpi.Direction.HIGHER else -1
    known = [(found, row) for row in breakdown.rows if (found := key(row)) is not None]
    best_first = sorted(known, key=lambda pair: (-sign * pair[0], _name(pair[1])))
    return [row for _found, row in best_first] + sorted((r for r in breakdown.rows if key(r) is None), key=_name)


def _name(row: Row) -> ThaiKey:
    return thai_key(row.choice.name if row.choice else "")


def _value(row: Row) -> Decimal | None:
    return row.value


def _change(row: Row) -> Decimal | None:
    return None if row.value is None or row.previous is None else row.value - row.previous


def with_parts(breakdown: Breakdown, rows: Sequence[Row], rules: PeriodRules) -> tuple[list[Ingredient], list[Row]]:
    """The parts of the formula, and the rows (the whole one among them, if given) with their numbers.

    At most four queries, however many rows; none for a KPI without a formula.
    """
    heads = ingredients(breakdown.kpi)
    window = breakdown.step.window

    def cell(row: Row, head: Ingredient) -> Cell | None:
        return head.cell(row.choice.scope, window, rules) if row.choice else None

    numbers = values(found for row in rows for head in heads if (found := cell(row, head)))

    def part(row: Row, head: Ingredient) -> Part:
        found = cell(row, head)
        return Part(head.kpi, numbers[found] if found else None, head.window(window, rules))

    return heads, [replace(row, parts=[part(row, head) for head in heads]) for row in rows]
