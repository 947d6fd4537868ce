"""Reasons, greetings and periods in whole sentences of the reader's language."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.attention import Kind, Reason
from dashboards.period import Period
from kpis.models import Kpi
from web.formats import format_date, format_signed, format_value

SMALL_RATE = 10


@dataclass(frozen=True)
class Style:
    """How the values of a KPI are written where there is little room."""

    kpi: Kpi
    language: str
    currency: str

    def value(self, value: Decimal | None) -> str:
        return self._written(value, self.kpi.decimals)

    def rate(self, rate: Decimal | None) -> str:
        """Of a small rate the first decimal counts, though the KPI itself comes in whole numbers."""
        is_small = rate is not None and abs(rate) < SMALL_RATE
        return self._written(rate, max(1, self.kpi.decimals) if is_small else self.kpi.decimals)

    def share(self, share: Decimal | None) -> str:
        return format_signed(share, "percent", 0, self.language)

    def _written(self, value: Decimal | None, decimals: int) -> str:
        return format_value(value, self.kpi.unit, decimals, self.language, self.currency, short=True)


def reason_text(reason: Reason, style: Style) -> str:
    return SENTENCES[reason.kind](reason, style)


def _over(reason: Reason, style: Style) -> str:
    sentence = ngettext("The deadline passed %(days)s day ago", "The deadline passed %(days)s days ago", reason.number)
    return sentence % {"days": reason.number}


def _worse(reason: Reason, style: Style) -> str:
    words = {"before": style.share(reason.before), "now": style.share(reason.share)}
    return _("Fell from %(before)s to %(now)s against pace within a week") % words


def _too_slow(reason: Reason, style: Style) -> str:
    return _("Needs %(needed)s a week, doing %(doing)s") % _rates(reason, style)


def _too_fast(reason: Reason, style: Style) -> str:
    return _("May use %(needed)s a week, using %(doing)s") % _rates(reason, style)


def _rates(reason: Reason, style: Style) -> dict[str, str]:
    return {"needed": style.rate(reason.needed), "doing": style.rate(reason.doing)}


def _broken(reason: Reason, style: Style) -> str:
    return _("Held in %(held)s of %(full)s full periods") % {"held": reason.number, "full": reason.whole}


def _behind(reason: Reason, style: Style) -> str:
    if reason.share is None:
        return _("Behind what was expected by today")
    words = {"share": style.share(reason.share)}
    return _("%(share)s against what was expected by today") % words


def _unlikely(reason: Reason, style: Style) -> str:
    words = {"share": format_value(reason.share, "percent", 0, style.language)}
    return _("On pace, but by the forecast only %(share)s likely to be met") % words


def _silent(reason: Reason, style: Style) -> str:
    sentence = ngettext("No entry for %(days)s day", "No entry for %(days)s days", reason.number)
    return sentence % {"days": reason.number}


def _actions(reason: Reason, style: Style) -> str:
    sentence = ngettext(
        "%(number)s of %(whole)s action overdue", "%(number)s of %(whole)s actions overdue", reason.whole
    )
    return sentence % {"number": reason.number, "whole": reason.whole}


def _check_in(reason: Reason, style: Style) -> str:
    sentence = ngettext("The check-in is %(days)s day overdue", "The check-in is %(days)s days overdue", reason.number)
    return sentence % {"days": reason.number}


SENTENCES: Mapping[Kind, Callable[[Reason, Style], str]] = {
    Kind.OVER: _over,
    Kind.WORSE: _worse,
    Kind.TOO_SLOW: _too_slow,
    Kind.TOO_FAST: _too_fast,
    Kind.BROKEN: _broken,
    Kind.BEHIND: _behind,
    Kind.UNLIKELY: _unlikely,
    Kind.SILENT: _silent,
    Kind.ACTIONS: _actions,
    Kind.CHECK_IN: _check_in,
}


def greeting(name: str, local: dt.datetime) -> str:
    """By the reader's own clock."""
    words = {"name": name}
    if 5 <= local.hour < 12:
        return _("Good morning, %(name)s") % words
    if 12 <= local.hour < 18:
        return _("Good afternoon, %(name)s") % words
    return _("Good evening, %(name)s") % words


def gone_text(period: Period, language: str) -> str:
    """How much of the period has gone."""
    share = format_value(period.elapsed, "percent", 0, language)
    if not period.day:
        return _("Begins on %(day)s") % {"day": format_date(period.start, language)}
    sentences = {
        "month": _("%(share)s of the month gone"),
        "quarter": _("%(share)s of the quarter gone"),
        "year": _("%(share)s of the year gone"),
    }
    return sentences[period.kind] % {"share": share}
