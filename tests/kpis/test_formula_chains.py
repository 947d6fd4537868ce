from decimal import Decimal
from itertools import pairwise

import pytest

from kpis.formula import (
    Formula,
    FormulaError,
    Part,
    check_definitions,
    find_cycle,
    leaf_parts,
    parse,
    resolve,
)


def definitions(**texts: str) -> dict[str, Formula]:
    return {code: parse(text) for code, text in texts.items()}


@pytest.mark.parametrize(
    ("texts", "cycle"),
    [
        ({"rate": "won / closed", "closed": "won + lost"}, None),
        ({"a": "a + 1"}, ("a", "a")),
        ({"a": "b", "b": "c * 2", "c": "previous(a)"}, ("a", "b", "c", "a")),
        ({"x": "y", "y": "z", "z": "y + won"}, ("y", "z", "y")),
        ({}, None),
    ],
)
def test_cycle(texts: dict[str, str], cycle: tuple[str, ...] | None) -> None:
    found = find_cycle(definitions(**texts))
    assert (found and set(found)) == (cycle and set(cycle))
    if found:
        used = definitions(**texts)
        assert found[0] == found[-1]
        assert all(inner in used[outer].codes for outer, inner in pairwise(found))
        with pytest.raises(FormulaError, match="depend on itself"):
            check_definitions(used)
        with pytest.raises(FormulaError, match="depend on itself"):
            leaf_parts(found[0], used)
    else:
        check_definitions(definitions(**texts))


GROWTH = definitions(
    closed="won + lost",
    rate="won / closed",
    growth="year_to_date(rate) / last_year(year_to_date(rate)) - 1",
)


def test_leaf_parts_go_through_formulas_in_order_with_combined_shifts() -> None:
    assert leaf_parts("won", GROWTH) == (Part("won"),)
    assert leaf_parts("rate", GROWTH, ("previous",)) == (Part("won", ("previous",)), Part("lost", ("previous",)))
    assert leaf_parts("growth", GROWTH) == tuple(
        Part(code, shifts) for shifts in (("year_to_date",), ("last_year", "year_to_date")) for code in ("won", "lost")
    )


def test_resolve_asks_for_each_leaf_once_and_for_nothing_else() -> None:
    numbers = {
        Part("won", ("year_to_date",)): Decimal(30),
        Part("lost", ("year_to_date",)): Decimal(70),
        Part("won", ("last_year", "year_to_date")): Decimal(20),
        Part("lost", ("last_year", "year_to_date")): Decimal(80),
    }
    asked: list[Part] = []

    def lookup(part: Part) -> Decimal:
        asked.append(part)
        return numbers[part]

    assert resolve("growth", GROWTH, lookup) == Decimal("0.5")
    assert sorted(asked, key=repr) == sorted(numbers, key=repr)


def test_resolve_without_a_value_of_an_inner_formula() -> None:
    assert resolve("growth", GROWTH, lambda part: Decimal(0)) is None
    assert resolve("won", GROWTH, lambda part: None) is None


def test_formulas_upon_formulas_have_bounds() -> None:
    chain = definitions(**{f"k{n}": f"k{n + 1} + 1" for n in range(12)})
    with pytest.raises(FormulaError) as caught:
        check_definitions(chain)
    assert caught.value.code == "too_deep"
    doubling = definitions(**{f"k{n}": f"previous(k{n + 1}) + last_year(k{n + 1})" for n in range(9)})
    with pytest.raises(FormulaError) as caught:
        check_definitions(doubling)
    assert caught.value.code == "too_many_parts"
