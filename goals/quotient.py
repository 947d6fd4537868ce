"""KPIs that are one sum of quantities over another: a close rate, a margin, revenue per deal."""

from collections.abc import Mapping, Sequence

from goals.record import Measure
from kpis.formula import Negation, Node, Number, Operation, Part

Days = list[float]


def quotient_of(measure: Measure, amounts: Mapping[str, Sequence[float]]) -> tuple[Days, Days] | None:
    """(numerator, denominator) day by day from each quantity's amounts; None for any other formula, and where the
    denominator is nothing or falls below it.
    """
    tree = measure.tree.tree if measure.tree else None
    if not isinstance(tree, Operation) or tree.operator != "/":
        return None
    above, below = linear(tree.left), linear(tree.right)
    if not above or not below:
        return None
    codes = above.keys() | below.keys()
    if not codes <= amounts.keys() or any(measure.aggregation_of(code) != "sum" for code in codes):
        return None
    numerator, denominator = _added(above, amounts), _added(below, amounts)
    return (numerator, denominator) if min(denominator) >= 0 < max(denominator) else None


def _added(parts: Mapping[str, float], amounts: Mapping[str, Sequence[float]]) -> Days:
    columns = [[factor * amount for amount in amounts[code]] for code, factor in parts.items()]
    return [sum(values) for values in zip(*columns, strict=True)]


def linear(node: Node) -> dict[str, float] | None:
    """The coefficients of a sum of KPIs; None for what is more than that."""
    if isinstance(node, Negation):
        parts = linear(node.operand)
        return None if parts is None else {code: -value for code, value in parts.items()}
    if isinstance(node, Part):
        return None if node.shifts else {node.code: 1.0}
    if isinstance(node, Operation) and node.operator in "+-":
        left, right = linear(node.left), linear(node.right)
        if left is None or right is None:
            return None
        sign = 1 if node.operator == "+" else -1
        codes = dict.fromkeys([*left, *right])
        return {code: left.get(code, 0.0) + sign * right.get(code, 0.0) for code in codes}
    if isinstance(node, Operation) and node.operator == "*":
        for factor, other in ((node.left, node.right), (node.right, node.left)):
            parts = linear(other)
            if isinstance(factor, Number) and parts is not None:
                return {code: value * float(factor.value) for code, value in parts.items()}
    if isinstance(node, Operation) and node.operator == "/" and isinstance(node.right, Number) and node.right.value:
        parts = linear(node.left)
        return None if parts is None else {code: value / float(node.right.value) for code, value in parts.items()}
    return None
