"""Random work on a random company: value() is exact at every moment, and so is every rollup once nothing is stale.

NUMBER_STORIES=1000 tells so many stories, which is some 10,000 works.
"""

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kpis import actions
from kpis.models import Entry, ExchangeRate, Kpi, StaleRollup
from kpis.numbers import Cell, Scope, values
from kpis.periods import Window
from kpis.rates import NewRate, RateRefused, remove_rate, set_rates
from kpis.refusals import EntryRefused
from kpis.rollups import differences, refresh_batch
from teams.models import Member, Team, TeamMembership
from teams.tenancy import tenant
from tests.cast import Cast
from tests.kpis.model_of_numbers import Company, Recorded

FIRST = dt.date(2026, 11, 1)
DAYS = 6
CODES = ("calls", "sales_cycle", "customers", "won", "lost", "revenue")

days = st.integers(0, DAYS - 1).map(lambda n: FIRST + dt.timedelta(days=n))
amounts = st.decimals(-1000, 1000, places=3) | st.integers(0, 3).map(Decimal)
who = st.integers(0, 3)
works = st.one_of(
    st.tuples(st.just("log"), st.sampled_from(CODES), who, days, amounts),
    st.tuples(st.just("log"), st.just("customers"), who, days, amounts),
    st.tuples(st.just("split"), st.sampled_from(CODES), who, who, days, amounts, st.integers(1, 99)),
    st.tuples(st.just("correct"), st.integers(0, 6), days, amounts),
    st.tuples(st.just("withdraw"), st.integers(0, 6)),
    st.tuples(st.just("restore"), st.integers(0, 6)),
    st.tuples(st.just("redeliver"), st.sampled_from(CODES), who, days, amounts, st.integers(0, 3)),
    st.tuples(st.just("move"), who, days, st.integers(0, 2)),
    st.tuples(st.just("leave"), who, days),
    st.tuples(st.just("drain"), st.integers(1, 6)),
    st.tuples(st.just("earn"), who, days, amounts),
    st.tuples(st.just("rate"), days, st.decimals("0.00001", 99, places=5)),
    st.tuples(st.just("no_rate"), days),
)


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with tenant(cast.acme.pk):
        yield cast


class Story:
    """Does each work in the product and in the model of it."""

    def __init__(self, cast: Cast) -> None:
        actions.add_from_catalogue([*CODES, "win_rate"])
        self.kpis = {kpi.code: kpi for kpi in Kpi.objects.all()}
        below = Team.objects.create(name="Below", parent=cast.south)
        self.teams = [cast.north.pk, cast.south.pk, below.pk]
        people = [cast.bob, cast.alice, cast.carol, cast.vera]
        self.members = [member.pk for member in people]
        placed = dict(TeamMembership.objects.values_list("member_id", "team_id"))
        self.company = Company(
            members=self.members,
            teams={pk: [(dt.date.min, placed[pk])] for pk in self.members},
            parents={cast.north.pk: None, cast.south.pk: None, below.pk: cast.south.pk},
        )
        self.delivered: dict[tuple[str, str], Recorded] = {}

    @contextmanager
    def refused_for(self, members: Iterable[int], day: dt.date, currency: str = "") -> Iterator[bool]:
        """Gives whether the work inside is done; it must be refused where one of them had left by that day, and for
        dollars without a rate."""
        has_left = any(self.company.left.get(member, dt.date.max) <= day for member in members)
        is_refused = has_left or (bool(currency) and self.company.rate_on(day) is None)
        with pytest.raises(EntryRefused, match=r"had left|no rate for USD") if is_refused else nullcontext():
            yield not is_refused

    def earn(self, n: int, day: dt.date, amount: Decimal) -> None:
        self._enter("revenue", day, amount, {self.members[n]: Decimal(1)}, "USD")

    def rate(self, day: dt.date, rate: Decimal) -> None:
        set_rates([NewRate("USD", day, rate)], by=None)
        self.company.dollars[day] = rate

    def no_rate(self, day: dt.date) -> None:
        if day not in self.company.dollars:
            return
        held = self.company.dollars.pop(day)
        entries = [entry for entry in self.company.entries if entry.currency]
        is_needed = any(self.company.rate_on(entry.date) is None for entry in entries)
        with pytest.raises(RateRefused) if is_needed else nullcontext():
            remove_rate(ExchangeRate.objects.get(day=day), by=None)
        if is_needed:
            self.company.dollars[day] = held

    def log(self, code: str, n: int, day: dt.date, amount: Decimal) -> None:
        self._enter(code, day, amount, {self.members[n]: Decimal(1)})

    def split(self, code: str, a: int, b: int, day: dt.date, amount: Decimal, percent: int) -> None:
        share = Decimal(percent) / 100
        if a != b:
            self._enter(code, day, amount, {self.members[a]: share, self.members[b]: 1 - share})

    def _enter(self, code: str, day: dt.date, amount: Decimal, shares: dict[int, Decimal], currency: str = "") -> None:
        with self.refused_for(shares, day, currency) as done:
            entry, is_new = actions.log_entry(
                kpi=self.kpis[code],
                member=Member.objects.get(pk=next(iter(shares))),
                date=day,
                value=amount,
                by=None,
                shares=shares if len(shares) > 1 else None,
                currency=currency,
            )
        if not done:
            return
        assert is_new
        self.company.entries.append(Recorded(entry.pk, code, shares, day, amount, currency=currency))

    def correct(self, n: int, day: dt.date, amount: Decimal) -> None:
        found = self._entry(n)
        if found is None or found.withdrawn:
            return
        with self.refused_for([] if day == found.date else found.shares, day, found.currency) as done:
            actions.correct_entry(
                Entry.objects.get(pk=found.pk), value=amount, date=day, reason="", by=None, currency=found.currency
            )
        if done:
            found.value, found.date = amount, day

    def withdraw(self, n: int) -> None:
        if found := self._entry(n):
            actions.withdraw_entry(Entry.objects.get(pk=found.pk), by=None)
            found.withdrawn = True

    def restore(self, n: int) -> None:
        if found := self._entry(n):
            actions.restore_entry(Entry.objects.get(pk=found.pk), by=None)
            found.withdrawn = False

    def redeliver(self, code: str, n: int, day: dt.date, amount: Decimal, external: int) -> None:
        member = self.members[n]
        row = actions.Delivery(self.kpis[code].pk, member, day, amount, str(external))
        with self.refused_for([member], day) as done:
            actions.log_many([row], source="file")
        if not done:
            return
        if found := self.delivered.get((code, row.external_id)):
            found.date, found.value, found.shares = day, amount, {member: Decimal(1)}
        else:
            entry = Entry.objects.get(source="file", kpi_id=row.kpi_id, external_id=row.external_id)
            found = Recorded(entry.pk, code, {member: Decimal(1)}, day, amount)
            self.delivered[code, row.external_id] = found
            self.company.entries.append(found)

    def move(self, n: int, day: dt.date, team: int) -> None:
        member = self.members[n]
        if self.company.teams[member][-1][0] >= day:
            return
        TeamMembership.objects.filter(member_id=member, ends_on=None).update(ends_on=day - dt.timedelta(days=1))
        TeamMembership.objects.create(member_id=member, team_id=self.teams[team], starts_on=day)
        self.company.teams[member].append((day, self.teams[team]))

    def leave(self, n: int, day: dt.date) -> None:
        Member.objects.filter(pk=self.members[n]).update(left_on=day)
        self.company.left[self.members[n]] = day

    def drain(self, limit: int) -> None:
        refresh_batch(limit)

    def _entry(self, n: int) -> Recorded | None:
        return self.company.entries[n] if n < len(self.company.entries) else None

    def check(self) -> None:
        scopes = [
            ("organization", 0, 0),
            *(("team", pk, 0) for pk in self.teams),
            *(("member", pk, within) for pk in self.members for within in (0, self.teams[1])),
        ]
        windows = [Window(FIRST + dt.timedelta(days=a), FIRST + dt.timedelta(days=b)) for a, b in ((0, 5), (1, 3))]
        wanted = {
            (code, scope, window): Cell(self.kpis[code], Scope(*scope), window)  # type: ignore[arg-type]
            for code in (*CODES, "win_rate")
            for scope in scopes
            for window in windows
        }
        found = values(wanted.values())
        for (code, scope, window), cell in wanted.items():
            said, right = found[cell], self.right(code, scope, window)
            if said is None or right is None:
                assert said is right, (code, scope, window, said, right)
            else:
                # Quotients are cut off after 34 digits here, after 28 in the model.
                assert abs(said - right) < Decimal("1e-20"), (code, scope, window, said, right)

    def right(self, code: str, scope: tuple[str, int, int], window: Window) -> Decimal | None:
        if code == "customers":
            return self.company.stock(code, scope, window.end)
        if code == "win_rate":
            return self.company.rate(scope, window)
        flow = self.company.flow(code, scope, window)
        if flow is None:
            return None
        return flow[0] / flow[1] if code == "sales_cycle" else flow[0]


class _Undo(Exception):
    pass


@given(story=st.lists(works, min_size=1, max_size=25))
# Shrinking would run the whole story again for minutes; what fails is short enough to read.
@settings(
    max_examples=int(os.environ.get("NUMBER_STORIES", "60")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@pytest.mark.timeout(3600)
def test_numbers_are_exact_at_every_moment(acme: Cast, story: list[tuple[object, ...]]) -> None:
    try:
        with transaction.atomic():
            company = Story(acme)
            for name, *arguments in story:
                getattr(company, str(name))(*arguments)
                company.check()
            while refresh_batch(3):
                company.check()
            assert not StaleRollup.objects.exists()
            assert differences() == []
            company.check()
            raise _Undo
    except _Undo:
        pass
