"""Goals that are still being talked about: proposed, countered, agreed on for later."""

from decimal import Decimal

from demo.calendar import DAY
from demo.entries import request_id
from demo.promising import ON_TRACK, Promises, Span, Words, rounded
from goals.models import Goal
from goals.talk import Voice, accept, counter, propose, say
from teams.reach import reach_of


def talk_about_goals(promises: Promises) -> None:
    """The manager and the rep who sign in each find a proposal that waits for them."""
    days = promises.company.days
    coming = (days.weeks(1), days.weeks(6, 4))
    visits = _offer(
        promises,
        Words("narin visits", "Visit every customer of Sathorn once before the holidays", "They reorder after a visit",
              ("Plan two visits a day", "Bring the new price list"), by="ploy"),
        "meetings", "narin", coming, promises.aim("meetings", "narin", days.push, ON_TRACK) * 2, effort="60",
    )  # fmt: skip
    _say(promises, visits, "ploy", "You know Sathorn best, so I thought of you first")
    hotels = _offer(
        promises, Words("narin hotels", "เสนอชุดกาแฟให้โรงแรมริมแม่น้ำ", "โรงแรมสั่งซ้ำทุกเดือน", by="narin"),
        "opportunities", "narin", coming, promises.aim("opportunities", "narin", days.push, ON_TRACK),
    )  # fmt: skip
    _counter(promises, hotels, "ploy", Decimal("1.2"), "ฤดูท่องเที่ยวเริ่มแล้ว น่าจะได้มากกว่านี้")
    _offer(
        promises, Words("kitti calls", "โทรหาลูกค้าเก่าทุกบ่าย", "ลูกค้าเก่าปิดง่ายกว่า", by="kitti"),
        "calls", "kitti", coming, promises.aim("calls", "kitti", days.push, ON_TRACK),
    )  # fmt: skip
    agreed = _offer(
        promises, Words("sarah demos", "Show the new machine to every large office", "It sells itself", by="ploy"),
        "meetings", "sarah", coming, promises.aim("meetings", "sarah", days.push, ON_TRACK), effort="24",
    )  # fmt: skip
    accept(agreed, _voice(promises, "sarah", "accept", agreed, "With pleasure"), version=agreed.version)


def _offer(
    promises: Promises, words: Words, code: str, owner: str, span: Span, target: Decimal, effort: str = ""
) -> Goal:
    goal = promises.draft(words, code, owner, span=span, target=rounded(target))
    goal.effort_hours = Decimal(effort) if effort else None
    goal.save()
    return propose(goal, _voice(promises, words.by, "propose", goal))


def _say(promises: Promises, goal: Goal, by: str, words: str) -> None:
    say(goal, _voice(promises, by, "say", goal, words))


def _counter(promises: Promises, goal: Goal, by: str, times: Decimal, words: str) -> None:
    assert goal.target is not None
    assert goal.deadline is not None
    voice = _voice(promises, by, "counter", goal, words)
    counter(goal, voice, version=goal.version, target=rounded(goal.target * times), deadline=goal.deadline + 7 * DAY)


def _voice(promises: Promises, by: str, verb: str, goal: Goal, words: str = "") -> Voice:
    company = promises.company
    member, today = company.members[by], company.days.today
    reach = reach_of(member, company.organization, today)
    return Voice(member, reach, today, company.now, request_id(f"{verb} {goal.statement}"), words)
