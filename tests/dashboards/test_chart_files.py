"""Charts taken away: the same numbers as on the page, for a spreadsheet and as a picture."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from django.test import Client

from goals.models import Goal
from teams.tenancy import tenant
from tests.cast import Cast
from tests.dashboards.stage import TEAM, at_ten, make_north, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        return make_north(cast)


def taken(client: Client, path: str, kind: str) -> bytes:
    response = client.get(path, {"as": kind})
    assert response.status_code == 200
    assert f".{kind}" in response["Content-Disposition"]
    return b"".join(response) if response.streaming else response.content


def in_csv(client: Client, path: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(taken(client, path, "csv").decode("utf-8-sig"))))


def in_xlsx(client: Client, path: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(taken(client, path, "xlsx"))).worksheets[0]


def test_the_course_of_a_team(cast: Cast, goals: dict[str, Goal]) -> None:
    client, path = cast.client(cast.alice), "/acme/team/pace/file/"
    pace = page(client, TEAM).context["pace"]
    head, *rows = in_csv(client, path)
    assert head == ["Period", "From", "To", "Actual", "Expected", "Gap"]
    assert [row[3] for row in rows] == [str(row.actual) for row in pace.rows]
    assert rows[-1][2:4] == ["2026-11-23", "190"]
    assert in_xlsx(client, path).cell(len(rows) + 1, 4).value == 190
    root = ElementTree.fromstring(taken(client, path, "svg"))
    assert "Calls made" in "".join(root.itertext())
    assert "North" in "".join(root.itertext())


def test_the_course_of_a_goal(cast: Cast, goals: dict[str, Goal]) -> None:
    client, path = cast.client(cast.bob), f"/acme/goals/{goals['bob'].pk}/course/file/"
    head, *rows = in_csv(client, path)
    assert head == ["Day", "Actual", "Expected"]
    by_day = {row[0]: row[1] for row in rows}
    assert by_day["2026-11-23"] == "100"
    assert rows[-1][0] == "2026-12-31"
    assert Decimal(rows[-1][2]) == 1000
    assert in_xlsx(client, path).max_row == len(rows) + 1
    words = "".join(ElementTree.fromstring(taken(client, path, "svg")).itertext())
    assert "Reopen dormant accounts" in words


def test_the_series_of_a_kpi(cast: Cast, goals: dict[str, Goal]) -> None:
    kpi = goals["bob"].kpi
    assert kpi is not None
    client, path = cast.client(cast.dan), f"/acme/kpis/{kpi.pk}/series/file/"
    root = ElementTree.fromstring(taken(client, path, "svg"))
    assert "A year before" in "".join(root.itertext())
    assert b"data-png" in client.get(f"/acme/kpis/{kpi.pk}/").content


def test_what_may_not_be_seen_or_has_no_course_is_not_there(cast: Cast, goals: dict[str, Goal]) -> None:
    client = cast.client(cast.bob)
    assert client.get(f"/acme/goals/{goals['carol'].pk}/course/file/").status_code == 404
    assert client.get("/acme/team/pace/file/", {"team": str(cast.south.pk)}).status_code == 404
    with tenant(cast.acme.pk):
        draft = Goal.objects.create(member=cast.bob, statement="Not yet")
    assert client.get(f"/acme/goals/{draft.pk}/course/file/").status_code == 404
    stranger = cast.client(cast.charlie)
    assert stranger.get("/globex/team/pace/file/", {"as": "svg"}).status_code == 404
