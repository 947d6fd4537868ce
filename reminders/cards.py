"""A goal in a mail: its numbers in words, and its bar."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from goals.models import Goal
from goals.progress import TargetType
from goals.reading import Standing
from goals.words import STATUS
from kpis.models import Kpi
from reminders.pictures import Picture, picture_of
from web.formats import format_date, format_value
from web.marks import mark_of

# Below it, a decimal of a reckoned count matters.
SMALL = 100


@dataclass(frozen=True)
class Card:
    title: str
    url: str
    owner: str
    numbers: str
    status: str
    mark: str
    bar: Picture
    facts: list[str]
    button: str
    button_url: str


@dataclass(frozen=True)
class Teller:
    """Tells a goal's numbers in one language and currency. The language must be the active one as well."""

    language: str
    currency: str

    def value(self, goal: Goal, value: Decimal | None) -> str:
        assert goal.kpi is not None
        return format_value(value, goal.kpi.unit, goal.kpi.decimals, self.language, self.currency)

    def reckoned(self, goal: Goal, value: Decimal) -> str:
        """As on the pages, small counts that are reckoned and not counted keep a decimal: 0.2 calls a day, not 0."""
        assert goal.kpi is not None
        is_small = abs(value) < SMALL and goal.kpi.unit == Kpi.Unit.COUNT and value != round(value)
        decimals = max(goal.kpi.decimals, 1) if is_small else goal.kpi.decimals
        return format_value(value, goal.kpi.unit, decimals, self.language, self.currency)

    def numbers(self, goal: Goal, standing: Standing) -> str:
        """Where it is, and where it is to go; of a scorecard, each of its KPIs."""
        if standing.lines:
            return "; ".join(self.numbers(line.goal, line.standing) for line in standing.lines)
        assert goal.kpi is not None
        words = {
            "kpi": goal.kpi.label,
            "value": self.value(goal, standing.value),
            "target": self.value(goal, standing.target),
            "baseline": self.value(goal, goal.baseline),
        }
        if goal.target_type == TargetType.STAY_AT_OR_ABOVE:
            return _("%(kpi)s: now %(value)s, to stay at or above %(target)s") % words
        if goal.target_type == TargetType.STAY_AT_OR_BELOW:
            return _("%(kpi)s: now %(value)s, to stay at or below %(target)s") % words
        if goal.kpi.is_accruing and goal.target_type == TargetType.INCREASE_TO:
            return _("%(kpi)s: %(value)s of %(target)s") % words
        if goal.kpi.is_accruing:
            return _("%(kpi)s: %(value)s so far, at most %(target)s") % words
        if goal.baseline is None:
            return _("%(kpi)s: now %(value)s, to reach %(target)s") % words
        return _("%(kpi)s: now %(value)s, from %(baseline)s to %(target)s") % words

    def facts(self, goal: Goal, standing: Standing) -> Iterator[str]:
        assert goal.deadline is not None
        yield _("Deadline: %(date)s") % {"date": format_date(goal.deadline, self.language)}
        held, full = standing.periods or (0, 0)
        if full:
            yield _("Held in %(held)s of %(full)s periods so far") % {"held": held, "full": full}
        elif standing.progress is not None:
            share = format_value(standing.progress, "percent", 0, self.language)
            yield _("Progress: %(share)s of the way") % {"share": share}
        if standing.expected is not None and not full and standing.days_left and not standing.lines:
            yield _("Expected by today: %(value)s") % {"value": self.reckoned(goal, standing.expected)}
        if standing.needed_per_working_day and not standing.lines:
            needed = self.reckoned(goal, standing.needed_per_working_day)
            yield _("Needed on each working day from here: %(value)s") % {"value": needed}
        if standing.last_entry_on:
            yield _("Last entry: %(date)s") % {"date": format_date(standing.last_entry_on, self.language)}


def card_of(goal: Goal, standing: Standing, teller: Teller, *, url: str, button: str, button_url: str) -> Card:
    return Card(
        title=goal.statement,
        url=url,
        owner="" if goal.member_id else goal.owner_name,
        numbers=teller.numbers(goal, standing),
        status=str(STATUS[standing.status]),
        mark=mark_of(standing.status),
        bar=picture_of(standing.progress, standing.tick, mark_of(standing.status), teller.language),
        facts=list(teller.facts(goal, standing)),
        button=button,
        button_url=button_url,
    )
