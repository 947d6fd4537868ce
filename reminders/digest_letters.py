"""What digests say: a member's day, and a manager's week."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from goals.models import Goal
from goals.progress import Status
from goals.words import STATUS
from reminders.content import Content, Desk, Line, Section, short
from reminders.models import Kind
from reminders.watch import WORSE
from teams.reach import reach_of

MOST_LINES = 8
WEEK = dt.timedelta(days=7)
TITLES = {
    Kind.DEADLINE: gettext_lazy("Deadlines"),
    Kind.OVERDUE: gettext_lazy("Deadlines"),
    Kind.MILESTONE: gettext_lazy("Milestones"),
    Kind.ACTION: gettext_lazy("Actions"),
    Kind.CHECK_IN: gettext_lazy("Check-ins"),
    Kind.AT_RISK: gettext_lazy("Turned for the worse"),
    Kind.ASSIGNED: gettext_lazy("Yours from now on"),
    Kind.PROPOSED: gettext_lazy("Waiting for your answer"),
    Kind.COUNTERED: gettext_lazy("Waiting for your answer"),
    Kind.ANSWERED: gettext_lazy("Answers to your offers"),
    Kind.NUDGE: gettext_lazy("You are asked"),
    Kind.ESCALATION: gettext_lazy("Your people"),
}


def daily(desk: Desk, found: Sequence[tuple[Kind, Content]]) -> Content | None:
    """What there is to do, each with the way to its form; None where nothing is left of it."""
    lines: dict[str, list[Line]] = defaultdict(list)
    for kind, content in found:
        lines[str(TITLES[kind])] += _lines_of(content)
    if not lines:
        return None
    count = sum(map(len, lines.values()))
    words = {"date": desk.date(desk.today), "count": count}
    subject = ngettext("%(date)s: %(count)s thing for you", "%(date)s: %(count)s things for you", count)
    return Content(
        subject=subject % words,
        headline=_("Your day, %(date)s") % words,
        paragraphs=[_("What has come up since your last digest, each with the way to where it is done.")],
        reason=_("You get this because you have chosen one mail a day."),
        sections=[Section(title, section) for title, section in lines.items()],
        button=_("Open my page"),
        button_url=desk.reader.address("dashboards:home"),
    )


def _lines_of(content: Content) -> list[Line]:
    if content.sections:
        return [line for section in content.sections for line in section.lines]
    if not content.cards:
        return [Line(content.subject, content.paragraphs[0], content.button, content.button_url)]
    # The subject of one card says what and when; of several, it counts them.
    is_one = len(content.cards) == 1
    return [
        Line(content.subject if is_one else card.title, f"{card.status} – {card.numbers}", card.button, card.button_url)
        for card in content.cards
    ]


def weekly(desk: Desk) -> Content | None:
    """The goals that the reader leads; None where there are none, running or closed of late."""
    running, closed = _led(desk)
    if not running and not closed:
        return None
    desk.learn(running)
    desk.learn(closed)
    late = [goal for goal in running if goal.deadline and goal.deadline < desk.today]
    rest = [goal for goal in running if goal not in late]
    worse = sorted(_standing_so(rest, desk, *WORSE), key=lambda goal: desk.standing(goal).status != Status.OFF_TRACK)
    silent = _standing_so(rest, desk, Status.OUTDATED)
    ending = [goal for goal in rest if goal.deadline and goal.deadline < desk.today + WEEK and goal not in worse]
    count = len(late) + len(worse) + len(silent)
    words = {"date": desk.date(desk.today), "count": count}
    sections = [
        _section(_("Past their deadline"), late, desk),
        _section(_("At risk or off track"), worse, desk),
        _section(_("Without news"), silent, desk),
        _section(_("Deadline this week"), ending, desk),
        _section(_("Closed last week"), closed, desk),
    ]
    return Content(
        subject=_needing(count) % words,
        headline=_("Your teams' week of %(date)s") % words,
        paragraphs=[_summary(running, desk)],
        reason=_("You get this because you have chosen the weekly digest of your teams."),
        sections=[section for section in sections if section.lines],
        button=_("Open the teams' page"),
        button_url=desk.reader.address("dashboards:team"),
    )


def _needing(count: int) -> str:
    if not count:
        return _("Week of %(date)s: none of your teams' goals needs you")
    return ngettext("Week of %(date)s: %(count)s goal needs you", "Week of %(date)s: %(count)s goals need you", count)


def _led(desk: Desk) -> tuple[list[Goal], list[Goal]]:
    """Running goals of those whom the reader leads, and those that were closed in the last seven days."""
    member, organization = desk.reader.member, desk.reader.organization
    assert member is not None
    reach = reach_of(member, organization, desk.today)
    mine = Q() if reach.leads_everything else Q(member__in=reach.led_members) | Q(team__in=reach.led_teams)
    goals = Goal.objects.filter(mine).with_names().order_by("deadline", "pk")
    recent = Q(state=Goal.State.CLOSED, closed_at__gt=desk.now - WEEK, closed_at__lte=desk.now)
    return list(goals.running().filter(start__lte=desk.today)), list(goals.filter(recent))


def _standing_so(goals: Iterable[Goal], desk: Desk, *statuses: Status) -> list[Goal]:
    return [goal for goal in goals if desk.standing(goal).status in statuses]


def _section(title: str, goals: Sequence[Goal], desk: Desk) -> Section:
    left = len(goals) - MOST_LINES
    more = ngettext("and %(count)s more", "and %(count)s more", left) % {"count": left} if left > 0 else ""
    return Section(title, [_line(goal, desk) for goal in goals[:MOST_LINES]], more)


def _line(goal: Goal, desk: Desk) -> Line:
    assert goal.deadline is not None
    standing = desk.standing(goal)
    words = {
        "owner": goal.owner_name,
        "status": STATUS[standing.status],
        "numbers": desk.teller.numbers(goal, standing),
        "date": desk.date(goal.deadline),
    }
    detail = _("%(owner)s, until %(date)s: %(status)s. %(numbers)s") % words
    return Line(short(goal.statement), detail, _("See the goal"), desk.goal_url(goal))


def _summary(goals: Sequence[Goal], desk: Desk) -> str:
    counts: dict[str, int] = defaultdict(int)
    for goal in goals:
        counts[str(STATUS[desk.standing(goal).status])] += 1
    if not counts:
        return _("No goal of your teams runs at present.")
    running = ngettext("%(count)s goal runs.", "%(count)s goals run.", len(goals)) % {"count": len(goals)}
    return f"{running} " + " · ".join(f"{status}: {count}" for status, count in counts.items())
