"""Days off from the page on which they are entered to what a goal asks for on each day that is left."""

import datetime as dt
import re
import uuid

import pytest

from goals.models import Goal
from teams.models import Holiday, Leave
from teams.tenancy import tenant
from tests.cast import Cast
from tests.goals.stage import make_goal, make_kpi
from tests.goals.test_writing import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def goal(cast: Cast) -> Goal:
    """Until Friday, with four working days after this Monday. Nothing is done yet."""
    with tenant(cast.acme.pk):
        return make_goal(
            make_kpi("calls"), member=cast.bob, start=dt.date(2026, 11, 16), deadline=dt.date(2026, 11, 27)
        )


def asked(cast: Cast, goal: Goal) -> str:
    """What Bob's page of the goal says that each working day needs."""
    text = words(cast.client(cast.bob).get(f"/acme/goals/{goal.pk}/"))
    found = re.search(r"needs ([\d.]+) each working day", text)
    return found[1] if found else text


def test_leave_and_holidays_raise_what_each_day_that_is_left_needs(cast: Cast, goal: Goal) -> None:
    assert asked(cast, goal) == "25"
    leave = {"starts_on": "2026-11-25", "ends_on": "2026-11-26", "request_id": str(uuid.uuid4())}
    assert cast.client(cast.alice).post(f"/acme/people/{cast.bob.pk}/leave/", leave).status_code == 302
    assert asked(cast, goal) == "50"
    dan = cast.client(cast.dan)
    assert dan.post("/acme/settings/holidays/", {"date": "2026-11-24", "name": "A feast"}).status_code == 302
    assert asked(cast, goal) == "100"
    with tenant(cast.acme.pk):
        feast, away = Holiday.objects.get(), Leave.objects.get()
    assert dan.post(f"/acme/settings/holidays/{feast.pk}/remove/").status_code == 302
    assert dan.post(f"/acme/people/{cast.bob.pk}/leave/{away.pk}/remove/").status_code == 302
    assert asked(cast, goal) == "25"
