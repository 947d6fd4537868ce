"""Which goals a manager should look at first, and why. No database, no clock.

The sentences are made elsewhere: a reason is a kind with the numbers that belong into its sentence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from goals.progress import SHORT_OF_PACE, Status

# A check-in that is a little late is the owner's business, not yet the manager's; of a goal on track it stays theirs.
CHECK_IN_DAYS = 7
# Days without an entry that say nothing yet, whatever the cadence.
QUIET_DAYS = 7
MOST_REASONS = 2

_RANKS = {Status.OFF_TRACK: 0, Status.AT_RISK: 1, Status.OUTDATED: 2, Status.MISSED: 3}
_CALM = 4
_BEHIND = frozenset({Status.AT_RISK, Status.OFF_TRACK})
# Needs nobody's attention.
ON_PACE = frozenset({Status.ON_TRACK, Status.ACHIEVED})


class Kind(StrEnum):
    OVER = "over"
    WORSE = "worse"
    TOO_SLOW = "too_slow"
    TOO_FAST = "too_fast"
    BROKEN = "broken"
    BEHIND = "behind"
    UNLIKELY = "unlikely"
    SILENT = "silent"
    ACTIONS = "actions"
    CHECK_IN = "check_in"


@dataclass(frozen=True)
class Facts:
    """What is known of one running goal. Rates are values per week; None is not defined.

    `pace_before` is the pace of a week ago, `probability` the forecast's, `periods` (held, full so far) those of a goal
    to stay. `quiet_days` are the days since the last entry (or the start), of which `cadence_days` are to be expected,
    `check_in_late` the days since a check-in has been due.
    """

    goal: int
    status: Status
    pace: Decimal | None = None
    pace_before: Decimal | None = None
    probability: Decimal | None = None
    is_upward: bool = True
    periods: tuple[int, int] | None = None
    needed_per_week: Decimal | None = None
    doing_per_week: Decimal | None = None
    quiet_days: int = 0
    cadence_days: int = 1
    actions: int = 0
    actions_overdue: int = 0
    check_in_late: int = 0
    days_over: int = 0


@dataclass(frozen=True)
class Reason:
    """Only what the kind's sentence says is set: `number` days, actions or periods, of `whole`; values `needed` and
    `doing`, a `share` (pace or probability), and the pace `before`.
    """

    kind: Kind
    number: int = 0
    whole: int = 0
    needed: Decimal | None = None
    doing: Decimal | None = None
    share: Decimal | None = None
    before: Decimal | None = None


@dataclass(frozen=True)
class Concern:
    goal: int
    status: Status
    pace: Decimal | None
    reasons: tuple[Reason, ...]


def concerns(facts: Iterable[Facts]) -> list[Concern]:
    """Those with a reason, worst first, each with at most two."""
    found = [Concern(fact.goal, fact.status, fact.pace, reasons_of(fact)[:MOST_REASONS]) for fact in facts]
    return sorted((concern for concern in found if concern.reasons), key=_urgency)


def reasons_of(facts: Facts) -> tuple[Reason, ...]:
    """The weightiest first."""
    found = (_over, _rate, _broken, _worse, _behind, _silent, _actions, _check_in)
    return tuple(reason for of in found if (reason := of(facts)))


def rank(status: Status) -> int:
    """Worst first; what is well comes last."""
    return _RANKS.get(status, _CALM)


def _urgency(concern: Concern) -> tuple[int, bool, Decimal, int]:
    return rank(concern.status), concern.pace is None, concern.pace or Decimal(0), concern.goal


def _over(facts: Facts) -> Reason | None:
    return Reason(Kind.OVER, facts.days_over) if facts.days_over > 0 else None


def _rate(facts: Facts) -> Reason | None:
    """Only where the owner is behind: who is ahead may slow down."""
    needed, doing = facts.needed_per_week, facts.doing_per_week
    if facts.status not in _BEHIND or needed is None or doing is None:
        return None
    if facts.is_upward:
        return Reason(Kind.TOO_SLOW, needed=needed, doing=doing) if doing < needed else None
    return Reason(Kind.TOO_FAST, needed=needed, doing=doing) if doing > needed else None


def _broken(facts: Facts) -> Reason | None:
    held, full = facts.periods or (0, 0)
    return Reason(Kind.BROKEN, held, full) if facts.status in _BEHIND and held < full else None


def _behind(facts: Facts) -> Reason | None:
    """Where nothing more telling says that it is."""
    if facts.status not in _BEHIND or _rate(facts) or _broken(facts) or _worse(facts):
        return None
    keeps_pace = facts.pace is not None and facts.pace >= SHORT_OF_PACE
    if keeps_pace and facts.probability is not None:
        return Reason(Kind.UNLIKELY, share=facts.probability)
    return Reason(Kind.BEHIND, share=facts.pace)


def _silent(facts: Facts) -> Reason | None:
    is_quiet = facts.quiet_days > max(QUIET_DAYS, 2 * facts.cadence_days)
    if facts.days_over or not (is_quiet or (facts.status is Status.OUTDATED and facts.quiet_days > 0)):
        return None
    return Reason(Kind.SILENT, facts.quiet_days)


def _worse(facts: Facts) -> Reason | None:
    """By pace on both days: a forecast is not kept long enough to be compared."""
    before, now = facts.pace_before, facts.pace
    if facts.status not in _BEHIND or before is None or now is None or not now < SHORT_OF_PACE <= before:
        return None
    return Reason(Kind.WORSE, share=now, before=before)


def _actions(facts: Facts) -> Reason | None:
    return Reason(Kind.ACTIONS, facts.actions_overdue, facts.actions) if facts.actions_overdue else None


def _check_in(facts: Facts) -> Reason | None:
    is_due = facts.check_in_late >= CHECK_IN_DAYS and facts.status not in ON_PACE
    return Reason(Kind.CHECK_IN, facts.check_in_late) if is_due else None
