"""S, M, R and T of SMART: a verdict, one sentence why, and where there is one a value to take over."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from goals.coach_words import Words, weigh
from goals.draft import Draft, Parent
from goals.progress import reading_window
from goals.record import Measure, Record
from goals.voice import Voice
from kpis.periods import Window

# The shortest stretch of days that holds one recording of the KPI.
SHORTEST = {"daily": 1, "weekly": 7, "monthly": 28, "quarterly": 90, "yearly": 365}
ONE_DAY = timedelta(days=1)
# Decimals of a number with more digits than this before the point are beyond what Decimal rounds, and beyond interest.
LONGEST_ROUNDED = 20


@dataclass(frozen=True)
class Suggestion:
    """`value` as it would be typed into `field`; `label` says what taking it does."""

    field: str
    value: Decimal | date
    label: str


@dataclass(frozen=True)
class Letter:
    """`verdict` is met, weak or missing."""

    verdict: str
    reason: str
    suggestion: Suggestion | None = None


def specific(draft: Draft, voice: Voice) -> Letter:
    _ = voice.gettext
    words = weigh(draft.statement, draft.kpi.name if draft.kpi else "")
    if words is Words.MEANINGLESS:
        return Letter("missing", _("Say in a few words what you will do and for whom, as you would tell a colleague."))
    lacking = [words is Words.WISHFUL, draft.kpi is None, draft.target is None, draft.owner is None]
    if sum(lacking) > 1:
        if draft.kpi is None and draft.target is None:
            return Letter(
                "missing", _("These are only words so far: choose a KPI and set the number that it is to reach.")
            )
        return Letter(
            "missing",
            _("Too much is still open: name what you will do, the KPI, the number and the owner of the goal."),
        )
    if words is Words.WISHFUL:
        return Letter(
            "weak",
            _("That more or better is wanted says nothing yet about how: name what you will do, with which customers."),
        )
    if draft.kpi is None:
        return Letter("weak", _("Good words, but no KPI: choose the one by which success will be seen."))
    if draft.target is None:
        return Letter("weak", _("Good words, but no number: say what the KPI is to reach."))
    if draft.owner is None:
        return Letter("weak", _("Good words, but no owner: say who answers for this goal."))
    return Letter("met", _("It says what will be done, by which number it is judged and who answers for it."))


def measurable(draft: Draft, record: Record, today: date, voice: Voice) -> Letter:
    _ = voice.gettext
    measure, target, baseline = draft.kpi, draft.target, draft.baseline
    if measure is None:
        return Letter("missing", _("Choose the KPI by which you will see whether you got there."))
    shown = {"kpi": measure.name}
    if target is None:
        return Letter("missing", _("Set a target: how far is %(kpi)s to go?") % shown)
    shown["target"] = voice.value(target, measure)
    if not draft.target_type.is_stay and baseline is not None:
        shown["baseline"] = voice.value(baseline, measure)
        if baseline == target:
            return Letter("weak", _("The target is the same as the baseline, so nothing would have to change.") % shown)
        if not draft.is_better(target, baseline):
            return _wrong_side(draft, shown, voice)
    if all(code not in record.series or not record.series[code].days for code in measure.codes):
        return Letter("weak", _("Nothing has been recorded for %(kpi)s yet, so nobody can see it move.") % shown)
    if draft.target_type.is_stay:
        return Letter("met", _("%(kpi)s is recorded, and each period will show whether it holds %(target)s.") % shown)
    if baseline is None:
        return _without_baseline(draft, measure, record, today, voice)
    return Letter("met", _("%(kpi)s is recorded and is to go from %(baseline)s to %(target)s.") % shown)


def _wrong_side(draft: Draft, shown: dict[str, str], voice: Voice) -> Letter:
    _ = voice.gettext
    if draft.target_type.is_upward:
        return Letter(
            "weak", _("%(kpi)s is to increase, but the target %(target)s lies below the %(baseline)s of today.") % shown
        )
    return Letter(
        "weak", _("%(kpi)s is to decrease, but the target %(target)s lies above the %(baseline)s of today.") % shown
    )


def _without_baseline(draft: Draft, measure: Measure, record: Record, today: date, voice: Voice) -> Letter:
    _ = voice.gettext
    reason = _("Say where %(kpi)s stands today, or nobody can tell how far it has come.") % {"kpi": measure.name}
    value = current_value(draft, measure, record, today)
    if value is None or draft.target is None or not draft.is_better(draft.target, value):
        return Letter("weak", reason)
    label = _("Start from %(value)s, as recorded") % {"value": voice.value(value, measure)}
    return Letter("weak", reason, Suggestion("baseline", value, label))


def current_value(draft: Draft, measure: Measure, record: Record, today: date) -> Decimal | None:
    """What the KPI was over the latest span as long as the goal's window (four weeks while there is none)."""
    promise = draft.promise
    days = (promise.deadline - promise.start).days if promise else 27
    end = min(today, promise.start - ONE_DAY) if promise else today
    if measure.is_accruing or promise is None:
        window = Window(end - timedelta(days=days), end)
    else:
        window = reading_window(promise, draft.calendar, end)
    value = record.value(measure, window, whole=measure.is_accruing)
    if value is None or value.adjusted() > LONGEST_ROUNDED:
        return value
    return round(value, 4 if measure.unit == "percent" else 2)


def relevant(draft: Draft, voice: Voice) -> Letter:
    _ = voice.gettext
    has_reason = weigh(draft.why) is not Words.MEANINGLESS
    parent = draft.parent
    if parent is None:
        if not has_reason:
            return Letter("missing", _("Say why this matters, or choose the larger goal that it serves."))
        if draft.owner == "organization":
            return Letter(
                "met", _("This is a goal of the whole organization, and its reason is there for all to read.")
            )
        return Letter(
            "weak", _("The reason is there; choose the larger goal that it serves, so that both are seen together.")
        )
    if draft.kpi is None:
        return Letter("weak", _("Choose a KPI to see whether it feeds that of the larger goal."))
    if not _serves(draft.kpi, parent):
        return Letter(
            "weak",
            _("This KPI does not feed the one of the larger goal: choose another goal to serve, or another KPI."),
        )
    if _pulls_away(draft, parent):
        return Letter("weak", _("This goal and the larger one pull the same KPI in opposite directions."))
    if draft.start is None or draft.deadline is None:
        return Letter(
            "weak", _("It feeds the larger goal; set start and deadline to see whether it fits into its time.")
        )
    if draft.start < parent.start or draft.deadline > parent.deadline:
        return _outside(draft, parent, voice)
    return Letter("met", _coverage(draft, parent, voice) or _("It feeds the larger goal and lies within its time."))


def _serves(measure: Measure, parent: Parent) -> bool:
    """The same KPI or one of those that its formula uses."""
    return measure.code == parent.kpi or measure.code in parent.uses


def _pulls_away(draft: Draft, parent: Parent) -> bool:
    is_same = draft.kpi is not None and draft.kpi.code == parent.kpi
    return is_same and draft.target_type.is_upward != parent.target_type.is_upward


def _outside(draft: Draft, parent: Parent, voice: Voice) -> Letter:
    _ = voice.gettext
    reason = _("It feeds the larger goal but reaches outside its time, %(start)s to %(deadline)s.") % {
        "start": voice.day(parent.start),
        "deadline": voice.day(parent.deadline),
    }
    assert draft.start is not None
    assert draft.deadline is not None
    if draft.deadline > parent.deadline >= draft.start >= parent.start:
        label = _("End with the larger goal, on %(day)s") % {"day": voice.day(parent.deadline)}
        return Letter("weak", reason, Suggestion("deadline", parent.deadline, label))
    if draft.start < parent.start <= draft.deadline <= parent.deadline:
        label = _("Start with the larger goal, on %(day)s") % {"day": voice.day(parent.start)}
        return Letter("weak", reason, Suggestion("start", parent.start, label))
    return Letter("weak", reason)


def _coverage(draft: Draft, parent: Parent, voice: Voice) -> str | None:
    """What this target and its siblings' make of the parent's, where totals can be added up."""
    measure = draft.kpi
    if measure is None or draft.target is None or not measure.is_accruing:
        return None
    if measure.code != parent.kpi or parent.siblings_value is None:
        return None
    together = parent.siblings_value + draft.target
    shown = {"together": voice.value(together, measure), "target": voice.value(parent.target, measure)}
    _ = voice.gettext
    if parent.target_type.is_upward and together < parent.target:
        return (
            _("It feeds the larger goal; with the others under it that makes %(together)s of the %(target)s wanted.")
            % shown
        )
    if parent.target_type.is_upward:
        return _("It feeds the larger goal, whose %(target)s is then fully covered: %(together)s in all.") % shown
    return (
        _("It feeds the larger goal; with the others under it that allows %(together)s, against a limit of %(target)s.")
        % shown
    )


def time_bound(draft: Draft, today: date, voice: Voice) -> Letter:
    _ = voice.gettext
    start, deadline = draft.start, draft.deadline
    if start is None or deadline is None:
        return _without_dates(draft, today, voice)
    shown = {"start": voice.day(start), "deadline": voice.day(deadline)}
    if deadline < start:
        return Letter("weak", _("The deadline, %(deadline)s, comes before the start, %(start)s.") % shown)
    if deadline < today:
        return Letter("weak", _("The deadline, %(deadline)s, is already past.") % shown)
    cadence = draft.kpi.cadence if draft.kpi else "daily"
    days, shortest = (deadline - start).days + 1, SHORTEST[cadence]
    if days < shortest:
        longer = start + timedelta(days=shortest - 1)
        label = _("End on %(day)s") % {"day": voice.day(longer)}
        reason = _("From %(start)s to %(deadline)s is shorter than the time between two recordings of the KPI.") % shown
        return Letter("weak", reason, Suggestion("deadline", longer, label))
    reason = voice.ngettext(
        "It runs for %(days)s day, from %(start)s to %(deadline)s.",
        "It runs for %(days)s days, from %(start)s to %(deadline)s.",
        days,
    )
    return Letter("met", reason % (shown | {"days": str(days)}))


def _without_dates(draft: Draft, today: date, voice: Voice) -> Letter:
    _ = voice.gettext
    if draft.start is None and draft.deadline is None:
        return Letter("missing", _("Set a start and a deadline: a goal without an end is a wish."))
    if draft.deadline is None:
        return Letter("missing", _("Set a deadline: by when is it to be done?"))
    if draft.deadline < today:
        return Letter("missing", _("Set a start, and a deadline that is not past."))
    label = _("Start today, on %(day)s") % {"day": voice.day(today)}
    return Letter(
        "missing", _("Set a start, so that the pace can be seen on the way."), Suggestion("start", today, label)
    )
