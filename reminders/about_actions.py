"""What letters say about actions that are due."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goals.models import Action, Goal
from reminders.content import Content, Desk, Line, Section, short
from reminders.news import OPEN_ACTIONS


def action(desk: Desk) -> Content | None:
    """Of the actions, those that are still to be done; one has the button, several a link each."""
    asked = Action.objects.filter(
        pk__in=desk.payload["actions"], state__in=OPEN_ACTIONS, ends_on__isnull=False, goal__state=Goal.State.RUNNING
    )
    actions = list(asked.select_related("goal").order_by("ends_on", "pk"))
    if not actions:
        return None
    first = actions[0]
    assert first.ends_on is not None
    words = {"action": short(first.title), "date": desk.date(first.ends_on), "count": len(actions)}
    if len(actions) == 1:
        return Content(
            subject=_when(first.ends_on, desk) % words,
            headline=short(first.title),
            paragraphs=[_for_goal(first), _("Mark it as done, or give it another day.")],
            reason=_("You get this because an action of yours is due."),
            button=_("Open the action"),
            button_url=desk.reader.address("goals:action", pk=first.pk),
        )
    return Content(
        subject=ngettext(
            "%(count)s action is due, the first on %(date)s",
            "%(count)s actions are due, the first on %(date)s",
            len(actions),
        )
        % words,
        headline=ngettext("%(count)s action is due", "%(count)s actions are due", len(actions)) % words,
        paragraphs=[_("Mark as done what is done, and give the rest another day.")],
        reason=_("You get this because actions of yours are due."),
        sections=[Section("", [_line(found, desk) for found in actions])],
    )


def _when(day: dt.date, desk: Desk) -> str:
    if day < desk.today:
        return _("Action past its day, %(date)s: %(action)s")
    if day == desk.today:
        return _("Action due today, %(date)s: %(action)s")
    return _("Action due on %(date)s: %(action)s")


def _line(found: Action, desk: Desk) -> Line:
    assert found.ends_on is not None
    return Line(
        _when(found.ends_on, desk) % {"date": desk.date(found.ends_on), "action": short(found.title)},
        _for_goal(found),
        _("Open the action"),
        desk.reader.address("goals:action", pk=found.pk),
    )


def _for_goal(found: Action) -> str:
    return _("It serves the goal “%(goal)s”.") % {"goal": short(found.goal.statement)}
