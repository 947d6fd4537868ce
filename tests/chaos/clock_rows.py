"""Clocks that stand still, run twice, run wrong, or change to summer time."""

import datetime as dt
import time
import zoneinfo
from collections import defaultdict

from reminders.moments import DAYS_BEFORE, Clock, deadline_notice
from tests.chaos.mails import addresses, await_end, seed
from tests.chaos.report import Report
from tests.chaos.stack import BEAT, MAIL_WORKER, Stack, wait_until
from tests.chaos.world import world_of

GOALS = 40


def c8(stack: Stack) -> Report:
    """The clock was away for six hours: what came due meanwhile goes out at once, each once."""
    report, wanted = Report(), _goals_due(stack, "c8", hours_ago=3)
    stack.start(BEAT, MAIL_WORKER)
    try:
        report.recovered_s = wait_until(lambda: len(stack.taken("c8")) >= len(wanted), "all that was due", 60)
    except TimeoutError as late:
        report.problems.append(str(late))
    time.sleep(3)  # whatever would come a second time comes now
    report.count(wanted, stack.taken("c8"))
    return report


def c9(stack: Stack) -> Report:
    """Two clocks, then three, then one that died and left a broken file."""
    report, wanted = Report(), set[str]()
    stack.start(MAIL_WORKER)
    for n, clocks in enumerate((2, 3)):
        for number in range(clocks):
            stack.run(BEAT, as_name=f"{BEAT}-{n}-{number}")
        row = f"c9x{n}"
        wanted |= (found := _goals_due(stack, row, hours_ago=1))
        wait_until(lambda row=row, found=found: len(stack.taken(row)) >= len(found), "all that was due", 60)  # type: ignore[misc]
        time.sleep(3)
        for number in range(clocks):
            stack.machine.kill(f"{BEAT}-{n}-{number}")
    for file in (stack.folder / "clock").glob("*"):
        file.write_bytes(b"\x00broken")
    stack.run(BEAT, as_name=f"{BEAT}-1-0")
    wanted |= (found := _goals_due(stack, "c9y", hours_ago=1))
    report.recovered_s = wait_until(lambda: len(stack.taken("c9y")) >= len(found), "all after a broken file", 60)
    time.sleep(3)
    report.count(wanted, {**stack.taken("c9x0"), **stack.taken("c9x1"), **stack.taken("c9y")})
    return report


def d6(_stack: Stack) -> Report:
    """Every time zone there is, over the changes of its clocks: each step of a deadline told once, at nine."""
    report, steps = Report(), 0
    for name in sorted(zoneinfo.available_timezones()):
        zone = zoneinfo.ZoneInfo(name)
        for deadline in _days_of_change(zone):
            steps += len(DAYS_BEFORE)
            report.problems += _told_wrong(name, zone, deadline)
    report.notes.append(f"{steps} steps in all zones")
    report.problems = report.problems[:5]
    return report


def d7(stack: Stack) -> Report:
    """Workers whose clocks are an hour wrong: nothing goes early, nothing late, nothing twice."""
    report, now = Report(), seed(stack, addresses("d7", 40))
    later = seed(stack, addresses("d7later", 40), due_in="30 minutes")
    due = _goals_due(stack, "d7goals", hours_ago=0.2)
    stack.start(BEAT)
    stack.run(MAIL_WORKER, as_name="mail-late", CHAOS_CLOCK="-3600")
    late_s = await_end(stack, "d7", 30)
    wait_until(lambda: len(stack.taken("d7goals")) >= len(due), "what is due by the true clock", 30)
    stack.machine.kill("mail-late")
    stack.run(MAIL_WORKER, as_name="mail-early", CHAOS_CLOCK="3600")
    seed(stack, addresses("d7too", 40))
    early_s = await_end(stack, "d7too", 30)
    report.count(now | due, {**stack.taken("d7"), **stack.taken("d7goals")})
    report.check(late_s < 30, "a worker an hour behind sends nothing")
    report.check(early_s < 30, "a worker an hour ahead sends nothing")
    report.check(not any(stack.taken("d7later").values()), "sent early by a worker whose clock is ahead")
    stack.ask("DELETE FROM reminders_message WHERE address = ANY (%s)", [sorted(later)])
    return report


def _days_of_change(zone: zoneinfo.ZoneInfo) -> list[dt.date]:
    """Days in two years on which the zone's distance from UTC is not that of the day before, and three others."""
    start = dt.date(2026, 1, 1)
    days = [start + dt.timedelta(days=n) for n in range(731)]
    offsets = [dt.datetime.combine(day, dt.time(12), zone).utcoffset() for day in days]
    changes = [day for day, a, b in zip(days[1:], offsets, offsets[1:], strict=False) if a != b]
    return [*changes, dt.date(2026, 12, 31), dt.date(2027, 1, 3), dt.date(2028, 2, 29)]


def _told_wrong(name: str, zone: zoneinfo.ZoneInfo, deadline: dt.date) -> list[str]:
    """Each step on its day, at one moment, and no other day."""
    clock = Clock(zone, zone)
    told: dict[dt.date, set[dt.datetime]] = defaultdict(set)
    start = deadline - dt.timedelta(days=30)
    agreed = dt.datetime.combine(start, dt.time(0), dt.UTC)
    days = [deadline - dt.timedelta(days=before) for before in DAYS_BEFORE]
    for day in days:
        for minutes in range(-14 * 60, 24 * 60, 20):
            now = dt.datetime.combine(day, dt.time(9), dt.UTC) + dt.timedelta(minutes=minutes)
            notice = deadline_notice(start, deadline, agreed, clock, now)
            if notice:
                told[notice.day].add(notice.at)
    if set(told) != set(days) or any(len(moments) > 1 for moments in told.values()):
        return [f"{name}, {deadline}: told {dict(told)}"]
    return [
        f"{name}, {day}: told at {local}"
        for day, (at,) in told.items()
        if (local := at.astimezone(zone)).time() != dt.time(9) or (local.date() != day and _exists(zone, day))
    ]


def _exists(zone: zoneinfo.ZoneInfo, day: dt.date) -> bool:
    """A zone that jumps over the date line skips a day."""
    nine = dt.datetime.combine(day, dt.time(9), zone)
    return nine.astimezone(dt.UTC).astimezone(zone).date() == day


def _goals_due(stack: Stack, row: str, hours_ago: float) -> set[str]:
    """Goals a week from their deadline, whose owners' nine o'clock was so many hours ago."""
    from django.db import connection

    from teams.models import Member, Organization, User
    from teams.tenancy import tenant
    from tests.goals.stage import make_goal, make_kpi

    world_of(stack)
    connection.close()  # an earlier row may have ended its server
    now = dt.datetime.now(dt.UTC)
    zone = zone_at_nine(now - dt.timedelta(hours=hours_ago))
    organization = Organization.objects.create(name=row, slug=f"{row}-{int(now.timestamp())}", time_zone=zone)
    today = organization.today(now)
    wanted = addresses(row, GOALS)
    with tenant(organization.pk):
        kpi = make_kpi("visits", cadence="monthly")
        for n, address in enumerate(wanted):
            user = User.objects.create(email=address, name=f"Person {n}")
            member = Member.objects.create(name=f"Person {n}", email=address, role="rep", user=user)
            make_goal(
                kpi, member=member, start=today - dt.timedelta(days=20), deadline=today + dt.timedelta(days=7),
                started_at=now - dt.timedelta(days=20),
            )  # fmt: skip
    return set(wanted)


def zone_at_nine(moment: dt.datetime) -> str:
    """A zone with a minute's exactness in which it was nine, or up to an hour past it, at that moment."""
    for hours in range(-11, 15):
        local = moment + dt.timedelta(hours=hours)
        if local.hour == 9:
            sign = "-" if hours >= 0 else "+"  # POSIX signs are the other way round
            return f"Etc/GMT{sign}{abs(hours)}" if hours else "Etc/UTC"
    raise AssertionError("it is nine somewhere")
