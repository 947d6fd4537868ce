"""People ranked by how much a KPI has moved the right way since their own period before."""

from decimal import Decimal

from django.utils.translation import get_language, gettext

from kpis.breakdown import Breakdown, Row
from kpis.models import Kpi
from teams.leaderboards import ranks_people, sees_all_places
from teams.requests import MemberRequest
from web.formats import format_points, format_signed
from web.ranking import Leaderboard, Score, leaderboard

HUNDREDTH = Decimal("0.01")


def improvement_board(request: MemberRequest, breakdown: Breakdown) -> Leaderboard | None:
    """From a breakdown by person: it asks the database for nothing more. None where nobody is to be ranked."""
    whole = breakdown.whole.choice
    if whole is None or whole.scope.kind == "member" or breakdown.step.previous is None:
        return None
    team = whole.scope.id if whole.scope.kind == "team" else None
    if not ranks_people(request.organization, team):
        return None
    scores = [_score(row, breakdown.kpi) for row in breakdown.rows if row.choice and not row.choice.is_gone]
    return leaderboard(scores, request.member.pk, sees_all=sees_all_places(request, team))


def _score(row: Row, kpi: Kpi) -> Score:
    assert row.choice is not None
    change = change_of(row, kpi)
    sign = 1 if kpi.direction == Kpi.Direction.HIGHER else -1
    value = None if change is None else sign * change
    return Score(row.choice.scope.id, row.choice.name, value, "" if change is None else _text(change, kpi))


def change_of(row: Row, kpi: Kpi) -> Decimal | None:
    """As a fraction, rounded as it is shown, so that equal texts share a place: of the value before, or of percent
    values the difference. None without both values, or where the one before is not above 0.
    """
    if row.value is None or row.previous is None:
        return None
    if kpi.unit == Kpi.Unit.PERCENT:
        return (row.value - row.previous).quantize(HUNDREDTH.scaleb(-_decimals(kpi)))
    return (row.value / row.previous - 1).quantize(HUNDREDTH) if row.previous > 0 else None


def _decimals(kpi: Kpi) -> int:
    return max(kpi.decimals, 1)


def _text(change: Decimal, kpi: Kpi) -> str:
    language = (get_language() or "en")[:2]
    if kpi.unit == Kpi.Unit.PERCENT:
        return format_points(change, _decimals(kpi), language)
    return format_signed(change, "percent", 0, language) if change else gettext("unchanged")
