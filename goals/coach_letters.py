"""S, M, R and T of SMART: a verdict, one sentence why, and where there is one a value to take over."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from goals.coach_reach import propose
from goals.coach_words import Words, is_reason, weigh
from goals.draft import Draft, Parent
from goals.progress import reading_window
from goals.record import Measure, Record
from goals.voice import Voice
from kpis.periods import PeriodRules, Window, next_period, period_of

# The shortest stretch of days that holds one recording of the KPI.
SHORTEST = {"daily": 1, "weekly": 7, "monthly": 28, "quarterly": 90, "yearly": 365}
ONE_DAY = timedelta(days=1)
# A goal that began longer ago than a quarter needs new dates and not only another deadline.
LONGEST_UNDER_WAY = 92
LONGEST_QUOTED, LONGEST_STATEMENT = 60, 300
# Decimals of a number with more digits than this before the point are beyond what Decimal rounds, and beyond interest.
LONGEST_ROUNDED = 20


@dataclass(frozen=True)
class Suggestion:
    """`value` as it would be typed into `field`; `label` says what taking it does."""

    field: str
    value: Decimal | date | str
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
    lacks_more = draft.kpi is None or draft.target is None or draft.owner is None
    offer = None if lacks_more or words is Words.NAMING else _said_by_the_means(draft, words, voice)
    if words is Words.MEANINGLESS:
        reason = _("Say in a few words what you will do and for whom, as you would tell a colleague.")
        return Letter("missing", reason, offer)
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
        return Letter("weak", _wish(draft.statement, voice), offer)
    if draft.kpi is None:
        return Letter("weak", _("Good words, but no KPI: choose the one by which success will be seen."))
    if draft.target is None:
        return Letter("weak", _("Good words, but no number: say what the KPI is to reach."))
    if draft.owner is None:
        return Letter("weak", _("Good words, but no owner: say who answers for this goal."))
    return Letter("met", _("It says what will be done, by which number it is judged and who answers for it."))


def _wish(statement: str, voice: Voice) -> str:
    _ = voice.gettext
    words = " ".join(statement.split())
    if len(words) > LONGEST_QUOTED:
        return _("These words say what is wished for but not how: name what you will do, and with which customers.")
    return _("“%(words)s” is a wish and not yet a way: name what you will do, and with which customers.") % {
        "words": words
    }


def _said_by_the_means(draft: Draft, words: Words, voice: Voice) -> Suggestion | None:
    """The person's own means, where they say what the statement does not."""
    name = draft.kpi.name if draft.kpi else ""
    for means in draft.means:
        said = " ".join(means.split())
        whole = said if words is Words.MEANINGLESS else f"{draft.statement.strip().rstrip('.:!')}: {said}"
        if weigh(said, name) is Words.NAMING is weigh(whole, name) and len(whole) <= LONGEST_STATEMENT:
            return Suggestion("statement", whole, voice.gettext("Say how: %(means)s") % {"means": said})
    return None


def measurable(draft: Draft, record: Record, today: date, voice: Voice) -> Letter:
    _ = voice.gettext
    measure, target, baseline = draft.kpi, draft.target, draft.baseline
    if measure is None:
        return Letter("missing", _("Choose the KPI by which you will see whether you got there."))
    shown = {"kpi": measure.name}
    if target is None:
        reason = _("Set a target: how far is %(kpi)s to go?") % shown
        return Letter("missing", reason, set_target(propose(draft, record, today), measure, voice))
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


def set_target(value: Decimal | None, measure: Measure, voice: Voice) -> Suggestion | None:
    if value is None:
        return None
    label = voice.gettext("Set the target to %(value)s") % {"value": voice.value(value, measure)}
    return Suggestion("target", value, label)


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
    """What the KPI was over the latest span as long as the goal's window (four weeks while there is none). Of what adds
    up, today is not over and would count as a day on which little was done.
    """
    promise = draft.promise
    days = (promise.deadline - promise.start).days if promise else 27
    known = today - ONE_DAY if measure.is_accruing else today
    end = min(known, promise.start - ONE_DAY) if promise else known
    if measure.is_accruing or promise is None:
        window = Window(end - timedelta(days=days), end)
    else:
        window = reading_window(promise, draft.calendar, end)
    value = record.value(measure, window, whole=measure.is_accruing)
    if value is None or value.adjusted() > LONGEST_ROUNDED:
        return value
    return round(value, 4 if measure.unit == "percent" else 2)


def relevant(draft: Draft, today: date, voice: Voice) -> Letter:
    _, parent = voice.gettext, draft.parent
    if parent is None:
        return _relevant_alone(draft, voice)
    if draft.kpi is None:
        return Letter("weak", _("Choose a KPI to see whether it feeds that of the larger goal."))
    if not _serves(draft.kpi, parent):
        return Letter(
            "weak",
            _("This KPI does not feed the one of the larger goal: choose another goal to serve, or another KPI."),
        )
    if _pulls_away(draft, parent):
        return Letter("weak", _("This goal and the larger one pull the same KPI in opposite directions."))
    if _worsens(draft):
        return Letter("weak", _worsening(draft, voice))
    if draft.start is None or draft.deadline is None:
        return Letter(
            "weak", _("It feeds the larger goal; set start and deadline to see whether it fits into its time.")
        )
    if draft.start < parent.start or draft.deadline > parent.deadline:
        return _outside(draft, parent, today, voice)
    return Letter("met", _coverage(draft, parent, voice) or _("It feeds the larger goal and lies within its time."))


def _relevant_alone(draft: Draft, voice: Voice) -> Letter:
    """Of a goal that serves no other."""
    _ = voice.gettext
    if not is_reason(draft.why):
        return Letter("missing", _("Say why this matters, or choose the larger goal that it serves."))
    if _worsens(draft):
        return Letter("weak", _worsening(draft, voice))
    if draft.owner == "organization":
        return Letter("met", _("This is a goal of the whole organization, and its reason is there for all to read."))
    return Letter(
        "weak", _("The reason is there; choose the larger goal that it serves, so that both are seen together.")
    )


def _serves(measure: Measure, parent: Parent) -> bool:
    """The same KPI or one of those that its formula uses."""
    return measure.code == parent.kpi or measure.code in parent.uses


def _worsens(draft: Draft) -> bool:
    """Nobody is served by more churn or fewer wins."""
    return draft.kpi is not None and draft.target_type.is_upward != (draft.kpi.direction == "higher")


def _worsening(draft: Draft, voice: Voice) -> str:
    _ = voice.gettext
    assert draft.kpi is not None
    if draft.kpi.direction == "higher":
        reason = _("For %(kpi)s higher is better, and this goal would push it down: is that what the company needs?")
    else:
        reason = _("For %(kpi)s lower is better, and this goal would push it up: is that what the company needs?")
    return reason % {"kpi": draft.kpi.name}


def _pulls_away(draft: Draft, parent: Parent) -> bool:
    is_same = draft.kpi is not None and draft.kpi.code == parent.kpi
    return is_same and draft.target_type.is_upward != parent.target_type.is_upward


def _outside(draft: Draft, parent: Parent, today: date, voice: Voice) -> Letter:
    _ = voice.gettext
    reason = _("It feeds the larger goal but reaches outside its time, %(start)s to %(deadline)s.") % {
        "start": voice.day(parent.start),
        "deadline": voice.day(parent.deadline),
    }
    assert draft.start is not None
    assert draft.deadline is not None
    earlier, later = replace(draft, deadline=parent.deadline), replace(draft, start=parent.start)
    if draft.deadline > parent.deadline >= draft.start >= parent.start and not _fault(earlier, today, voice):
        label = _("End with the larger goal, on %(day)s") % {"day": voice.day(parent.deadline)}
        return Letter("weak", reason, Suggestion("deadline", parent.deadline, label))
    if draft.start < parent.start <= draft.deadline <= parent.deadline and not _fault(later, today, voice):
        label = _("Start with the larger goal, on %(day)s") % {"day": voice.day(parent.start)}
        return Letter("weak", reason, Suggestion("start", parent.start, label))
    return Letter("weak", reason)


def _coverage(draft: Draft, parent: Parent, voice: Voice) -> str | None:
    """What this target and its siblings' make of the parent's, where totals can be added up."""
    measure, others = draft.kpi, parent.siblings_value
    if measure is None or draft.target is None or measure.code != parent.kpi or others is None:
        return None
    together = others + draft.target if measure.is_accruing else others
    shown = {"together": voice.value(together, measure), "target": voice.value(parent.target, measure)}
    _ = voice.gettext
    if not measure.is_accruing:
        return (
            _("It feeds the larger goal; the others under it lead to %(together)s, and %(target)s is wanted.") % shown
        )
    if not parent.target_type.is_upward:
        return (
            _(
                "It feeds the larger goal; with the others under it that allows %(together)s, against a limit of"
                " %(target)s."
            )
            % shown
        )
    if together < parent.target:
        shown["gap"] = voice.value(parent.target - together, measure)
        return (
            _(
                "It feeds the larger goal; with the others under it that makes %(together)s of the %(target)s wanted,"
                " so %(gap)s are still to be found."
            )
            % shown
        )
    return _("It feeds the larger goal, whose %(target)s is then fully covered: %(together)s in all.") % shown


def time_bound(draft: Draft, today: date, voice: Voice) -> Letter:
    start, deadline = draft.start, draft.deadline
    if start is None or deadline is None:
        return _without_dates(draft, today, voice)
    fault = _fault(draft, today, voice)
    if fault:
        return Letter("weak", fault, _better_end(draft, today, voice))
    days = (deadline - start).days + 1
    reason = voice.ngettext(
        "It runs for %(days)s day, from %(start)s to %(deadline)s.",
        "It runs for %(days)s days, from %(start)s to %(deadline)s.",
        days,
    )
    return Letter("met", reason % {"start": voice.day(start), "deadline": voice.day(deadline), "days": str(days)})


def _fault(draft: Draft, today: date, voice: Voice) -> str | None:
    """What is wrong with the goal's time, in a sentence."""
    _ = voice.gettext
    start, deadline = draft.start, draft.deadline
    assert start is not None
    assert deadline is not None
    shown = {"start": voice.day(start), "deadline": voice.day(deadline)}
    if deadline < start:
        return _("The deadline, %(deadline)s, comes before the start, %(start)s.") % shown
    if deadline < today:
        return _("The deadline, %(deadline)s, is already past.") % shown
    cadence = draft.kpi.cadence if draft.kpi else "daily"
    if _days_with_weekends(draft, start, deadline) < SHORTEST[cadence]:
        return _("From %(start)s to %(deadline)s is shorter than the time between two recordings of the KPI.") % shown
    if not draft.calendar.working_days:
        return None
    if not replace(draft.calendar, leave=frozenset()).working_days_between(start, deadline):
        return _("From %(start)s to %(deadline)s there is no working day, so nothing could be done.") % shown
    if not draft.calendar.working_days_between(start, deadline):
        return _("The owner is on leave all the time from %(start)s to %(deadline)s.") % shown
    return None


def _days_with_weekends(draft: Draft, start: date, deadline: date) -> int:
    """The days of the window; from Monday to Friday is a week, so weekends beside a window of days count to it."""
    days = (deadline - start).days + 1
    working = draft.calendar.working_days
    if not 1 < days < SHORTEST["weekly"] or not working:
        return days
    before = next(n for n in range(7) if (start.isoweekday() - 2 - n) % 7 + 1 in working)
    after = next(n for n in range(7) if (deadline.isoweekday() + n) % 7 + 1 in working)
    return days + before + after if days + before + after >= SHORTEST["weekly"] else days


def _better_end(draft: Draft, today: date, voice: Voice) -> Suggestion | None:
    """A deadline that would do: the larger goal's, else the end of this month, quarter or year."""
    if draft.start is None or (today - draft.start).days > LONGEST_UNDER_WAY:
        return None
    for day in _possible_ends(draft, max(draft.start, today)):
        if not _fault(replace(draft, deadline=day), today, voice):
            return Suggestion("deadline", day, voice.gettext("End on %(day)s") % {"day": voice.day(day)})
    return None


def _possible_ends(draft: Draft, since: date) -> Iterator[date]:
    rules = draft.kpi.rules if draft.kpi else PeriodRules()
    cadence = draft.kpi.cadence if draft.kpi else "daily"
    assert draft.start is not None
    try:
        # A little longer is nearest to what was typed, where only some days are lacking.
        if draft.deadline is not None and since <= draft.deadline:
            yield draft.start + timedelta(days=SHORTEST[cadence] - 1)
        if draft.parent is not None:
            yield draft.parent.deadline
        for kind in ("month", "quarter", "year"):
            period = period_of(kind, since, rules)
            yield from (period.end, next_period(kind, period, rules).end)
    except OverflowError:  # the end of the calendar
        return


def _without_dates(draft: Draft, today: date, voice: Voice) -> Letter:
    _ = voice.gettext
    if draft.start is None and draft.deadline is None:
        return Letter("missing", _("Set a start and a deadline: a goal without an end is a wish."))
    if draft.deadline is None:
        reason = _("Set a deadline: by when is it to be done?")
        return Letter("missing", reason, _better_end(draft, today, voice))
    if draft.deadline < today:
        return Letter("missing", _("Set a start, and a deadline that is not past."))
    offer = None
    if not _fault(replace(draft, start=today), today, voice):
        label = _("Start today, on %(day)s") % {"day": voice.day(today)}
        offer = Suggestion("start", today, label)
    return Letter("missing", _("Set a start, so that the pace can be seen on the way."), offer)
