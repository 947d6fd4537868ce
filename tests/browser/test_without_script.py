"""Everything that matters works in a browser without JavaScript."""

import pytest
from playwright.sync_api import expect

from demo.people import REP
from tests.browser.conftest import Meet
from tests.browser.ledger import entries_of
from tests.browser.places import SIAM
from tests.browser.stack import Stack

pytestmark = pytest.mark.browser


def test_sign_in_log_take_back_and_write_a_goal(meet: Meet, stack: Stack) -> None:
    rep = meet(script=False)
    rep.sign_in(REP)
    page, before = rep.page, entries_of(stack, REP)
    page.wait_for_url(f"**{SIAM}/")
    rep.language = ""  # from here on it is the account's, which others may have changed
    rep.speak("en")
    rep.go(f"{SIAM}/")

    page.locator("article.card form.log button.tap").first.click()
    expect(page.locator("main")).to_contain_text("Logged")
    assert entries_of(stack, REP) == before + 1
    page.locator("article.card").get_by_role("button", name="Undo").first.click()
    expect(page.locator("main")).to_contain_text("Taken back")
    assert entries_of(stack, REP) == before

    page.goto(f"{SIAM}/goals/new/")
    page.fill("#id_statement", "Write to the clinics")
    page.select_option("#id_kpi", label="Calls")
    page.get_by_role("button", name="Ask the coach").click()
    expect(page.locator("#whole-sentence")).to_contain_text("Write to the clinics")
    page.goto(f"{SIAM}/goals/new/")
    page.fill("#id_statement", "Write to the clinics")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.locator("main")).to_contain_text("The draft is saved.")


def test_the_team_dashboard_is_filtered_by_a_button(meet: Meet) -> None:
    manager = meet("manager", script=False)
    manager.go(f"{SIAM}/team/")
    manager.page.locator("label.chip", has=manager.page.locator("input[value=on_track]")).click()
    manager.page.get_by_role("button", name="Show", exact=True).click()
    manager.page.wait_for_url("**status=on_track**")
    expect(manager.page.locator("table.goals tbody .st:not(.ok)")).to_have_count(0)
