"""Who counts on KPIs and their entries. Apps above answer: KPIs may not know them (see `apps.py` of those that do)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.dispatch import Signal

from kpis.models import Kpi
from teams.reach import Reach

# Sent with `kpi` and `ever`: who counts on it now or, with `ever`, has done so. Answers are lists of `Use`.
kpi_uses = Signal()
# Sent with `kpi`, `members` (ids), `day` and `reach`: what an entry of that day belongs to that has ended, as far as
# the reader sees it. Answers are lists of `Use`.
closed_uses = Signal()


@dataclass(frozen=True)
class Use:
    """A page of the organization that counts on a KPI: its name, and the view that shows it."""

    name: str
    view: str
    pk: int


def uses_of(kpi: Kpi, *, ever: bool = False) -> list[Use]:
    return list(_uses(kpi_uses.send(Kpi, kpi=kpi, ever=ever)))


def closed_uses_of(kpi: Kpi, members: Iterable[int], day: date, reach: Reach) -> list[Use]:
    return list(_uses(closed_uses.send(Kpi, kpi=kpi, members=list(members), day=day, reach=reach)))


def _uses(answers: Iterable[tuple[object, object]]) -> Iterator[Use]:
    for _receiver, found in answers:
        assert isinstance(found, list)
        yield from found
