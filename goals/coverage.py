"""What the targets of a goal's children make of the goal's own KPI, against its target. Pure.

- A total, a stock, and a formula that only adds such: the children's targets add up.
- An average: their mean, weighted by how many entries each child's owner has had.
- A formula whose parts have children: the formula over those parts' targets; parts without a child stay as they have
  been. Else, of children with the same formula: the mean weighted by what each divides by (a team's win rate of
  30 % comes from those who close most of its deals).
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kpis.formula import Formula, Operation, Part, evaluate

ZERO, ONE = Decimal(0), Decimal(1)


class Feed(StrEnum):
    """How a child's number reaches its parent's."""

    SAME = "same"
    PART = "part"
    NONE = "none"


@dataclass(frozen=True)
class Share:
    """A child's target. `weight` is the volume that its mean or ratio is taken over, None where nothing is known."""

    kpi: str
    target: Decimal
    weight: Decimal | None = None


@dataclass(frozen=True)
class Coverage:
    """`value` is what the children's targets come to; None where they say nothing about the parent's KPI.

    `gap` is what is missing to the parent's target in its own direction, below zero for what is too much.
    """

    value: Decimal | None
    target: Decimal
    is_upward: bool
    children: int

    @property
    def gap(self) -> Decimal | None:
        if self.value is None:
            return None
        return self.target - self.value if self.is_upward else self.value - self.target

    @property
    def missing(self) -> Decimal | None:
        """The gap as a number to say: never below zero."""
        return None if self.gap is None else max(self.gap, ZERO)

    @property
    def is_covered(self) -> bool:
        return self.gap is not None and self.gap <= ZERO


def feed_of(child: str, above: Container[str], uses: Container[str]) -> Feed:
    """By KPI codes; `above` are those of the goal above, and `uses` what their formulas are made of, at any depth."""
    if child in above:
        return Feed.SAME
    return Feed.PART if child in uses else Feed.NONE


def implied(
    code: str,
    shares: Sequence[Share],
    *,
    adds_up: bool,
    formula: Formula | None = None,
    as_before: Callable[[Part], Decimal | None] = lambda part: None,
) -> Decimal | None:
    """The parent's KPI as the children's targets make it; None where no child reaches it.

    `adds_up`: a total, a stock, or a sum of such. `as_before` gives the value of a part of the formula without a child.
    """
    same = [share for share in shares if share.kpi == code]
    named = (
        {share.kpi for share in shares} & {part.code for part in formula.parts if not part.shifts} if formula else set()
    )
    if formula is None or not named:
        return sum((share.target for share in same), ZERO) if adds_up and same else weighted_mean(same)
    targets = parts_of(shares)
    return evaluate(formula, lambda part: targets.get(part.code) if _has(part, named) else as_before(part))


def _has(part: Part, named: set[str]) -> bool:
    """A shifted part is another window's number: no target of a child speaks for it."""
    return not part.shifts and part.code in named


def parts_of(shares: Iterable[Share]) -> Mapping[str, Decimal]:
    """The children's targets added up by KPI."""
    found: dict[str, Decimal] = {}
    for share in shares:
        found[share.kpi] = found.get(share.kpi, ZERO) + share.target
    return found


def weighted_mean(shares: Sequence[Share]) -> Decimal | None:
    """Unweighted where a weight is not known or none has any."""
    if not shares:
        return None
    weights = [share.weight for share in shares if share.weight is not None]
    if len(weights) < len(shares) or sum(weights) <= ZERO:
        return sum((share.target for share in shares), ZERO) / len(shares)
    return sum((share.target * (share.weight or ZERO) for share in shares), ZERO) / sum(weights)


def divisor(formula: Formula) -> Formula | None:
    """What a ratio divides by, as a formula of its own; None for what is no ratio."""
    tree = formula.tree
    if not isinstance(tree, Operation) or tree.operator != "/":
        return None
    parts = tuple(part for part in formula.parts if part in _parts_in(tree.right))
    return Formula(formula.text, tree.right, parts) if parts else None


def _parts_in(node: object) -> set[Part]:
    if isinstance(node, Part):
        return {node}
    sides = (getattr(node, name, None) for name in ("left", "right", "operand"))
    return {part for side in sides if side is not None for part in _parts_in(side)}


def by_weight(total: Decimal, weights: Sequence[Decimal], step: Decimal = ONE) -> list[Decimal]:
    """The total in parts as the weights are, each a multiple of `step`, adding up to it exactly.

    By largest remainders (Hamilton's method). Without any weight the parts are equal.
    """
    if not weights:
        return []
    whole = sum(weights)
    if whole <= ZERO:
        return by_weight(total, [ONE] * len(weights), step)
    exact = [total * weight / whole / step for weight in weights]
    floors = [part.to_integral_value(rounding="ROUND_FLOOR") for part in exact]
    left = int((total / step - sum(floors, ZERO)).to_integral_value(rounding="ROUND_FLOOR"))
    order = sorted(range(len(exact)), key=lambda n: (floors[n] - exact[n], n))
    for n in order[:left]:
        floors[n] += 1
    parts = [part * step for part in floors]
    # A rest smaller than a step stays with the first.
    parts[order[0]] += total - sum(parts, ZERO)
    return parts
