"""The page on which a formula is written: what is said about it, what it gives, and what others do meanwhile."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kpis.actions import add_from_catalogue, log_entry
from kpis.catalogue import CATALOGUE
from kpis.models import Kpi
from teams.models import Team
from teams.tenancy import tenant
from tests.cast import Cast
from tests.kpis.test_kpi_pages import codes, definition, stored

TODAY = timezone.now().astimezone(ZoneInfo("Asia/Bangkok")).date()  # where Acme is
HX = {"HX-Request": "true", "HX-Target": "div#kpi-preview"}
CHECK = "/acme/kpis/check/"


def typed(formula: str, **fields: str) -> dict[str, str]:
    fields = {"code": "mine", "unit": "percent", "cadence": "monthly", **fields}
    return definition(**{"formula": formula, "aggregation": "", **fields})


def asked(cast: Cast, formula: str, **fields: str) -> str:
    """What comes back while somebody types, as one reads it."""
    answer = cast.client(cast.dan).post(CHECK, typed(formula, **fields), headers=HX)
    assert answer.status_code == 200
    return readable(answer.content.decode())


def readable(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def record(cast: Cast) -> Cast:
    """This month Bob of the north won 30 of 40 for 3,000, Carol of the south 8 of 60; a quarter ago Bob lost one."""
    with tenant(cast.acme.pk):
        kpis = {kpi.code: kpi for kpi in add_from_catalogue(CATALOGUE)}
        for code, member, day, amount in (
            ("won", cast.bob, TODAY, 30),
            ("lost", cast.bob, TODAY, 10),
            ("won", cast.carol, TODAY, 8),
            ("lost", cast.carol, TODAY, 52),
            ("revenue", cast.bob, TODAY, 3000),
            ("lost", cast.bob, TODAY.replace(day=1) - dt.timedelta(days=70), 1),
        ):
            log_entry(kpi=kpis[code], member=member, date=day, value=Decimal(amount), by=None)
    return cast


def test_preview_is_the_value_with_its_parts(record: Cast) -> None:
    said = asked(record, "won / (won + lost)", decimals="1")
    assert "Deals won 38 , Deals lost 62 38.0%" in said
    assert "Reads: Deals won / (Deals won + Deals lost)" in said
    assert codes(record) == set(CATALOGUE), "nothing is stored"


def test_a_team_stands_beside_the_organization_with_its_own_parts(record: Cast) -> None:
    said = asked(record, "won / (won + lost)", of=f"team-{record.north.pk}")
    assert "Period Acme North" in said
    assert "Deals won 30 , Deals lost 10 38% 75%" in said


def test_why_there_is_no_value(record: Cast) -> None:
    said = asked(record, "won / (won + lost)")
    assert re.search(r"No value for [\w ]+: “Deals won” has none\.", said), "before anything was won"
    said = asked(record, "lost / won", of=f"team-{record.north.pk}")
    assert ": “Deals won” has none." in said
    said = asked(record, "lost / (won - 30)", of=f"team-{record.north.pk}", unit="ratio")
    assert ": Deals won - 30 is 0, and nothing can be divided by 0." in said


def test_parts_that_are_formulas_and_shifts_show_what_the_formula_sees(record: Cast) -> None:
    said = asked(record, "win_rate - previous(win_rate)", decimals="1")
    assert "Win rate 38.0% , previous(Win rate) 0.0%" in said or "previous(Win rate) –" in said
    said = asked(record, "meetings + won", unit="count")
    assert ": “Meetings held” has none." in said


@pytest.mark.parametrize(
    ("formula", "fields", "says", "take"),
    [
        ("won / los", {}, "There is no KPI with the code “los”. Did you mean “lost”?", "formula=won / lost"),
        ("won / qqqq", {}, "There is no KPI with the code “qqqq”.", ""),
        ("won / (lost", {}, "The formula cannot be read near", ""),
        ("mean(won)", {}, "There is no function “mean”.", ""),
        ("won + mine", {}, "The formula would depend on itself: mine → mine.", ""),
        (
            "revenue + win_rate",
            {"unit": "money"},
            "“revenue” is money and “win_rate” is a percentage: these cannot be added or subtracted.",
            "",
        ),
        ("won / lost", {"unit": "count"}, "The formula gives a ratio.", "unit=percent"),
        ("revenue / won", {}, "The formula gives money for each of something counted.", "unit=money"),
        ("won / lost * 100", {}, "A percent KPI shows 0.25 as 25%: leave out the 100.", ""),
        ("won", {"aggregation": "sum"}, "Give either an aggregation or a formula, not both.", "aggregation="),
    ],
)
def test_what_is_said_at_the_field(record: Cast, formula: str, fields: dict[str, str], says: str, take: str) -> None:
    sent = {**typed(formula), **fields}
    answer = record.client(record.dan).post(CHECK, sent, headers=HX).content.decode()
    assert says in readable(answer)
    assert 'id="formula-says" hx-swap-oob' in answer
    assert (f'value="{take}"' in answer) if take else 'name="take"' not in answer


def test_an_offer_is_taken_in_one_tap_with_and_without_script(record: Cast) -> None:
    for headers in ({}, {"HX-Request": "true", "HX-Target": "form#kpi-form"}, HX):
        sent = {**typed("won / lost", unit="count", name=""), "take": "unit=percent"}
        page = record.client(record.dan).post(CHECK, sent, headers=headers).content.decode()
        assert "The formula gives" not in page
        assert "This field is required." not in page, "nobody has come to the name yet"
        if headers != HX:
            assert '<option value="percent" selected>' in page
    sent = {**typed("won / lost"), "take": "name=Taken over"}
    assert "Taken over" not in record.client(record.dan).post(CHECK, sent).content.decode()


def test_without_script_the_button_shows_the_preview_on_the_page(record: Cast) -> None:
    page = record.client(record.dan).post(CHECK, typed("won / (won + lost)")).content.decode()
    assert page.startswith("<!doctype html>")
    assert "Deals won 38 , Deals lost 62 38%" in readable(page)
    page = record.client(record.dan).post(CHECK, typed("won / los")).content.decode()
    assert re.search(r'<input[^>]*name="formula"[^>]*aria-invalid="true"', page)
    assert 'value="won / los"' in page


def test_a_kpi_of_a_name_instead_of_a_code(record: Cast) -> None:
    with tenant(record.acme.pk):
        Kpi.objects.filter(code="won").update(name="ยอดปิด")
    answer = record.client(record.dan).post(CHECK, typed("ยอดปิด / lost"), headers=HX).content.decode()
    assert 'value="formula=won / lost"' in answer


def test_saving_refuses_mixed_units_and_lets_a_name_be_changed_all_the_same(record: Cast) -> None:
    client = record.client(record.dan)
    page = client.post("/acme/kpis/new/", typed("revenue + win_rate", unit="money"))
    assert page.status_code == 422
    assert page.content.decode().count("these cannot be added or subtracted.") == 1
    client.post("/acme/kpis/new/", typed("revenue + acquisition_spend", unit="money"))
    spend = stored(record, "acquisition_spend")
    as_count = definition(code="acquisition_spend", unit="count", version="1", name="")
    assert client.post(f"/acme/kpis/{spend.pk}/edit/", as_count).status_code == 302
    mine = stored(record, "mine")
    renamed = typed("revenue + acquisition_spend", unit="money", name="Renamed", version="1")
    assert client.post(f"/acme/kpis/{mine.pk}/edit/", renamed).status_code == 302
    changed = typed("acquisition_spend + revenue", unit="money", version="2")
    assert client.post(f"/acme/kpis/{mine.pk}/edit/", changed).status_code == 422


def test_a_recorded_kpi_is_tried_as_it_would_be_put_together(record: Cast) -> None:
    won = stored(record, "won")
    sent = definition(code="won", name="", aggregation="average", cadence="monthly", kpi=str(won.pk))
    assert "19" in asked_raw(record, sent), "the mean of 30 and 8"
    assert "Nothing has been recorded for this KPI yet." in asked_raw(record, definition(code="new"))
    page = readable(record.client(record.dan).get(f"/acme/kpis/{won.pk}/edit/").content.decode())
    assert "so far 38" in page


def asked_raw(cast: Cast, sent: dict[str, str]) -> str:
    return readable(cast.client(cast.dan).post(CHECK, sent, headers=HX).content.decode())


def test_a_code_that_another_person_renames_meanwhile(record: Cast) -> None:
    """Dan has the win rate open, as version 1, while the code of one of its parts is changed."""
    client, rate, won = record.client(record.dan), stored(record, "win_rate"), stored(record, "won")
    client.post(f"/acme/kpis/{won.pk}/edit/", definition(code="signed", name="Signed", version="1"))
    assert stored(record, "win_rate").formula == "signed / (signed + lost)"
    sent = typed("won / (won + lost)", code="win_rate", name="", kpi=str(rate.pk))
    answer = client.post(CHECK, sent, headers=HX).content.decode()
    assert "“won” is called “signed” now." in readable(answer)
    assert 'value="formula=signed / (signed + lost)"' in answer
    page = client.post(f"/acme/kpis/{rate.pk}/edit/", {**sent, "version": "1"})
    assert page.status_code == 409
    assert "“won” is called “signed” now." in readable(page.content.decode())
    assert "signed / (signed + lost) won / (won + lost)" in readable(page.content.decode()), "theirs and yours"
    again = {**sent, "version": "2", "formula": "signed / (signed + lost) * 1"}
    assert client.post(f"/acme/kpis/{rate.pk}/edit/", again).status_code == 302


def test_the_draft_of_a_new_code_is_tried_under_it(record: Cast) -> None:
    """Pipeline flow uses the step whose code is being changed: both read on."""
    step = stored(record, "proposals_to_wins")
    sent = typed("won / lost", code="closing", name="", kpi=str(step.pk))
    assert "Deals won 38 , Deals lost 62" in asked_raw(record, sent)
    sent["formula"] = "pipeline_flow / 2"
    assert "would depend on itself" in asked_raw(record, sent)


def test_a_code_in_use_does_not_hide_that_kpi_from_the_preview(record: Cast) -> None:
    assert "Deals won 38 , Deals lost 62 38%" in asked(record, "won / (won + lost)", code="won")


def test_only_those_who_may_define_are_answered(record: Cast) -> None:
    for member in (record.alice, record.bob, record.vera):
        assert record.client(member).post(CHECK, typed("won")).status_code == 403
    client = record.client(record.dan)
    assert client.get(CHECK).status_code == 405
    assert client.post(CHECK, typed("won", of="team-9999999")).status_code == 404
    assert client.post(CHECK, typed("won", kpi="9999999")).status_code == 404
    assert client.post(CHECK, typed("won", kpi="x\0", unit="?", cadence="?", decimals="?")).status_code == 200


def test_queries_do_not_grow_with_parts_teams_or_periods(record: Cast) -> None:
    client = record.client(record.dan)
    team = f"team-{record.north.pk}"

    def count(formula: str, cadence: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.post(CHECK, typed(formula, cadence=cadence, of=team), headers=HX).status_code == 200
        return len(queries)

    count("won", "quarterly")
    few = count("won + lost", "quarterly")
    with tenant(record.acme.pk):
        for n in range(20):
            Team.objects.create(name=f"Team {n}", parent=record.north)
    flow = "pipeline_flow + churn_rate + previous(win_rate) + last_year(gross_margin) + customers / opening(customers)"
    assert count(flow, "daily") <= few + 1, "one more where a stock is among the parts"
    assert few <= 26, few
