"""What letters say about offers, and about goals and actions that became somebody's."""

from typing import Any

from django.utils.translation import gettext as _

from goals.models import Action, Goal, Turn
from goals.plan import plan_of
from goals.sentence import sentence_of
from reminders.content import Content, Desk, short
from reminders.news import OPEN_ACTIONS


def proposed(desk: Desk) -> Content | None:
    return _offer(
        desk,
        subject=_("%(name)s proposes a goal until %(date)s: %(goal)s"),
        headline=_("%(name)s proposes a goal"),
        reason=_("You get this because it is for you to answer the offer."),
    )


def countered(desk: Desk) -> Content | None:
    return _offer(
        desk,
        subject=_("%(name)s offers %(target)s by %(date)s instead: %(goal)s"),
        headline=_("%(name)s makes another offer"),
        reason=_("You get this because it is for you to answer the offer."),
    )


def _offer(desk: Desk, *, subject: str, headline: str, reason: str) -> Content | None:
    """None where the offer no longer lies on the table."""
    goal = Goal.objects.filter(pk=desk.payload["goal"], state=Goal.State.PROPOSED).with_names().first()
    if goal is None:
        return None
    turn = _last_turn(goal)
    if (turn.pk if turn else None) != desk.payload["turn"]:
        return None
    words = {**_words(goal, desk), "name": _name(turn)}
    paragraphs = [goal.statement, sentence_of(plan_of(goal), desk.reader.organization.currency)]
    if turn is not None and turn.words:
        paragraphs.append(_("%(name)s says: “%(words)s”") % {**words, "words": turn.words})
    paragraphs.append(_("Accept it, make another offer, or decline it with a reason."))
    return Content(
        subject=subject % words,
        headline=headline % words,
        paragraphs=paragraphs,
        reason=reason,
        button=_("Answer the offer"),
        button_url=f"{desk.goal_url(goal)}#talk",
    )


def answered(desk: Desk) -> Content | None:
    """To who made the offer. None where the talk has gone on, or the goal is gone."""
    goal = Goal.objects.filter(pk=desk.payload["goal"], deadline__isnull=False).with_names().first()
    turn = _last_turn(goal) if goal else None
    if goal is None or turn is None or turn.pk != desk.payload["turn"]:
        return None
    words = {**_words(goal, desk), "name": _name(turn)}
    paragraphs = [goal.statement, sentence_of(plan_of(goal), desk.reader.organization.currency)]
    if turn.words:
        paragraphs.append(_("%(name)s says: “%(words)s”") % {**words, "words": turn.words})
    if turn.kind == Turn.Kind.ACCEPTED:
        subject, headline = _("%(name)s accepts your offer until %(date)s: %(goal)s"), _("%(name)s accepts your offer")
    else:
        subject, headline = _("%(name)s declines your offer: %(goal)s"), _("%(name)s declines your offer")
        paragraphs.append(_("The goal is a draft again, with all that was said beside it."))
    return Content(
        subject=subject % words,
        headline=headline % words,
        paragraphs=paragraphs,
        reason=_("You get this because you made the offer."),
        button=_("Open the goal"),
        button_url=f"{desk.goal_url(goal)}#talk",
    )


def assigned(desk: Desk) -> Content | None:
    return _action(desk) if "action" in desk.payload else _goal(desk)


def _goal(desk: Desk) -> Content | None:
    goal = Goal.objects.promised().filter(pk=desk.payload["goal"]).with_names().first()
    if goal is None:
        return None
    turn = _last_turn(goal)
    words = {**_words(goal, desk), "name": _name(turn)}
    subject, headline = _("A goal for you, until %(date)s: %(goal)s"), _("A goal for you")
    if turn is not None and turn.kind == Turn.Kind.ACCEPTED and turn.member is not None:
        subject, headline = (
            _("%(name)s agrees to your goal until %(date)s: %(goal)s"),
            _("%(name)s agrees to your goal"),
        )
    elif goal.previous_id is not None and turn is None:
        subject, headline = _("Your next goal, until %(date)s: %(goal)s"), _("Your next goal")
    return Content(
        subject=subject % words,
        headline=headline % words,
        paragraphs=[sentence_of(plan_of(goal), desk.reader.organization.currency)],
        reason=_("You get this because the goal is yours from now on."),
        cards=[desk.card(goal, leads_to="goal")],
    )


def _action(desk: Desk) -> Content | None:
    action = (
        Action.objects.filter(pk=desk.payload["action"], member=desk.reader.member, state__in=OPEN_ACTIONS)
        .select_related("goal")
        .first()
    )
    if action is None or action.goal.is_closed:
        return None
    words = {"action": short(action.title), "goal": short(action.goal.statement)}
    subject = _("Your action: %(action)s")
    paragraphs = [_("It serves the goal “%(goal)s”.")]
    if action.ends_on:
        words["date"] = desk.date(action.ends_on)
        subject = _("Your action, until %(date)s: %(action)s")
        paragraphs.append(_("It is to be done by %(date)s."))
    return Content(
        subject=subject % words,
        headline=words["action"],
        paragraphs=[paragraph % words for paragraph in paragraphs],
        reason=_("You get this because the action is yours from now on."),
        button=_("Open the action"),
        button_url=desk.reader.address("goals:action", pk=action.pk),
    )


def _words(goal: Goal, desk: Desk) -> dict[str, Any]:
    assert goal.deadline is not None
    return {
        "goal": short(goal.statement),
        "date": desk.date(goal.deadline),
        "target": desk.teller.value(goal, goal.target),
    }


def _last_turn(goal: Goal) -> Turn | None:
    turns = goal.turns.exclude(kind=Turn.Kind.SAID).select_related("member").order_by("-made_at", "-pk")
    found: Turn | None = turns.first()
    return found


def _name(turn: Turn | None) -> str:
    return turn.member.name if turn and turn.member else _("Somebody")
