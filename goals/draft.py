"""A goal as it is being written, which is what the coach judges: any of it may still be missing."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from goals.lines import (
    LineError,
    Reader,
    read_calendar,
    read_measure,
    read_record,
    read_target_type,
)
from goals.progress import Promise, TargetType
from goals.record import Measure, Record
from teams.calendar import WorkCalendar

LANGUAGES = ("en", "th")
OWNERS = ("member", "team", "organization")
WORKING_WEEK = WorkCalendar(frozenset(range(1, 6)), frozenset(), frozenset())


@dataclass(frozen=True)
class Parent:
    """The goal that this one is to serve. `uses` are the codes in its KPI's formula; `siblings_value` is what the
    other children's targets make of the parent's KPI.
    """

    kpi: str
    target_type: TargetType
    target: Decimal
    start: date
    deadline: date
    uses: tuple[str, ...] = ()
    siblings_value: Decimal | None = None


@dataclass(frozen=True)
class Load:
    """Hours of the owner in the goal's window: what there are, and what is promised already."""

    capacity_hours: Decimal
    committed_hours: Decimal


@dataclass(frozen=True)
class Draft:
    """`team_record` is the team's per member, for owners with too little of their own."""

    language: str = "en"
    statement: str = ""
    means: tuple[str, ...] = ()
    why: str = ""
    owner: str | None = "member"
    kpi: Measure | None = None
    target_type: TargetType = TargetType.INCREASE_TO
    baseline: Decimal | None = None
    target: Decimal | None = None
    start: date | None = None
    deadline: date | None = None
    calendar: WorkCalendar = field(default=WORKING_WEEK)
    parent: Parent | None = None
    load: Load | None = None
    team_record: Record | None = None

    @property
    def promise(self) -> Promise | None:
        """None until KPI, target and a window are there."""
        if self.kpi is None or self.target is None or self.start is None or self.deadline is None:
            return None
        if self.deadline < self.start:
            return None
        return Promise(
            target_type=self.target_type,
            accruing=self.kpi.is_accruing,
            baseline=self.baseline,
            target=self.target,
            start=self.start,
            deadline=self.deadline,
            cadence=self.kpi.cadence,
        )

    def is_better(self, value: Decimal, than: Decimal) -> bool:
        """Further in the direction of the goal."""
        return value > than if self.target_type.is_upward else value < than


def read_draft(source: Reader) -> tuple[Draft, Record, date]:
    """One line of `python -m goals.coach`: the draft, the owner's record and today."""
    today = source.required_day("today")
    draft = Draft(
        language=source.choice("language", LANGUAGES) or "en",
        statement=source.text("statement") or "",
        means=source.texts("means"),
        why=source.text("why") or "",
        owner=source.choice("owner", OWNERS),
        kpi=read_measure(source.inner("kpi")),
        target_type=read_target_type(source) or TargetType.INCREASE_TO,
        baseline=source.number("baseline"),
        target=source.number("target"),
        start=source.day("start"),
        deadline=source.day("deadline"),
        calendar=read_calendar(source.inner("calendar")),
        parent=_read_parent(source.inner("parent")),
        load=_read_load(source.inner("load")),
        team_record=read_record(source.get("team_record"), "team_record", today),
    )
    record = read_record(source.get("record"), "record", today) or Record({}, today)
    source.done()
    return draft, record, today


def _read_parent(source: Reader | None) -> Parent | None:
    if source is None:
        return None
    kpi, target_type, target = source.text("kpi"), read_target_type(source), source.number("target")
    if not kpi or target_type is None or target is None:
        names = ", ".join(source.name(key) for key in ("kpi", "target_type", "target"))
        raise LineError(f"{names} are required")
    parent = Parent(
        kpi=kpi,
        target_type=target_type,
        target=target,
        start=source.required_day("start"),
        deadline=source.required_day("deadline"),
        uses=source.texts("uses"),
        siblings_value=source.number("siblings_value"),
    )
    source.done()
    return parent


def _read_load(source: Reader | None) -> Load | None:
    if source is None:
        return None
    capacity, committed = source.number("capacity_hours"), source.number("committed_hours")
    source.done()
    if capacity is None or committed is None:
        raise LineError(f"{source.name('capacity_hours')} and {source.name('committed_hours')} are required")
    if capacity < 0 or committed < 0:
        raise LineError(f"{source.name('capacity_hours')} and {source.name('committed_hours')} cannot be below zero")
    return Load(capacity, committed)
