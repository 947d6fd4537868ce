"""Agreeing on a goal: proposing it, and the answers of the other side."""

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from goals import talk
from goals.access import goal_to_edit, seen_plan, visible_goal
from goals.agreement import answerers, asked_by, asked_owner, other_side, sides_of
from goals.coaching import Coach
from goals.forms import GoalForm
from goals.load import WeekLoad
from goals.measures import KpiBook
from goals.models import Goal, Turn
from goals.plan import GoalPlan
from goals.small_forms import AnswerForm, CounterForm
from goals.talk import TalkMoved, Voice
from goals.verdicts import letters_of
from goals.workload import load_of
from teams.calendars import calendar_of
from teams.models import Member
from teams.requests import MemberRequest
from web.formats import format_datetime
from web.links import link
from web.templatetags.web import language

MOST_WEEKS = 6


def voice_of(request: MemberRequest, request_id: UUID, words: str = "") -> Voice:
    return Voice(request.member, request.reach, request.today, request.now, request_id, words)


@require_POST
def propose(request: MemberRequest, pk: int) -> HttpResponse:
    goal = goal_to_edit(request, pk)
    form = AnswerForm(request.POST, needs_words=False)
    try:
        if not form.is_valid():
            raise ValidationError([str(text) for texts in form.errors.values() for text in texts])
        goal = talk.propose(goal, voice_of(request, form.cleaned_data["request_id"], form.cleaned_data["words"]))
    except ValidationError as refused:
        for text in refused.messages:
            messages.error(request, text)
        return redirect(link(request, "goals:edit", pk=pk) if goal.is_draft else _back(request, goal))
    messages.success(request, _proposed(goal))
    return redirect(_back(request, goal))


@require_http_methods(["GET", "POST"])
def accept(request: MemberRequest, pk: int) -> HttpResponse:
    def save(goal: Goal, voice: Voice, form: AnswerForm) -> str:
        agreed = talk.accept(goal, voice, version=form.version)
        if agreed.is_running:
            return _("Agreed. The goal is running.")
        return _("Agreed. The goal runs from its first day on.")

    return _answer(request, pk, save, needs_words=False, title=_("Accept the goal"), button=_("Accept"))


@require_http_methods(["GET", "POST"])
def counter(request: MemberRequest, pk: int) -> HttpResponse:
    def save(goal: Goal, voice: Voice, form: AnswerForm) -> str:
        said = form.cleaned_data
        assert isinstance(form, CounterForm)
        talk.counter(
            goal,
            voice,
            version=form.version,
            target=said["target"],
            deadline=said["deadline"],
            further=form.further,
        )
        return _("Your offer is made. The other side is asked now.")

    return _answer(request, pk, save, kind=CounterForm, title=_("Make another offer"), button=_("Make this offer"))


@require_http_methods(["GET", "POST"])
def decline(request: MemberRequest, pk: int) -> HttpResponse:
    def save(goal: Goal, voice: Voice, form: AnswerForm) -> str:
        talk.decline(goal, voice, version=form.version)
        return _("Declined. The goal is a draft again, with your reason beside it.")

    return _answer(request, pk, save, title=_("Decline the goal"), button=_("Decline"), button_class="danger")


@require_http_methods(["GET", "POST"])
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    def save(goal: Goal, voice: Voice, form: AnswerForm) -> str:
        talk.withdraw(goal, voice, version=form.version)
        return _("Withdrawn. The goal is a draft again.")

    return _answer(request, pk, save, needs_words=False, title=_("Withdraw the offer"), button=_("Withdraw the offer"))


@require_http_methods(["GET", "POST"])
def say(request: MemberRequest, pk: int) -> HttpResponse:
    def save(goal: Goal, voice: Voice, form: AnswerForm) -> str:
        talk.say(goal, voice)
        return _("Said.")

    return _answer(request, pk, save, title=_("Say something"), button=_("Say it"))


def _answer(
    request: MemberRequest,
    pk: int,
    save: Callable[[Goal, Voice, AnswerForm], str],
    *,
    kind: type[AnswerForm] = AnswerForm,
    needs_words: bool = True,
    **words: Any,
) -> HttpResponse:
    """One answer: its form on a page of its own, refused with 422, too late with 409, or taken.

    Whatever happens, what was typed stays.
    """
    goal = _goal_to_talk_about(request, pk)
    options: dict[str, Any] = {"needs_words": needs_words, **({"goal": goal} if kind is CounterForm else {})}
    form = kind(request.POST if request.method == "POST" else None, initial={"version_read": goal.version}, **options)
    status = 200 if request.method == "GET" else 422
    if request.method == "POST" and form.is_valid():
        try:
            voice = voice_of(request, form.cleaned_data["request_id"], form.cleaned_data["words"])
            messages.success(request, save(goal, voice, form))
            return redirect(_back(request, goal))
        except TalkMoved as moved:
            form.add_error(None, moved_words(moved, request))
            # Who has read this may answer what stands now.
            form.data = {**form.data.dict(), "version_read": str(moved.goal.version)}  # type: ignore[attr-defined]
            status = 409
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"form": form, "goal": goal, "action": request.path, "anchor": "talk", **words}
    return render(request, "goals/small_form.html", context, status=status)


def who_is_asked(request: MemberRequest, plan: GoalPlan) -> dict[str, str | None]:
    """Which side would have to agree to a proposal (None: nobody else), and who speaks for the owner."""
    goal = Goal(member=plan.member, team=plan.team)
    side = asked_by(goal, sides_of(goal, request.member, request.reach, request.today), request.today)
    return {"side": side, "name": asked_owner(goal)}


def _goal_to_talk_about(request: MemberRequest, pk: int) -> Goal:
    goal = visible_goal(request, pk)
    if not sides_of(goal, request.member, request.reach, request.today):
        raise PermissionDenied("talk about goal")
    return goal


def _back(request: MemberRequest, goal: Goal) -> str:
    return link(request, "goals:detail", pk=goal.pk) + "#talk"


def _proposed(goal: Goal) -> str:
    if goal.is_proposed:
        return _("The goal is proposed. It holds as soon as the other side agrees.")
    if goal.is_running:
        return _("The goal is running.")
    return _("The goal is agreed on. It runs from its first day on.")


def moved_words(moved: TalkMoved, request: MemberRequest) -> str:
    """What happened in between."""
    goal, last = moved.goal, moved.last
    if goal.is_closed:
        return _("This goal is closed, so nothing can be agreed on any more. Your words were not sent.")
    who = last.member.name if last and last.member else _("Someone")
    said = {"name": who, "when": format_datetime(last.made_at, _zone(request), language()) if last else ""}
    if goal.is_promised:
        return _("This goal was agreed on already, by %(name)s, %(when)s.") % said
    if goal.is_draft and last and last.kind == Turn.Kind.WITHDRAWN:
        return _("%(name)s withdrew this offer, %(when)s. It is a draft again, and nothing was agreed on.") % said
    if goal.is_draft and last and last.kind == Turn.Kind.DECLINED:
        return _("%(name)s declined this offer, %(when)s. It is a draft again, and nothing was agreed on.") % said
    if goal.is_draft:
        return _("This goal is a draft: nothing has been proposed yet.")
    return _("There is another offer on the table since, by %(name)s, %(when)s. Look at it before you answer.") % said


def _zone(request: MemberRequest) -> ZoneInfo:
    return ZoneInfo(request.user.time_zone or request.organization.time_zone)


def talk_context(
    request: MemberRequest, goal: Goal, sides: Collection[Goal.Side], turns: Sequence[Turn], book: KpiBook
) -> dict[str, Any]:
    """For the goal's page: the talk so far, and what the reader may answer. Evidence only for who decides."""
    for turn in turns:
        # Beside the own KPI's target, those of a scorecard's other ones at that time.
        offered = turn.further if isinstance(turn.further, dict) else {}
        vars(turn)["lines"] = [
            {"kpi": book.by_pk[int(pk)], "target": Decimal(text)}
            for pk, text in offered.items()
            if int(pk) in book.by_pk and text != "None"
        ]
    context: dict[str, Any] = {"turns": turns, "may_say": bool(sides) and not goal.is_closed}
    if not goal.is_proposed:
        return context
    asked: list[Member] = answerers([goal], request.today)[goal.pk]
    context |= {
        "asked_members": asked,
        "may_answer": goal.waits_for in sides,
        "may_withdraw": other_side(goal.waits_for) in sides,
        "accept_form": AnswerForm(initial={"version_read": goal.version}, needs_words=False),
    }
    if sides:
        context |= _evidence(request, goal, book)
    return context


def _evidence(request: MemberRequest, goal: Goal, book: KpiBook) -> dict[str, Any]:
    plan = seen_plan(request, goal)
    means = list(goal.actions.values_list("title", flat=True))
    form = GoalForm(request=request, book=book, goal=goal)
    letters = letters_of(
        Coach(request.organization, book, request.today, request.reach).verdict(plan, means, goal), plan, form
    )
    clear = sum(letter.is_clear for letter in letters)
    return {"letters": letters, "clear": clear, **load_context(request, plan, goal)}


def load_context(request: MemberRequest, plan: GoalPlan, goal: Goal | None) -> dict[str, Any]:
    """The owner's load by week, the fullest weeks in front where there are many."""
    if plan.member is None:
        return {"weeks": []}
    calendar = calendar_of(request.organization, [plan.member.pk])[plan.member.pk]
    weeks = load_of(plan, calendar, request.organization, goal)
    fullest: list[WeekLoad] = sorted(weeks, key=lambda week: (-(week.share or 0), week.week.start))[:MOST_WEEKS]
    return {
        "weeks": sorted(fullest, key=lambda week: week.week.start),
        "over": [week for week in weeks if week.is_over],
        "week_count": len(weeks),
        "load_name": plan.member.name,
    }
