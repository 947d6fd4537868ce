"""The entries behind a number make that number, whatever was done to them."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kpis import actions
from kpis.behind import Tally, behind
from kpis.definitions import Definitions, supposing
from kpis.figures import DIGITS
from kpis.formula import Part, parse
from kpis.models import Entry, Kpi
from kpis.numbers import Cell, Scope, values
from kpis.parts import stored_ingredients
from kpis.periods import PeriodRules, Window
from teams.models import TeamMembership
from teams.reach import reach_of
from teams.tenancy import tenant
from tests.cast import Cast
from tests.kpis.test_numbers_property import CODES, FIRST, Story, works

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with tenant(cast.acme.pk):
        yield cast


def made(kpi: Kpi, entries: Tally) -> Decimal | None:
    """The number that entries make."""
    if not entries.count:
        return None
    with localcontext(DIGITS):
        return entries.total / entries.weight if kpi.aggregation == Kpi.Aggregation.AVERAGE else entries.total


class Listed(Story):
    """Checks the lists instead of the numbers."""

    def check(self) -> None:
        pass

    def compare(self, cast: Cast) -> None:
        everyone, own = (reach_of(member, cast.acme, TODAY) for member in (cast.dan, cast.bob))
        window = Window(FIRST + DAY, FIRST + 4 * DAY)
        bob, south = self.members[0], self.teams[1]
        scopes = [Scope.organization(), Scope.team(south), Scope.member(bob), Scope.member(bob, south)]
        for kpi in (self.kpis[code] for code in CODES if any(each.kpi == code for each in self.company.entries)):
            numbers = values(Cell(kpi, scope, window) for scope in scopes)
            for scope in scopes:
                found = behind(kpi, scope, window, everyone)
                assert made(kpi, found.all) == numbers[Cell(kpi, scope, window)], (kpi, scope)
                listed: list[Any] = list(found.entries)
                assert len(listed) == found.all.count
                assert sum((entry.worth for entry in listed), Decimal(0)) == found.all.total
                assert all(entry.voided_at is None for entry in listed)
            seen = behind(kpi, Scope.team(south), window, own)
            shown: list[Any] = list(seen.entries)
            assert len(shown) + seen.hidden.count == seen.all.count
            assert sum((entry.worth for entry in shown), Decimal(0)) + seen.hidden.total == seen.all.total


class _Undo(Exception):
    pass


@given(story=st.lists(works, min_size=4, max_size=25))
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_entries_make_the_number(acme: Cast, story: list[tuple[object, ...]]) -> None:
    try:
        with transaction.atomic():
            company = Listed(acme)
            for name, *arguments in story:
                getattr(company, str(name))(*arguments)
            company.compare(acme)
            raise _Undo
    except _Undo:
        pass


def log(kpi: Kpi, member: int, day: dt.date, value: str, **more: object) -> Entry:
    from teams.models import Member

    entry, _new = actions.log_entry(
        kpi=kpi,
        member=Member.objects.get(pk=member),
        date=day,
        value=Decimal(value),
        by=None,
        **more,  # type: ignore[arg-type]
    )
    return entry


def test_parts_come_in_the_order_of_the_formula_each_in_its_days(acme: Cast) -> None:
    *_rest, growth, rate = actions.add_from_catalogue(["revenue", "won", "lost", "sales_growth", "win_rate"])
    assert [part.kpi.code for part in stored_ingredients(rate)] == ["won", "lost"]
    rules, window = PeriodRules(), Window(dt.date(2026, 11, 1), TODAY)
    assert [(part.label, part.window(window, rules)) for part in stored_ingredients(growth)] == [
        ("Sales revenue (fiscal year to date)", Window(dt.date(2026, 1, 1), TODAY)),
        ("Sales revenue (fiscal year to date, a year before)", Window(dt.date(2025, 1, 1), dt.date(2025, 11, 23))),
    ]
    assert [part.kpi.code for part in stored_ingredients(Kpi.objects.get(code="won"))] == ["won"]


def test_parts_that_many_formulas_share_are_gone_through_once(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six levels of four formulas, each of all those below: 24 formulas, and 4^6 ways through them."""
    below = {level: " + ".join(f"k{level + 1}_{n}" for n in range(4)) for level in range(6)}
    formulas = {f"k{level}_{n}": parse(text) for level, text in below.items() for n in range(4)}
    steps: list[Part] = []
    within = Part.within

    def counted(part: Part, outer: Part) -> Part:
        steps.append(part)
        return within(part, outer)

    monkeypatch.setattr(Part, "within", counted)
    stored = {f"k6_{n}": Kpi(code=f"k6_{n}") for n in range(4)}
    top = Kpi(code="k0_0", formula=below[0])
    with supposing(Definitions(stored, formulas, {"k0_0": top}), acme.acme):
        assert [part.kpi.code for part in stored_ingredients(top)] == ["k6_0", "k6_1", "k6_2", "k6_3"]
    assert len(steps) <= 4 * len(formulas)


@pytest.fixture
def calls(cast: Cast) -> Kpi:
    """North this month: Bob 5, 2 (corrected from 9) and, withdrawn, 100; Alice 3; half of Carol's 8 is Bob's."""
    with tenant(cast.acme.pk):
        (kpi,) = actions.add_from_catalogue(["calls"])
        log(kpi, cast.bob.pk, TODAY, "5")
        corrected = log(kpi, cast.bob.pk, TODAY - DAY, "9")
        actions.correct_entry(corrected, value=Decimal(2), date=TODAY - DAY, reason="typed", by=cast.alice.user)
        actions.withdraw_entry(log(kpi, cast.bob.pk, TODAY, "100"), by=None)
        log(kpi, cast.alice.pk, TODAY, "3", source="file")
        shares = {cast.carol.pk: Decimal("0.5"), cast.bob.pk: Decimal("0.5")}
        log(kpi, cast.carol.pk, TODAY, "8", shares=shares)
    return kpi


def page(cast: Cast, member: object, kpi: Kpi, **query: str) -> str:
    days = {"first": "2026-11-01", "last": "2026-11-23"}
    response = cast.client(member).get(f"/acme/kpis/{kpi.pk}/entries/", days | query)  # type: ignore[arg-type]
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_list_says_what_counts_how_much_and_why(cast: Cast, calls: Kpi) -> None:
    text = page(cast, cast.dan, calls, of=f"team-{cast.north.pk}")
    assert "<h1>Calls: 14</h1>" in text
    assert "Sum of all 4 entries" in text
    for words in ("Corrected", "Shared", "from file", "Carol 50%, Bob 50%", "50%"):
        assert words in text
    assert '<h2 id="h-withdrawn">Withdrawn: counts nowhere</h2>' in text
    assert "<s>100</s>" in text
    assert "which you may not read" not in text
    assert "<h1>Calls: 18</h1>" in page(cast, cast.dan, calls, of="organization")


def test_who_may_see_a_total_but_not_its_entries_is_told_what_is_missing(cast: Cast, calls: Kpi) -> None:
    text = page(cast, cast.bob, calls, of=f"team-{cast.north.pk}")
    assert "<h1>Calls: 14</h1>" in text
    assert '1 entry of others, which you may not read</th><td class="n">3</td>' in text
    assert "from file" not in text
    assert "4 entries of others, which you may not read" in page(cast, cast.vera, calls, of=f"team-{cast.north.pk}")


def test_foreign_scopes_are_not_found(cast: Cast, calls: Kpi) -> None:
    for member, key, status in (
        (cast.bob, "organization", 404),
        (cast.bob, f"team-{cast.south.pk}", 404),
        (cast.bob, f"member-{cast.carol.pk}", 404),
        (cast.bob, f"member-{cast.carol.pk}.team-{cast.north.pk}", 404),
        (cast.bob, f"member-{cast.alice.pk}.team-{cast.north.pk}", 200),
        (cast.bob, f"team-{cast.north.pk}.member-{cast.bob.pk}", 404),
        (cast.bob, f"member-{cast.bob.pk}.team-{cast.north.pk}.team-{cast.north.pk}", 404),
        (cast.bob, ".", 404),
        (cast.bob, f"team-{cast.north.pk}." * 3000, 404),
    ):
        response = cast.client(member).get(f"/acme/kpis/{calls.pk}/entries/", {"of": key})
        assert response.status_code == status, (key, response.status_code)


@pytest.mark.parametrize(
    "query",
    [
        {"first": "x", "last": ""},
        {"first": "2026-11-23", "last": "2026-11-01"},
        {"first": "1000-01-01"},
        {"part": "9", "page": "77"},
        {"part": "-1", "page": "\0"},
    ],
)
def test_impossible_days_and_pages_are_no_error(cast: Cast, calls: Kpi, query: dict[str, str]) -> None:
    page(cast, cast.dan, calls, **query)


def test_a_mover_counts_for_each_team_on_its_days(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        (kpi,) = actions.add_from_catalogue(["calls"])
        moved = dt.date(2026, 11, 10)
        TeamMembership.objects.filter(member=cast.bob).update(ends_on=moved - DAY)
        TeamMembership.objects.create(member=cast.bob, team=cast.south, starts_on=moved)
        log(kpi, cast.bob.pk, dt.date(2026, 11, 5), "7")
        log(kpi, cast.bob.pk, dt.date(2026, 11, 12), "4")
    for team, value in ((cast.north, 7), (cast.south, 4)):
        for key in (f"team-{team.pk}", f"member-{cast.bob.pk}.team-{team.pk}"):
            text = page(cast, cast.dan, kpi, of=key)
            assert f"<h1>Calls: {value}</h1>" in text
            assert "Sum of 1 entry" in text
    assert "Bob in South" in page(cast, cast.dan, kpi, of=f"member-{cast.bob.pk}.team-{cast.south.pk}")


def test_a_formula_is_listed_part_by_part(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        won, lost, rate = actions.add_from_catalogue(["won", "lost", "win_rate"])
        log(won, cast.bob.pk, TODAY, "3")
        log(lost, cast.bob.pk, TODAY, "1")
    first, second = (page(cast, cast.dan, rate, of="organization", part=part) for part in ("1", "2"))
    assert "<h1>Win rate: 75.0%</h1>" in first
    assert "Computed as won / (won + lost), from these parts:" in first
    assert "<strong>3</strong>" in first
    assert "<strong>1</strong>" in second


def test_a_part_shows_what_the_formula_sees(cast: Cast) -> None:
    """No deal won this month, but one before: a win rate of 0 %, made of 0 won and 2 lost."""
    with tenant(cast.acme.pk):
        won, lost, rate = actions.add_from_catalogue(["won", "lost", "win_rate"])
        log(won, cast.bob.pk, dt.date(2026, 10, 30), "3")
        log(lost, cast.bob.pk, TODAY, "2")
    text = page(cast, cast.dan, rate, of="organization")
    assert "<h1>Win rate: 0.0%</h1>" in text
    assert "Deals won: 0</a>" in text
    assert "Deals lost: 2</a>" in text
    assert "<h1>Deals won: –</h1>" in page(cast, cast.dan, won, of="organization")


def test_averages_show_what_is_divided_by_what(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        (kpi,) = actions.add_from_catalogue(["sales_cycle"])
        for value in ("10", "21"):
            log(kpi, cast.bob.pk, TODAY, value)
    text = page(cast, cast.dan, kpi, of="organization")
    assert "Average: divided by 2" in text


def test_long_lists_come_in_pages_with_as_many_queries(cast: Cast, calls: Kpi) -> None:
    client = cast.client(cast.dan)
    query = {"of": "organization", "first": "2026-11-01", "last": "2026-11-23"}

    def count() -> int:
        client.get(f"/acme/kpis/{calls.pk}/entries/", query)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/acme/kpis/{calls.pk}/entries/", query).status_code == 200
        return len(queries)

    few = count()
    with tenant(cast.acme.pk):
        for n in range(120):
            log(calls, cast.bob.pk, TODAY - DAY, str(n))
    assert count() == few
    text = page(cast, cast.dan, calls, of="organization")
    assert "1 to 100 of 124" in text
    assert "101 to 124 of 124" in page(cast, cast.dan, calls, of="organization", page="2")
