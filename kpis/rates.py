"""Exchange rates of the current tenant, and what follows when they change.

An entry is converted when it is written, and again when a rate that it used is entered or corrected. Both could cross:
so who converts holds a shared lock until its transaction ends, and who changes rates an exclusive one. Both take it
before they lock any entry. Both keep the organization's currency as they have read it to their end: who changes it
locks that row for an update, so it waits for them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import get_language, gettext

from kpis.conversion import RateTable, converted, is_currency
from kpis.models import RATE_DECIMALS, RATE_DIGITS, Entry, ExchangeRate, Kpi
from kpis.refusals import EntryRefused, check_storable
from teams.models import User
from teams.tenancy import current_organization_id
from web.formats import format_date
from web.parsing import N_, InvalidInput

SMALLEST, LARGEST = Decimal(1).scaleb(-RATE_DECIMALS), Decimal(1).scaleb(RATE_DIGITS - RATE_DECIMALS)


class RateRefused(InvalidInput):
    """A rate that cannot be stored or removed; `message` tells the person."""

    sentences: ClassVar = {
        "not_a_currency": N_("Write the three letters of the currency, for example USD."),
        "own": N_("%(currency)s is the organization's own currency: it needs no rate."),
        "not_positive": N_("A rate must be more than 0."),
        "out_of_range": N_("This rate is too large or has too many decimals: at most %(digits)s after the point."),
        "too_large": N_("By this rate an entry of %(currency)s would be too large a number to store."),
        "needed": N_(
            "Entries in %(currency)s are converted by this rate, and there is none before it. Correct it instead."
        ),
    }
    fields: ClassVar = {"not_a_currency": "currency", "own": "currency"}

    @property
    def field(self) -> str:
        return self.fields.get(self.code, "rate")


@dataclass(frozen=True)
class NewRate:
    """Units of the organization's currency for one unit of `currency`, from the day on."""

    currency: str
    day: date
    rate: Decimal


@dataclass(frozen=True)
class RatesSet:
    added: int
    corrected: int
    unchanged: int
    reconverted: int


@dataclass(frozen=True)
class Worth:
    """What an entry stores: `value` counts; currency and amount are empty for the organization's own money."""

    value: Decimal
    currency: str = ""
    amount: Decimal | None = None


class Exchange:
    """Converts what is recorded in the transaction that runs. Two queries, none where all is in the own currency."""

    def __init__(self, currencies: Iterable[str]) -> None:
        asked = {currency for currency in currencies if currency}
        self.own, self.rates = "", RateTable([])
        if asked:
            hold_rates()
            self.own = own_currency()
            rows = ExchangeRate.objects.filter(currency__in=asked - {self.own})
            self.rates = RateTable(rows.values_list("currency", "day", "rate"))

    def worth(self, kpi: Kpi, amount: Decimal, currency: str, day: date) -> Worth:
        """Raises `EntryRefused` where there is no rate, and for a currency where no money is recorded."""
        check_storable(amount)
        if not currency or currency == self.own:
            return Worth(amount)
        if kpi.unit != Kpi.Unit.MONEY:
            raise EntryRefused("not_money", {"kpi": kpi.label})
        rate = self.rates.in_force(currency, day)
        if rate is None:
            words = {"currency": currency, "day": format_date(day, (get_language() or "en")[:2])}
            raise EntryRefused("no_rate" if is_currency(currency) else "not_a_currency", words)
        value = converted(amount, rate.rate)
        check_storable(value)
        return Worth(value, currency, amount)


def hold_rates() -> None:
    """Until the transaction ends no rate changes: for who converts after having locked entries. First of all locks."""
    _lock(shared=True)


def own_currency() -> str:
    """The organization's, which stays until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency FROM teams_organization WHERE id = %s FOR KEY SHARE", [current_organization_id()]
        )
        return str(cursor.fetchone()[0])


def known_currencies() -> list[str]:
    """Those with a rate, by their letters. Reads one rate of each, however many days there are."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"organization": current_organization_id()})
        return [currency for (currency,) in cursor.fetchall()]


def check_rate(new: NewRate, own: str) -> None:
    """Raises `RateRefused`."""
    if not is_currency(new.currency):
        raise RateRefused("not_a_currency")
    if new.currency == own:
        raise RateRefused("own", {"currency": own})
    if not new.rate.is_finite() or new.rate <= 0:
        raise RateRefused("not_positive")
    if new.rate >= LARGEST or new.rate != round(new.rate, RATE_DECIMALS):
        raise RateRefused("out_of_range", {"digits": RATE_DECIMALS})


@transaction.atomic
def set_rates(rows: Sequence[NewRate], *, by: User | None) -> RatesSet:
    """Enter or correct rates, and convert anew the entries that they concern. Of two for one day the last counts.

    Raises `RateRefused` before anything is stored.
    """
    latest = {(row.currency, row.day): row.rate for row in rows}
    _lock(shared=False)
    own = own_currency()
    for row in rows:
        check_rate(row, own)
    known = ExchangeRate.objects.filter(currency__in={currency for currency, _day in latest})
    held = {(currency, day): rate for currency, day, rate in known.values_list("currency", "day", "rate")}
    new = {key: rate for key, rate in latest.items() if held.get(key) != rate}
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(currency=key[0], day=key[1], rate=rate, set_by=by) for key, rate in sorted(new.items())],
        update_conflicts=True,
        unique_fields=["organization", "currency", "day"],
        update_fields=["rate", "set_by", "set_at"],
    )
    count = _reconvert({currency for currency, _day in new}, min((day for _c, day in new), default=None), by)
    again = sum(key in held for key in new)
    return RatesSet(len(new) - again, again, len(latest) - len(new), count)


@transaction.atomic
def remove_rate(rate: ExchangeRate, *, by: User | None) -> None:
    """Its entries are converted by the rate before it. Raises `RateRefused` where there is none."""
    _lock(shared=False)
    others = ExchangeRate.objects.filter(currency=rate.currency).exclude(pk=rate.pk)
    if not others.filter(day__lt=rate.day).exists():
        until = others.order_by("day").values_list("day", flat=True).first()
        used = Entry.objects.filter(currency=rate.currency, date__gte=rate.day)
        if (used.filter(date__lt=until) if until else used).exists():
            raise RateRefused("needed", {"currency": rate.currency})
    currency, day = rate.currency, rate.day
    rate.delete()
    _reconvert({currency}, day, by)


def refuse_another_currency(sender: object, **_: Any) -> None:
    """Amounts that were recorded in the organization's currency must go on meaning it. Raises ValidationError."""
    if Entry.objects.filter(kpi__unit=Kpi.Unit.MONEY).exists():
        raise ValidationError({"currency": gettext("Money has been recorded in this currency, so it stays.")})
    if ExchangeRate.objects.exists():
        raise ValidationError({"currency": gettext("Exchange rates into this currency are stored. Remove them first.")})


# From one currency to the next in the index of the rates.
_NEXT = "SELECT min(currency) AS currency FROM kpis_exchangerate WHERE organization_id = %(organization)s"
_KNOWN = f"""
WITH RECURSIVE known AS (
    {_NEXT}
    UNION ALL
    SELECT ({_NEXT} AND currency > known.currency) FROM known WHERE known.currency IS NOT NULL
)
SELECT currency FROM known WHERE currency IS NOT NULL
"""  # noqa: S608 - made of constants

_IN_FORCE = """
    FROM kpis_entry e CROSS JOIN LATERAL (
        SELECT r.rate FROM kpis_exchangerate r
        WHERE r.organization_id = %(organization)s AND r.currency = e.currency AND r.day <= e.date
        ORDER BY r.day DESC LIMIT 1
    ) r
    WHERE e.organization_id = %(organization)s AND e.currency = ANY (%(currencies)s) AND e.currency <> ''
        AND e.date >= %(since)s
"""

_TOO_LARGE = f"SELECT e.currency {_IN_FORCE} AND abs(round(e.amount * r.rate, 6)) >= 1e18 LIMIT 1"

_RECONVERT = f"""
WITH found AS (
    SELECT e.id, e.date, e.currency, e.amount, e.value AS old_value, round(e.amount * r.rate, 6) AS value {_IN_FORCE}
        AND round(e.amount * r.rate, 6) <> e.value
    ORDER BY e.id FOR UPDATE OF e
),
recorded AS (
    INSERT INTO kpis_entrychange (
        organization_id, entry_id, kind, old_date, old_value, old_currency, old_amount,
        new_date, new_value, new_currency, new_amount, reason, changed_by_id, changed_at
    )
    SELECT %(organization)s, id, 'reconverted', date, old_value, currency, amount,
        date, value, currency, amount, '', %(by)s, now()
    FROM found
)
UPDATE kpis_entry e SET value = found.value FROM found WHERE e.id = found.id
"""  # noqa: S608 - made of constants


def _reconvert(currencies: set[str], since: date | None, by: User | None) -> int:
    """Bring entries in line with the rates; what stood before is kept. Returns how many changed."""
    if not currencies or since is None:
        return 0
    parameters: dict[str, Any] = {
        "organization": current_organization_id(),
        "currencies": sorted(currencies),
        "since": since,
        "by": by.pk if by else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TOO_LARGE, parameters)
        if row := cursor.fetchone():
            raise RateRefused("too_large", {"currency": row[0]})
        cursor.execute(_RECONVERT, parameters)
        return int(cursor.rowcount)


def _lock(*, shared: bool) -> None:
    name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(hashtextextended('rates', %s))", [current_organization_id()])
