"""Which goals need a manager, by a table of cases."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dashboards.attention import Facts, Kind, Reason, concerns, reasons_of
from goals.progress import Status

D = Decimal
WELL = Facts(goal=1, status=Status.ON_TRACK, pace=D("0.02"))
BEHIND = replace(WELL, status=Status.OFF_TRACK, pace=D("-0.42"))
SLOW = replace(BEHIND, needed_per_week=D(146), doing_per_week=D(41))

CASES = {
    "all is well": (WELL, []),
    "ahead although the last weeks were slow": (replace(SLOW, status=Status.ON_TRACK), []),
    "too slow": (SLOW, [Reason(Kind.TOO_SLOW, needed=D(146), doing=D(41))]),
    "behind, but doing what it takes by now": (
        replace(SLOW, doing_per_week=D(150)),
        [Reason(Kind.BEHIND, share=D("-0.42"))],
    ),
    "a budget that is used up too fast": (
        replace(SLOW, is_upward=False, needed_per_week=D(10), doing_per_week=D(12)),
        [Reason(Kind.TOO_FAST, needed=D(10), doing=D(12))],
    ),
    "a level has no rate, so the pace says it": (BEHIND, [Reason(Kind.BEHIND, share=D("-0.42"))]),
    "at risk without a pace": (replace(WELL, status=Status.AT_RISK, pace=None), [Reason(Kind.BEHIND)]),
    "a daily number is quiet for a week": (replace(WELL, quiet_days=7), []),
    "a daily number is quiet for longer": (replace(WELL, quiet_days=8), [Reason(Kind.SILENT, 8)]),
    "a monthly number may be quiet for two months": (replace(WELL, quiet_days=62, cadence_days=31), []),
    "a monthly number is quiet for longer": (
        replace(WELL, quiet_days=63, cadence_days=31),
        [Reason(Kind.SILENT, 63)],
    ),
    "outdated speaks sooner": (
        replace(WELL, status=Status.OUTDATED, quiet_days=3, pace=None),
        [Reason(Kind.SILENT, 3)],
    ),
    "fell within a week": (
        replace(BEHIND, pace_before=D("0.02")),
        [Reason(Kind.WORSE, share=D("-0.42"), before=D("0.02"))],
    ),
    "fell from what was still good enough": (
        replace(BEHIND, status=Status.AT_RISK, pace=D("-0.051"), pace_before=D("-0.05")),
        [Reason(Kind.WORSE, share=D("-0.051"), before=D("-0.05"))],
    ),
    "was behind a week ago": (
        replace(BEHIND, pace_before=D("-0.06")),
        [Reason(Kind.BEHIND, share=D("-0.42"))],
    ),
    "unlikely to be met, though its pace is good enough": (
        replace(BEHIND, pace=D("-0.04"), pace_before=D("0.1"), probability=D("0.2")),
        [Reason(Kind.UNLIKELY, share=D("0.2"))],
    ),
    "unlikely to be met, and behind": (
        replace(BEHIND, pace=D("-0.06"), probability=D("0.2")),
        [Reason(Kind.BEHIND, share=D("-0.06"))],
    ),
    "had not begun a week ago": (
        replace(BEHIND, pace_before=None),
        [Reason(Kind.BEHIND, share=D("-0.42"))],
    ),
    "actions overdue on a good goal": (
        replace(WELL, actions=5, actions_overdue=2),
        [Reason(Kind.ACTIONS, 2, 5)],
    ),
    "a goal to stay that did not": (
        replace(BEHIND, pace=D("0.06"), periods=(2, 7)),
        [Reason(Kind.BROKEN, 2, 7)],
    ),
    "a goal to stay that did, and is slipping": (
        replace(BEHIND, status=Status.AT_RISK, periods=(7, 7)),
        [Reason(Kind.BEHIND, share=D("-0.42"))],
    ),
    "a check-in a little late": (replace(WELL, status=Status.OUTDATED, check_in_late=6), []),
    "a check-in a week late": (replace(WELL, status=Status.OUTDATED, check_in_late=7), [Reason(Kind.CHECK_IN, 7)]),
    "no check-in of a goal on track": (replace(WELL, check_in_late=70), []),
    "past its deadline, whatever the entries": (
        replace(WELL, status=Status.MISSED, days_over=2, quiet_days=30),
        [Reason(Kind.OVER, 2)],
    ),
    "the weightiest comes first": (
        replace(SLOW, quiet_days=12, pace_before=D("0.1"), actions=3, actions_overdue=1, check_in_late=9),
        [
            Reason(Kind.TOO_SLOW, needed=D(146), doing=D(41)),
            Reason(Kind.WORSE, share=D("-0.42"), before=D("0.1")),
            Reason(Kind.SILENT, 12),
            Reason(Kind.ACTIONS, 1, 3),
            Reason(Kind.CHECK_IN, 9),
        ],
    ),
}


@pytest.mark.parametrize(("facts", "expected"), CASES.values(), ids=list(CASES))
def test_reasons(facts: Facts, expected: list[Reason]) -> None:
    assert list(reasons_of(facts)) == expected


def test_worst_first_with_at_most_two_reasons_and_without_what_is_well() -> None:
    found = concerns(
        [
            replace(WELL, goal=1),
            replace(WELL, goal=2, actions=5, actions_overdue=2),
            replace(WELL, goal=3, status=Status.OUTDATED, pace=None, quiet_days=5),
            replace(WELL, goal=4, status=Status.AT_RISK, pace=D("-0.1")),
            replace(BEHIND, goal=5, pace=D("-0.3")),
            replace(SLOW, goal=6, pace=D("-0.5"), quiet_days=12, actions=2, actions_overdue=2),
            replace(BEHIND, goal=7, pace=None),
        ]
    )
    assert [concern.goal for concern in found] == [6, 5, 7, 4, 3, 2]
    assert [reason.kind for reason in found[0].reasons] == [Kind.TOO_SLOW, Kind.SILENT]
