"""What is refused, and in which words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar

from kpis.models import Kpi
from kpis.signals import Use
from teams.models import Member
from web.parsing import FIRST_YEAR, LAST_YEAR, MAX_DECIMALS, MAX_INTEGER_DIGITS, N_, InvalidInput


class EntryRefused(InvalidInput):
    """An entry that cannot be stored; `message` tells the person."""

    sentences: ClassVar[Mapping[str, str]] = {
        **{
            code: InvalidInput.sentences[code]
            for code in ("too_large", "too_precise", "not_a_number", "year_out_of_range")
        },
        "computed": N_("“%(kpi)s” is computed by a formula, so nothing can be recorded for it."),
        "archived": N_("“%(kpi)s” is archived, so nothing more can be recorded for it."),
        "shares": N_("The shares must add up to 100%%, not %(sum)s%%."),
        "share_of_nobody": N_("A share must belong to a member of the organization."),
        "share_not_positive": N_("Each share must be more than 0%%."),
        "to_come": N_("This day is still to come. Record a value on or after its day."),
        "had_left": N_("%(name)s had left by that day."),
        "withdrawn": N_("This entry was withdrawn. Restore it first."),
        "no_member": N_("There is no such member."),
        "no_kpi": N_("There is no such KPI."),
        "not_a_currency": N_("“%(currency)s” is not a currency: write its three letters, for example USD."),
        "not_money": N_("“%(kpi)s” is not money, so it has no currency."),
        "no_rate": N_("There is no rate for %(currency)s on %(day)s or before. Enter one in the settings first."),
    }
    # Where a form shows the refusal; the others concern the form as a whole.
    fields: ClassVar[Mapping[str, str]] = {
        "too_large": "value",
        "too_precise": "value",
        "not_a_number": "value",
        "computed": "kpi",
        "archived": "kpi",
        "to_come": "date",
        "had_left": "date",
        "year_out_of_range": "date",
        "not_a_currency": "currency",
        "not_money": "currency",
        "no_rate": "currency",
    }

    @property
    def field(self) -> str | None:
        return self.fields.get(self.code)


class KpiRefused(InvalidInput):
    """A definition that cannot be stored, at the `field`; `message` tells the person."""

    sentences: ClassVar[Mapping[str, str]] = {
        "code_taken": N_("Another KPI already has the code “%(code)s”."),
        "reserved": N_("“%(code)s” has a meaning of its own in formulas. Choose another code."),
        "has_entries": N_("Values have been recorded for this KPI, so it cannot be computed by a formula now."),
        "percent_with_entries": N_("Values have been recorded for this KPI, so it cannot change from or to percent."),
        "has_currency": N_("Amounts in %(currency)s have been recorded for this KPI, so its unit stays money."),
        "used": N_("These KPIs are computed from it: %(names)s. Archive or change them first."),
        "goals": N_("Goals count on “%(kpi)s”: %(names)s. Close them or give them up first."),
        "entries": N_("Values have been recorded for “%(kpi)s”, so it is not deleted. Archive it instead."),
    }

    def __init__(self, field: str, code: str, params: Mapping[str, object] | None = None) -> None:
        super().__init__(code, params)
        self.field = field


class KpiInUse(KpiRefused):
    """Others count on the KPI; `uses` says who, with their pages."""

    def __init__(self, code: str, kpi: Kpi, uses: Sequence[Use]) -> None:
        super().__init__("", code, {"kpi": kpi.label, "names": ", ".join(use.name for use in uses)})
        self.uses = uses


class KpiChanged(Exception):
    """Somebody else saved the definition since this person loaded it; nothing was stored."""

    def __init__(self, current: Kpi) -> None:
        super().__init__(current.code)
        self.current = current


def check_recordable(kpi: Kpi) -> None:
    if kpi.formula:
        raise EntryRefused("computed", {"kpi": kpi.label})
    if kpi.archived_at:
        raise EntryRefused("archived", {"kpi": kpi.label})


def check_storable(value: Decimal) -> None:
    """The database would round or refuse what this refuses."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise EntryRefused("not_a_number")
    if value and value.adjusted() >= MAX_INTEGER_DIGITS:
        raise EntryRefused("too_large", {"digits": MAX_INTEGER_DIGITS})
    if exponent < -MAX_DECIMALS and value != round(value, MAX_DECIMALS):
        raise EntryRefused("too_precise", {"digits": MAX_DECIMALS})


def check_day(day: date, member: Member, today: date) -> None:
    """Nothing is recorded for days to come, nor for days on which the member had left."""
    check_date(day, today)
    check_present([member], day)


def check_date(day: date, today: date) -> None:
    """What has not happened cannot be recorded. Any earlier day can: also one before the KPI was defined."""
    if day.year < FIRST_YEAR:
        raise EntryRefused("year_out_of_range", {"first": FIRST_YEAR, "last": LAST_YEAR})
    if day > today:
        raise EntryRefused("to_come")


def check_present(members: Iterable[Member], day: date) -> None:
    """Nobody records anything for days on which they had left already."""
    for member in members:
        if member.has_left(day):
            raise EntryRefused("had_left", {"name": member.name})


def checked_shares(shares: Mapping[int, Decimal], day: date) -> dict[int, Decimal]:
    """The shares of an entry of that day as fractions by member; none for a whole one. Raises `EntryRefused`."""
    if not shares:
        return {}
    if any(share <= 0 for share in shares.values()):
        raise EntryRefused("share_not_positive")
    total = sum(shares.values(), Decimal(0))
    if total != 1:
        raise EntryRefused("shares", {"sum": f"{(total * 100).normalize():f}"})
    members = Member.objects.in_bulk(list(shares))
    if len(members) != len(shares):
        raise EntryRefused("share_of_nobody")
    check_present(members.values(), day)
    return dict(shares)
