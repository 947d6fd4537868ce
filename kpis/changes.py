"""By how much a number differs from another, in the way that says most. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from kpis.models import Kpi
from web.formats import format_points, format_signed


@dataclass(frozen=True)
class Change:
    """`amount` is a share of the other number, or the difference itself in the KPI's unit."""

    amount: Decimal
    is_share: bool


def change(now: Decimal | None, before: Decimal | None, kpi: Kpi) -> Change | None:
    """A share of the number before; of percentages, and where that is 0 or below, the difference itself.

    None where one of the two is missing.
    """
    if now is None or before is None:
        return None
    if kpi.unit == Kpi.Unit.PERCENT or before <= 0:
        return Change(now - before, is_share=False)
    return Change(now / before - 1, is_share=True)


def written(found: Change, kpi: Kpi, language: str, currency: str) -> str:
    """With its sign: +25%, +1.9 pts, −฿2.5M."""
    if found.is_share:
        return format_signed(found.amount, "percent", 0, language)
    if kpi.unit == Kpi.Unit.PERCENT:
        return format_points(found.amount, max(kpi.decimals, 1), language)
    return format_signed(found.amount, kpi.unit, kpi.decimals, language, currency, short=True)
