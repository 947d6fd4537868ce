"""What a goal says, apart from its row: as a form fills it in, and what speaks against it."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from goals.further import GoalKpi
from goals.models import Goal
from goals.progress import TargetType
from kpis.models import Kpi
from teams.models import Member, Team

LARGEST = Decimal(10) ** 18  # what a number of a goal stays below; the database holds no more

# What no edit changes once it is agreed on. The next goals of a series hold at once, so their terms belong to it.
PROMISE = (
    "kpi", "member", "team", "target_type", "target", "own_weight", "further", "repeats", "growth", "compounds",
)  # fmt: skip


@dataclass(frozen=True)
class FurtherPlan:
    """One more KPI of a goal, with numbers and a weight of its own."""

    kpi: Kpi | None = None
    target_type: TargetType = TargetType.INCREASE_TO
    baseline: Decimal | None = None
    target: Decimal | None = None
    weight: Decimal = Decimal(1)


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
    # Of a scorecard: what its own KPI weighs beside the further ones.
    own_weight: Decimal | None = None
    further: tuple[FurtherPlan, ...] = ()

    def write_to(self, goal: Goal) -> None:
        for name in NAMES:
            setattr(goal, name, getattr(self, name))
        goal.own_weight = (self.own_weight or Decimal(1)) if self.further else None

    def write_further(self, goal: Goal) -> None:
        """To a goal that is stored: its further KPIs are those of the plan, each the row that it was."""
        if not self.further and not goal.further.exists():
            return
        goal.further.exclude(kpi__in=[line.kpi for line in self.further]).delete()
        for line in self.further:
            row = goal.further.filter(kpi=line.kpi).first() or GoalKpi(goal=goal, kpi=line.kpi)
            told = {name: getattr(line, name) for name in ("target_type", "baseline", "target", "weight")}
            if row.pk is None or any(getattr(row, name) != value for name, value in told.items()):
                for name, value in told.items():
                    setattr(row, name, value)
                row.save()

    def lines(self) -> list["GoalPlan"]:
        """Each further KPI as the plan of a goal of its own."""
        return [
            replace(
                self, further=(), own_weight=None, commit=None, stretch=None,
                kpi=line.kpi, target_type=line.target_type, baseline=line.baseline, target=line.target,
            )
            for line in self.further
        ]  # fmt: skip

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


# Fields of the plan that are fields of the goal's row.
NAMES = tuple(name for name in GoalPlan.__dataclass_fields__ if name != "further")


def plan_of(goal: Goal) -> GoalPlan:
    plan = GoalPlan(**{name: getattr(goal, name) for name in NAMES})
    plan.target_type = TargetType(goal.target_type)
    if goal.is_scorecard:
        plan.further = tuple(further_of(row) for row in goal.further.select_related("kpi"))
    return plan


def further_of(row: GoalKpi) -> FurtherPlan:
    return FurtherPlan(row.kpi, TargetType(row.target_type), row.baseline, row.target, row.weight)


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
    return _refusals_of_further(plan, complete=complete) | _refusals_of_levels(plan) | found


def _refusals_of_further(plan: GoalPlan, *, complete: bool) -> dict[str, str]:
    """By `further`: the first thing that is wrong among the further KPIs, which say which of them it is."""
    for line in plan.lines():
        wrong = {"kpi": _("Choose the KPI that shows whether it is reached.")}
        found = refusals(line, complete=complete) if line.kpi else wrong
        if complete and line.kpi and line.target is None:
            found["target"] = _("Enter the number to reach.")
        elif complete and line.kpi and line.baseline is None and line.needs_baseline:
            found["baseline"] = _("Enter where it stands before the start.")
        text = next((found[name] for name in ("kpi", "target", "baseline") if name in found), "")
        if text:
            return {"further": f"{line.kpi.label}: {text}" if line.kpi else text}
    kpis = [line.kpi for line in (plan, *plan.lines()) if line.kpi]
    if len(set(kpis)) < len(kpis):
        return {"further": _("Each KPI counts once in a goal.")}
    return {}


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
