"""The numbers once more, in plain Python over a list of entries: slow, and simple enough to be believed."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from kpis.periods import Window

Zero = Decimal(0)


@dataclass
class Recorded:
    """An entry as the test remembers it; `value` is what was typed, in dollars where the currency is USD."""

    pk: int
    kpi: str
    shares: dict[int, Decimal]
    date: dt.date
    value: Decimal
    withdrawn: bool = False
    currency: str = ""


@dataclass
class Company:
    """`teams[member]` is a list of (first day, team); `parents` maps a team to the one above it."""

    members: list[int]
    teams: dict[int, list[tuple[dt.date, int]]]
    parents: dict[int, int | None]
    left: dict[int, dt.date] = field(default_factory=dict)
    entries: list[Recorded] = field(default_factory=list)
    dollars: dict[dt.date, Decimal] = field(default_factory=dict)

    def rate_on(self, day: dt.date) -> Decimal | None:
        return max(((since, rate) for since, rate in self.dollars.items() if since <= day), default=(None, None))[1]

    def worth(self, entry: Recorded) -> Decimal:
        if not entry.currency:
            return entry.value
        rate = self.rate_on(entry.date)
        assert rate is not None, "an entry without a rate"
        return (entry.value * rate).quantize(Decimal("0.000001"), ROUND_HALF_UP)

    def team_on(self, member: int, day: dt.date) -> int | None:
        return max(((since, team) for since, team in self.teams[member] if since <= day), default=(None, None))[1]

    def is_in(self, scope: tuple[str, int, int], member: int, day: dt.date) -> bool:
        kind, wanted, within = scope
        if kind == "organization":
            return True
        if kind == "member":
            return member == wanted and (not within or self.is_in(("team", within, 0), member, day))
        team = self.team_on(member, day)
        while team is not None and team != wanted:
            team = self.parents[team]
        return team == wanted

    def credits(self, kpi: str) -> list[tuple[Recorded, int, Decimal]]:
        return [
            (entry, member, share)
            for entry in self.entries
            if entry.kpi == kpi and not entry.withdrawn
            for member, share in entry.shares.items()
        ]

    def flow(self, kpi: str, scope: tuple[str, int, int], window: Window) -> tuple[Decimal, Decimal] | None:
        found = [
            (self.worth(entry) * share, share)
            for entry, member, share in self.credits(kpi)
            if entry.date in window and self.is_in(scope, member, entry.date)
        ]
        if not found:
            return None
        return sum((total for total, _ in found), Zero), sum((weight for _, weight in found), Zero)

    def stock(self, kpi: str, scope: tuple[str, int, int], day: dt.date) -> Decimal | None:
        found = []
        for member in self.members:
            if not self.is_in(scope, member, day) or (member in self.left and self.left[member] <= day):
                continue
            own = [
                ((entry.date, entry.pk), self.worth(entry) * share)
                for entry, who, share in self.credits(kpi)
                if who == member and entry.date <= day
            ]
            if own:
                found.append(max(own)[1])
        return sum(found, Zero) if found else None

    def was_recorded(self, kpi: str, scope: tuple[str, int, int], until: dt.date) -> bool:
        return any(
            entry.date <= until and self.is_in(scope, member, entry.date) for entry, member, _ in self.credits(kpi)
        )

    def rate(self, scope: tuple[str, int, int], window: Window) -> Decimal | None:
        """won / (won + lost)"""
        counts = []
        for kpi in ("won", "lost"):
            flow = self.flow(kpi, scope, window)
            if flow is None and not self.was_recorded(kpi, scope, window.end):
                return None
            counts.append(flow[0] if flow else Zero)
        won, lost = counts
        return won / (won + lost) if won + lost else None
