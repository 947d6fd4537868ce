"""The tree of goals: what serves what, and how far children's targets cover their parent's."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from goals.coverage import Coverage, Feed, feed_of
from goals.measures import KpiBook, scope_of
from goals.models import Goal, GoalQuerySet
from goals.owners import owner_key
from goals.progress import TargetType
from goals.reading import Standing
from goals.scorecard import lines_of, parts_of
from goals.wholes import Piece, Whole, put_together, span_before
from kpis.models import Kpi
from kpis.periods import Window
from teams.reach import Reach

Family = tuple[Goal, Sequence[Goal]]
Covered = tuple[Kpi, Coverage]


@dataclass
class Node:
    """A goal of the tree, with the goal above it and what hangs below it."""

    goal: Goal
    above: Goal | None = None
    children: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Relatives:
    """A goal with those next to it in the tree and in time, as far as the reader sees them. `hides` where more are
    below it.
    """

    goal: Goal
    parent: Goal | None
    children: list[Goal]
    follower: Goal | None
    hides: bool

    def coverage(self, lines: Sequence[Goal], book: KpiBook, today: dt.date) -> dict[int, Coverage]:
        """Of each line of the goal that its children's targets say anything about. Nothing also where some of what it
        is made of is hidden: a sum of one would tell a number.
        """
        return {} if self.hides else coverages([(line, self.children) for line in lines], book, today)


def relatives_of(pk: int, reach: Reach) -> Relatives | None:
    """With where they stood when that was stored last. None for a goal that the reader does not see. One query."""
    above = Goal.objects.filter(pk=pk).values("parent")
    near = Goal.objects.filter(Q(pk=pk) | Q(pk__in=above) | Q(parent=pk) | Q(previous=pk)).with_stored()
    rows = list(_with_sight(near, reach).order_by("pk"))
    seen = [row for row in rows if vars(row)["is_seen"]]
    goal = next((row for row in seen if row.pk == pk), None)
    if goal is None:
        return None
    below = [row for row in rows if row.parent_id == pk and row.state not in Goal.UNSETTLED]
    return Relatives(
        goal=goal,
        parent=next((row for row in seen if row.pk == goal.parent_id), None),
        children=[row for row in below if row in seen],
        follower=next((row for row in reversed(seen) if row.previous_id == pk), None),
        hides=any(row not in seen for row in below),
    )


def _with_sight(goals: GoalQuerySet, reach: Reach) -> GoalQuerySet:
    """Each with `is_seen`: whether who has this reach sees it."""
    return goals.annotate(is_seen=Exists(Goal.objects.visible_to(reach).filter(pk=OuterRef("pk"))))


def grown(goals: Sequence[Goal]) -> list[Node]:
    """The roots, in the order of the goals. A goal whose parent is not among them is a root."""
    nodes = {goal.pk: Node(goal) for goal in goals}
    roots = []
    for node in nodes.values():
        above = nodes.get(node.goal.parent_id) if node.goal.parent_id else None
        if above is None:
            roots.append(node)
        else:
            above.children.append(node)
            node.above = above.goal
    return roots


def feeds(lines: Iterable[Goal], above: Iterable[Goal], book: KpiBook) -> dict[Kpi, Feed]:
    """How each KPI of a goal reaches the goal above, by its `lines` and that one's: as the same KPI before as a part.

    Those that don't reach it are left out.
    """
    kpis = [line.kpi for line in above if line.kpi]
    formulas = [formula for kpi in kpis if (formula := book.formula_of(kpi))]
    codes, uses = {kpi.code for kpi in kpis}, {part.code for formula in formulas for part in formula.parts}
    found = {line.kpi: feed_of(line.kpi.code, codes, uses) for line in lines if line.kpi}
    return {kpi: feed for kpi, feed in found.items() if feed is not Feed.NONE}


def seen_families(parents: Iterable[Goal], reach: Reach) -> list[Family]:
    """Parents whose children the reader sees all, with these: a sum of one would tell a number that is hidden.

    One query. Of drafts and proposals nobody is told.
    """
    by_pk = {parent.pk: parent for parent in parents}
    children = Goal.objects.filter(parent__in=by_pk).exclude(state__in=Goal.UNSETTLED).with_names()
    found: dict[int, list[Goal]] = {pk: [] for pk in by_pk}
    for child in _with_sight(children, reach):
        found[child.parent_id or 0].append(child)
    return [(by_pk[pk], below) for pk, below in found.items() if all(vars(child)["is_seen"] for child in below)]


def families_of_lines(families: Iterable[Family], found: Mapping[int, Standing]) -> list[Family]:
    """One for each KPI of each parent, by where the parents stand."""
    return [(line, below) for parent, below in families for line in lines_of(parent, found[parent.pk])]


def by_goal(
    goals: Iterable[Goal], found: Mapping[int, Standing], covered: Mapping[int, Coverage]
) -> dict[int, list[Covered]]:
    """What is `covered` of each of the goals' lines, with its KPI."""
    lines = {goal.pk: lines_of(goal, found[goal.pk]) for goal in goals}
    return {
        pk: [(line.kpi, covered[line.pk]) for line in each if line.kpi and line.pk in covered]
        for pk, each in lines.items()
    }


def coverages(families: Iterable[Family], book: KpiBook, today: dt.date) -> dict[int, Coverage]:
    """By parent, for those whose children say anything about it. A scorecard below counts with each of its KPIs. At
    most six queries for all of them.
    """
    read = wholes_of(families, book, today)
    return covered(read, put_together(whole for _parent, whole in read))


def wholes_of(families: Iterable[Family], book: KpiBook, today: dt.date) -> list[tuple[Goal, Whole]]:
    """What is to be read for the coverage of those that can have one. No query, but one where a scorecard is below."""
    asked = list(families)
    parts = parts_of({child.pk: child for _parent, children in asked for child in children}.values())
    read = []
    for parent, children in asked:
        lines = [line for child in children for line in parts.get(child.pk, [child])]
        if whole := whole_of(parent, lines, book, today):
            read.append((parent, whole))
    return read


def covered(read: Iterable[tuple[Goal, Whole]], found: Iterable[Decimal | None]) -> dict[int, Coverage]:
    """By parent, from what each of `read` came to."""
    return {
        parent.pk: Coverage(value, parent.target, TargetType(parent.target_type).is_upward, len(whole.counted))
        for (parent, whole), value in zip(read, found, strict=True)
        if value is not None and parent.target is not None
    }


def whole_of(parent: Goal, children: Iterable[Goal], book: KpiBook, today: dt.date) -> Whole | None:
    """None where the parent is not complete or nothing below it counts."""
    if parent.kpi is None or parent.target is None or parent.start is None or parent.deadline is None:
        return None
    before = span_before(Window(parent.start, parent.deadline), today)
    pieces = [
        Piece(child.kpi, scope_of(child), child.target, child.deadline)
        for child in counted(parent, children)
        if child.kpi is not None and child.target is not None and child.deadline is not None
    ]
    return Whole(parent.kpi, scope_of(parent), before, pieces, book) if before and pieces else None


def counted(parent: Goal, children: Iterable[Goal]) -> list[Goal]:
    """Children whose targets may be set against the parent's: they hold, or held to their end.

    Where a goal is shared out among others, its own owner's goals for parts of the time say the same once more.
    """
    held = [
        child
        for child in children
        if child.is_complete and (child.is_promised or (child.is_closed and child.outcome != Goal.Outcome.DROPPED))
    ]
    others = [child for child in held if owner_key(child) != owner_key(parent)]
    return [child for child in others or held if _is_alike(child, parent)]


def _is_alike(child: Goal, parent: Goal) -> bool:
    """Eight calls each day add nothing to a total of calls."""
    assert child.kpi is not None
    stays = TargetType(child.target_type).is_stay
    return not child.kpi.is_accruing or child.kpi != parent.kpi or stays == TargetType(parent.target_type).is_stay
