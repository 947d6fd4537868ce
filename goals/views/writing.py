"""A goal as a sentence with blanks: written, read along by the coach, edited."""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from goals.access import goal_to_edit, seen_plan
from goals.actions import EditConflict, create_goal, edit_goal, not_to_edit, propose_goal
from goals.coaching import Coach
from goals.forms import GoalForm
from goals.further_forms import PREFIX, without_row
from goals.measures import KpiBook, book_of
from goals.models import Goal
from goals.offers import baseline_offer, period_offers, ramp_offer, read_offer
from goals.owners import owner_key
from goals.plan import GoalPlan, plan_of
from goals.sentence import lines_of, sentence_of
from goals.unfinished import Unfinished, forget, keep
from goals.verdicts import letters_of
from goals.views.talk import load_context, voice_of, who_is_asked
from teams.requests import MemberRequest, require
from web.htmx import render_part
from web.links import link

SENTENCE = ("owner", "target_type", "kpi", "baseline", "target_as", "target", "start", "deadline")
# Fields of the form that are called like the goal's own.
PLAIN = (
    "statement", "why", "baseline", "target", "start", "deadline", "target_type", "version", "commit", "stretch",
    "weight", "repeats", "growth", "compounds", "own_weight",
)  # fmt: skip
NOT_CHOSEN = ("request_id", "version", "means", "target_as", "ramped")
NOT_COMPARED = (*NOT_CHOSEN, PREFIX)
PARTS = {"verdict": "goals/_read.html", "goal-form": "goals/_form.html"}
SAID = {
    Goal.State.DRAFT: gettext_lazy("The draft is saved."),
    Goal.State.PROPOSED: gettext_lazy("The goal is proposed. It holds as soon as the other side agrees."),
    Goal.State.AGREED: gettext_lazy("The goal is agreed on. It runs from its first day on."),
    Goal.State.RUNNING: gettext_lazy("The goal is running."),
}


@require_http_methods(["GET", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    require(request.member, "write goal")
    book = book_of(request.organization)
    if request.method == "GET":
        return _first_page(request, book)
    if "forget" in request.POST:
        _forget(request)
        return redirect(link(request, "goals:new"))
    if "take" in request.POST:
        form = _with_offer(request, book)
        keep(request.member, form.as_typed(), request.now)
        return _page(request, form)
    form = GoalForm(request.POST, request=request, book=book)
    if not form.is_valid():
        keep(request.member, form.as_typed(), request.now)
        return _page(request, form, status=422)
    require_owner(request, form.plan())
    try:
        goal, created = _write_down(request, form)
    except ValidationError as refused:
        keep(request.member, form.as_typed(), request.now)
        form.add_error(None, refused)
        return _page(request, form, status=422)
    forget(request.member, form.cleaned_data["request_id"])
    if created:
        messages.success(request, SAID[Goal.State(goal.state)])
    return redirect(link(request, "goals:detail", pk=goal.pk))


def _first_page(request: MemberRequest, book: KpiBook) -> HttpResponse:
    """An empty form with what was left unfinished before, or one of those, as the address asks."""
    sent = Goal.objects.values("request_id")
    kept = list(Unfinished.objects.filter(member=request.member).exclude(request_id__in=sent))
    for row in kept:
        if str(row.pk) == request.GET.get("continue"):
            form = GoalForm(row.as_typed(), request=request, book=book)
            form.is_valid()
            return _page(request, form)
    return _page(request, GoalForm(request=request, book=book, initial=_first_words(request)), unfinished=kept)


def _forget(request: MemberRequest) -> None:
    asked = request.POST["forget"]
    if asked.isdecimal() and len(asked) <= 18:
        Unfinished.objects.filter(member=request.member, pk=int(asked)).delete()
    messages.success(request, _("Discarded."))


def _write_down(request: MemberRequest, form: GoalForm) -> tuple[Goal, bool]:
    means, request_id = form.cleaned_data["means"], form.cleaned_data["request_id"]
    if request.POST.get("do") == "propose":
        return propose_goal(form.plan(), voice_of(request, request_id), means=means)
    return create_goal(
        form.plan(),
        means=means,
        start=False,
        by=request.member,
        today=request.today,
        now=request.now,
        request_id=request_id,
    )


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    goal = goal_to_edit(request, pk)
    if request.method == "GET" and (refused := not_to_edit(goal)):
        messages.warning(request, refused)
        return redirect(link(request, "goals:detail", pk=pk))
    book = book_of(request.organization)
    if request.method == "GET":
        return _page(request, GoalForm(request=request, book=book, goal=goal, initial=words_of(goal)))
    if "take" in request.POST:
        return _page(request, _with_offer(request, book, goal))
    data = _as_chosen(request, goal, book)
    form = GoalForm(data, request=request, book=book, goal=goal, initial=words_of(goal))
    if not form.is_valid():
        return _page(request, form, status=422)
    return _save(request, goal, form)


def _save(request: MemberRequest, goal: Goal, form: GoalForm) -> HttpResponse:
    plan = form.plan()
    plan.parent = plan.parent or form.hidden_parent
    require_owner(request, plan, goal)
    try:
        edit_goal(
            goal,
            plan,
            version=form.cleaned_data["version"] or 0,
            today=request.today,
            means=form.cleaned_data["means"],
            request_id=form.cleaned_data["request_id"],
        )
    except EditConflict as conflict:
        return _conflict(request, conflict.goal, form)
    except ValidationError as refused:
        form.add_error(None, refused)
        return _page(request, form, status=422)
    messages.success(request, _("Saved."))
    return redirect(link(request, "goals:detail", pk=goal.pk))


@require_POST
def coach(request: MemberRequest) -> HttpResponse:
    """What the coach says about what stands in the form now. Of a new goal, that is kept for its writer."""
    require(request.member, "write goal")
    typed = request.POST.get("goal", "")
    goal = goal_to_edit(request, int(typed)) if typed.isdecimal() and len(typed) <= 18 else None
    form = GoalForm(request.POST, request=request, book=book_of(request.organization), goal=goal)
    form.is_valid()
    if goal is None:
        keep(request.member, form.as_typed(), request.now)
    return _page(request, form)


def require_owner(request: MemberRequest, plan: GoalPlan, goal: Goal | None = None) -> None:
    """The owners that a form offers are those one may write for; this says so once more where it is stored."""
    if goal is not None and (plan.member, plan.team) == (goal.member, goal.team):
        return
    if plan.member is None and plan.team is None:
        require(request.member, "write goal of organization")
    elif plan.member != request.member:
        require(request.member, "write goal for others")


def _page(request: MemberRequest, form: GoalForm, *, status: int = 200, **more: Any) -> HttpResponse:
    plan = form.plan() if form.is_bound else _plan_at_first(form)
    means = form.cleaned_data.get("means") or [] if form.is_bound else []
    coach = Coach(request.organization, form.book, request.today, request.reach)
    known = [*form.goal.actions.values_list("title", flat=True)] if form.goal else []
    verdict = coach.verdict(plan, [*known, *means], form.goal)
    start_from = baseline_offer(plan, request.today, form.book.rules)
    context = {
        "form": form,
        "goal": form.goal,
        "plan": plan,
        "letters": (letters := letters_of(verdict, plan, form, ["baseline"] if start_from else [])),
        "clear": sum(letter.is_clear for letter in letters),
        "sentence": sentence_of(plan, request.organization.currency),
        "baseline_offer": start_from,
        "ramp": ramp_offer(plan, request.organization, form.book, is_taken=_is_ramped(form)),
        "periods": period_offers(request.today, form.book.rules),
        "known_means": known,
        "all_means": [*known, *means],
        "sentence_fields": [form[name] for name in SENTENCE],
        **load_context(request, plan, form.goal),
        "asked": who_is_asked(request, plan),
        "save_url": link(request, "goals:edit", pk=form.goal.pk) if form.goal else link(request, "goals:new"),
        **more,
    }
    return render_part(request, "goals/write.html", context, PARTS, status)


def _is_ramped(form: GoalForm) -> bool:
    """What is agreed on is not lowered any more."""
    agreed = form.goal is not None and not form.goal.is_draft
    return agreed or (form.is_bound and bool(form.cleaned_data.get("ramped")))


def _plan_at_first(form: GoalForm) -> GoalPlan:
    """Of a form that nobody has filled in yet: the goal's own words, or those that the address brought along."""
    if form.goal is not None:
        return seen_plan(form.request, form.goal)
    owner = form.owners.get(str(form.initial.get("owner"))) or next(iter(form.owners.values()))
    parents = form.fields["parent"].queryset  # type: ignore[attr-defined]
    return GoalPlan(
        kpi=form.measured,
        member=owner.member,
        team=owner.team,
        parent=parents.filter(pk=form.initial["parent"]).first() if form.initial.get("parent") else None,
        start=form.initial.get("start"),
    )


def _first_words(request: MemberRequest) -> dict[str, Any]:
    """What a link to this page may bring along: the KPI, the owner, the goal that the new one serves."""
    asked: dict[str, Any] = {name: request.GET[name] for name in ("kpi", "owner") if name in request.GET}
    parent = request.GET.get("parent", "")
    if parent.isdecimal() and len(parent) <= 18:
        asked["parent"] = int(parent)
    return {"owner": f"member:{request.member.pk}", "start": request.today, **asked}


def words_of(goal: Goal) -> dict[str, Any]:
    words = {name: getattr(goal, name) for name in PLAIN} | {"effort": goal.effort_hours}
    words["further_kpis"] = further = plan_of(goal).further
    words["further"] = len(further)
    return words | {"owner": owner_key(goal), "kpi": goal.kpi_id, "parent": goal.parent_id}


def _with_offer(request: MemberRequest, book: KpiBook, goal: Goal | None = None) -> GoalForm:
    """The form as it was sent, with the values of the button that was tapped."""
    data: QueryDict = request.POST.copy()
    offer = data.pop("take")[-1]
    if offer.startswith("without="):
        without_row(data, offer.removeprefix("without="))
    for name, value in read_offer(offer).items():
        data[name] = value
    form = GoalForm(data, request=request, book=book, goal=goal, initial=words_of(goal) if goal else None)
    form.is_valid()
    return form


def _conflict(request: MemberRequest, current: Goal, form: GoalForm) -> HttpResponse:
    """409 with what both wrote. Nothing is lost: for each field that differs one chooses whose words are saved.

    404 where it has gone out of the writer's sight meanwhile.
    """
    goal_to_edit(request, current.pk)
    data: QueryDict = request.POST.copy()
    data["version"] = str(current.version)
    mine = GoalForm(data, request=request, book=form.book, goal=current, initial=words_of(current))
    mine.is_valid()
    theirs = GoalForm(request=request, book=form.book, goal=current, initial=words_of(current))
    differences = [
        {"name": name, "label": mine[name].label, "theirs": shown(theirs, name), "mine": shown(mine, name)}
        for name in mine.fields
        if name not in NOT_COMPARED and shown(theirs, name) != shown(mine, name)
    ]
    currency = request.organization.currency
    lines = ["; ".join(lines_of(plan, currency)) for plan in (plan_of(current), mine.plan())]
    if lines[0] != lines[1]:
        differences.append({"name": PREFIX, "label": mine[PREFIX].label, "theirs": lines[0], "mine": lines[1]})
    return _page(request, mine, status=409, differences=differences, conflict=True)


def _as_chosen(request: MemberRequest, goal: Goal, book: KpiBook) -> QueryDict:
    """What was sent, with the other person's words where those were chosen after a conflict."""
    data: QueryDict = request.POST.copy()
    theirs = GoalForm(request=request, book=book, goal=goal, initial=words_of(goal))
    chosen = [name for name in theirs.fields if data.get(f"choose-{name}") == "theirs" and name not in NOT_CHOSEN]
    for name in chosen:
        data[name] = as_sent(theirs, name)
        if name == "target":
            data["target_as"] = GoalForm.AMOUNT
    if PREFIX in chosen:
        rows = theirs.further_kpis.rows
        data.update({row.add_prefix(name): as_sent(row, name) for row in rows for name in row.fields})
    return data


def as_sent(form: forms.Form, name: str) -> str:
    """A field's value as a browser would send it; an unticked box is not sent, which an empty text is as good as."""
    value = form.fields[name].prepare_value(form[name].value())
    if isinstance(value, bool):
        return "on" if value else ""
    return value.isoformat() if isinstance(value, dt.date) else str("" if value is None else value)


def shown(form: GoalForm, name: str) -> str:
    """A field's value as one reads it."""
    value = form[name].value()
    if isinstance(value, dt.date | UUID):
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    choices = getattr(form.fields[name], "choices", None)
    if choices is not None:
        return str({str(key): label for key, label in choices}.get(str(value or ""), value or ""))
    return str(form.fields[name].prepare_value(value) or "") if value is not None else ""
