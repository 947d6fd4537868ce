"""The goals of the reps, first of the one who signs in: one of every kind and in every state."""

from decimal import Decimal

from demo.calendar import DAY
from demo.people import REPS
from demo.promising import AT_LEAST, AT_RISK, INCREASE, OFF_TRACK, ON_TRACK, Chance, Promises, Span, Words, rounded
from goals.plan import FurtherPlan

REVENUE_WORDS = (
    "ขายเพิ่มให้ลูกค้าเดิมในตึกเดียวกัน",
    "Close what has been open for a month",
    "Win the offices that opened this spring",
    "เพิ่มยอดจากลูกค้ากลุ่มโรงแรม",
)
ACTIVITY_WORDS = {
    "calls": "Call new prospects every morning",
    "emails": "Write to every lead within the hour",
    "meetings": "นัดสาธิตสินค้าที่ออฟฟิศลูกค้า",
    "opportunities": "Ask every customer for a referral",
}
# Of the other reps, in the order of the list: how they do with revenue, and with what else.
OTHERS = (
    (ON_TRACK, "calls", AT_RISK),
    (AT_RISK, "meetings", ON_TRACK),
    (OFF_TRACK, "emails", AT_RISK),
    (ON_TRACK, "opportunities", OFF_TRACK),
    (ON_TRACK, "meetings", ON_TRACK),
    (AT_RISK, "opportunities", ON_TRACK),
    (AT_RISK, "calls", ON_TRACK),
    (ON_TRACK, "emails", ON_TRACK),
    (OFF_TRACK, "calls", OFF_TRACK),
    (ON_TRACK, "emails", AT_RISK),
    (AT_RISK, "meetings", ON_TRACK),
)
CONFIDENCE = {
    ON_TRACK: ((7, ""), (8, "เป็นไปตามแผน")),
    AT_RISK: ((7, ""), (5, "Two customers have put it off")),
    OFF_TRACK: ((5, ""), (3, "A large customer has cancelled")),
}


def set_goals_of_reps(promises: Promises) -> None:
    goals_of_narin(promises)
    others = [person for person in REPS if person.key != "narin"]
    for number, (person, (revenue, code, chance)) in enumerate(zip(others, OTHERS, strict=True)):
        _pair(promises, number, person.key, revenue, code, chance)
    _close_to_the_end(promises)


def goals_of_narin(promises: Promises) -> None:
    _running(promises)
    _close_rate(promises)
    _scorecard(promises)
    _series(promises)
    _drafts(promises)
    _ended(promises)


def _running(promises: Promises) -> None:
    days = promises.company.days
    push = days.push

    def begin(key: str, code: str, chance: Chance, span: Span, words: str, why: str = "") -> None:
        target = promises.aim(code, "narin", span, chance)
        promises.start(Words(key, words, why, by="narin"), code, "narin", span, target)

    target = promises.aim("revenue", "narin", push, ON_TRACK)
    promises.start(
        Words("narin revenue", "เปิดออฟฟิศใหม่ย่านอโศก 12 แห่ง", by="narin"), "revenue", "narin", push, target,
        parent="bangkok", commit=rounded(target * Decimal("0.9")), stretch=rounded(target * Decimal("1.15")),
    )  # fmt: skip
    begin(
        "narin meetings", "meetings", AT_RISK, push, "Show the starter set where the coffee is drunk",
        "Demos on site win twice as often",
    )  # fmt: skip
    begin(
        "narin customers", "new_customers", OFF_TRACK, push, "ชวนลูกค้าทดลองใช้ 30 วัน",
        "Feeds the goal on churn: customers who try it first stay",
    )  # fmt: skip
    begin(
        "narin leads", "opportunities", ON_TRACK, (days.weeks(-4), days.today + 3 * DAY),
        "Ask every customer for a referral", "ท่อขายต้องเต็มก่อนปีใหม่",
    )  # fmt: skip
    words = Words("narin calls", "โทรหาลูกค้าใหม่ทุกเช้าก่อนสิบโมง", "A full pipeline", by="narin")
    promises.start(words, "calls", "narin", push, "8", kind=AT_LEAST)
    promises.say("narin revenue", "narin", (6, ""), (7, "ได้ลูกค้าจากตึก Exchange Tower สองราย"), (8, "ใกล้เป้าแล้ว"))
    promises.say("narin meetings", "narin", (7, ""), (5, "Two demos were put off to next month"))
    promises.say("narin customers", "narin", (5, "ช่วงทดลองยาวขึ้น ลูกค้าตัดสินใจช้าลง"), (4, ""))
    actions = [
        {"title": "ทำรายชื่อผู้เช่าหกตึก", "hours": Decimal(6), "state": "done"},
        {"title": "Prepare ten starter sets", "hours": Decimal(4), "state": "doing"},
    ]
    dates = {"who": "narin", "starts_on": push[0], "ends_on": push[1]}
    promises.plan_means("narin revenue", [{**action, **dates} for action in actions])


def _close_rate(promises: Promises) -> None:
    """A quarter of the closed deals were won in the last three weeks, so 30 % next week is sound."""
    days = promises.company.days
    words = Words(
        "narin rate",
        "Answer every quote on the same day",
        "About 25 % over the last three weeks; those who got an answer on the same day bought more often",
        by="narin",
    )
    next_week = (days.weeks(1), days.weeks(1, 6))
    promises.start(words, "win_rate", "narin", next_week, "0.30", baseline="0.25", parent="rate")


def _scorecard(promises: Promises) -> None:
    """Three KPIs in one goal, of which the demos weigh half."""
    season, kpis = promises.company.days.season, promises.company.kpis
    letters = promises.aim("emails", "narin", season, ON_TRACK)
    further = (
        FurtherPlan(kpis["emails"], INCREASE, None, letters, Decimal(1)),
        FurtherPlan(kpis["win_rate"], AT_LEAST, None, Decimal("0.20"), Decimal(1)),
    )
    words = Words(
        "narin card", "ฝึกขายให้ครบวงจร: เขียน สาธิต ปิดการขาย", "Each of them alone is easy to polish", by="narin"
    )
    target = promises.aim("meetings", "narin", season, AT_RISK)
    promises.start(words, "meetings", "narin", season, target, own_weight=Decimal(2), further=further)


def _series(promises: Promises) -> None:
    """Every month a tenth of the first one more; the clock made the second and the third."""
    days = promises.company.days
    span = (days.month(-2), days.month(-1) - DAY)
    words = Words("narin series", "Write to every office that moved", "They need all of it at once", by="narin")
    target = round(promises.aim_by_pace("emails", "narin", span, Decimal("1.1")), -1)
    promises.start(words, "emails", "narin", span, target, repeats="monthly", growth=Decimal("0.1"))
    promises.repeat("narin series", "narin series again")
    promises.repeat("narin series again", "narin series now")
    promises.close("narin series", "narin series again")


def _drafts(promises: Promises) -> None:
    days = promises.company.days
    words = Words("narin idea", "กลับไปหาลูกค้าเก่าที่หายไป", by="narin")
    promises.draft(words, owner="narin")
    words = Words("narin vague", "Sell more", by="narin")
    promises.draft(words, "revenue", "narin")
    words = Words("narin next", "New Year hampers for every office", "Season's trade", by="narin")
    target = promises.aim_by_pace("revenue", "narin", (days.weeks(-5), days.weeks(-1, 6)), ON_TRACK.reached)
    promises.draft(words, "revenue", "narin", span=(days.weeks(1), days.weeks(6, 4)), target=target, parent="bangkok")
    words = Words("bangkok idea", "ทดลองส่งของภายในสามชั่วโมง", by="ploy")
    promises.draft(words, owner="bangkok")


def _ended(promises: Promises) -> None:
    days = promises.company.days
    span = (days.weeks(-10), days.weeks(-5, 4))
    words = Words("narin won", "New offices around Rama 9", by="narin")
    target = promises.aim_by_pace("revenue", "narin", span, Decimal("1.09"))
    promises.start(words, "revenue", "narin", span, target)
    words = Words("narin lost", "Write to every lead within the hour", by="narin")
    promises.start(words, "emails", "narin", span, promises.aim_by_pace("emails", "narin", span, Decimal("0.85")))
    words = Words("narin given up", "ออกบูธงานแสดงสินค้า", by="ploy")
    promises.start(words, "onsite_signups", "narin", (days.weeks(-8), days.weeks(2, 4)), "150")
    promises.drop("narin given up", days.weeks(-4, 2), "The fair was called off")
    promises.close("narin won", "narin lost")
    promises.look_back("narin won", "ลูกค้าเดิมแนะนำตึกข้าง ๆ ให้", "Two weeks went by before the price list was ready")


def _pair(promises: Promises, number: int, owner: str, revenue: Chance, code: str, chance: Chance) -> None:
    """A goal on revenue below the team's, and one on what leads to it."""
    span = promises.company.days.push
    team = next(person.team for person in REPS if person.key == owner)
    parent = {"bangkok": "bangkok", "key": "bangkok", "upcountry": "upcountry"}.get(team, "")
    words = Words(f"{owner} revenue", REVENUE_WORDS[number % len(REVENUE_WORDS)], "แผนทีมไตรมาสนี้", by="ploy")
    promises.start(words, "revenue", owner, span, promises.aim("revenue", owner, span, revenue), parent=parent)
    promises.say(f"{owner} revenue", owner, *CONFIDENCE[revenue])
    words = Words(f"{owner} {code}", ACTIVITY_WORDS[code], "More talks, more sales", by="ploy")
    promises.start(words, code, owner, span, promises.aim(code, owner, span, chance))


def _close_to_the_end(promises: Promises) -> None:
    """One that ends tomorrow, one that ended yesterday and still takes late entries, and older ones that are closed."""
    days = promises.company.days
    ends = {"kitti": (-3, 1), "suda": (-5, -1)}
    for owner, (week, end) in ends.items():
        span = (days.weeks(week), days.today + end * DAY)
        target = promises.aim_by_pace("meetings", owner, span, ON_TRACK.reached)
        words = Words(f"{owner} demos", ACTIVITY_WORDS["meetings"], "More talks, more sales")
        promises.start(words, "meetings", owner, span, target)
    span = (days.weeks(-10), days.weeks(-5, 4))
    for owner, ratio in {"sarah": Decimal("1.06"), "malee": Decimal("0.82"), "james": Decimal("1.12")}.items():
        words = Words(f"{owner} before", REVENUE_WORDS[len(owner) % len(REVENUE_WORDS)])
        promises.start(words, "revenue", owner, span, promises.aim_by_pace("revenue", owner, span, ratio))
        promises.close(f"{owner} before")
