"""A manager reads the team dashboard; anybody chooses language and theme."""

import re

import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.places import SIAM
from tests.browser.stack import Stack

pytestmark = pytest.mark.browser


def test_filters_stand_in_the_address_and_survive_the_way_back(meet: Meet) -> None:
    manager = meet("manager")
    manager.go(f"{SIAM}/team/")
    page, rows = manager.page, manager.page.locator("table.goals tbody tr")
    every = rows.count()
    page.locator("label.chip", has=page.locator("input[value=off_track]")).click()
    page.wait_for_url("**status=off_track**")
    expect(rows.locator(".st:not(.bad)")).to_have_count(0)
    found = rows.count()
    assert 0 < found < every

    rows.locator("th a").first.click()
    page.wait_for_url("**/goals/*/")
    page.go_back()
    page.wait_for_url("**status=off_track**")
    expect(page.locator("input[value=off_track]")).to_be_checked()
    expect(rows).to_have_count(found)

    page.locator("#q").press_sequentially("zzzz", delay=20)
    expect(page.get_by_text("No goal matches these filters")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "q"
    page.get_by_role("link", name="Show all goals").click()
    expect(rows).to_have_count(every)
    assert manager.complaints() == []


def test_language_and_theme_are_kept_on_the_account(meet: Meet) -> None:
    viewer = meet("viewer")
    viewer.go(f"{SIAM}/")
    page, html = viewer.page, viewer.page.locator("html")
    page.locator("button[name=language][value=th]").click()
    expect(html).to_have_attribute("lang", "th")
    with page.expect_response("**/start/theme/"):
        page.locator("button[name=theme][value=dark]").click()
    expect(html).to_have_attribute("data-theme", "dark")
    assert page.evaluate("document.activeElement.value") == "light", "the button that goes back has the focus"

    other = meet("viewer", language="th")
    other.go(f"{SIAM}/")
    expect(other.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(other.page.locator("h1")).to_have_text(re.compile("[ก-๙]"))
    with other.page.expect_response("**/start/theme/"):
        other.page.locator("button[name=theme][value=light]").click()


LOG = """INSERT INTO kpis_entry (organization_id, kpi_id, member_id, date, value, note, is_split, source, created_at)
SELECT g.organization_id, g.kpi_id, g.member_id, current_date, 1000000, '', false, 'manual', now()
FROM goals_goal g WHERE g.id = %s"""
LOGGED_ON = """SELECT g.id FROM goals_goal g JOIN kpis_kpi k ON k.id = g.kpi_id
WHERE g.state = 'running' AND g.member_id IS NOT NULL AND k.aggregation = 'sum'"""
COLOURS = "() => [...document.querySelectorAll('.panel a, .panel td, .chart text')].map(e => getComputedStyle(e).color)"


def test_an_open_page_follows_what_others_log(meet: Meet, stack: Stack) -> None:
    """Within seconds, while focus, typed words, place and open menus stay; a change of theme goes through it all."""
    manager = meet("manager")
    manager.go(f"{SIAM}/team/")
    page = manager.page
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        found = connection.execute(LOGGED_ON).fetchall()
        row = next(place for (pk,) in found if (place := page.locator(f"#r-{pk}")).count())
        goal = int((row.get_attribute("id") or "").removeprefix("r-"))
        before = row.locator(".c-act").inner_text()
        page.locator("details.choose summary").click()
        page.locator("details.numbers").first.evaluate("one => { one.open = true; }")
        page.locator("#q").evaluate("one => { one.value = 'half a wo'; }")  # typed, and not asked for yet
        page.locator("#q").focus(timeout=5_000)
        page.evaluate("window.scrollTo(0, 200)")
        connection.execute(LOG, [goal])
    expect(row.locator(".c-act")).not_to_have_text(before, timeout=30_000)
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.evaluate("scrollY") == 200
    expect(page.locator("details.choose")).to_have_attribute("open", "")
    expect(page.locator("details.numbers").first).to_have_attribute("open", "")
    assert manager.complaints() == []
