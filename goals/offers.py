"""One-tap values for the form of a goal: `field=what one would type`, several joined by `&`."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

from goals.coach_letters import Suggestion
from goals.measures import KpiBook, scope_of_owner
from goals.plan import GoalPlan
from goals.ramp import ramp_share
from kpis.models import Kpi
from kpis.numbers import value
from kpis.periods import PeriodRules, Window, next_period, period_of, shift
from teams.calendars import calendar_of
from teams.models import Organization
from web.fields import NumberField

FIELDS = frozenset({"statement", "kpi", "baseline", "target", "target_as", "start", "deadline", "further", "ramped"})
OF_FURTHER = re.compile(r"further-\d-(baseline|target)")
KINDS = ("week", "month", "quarter", "year")
MOST_FIELDS = 10


@dataclass(frozen=True)
class PeriodOffer:
    """A fiscal period to take as start and deadline."""

    kind: str
    window: Window

    @property
    def take(self) -> str:
        return urlencode({"start": self.window.start.isoformat(), "deadline": self.window.end.isoformat()})


@dataclass(frozen=True)
class BaselineOffer:
    """What the record says about where the KPI stands; `window` is when."""

    value: Decimal
    window: Window
    take: str


@dataclass(frozen=True)
class RampOffer:
    """Which `share` of a full target the ramp holds a new member to in the goal's days. `value` is what that makes of
    the target, None once it has been taken or while there is none.
    """

    share: Decimal
    value: Decimal | None
    take: str


def read_offer(text: str) -> dict[str, str]:
    """Only fields that offers are made for; the form reads the values as if they were typed. What no button of ours
    sends (too many fields) offers nothing.
    """
    try:
        offered = parse_qsl(text, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: typed for name, typed in offered if name in FIELDS or OF_FURTHER.fullmatch(name)}


def take_suggestion(suggestion: Suggestion, kpi: Kpi | None) -> str:
    if isinstance(suggestion.value, dt.date):
        return urlencode({suggestion.field: suggestion.value.isoformat()})
    if isinstance(suggestion.value, str):
        return urlencode({suggestion.field: suggestion.value})
    typed = {suggestion.field: as_typed(suggestion.value, kpi)}
    return urlencode({**typed, "target_as": "amount"} if suggestion.field == "target" else typed)


def as_typed(number: Decimal, kpi: Kpi | None) -> str:
    return str(NumberField(percent=kpi is not None and kpi.unit == Kpi.Unit.PERCENT).prepare_value(number))


def period_offers(today: dt.date, rules: PeriodRules) -> list[PeriodOffer]:
    """The present and the coming month and quarter, this year and the coming week."""
    found = []
    for kind in KINDS:
        present = period_of(kind, today, rules)
        if kind != "week":
            found.append(PeriodOffer(kind, present))
        if kind != "year":
            found.append(PeriodOffer(kind, next_period(kind, present, rules)))
    return found


def baseline_offer(plan: GoalPlan, today: dt.date, rules: PeriodRules) -> BaselineOffer | None:
    """What the KPI was in the period before the goal's; a level up to the latest day that is known."""
    if plan.kpi is None or plan.start is None or plan.deadline is None or plan.deadline < plan.start or not plan.moves:
        return None
    try:
        window = _window_before(plan.kpi, Window(plan.start, plan.deadline), today, rules)
        found = value(plan.kpi, scope_of_owner(plan.member, plan.team), window)
    except (OverflowError, ValueError):  # before the first year
        return None
    if found is None:
        return None
    shown = round(found, 4 if plan.kpi.unit == Kpi.Unit.PERCENT else min(plan.kpi.decimals + 2, 6))
    if plan.baseline is not None and abs(plan.baseline - shown) < Decimal("0.0001"):
        return None
    return BaselineOffer(shown, window, urlencode({"baseline": as_typed(shown, plan.kpi)}))


def ramp_offer(plan: GoalPlan, organization: Organization, book: KpiBook, *, is_taken: bool) -> RampOffer | None:
    """For a member who is new, on a KPI whose numbers add up; a rate is not lowered by the ramp. One query, or none."""
    member, kpi = plan.member, plan.kpi
    if not organization.ramp or member is None or member.joined_on is None or kpi is None or not book.adds_up(kpi):
        return None
    if plan.start is None or plan.deadline is None or plan.deadline < plan.start or not plan.target_type.is_upward:
        return None
    calendar = calendar_of(organization, [member.pk])[member.pk]
    share = ramp_share(member.joined_on, Window(plan.start, plan.deadline), organization.ramp, calendar)
    if share >= 1:
        return None
    if is_taken or not plan.target:
        return RampOffer(share, None, "")
    lowered = round(plan.target * share, kpi.decimals)
    take = {"target": as_typed(lowered, kpi), "target_as": "amount", "ramped": "on"}
    return RampOffer(share, lowered, urlencode(take))


def _window_before(kpi: Kpi, window: Window, today: dt.date, rules: PeriodRules) -> Window:
    before = shift(window, "previous", rules)
    if not kpi.is_accruing and before.end > today:
        return Window(today - dt.timedelta(days=window.days - 1), today)
    while before.end > today:
        before = shift(before, "previous", rules)
    return before
