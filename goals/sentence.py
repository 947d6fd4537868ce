"""The whole goal as one sentence, made of its words and its fields; what is still open shows as a blank."""

from django.utils.translation import get_language, gettext

from goals.plan import GoalPlan
from goals.progress import TargetType
from kpis.periods import PeriodRules, Window, kind_of
from kpis.timeline import period_name
from web.formats import format_date, format_value

BLANK = "…"


def sentence_of(plan: GoalPlan, currency: str) -> str:
    """In the active language."""
    language = (get_language() or "en")[:2]

    def number(value: object) -> str:
        if value is None or plan.kpi is None:
            return BLANK
        return format_value(value, plan.kpi.unit, plan.kpi.decimals, language, currency)  # type: ignore[arg-type]

    said = _pattern(plan) % {
        "owner": _owner(plan),
        "kpi": plan.kpi.label if plan.kpi else BLANK,
        "baseline": number(plan.baseline),
        "target": number(plan.target),
        "start": format_date(plan.start, language) if plan.start else BLANK,
        "deadline": format_date(plan.deadline, language) if plan.deadline else BLANK,
    }
    return said.replace(f"{BLANK}.", BLANK)


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
