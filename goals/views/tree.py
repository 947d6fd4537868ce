"""The tree of goals, and moving a goal in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from goals.access import goal_to_edit, may_edit, seen_parent
from goals.actions import EditConflict, set_parent
from goals.coverage import Feed
from goals.kept import standings
from goals.measures import KpiBook, book_of
from goals.models import Goal
from goals.owners import parent_choices
from goals.reading import Standing
from goals.scorecard import lines_of
from goals.small_forms import MoveForm
from goals.tree import Covered, Node, by_goal, coverages, families_of_lines, feeds, grown, seen_families
from kpis.models import Kpi
from kpis.numbers import is_updating
from teams.requests import MemberRequest, require
from web.htmx import render_part
from web.links import link

ROOTS = 12
SHOWN = {"open": Goal.PROMISED, "all": (*Goal.PROMISED, Goal.State.PROPOSED, Goal.State.CLOSED)}


@dataclass
class Branch:
    """A goal as the page shows it. `parts` are those of its KPIs that a formula above is made of. Nothing is `covered`
    where the reader doesn't see all that it is made of. `closes` counts the lists that end with it.
    """

    node: Node
    standing: Standing
    parts: list[Kpi]
    covered: list[Covered]
    may_edit: bool
    closes: range

    @property
    def goal(self) -> Goal:
        return self.node.goal


@require_safe
def tree(request: MemberRequest) -> HttpResponse:
    """Filters stand in the address: state (open, all), q. Whoever matches comes with all that is below."""
    require(request.member, "see organization")
    asked = {name: request.GET.get(name, "")[:100].replace("\0", "") for name in ("state", "q")}
    asked["state"] = asked["state"] if asked["state"] in SHOWN else "open"
    seen = Goal.objects.visible_to(request.reach).with_names().filter(state__in=SHOWN[asked["state"]])
    roots = grown(list(seen.order_by("deadline", "pk")))
    # What has something below it is the tree; what stands alone comes last.
    roots.sort(key=lambda node: not node.children)
    words = asked["q"].strip().casefold()
    page = Paginator([node for node in roots if _matches(node, words)], ROOTS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "asked": asked,
        "branches": branches_of(request, list(page.object_list)),
        "page": page,
        "query": query.urlencode(),
        "may_write": request.member.may("write goal"),
        "may_set": request.member.may("write goal for others"),
        "updating": is_updating(),
    }
    return render_part(request, "goals/tree.html", context, {"tree": "goals/_tree.html"})


def _matches(root: Node, words: str) -> bool:
    """Whether it, or any goal below it, has the words."""
    return any(
        words in f"{goal.statement} {goal.owner_name} {goal.kpi.label if goal.kpi else ''}".casefold()
        for goal in (node.goal for node, _depth in _steps([root]))
    )


def branches_of(request: MemberRequest, roots: Sequence[Node]) -> list[Branch]:
    """Whole trees, each goal before those below it. A constant number of queries, however wide and deep they are."""
    if not (steps := _steps(roots)):
        return []
    goals = [node.goal for node, _depth in steps]
    found = standings(goals, request.organization, request.today)
    book = book_of(request.organization)
    families = families_of_lines(seen_families(goals, request.reach), found)
    covered = by_goal(goals, found, coverages(families, book, request.today))
    after = [*(depth for _node, depth in steps[1:]), 0]
    return [
        Branch(
            node,
            found[node.goal.pk],
            _parts(node, found, book),
            covered[node.goal.pk],
            may_edit(request, node.goal),
            closes=range(max(0, depth - next_depth)),
        )
        for (node, depth), next_depth in zip(steps, after, strict=True)
    ]


def _parts(node: Node, found: Mapping[int, Standing], book: KpiBook) -> list[Kpi]:
    if node.above is None:
        return []
    above = lines_of(node.above, found[node.above.pk])
    reached = feeds(lines_of(node.goal, found[node.goal.pk]), above, book)
    return [kpi for kpi, feed in reached.items() if feed is Feed.PART]


def _steps(roots: Sequence[Node]) -> list[tuple[Node, int]]:
    """With depths, in the order of reading. Trees may be deeper than calls can be nested."""
    found, waiting = [], [(root, 0) for root in reversed(roots)]
    while waiting:
        node, depth = waiting.pop()
        found.append((node, depth))
        waiting += [(child, depth + 1) for child in reversed(node.children)]
    return found


@require_http_methods(["GET", "POST"])
def move(request: MemberRequest, pk: int) -> HttpResponse:
    """Hang a goal below another. What was chosen stays, whatever happened in between."""
    goal = goal_to_edit(request, pk)
    parents = parent_choices(request, goal)
    form = MoveForm(request.POST if request.method == "POST" else None, parents=parents, goal=goal)
    status = 200 if request.method == "GET" else 422
    if request.method == "POST" and form.is_valid():
        try:
            set_parent(goal, form.chosen, version=form.cleaned_data["version_read"] or 0)
            messages.success(request, _("Moved. All that belongs to the goal went along."))
            return redirect(link(request, "goals:detail", pk=pk) + "#family")
        except EditConflict as conflict:
            now = conflict.goal
            form.add_error("parent", _moved_words(now, seen_parent(request, now)))
            form.data = {**form.data.dict(), "version_read": str(now.version)}  # type: ignore[attr-defined]
            status = 409
        except ValidationError as refused:
            form.add_error(None, refused)
    words = {"title": _("Move the goal"), "button": _("Move"), "action": request.path}
    words["intro"] = _("Its entries, check-ins, actions and the goals below it go along.")
    return render(request, "goals/small_form.html", {"form": form, "goal": goal, **words}, status=status)


def _moved_words(goal: Goal, above: Goal | None) -> str:
    """`above` is what it serves now, as far as the reader sees it."""
    if goal.parent_id and above is None:
        return _("Somebody else changed this goal just now. It serves a goal that you do not see.")
    serves = above.statement if above else _("none")
    return _("Somebody else changed this goal just now. It serves: %(goal)s.") % {"goal": serves}
