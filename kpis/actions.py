"""What changes KPIs and entries. All run in a tenant; rollups are marked stale by the database itself."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from kpis.bulk import Delivered, Delivery, log_many
from kpis.catalogue import CATALOGUE, needed_keys
from kpis.definitions import load_definitions
from kpis.dimensions import check_units
from kpis.formula import check_definitions, is_code, rename
from kpis.models import Credit, Entry, EntryChange, Kpi
from kpis.rates import Exchange, Worth
from kpis.refusals import (
    EntryRefused,
    KpiChanged,
    KpiInUse,
    KpiRefused,
    check_date,
    check_day,
    check_present,
    check_recordable,
    checked_shares,
)
from kpis.signals import Use, uses_of
from teams.calendars import today_there
from teams.models import Member, User
from teams.tenancy import current_organization_id

__all__ = [
    "Delivered",
    "Delivery",
    "EntryRefused",
    "KpiChanged",
    "KpiInUse",
    "KpiRefused",
    "add_from_catalogue",
    "archive_kpi",
    "correct_entry",
    "delete_kpi",
    "log_entry",
    "log_many",
    "restore_entry",
    "revive_kpi",
    "save_kpi",
    "withdraw_entry",
]


def log_entry(
    *,
    kpi: Kpi,
    member: Member,
    date: date,
    value: Decimal,
    by: User | None,
    note: str = "",
    request_id: UUID | None = None,
    source: str = "manual",
    external_id: str | None = None,
    shares: Mapping[int, Decimal] | None = None,
    currency: str = "",
    today: date | None = None,
) -> tuple[Entry, bool]:
    """The entry, and whether it is new. `shares` are fractions by member id that sum to 1. Raises `EntryRefused`.

    Money may be of another `currency` (letters of ISO 4217): then `value` is the amount in it. The same `request_id`
    again gives the first entry, the same `external_id` updates it. `today` is looked up where it is not given.
    """
    check_recordable(kpi)
    worth = Exchange([currency]).worth(kpi, value, currency, date)
    check_day(date, member, today or today_there())
    credits = checked_shares(shares or {}, date)
    wanted = Entry(
        kpi=kpi, member=member, date=date, value=worth.value, currency=worth.currency, amount=worth.amount, note=note,
        source=source, external_id=external_id, request_id=request_id, created_by=by, is_split=bool(credits),
    )  # fmt: skip
    return _stored(wanted, credits, by)


def _stored(wanted: Entry, credits: Mapping[int, Decimal], by: User | None) -> tuple[Entry, bool]:
    """The wanted entry, which is new; else that of the same request or delivery, brought in line."""
    # A request is hardly ever sent twice, so that is found out by trying; a delivery often is.
    found = _delivered(wanted) if wanted.external_id is not None else None
    if found is None and _inserted(wanted):
        _put_credits(wanted, credits)
        return wanted, True
    # Else the same request or delivery at the same moment; the other one has committed by now.
    first = found or _delivered(wanted)
    assert first is not None
    _redeliver(first, wanted, credits, by)
    return first, False


def _inserted(entry: Entry) -> bool:
    """Whether it is stored now; not where a row of the same request or delivery is there already.

    One statement of its own: what the ORM offers needs a savepoint around it, and two statements more, for what hardly
    ever happens.
    """
    fields = [field for field in Entry._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(field.pre_save(entry, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_insertion(), values)
        row = cursor.fetchone()
    if row is None:
        return False
    (entry.pk,) = row
    entry._state.adding, entry._state.db = False, connection.alias
    return True


@cache
def _insertion() -> str:
    columns = [f'"{field.column}"' for field in Entry._meta.concrete_fields if not field.primary_key]
    return f"""
        INSERT INTO kpis_entry ({", ".join(columns)}) VALUES ({", ".join(["%s"] * len(columns))})
        ON CONFLICT DO NOTHING RETURNING id
    """  # noqa: S608 - made of the model's own names


def _delivered(wanted: Entry) -> Entry | None:
    """The entry that the same request or the same delivery has made before."""
    entries = Entry.objects.select_for_update(of=("self",))
    if wanted.request_id and (found := entries.filter(request_id=wanted.request_id).first()):
        return found
    if wanted.external_id is None:
        return None
    return entries.filter(source=wanted.source, kpi=wanted.kpi, external_id=wanted.external_id).first()


@transaction.atomic
def _redeliver(entry: Entry, wanted: Entry, credits: Mapping[int, Decimal], by: User | None) -> None:
    """Bring it in line with what its source says now. A request that is only sent again says nothing new."""
    if wanted.request_id is not None and entry.request_id == wanted.request_id:
        return
    held = dict(Credit.objects.filter(entry=entry).values_list("member_id", "share"))
    fields = ("value", "currency", "amount", "date", "member_id")
    if all(getattr(entry, name) == getattr(wanted, name) for name in fields) and held == credits:
        return
    worth = Worth(wanted.value, wanted.currency, wanted.amount)
    _record(entry, EntryChange.Kind.REDELIVERED, by, worth=worth, date=wanted.date)
    _put(entry, worth, wanted.date)
    entry.member, entry.is_split = wanted.member, bool(credits)
    entry.save(update_fields=["value", "currency", "amount", "date", "member", "is_split"])
    if held != credits:
        Credit.objects.filter(entry=entry).delete()
        _put_credits(entry, credits)


def _put(entry: Entry, worth: Worth, day: date) -> None:
    entry.value, entry.currency, entry.amount, entry.date = worth.value, worth.currency, worth.amount, day


def _put_credits(entry: Entry, credits: Mapping[int, Decimal]) -> None:
    if credits:
        Credit.objects.bulk_create(Credit(entry=entry, member_id=pk, share=share) for pk, share in credits.items())


@transaction.atomic
def correct_entry(
    entry: Entry,
    *,
    value: Decimal,
    date: date,
    reason: str,
    by: User | None,
    currency: str = "",
    today: date | None = None,
) -> Entry:
    """Change value, currency or date; what stood before is kept with who, when and why. Raises `EntryRefused`."""
    exchange = Exchange([currency])
    entry = _locked(entry)
    if entry.voided_at:
        raise EntryRefused("withdrawn")
    if date != entry.date:
        check_date(date, today or today_there())
        check_present([entry.member, *Member.objects.filter(credits__entry=entry)], date)
    worth = exchange.worth(entry.kpi, value, currency, date)
    if (_worth_of(entry), entry.date) != (worth, date):
        _record(entry, EntryChange.Kind.CORRECTED, by, reason, worth=worth, date=date)
        _put(entry, worth, date)
        entry.save(update_fields=["value", "currency", "amount", "date"])
    return entry


@transaction.atomic
def withdraw_entry(entry: Entry, *, by: User | None, reason: str = "") -> Entry:
    """Take the entry out of all numbers; it stays in the record."""
    entry = _locked(entry)
    if entry.voided_at is None:
        _record(entry, EntryChange.Kind.WITHDRAWN, by, reason)
        entry.voided_at = timezone.now()
        entry.save(update_fields=["voided_at"])
    return entry


@transaction.atomic
def restore_entry(entry: Entry, *, by: User | None, reason: str = "") -> Entry:
    """Count a withdrawn entry again."""
    entry = _locked(entry)
    if entry.voided_at is not None:
        _record(entry, EntryChange.Kind.RESTORED, by, reason)
        entry.voided_at = None
        entry.save(update_fields=["voided_at"])
    return entry


def _locked(entry: Entry) -> Entry:
    return Entry.objects.select_for_update(of=("self",)).select_related("kpi", "member").get(pk=entry.pk)


def _worth_of(entry: Entry) -> Worth:
    return Worth(entry.value, entry.currency, entry.amount)


def _record(
    entry: Entry,
    kind: str,
    by: User | None,
    reason: str = "",
    *,
    worth: Worth | None = None,
    date: date | None = None,
) -> None:
    """What stands now, and what is put in its place: nothing else than it where only its counting changes."""
    new = worth or _worth_of(entry)
    EntryChange.objects.create(
        entry=entry, kind=kind, reason=reason, changed_by=by,
        old_date=entry.date, old_value=entry.value, old_currency=entry.currency, old_amount=entry.amount,
        new_date=date or entry.date, new_value=new.value, new_currency=new.currency, new_amount=new.amount,
    )  # fmt: skip


@transaction.atomic
def add_from_catalogue(keys: Iterable[str]) -> list[Kpi]:
    """The organization's KPIs for these keys, in order; what is missing is added, with the parts of formulas.

    A code that the organization uses already stays as it is defined. Raises KeyError for an unknown key and
    `FormulaError` where the organization's own definitions would make a formula use itself.
    """
    wanted = list(dict.fromkeys(keys))
    _one_editor()
    existing = {kpi.code: kpi for kpi in Kpi.objects.all()}
    for key in needed_keys(wanted):
        kpi = existing.get(key)
        if kpi is None:
            existing[key] = _from_catalogue(key)
        elif kpi.archived_at:
            revive_kpi(kpi)
    check_definitions(load_definitions().formulas)
    return [existing[key] for key in wanted]


def _from_catalogue(key: str) -> Kpi:
    item = CATALOGUE[key]
    return Kpi.objects.create(
        code=key, catalogue_key=key, unit=item.unit, decimals=item.decimals, direction=item.direction,
        aggregation=item.aggregation, formula=item.formula, cadence=item.cadence,
    )  # fmt: skip


@transaction.atomic
def save_kpi(kpi: Kpi, *, expected_version: int | None = None) -> Kpi:
    """Store a new or changed definition. A changed code is changed in all formulas that use it.

    Raises `KpiRefused` and `FormulaError` (both with a message for people), and `KpiChanged` where the stored
    version is not the expected one.
    """
    _one_editor()
    before = Kpi.objects.select_for_update().get(pk=kpi.pk) if kpi.pk else None
    if before and expected_version is not None and before.version != expected_version:
        raise KpiChanged(before)
    _check_code(kpi)
    if before:
        _check_change(before, kpi)
        kpi.version = before.version + 1
    _check_formula(kpi, before)
    kpi.save()
    if before and before.code != kpi.code:
        _rename_in_formulas(before.code, kpi.code)
    return kpi


def _check_code(kpi: Kpi) -> None:
    if not is_code(kpi.code):
        raise KpiRefused("code", "reserved", {"code": kpi.code})
    if Kpi.objects.filter(code=kpi.code).exclude(pk=kpi.pk).exists():
        raise KpiRefused("code", "code_taken", {"code": kpi.code})


def _check_change(before: Kpi, kpi: Kpi) -> None:
    """What was recorded must go on meaning what it meant."""
    recorded = Entry.objects.filter(kpi=kpi)
    if kpi.formula:
        if not before.formula and recorded.exists():
            raise KpiRefused("formula", "has_entries")
    elif kpi.unit != before.unit:
        if Kpi.Unit.PERCENT in (kpi.unit, before.unit) and recorded.exists():
            raise KpiRefused("unit", "percent_with_entries")
        # Also of withdrawn ones: they may be counted again.
        if before.unit == Kpi.Unit.MONEY and (found := recorded.exclude(currency="").first()):
            raise KpiRefused("unit", "has_currency", {"currency": found.currency})


def _check_formula(kpi: Kpi, before: Kpi | None) -> None:
    after = load_definitions().with_draft(kpi, before)
    # A unit that was changed elsewhere must not keep people from changing, say, a name here.
    if kpi.formula and (before is None or before.formula != kpi.formula):
        check_units(after.formulas[kpi.code], after.units)


def _rename_in_formulas(old: str, new: str) -> None:
    for kpi in Kpi.objects.select_for_update().exclude(formula=""):
        text = rename(kpi.formula, old, new)
        if text != kpi.formula:
            kpi.formula, kpi.version = text, kpi.version + 1
            kpi.save(update_fields=["formula", "version"])


@transaction.atomic
def archive_kpi(kpi: Kpi) -> None:
    """Hide it and record nothing more. Raises `KpiInUse` while a KPI or a goal in use counts on it."""
    _one_editor()
    computed = [other for other in load_definitions().used_by(kpi) if other.archived_at is None]
    _refuse_use(kpi, computed, uses_of(kpi))
    if kpi.archived_at is None:
        kpi.archived_at, kpi.version = timezone.now(), kpi.version + 1
        kpi.save(update_fields=["archived_at", "version"])


@transaction.atomic
def delete_kpi(kpi: Kpi) -> None:
    """Remove one that was defined by mistake. Raises `KpiInUse` where anything was made with it, be it long ago."""
    _one_editor()
    _refuse_use(kpi, load_definitions().used_by(kpi), uses_of(kpi, ever=True))
    if Entry.objects.filter(kpi=kpi).exists():
        raise KpiInUse("entries", kpi, [])
    kpi.delete()


def _refuse_use(kpi: Kpi, computed: Sequence[Kpi], uses: Sequence[Use]) -> None:
    if computed:
        raise KpiInUse("used", kpi, [Use(other.label, "kpis:detail", other.pk) for other in computed])
    if uses:
        raise KpiInUse("goals", kpi, uses)


@transaction.atomic
def revive_kpi(kpi: Kpi) -> None:
    """Bring it back from the archive, with the parts of its formula."""
    _one_editor()
    codes = {kpi.code}
    while kpi.formula and (more := _used_by(codes) - codes):
        codes |= more
    for each in Kpi.objects.select_for_update().filter(code__in=codes).exclude(archived_at=None):
        each.archived_at, each.version = None, each.version + 1
        each.save(update_fields=["archived_at", "version"])


def _used_by(codes: set[str]) -> set[str]:
    formulas = load_definitions().formulas
    return {code for user in codes if user in formulas for code in formulas[user].codes}


def _one_editor() -> None:
    """Two definitions saved at once could make a ring that neither save can see; so one at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('kpis', %s))", [current_organization_id()])
