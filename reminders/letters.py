"""Writes the letter of a message at the moment it is sent, from the rows as they are then.

In the reader's language and on their clock. Where there is nothing to say any more (the goal was closed, the check-in
made, the kind switched off), there is no letter.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goals.models import CheckIn, Goal
from goals.standing import Standing, standings
from reminders.cards import Card, Teller, card_of
from reminders.models import OPTIONAL_KINDS, Kind, Message, Preference
from reminders.readers import Reader
from teams.invitations import address_of
from teams.models import Invitation
from web.formats import format_date, format_datetime

SUBJECT_LENGTH = 70


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str
    language: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """What a letter says, before it is laid out."""

    subject: str
    headline: str
    paragraphs: list[str]
    reason: str  # why the reader gets it
    cards: list[Card] = field(default_factory=list)
    button: str = ""
    button_url: str = ""


def write(message: Message, now: dt.datetime) -> Letter | None:
    """None where the message has become idle. Needs the tenant of the message's organization."""
    if message.kind == Kind.ACCOUNT:
        return Letter(**message.payload)
    reader = Reader.of(message)
    if not _is_wanted(reader, now):
        return None
    with translation.override(reader.language):
        content = _CONTENTS[reader.kind](reader, message.payload, now)
        return lay_out(content, reader) if content else None


def _is_wanted(reader: Reader, now: dt.datetime) -> bool:
    member = reader.member
    if reader.kind not in OPTIONAL_KINDS:
        return True
    if member is None or member.has_left(reader.organization.today(now)):
        return False
    return not Preference.objects.filter(member=member, kind=reader.kind, is_on=False).exists()


def lay_out(content: Content, reader: Reader) -> Letter:
    context: dict[str, Any] = {
        "content": content,
        "language": reader.language,
        "organization": reader.organization.name,
        "unsubscribe_url": reader.unsubscribe_url,
        "preferences_url": reader.preferences_url if reader.unsubscribe_url else "",
    }
    headers = {}
    if reader.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{reader.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Letter(
        # People's own words may hold a line break, which would end the header.
        subject=" ".join(content.subject.split()),
        text=render_to_string("reminders/mail/letter.txt", context).strip() + "\n",
        html=render_to_string("reminders/mail/letter.html", context),
        language=reader.language,
        headers=headers,
    )


def _deadline(reader: Reader, payload: dict[str, Any], now: dt.datetime) -> Content | None:
    goal = _running_goal(payload)
    if goal is None or goal.deadline is None:
        return None
    today = reader.organization.today(now)
    days = (goal.deadline - today).days
    if days < 0:
        return None
    words = {"days": days, "goal": _short(goal.statement), "date": format_date(goal.deadline, reader.language)}
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
    standing = standings([goal], reader.organization, today)[goal.pk]
    return Content(
        subject=subject % words,
        headline=headline % words,
        paragraphs=[advice % words],
        reason=_("You get this because the deadline of a goal of yours comes near."),
        cards=[_card(goal, standing, reader)],
    )


def _overdue(reader: Reader, payload: dict[str, Any], now: dt.datetime) -> Content | None:
    goal = _running_goal(payload)
    today = reader.organization.today(now)
    if goal is None or goal.deadline is None or goal.deadline >= today:
        return None
    words = {"goal": _short(goal.statement), "date": format_date(goal.deadline, reader.language)}
    standing = standings([goal], reader.organization, today)[goal.pk]
    return Content(
        subject=_("Past its deadline of %(date)s: %(goal)s") % words,
        headline=_("Past its deadline"),
        paragraphs=[
            _("The deadline was %(date)s, and the goal is still open. Entries for the days up to then still count.")
            % words
        ],
        reason=_("You get this because a goal of yours is past its deadline."),
        cards=[_card(goal, standing, reader)],
    )


def _check_in(reader: Reader, payload: dict[str, Any], now: dt.datetime) -> Content | None:
    day = dt.date.fromisoformat(payload["day"])
    made = CheckIn.objects.filter(goal__in=payload["goals"], date__gte=day).values("goal")
    waiting = Goal.objects.running().filter(pk__in=payload["goals"]).exclude(pk__in=made)
    goals = list(waiting.with_names().order_by("deadline", "pk"))
    if not goals:
        return None
    found = standings(goals, reader.organization, reader.organization.today(now))
    words = {
        "goal": _short(goals[0].statement),
        "count": len(goals),
        "date": format_date(day, reader.language),
    }
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
        cards=[_card(goal, found[goal.pk], reader) for goal in goals],
    )


def _invitation(reader: Reader, payload: dict[str, Any], now: dt.datetime) -> Content | None:
    invitation = Invitation.objects.select_related("invited_by").filter(pk=payload["invitation"]).first()
    if invitation is None or not invitation.is_open(now):
        return None
    zone = ZoneInfo(reader.organization.time_zone)
    words = {
        "organization": reader.organization.name,
        "inviter": invitation.invited_by.name if invitation.invited_by else "",
        "until": format_datetime(invitation.expires_at, zone, reader.language),
    }
    subject = _("You are invited to %(organization)s on SmartGoals")
    if invitation.invited_by:
        subject = _("%(inviter)s invites you to %(organization)s on SmartGoals")
    return Content(
        subject=subject % words,
        headline=subject % words,
        paragraphs=[
            _("SmartGoals is where the team sets its sales goals and sees how far they are."),
            _("The link is for you alone and works until %(until)s.") % words,
        ],
        reason=_("If you do not know who sent this, you need not do anything."),
        button=_("Accept the invitation"),
        button_url=address_of(invitation),
    )


_CONTENTS: dict[Kind, Callable[[Reader, dict[str, Any], dt.datetime], Content | None]] = {
    Kind.DEADLINE: _deadline,
    Kind.OVERDUE: _overdue,
    Kind.CHECK_IN: _check_in,
    Kind.INVITATION: _invitation,
}


def _running_goal(payload: dict[str, Any]) -> Goal | None:
    """The goal, unless it was closed or its deadline moved since."""
    return Goal.objects.running().with_names().filter(pk=payload["goal"], deadline=payload["deadline"]).first()


def _card(goal: Goal, standing: Standing, reader: Reader) -> Card:
    assert goal.kpi is not None
    button, button_url = _("Check in"), reader.address("goals:check_in", pk=goal.pk)
    if reader.kind != Kind.CHECK_IN and goal.kpi.aggregation and goal.member_id is not None:
        button = _("Record progress")
        button_url = reader.address("kpis:log", {"kpi": goal.kpi.pk, "member": goal.member_id})
    return card_of(
        goal,
        standing,
        Teller(reader.language, reader.organization.currency),
        url=reader.address("goals:detail", pk=goal.pk),
        button=button,
        button_url=button_url,
    )


def _short(statement: str) -> str:
    return Truncator(statement).chars(SUBJECT_LENGTH)
