"""What happens on an ordinary day: the session ends in mid-form, one goes back, one zooms in, one has no mouse."""

import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from demo.people import REP
from tests.browser.conftest import Meet
from tests.browser.ledger import entries_of, eventually
from tests.browser.places import SIAM
from tests.browser.stack import PASSWORD, Stack
from tests.browser.test_logging import card_with_taps, tab_to
from tests.browser.walk import TOO_WIDE

pytestmark = pytest.mark.browser
STATEMENT = "Ring every bakery that stopped ordering in spring"
# 200 % of a window of 1280 x 800.
ZOOMED = {"width": 640, "height": 400}


def end_session_and_sign_in(page: Page) -> None:
    page.wait_for_url("**/account/login/**")
    page.fill("input[name=login]", REP)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")


def test_a_session_that_ends_in_mid_form_takes_nothing_along(meet: Meet, stack: Stack) -> None:
    rep = meet("rep")
    page = rep.page
    rep.go(f"{SIAM}/goals/new/")
    expect(page.locator(".htmx-request")).to_have_count(0)  # how many reminders there are has been asked
    rep.context.clear_cookies(name="session")
    # The coach asks at the first pause, and is the one who finds out.
    page.fill("#id_statement", STATEMENT)
    end_session_and_sign_in(page)
    page.wait_for_url("**/goals/new/")
    expect(page.locator("#id_statement")).to_have_value(STATEMENT)

    # A form that is sent whole.
    rep.go(f"{SIAM}/entries/log/")
    before = entries_of(stack, REP)
    page.select_option("#id_kpi", label="Calls")
    page.fill("#id_value", "4")
    page.fill("#id_note", "On the road")
    expect(page.locator(".htmx-request")).to_have_count(0)  # whether the day is closed has been asked
    rep.context.clear_cookies(name="session")
    page.get_by_role("button", name="Record", exact=True).click()
    end_session_and_sign_in(page)
    page.wait_for_url("**/entries/log/")
    # This one was kept to be sent, and has been.
    eventually("the entry", lambda: entries_of(stack, REP) == before + 1)

    rep.go(f"{SIAM}/notifications/")
    page.get_by_label("No mail from").fill("21:15")
    rep.context.clear_cookies(name="session")
    page.locator("main form button.primary").first.click()
    end_session_and_sign_in(page)
    page.wait_for_url("**/notifications/")
    expect(page.get_by_label("No mail from")).to_have_value("21:15")


def test_back_after_htmx_leads_to_the_page_as_it_was(meet: Meet) -> None:
    rep = meet("rep")
    page = rep.page
    rep.go(f"{SIAM}/goals/")
    page.locator("#q").press_sequentially("call", delay=20)
    page.wait_for_url("**q=call**")
    found = page.locator("#goals tbody tr").count()
    page.select_option("#f-state", "closed")
    page.wait_for_url("**state=closed**")
    page.go_back()
    page.wait_for_url(re.compile(r"state=running"))
    expect(page.locator("#f-state")).to_have_value("running")
    expect(page.locator("#goals tbody tr")).to_have_count(found)
    expect(page.locator("header.top")).to_have_count(1)
    page.go_forward()
    expect(page.locator("#f-state")).to_have_value("closed")
    assert rep.complaints() == []


def test_an_answer_takes_nothing_from_who_is_typing(meet: Meet) -> None:
    """A tap's late answer replaces the card while the next number is being typed into it."""
    rep = meet("rep")
    page = rep.page
    rep.go(f"{SIAM}/")
    card = card_with_taps(page)
    page.route("**/log/", late)
    card.locator("button.tap").first.click()
    field = card.locator("input[name=value]")
    field.click()
    field.press_sequentially("123", delay=60)
    expect(card.get_by_role("button", name="Undo")).to_be_visible()
    field.press_sequentially("45", delay=60)
    expect(field).to_have_value("12345")
    expect(field).to_be_focused()
    page.unroute("**/log/")
    card.get_by_role("button", name="Undo").click()
    expect(card.get_by_role("button", name="Undo")).to_have_count(0)


def late(route: Route) -> None:
    time.sleep(0.6)
    route.continue_()


def test_a_rep_s_day_with_the_keyboard_alone(meet: Meet, stack: Stack) -> None:
    rep = meet("rep")
    page = rep.page
    rep.go(f"{SIAM}/")
    before = entries_of(stack, REP)
    page.keyboard.type("l")
    page.wait_for_url("**/entries/log/")
    tab_to(page, "#id_kpi")
    page.keyboard.type("Calls")
    tab_to(page, "#id_value")
    page.keyboard.type("๕")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entries/")
    assert entries_of(stack, REP) == before + 1

    page.keyboard.type("gh")
    page.wait_for_url(f"**{SIAM}/")
    tab_to(page, "article.card h2 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/goals/*/")
    tab_to(page, "#check-ins summary")
    if not page.locator("#check-ins details[open]").count():
        page.keyboard.press("Enter")
    tab_to(page, "#check-ins [name=confidence]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#check-ins [name=note]")
    page.keyboard.type("Two new bakeries")
    tab_to(page, "#check-ins button")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Two new bakeries")
    assert rep.complaints() == []


@pytest.mark.parametrize("path", ["", "team/", "goals/", "goals/new/", "kpis/", "entries/log/", "people/"])
def test_at_two_hundred_percent_nothing_is_lost(meet: Meet, path: str) -> None:
    manager = meet("manager")
    page = manager.page
    manager.go(f"{SIAM}/{path}")
    wide = shown(page)
    page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
    assert page.evaluate(TOO_WIDE) == []
    assert wide - shown(page) == set(), "can be reached in a wide window and not in a narrow one"


def shown(page: Page) -> set[str]:
    """What one can press or fill in, by its address or name, as far as it is in the page for ears and keyboard."""
    names = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea')]
        .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest('[aria-hidden=true]'))
        .map(one => one.getAttribute('href') ?? `${one.tagName} ${one.name} ${one.textContent.trim().slice(0, 40)}`)"""
    )
    return set(names)
