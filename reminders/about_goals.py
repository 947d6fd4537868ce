"""What letters say about goals under way: deadlines, milestones, check-ins, and turns for the worse."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goals.models import Goal, Milestone
from goals.progress import TargetType
from goals.reading import Standing
from goals.words import STATUS
from reminders.content import Content, Desk, short
from reminders.watch import WORSE
from teams.models import Member


def deadline(desk: Desk) -> Content | None:
    goal = running_goal(desk)
    if goal is None or goal.deadline is None:
        return None
    days = (goal.deadline - desk.today).days
    if days < 0:
        return None
    words = {"days": days, "goal": short(goal.statement), "date": desk.date(goal.deadline)}
    if days > 1:
        subject = ngettext(
            "%(days)s day left, until %(date)s: %(goal)s", "%(days)s days left, until %(date)s: %(goal)s", days
        )
        headline = ngettext("%(days)s day left", "%(days)s days left", days)
        advice = _("The deadline is %(date)s. What you have not recorded yet does not count yet.")
    elif days == 1:
        subject, headline = _("Due tomorrow, %(date)s: %(goal)s"), _("Due tomorrow")
        advice = _("The deadline is %(date)s. What you have not recorded yet does not count yet.")
    else:
        subject, headline = _("Due today, %(date)s: %(goal)s"), _("Due today")
        advice = _("Today, %(date)s, is the last day. Record what is still missing.")
    return Content(
        subject=subject % words,
        headline=headline % words,
        paragraphs=[advice % words],
        reason=_("You get this because the deadline of a goal of yours comes near."),
        cards=[desk.card(goal)],
    )


def overdue(desk: Desk) -> Content | None:
    goal = running_goal(desk)
    if goal is None or goal.deadline is None or goal.deadline >= desk.today:
        return None
    words = {"goal": short(goal.statement), "date": desk.date(goal.deadline)}
    return Content(
        subject=_("Past its deadline of %(date)s: %(goal)s") % words,
        headline=_("Past its deadline"),
        paragraphs=[
            _("The deadline was %(date)s, and the goal is still open. Entries for the days up to then still count.")
            % words
        ],
        reason=_("You get this because a goal of yours is past its deadline."),
        cards=[desk.card(goal)],
    )


def milestone(desk: Desk) -> Content | None:
    """None where it was moved or removed, or the goal has come so far already."""
    found = Milestone.objects.filter(
        pk=desk.payload["milestone"], date=desk.payload["date"], goal__state=Goal.State.RUNNING
    ).first()
    if found is None or found.date < desk.today:
        return None
    goal = next(iter(desk.running_goals([found.goal_id])), None)
    if goal is None:
        return None
    part, standing = _line_of(found, goal, desk.standing(goal))
    if _is_reached(found, part, standing):
        return None
    days = (found.date - desk.today).days
    words = {
        "days": days,
        "milestone": short(found.name),
        "date": desk.date(found.date),
        "value": desk.teller.value(part, found.value),
        "kpi": part.kpi.label if part.kpi else "",
    }
    return Content(
        subject=_milestone_subject(days) % words,
        headline=short(found.name),
        paragraphs=[_("By %(date)s, %(kpi)s is to have come to %(value)s on the way to this goal.") % words],
        reason=_("You get this because a milestone of a goal of yours comes near."),
        cards=[desk.card(goal)],
    )


def _milestone_subject(days: int) -> str:
    if days == 0:
        return _("Milestone today, %(date)s: %(milestone)s")
    if days == 1:
        return _("Milestone tomorrow, %(date)s: %(milestone)s")
    return ngettext(
        "Milestone in %(days)s day, on %(date)s: %(milestone)s",
        "Milestone in %(days)s days, on %(date)s: %(milestone)s",
        days,
    )


def _line_of(found: Milestone, goal: Goal, standing: Standing) -> tuple[Goal, Standing]:
    """Of a scorecard, the KPI whose milestone it is, as a goal of its own."""
    lines = ((line.goal, line.standing) for line in standing.lines)
    return next((line for line in lines if found.further_id and line[0].pk == -found.further_id), (goal, standing))


def _is_reached(found: Milestone, goal: Goal, standing: Standing) -> bool:
    kind = TargetType(goal.target_type)
    is_budget = goal.kpi is not None and goal.kpi.is_accruing and not kind.is_upward
    if kind.is_stay or is_budget or standing.value is None:
        return False
    return bool(standing.value >= found.value if kind.is_upward else standing.value <= found.value)


def check_in(desk: Desk) -> Content | None:
    day = dt.date.fromisoformat(desk.payload["day"])
    desk.hear(desk.payload["goals"])
    goals = [goal for goal in desk.running_goals(desk.payload["goals"]) if not desk.is_heard_since(goal.pk, day)]
    if not goals:
        return None
    desk.learn(goals)
    words = {"goal": short(goals[0].statement), "count": len(goals), "date": desk.date(day)}
    subject = _("Check-in due on %(date)s: %(goal)s")
    if len(goals) > 1:
        subject = ngettext(
            "Check-ins due on %(date)s: %(count)s goal", "Check-ins due on %(date)s: %(count)s goals", len(goals)
        )
    return Content(
        subject=subject % words,
        headline=ngettext("A check-in is due", "Check-ins are due", len(goals)),
        paragraphs=[_("How sure are you that you will get there? A number from 0 to 10 and a word are enough.")],
        reason=_("You get this because it is time to check in on a goal of yours."),
        cards=[desk.card(goal, leads_to="check_in") for goal in goals],
    )


def at_risk(desk: Desk) -> Content | None:
    """Of the goals that turned, those that still stand so: the others have recovered, or were closed."""
    running = desk.running_goals(desk.payload["goals"])
    goals = [goal for goal in running if goal.deadline and goal.deadline >= desk.today]
    desk.learn(goals)
    goals = [goal for goal in goals if desk.standing(goal).status in WORSE]
    if not goals:
        return None
    first = goals[0]
    assert first.deadline is not None
    words = {
        "status": STATUS[desk.standing(first).status],
        "goal": short(first.statement),
        "date": desk.date(first.deadline),
        "count": len(goals),
    }
    subject, headline = _at_risk_titles(len(goals))
    return Content(
        subject=subject % words,
        headline=headline % words,
        paragraphs=[
            _(
                "By what is recorded, the target will probably not be met in time. "
                "Say how you see it, and what you will do."
            )
        ],
        reason=_("You get this because a goal of yours has turned to at risk or off track."),
        cards=[desk.card(goal, leads_to="check_in") for goal in goals],
    )


def _at_risk_titles(count: int) -> tuple[str, str]:
    """Subject and headline."""
    if count == 1:
        return _("%(status)s, due %(date)s: %(goal)s"), _("A goal needs you")
    subject = ngettext(
        "%(count)s goal has turned to at risk or off track",
        "%(count)s goals have turned to at risk or off track",
        count,
    )
    return subject, ngettext("%(count)s goal needs you", "%(count)s goals need you", count)


def nudge(desk: Desk) -> Content | None:
    """To the goal's owner, from who leads them; None where they have checked in since that day."""
    payload = desk.payload
    goal = next(iter(desk.running_goals([payload["goal"]])), None)
    is_theirs = goal is not None and desk.reader.member is not None and goal.member_id == desk.reader.member.pk
    if goal is None or not is_theirs or desk.is_heard_since(goal.pk, dt.date.fromisoformat(payload["day"])):
        return None
    asker = Member.objects.filter(pk=payload["by"]).first()
    words = {"name": asker.name if asker else _("Somebody"), "goal": short(goal.statement)}
    return Content(
        subject=_("%(name)s asks how it goes: %(goal)s") % words,
        headline=_("%(name)s asks how it goes") % words,
        paragraphs=[
            _("A number from 0 to 10 and a word are enough. If something is in your way, say so: %(name)s reads it.")
            % words
        ],
        reason=_("You get this because %(name)s, who leads you, asked about this goal.") % words,
        cards=[desk.card(goal, leads_to="check_in")],
    )


def escalation(desk: Desk) -> Content | None:
    """To who leads the owners: what is past its deadline and still open."""
    running = desk.running_goals(desk.payload["goals"])
    goals = [goal for goal in running if goal.deadline and goal.deadline < desk.today]
    if not goals:
        return None
    desk.learn(goals)
    first = goals[0]
    assert first.deadline is not None
    words = {
        "owner": first.owner_name,
        "goal": short(first.statement),
        "date": desk.date(first.deadline),
        "count": len(goals),
    }
    subject = _("%(owner)s, past the deadline of %(date)s: %(goal)s")
    if len(goals) > 1:
        subject = ngettext(
            "Past the deadline: %(count)s goal of your people",
            "Past the deadline: %(count)s goals of your people",
            len(goals),
        )
    return Content(
        subject=subject % words,
        headline=ngettext("%(count)s goal is past its deadline", "%(count)s goals are past their deadline", len(goals))
        % words,
        paragraphs=[
            _("Late entries still count for a short time. Ask whether everything is recorded, and what comes next.")
        ],
        reason=_("You get this because you lead the people whose goals these are."),
        cards=[desk.card(goal, leads_to="goal") for goal in goals],
    )


def running_goal(desk: Desk) -> Goal | None:
    """The goal, unless it was closed or its deadline moved since."""
    goals = desk.running_goals([desk.payload["goal"]])
    return next((goal for goal in goals if str(goal.deadline) == desk.payload["deadline"]), None)
