"""Which units go together in a formula: money is not added to a percentage. Pure; docs/formulas.md has the table.

A unit is a product of powers of three things: money, what is counted, hours. Percentages and ratios are plain numbers,
all powers 0. A product adds the powers and a quotient takes them off, so money / count is money for each of something
counted; a sum needs the same powers on both sides. This is dimensional analysis as in physics (J. C. Maxwell's
notation of powers of base units), with one looseness: what is counted stands for customers as well as for calls, and an
average of counts is a count again, so where only the counts differ a person is asked, not refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.formula import Formula, FormulaError, Negation, Node, Number, Operation, Part, written
from web.parsing import N_, InvalidInput

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Dimension:
    """Powers of money, of what is counted, and of hours."""

    money: int = 0
    count: int = 0
    hours: int = 0

    def combined(self, other: Dimension, sign: int) -> Dimension:
        """Of the product (`sign` 1) or the quotient (-1)."""
        return Dimension(
            self.money + sign * other.money, self.count + sign * other.count, self.hours + sign * other.hours
        )

    @property
    def is_plain(self) -> bool:
        return self == PLAIN


PLAIN = Dimension()
UNITS: dict[str, Dimension] = {
    "money": Dimension(money=1),
    "count": Dimension(count=1),
    "duration": Dimension(hours=1),
    "percent": PLAIN,
    "ratio": PLAIN,
}
NAMES: dict[Dimension, str | Promise] = {
    UNITS["money"]: _("money"),
    UNITS["count"]: _("a count"),
    UNITS["duration"]: _("hours"),
    PLAIN: _("a ratio"),
    Dimension(money=1, count=-1): _("money for each of something counted"),
    Dimension(money=1, hours=-1): _("money for each hour"),
    Dimension(count=1, hours=-1): _("a count for each hour"),
    Dimension(count=-1, hours=1): _("hours for each of something counted"),
}
PERCENTAGE = _("a percentage")
MIXTURE = _("a mixture of units")


class UnitMismatch(FormulaError):
    """A sum of what cannot be summed."""

    sentences: ClassVar[Mapping[str, str]] = {
        "mixed_units": N_(
            "“%(left)s” is %(left_unit)s and “%(right)s” is %(right_unit)s: these cannot be added or subtracted."
        ),
    }


class Remark(InvalidInput):
    """What a formula's author should look at again; nothing is refused."""

    sentences: ClassVar[Mapping[str, str]] = {
        "loose_units": N_("“%(left)s” is %(left_unit)s and “%(right)s” is %(right_unit)s. Do they belong together?"),
        "unit": N_("The formula gives %(result)s. The unit that is chosen shows it as something else."),
        "hundred": N_("Percentages are computed as fractions: 25%% is 0.25, so write 1 instead of 100."),
        "times_hundred": N_("A percent KPI shows 0.25 as 25%%: leave out the 100."),
    }


# None: a bare number, which goes with any unit, or a KPI that is not known.
Found = Dimension | None


@dataclass(frozen=True)
class Examination:
    """What a formula's units come to. `units` are those that fit its result, the best first, if it has one."""

    dimension: Found
    mismatch: UnitMismatch | None
    remarks: tuple[Remark, ...]
    units: tuple[str, ...]


def examine(formula: Formula, units: Mapping[str, str], unit: str) -> Examination:
    """`units` of the KPIs by code, `unit` the one that is chosen for the result."""
    reader = _Reader(units, unit)
    try:
        found = reader.dimension(formula.tree)
    except UnitMismatch as mismatch:
        return Examination(None, mismatch, tuple(reader.remarks), ())
    fitting = fitting_units(found)
    if fitting and unit not in fitting:
        result = _name(found, PERCENTAGE if _is_share(formula.tree, units) else None)
        reader.remarks.append(Remark("unit", {"result": result}))
    return Examination(found, None, tuple(reader.remarks), fitting)


def check_units(formula: Formula, units: Mapping[str, str]) -> None:
    """Raises `UnitMismatch`."""
    _Reader(units, "").dimension(formula.tree)


def fitting_units(dimension: Found) -> tuple[str, ...]:
    """The units in which a result may be shown, the best first; none for a bare number, which may have any."""
    if dimension is None:
        return ()
    if dimension.is_plain:
        return ("percent", "ratio")
    if dimension.money == 1:
        return ("money",)
    if dimension.money == 0 and dimension.hours == 1:
        return ("duration",)
    if dimension.money == 0 and dimension.count == 1 and dimension.hours <= 0:
        return ("count",) if dimension.hours == 0 else ("ratio", "count")
    return ("ratio",)


def _name(dimension: Found, share: str | Promise | None = None) -> str | Promise:
    if share is not None and dimension == PLAIN:
        return share
    return NAMES.get(dimension, MIXTURE) if dimension is not None else MIXTURE


def _is_share(node: Node, units: Mapping[str, str]) -> bool:
    """Made of percent KPIs: certainly a share, while a quotient of counts may be an average count too."""
    match node:
        case Part(code):
            return units.get(code) == "percent"
        case Negation(operand):
            return _is_share(operand, units)
        case Operation(operator, left, right) if operator != "/":
            sides = [side for side in (left, right) if not isinstance(side, Number)]
            return bool(sides) and all(_is_share(side, units) for side in sides)
    return False


@dataclass
class _Reader:
    units: Mapping[str, str]
    unit: str
    remarks: list[Remark] = field(default_factory=list)

    def dimension(self, node: Node) -> Found:
        match node:
            case Number():
                return None
            case Part(code):
                return UNITS.get(self.units.get(code, ""))
            case Negation(operand):
                return self.dimension(operand)
            case Operation(operator, left, right):
                sides = self.dimension(left), self.dimension(right)
                self._mind_the_hundred(node, sides)
                if operator in "+-":
                    return self._of_sum(node, *sides)
                return self._of_product(*sides, 1 if operator == "*" else -1)

    @staticmethod
    def _of_product(left: Found, right: Found, sign: int) -> Found:
        if left is None and right is None:
            return None
        return (left or PLAIN).combined(right or PLAIN, sign)

    def _of_sum(self, node: Operation, left: Found, right: Found) -> Found:
        if left is None or right is None:
            return right if left is None else left
        if left == right:
            return left
        shares = [_is_share(side, self.units) for side in (node.left, node.right)]
        params = {
            "left": written(node.left),
            "left_unit": _name(left, PERCENTAGE if shares[0] else None),
            "right": written(node.right),
            "right_unit": _name(right, PERCENTAGE if shares[1] else None),
        }
        if (left.money, left.hours) != (right.money, right.hours) or any(shares):
            raise UnitMismatch("mixed_units", params)
        self.remarks.append(Remark("loose_units", params))
        return left

    def _mind_the_hundred(self, node: Operation, sides: tuple[Found, Found]) -> None:
        """Percentages typed as 0 to 100 meet KPIs that are computed as 0 to 1."""
        if PLAIN not in sides or not any(side == Number(HUNDRED) for side in (node.left, node.right)):
            return
        if node.operator in "+-":
            self.remarks.append(Remark("hundred"))
        elif node.operator == "*" and self.unit == "percent":
            self.remarks.append(Remark("times_hundred"))
