"""What a goal says, apart from its row: as a form fills it in, and what speaks against it."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from goals.models import Goal
from goals.progress import TargetType
from kpis.models import Kpi
from teams.models import Member, Team

LARGEST = Decimal(10) ** 18  # what a number of a goal stays below; the database holds no more

# What no edit changes once it is agreed on. The next goals of a series hold at once, so their terms belong to it.
PROMISE = ("kpi", "member", "team", "target_type", "target", "repeats", "growth", "compounds")


@dataclass
class GoalPlan:
    """The definition of a goal; what is None is still to be said."""

    statement: str = ""
    why: str = ""
    kpi: Kpi | None = None
    member: Member | None = None
    team: Team | None = None
    parent: Goal | None = None
    target_type: TargetType = TargetType.INCREASE_TO
    baseline: Decimal | None = None
    target: Decimal | None = None
    start: dt.date | None = None
    deadline: dt.date | None = None
    weight: Decimal = Decimal(1)
    effort_hours: Decimal | None = None
    commit: Decimal | None = None
    stretch: Decimal | None = None
    repeats: str = ""
    growth: Decimal | None = None
    compounds: bool = False

    def write_to(self, goal: Goal) -> None:
        for field, value in vars(self).items():
            setattr(goal, field, value)

    def without_the_promise(self, goal: Goal) -> "GoalPlan":
        """This plan with what may not change while the goal runs: the number, and what the clock makes of it later."""
        return replace(self, **{name: getattr(plan_of(goal), name) for name in PROMISE})

    @property
    def moves(self) -> bool:
        """Goes from one value to another, instead of staying on one side of it."""
        return not self.target_type.is_stay

    @property
    def needs_baseline(self) -> bool:
        """A total that is to grow begins at zero; everything else that moves begins somewhere."""
        grows = self.target_type is TargetType.INCREASE_TO and self.kpi is not None and self.kpi.is_accruing
        return self.moves and not grows


def plan_of(goal: Goal) -> GoalPlan:
    names = GoalPlan.__dataclass_fields__
    plan = GoalPlan(**{name: getattr(goal, name) for name in names})
    plan.target_type = TargetType(goal.target_type)
    return plan


def refusals(plan: GoalPlan, *, complete: bool = False) -> dict[str, str]:
    """By field, what is wrong even for a draft; with `complete` also what is wrong among the values that are there."""
    numbers = ("baseline", "target", "commit", "stretch")
    found = {name: _("This number is too large.") for name in numbers if abs(getattr(plan, name) or 0) >= LARGEST}
    if plan.start and plan.deadline and plan.deadline < plan.start:
        found["deadline"] = _("The deadline lies before the start.")
    if plan.moves and plan.target is not None and plan.baseline == plan.target:
        found["target"] = _("The target equals where it starts, so there would be nothing to reach.")
    elif complete and plan.target is not None and (text := _wrong_side(plan, plan.target)):
        found["target"] = text
    return _refusals_of_levels(plan) | found


def _refusals_of_levels(plan: GoalPlan) -> dict[str, str]:
    """Commit, target and stretch lie in the order of the goal's direction."""
    found: dict[str, str] = {}
    up = plan.target_type.is_upward
    for name, is_beyond in (("commit", up), ("stretch", not up)):
        level = getattr(plan, name)
        if plan.target is None or level is None:
            continue
        if (level > plan.target) if is_beyond else (level < plan.target):
            found[name] = (
                _("What is sure lies on the near side of the target.")
                if name == "commit"
                else _("What would be splendid lies beyond the target.")
            )
    return found


def refusals_to_start(plan: GoalPlan, today: dt.date, *, is_new: bool = True) -> dict[str, str]:
    """By field, what is wrong or missing for a goal to be started: it needs words, a KPI, a number and dates."""
    found = refusals(plan, complete=True)
    asked = {
        "statement": (not plan.statement, _("Say in a few words what you will do.")),
        "kpi": (plan.kpi is None, _("Choose the KPI that shows whether it is reached.")),
        "target": (plan.target is None, _("Enter the number to reach.")),
        "start": (plan.start is None, _("Say when it begins.")),
        "deadline": (plan.deadline is None, _("Say by when.")),
        "baseline": (
            plan.baseline is None and plan.kpi is not None and plan.needs_baseline,
            _("Enter where it stands before the start."),
        ),
    }
    found.update({field: text for field, (missing, text) in asked.items() if missing})
    if is_new and plan.deadline and plan.deadline < today and "deadline" not in found:
        found["deadline"] = _("The deadline has passed. Choose a day to come.")
    return found


def _wrong_side(plan: GoalPlan, target: Decimal) -> str:
    if not plan.moves:
        return ""
    if plan.target_type is TargetType.INCREASE_TO and not plan.needs_baseline:
        return "" if target > 0 else _("A total can only grow to a number above zero.")
    if plan.baseline is None:
        return ""
    if plan.target_type is TargetType.INCREASE_TO and target < plan.baseline:
        return _("The target lies below where it starts. To go down, choose “decrease”.")
    if plan.target_type is TargetType.DECREASE_TO and target > plan.baseline:
        return _("The target lies above where it starts. To go up, choose “increase”.")
    return ""
