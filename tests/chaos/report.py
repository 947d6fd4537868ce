"""What a row of the suite found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Report:
    """`problems` make the row red. `recovered_s` is how long it took from the end of the trouble until all was well."""

    sent: int = 0
    lost: int = 0
    duplicated: int = 0
    recovered_s: float | None = None
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    is_broken: bool = False  # the row itself went wrong, and says nothing of what it guards

    def check(self, holds: bool, problem: str) -> None:
        if not holds:
            self.problems.append(problem)

    def count(self, expected: set[str], taken: Mapping[str, int], *, most_twice: int = 0) -> None:
        """Every expected mail at least once; copies beyond the first at most `most_twice`."""
        copies = Counter({address: taken.get(address, 0) for address in expected})
        self.sent += sum(1 for number in copies.values() if number)
        self.lost += sum(1 for number in copies.values() if not number)
        self.duplicated += sum(number - 1 for number in copies.values() if number > 1)
        self.check(not self.lost, f"lost {self.lost} of {len(expected)}")
        self.check(self.duplicated <= most_twice, f"{self.duplicated} duplicates, at most {most_twice} may be")

    @property
    def is_green(self) -> bool:
        return not self.problems

    def line(self, name: str, seconds: float) -> str:
        back = "-" if self.recovered_s is None else f"{self.recovered_s:.1f} s"
        word = "BROKEN" if self.is_broken else "ok" if self.is_green else "RED"
        figures = f"{self.sent:>6} {self.lost:>5} {self.duplicated:>5} {back:>8} {seconds:>6.0f} s"
        words = "; ".join(self.problems + self.notes)
        return f"{name:<5} {word:<6} {figures}  {words}"
