"""The whole goal as one sentence, made of its words and its fields; what is still open shows as a blank."""

from decimal import Decimal

from django.utils.translation import get_language, gettext

from goals.plan import GoalPlan
from goals.progress import TargetType
from kpis.periods import PeriodRules, Window, kind_of
from kpis.timeline import period_name
from web.formats import format_date, format_value

BLANK = "…"


def sentence_of(plan: GoalPlan, currency: str) -> str:
    """In the active language."""
    said = _written(_pattern(plan), plan, currency).replace(f"{BLANK}.", BLANK)
    if not plan.further:
        return said
    lines = "; ".join(lines_of(plan, currency))
    return gettext("%(sentence)s At the same time: %(lines)s.") % {"sentence": said, "lines": lines}


def lines_of(plan: GoalPlan, currency: str) -> list[str]:
    """The further KPIs of the plan, each with what is to happen to it and with its share of the whole weight."""
    language, whole = (get_language() or "en")[:2], plan.own_weight or Decimal(1)
    whole += sum((line.weight for line in plan.further), Decimal(0))
    return [
        gettext("%(line)s (%(share)s of the whole)")
        % {
            "line": _written(_line_pattern(line), line, currency),
            "share": format_value(said.weight / whole, "percent", 0, language),
        }
        for said, line in zip(plan.further, plan.lines(), strict=True)
    ]


def _written(pattern: str, plan: GoalPlan, currency: str) -> str:
    language = (get_language() or "en")[:2]

    def number(value: object) -> str:
        if value is None or plan.kpi is None:
            return BLANK
        return format_value(value, plan.kpi.unit, plan.kpi.decimals, language, currency)  # type: ignore[arg-type]

    return pattern % {
        "owner": _owner(plan),
        "kpi": plan.kpi.label if plan.kpi else BLANK,
        "baseline": number(plan.baseline),
        "target": number(plan.target),
        "start": format_date(plan.start, language) if plan.start else BLANK,
        "deadline": format_date(plan.deadline, language) if plan.deadline else BLANK,
    }


def period_words(window: Window, rules: PeriodRules) -> str:
    """Oct 2026, Q4 2026, or the days of a window that is no period."""
    return period_name(window, kind_of(window, rules) or "", rules, (get_language() or "en")[:2])


def _owner(plan: GoalPlan) -> str:
    owner = plan.member or plan.team
    return owner.name if owner else gettext("The organization")


def _pattern(plan: GoalPlan) -> str:
    match plan.target_type:
        case TargetType.STAY_AT_OR_ABOVE:
            return gettext("%(owner)s: keep %(kpi)s at or above %(target)s from %(start)s to %(deadline)s.")
        case TargetType.STAY_AT_OR_BELOW:
            return gettext("%(owner)s: keep %(kpi)s at or below %(target)s from %(start)s to %(deadline)s.")
        case TargetType.DECREASE_TO:
            return gettext("%(owner)s: decrease %(kpi)s from %(baseline)s to %(target)s by %(deadline)s.")
    if plan.needs_baseline or plan.baseline is not None:
        return gettext("%(owner)s: increase %(kpi)s from %(baseline)s to %(target)s by %(deadline)s.")
    return gettext("%(owner)s: increase %(kpi)s to %(target)s by %(deadline)s.")


def _line_pattern(plan: GoalPlan) -> str:
    match plan.target_type:
        case TargetType.STAY_AT_OR_ABOVE:
            return gettext("keep %(kpi)s at or above %(target)s")
        case TargetType.STAY_AT_OR_BELOW:
            return gettext("keep %(kpi)s at or below %(target)s")
        case TargetType.DECREASE_TO:
            return gettext("decrease %(kpi)s from %(baseline)s to %(target)s")
    if plan.needs_baseline or plan.baseline is not None:
        return gettext("increase %(kpi)s from %(baseline)s to %(target)s")
    return gettext("increase %(kpi)s to %(target)s")
