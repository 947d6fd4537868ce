"""A second, small organization, in which the manager of the first is a rep."""

import datetime as dt
from decimal import Decimal
from random import Random

from demo.calendar import DAY, Days
from demo.company import Company, account, new_organization
from demo.entries import store
from demo.people import LANNA, MANAGER
from demo.promising import ON_TRACK, Promises, Words
from demo.selling import Recorded, poisson
from kpis.actions import add_from_catalogue
from teams.actions.members import add_member
from teams.models import Member, Team, User
from teams.tenancy import tenant

KPIS = ("revenue", "calls", "onsite_signups", "win_rate", "new_customers")
WEEKS = 9


def load_second(days: Days, now: dt.datetime) -> Company:
    company = Company(new_organization("Lanna Coffee Roasters", LANNA), days, now)
    with tenant(company.organization.pk):
        _people(company)
        add_from_catalogue(KPIS)
        store(company, _record(days))
        _goals(Promises(company))
    return company


def _people(company: Company) -> None:
    boss = account("kan@lanna-coffee.example", "กานต์ ล้านนา", None)
    owner = Member.objects.create(name=boss.name, email=boss.email, role="owner", user=boss)
    team = Team.objects.create(name="ร้านและขายส่ง", manager=owner)
    ploy, _is_new = add_member(name="Ploy Srisuwan", email=MANAGER, by=owner, team=team)
    ploy.user = User.objects.get(email=MANAGER)
    ploy.save(update_fields=["user"])
    noah, _is_new = add_member(name="Noah Bennett", by=owner, team=team)
    company.members = {"kan": owner, "ploy": ploy, "noah": noah}
    company.teams = {"shops": team}


def _record(days: Days) -> list[Recorded]:
    record = []
    day = days.weeks(-WEEKS)
    while day < days.today:
        for person in ("ploy", "noah") if day.weekday() < 5 else ():
            random = Random(f"coffee {person} {day}")
            found = {
                "revenue": round(random.gauss(8_400, 2_100), -1),
                "calls": poisson(random, 9),
                "won": poisson(random, 0.8),
                "lost": poisson(random, 1.3),
                "new_customers": poisson(random, 0.5),
            }
            record += [Recorded(person, code, day, Decimal(max(0, round(number)))) for code, number in found.items()]
        day += DAY
    return record


def _goals(promises: Promises) -> None:
    days = promises.company.days
    span = days.push
    words = Words("team", "Wholesale to cafés in Chiang Mai", "กาแฟฤดูใหม่", by="kan")
    promises.start(words, "revenue", "shops", span, promises.aim("revenue", "shops", span, ON_TRACK))
    words = Words("ploy", "Taste with ten new cafés", "They serve the goal of the team", by="kan")
    promises.start(words, "revenue", "ploy", span, promises.aim("revenue", "ploy", span, ON_TRACK), parent="team")
    words = Words("calls", "โทรหาร้านใหม่ทุกวัน", "ฤดูเก็บเกี่ยวใกล้มาแล้ว", by="ploy")
    promises.start(words, "calls", "ploy", span, promises.aim("calls", "ploy", span, ON_TRACK))
    promises.draft(Words("idea", "A roast for hotels", by="ploy"), owner="ploy")
