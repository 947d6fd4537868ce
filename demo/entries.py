"""The year's record as entries: thousands at once, and a few by hand with all that happens to entries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from uuid import NAMESPACE_DNS, UUID, uuid5

from demo.company import Company, sellers
from demo.customers import customer_days
from demo.selling import Recorded, days_of
from demo.weekly import weekly_figures
from kpis.actions import Delivery, correct_entry, log_entry, log_many, withdraw_entry
from kpis.models import Entry
from teams.models import Member

BATCH = 8000
# The company's other programs; all else comes from the customer database.
SOURCES = {
    **dict.fromkeys(("calls", "emails"), "phone and mail"),
    **dict.fromkeys(("email_signups", "onsite_signups"), "website"),
    **dict.fromkeys(("operating_costs", "acquisition_spend", "cost_of_goods"), "bookkeeping"),
    "csat": "survey",
}
NOTES = {
    "meetings": ("สาธิตสินค้าที่ออฟฟิศลูกค้า", "Demo at the Silom office", "พบฝ่ายจัดซื้อ", "Renewal talk"),
    "calls": ("โทรติดตามใบเสนอราคา", "Followed up on last week's quotes"),
}


def request_id(name: str) -> UUID:
    return uuid5(NAMESPACE_DNS, f"demo.example/{name}")


def record_year(company: Company) -> int:
    """How many entries there are now."""
    place = company.workplace()
    people = sellers()
    record = [item for person in people for item in days_of(place, person)]
    gained: dict[tuple[str, dt.date], int] = defaultdict(int)
    for item in record:
        if item.code == "new_customers":
            gained[item.person, item.date] += int(item.value)
    record += customer_days(place, people, gained)
    record += weekly_figures(place, people)
    store(company, record)
    write_by_hand(company)
    return Entry.objects.count()


def store(company: Company, record: Iterable[Recorded]) -> None:
    """As delivered from outside: nobody typed these in, and so nobody is offered to take them back."""
    piles: dict[str, list[Delivery]] = defaultdict(list)
    for number, item in enumerate(record):
        note = NOTES[item.code][number % len(NOTES[item.code])] if item.code in NOTES and number % 9 == 0 else ""
        piles[SOURCES.get(item.code, "crm")].append(
            Delivery(
                kpi_id=company.kpis[item.code].pk,
                member_id=company.members[item.person].pk,
                date=item.date,
                value=item.value,
                external_id=f"demo-{number}",
                note=note,
            )
        )
    for source, rows in piles.items():
        for first in range(0, len(rows), BATCH):
            log_many(rows[first : first + BATCH], source=source, today=company.days.today)


def write_by_hand(company: Company) -> None:
    _share_deals(company)
    _correct_slips(company)


def _share_deals(company: Company) -> None:
    """Large deals that two have won together count for each by their share."""
    james, pim, narin = (company.members[key] for key in ("james", "pim", "narin"))
    by = company.members["daniel"].user
    deals: tuple[tuple[int, int, str, Member, Member], ...] = (
        (-2, 186_000, "กรอบสัญญาโรงพยาบาล 2 ปี", james, pim),
        (-5, 142_500, "Coworking chain, 9 sites", pim, narin),
        (-9, 218_000, "Four hotels", james, narin),
        (-13, 97_000, "International school", james, pim),
        (-21, 164_000, "ธนาคารสาขาใหม่", pim, james),
        (-30, 121_000, "Airport lounge supplies", james, pim),
    )
    for week, amount, note, first, second in deals:
        shares = {first.pk: Decimal("0.6"), second.pk: Decimal("0.4")}
        log_entry(
            kpi=company.kpis["revenue"], member=first, date=company.days.weeks(week, 2), value=Decimal(amount),
            by=by, note=note, request_id=request_id(f"shared deal {week}"), shares=shares, today=company.days.today,
        )  # fmt: skip


def _correct_slips(company: Company) -> None:
    """Entries that were typed wrong, with what stood before and why it was changed."""
    days = company.days
    slips = (
        ("narin", "calls", days.weeks(-1, 1), "180", "18", "One zero too many"),
        ("narin", "meetings", days.weeks(-2, 3), "3", "2", "One was moved to next week"),
        ("kitti", "emails", days.weeks(-1, 2), "7", "12", "ลืมนับอีเมลช่วงบ่าย"),
        ("sarah", "calls", days.weeks(-3, 4), "9", "11", "Two calls from the car"),
        ("thanapol", "opportunities", days.weeks(-4, 0), "6", "4", "ซ้ำกับของมาลี"),
    )
    for key, code, day, wrong, right, reason in slips:
        member = company.members[key]
        by = member.user or company.members["vichai"].user
        # The manager did it for the rep who signs in, who would otherwise be offered to take back what is old.
        typist = company.members["ploy"].user if key == "narin" else by
        entry, _is_new = log_entry(
            kpi=company.kpis[code], member=member, date=day, value=Decimal(wrong), by=typist,
            request_id=request_id(f"slip of {key} {code}"), today=days.today,
        )  # fmt: skip
        correct_entry(entry, value=Decimal(right), date=day, reason=reason, by=by, today=days.today)
    narin = company.members["narin"]
    twice, _is_new = log_entry(
        kpi=company.kpis["calls"], member=narin, date=days.weeks(-1, 3), value=Decimal(14), by=narin.user,
        request_id=request_id("logged twice"), today=days.today,
    )  # fmt: skip
    withdraw_entry(twice, by=narin.user, reason="Logged twice")
