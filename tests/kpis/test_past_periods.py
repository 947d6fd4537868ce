"""Numbers of years ago are found on the same pages, one step at a time."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from kpis.actions import add_from_catalogue, log_entry
from kpis.models import Kpi
from teams.tenancy import tenant
from tests.cast import Cast

QUARTERS = {(2, 10): "1134672", (5, 10): "3086111", (8, 10): "2982255", (11, 10): "2802496"}


@pytest.fixture
def revenue(cast: Cast) -> int:
    with tenant(cast.acme.pk):
        add_from_catalogue(["revenue"])
        kpi = Kpi.objects.get(code="revenue")
        for (month, day), value in QUARTERS.items():
            log_entry(kpi=kpi, member=cast.bob, date=dt.date(2017, month, day), value=Decimal(value), by=cast.bob.user)
        return kpi.pk


def page(cast: Cast, url: str) -> str:
    response = cast.client(cast.dan).get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("on", "name", "value"), [("2017-03-31", "Q1 2017", "฿1,134,672"), ("2017-12-01", "Q4 2017", "฿2,802,496")]
)
def test_a_past_period_is_shown_whole(cast: Cast, revenue: int, on: str, name: str, value: str) -> None:
    for url in (f"/acme/kpis/{revenue}/", "/acme/kpis/"):
        text = page(cast, f"{url}?of=organization&by=quarter&on={on}")
        assert f"<strong>{name}</strong>" in text
        assert re.search(rf"<strong>(<a [^>]*>)?{re.escape(value)}<", text)


def test_the_chart_of_a_past_year_holds_its_last_period(cast: Cast, revenue: int) -> None:
    text = page(cast, f"/acme/kpis/{revenue}/?of=organization&by=quarter&on=2017-12-31")
    assert "Q4 2017" in re.search(r'<svg class="chart[^>]*aria-label="([^"]*)"', text).group(1)  # type: ignore[union-attr]


def test_steps_lead_from_period_to_period(cast: Cast, revenue: int) -> None:
    text = page(cast, f"/acme/kpis/{revenue}/?of=organization&by=quarter&on=2017-05-05")
    assert "on=2017-03-31" in text
    assert "on=2017-07-01" in text
    assert 'name="on" value="2017-06-30"' in text


@pytest.mark.parametrize("on", ["", "2999-01-01", "0001-01-01", "2017-02-30", "yesterday", "2560-01-01"])
def test_impossible_days_show_the_current_period(cast: Cast, revenue: int, on: str) -> None:
    text = page(cast, f"/acme/kpis/{revenue}/?by=year&on={on}")
    assert 'rel="prev"' in text
    assert 'rel="next"' not in text
