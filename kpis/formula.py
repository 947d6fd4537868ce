"""Formulas of KPIs: `won / (won + lost)`, `year_to_date(revenue) / last_year(year_to_date(revenue)) - 1`.

A formula is parsed once into a small tree and never handed to Python's own evaluator. The functions move the
window in which a KPI is read, so each occurrence of a KPI is a `Part`: its code and the shifts around it.
Whoever holds the numbers fetches all `leaf_parts` in one batch and then asks for the value with `resolve`.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from operator import add, mul, sub, truediv
from typing import ClassVar, NamedTuple

from kpis.periods import SHIFTS
from web.parsing import N_, InvalidInput

MAX_LENGTH = 500
MAX_DEPTH = 100
MAX_NESTING = 10
MAX_PARTS = 200

# 34 digits and these exponents are IEEE 754 decimal128; what does not fit there is no meaningful KPI.
_ARITHMETIC = Context(prec=34, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow])
_TYPED_OPERATORS = str.maketrans(
    {"\xd7": "*", "\xf7": "/", "\u2212": "-", "\n": " ", "\r": " ", "\t": " ", "\xa0": " "}
    | {chr(ord("๐") + digit): str(digit) for digit in range(10)}
)
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"\d+(\.\d+)?|\.\d+")
# A word in another script is named whole: its first letter alone says little.
_FOREIGN = re.compile(r"[^\x00-\x7f]+|[^A-Za-z0-9_.+\-*/(), ]|\*\*|//|(?<![A-Za-z0-9_.])[\d.]*\d[A-Za-z_]\w*")


class FormulaError(InvalidInput):
    """A formula that cannot be used: `code` says why, `params` where, `message` tells the person."""

    sentences: ClassVar[Mapping[str, str]] = {
        "empty": N_("Write a formula, for example won / (won + lost)."),
        "too_long": N_("The formula is too long: at most %(limit)s characters."),
        "too_deep": N_("The formula is nested too deeply. Build it from fewer steps."),
        "too_many_parts": N_("The formula needs too many other KPIs. Build it from fewer of them."),
        "syntax": N_("The formula cannot be read near “%(near)s”. Check the brackets and the signs + - * /."),
        "unknown_code": N_("There is no KPI with the code “%(code)s”."),
        "unknown_function": N_("There is no function “%(function)s”. Use one of these: %(functions)s."),
        "wrong_arguments": N_("Write one KPI in brackets after “%(function)s”: %(function)s(revenue)."),
        "not_allowed": N_("“%(what)s” cannot be used in a formula. Use KPI codes, numbers, + - * / and ( )."),
        "cycle": N_("The formula would depend on itself: %(path)s."),
    }

    @property
    def sentence(self) -> str:
        if "suggestion" in self.params:
            return N_("There is no KPI with the code “%(code)s”. Did you mean “%(suggestion)s”?")
        return super().sentence


@dataclass(frozen=True)
class Number:
    value: Decimal


class Part(NamedTuple):
    """A KPI read in a shifted window. `shifts` are function names, outermost (applied first) first."""

    code: str
    shifts: tuple[str, ...] = ()

    def within(self, outer: Part) -> Part:
        """This part of a formula KPI which is itself read through the shifts of `outer`."""
        return Part(self.code, outer.shifts + self.shifts)


@dataclass(frozen=True)
class Negation:
    operand: Node


@dataclass(frozen=True)
class Operation:
    operator: str
    left: Node
    right: Node


Node = Number | Part | Negation | Operation
Lookup = Callable[[Part], Decimal | None]


@dataclass(frozen=True)
class Formula:
    """A parsed formula. `parts` are distinct, in order of appearance; `codes` are the KPIs they name."""

    text: str
    tree: Node = field(repr=False)
    parts: tuple[Part, ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(part.code for part in self.parts)


def is_code(text: str) -> bool:
    """Whether a KPI may have this code: small letters, digits and _, and no word that formulas reserve."""
    return bool(_CODE.fullmatch(text)) and text not in SHIFTS and not keyword.iskeyword(text)


def parse(text: str) -> Formula:
    """Read a formula; raises FormulaError. Whether its codes exist is for `check` to say."""
    text = text.translate(_TYPED_OPERATORS).strip()
    if not text:
        raise FormulaError("empty")
    if len(text) > MAX_LENGTH:
        raise FormulaError("too_long", {"limit": MAX_LENGTH})
    if foreign := _FOREIGN.search(text):
        raise FormulaError("not_allowed", {"what": _visible(foreign[0])})
    try:
        expression = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        middle = (error.offset or 1) - 1
        near = text[max(0, middle - 8) : middle + 8].strip()
        raise FormulaError("syntax", {"near": near or text[-8:]}) from None
    except (RecursionError, MemoryError):
        raise FormulaError("too_deep") from None
    tree = _Reader(text).node(expression)
    return Formula(text, tree, tuple(dict.fromkeys(_parts(tree))))


def _visible(text: str) -> str:
    """The text, or the number of the first of its characters that nobody could see."""
    hidden = next((char for char in text if not char.isprintable()), None)
    return text if hidden is None else f"U+{ord(hidden):04X}"


def check(formula: Formula, known: Collection[str]) -> None:
    """Refuse a formula that names a KPI which is not among the known codes."""
    for part in formula.parts:
        if part.code not in known:
            params = {"code": part.code}
            if similar := get_close_matches(part.code.lower(), known, n=1):
                params["suggestion"] = similar[0]
            raise FormulaError("unknown_code", params)


def find_cycle(definitions: Mapping[str, Formula]) -> tuple[str, ...] | None:
    """Codes of which each uses the next, the first again at the end; None where no formula uses itself."""
    graph = {code: sorted(definitions[code].codes) for code in sorted(definitions)}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # graphlib lists a used code before its user; people read it the other way round.
        return tuple(reversed(error.args[1]))
    return None


def check_definitions(definitions: Mapping[str, Formula]) -> None:
    """Refuse formulas that use themselves, or that together ask for more than can be fetched in one batch."""
    if cycle := find_cycle(definitions):
        raise FormulaError("cycle", {"path": " → ".join(cycle)})
    for code in definitions:
        leaf_parts(code, definitions)


def rename(text: str, old: str, new: str) -> str:
    """The same formula after the KPI `old` got the code `new`; everything else stays as typed."""
    return re.sub(rf"(?<![A-Za-z0-9_.]){re.escape(old)}(?![A-Za-z0-9_])(?!\s*\()", new, text)


def evaluate(formula: Formula, lookup: Lookup) -> Decimal | None:
    """The formula's value from the values of its parts, to 34 digits.

    None where a part has no value, on division by zero, and where the result is no finite number.
    """
    values: dict[Part, Decimal] = {}
    for part in formula.parts:
        value = lookup(part)
        if value is None:
            return None
        values[part] = value
    try:
        with localcontext(_ARITHMETIC):
            result = _compute(formula.tree, values)
    except (InvalidOperation, DivisionByZero, Overflow):
        return None
    return result if result.is_finite() else None


@dataclass(frozen=True)
class Absence:
    """Why a formula has no value: a `part` that has none, or a `divisor` that is 0. Neither: no finite number."""

    part: Part | None = None
    divisor: Node | None = None


def why_no_value(formula: Formula, lookup: Lookup) -> Absence | None:
    """The first reason, in the order of reading, for which `evaluate` gives None; None where it gives a value."""
    if evaluate(formula, lookup) is not None:
        return None
    values: dict[Part, Decimal] = {}
    for part in formula.parts:
        value = lookup(part)
        if value is None:
            return Absence(part=part)
        values[part] = value
    with localcontext(_ARITHMETIC):
        for divisor in _divisors(formula.tree):
            try:
                if _compute(divisor, values) == 0:
                    return Absence(divisor=divisor)
            except (InvalidOperation, DivisionByZero, Overflow):
                break
    return Absence()


def _divisors(node: Node) -> Iterator[Node]:
    """What is divided by, the innermost first."""
    match node:
        case Negation(operand):
            yield from _divisors(operand)
        case Operation(operator, left, right):
            yield from _divisors(left)
            yield from _divisors(right)
            if operator == "/":
                yield right


def written(node: Node, name: Callable[[str], str] = str) -> str:
    """The text of a formula or of a piece of it; `name` may turn codes into words."""
    match node:
        case Number(value):
            return f"{value:f}"
        case Part(code, shifts):
            return f"{'('.join((*shifts, name(code)))}{')' * len(shifts)}"
        case Negation(operand):
            return f"-{_bracketed(operand, name, '+-*/')}"
        case Operation(operator, left, right):
            binds_tighter = operator in "*/"
            first = _bracketed(left, name, "+-" if binds_tighter else "")
            second = _bracketed(right, name, "+-*/" if binds_tighter else "+-")
            return f"{first} {operator} {second}"


def _bracketed(node: Node, name: Callable[[str], str], operators: str) -> str:
    text = written(node, name)
    return f"({text})" if isinstance(node, Operation) and node.operator in operators else text


def leaf_parts(code: str, definitions: Mapping[str, Formula], shifts: tuple[str, ...] = ()) -> tuple[Part, ...]:
    """The parts of stored KPIs that a KPI's value needs, through all formulas it is built on, in their order.

    A code without a definition is a stored KPI and its own only part. Raises FormulaError for a cycle and for
    formulas that are too large together.
    """
    seen: dict[Part, None] = {}

    def visit(part: Part, path: tuple[str, ...]) -> None:
        if part.code in path:
            raise FormulaError("cycle", {"path": " → ".join((*path[path.index(part.code) :], part.code))})
        if len(path) > MAX_NESTING:
            raise FormulaError("too_deep")
        if part in seen:
            return
        seen[part] = None
        if len(seen) > MAX_PARTS:
            raise FormulaError("too_many_parts")
        if formula := definitions.get(part.code):
            for inner in formula.parts:
                visit(inner.within(part), (*path, part.code))

    visit(Part(code, shifts), ())
    return tuple(part for part in seen if part.code not in definitions)


def resolve(
    code: str, definitions: Mapping[str, Formula], lookup: Lookup, shifts: tuple[str, ...] = ()
) -> Decimal | None:
    """The value of a KPI, formula or stored, by a lookup of its `leaf_parts`. None as in `evaluate`."""
    known: dict[Part, Decimal | None] = {}

    def value(part: Part, nesting: int) -> Decimal | None:
        if part not in known:
            known[part] = computed(part, nesting)
        return known[part]

    def computed(part: Part, nesting: int) -> Decimal | None:
        formula = definitions.get(part.code)
        if formula is None:
            return lookup(part)
        if nesting > MAX_NESTING:
            raise FormulaError("too_deep")
        return evaluate(formula, lambda inner: value(inner.within(part), nesting + 1))

    return value(Part(code, shifts), 0)


@dataclass(frozen=True)
class _Reader:
    """Turns Python's syntax tree into ours, letting through only what a formula may hold."""

    text: str

    def node(self, source: ast.expr, shifts: tuple[str, ...] = (), depth: int = 0) -> Node:
        if depth > MAX_DEPTH:
            raise FormulaError("too_deep")
        match source:
            case ast.Name(id=name):
                return self.part(name, shifts)
            case ast.Constant():
                return self.number(source)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negation(self.node(operand, shifts, depth + 1))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.node(operand, shifts, depth + 1)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _SIGNS:
                sides = self.node(left, shifts, depth + 1), self.node(right, shifts, depth + 1)
                return Operation(_SIGNS[type(operator)], *sides)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments, shifts, depth)
        raise FormulaError("not_allowed", {"what": self.source(source)})

    def call(self, name: str, arguments: list[ast.expr], shifts: tuple[str, ...], depth: int) -> Node:
        if name not in SHIFTS:
            raise FormulaError("unknown_function", {"function": name, "functions": ", ".join(SHIFTS)})
        if len(arguments) != 1:
            raise FormulaError("wrong_arguments", {"function": name})
        # A function moves the window of all that stands inside it, so each KPI in there can carry it.
        inside = self.node(arguments[0], (*shifts, name), depth + 1)
        if not any(_parts(inside)):
            raise FormulaError("wrong_arguments", {"function": name})
        return inside

    def part(self, name: str, shifts: tuple[str, ...]) -> Part:
        if name in SHIFTS:
            raise FormulaError("wrong_arguments", {"function": name})
        return Part(name, shifts)

    def number(self, source: ast.Constant) -> Number:
        # The digits are read from the text: Python's own constant has already become a binary float.
        digits = self.source(source)
        if not _NUMBER.fullmatch(digits):
            raise FormulaError("not_allowed", {"what": digits})
        return Number(Decimal(digits))

    def source(self, source: ast.expr) -> str:
        return self.text[source.col_offset : source.end_col_offset]


_SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def _parts(node: Node) -> Iterator[Part]:
    match node:
        case Part():
            yield node
        case Negation(operand):
            yield from _parts(operand)
        case Operation(_, left, right):
            yield from _parts(left)
            yield from _parts(right)


def _compute(node: Node, values: Mapping[Part, Decimal]) -> Decimal:
    match node:
        case Number(value):
            return value
        case Part():
            return values[node]
        case Negation(operand):
            return -_compute(operand, values)
        case Operation(operator, left, right):
            return _OPERATIONS[operator](_compute(left, values), _compute(right, values))


_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {"+": add, "-": sub, "*": mul, "/": truediv}
