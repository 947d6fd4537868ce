import re
from contextlib import suppress
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.formula import Absence, FormulaError, Part, check, evaluate, is_code, parse, rename, why_no_value, written

SAMPLE = {"won": "31", "lost": "69", "revenue": "1200.50", "cost": "450.25", "zero": "0", "tiny": "0.1"}


def value(text: str, **values: str | None) -> Decimal | None:
    known = SAMPLE | values
    return evaluate(parse(text), lambda part: None if known[part.code] is None else Decimal(str(known[part.code])))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("won / (won + lost)", "0.31"),
        ("won + lost * 2", "169"),
        ("(won + lost) * 2", "200"),
        ("won - lost - 1", "-39"),
        ("100 / 10 / 2", "5"),
        ("-won + +lost", "38"),
        ("--won", "31"),
        ("-(won - lost) * 2", "76"),
        ("(revenue - cost) / revenue * 100", "62.49479383590170762182423990004165"),
        ("tiny + tiny + tiny", "0.3"),
        ("0.1 + .2", "0.3"),
        ("won × 2 ÷ 4 − 1", "14.5"),
        ("won\n/\n(won + lost)", "0.31"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
    ],
)
def test_value(text: str, expected: str) -> None:
    assert value(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        "won / zero",
        "zero / zero",
        "won / (lost - 69)",
        "huge * huge",
        "nan + 1",
        "infinite - infinite",
        "nan",
        "1 + 0 * nan",
    ],
)
def test_what_is_no_finite_number_has_no_value(text: str) -> None:
    assert value(text, huge="1e6000", nan="NaN", infinite="Infinity") is None


@pytest.mark.parametrize("text", ["won + gap", "0 * gap", "gap", "won / (gap - gap)"])
def test_missing_part_is_not_zero(text: str) -> None:
    assert value(text, gap=None) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("won / lost", None),
        ("won + gap / zero", "gap"),
        ("won / previous(gap)", "previous(gap)"),
        ("won / zero", "0: zero"),
        ("won / (lost - 69)", "0: lost - 69"),
        ("(won / zero) / (lost - 69)", "0: zero"),
        ("won / (lost / zero)", "0: zero"),
        ("huge * huge", "too large"),
        ("1 / (huge * huge)", "too large"),
    ],
)
def test_why_there_is_no_value(text: str, reason: str | None) -> None:
    values = {**SAMPLE, "gap": None, "huge": "1e6000"}
    read = parse(text)
    found = why_no_value(read, lambda part: None if values[part.code] is None else Decimal(str(values[part.code])))
    assert _told(found) == reason


def _told(absence: Absence | None) -> str | None:
    if absence is None:
        return None
    if absence.part:
        return written(absence.part)
    return f"0: {written(absence.divisor)}" if absence.divisor else "too large"


def test_formula_is_written_with_names() -> None:
    tree = parse("won/(won+opening(lost))*-2").tree
    assert written(tree) == "won / (won + opening(lost)) * -2"
    assert written(tree, {"won": "Deals won", "lost": "Deals lost"}.__getitem__) == (
        "Deals won / (Deals won + opening(Deals lost)) * -2"
    )


def test_arithmetic_does_not_follow_the_callers_context() -> None:
    with localcontext() as context:
        context.prec = 3
        assert value("revenue + 0.001") == Decimal("1200.501")


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("", "empty", {}),
        ("   \n", "empty", {}),
        ("won + " * 100, "too_long", {"limit": 500}),
        ("-" * 300 + "won", "too_deep", {}),
        ("won +", "syntax", {"near": "won +"}),
        ("(won", "syntax", {"near": "(won"}),
        ("won lost", "syntax", {"near": "won lost"}),
        ("lambda", "syntax", {"near": "lambda"}),
        (
            "mean(won)",
            "unknown_function",
            {"function": "mean", "functions": "previous, last_year, year_to_date, opening"},
        ),
        ("__import__(won)", "unknown_function", None),
        ("previous()", "wrong_arguments", {"function": "previous"}),
        ("previous(won, lost)", "wrong_arguments", {"function": "previous"}),
        ("previous(5)", "wrong_arguments", {"function": "previous"}),
        ("previous + 1", "wrong_arguments", {"function": "previous"}),
        ("won ** 2", "not_allowed", {"what": "**"}),
        ("won // 2", "not_allowed", {"what": "//"}),
        ("won % 2", "not_allowed", {"what": "%"}),
        ("won, lost", "not_allowed", {"what": "won, lost"}),
        ("won.real", "not_allowed", {"what": "won.real"}),
        ("won if lost else 1", "not_allowed", {"what": "won if lost else 1"}),
        ("won and lost", "not_allowed", {"what": "won and lost"}),
        ("not won", "not_allowed", {"what": "not won"}),
        ("True", "not_allowed", {"what": "True"}),
        ("'won'", "not_allowed", {"what": "'"}),
        ("won[0]", "not_allowed", {"what": "["}),
        ("won = 1", "not_allowed", {"what": "="}),
        ("ยอดขาย / won", "not_allowed", {"what": "ยอดขาย"}),
        ("won\x00", "not_allowed", {"what": "U+0000"}),
        ("2won", "not_allowed", {"what": "2won"}),
        ("1e400", "not_allowed", {"what": "1e400"}),
        ("0x1f", "not_allowed", {"what": "0x1f"}),
        ("1_000", "not_allowed", {"what": "1_000"}),
        ("2(won)", "not_allowed", {"what": "2(won)"}),
        ("previous(*won)", "not_allowed", {"what": "*won"}),
    ],
)
def test_refused(text: str, code: str, params: dict[str, object] | None) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.code == code
    if params is not None:
        assert caught.value.params == params
    assert "%(" not in str(caught.value)


@given(st.text(max_size=40) | st.text("won1.()+-*/, _", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(FormulaError):
        read = parse(text)
        assert parse(read.text).tree == read.tree
        assert parse(written(read.tree)).tree == read.tree


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("won / (won + lost)", [("won",), ("lost",)]),
        ("previous(won / (won + lost))", [("won", "previous"), ("lost", "previous")]),
        (
            "year_to_date(revenue) / last_year(year_to_date(revenue)) - 1",
            [("revenue", "year_to_date"), ("revenue", "last_year", "year_to_date")],
        ),
        ("lost_customers / opening(customers)", [("lost_customers",), ("customers", "opening")]),
        ("previous(won - last_year(won) * 2)", [("won", "previous"), ("won", "previous", "last_year")]),
        ("3", []),
    ],
)
def test_parts_carry_the_functions_around_them(text: str, parts: list[tuple[str, ...]]) -> None:
    read = parse(text)
    assert read.parts == tuple(Part(code, shifts) for code, *rest in parts for shifts in [tuple(rest)])
    assert read.codes == {code for code, *_ in parts}


def test_unknown_code_is_named_with_the_nearest_known_one() -> None:
    check(parse("won / (won + lost)"), {"won", "lost"})
    with pytest.raises(FormulaError) as caught:
        check(parse("won / (Won_deals + lost)"), {"won", "lost", "won_deals"})
    assert (caught.value.code, caught.value.params) == (
        "unknown_code",
        {"code": "Won_deals", "suggestion": "won_deals"},
    )
    assert str(caught.value) == "There is no KPI with the code “Won_deals”. Did you mean “won_deals”?"
    with pytest.raises(FormulaError) as caught:
        check(parse("won + qqq"), {"won"})
    assert str(caught.value) == "There is no KPI with the code “qqq”."


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("won", True),
        ("won_2", True),
        ("Won", False),
        ("2won", False),
        ("_won", False),
        ("", False),
        ("won-lost", False),
        ("previous", False),
        ("lambda", False),
        ("ยอด", False),
        ("won\n", False),
    ],
)
def test_codes(text: str, is_valid: bool) -> None:
    assert is_code(text) is is_valid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("won / (won+lost)", "deals / (deals+lost)"),
        ("won_2 + my_won + won", "won_2 + my_won + deals"),
        ("previous( won )/won", "previous( deals )/deals"),
    ],
)
def test_rename_changes_that_code_only(text: str, expected: str) -> None:
    assert rename(text, "won", "deals") == expected


def _longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.builds("{} {} {}".format, inner, st.sampled_from("+-*/"), inner)
    return joined | inner.map("({})".format) | inner.map("-{}".format)


_LEAVES = st.integers(0, 9999).map(lambda n: f"{n // 100}.{n % 100:02}") | st.sampled_from(sorted(SAMPLE))


@given(st.recursive(_LEAVES, _longer, max_leaves=12))
def test_agrees_with_pythons_own_precedence_and_decimals(text: str) -> None:
    in_python = re.sub(r"\d+\.\d+", r"Decimal('\g<0>')", text)
    names = {code: Decimal(number) for code, number in SAMPLE.items()}
    with localcontext() as context:
        context.prec = 34
        try:
            expected = eval(in_python, {"Decimal": Decimal}, names)
        except (DivisionByZero, InvalidOperation):
            expected = None
    assert value(text) == expected
    assert parse(written(parse(text).tree)).tree == parse(text).tree
