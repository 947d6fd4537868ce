"""The coach for programs: a draft in, a verdict out, nothing stored. The same pure functions as on the page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import ConfigDict, Field, StringConstraints

from api.models import Scope
from api.problems import Fault, Problem, invalid, missing, refused
from api.requests import ApiRequest
from api.v1.operations import needs
from api.v1.shapes import NO_NUL, Amount, Code, Day, Given, Id, Number, Sent, Text, Weekday
from goals import progress
from goals.coach import as_json
from goals.coaching import Coach
from goals.draft import Draft, read_draft
from goals.further import MOST_FURTHER
from goals.lines import LineError, Reader
from goals.measures import KpiBook, book_of
from goals.owners import Owner, owner_choices
from goals.plan import GoalPlan
from goals.worst import worst_of
from kpis.models import Kpi
from teams.models import Member, Team, TeamMembership
from teams.reach import placed_on
from teams.requests import require
from web.parsing import FIRST_YEAR, LAST_YEAR

router = Router(tags=["goals"])

EXAMPLE: dict[str, Any] = {
    "statement": "Raise our win rate by answering every lead within a day",
    "means": ["Answer every lead within a day"],
    "why": "More wins from the leads we have",
    "owner": "member",
    "kpi": {"code": "win_rate"},
    "target_type": "increase_to",
    "baseline": "0.25",
    "target": "0.30",
    "start": "2026-11-23",
    "deadline": "2026-11-29",
}
Statement = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=300)]
Means = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=300)]
Name = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=120)]
Formula = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=2000)]
TargetType = Literal["increase_to", "decrease_to", "stay_at_or_above", "stay_at_or_below"]


class MeasureSent(Sent):
    """Names a KPI of the organization, and its definition there is what counts: the keys beside `code` may be sent, so
    that a draft for the command can be sent as it is, and are not read.
    """

    code: Code
    name: Name | None = None
    unit: Literal["money", "count", "percent", "ratio", "duration"] | None = None
    direction: Literal["higher", "lower"] | None = None
    aggregation: Literal["sum", "average", "last"] | None = None
    formula: Formula | None = None
    parts: dict[str, Literal["sum", "average", "last"]] | None = None
    cadence: Literal["daily", "weekly", "monthly", "quarterly"] | None = None


class CalendarSent(Sent):
    """The owner's own where absent."""

    working_days: list[Weekday] | None = Field(None, max_length=7, description="ISO weekdays, 1 is Monday.")
    holidays: list[Day] | None = Field(None, max_length=1000)
    leave: list[Day] | None = Field(None, max_length=1000)


class ParentSent(Sent):
    """The goal that this one is to serve."""

    kpi: Code
    uses: list[Code] | None = Field(None, max_length=100)
    target_type: TargetType
    target: Amount
    start: Day
    deadline: Day
    siblings_value: Amount | None = None


class FurtherSent(Sent):
    """One more KPI of the goal. Its letters count where they are worse than the first KPI's, and name it."""

    kpi: MeasureSent
    target_type: TargetType | None = None
    baseline: Amount | None = None
    target: Amount | None = None


class DraftSent(Sent):
    """Any of it may still be missing. The owner's record and load are looked up."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    today: Day | None = Field(None, description="The organization's day where absent.")
    language: Literal["en", "th"] | None = Field(None, description="By Accept-Language where absent.")
    statement: Statement | None = None
    means: list[Means] | None = Field(None, max_length=30)
    why: Text | None = None
    owner: Literal["member", "team", "organization"] | None = None
    owner_id: Id | None = Field(None, description="Which member or team; oneself and one's own team where absent.")
    kpi: MeasureSent | None = None
    target_type: TargetType | None = None
    baseline: Amount | None = None
    target: Amount | None = None
    start: Day | None = None
    deadline: Day | None = None
    calendar: CalendarSent | None = None
    parent: ParentSent | None = None
    further: list[FurtherSent] | None = Field(
        None, max_length=MOST_FURTHER, description="A suggestion for one of them names the field `further-0-target`."
    )


class SuggestionShape(Given):
    field: str
    value: str
    label: str


class LetterShape(Given):
    verdict: Literal["met", "weak", "missing"]
    reason: str
    suggestion: SuggestionShape | None


class EvidenceShape(Given):
    windows: int
    typical: Number
    best: Number


class AchievableShape(Given):
    verdict: Literal["too_easy", "sound", "stretch", "overreach", "unknown"]
    reason: str
    suggestion: SuggestionShape | None
    probability: Number | None
    evidence: EvidenceShape | None


class VerdictShape(Given):
    specific: LetterShape
    measurable: LetterShape
    achievable: AchievableShape
    relevant: LetterShape
    time_bound: LetterShape


@router.post("/goals/check", response=VerdictShape, summary="Have a draft checked by the coach")
@needs(Scope.CHECK_GOALS, raises=(404, 409))
def check_goal(request: ApiRequest, body: DraftSent) -> VerdictShape:
    """What the coach says about a draft of a goal. Nothing is stored."""
    require(request.member, "write goal")
    today = body.today or request.today
    _check_years(body, today)
    book = book_of(request.organization)
    kpi = _kpi(body, book.by_code)
    owner = _owner(request, body)
    coach = Coach(request.organization, book, today, request.reach)
    plan = GoalPlan(kpi=kpi, member=owner.member, team=owner.team, start=body.start, deadline=body.deadline)
    try:
        draft, _record, _today = read_draft(Reader(_line(body, today)))
    except LineError as error:
        raise invalid([Fault("body", "draft", str(error))]) from error
    draft = replace(
        draft,
        kpi=book.measure(kpi) if kpi else None,
        calendar=draft.calendar if body.calendar else coach.calendar(plan),
    )
    verdict = coach.assessed(draft, plan)
    if lines := [_line_of(sent, draft, plan, book) for sent in body.further or ()]:
        verdict = worst_of(verdict, [(line, coach.assessed(own, line)) for own, line in lines])
    return VerdictShape.model_validate(as_json(verdict))


def _line_of(sent: FurtherSent, draft: Draft, plan: GoalPlan, book: KpiBook) -> tuple[Draft, GoalPlan]:
    """A further KPI as a draft of its own: the same words and days, another number."""
    kpi = _named(sent.kpi.code, book.by_code, "further.kpi.code")
    kind = progress.TargetType(sent.target_type or progress.TargetType.INCREASE_TO)
    own = replace(draft, kpi=book.measure(kpi), target_type=kind, baseline=sent.baseline, target=sent.target)
    return own, replace(plan, kpi=kpi)


def _line(body: DraftSent, today: date) -> dict[str, Any]:
    """As the command reads it; the KPI and whose it is come from the organization."""
    line = body.model_dump(mode="json", exclude_none=True, exclude={"kpi", "owner_id", "further"})
    language = body.language or (get_language() or "en")[:2]
    return {"owner": "member", **line, "today": today.isoformat(), "language": language}


def _kpi(body: DraftSent, known: dict[str, Kpi]) -> Kpi | None:
    return None if body.kpi is None else _named(body.kpi.code, known, "kpi.code")


def _named(code: str, known: dict[str, Kpi], key: str) -> Kpi:
    if code not in known:
        raise missing(key)
    return known[code]


def _owner(request: ApiRequest, body: DraftSent) -> Owner:
    """One of those for whom the page lets this member write; 404 for whom one does not see, 403 for the others."""
    kind, pk = body.owner or "member", body.owner_id
    if kind == "team" and pk is None:
        placed = TeamMembership.objects.filter(placed_on(request.today), member=request.member)
        pk = placed.values_list("team_id", flat=True).first()
        if pk is None:
            raise refused("no_team", _("You are in no team. Say which one in owner_id."), "owner_id")
    if kind == "member" and pk is None:
        pk = request.member.pk
    choices = owner_choices(request)
    found = choices.get(kind if kind == "organization" else f"{kind}:{pk}")
    if found is not None:
        return found
    rows: Any = {"member": Member.objects, "team": Team.objects}.get(kind)
    if rows is not None and not rows.visible_to(request.reach).filter(pk=pk).exists():
        raise missing("owner_id")
    raise Problem(403)


def _check_years(body: DraftSent, today: date) -> None:
    for name, day in _days(body, today):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            detail = _("The year must be between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise refused("year_out_of_range", detail, name)


def _days(body: DraftSent, today: date) -> Iterator[tuple[str, date]]:
    """Every day of the draft, with the key under which it was sent."""
    yield "today", today
    for place, source, names in (
        ("", body, ("start", "deadline")),
        ("parent.", body.parent, ("start", "deadline")),
        ("calendar.", body.calendar, ("holidays", "leave")),
    ):
        for name in names:
            found = getattr(source, name, None) or []
            yield from ((place + name, day) for day in (found if isinstance(found, list) else [found]))
