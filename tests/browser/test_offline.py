"""What is logged without a connection, or after the session has ended, arrives later, once."""

import pytest
from playwright.sync_api import expect

from demo.people import REP
from tests.browser.conftest import Meet
from tests.browser.ledger import entries_of, eventually
from tests.browser.places import SIAM
from tests.browser.stack import PASSWORD, Stack
from tests.browser.surfer import Surfer
from tests.browser.test_logging import card_with_taps
from tests.browser.walk import look

pytestmark = pytest.mark.browser
KEPT = "Object.keys(localStorage).filter(name => name.startsWith('unsent:')).length"


def test_taps_without_a_connection_survive_the_tab_and_are_sent_once(meet: Meet, stack: Stack) -> None:
    rep = meet("rep", phone=True)
    rep.go(f"{SIAM}/")
    card, before = card_with_taps(rep.page), entries_of(stack, REP)
    rep.context.set_offline(True)
    card.locator("button.tap").first.tap()
    card.locator("button.tap").first.tap()
    expect(card.locator(".unsent-here")).to_have_count(2)
    expect(rep.page.locator("#unsent .count")).to_have_text("2")
    expect(rep.page.locator("#live")).to_contain_text("Kept on this device")
    assert entries_of(stack, REP) == before
    rep.page.close()

    # The line is back, but not to the server.
    rep.context.set_offline(False)
    rep.context.route("**/log/", lambda route: route.abort())
    page = rep.context.new_page()
    page.goto(f"{SIAM}/")
    expect(page.locator("#unsent .count")).to_have_text("2")
    page.locator("#unsent [data-drop]").last.tap()
    expect(page.locator("#unsent .count")).to_have_text("1")
    expect(card_with_taps(page).locator(".unsent-here")).to_have_count(1)

    # It takes the row and its answer is lost: the next attempt must not be a second entry.
    rep.context.unroute("**/log/")
    rep.context.route("**/log/", lambda route: (route.fetch(), route.abort()))
    page.get_by_role("button", name="Send now").tap()

    def has_arrived() -> bool:
        page.wait_for_timeout(100)  # while nothing is waited for in the page, no route is answered
        return entries_of(stack, REP) == before + 1

    eventually("the entry", has_arrived)
    expect(page.locator("#unsent .count")).to_have_text("1")
    rep.context.unroute("**/log/")
    page.get_by_role("button", name="Send now").tap()
    expect(page.locator("#unsent")).to_be_hidden()
    expect(page.locator(".unsent-here")).to_have_count(0)
    expect(card_with_taps(page).get_by_role("button", name="Undo")).to_be_visible()
    assert entries_of(stack, REP) == before + 1


def test_a_tab_that_is_opened_without_a_connection_says_what_waits(meet: Meet, stack: Stack) -> None:
    rep = meet("rep", phone=True, worker=True)
    rep.go(f"{SIAM}/")
    before = entries_of(stack, REP)
    rep.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    rep.context.set_offline(True)
    card_with_taps(rep.page).locator("button.tap").first.tap()
    expect(rep.page.locator("#unsent .count")).to_have_text("1")
    rep.page.close()

    page = rep.context.new_page()
    page.goto(f"{SIAM}/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.locator("[data-waiting] b").first).to_have_text("1")
    assert look(page, "en", "offline") == []
    rep.context.set_offline(False)  # and the page goes on by itself
    expect(card_with_taps(page)).to_be_visible()
    eventually("the entry", lambda: entries_of(stack, REP) == before + 1)
    expect(page.locator("#unsent")).to_be_hidden()


def test_a_tap_after_the_session_has_ended_is_sent_after_signing_in(meet: Meet, stack: Stack) -> None:
    rep = meet("rep")
    rep.go(f"{SIAM}/")
    before = entries_of(stack, REP)
    rep.context.clear_cookies(name="session")
    card_with_taps(rep.page).locator("button.tap").first.click()
    rep.page.wait_for_url("**/account/login/**")
    assert entries_of(stack, REP) == before
    fill_in(rep)
    rep.page.wait_for_url(f"**{SIAM}/")
    eventually("the entry", lambda: entries_of(stack, REP) == before + 1)
    expect(rep.page.locator("#unsent")).to_be_hidden()
    # Whoever else signs in here gets none of it.
    assert rep.page.evaluate(KEPT) == 0


def fill_in(surfer: Surfer) -> None:
    surfer.page.fill("input[name=login]", REP)
    surfer.page.fill("input[name=password]", PASSWORD)
    surfer.page.press("input[name=password]", "Enter")


def test_what_is_refused_says_why_and_can_be_corrected_or_thrown_away(meet: Meet, stack: Stack) -> None:
    rep = meet("rep")
    page = rep.page
    rep.go(f"{SIAM}/entries/log/")
    before = entries_of(stack, REP)
    rep.context.set_offline(True)
    for value in ("many", "lots"):
        page.select_option("#id_kpi", label="Calls")
        page.fill("#id_value", value)
        page.get_by_role("button", name="Record", exact=True).click()
        expect(page.locator("#id_value")).to_have_value("")
    expect(page.locator("#unsent li")).to_have_count(2)
    rep.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#unsent .err:visible")).to_have_count(2)
    expect(page.locator("#unsent .err").first).to_contain_text("Write a number in digits")

    first = page.locator("#unsent li").first
    first.get_by_label("Value").fill("๓")
    first.get_by_role("button", name="Send again").click()
    expect(page.locator("#unsent li")).to_have_count(1)
    assert entries_of(stack, REP) == before + 1
    page.get_by_role("button", name="Throw away").click()
    expect(page.locator("#unsent")).to_be_hidden()
    assert page.evaluate(KEPT) == 0


def test_signing_out_asks_and_leaves_nothing_behind(meet: Meet) -> None:
    rep = meet()
    rep.sign_in(REP)
    page = rep.page
    page.wait_for_url(f"**{SIAM}/")
    rep.context.route("**/log/", lambda route: route.abort())
    card_with_taps(page).locator("button.tap").first.click()
    expect(page.locator("#unsent")).to_be_visible()
    answers = [False, True]
    page.on("dialog", lambda dialog: dialog.accept() if answers.pop(0) else dialog.dismiss())
    for kept in (1, 0):
        if not page.locator(".drop").is_visible():
            page.locator("summary", has_text="Your account").click()
        page.get_by_role("button", name="Sign out").click()
        if kept:
            assert page.evaluate(KEPT) == 1
    page.wait_for_url("**/account/login/**")
    assert page.evaluate(KEPT) == 0
