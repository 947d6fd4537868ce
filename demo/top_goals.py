"""The goals of the organization and of its teams."""

import datetime as dt
from decimal import Decimal

from demo.calendar import DAY
from demo.promising import AT_LEAST, AT_MOST, AT_RISK, DECREASE, OFF_TRACK, ON_TRACK, Promises, Words, rounded
from goals.models import Action

YEAR_SHARES = {1: Decimal("0.21"), 2: Decimal("0.44"), 3: Decimal("0.69")}


def set_goals_of_the_top(promises: Promises) -> None:
    year_and_quarters(promises)
    less_churn(promises)
    less_spending(promises)
    goals_of_teams(promises)


def year_and_quarters(promises: Promises) -> None:
    """The year's goal and what each quarter has to bring for it."""
    days = promises.company.days
    target = promises.aim("revenue", "", days.year, ON_TRACK)
    words = Words(
        "year",
        "โตอย่างมั่นคงทั้งปี",
        "Pays for the new warehouse in Bang Na",
        by="somsak",
    )
    promises.start(words, "revenue", "", days.year, target)
    milestones = [
        (f"Q{number}", days.quarter(number)[1], rounded(target * share)) for number, share in YEAR_SHARES.items()
    ]
    promises.plan_steps("year", milestones)
    promises.say("year", "somsak", (7, ""), (8, "A good start to the quarter"))
    reached = {1: Decimal("1.05"), 2: Decimal("0.9"), 3: Decimal("1.03"), 4: Decimal("1.04")}
    for number, ratio in reached.items():
        span = days.quarter(number)
        by_pace = promises.aim_by_pace("revenue", "", span, ratio)
        part = by_pace if number != days.this_quarter else promises.aim("revenue", "", span, ON_TRACK)
        words = Words(f"q{number}", f"Revenue of quarter {number}", by="somsak")
        promises.start(words, "revenue", "", span, part, parent="year")
    promises.close(*(f"q{number}" for number in range(1, days.this_quarter)))


def less_churn(promises: Promises) -> None:
    """From 45 % to 20 % in a quarter, by longer trials, member discounts and more people in support."""
    first, last = promises.company.days.season
    words = Words(
        "churn",
        "Keep the customers that we win: from the trial into a membership that pays off",
        "Nearly every second customer leaves within a quarter; winning a new one costs six times as much.",
        by="somsak",
    )
    promises.start(words, "churn_rate", "", (first, last), "0.20", kind=DECREASE, baseline="0.45")
    middle = first + (last - first) // 2
    promises.plan_steps("churn", [("ครึ่งทาง", middle, Decimal("0.33"))])
    promises.plan_means("churn", churn_actions(first, last))
    promises.say(
        "churn",
        "naree",
        (6, "Trials of 30 days are live for new customers"),
        (6, "ส่วนลดสมาชิกเริ่มใช้แล้ว รอดูผลสองสัปดาห์"),
        (5, "One of the two new colleagues in support starts later than planned"),
    )


def churn_actions(first: dt.date, last: dt.date) -> list[dict[str, object]]:
    state = Action.State
    return [
        {
            "title": "Longer trials: 30 days instead of 14", "who": "orathai",
            "starts_on": first, "ends_on": first + 20 * DAY, "hours": Decimal(36), "cost_planned": Decimal(60_000),
            "cost_actual": Decimal(54_500), "state": state.DONE,
        },
        {
            "title": "Member discounts from the third order on", "who": "ploy",
            "starts_on": first + 14 * DAY, "ends_on": last - 20 * DAY, "hours": Decimal(24),
            "cost_planned": Decimal(180_000), "cost_actual": Decimal(71_000), "state": state.DOING,
        },
        {
            "title": "10 % more support staff: two colleagues", "who": "naree",
            "starts_on": first + 7 * DAY, "ends_on": last - 10 * DAY, "hours": Decimal(80),
            "cost_planned": Decimal(240_000), "cost_actual": Decimal(96_000), "state": state.DOING,
        },
        {
            "title": "Call everyone whose trial ends this week", "who": "narin",
            "starts_on": first + 30 * DAY, "ends_on": last, "hours": Decimal(30), "state": state.TODO,
        },
    ]  # fmt: skip


def less_spending(promises: Promises) -> None:
    """A budget: the total must stay below the line."""
    span = promises.company.days.season
    length = span[1] - span[0]
    before = promises.total("acquisition_spend", "", (span[0] - length - DAY, span[0] - DAY))
    words = Words(
        "spend",
        "ลดค่าโฆษณาที่ไม่ได้ผล",
        "Pays for the longer trials",
        ("ยกเลิกแบนเนอร์ที่ไม่มีลูกค้าใหม่", "Move half of it to referrals"),
        by="somsak",
    )
    promises.start(
        words, "acquisition_spend", "", span, rounded(before * Decimal("0.92")), kind=DECREASE,
        baseline=rounded(before),
    )  # fmt: skip
    promises.say("spend", "naree", (8, ""), (8, "Below budget every week"))


def goals_of_teams(promises: Promises) -> None:
    days = promises.company.days
    quarter, season = days.quarter(days.this_quarter), days.season
    parent = f"q{days.this_quarter}"
    _bangkok(promises, parent)
    words = Words("upcountry", "เปิดตลาดเชียงใหม่และขอนแก่น", by="vichai")
    target = promises.aim("revenue", "upcountry", quarter, AT_RISK)
    promises.start(words, "revenue", "upcountry", quarter, target, parent=parent)
    promises.say("upcountry", "vichai", (6, ""), (5, "รถส่งของเชียงใหม่ล่าช้า"), (4, "ต้องการเซลส์เพิ่มหนึ่งคน"))

    words = Words("signups", "Turn readers of the newsletter into subscribers", "ฐานลูกค้าใหม่ของทีมออนไลน์")
    target = promises.aim("email_signups", "online", season, OFF_TRACK)
    promises.start(words, "email_signups", "online", season, target)

    words = Words("csat", "Ask after every delivery", "Content customers stay")
    promises.start(words, "csat", "upcountry", (days.weeks(-12), days.weeks(4, 4)), "4.0", kind=AT_LEAST)

    words = Words("margin", "ขายชุดสินค้า ไม่ลดราคา", "Margin pays the rent")
    promises.start(words, "gross_margin", "key", days.year, "0.34", kind=AT_LEAST)

    words = Words("cycle", "Quote within a day", "คู่แข่งใช้เวลาสามวัน")
    promises.start(words, "sales_cycle", "bangkok", season, "34", kind=AT_MOST)


def _bangkok(promises: Promises, parent: str) -> None:
    """The team of the manager who signs in, with a target that was raised on the way."""
    days = promises.company.days
    quarter = days.quarter(days.this_quarter)
    target = promises.aim("revenue", "bangkok", quarter, ON_TRACK)
    words = Words(
        "bangkok",
        "ทุกออฟฟิศใหม่ย่านสีลม–สาทร",
        "Half of the year's growth is planned here",
        ("Visit each new building in its first week", "แนะนำสินค้าชุดสำนักงานพร้อมใช้"),
    )
    promises.start(words, "revenue", "bangkok", quarter, rounded(target * Decimal("0.93")), parent=parent)
    since = max(quarter[0], days.weeks(-2, 1))
    raised = "ตึกใหม่สองแห่งเปิดเร็วกว่าแผน"
    promises.revise("bangkok", target, min(since, days.today), raised, by="ploy")
    promises.say(
        "bangkok", "ploy", (7, ""), (8, "อาคาร One Silom เซ็นสัญญาแล้ว"), (8, "On plan without the hotel deal too")
    )

    season = days.season
    before = promises.total("win_rate", "bangkok", (season[0] - (season[1] - season[0]) - DAY, season[0] - DAY))
    baseline = round(before, 2)
    words = Words("rate", "Answer every lead within a day", "More wins from the leads we have")
    promises.start(words, "win_rate", "bangkok", season, baseline + Decimal("0.02"), baseline=baseline)
