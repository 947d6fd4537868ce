"""What the coach says about whether a target can be reached: one sentence, with the evidence, as a manager would."""

from decimal import Decimal

from goals.coach_past import Evidence
from goals.coach_reach import Reach
from goals.draft import Draft
from goals.forecast import rounded
from goals.record import Measure, Record
from goals.voice import Voice

# Closer to the usual than this is as much as usual.
AS_USUAL = Decimal("0.03")
# From here on multiples are easier to picture than percents.
MULTIPLES_FROM = 3
LARGEST_ONE_IN, LARGEST_CASES = 50, 10_000
# So many points are no figure of speech any more.
MANY_POINTS = 1000
# The outlook is told where it lies this far from the average of the past.
TELLING_CHANGE = Decimal("0.1")


def judgement(draft: Draft, record: Record, reach: Reach, voice: Voice) -> str:
    measure, target = draft.kpi, draft.target
    _ = voice.gettext
    if measure is None or target is None:
        return _("Choose a KPI and set a target, then the record shows what can be reached.")
    if draft.promise is None:
        return _("Set a start and a deadline that follows it, then the record shows what can be reached in that time.")
    if reach.verdict == "unknown" or reach.evidence is None:
        return _unknown(measure, record, voice)
    shown = {"kpi": measure.name, "target": voice.value(target, measure)}
    if draft.target_type.is_stay:
        shown["typical"] = voice.value(reach.evidence.typical, measure)
        shown["periods"] = _periods(reach.evidence, voice)
        shown["held"], shown["windows"] = str(reach.evidence.held), str(reach.evidence.windows)
        sentence = _stays(voice)[reach.verdict] % shown
    else:
        shown["evidence"] = _evidence(measure, reach, reach.evidence, voice)
        shown["more"] = _more(draft, measure, record, reach, voice)
        is_lift = draft.target_type.is_upward == (target > _usual(reach, reach.evidence)[0])
        sentence = _moves(voice)["within" if reach.verdict == "sound" and not is_lift else reach.verdict] % shown
    return _("%(sentence)s.") % {"sentence": _with_circumstances(sentence, draft, reach, voice)}


def _unknown(measure: Measure, record: Record, voice: Voice) -> str:
    _ = voice.gettext
    if record.first is None:
        message = _(
            "There is no record of %(kpi)s yet, so nobody can say what can be reached; begin with a few weeks of"
            " entries."
        )
    else:
        message = _(
            "The record of %(kpi)s is still too thin to say what can be reached; it takes at least three weeks"
            " of entries."
        )
    return message % {"kpi": measure.name}


def _moves(voice: Voice) -> dict[str, str]:
    _ = voice.gettext
    return {
        "too_easy": _("%(evidence)s; %(target)s would come by itself, so it moves nothing"),
        "sound": _("%(evidence)s; %(target)s is %(more)s, which takes an effort and can be done"),
        "within": _("%(evidence)s; %(target)s is %(more)s: within reach, but not by itself"),
        "stretch": _("%(evidence)s; %(target)s is %(more)s, so settle first what will be done differently"),
        "overreach": _("%(evidence)s; %(target)s is %(more)s, and a goal that nobody believes in moves nobody"),
    }


def _stays(voice: Voice) -> dict[str, str]:
    _ = voice.gettext
    return {
        "too_easy": _(
            "Over %(periods)s %(kpi)s was usually %(typical)s and held %(target)s in %(held)s of %(windows)s:"
            " it would hold by itself"
        ),
        "sound": _(
            "Over %(periods)s %(kpi)s was usually %(typical)s and held %(target)s in %(held)s of %(windows)s:"
            " with care it can be held throughout"
        ),
        "stretch": _(
            "Over %(periods)s %(kpi)s was usually %(typical)s and held %(target)s in %(held)s of %(windows)s:"
            " it must not slip even once, so settle what will be done differently"
        ),
        "overreach": _(
            "Over %(periods)s %(kpi)s was usually %(typical)s and held %(target)s in %(held)s of %(windows)s:"
            " it would hardly hold throughout"
        ),
    }


def _periods(evidence: Evidence, voice: Voice) -> str:
    """Such as "the last 3 weeks"."""
    _ = voice.gettext
    kinds = {
        "day": _("the last %(number)s days"),
        "week": _("the last %(number)s weeks"),
        "month": _("the last %(number)s months"),
        "quarter": _("the last %(number)s quarters"),
        "year": _("the last %(number)s years"),
    }
    kind = {1: "day", 7: "week"}.get(evidence.days, evidence.kind)
    message = kinds[kind] if kind else _("the last %(number)s spans of %(days)s days each")
    return message % {"number": str(evidence.windows), "days": str(evidence.days)}


def _evidence(measure: Measure, reach: Reach, evidence: Evidence, voice: Voice) -> str:
    _ = voice.gettext
    shown = {
        "periods": _periods(evidence, voice),
        "kpi": measure.name,
        "typical": _counted(evidence.typical, measure, voice),
        "best": _counted(evidence.best, measure, voice),
    }
    if evidence.is_scaled:
        message = _("Scaled up from %(periods)s, %(kpi)s was %(typical)s on average and %(best)s in the best")
    elif reach.season and reach.season.is_marked:
        shown["then"] = _counted(rounded(reach.season.a_year_ago, 4), measure, voice)
        message = _(
            "Over %(periods)s %(kpi)s was %(typical)s on average and %(best)s in the best, but %(then)s in the same"
            " days a year ago"
        )
    else:
        message = _("Over %(periods)s %(kpi)s was %(typical)s on average and %(best)s in the best")
    return message % shown


def _usual(reach: Reach, evidence: Evidence) -> tuple[Decimal, bool]:
    """What the target is compared with: the average of the past, or what is to be expected where that is elsewhere."""
    usual, expected = evidence.typical, reach.expected
    if expected is not None and abs(expected - usual) > TELLING_CHANGE * abs(usual):
        return expected, True
    return usual, False


def _counted(value: Decimal, measure: Measure, voice: Voice) -> str:
    """Averages of small counts to a tenth: nobody wins a hundredth of a deal."""
    return voice.value(round(value, 1) if measure.unit == "count" else value, measure)


def _more(draft: Draft, measure: Measure, record: Record, reach: Reach, voice: Voice) -> str:
    """How far the target is from the usual, such as "one more in every 20" or "12% more than that"."""
    _ = voice.gettext
    assert reach.evidence is not None
    assert draft.target is not None
    usual, is_expected = _usual(reach, reach.evidence)
    than = _("that")
    if is_expected:
        than = _("the %(expected)s to be expected as things go") % {"expected": _counted(usual, measure, voice)}
    change = draft.target - usual
    if abs(change) <= AS_USUAL * abs(usual):
        return _("about as much as %(usual)s") % {"usual": than}
    if measure.unit == "percent":
        return _points(change, than, _is_share_of_cases(measure, record, usual, draft.target), voice)
    if usual <= 0:
        return _("beyond %(usual)s") % {"usual": than}
    ratio = draft.target / usual
    if ratio >= MULTIPLES_FROM:
        return _("%(times)s times %(usual)s") % {"times": voice.number(round(ratio, ratio < 10)), "usual": than}
    message = _("%(share)s more than %(usual)s") if change > 0 else _("%(share)s less than %(usual)s")
    return message % {"share": voice.percent(abs(change / usual)), "usual": than}


def _points(change: Decimal, than: str, is_share_of_cases: bool, voice: Voice) -> str:
    _ = voice.gettext
    number = round(1 / abs(change)) if change else 0
    if is_share_of_cases and 2 <= number <= LARGEST_ONE_IN:
        message = _("one more in every %(number)s") if change > 0 else _("one fewer in every %(number)s")
        return message % {"number": str(number)}
    points = abs(change.scaleb(2))
    points = rounded(float(points), 3) if points >= MANY_POINTS else round(points, points < 10)
    shown = {"points": voice.number(points), "usual": than}
    if change > 0:
        return _("%(points)s percentage points more than %(usual)s") % shown
    return _("%(points)s percentage points less than %(usual)s") % shown


def _is_share_of_cases(measure: Measure, record: Record, usual: Decimal, target: Decimal) -> bool:
    """Of things that are counted, such as deals: only then "one in twenty" means something."""
    parts = [record.series[code] for code in measure.codes if code in record.series]
    return (
        bool(measure.formula)
        and 0 <= usual <= 1
        and 0 <= target <= 1
        and bool(parts)
        and measure.unit == "percent"
        and all(series.is_whole for series in parts)
    )


def _with_circumstances(sentence: str, draft: Draft, reach: Reach, voice: Voice) -> str:
    _ = voice.gettext
    if reach.is_borrowed:
        sentence = _("%(sentence)s; judged by the team's record per member, because the owner's own is too short") % {
            "sentence": sentence
        }
    if reach.leave_days:
        message = voice.ngettext(
            "%(sentence)s; %(days)s day of leave in this time is allowed for",
            "%(sentence)s; %(days)s days of leave in this time are allowed for",
            reach.leave_days,
        )
        sentence = message % {"sentence": sentence, "days": str(reach.leave_days)}
    if reach.is_overloaded and draft.load:
        message = _(
            "%(sentence)s; with %(committed)s of %(capacity)s hours already promised there is little room for more"
        )
        sentence = message % {
            "sentence": sentence,
            "committed": voice.number(draft.load.committed_hours),
            "capacity": voice.number(draft.load.capacity_hours),
        }
    return sentence
