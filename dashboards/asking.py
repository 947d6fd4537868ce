"""Whether the reader may ask a goal's owner how it goes, and who has asked today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboards.people import Person
from goals.models import Goal
from reminders.nudges import may_nudge, out_of_reach
from teams.requests import MemberRequest


@dataclass(frozen=True)
class Asking:
    """`asker` is who has asked today, "" where the page does not name them; `out_of_reach` says why nobody can."""

    is_asked: bool
    asker: str = ""
    out_of_reach: str = ""


def asking_of(request: MemberRequest, people: Sequence[Person]) -> Callable[[Goal], Asking | None]:
    """None where it is not for the reader to ask. Of an owner who is no longer here, only the button knows."""
    names = {person.member.pk: person.member.name for person in people} | {request.member.pk: request.member.name}
    asked = {goal: by for person in people for goal, by in person.asked.items()}

    def of(goal: Goal) -> Asking | None:
        if goal.member is None or not may_nudge(goal, request.member, request.reach):
            return None
        if goal.pk in asked:
            return Asking(is_asked=True, asker=names.get(asked[goal.pk], ""))
        return Asking(is_asked=False, out_of_reach=out_of_reach(goal.member, request.today))

    return of
